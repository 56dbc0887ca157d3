"""Reading what clients send, forms with PHP's brackets and JSON alike, and collecting every error by field.

Wire contract: `courier_api` §3: bodies are form-encoded (`GoodItems[0][productNo]=…`); some clients send JSON. Names
are matched without regard to case, since clients differ in it. A reader is total: it collects, it never raises for
what a client sent; `Refused` comes once, with all of it.
"""

import re
from decimal import Decimal
from math import ceil
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from ...wire.call import Call
from .answers import Refused, Wrong
from .wire_values import read_date

_decoder = msgspec.json.Decoder(float_hook=Decimal)
FIELDS_MOST, ROWS_MOST = 20_000, 1_000
LARGEST_MINOR, LARGEST_WHOLE = 10**12, 10**9
_PARTS = re.compile(r"\[([^\[\]]*)\]")
_AMOUNT = re.compile(r"-?\d{1,15}([.,]\d{1,20})?", re.ASCII)
BINARY_NOISE = Decimal("0.0001")  # of a kopeck or a gram: a client has calculated with floats
TRUE, FALSE = ("true", "1"), ("false", "0", "")


def document(call: Call) -> dict[str, Any]:
    """Return the fields of a call: of its query, and over them those of its body.

    Raises:
        Refused: the body can be read neither as JSON nor as a form.
    """
    fields: dict[str, Any] = dict(call.query)
    if not call.body.strip():
        return fields
    kind = call.headers.get("Content-Type", "").lower()
    if "json" in kind or call.body.lstrip()[:1] == b"{":
        return fields | _json(call.body)
    return fields | _form(call.body)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ArithmeticError):
        found = None
    if isinstance(found, dict):
        return found
    raise Refused(Wrong("Request", "Тело запроса не читается: нужен объект JSON или форма"))


def _form(body: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MOST)
    except (UnicodeDecodeError, ValueError):
        detail = f"Тело запроса не читается: нужна форма в UTF-8, не больше {FIELDS_MOST} полей"
        raise Refused(Wrong("Request", detail)) from None
    found: dict[str, Any] = {}
    for key, value in pairs:
        _put(found, key, value)
    return found


def _put(found: dict[str, Any], key: str, value: str) -> None:
    """Put `a[b][c]=value` where PHP would; an empty bracket counts on. What does not fit is a plain name."""
    name, bracket, _ = key.partition("[")
    path = [name, *_PARTS.findall(key[len(name) :])] if bracket else [name]
    node = found
    for part in path[:-1]:
        below = node.setdefault(part or str(len(node)), {})
        if not isinstance(below, dict):
            below = node[part or str(len(node))] = {}
        node = below
    node[path[-1] or str(len(node))] = value


class Reader:
    """An object of the body. `errors` is shared by all readers of one body; `row` says which line of a list it is."""

    def __init__(self, found: dict[str, Any], errors: list[Wrong] | None = None, row: str = "") -> None:
        self.found = {str(key).lower(): value for key, value in found.items()}
        self.errors: list[Wrong] = [] if errors is None else errors
        self._row = row

    def wrong(self, name: str, message: str) -> None:
        self.errors.append(Wrong(name, f"{self._row}{message}"))

    def has(self, name: str) -> bool:
        return bool(self.text(name))

    def text(self, name: str, *, required: bool = False, most: int = 500) -> str:
        """Return a text, "" where there is none; numbers and flags are taken for what they look like."""
        value = self.found.get(name.lower())
        if isinstance(value, bool):
            value = "True" if value else "False"
        if isinstance(value, (dict, list)):
            self.wrong(name, f"{name}: нужна строка, найдена структура")
            return ""
        plain = "" if value is None else str(value).strip()
        if required and not plain:
            self.wrong(name, f"{name}: поле не заполнено")
        if len(plain) > most:
            self.wrong(name, f"{name}: найдено {len(plain)} знаков, допустимо {most}")
            return plain[:most]
        return plain

    def whole(self, name: str, *, default: int = 0, least: int = 0, most: int = LARGEST_WHOLE) -> int:
        """Return a whole number, the default where there is none."""
        value = self._number(name)
        if value is None:
            return default
        if value != int(value) or not least <= value <= most:
            self.wrong(name, f"{name}: найдено {value}, допустимо целое от {least} до {most}")
            return default
        return int(value)

    def minor(self, name: str) -> int:
        """Return roubles as kopecks, 0 where there are none."""
        value = self._number(name)
        exact = Decimal(0) if value is None else value * 100
        minor = round(exact)
        if abs(exact - minor) > BINARY_NOISE or not 0 <= minor <= LARGEST_MINOR:
            self.wrong(name, f"{name}: найдено {value}, допустима неотрицательная сумма с копейками")
            return 0
        return minor

    def grams(self, name: str) -> int:
        """Return kilograms as grams, rounded up; 0 where there are none."""
        value = self._number(name)
        grams = Decimal(0) if value is None else value * 1000
        if not 0 <= grams <= LARGEST_WHOLE:
            self.wrong(name, f"{name}: найдено {value}, допустим неотрицательный вес в килограммах")
            return 0
        return ceil(grams - BINARY_NOISE)

    def _number(self, name: str) -> Decimal | None:
        text = self.text(name)
        if not text:
            return None
        if not _AMOUNT.fullmatch(text):
            self.wrong(name, f"{name}: найдено «{text[:80]}», нужно число с точкой")
            return None
        return Decimal(text.replace(",", "."))

    def flag(self, name: str) -> bool:
        text = self.text(name).lower()
        if text not in (*TRUE, *FALSE):
            self.wrong(name, f"{name}: найдено «{text[:80]}», допустимо True, False, 1 или 0")
        return text in TRUE

    def date(self, name: str) -> str:
        """Return a date as ISO text, "" where there is none."""
        text = self.text(name)
        found = read_date(text) if text else ""
        if found is None:
            self.wrong(name, f"{name}: найдено «{text[:80]}», нужна дата dd.MM.yyyy")
        return found or ""

    def rows(self, name: str) -> "list[Reader]":
        """Return the objects of a list, in a form one numbered in brackets."""
        value = self.found.get(name.lower())
        if value in (None, "", [], {}):
            return []
        rows = list(value.values()) if isinstance(value, dict) else value
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.wrong(name, f"{name}: нужен список позиций")
            return []
        if len(rows) > ROWS_MOST:
            self.wrong(name, f"{name}: найдено {len(rows)} позиций, допустимо {ROWS_MOST}")
            return []
        return [Reader(row, self.errors, f"Позиция {place}: ") for place, row in enumerate(rows, 1)]

    def refuse_if_wrong(self) -> None:
        """Raise everything that was collected."""
        if self.errors:
            raise Refused(*dict.fromkeys(self.errors))
