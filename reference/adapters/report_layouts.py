"""How payout reports are read: a description for each report form, as data.

Source: `settlement` §3, C-02 (a courier may change its layout). A changed form is a further description in TOML, in
this package or in a folder that the engine is given; no code. docs/report-layouts.md tells what stands in one.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Words = tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...]
Column = Literal["tracking", "order", "outcome", "ended", "collected", "transfer", "direct"]
Fee = Literal["delivery", "agent", "insurance", "return", "partial", "storage", "pickup", "packing", "other"]
Label = Literal["payment_order", "payment_date", "number", "currency"]
Outcome = Literal["delivered", "partial", "refused", "lost", "return_leg", "fee_only"]
XmlPath = Annotated[str, Meta(pattern=r"\A(?:[^\W\d][\w.-]*/)*@?[^\W\d][\w.-]*\Z", max_length=200)]


class LayoutError(Exception):
    """A description cannot be used; the message says which one and why."""


class Items(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the positions of a line stand, seen from the line; the rest seen from the position."""

    item: XmlPath
    sku: XmlPath
    delivered: XmlPath
    refused: XmlPath


class Xml(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where things stand in XML: `a/b` is an element, `@c` an attribute. `line` is seen from the root."""

    root: XmlPath
    line: XmlPath
    head: dict[Label, XmlPath]
    columns: dict[Column, XmlPath]
    fees: dict[Fee, XmlPath] = {}
    totals: dict[Column | Fee, XmlPath] = {}
    items: Items | None = None


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One report form of a carrier. Headings and labels are matched by their words, in any case."""

    carrier: Annotated[str, Meta(min_length=1, max_length=40)]
    columns: dict[Column, Words]
    fees: dict[Fee, Words] = {}
    needed: tuple[Column | Fee, ...]
    head: dict[Label, Words]
    name: str = ""
    currency: Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")] = "RUB"
    mode: Literal["net", "gross"] = "net"
    dates: tuple[str, ...] = ("%d.%m.%Y",)
    totals: Words = ("итого", "всего", "total", "totals")
    outcomes: dict[Outcome, Words] = {}
    xml: Xml | None = None

    @property
    def sums(self) -> tuple[str, ...]:
        """Return the names of what is money in a line."""
        return ("collected", "transfer", *self.fees)

    @property
    def headings(self) -> Mapping[str, Words]:
        return {str(name): words for part in (self.columns, self.fees) for name, words in part.items()}

    def outcome_of(self, text: str) -> str | None:
        """Return the outcome that a word of the carrier's means; None for a word of nobody's."""
        found = plain(text)
        return next((name for name, words in self.outcomes.items() if found in map(plain, words)), None)


Layouts = tuple[Layout, ...]


def plain(text: str) -> str:
    """Return a heading in lower case, one blank between words, without punctuation."""
    return " ".join(re.sub(r"[^\w\s№]", " ", text.casefold().replace("ё", "е")).split())


def parsed(text: str, name: str) -> Layout:
    """Return one description.

    Raises:
        LayoutError: it cannot be used.
    """
    try:
        layout = msgspec.convert({**tomllib.loads(text), "name": name}, Layout, strict=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LayoutError(f"{name}: {error}") from error
    missing = [column for column in layout.needed if column not in layout.headings]
    if missing or not {"collected", "transfer", *layout.fees} <= set(layout.needed):
        known = ", ".join(layout.headings)
        raise LayoutError(f"{name}: needed must name every column of money, and only columns described here: {known}")
    return layout


@cache
def shipped() -> Layouts:
    """Return the descriptions that come with the package."""
    return _folder(sorted((files(__package__) / "report_forms").iterdir(), key=lambda entry: entry.name))


def known(folder: str | None = None) -> Layouts:
    """Return the descriptions of the package and those of a folder, which go first.

    Raises:
        LayoutError: the folder cannot be read, or a description in it cannot be used.
    """
    if folder is None:
        return shipped()
    try:
        found = sorted(Path(folder).iterdir())
    except OSError as error:
        raise LayoutError(f"{folder}: {error.strerror}") from error
    return (*_folder(found), *shipped())


def _folder(entries: Sequence[Traversable]) -> Layouts:
    return tuple(_file(entry) for entry in entries if entry.name.endswith(".toml"))


def _file(entry: Traversable) -> Layout:
    try:
        text = entry.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LayoutError(f"{entry.name}: {error}") from error
    return parsed(text, entry.name.removesuffix(".toml"))
