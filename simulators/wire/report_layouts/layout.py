"""What a carrier's payout report looks like as a file: a description in TOML, or in a tenant's settings as JSON.

No courier's real spreadsheet is public (`courier_api` §5), so every layout here is guessed and says so. A changed
report form is a new description, no new code. docs/report-layouts.md tells what stands in one.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from ...core.errors import SimulatorError

Short = Annotated[str, Meta(max_length=200, pattern=r"\A[^\x00-\x08\x0b\x0c\x0e-\x1f]*\Z")]
Name = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9.-]{0,39}\Z")]
LETTERS = "A-Za-zА-Яа-яЁё_"
Tag = Annotated[str, Meta(pattern=rf"\A[{LETTERS}][{LETTERS}0-9.-]{{0,63}}\Z")]
XmlName = Annotated[str, Meta(pattern=rf"\A@?[{LETTERS}][{LETTERS}0-9.-]{{0,63}}\Z")]  # @x is an attribute
Mark = Annotated[str, Meta(pattern=r"\A[.,]\Z")]
Thousands = Annotated[str, Meta(pattern=r"\A[ \u00a0\u2009\u202f]?\Z")]
Separator = Annotated[str, Meta(pattern=r"\A[;,\t|]\Z")]

# What a column can show, and what a text above the table can hold in braces.
MONEY = ("collected", "services", "agent", "fees", "transfer")
TEXTS = ("n", "tracking", "order", "outcome", "direct", "ended", "payment_date", "number")
Kind = Literal["collected", "services", "agent", "fees", "transfer", "n", "tracking", "order", "outcome", "direct",
               "ended", "payment_date", "number"]  # fmt: skip
HOLDERS = ("number", "payment_date", "payment_order", "currency", "lines", *MONEY)
HOLDER = re.compile(r"\{([^{}]*)\}")
MOST_OWN = 20  # layouts of a tenant for one carrier
DATES = "dmYyHMS"  # the letters that a date's format may have

# What `_problems` refuses with a sentence, said for a schema: braces around another word, a date without days.
_OTHER = rf"\{{(?!(?:{'|'.join(HOLDERS)})\}})[^{{}}]*\}}"
_PLAIN = r"[^%\x00-\x08\x0b\x0c\x0e-\x1f]*"
_HELD: dict[str, Any] = {"not": {"pattern": _OTHER}}
Held = Annotated[Short, Meta(extra_json_schema=_HELD)]
DATED = re.compile(rf"\A{_PLAIN}(?:%[{DATES}]{_PLAIN})+\Z")
DateFormat = Annotated[str, Meta(max_length=200, extra_json_schema={"pattern": DATED.pattern})]
FileName = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_{} .-]{1,100}\Z", extra_json_schema=_HELD)]
MOST_CELLS = 256  # of a row: an XLS sheet has no more


class LayoutError(SimulatorError):
    """A description cannot be used; the message says what is wrong in it."""


class Clash(LayoutError):
    """Two forms of one description go by one name; the message says which."""


class TooLarge(LayoutError):
    """A report has more lines than a form has room for; the message says how many it has."""


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`kind` is what stands in it, `heading` its name in a table, `tag` in XML (`@x` is an attribute)."""

    kind: Kind
    heading: Short = ""
    tag: XmlName | None = None


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row above the table; `{number}` and the like are filled in. Without cells it is empty."""

    cells: Annotated[tuple[Held, ...], Meta(max_length=MOST_CELLS)] = ()


class Totals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The row below the table: `label` in the first column that is no money, sums in those that are."""

    label: Short = "Итого"


class Items(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How XML names the positions of a line."""

    wrapper: Tag = "items"
    tag: Tag = "item"
    sku: XmlName = "@sku"
    delivered: XmlName = "@delivered"
    refused: XmlName = "@refused"


class Xml(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How XML names what is above and below the lines; `head` and `totals` map names to texts with holders."""

    root: Tag = "report"
    head: dict[XmlName, Held] = {}
    wrapper: Tag = "lines"
    line: Tag = "line"
    items: Items | None = None
    totals: dict[XmlName, Held] = {}


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of file. `name` is how it is asked for. What is left out is as the layout has it."""

    name: Name
    kind: Literal["csv", "xlsx", "xls", "xml"]
    encoding: Literal["utf-8", "cp1251", "cp866", "koi8-r"] = "utf-8"
    mark: bool = False  # a byte order mark in front, as spreadsheets want it
    separator: Separator = ";"
    decimal_mark: Mark | None = None
    thousands: Thousands | None = None
    amounts_as_text: bool = False  # in a spreadsheet


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report form of one carrier. `guess` says in a sentence what of it no source shows."""

    carrier: str
    title: Short
    columns: Annotated[tuple[Column, ...], Meta(min_length=1, max_length=40)]
    forms: Annotated[tuple[Form, ...], Meta(min_length=1, max_length=20)]
    guess: Short = ""
    file_name: FileName = "report-{number}"
    sheet: Annotated[str, Meta(min_length=1, max_length=31, pattern=r"\A[^\x00-\x1f\[\]:*?/\\']*\Z")] = "Report"
    head: Annotated[tuple[Head, ...], Meta(max_length=30)] = ()
    headings: bool = True  # whether a row names the columns
    totals: Totals | None = None
    date_format: DateFormat = "%d.%m.%Y"
    decimal_mark: Mark = "."
    thousands: Thousands = ""
    outcomes: dict[str, Short] = {}  # settlement's word -> the carrier's
    xml: Xml = Xml()


def parsed(found: Mapping[str, Any], where: str) -> Layout:
    """Return a description that holds together.

    Raises:
        LayoutError: it does not; nothing is guessed in its place.
        Clash: every part is right, but two forms go by one name.
    """
    try:
        layout = msgspec.convert(dict(found), Layout, strict=True)
    except (msgspec.ValidationError, ValueError) as error:
        raise LayoutError(f"{where}: {error}") from error
    for problem in _problems(layout):
        raise LayoutError(f"{where}: {problem}")
    names = [form.name for form in layout.forms]
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise Clash(f"{where}: two forms are called {name!r}")
    return layout


def _problems(layout: Layout) -> Iterator[str]:
    texts = [layout.file_name, *(cell for row in layout.head for cell in row.cells)]
    for text in (*texts, *layout.xml.head.values(), *layout.xml.totals.values()):
        for holder in HOLDER.findall(text):
            if holder not in HOLDERS:
                yield f"{text!r} holds {{{holder}}}; allowed are {', '.join(HOLDERS)}"
    if DATED.match(layout.date_format) is None:
        yield f"date_format is {layout.date_format!r}; write it with %d, %m and %Y"
    if layout.totals is not None and all(column.kind in MONEY for column in layout.columns):
        yield "totals need a column for their label, one that is no money"
    for form in layout.forms:
        if form.kind == "csv" and form.separator == (form.decimal_mark or layout.decimal_mark):
            yield f"form {form.name!r} has {form.separator!r} as separator and as decimal mark"


@cache
def shipped() -> tuple[Layout, ...]:
    """Return the layouts that come with the package, one a file, in the order of their names."""
    found = sorted(files(__package__).iterdir(), key=lambda entry: entry.name)
    return tuple(
        parsed(tomllib.loads(entry.read_text(encoding="utf-8")), entry.name)
        for entry in found
        if entry.name.endswith(".toml")
    )


def own(settings: Any, carrier: str) -> tuple[Layout, ...]:
    """Return the layouts that a tenant describes in its settings as `report_layouts`.

    Raises:
        LayoutError: one cannot be used; Clash, when it is only that two of its forms go by one name.
    """
    if settings is None:
        return ()
    if not isinstance(settings, list) or not all(isinstance(found, dict) for found in settings):
        raise LayoutError("report_layouts is a list of descriptions")
    if len(settings) > MOST_OWN:
        raise LayoutError(f"report_layouts has {len(settings)} descriptions, {MOST_OWN} are allowed")
    clash: Clash | None = None
    made = []
    for place, found in enumerate(settings):
        where = f"report_layouts[{place}]"
        if found.get("carrier", carrier) != carrier:
            raise LayoutError(f"{where}: carrier is {str(found['carrier'])[:40]!r}; allowed: {carrier}")
        try:
            made.append(parsed({**found, "carrier": carrier}, where))
        except Clash as error:
            clash = clash or error
    if clash is not None:  # only when nothing worse was found
        raise clash
    return tuple(made)
