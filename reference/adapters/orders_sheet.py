"""A list of orders as a spreadsheet or CSV file."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..ports import Address, Line, Money


class SheetRefused(Exception):
    """The file as a whole cannot be read; the message is one sentence that says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOrder:
    """One order of the sheet, ready to become a draft. `rows` are its rows as the spreadsheet counts them."""

    number: str
    cod: bool
    for_return: bool
    recipient: Address
    mass_g: int
    sides_mm: tuple[int, int, int]
    lines: tuple[Line, ...]
    delivery_charge: Money | None
    currency: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place: `row` counts from 1 with the heading, `sentence` stands alone."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersSheet:
    """`currencies` is code -> value of one unit in `base`, as decimal text; empty when the file has no table."""

    orders: tuple[SheetOrder, ...]
    problems: tuple[Problem, ...]
    base: str
    currencies: Mapping[str, str]


def read_orders(name: str, raw: bytes) -> OrdersSheet:
    """Return the orders of a spreadsheet or CSV file, recognised by content; `name` is only used in sentences.

    Raises:
        SheetRefused: the file is no table of orders.
    """
    raise NotImplementedError
