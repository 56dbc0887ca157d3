"""The cells of one row of an order list: each reader returns a value, or notes what is wrong and returns a stand-in.

A row with flaws never becomes an order, so a stand-in is never used.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from ..ports import Money
from . import countries
from .amounts import NotAnAmount, decimal_of, exponent, parse_minor

T = TypeVar("T")

ORDER_COLUMNS = (
    *("number", "payment", "return", "name", "company", "street", "house_number", "postal_code", "city", "country"),
    *("email", "phone", "weight_g", "length_mm", "width_mm", "height_mm", "delivery_charge", "currency"),
)
CUSTOMS_COLUMNS = ("hs_code", "origin_country", "customs_description")
LINE_COLUMNS = ("sku", "description", "quantity", "unit_price", "unit_weight_g", "vat_rate", *CUSTOMS_COLUMNS)
ALL_COLUMNS = (*ORDER_COLUMNS, *LINE_COLUMNS, "carrier", "point")
_OPTIONAL = {"return", "company", "house_number", "email", "phone", "delivery_charge", "description", "vat_rate"}
_OPTIONAL |= {"carrier", "point", *CUSTOMS_COLUMNS}
NEEDED_COLUMNS = tuple(column for column in ALL_COLUMNS if column not in _OPTIONAL)

MOST_CHARS = 255
SHOWN_CHARS = 40
MOST_MINOR = 10**12
_EMAIL = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE][+-]?[0-9]+")


@dataclass(slots=True)
class Row:
    """One row by column name. `place` is its number in the sheet; `flaws` are (place, column, words)."""

    place: int
    cells: Mapping[str, str]
    flaws: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells.values())

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def wrong(self, column: str, words: str) -> None:
        self.flaws.append((self.place, column, words))

    def agree(self, first: "Row", columns: Iterable[str]) -> None:
        """Note where a further row of an order says otherwise than its first one."""
        for column in columns:
            mine, theirs = self.text(column), first.text(column)
            if mine and mine != theirs:
                self.wrong(column, f"{_shown(mine)} differs from {_shown(theirs)} in row {first.place}")

    def words(self, column: str, *, needed: bool = True) -> str:
        found = self.text(column)
        if needed and not found:
            self.wrong(column, "is empty")
        if len(found) > MOST_CHARS:
            self.wrong(column, f"has {len(found)} characters, {MOST_CHARS} are allowed")
        if any(not character.isprintable() for character in found):
            self.wrong(column, f"{_shown(found)} holds a line break or control character")
        return found

    def identifier(self, column: str, *, most_chars: int) -> str:
        """Return text that names something; one that a spreadsheet turned into a power of ten is refused."""
        found = self.words(column)
        if _SCIENTIFIC.fullmatch(found):
            self.wrong(column, f"{_shown(found)} is a number in scientific notation; format the column as text")
        if len(found) > most_chars:
            self.wrong(column, f"has {len(found)} characters, {most_chars} are allowed")
        return found

    def whole(self, column: str, least: int, most: int) -> int:
        found = self.text(column)
        if not (found.isascii() and found.isdigit() and len(found) <= 12):
            self.wrong(column, f"{_shown(found)} is no whole number from {least} to {most}" if found else "is empty")
            return least
        value = int(found)
        if not least <= value <= most:
            self.wrong(column, f"{value} is not from {least} to {most}")
        return value

    def digits(self, column: str, least: int, most: int) -> str:
        """Return a code of so many digits, "" for an empty cell; blanks and points people write are taken out."""
        found = re.sub(r"[\s.]", "", self.text(column))
        if found and not (found.isascii() and found.isdigit() and least <= len(found) <= most):
            self.wrong(column, f"{_shown(self.text(column))} is no code of {least} to {most} digits")
        return found

    def money(self, column: str, currency: str) -> Money:
        found = self.text(column)
        if not found:
            self.wrong(column, "is empty")
        elif currency:
            try:
                minor = parse_minor(found, currency)
                if 0 <= minor <= MOST_MINOR:
                    return Money(minor, currency)
                self.wrong(column, f"{_shown(found)} is {'below zero' if minor < 0 else 'more than an order may cost'}")
            except NotAnAmount as fault:
                self.wrong(column, str(fault))
        return Money(0, currency)

    def currency(self, column: str) -> str:
        """Return an ISO 4217 code, or "" after noting that it is none."""
        found = self.text(column).upper()
        try:
            exponent(found)
        except NotAnAmount as fault:
            self.wrong(column, str(fault) if found else "is empty")
            return ""
        return found

    def rate(self, column: str) -> str:
        """Return an exchange rate as plain decimal text without needless zeros."""
        try:
            value = decimal_of(self.text(column))
        except NotAnAmount as fault:
            self.wrong(column, str(fault))
            return ""
        if value <= 0:
            self.wrong(column, f"{_shown(self.text(column))} is not above zero")
        return f"{value.normalize():f}" if value else str(Decimal(0))

    def choice(self, column: str, allowed: Mapping[str, T]) -> T:
        found = self.text(column).casefold()
        if found not in allowed:
            names = " or ".join(name for name in allowed if name)
            self.wrong(column, f"{_shown(found)} is not {names}" if found else f"is empty; allowed is {names}")
            return next(iter(allowed.values()))
        return allowed[found]

    def country(self, column: str) -> str:
        found = self.text(column).upper()
        if found not in countries.CODES:
            words = f"{_shown(self.text(column))} is no ISO 3166 country code of two letters" if found else "is empty"
            self.wrong(column, words)
            return ""
        return found

    def postal_code(self, column: str, country: str) -> str:
        found = self.words(column)
        digits = countries.POSTAL_DIGITS.get(country)
        if found and digits and not (found.isascii() and found.isdigit() and len(found) == digits):
            self.wrong(column, f"{_shown(found)} is no postal code of {country}, which has {digits} digits")
        return found

    def email(self, column: str) -> str:
        found = self.text(column)
        if found and (not _EMAIL.fullmatch(found) or len(found) > 254):
            self.wrong(column, f"{_shown(found)} is no mail address")
        return found

    def phone(self, column: str) -> str:
        """Return a phone number in E.164 form; blanks, brackets and hyphens people write are taken out."""
        found = re.sub(r"[\s().\-]", "", self.text(column))
        if found and not _PHONE.fullmatch(found):
            self.wrong(column, f"{_shown(self.text(column))} is no phone number like +4915112345678")
        return found


def _shown(text: str) -> str:
    """Return text as it may stand in a sentence: quoted, short, without control characters."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return repr(plain if len(plain) <= SHOWN_CHARS else plain[:SHOWN_CHARS] + "…")
