"""A list of orders as a spreadsheet or CSV file: every broken row is told in one sentence, all other orders are kept.

The layout is ours: sheet `orders` (the first sheet when none is called so), one row a line, several rows with one
`number` are one order; sheet `currencies`, or rows whose number is `#currency` in a CSV file, hold the currency table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..ports import Address, Line, Money
from . import tables
from .order_cells import ALL_COLUMNS, LINE_COLUMNS, NEEDED_COLUMNS, Row
from .tables import Table, Unreadable

CURRENCY_MARK = "#currency"
MOST_LINES = 100


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
    carrier: str = ""
    point: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place: `row` counts from 1 with the heading, `sentence` stands alone."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersSheet:
    """`currencies` is code -> value of one unit in `base`, as decimal text; empty when the file has no table.

    `listed` is every row that is not blank and no rate, with the number of its order.
    """

    orders: tuple[SheetOrder, ...]
    problems: tuple[Problem, ...]
    listed: tuple[tuple[int, str], ...]
    base: str
    currencies: Mapping[str, str]


def read_orders(name: str, raw: bytes) -> OrdersSheet:
    """Return the orders of a spreadsheet or CSV file, recognised by content; `name` is only used in sentences.

    Raises:
        SheetRefused: the file is no table of orders.
    """
    try:
        found = tables.read_tables(raw)
    except Unreadable as fault:
        raise SheetRefused(
            f"{name or 'The file'} cannot be read: {fault}; save it as XLSX or as CSV in UTF-8."
        ) from fault
    table, columns = _orders_table(name, found)
    problems = [
        Problem(1, heading, f"Row 1, column {heading}: this column is unknown and was passed over; known are "
                f"{', '.join(ALL_COLUMNS)}.")
        for heading in columns
        if heading and heading not in ALL_COLUMNS
    ]  # fmt: skip
    rows = [row for row in _rows(columns, table) if not row.blank]
    base, currencies = _currencies(found, rows, problems)
    ordered = [row for row in rows if row.text("number") != CURRENCY_MARK]
    orders = _orders(ordered, problems)
    return OrdersSheet(
        orders=tuple(orders),
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        listed=tuple((row.place, row.text("number")) for row in ordered),
        base=base,
        currencies=currencies,
    )


def _orders_table(name: str, found: Sequence[Table]) -> tuple[Table, list[str]]:
    """Return the table whose first row names the columns, and the names; sheet `orders` before any other."""
    best: tuple[int, Table, list[str]] | None = None
    for table in sorted(found, key=lambda table: table.name.casefold() != "orders"):
        headings = [cell.strip().casefold() for cell in table.rows[0]] if table.rows else []
        known = len(set(headings) & set(ALL_COLUMNS))
        if best is None or known > best[0]:
            best = (known, table, headings)
    if best is None or best[0] < 2:
        raise SheetRefused(f"{name or 'The file'} is no list of orders: row 1 must name columns such as number, sku.")
    missing = [column for column in NEEDED_COLUMNS if column not in best[2]]
    if missing:
        raise SheetRefused(f"{name or 'The file'} lacks the columns {', '.join(missing)}; add them to row 1.")
    twice = sorted({heading for heading in best[2] if heading and best[2].count(heading) > 1})
    if twice:
        raise SheetRefused(f"{name or 'The file'} has the columns {', '.join(twice)} twice; keep one of each.")
    return best[1], best[2]


def _rows(columns: Sequence[str], table: Table) -> list[Row]:
    return [Row(place, dict(zip(columns, cells, strict=False))) for place, cells in enumerate(table.rows[1:], 2)]


def _orders(rows: Sequence[Row], problems: list[Problem]) -> list[SheetOrder]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        number = row.text("number")
        if number:
            grouped.setdefault(number, []).append(row)
        else:
            problems.append(
                Problem(row.place, "number", f"Row {row.place}, column number: is empty; the row was left out.")
            )
    return [order for number, group in grouped.items() if (order := _order(number, group, problems)) is not None]


def _order(number: str, rows: Sequence[Row], problems: list[Problem]) -> SheetOrder | None:
    """Return an order of its rows, or None after telling every place that is wrong: one broken row breaks it whole."""
    first = rows[0]
    for row in rows[1:]:
        row.agree(first, [column for column in ALL_COLUMNS if column not in (*LINE_COLUMNS, "number")])
    number = first.identifier("number", most_chars=50)
    order = _built(number, first, rows)
    told = [flaw for row in rows for flaw in row.flaws]
    if len(rows) > MOST_LINES:
        told.append((rows[MOST_LINES].place, "number", f"{len(rows)} lines, {MOST_LINES} are allowed"))
    for place, column, words in told:
        sentence = f"Row {place}, column {column}: {words}; order {number} was left out."
        problems.append(Problem(place, column, sentence))
    return None if told else order


def _built(number: str, first: Row, rows: Sequence[Row]) -> SheetOrder:
    currency = first.currency("currency")
    return SheetOrder(
        number=number,
        cod=first.choice("payment", {"cod": True, "prepaid": False}),
        for_return=first.choice("return", {"yes": True, "no": False, "": False}),
        recipient=_recipient(first),
        mass_g=first.whole("weight_g", 1, 1_000_000),
        sides_mm=(
            first.whole("length_mm", 1, 10_000),
            first.whole("width_mm", 1, 10_000),
            first.whole("height_mm", 1, 10_000),
        ),
        lines=tuple(_line(row, currency) for row in rows),
        delivery_charge=first.money("delivery_charge", currency) if first.text("delivery_charge") else None,
        currency=currency,
        rows=tuple(row.place for row in rows),
        carrier=first.words("carrier", needed=False),
        point=first.words("point", needed=False),
    )


def _recipient(row: Row) -> Address:
    country = row.country("country")
    return Address(
        name=row.words("name"),
        company=row.words("company", needed=False),
        street=row.words("street"),
        house_number=row.words("house_number", needed=False),
        postal_code=row.postal_code("postal_code", country),
        city=row.words("city"),
        country=country,
        email=row.email("email"),
        phone=row.phone("phone"),
    )


def _line(row: Row, currency: str) -> Line:
    return Line(
        sku=row.identifier("sku", most_chars=50),
        description=row.words("description", needed=False),
        quantity=row.whole("quantity", 1, 9_999),
        unit_price=row.money("unit_price", currency),
        unit_mass_g=row.whole("unit_weight_g", 1, 1_000_000),
        vat_rate=row.whole("vat_rate", 0, 100) if row.text("vat_rate") else None,
        hs_code=row.digits("hs_code", 6, 10),
        origin_country=row.country("origin_country") if row.text("origin_country") else "",
        customs_description=row.words("customs_description", needed=False),
    )


def _currencies(found: Sequence[Table], rows: Sequence[Row], problems: list[Problem]) -> tuple[str, dict[str, str]]:
    """Return the base (the first row, worth 1) and the table; wrong rows are told and left out."""
    listed = [
        Row(row.place, {"code": row.text("sku"), "rate": row.text("unit_price")})
        for row in rows
        if row.text("number") == CURRENCY_MARK
    ]
    for table in found:
        if table.name.casefold() == "currencies" and table.rows:
            headings = [cell.strip().casefold() for cell in table.rows[0]]
            listed += [
                Row(place, dict(zip(headings, cells, strict=False))) for place, cells in enumerate(table.rows[1:], 2)
            ]
    rates: dict[str, str] = {}
    for row in listed:
        if row.blank:
            continue
        code, rate = row.currency("code"), row.rate("rate")
        if not row.flaws and not rates and rate != "1":
            row.wrong("rate", f"{rate!r} is the first rate and so the base, which is worth 1")
        if row.flaws:
            problems += [
                Problem(*flaw[:2], f"Currency table, row {flaw[0]}, column {flaw[1]}: {flaw[2]}.") for flaw in row.flaws
            ]
        else:
            rates[code] = rate
    return next(iter(rates), ""), rates
