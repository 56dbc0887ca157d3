"""Which columns a list of orders needs: what the page for the desk says, held against what the engine takes."""

import csv
import io
import re
from pathlib import Path

import pytest

from parcelproof.reference import engine as process
from parcelproof.reference.adapters.order_cells import ALL_COLUMNS
from parcelproof.reference.domain.orders import checked
from parcelproof.reference.errors import EngineError

from .test_desk_commands import ROW

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"
FULL = {
    **ROW, "company": "Tee GmbH", "delivery_charge": "4.90", "return": "no", "point": "D-17", "vat_rate": "19",
    "customs_description": "Tea",
}  # fmt: skip
POINT_OF = "carrier"  # a point is one of its carrier's


def promised() -> tuple[set[str], set[str]]:
    """Return the columns that the page calls needed, and those for if need be."""
    order, line, customs = re.findall(
        r"^\| of (?:the order|each line|a line that .*?) \| (.*) \|$", PAGE.read_text(), re.M
    )
    needed, optional = set[str](), set[str]()
    for told in (order, line, f"; if need be {customs}"):
        first, _, rest = told.partition("; if need be ")
        for names, text in ((needed, first), (optional, rest)):
            names.update(re.findall(r"`([a-z_]+)`", re.sub(r"\(.*?\)", "", text)))
    return needed, optional


def taken(row: dict[str, str]) -> None:
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, row)
    table.writeheader()
    table.writerow(row)
    sheet = process.orders("orders.csv", out.getvalue().encode())
    assert not sheet.problems, sheet.problems
    assert [checked(order).number for order in sheet.orders] == ["P-1"]


def test_the_page_names_every_column_once() -> None:
    needed, optional = promised()
    assert needed | optional == set(ALL_COLUMNS) == set(FULL) and not needed & optional


@pytest.mark.parametrize("column", ALL_COLUMNS)
def test_a_column_can_be_left_out_where_the_page_says_so(column: str) -> None:
    row = {name: cell for name, cell in FULL.items() if name != column and (name, column) != ("point", POINT_OF)}
    if column in promised()[0]:
        with pytest.raises(EngineError, match=f"orders.csv lacks the columns {column}; add them to row 1"):
            taken(row)
    else:
        taken(row)
        taken({**row, column: ""})
