"""Reading JSON bodies leniently, as the carrier does, and collecting every error with its path.

Wire contract: `courier_api` §1.1 (input shapes), §2.10 (codes). A reader is total: it never raises for what a client
sent, it collects; `Refused` comes once, with all of it.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

import msgspec

from ...wire.call import Call
from .envelope import Error, Refused, is_empty, wrong_type, wrong_value

_decoder = msgspec.json.Decoder(float_hook=Decimal)
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
LARGEST_WHOLE = 10**12
LARGEST_MINOR = 10**14
INDEXED = re.compile(r"\[\d*\]$", re.ASCII)
BINARY_NOISE = Decimal("0.0001")  # of a kopeck


def document(call: Call, *, optional: bool = False) -> Any:
    """Return the decoded JSON body.

    Args:
        optional: an empty body counts as null.

    Raises:
        Refused: the body cannot be read as JSON.
    """
    if optional and not call.body.strip():
        return None
    try:
        return _decoder.decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ArithmeticError):
        raise Refused(Error("v2_bad_request", "Bad request: the body is not readable JSON")) from None


def decoded(text: str) -> Any:
    """Return what one of our own notes says: JSON that was readable when it was kept."""
    return _decoder.decode(text)


class Reader:
    """An object of the body at `path`. `errors` is shared by all readers of one body.

    What is no object is told once; what it therefore lacks is not told beside it.
    """

    def __init__(self, value: Any, path: str = "", errors: list[Error] | None = None) -> None:
        self._told: list[Error] = [] if errors is None else errors
        self.errors = self._told if isinstance(value, dict) else []
        self.path = path
        self.found: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self._told.append(wrong_type(path or "body"))

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _value(self, key: str, required: bool) -> Any:
        value = self.found.get(key)
        blank = value is None or (isinstance(value, str) and not value.strip())
        if blank and required:
            self.errors.append(is_empty(self.at(key)))
        return None if blank else value

    def has(self, key: str) -> bool:
        return self._value(key, False) is not None

    def text(self, key: str, *, required: bool = False, limit: int = 255) -> str | None:
        """Return a text; a number is taken for its digits."""
        value = self._value(key, required)
        if type(value) is int or isinstance(value, Decimal):
            value = str(value)
        if value is None or isinstance(value, str):
            if value is not None and len(value) > limit:
                self.errors.append(wrong_value(self.at(key), value))
            return value
        self.errors.append(wrong_type(self.at(key)))
        return None

    def whole(
        self, key: str, *, required: bool = False, least: int = 0, most: int = LARGEST_WHOLE, round_up: bool = False
    ) -> int | None:
        """Return a whole number; digits in a text count. With `round_up` a fraction is taken (sizes, masses)."""
        value = self._number(key, required)
        if value is None:
            return None
        whole = ceil(value)
        if (whole != value and not round_up) or not least <= whole <= most:
            self.errors.append(wrong_value(self.at(key), value))
            return None
        return whole

    def minor(self, key: str, *, required: bool = False, most: int = LARGEST_MINOR) -> int | None:
        """Return an amount of roubles as kopecks; more than two decimals is an error.

        What is off by a ten thousandth of a kopeck only is a binary fraction that a client calculated with.
        """
        value = self._number(key, required)
        if value is None:
            return None
        minor = round(value * 100)
        if abs(value * 100 - minor) > BINARY_NOISE or not 0 <= minor <= most:
            self.errors.append(wrong_value(self.at(key), value))
            return None
        return minor

    def day(self, key: str, *, required: bool = False) -> str | None:
        """Return a date as ISO text; a moment counts as its date."""
        text = self.text(key, required=required)
        if text is None:
            return None
        try:
            return date.fromisoformat(text.strip()[:10]).isoformat()
        except ValueError:
            self.errors.append(wrong_value(self.at(key), text))
            return None

    def minute(self, key: str, *, required: bool = False) -> int | None:
        """Return a time of day, `10:00` or `10:00:00`, as its minute; seconds are let go."""
        text = self.text(key, required=required)
        if text is None:
            return None
        found = TIME.fullmatch(text.strip())
        if found is None:
            self.errors.append(wrong_value(self.at(key), text))
            return None
        return int(found[1]) * 60 + int(found[2])

    def decimal(self, key: str) -> float | None:
        """Return a coordinate."""
        value = self._number(key, False)
        return None if value is None else float(value)

    def _number(self, key: str, required: bool) -> Decimal | None:
        value = self._value(key, required)
        if value is None:
            return None
        if isinstance(value, str):
            value = _decimal_of(value)
        if type(value) is float or isinstance(value, (bool, list, dict)) or value is None:
            self.errors.append(wrong_type(self.at(key)))
            return None
        number = Decimal(value)
        if not number.is_finite() or (number and not -12 <= number.adjusted() <= 15):
            self.errors.append(wrong_value(self.at(key), value))
            return None
        return number

    def flag(self, key: str) -> bool:
        value = self._value(key, False)
        if value in (None, True, False, 0, 1) and not isinstance(value, Decimal):
            return bool(value)
        if isinstance(value, str) and value.strip().lower() in ("true", "false", "1", "0"):
            return value.strip().lower() in ("true", "1")
        self.errors.append(wrong_type(self.at(key)))
        return False

    def child(self, key: str, *, required: bool = False) -> "Reader | None":
        value = self._value(key, required)
        return None if value is None else Reader(value, self.at(key), self.errors)

    def children(self, key: str, *, required: bool = False, most: int = 1_000) -> "list[Reader]":
        """Return the objects of a list; one object where a list is documented counts as a list of one."""
        return [Reader(value, f"{self.at(key)}[{n}]", self.errors) for n, value in self._list(key, required, most)]

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        rows = [Reader({"": value}, f"{self.at(key)}[{n}]", self.errors) for n, value in self._list(key, False, 50)]
        return tuple(number for row in rows if (number := row.whole("")) is not None)

    def _list(self, key: str, required: bool, most: int) -> Iterator[tuple[int, Any]]:
        value = self.found.get(key)
        if value is None or value == [] or value == "":
            if required:
                self.errors.append(is_empty(self.at(key)))
            return iter(())
        rows = value if isinstance(value, list) else [value]
        if len(rows) > most:
            self.errors.append(wrong_value(self.at(key), f"{len(rows)} elements, at most {most}"))
            rows = []
        return enumerate(rows)

    def refuse_if_wrong(self) -> None:
        """Raise everything that was collected."""
        if self._told:
            raise Refused(*dict.fromkeys(self._told))


def _decimal_of(text: str) -> Decimal | None:
    plain = text.strip().replace(",", ".")
    unsigned = plain.removeprefix("-")
    if len(plain) > 20 or not unsigned.replace(".", "", 1).isdecimal() or not unsigned.isascii():
        return None
    return Decimal(plain)


def truthy(text: str | None) -> bool | None:
    """Return a query's flag: `true`, `True`, `1`; None when it is absent or something else."""
    if text is None:
        return None
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower())


def query_list(call: Call, key: str) -> list[str]:
    """Return a list parameter: one comma-joined value, repeated keys, or keys with a place: `key[0]`, `key[]`.

    The last are how PHP and one C# client write lists, and brackets around all of it is how the vendor's OpenAPI
    description has them (`[RU, EN]`); that the carrier reads them is inferred.
    """
    found = [value for name, value in call.query.items() if name == key or INDEXED.sub("", name) == key]
    parts = (part.strip(" []") for value in found for part in value.split(","))
    return [part for part in parts if part]
