"""Reading JSON bodies leniently, as the carrier does: keys in any letter case, numbers as text and back.

Wire contract: `courier_api` §4. A reader raises `Refused` for the first thing that is wrong, and nothing else.
"""

from decimal import Decimal
from typing import Any

import msgspec

from ...wire.call import Call
from .errors import PARAMETERS, Refused

LARGEST = Decimal(10**10)
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class Fields:
    """An object of a body at `path`; "" and null count as absent. A key spelled twice counts as spelled last."""

    def __init__(self, value: Any, path: str = "") -> None:
        if not isinstance(value, dict):
            raise Refused(PARAMETERS, f"Неверный формат поля {path}" if path else "Запрос не является объектом JSON")
        self.path = path
        self._found = {key.strip().lower(): found for key, found in value.items()}

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def raw(self, key: str) -> Any:
        """Return what stands there, None for what counts as absent."""
        value = self._found.get(key.lower())
        return None if isinstance(value, str) and not value.strip() else value

    def has(self, key: str) -> bool:
        return self.raw(key) is not None

    def wrong(self, key: str, found: object, allowed: str) -> Refused:
        return Refused(PARAMETERS, f"Неверное значение поля {self.at(key)}: {str(found)[:60]}; {allowed}")

    def text(self, key: str, *, most: int, required: bool = False) -> str:
        """Return a text without spaces around it; a number is taken for its digits, "" for an absent one."""
        value = self.raw(key)
        if value is None:
            if required:
                raise Refused(PARAMETERS, f"Не заполнено обязательное поле {self.at(key)}")
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise self.wrong(key, value, "нужна строка")
        text = str(value).strip()
        if len(text) > most:
            raise self.wrong(key, text, f"не более {most} символов")
        return text

    def number(self, key: str, *, required: bool = False) -> Decimal | None:
        """Return a number, a decimal comma allowed in a text; None for an absent one."""
        value = self.raw(key)
        if value is None:
            if required:
                raise Refused(PARAMETERS, f"Не заполнено обязательное поле {self.at(key)}")
            return None
        number = _number_of(value)
        if number is None or abs(number) > LARGEST:
            raise self.wrong(key, value, "нужно число")
        return number

    def whole(self, key: str, *, required: bool = False) -> int | None:
        number = self.number(key, required=required)
        if number is not None and number != int(number):
            raise self.wrong(key, number, "нужно целое число")
        return None if number is None else int(number)

    def one_of(self, key: str, allowed: tuple[int, ...], *, default: int | None = None) -> int:
        """Return one of some codes; without a default it must be there."""
        number = self.whole(key, required=default is None)
        if number is None and default is not None:
            return default
        if number not in allowed:
            raise self.wrong(key, number, f"допустимы {', '.join(map(str, allowed))}")
        return number

    def minor(self, key: str, *, required: bool = False) -> int:
        """Return an amount of roubles as kopecks, 0 for an absent one."""
        number = self.number(key, required=required)
        if number is None:
            return 0
        if number < 0 or number * 100 != int(number * 100):
            raise self.wrong(key, number, "нужна сумма не меньше нуля, не более двух знаков после запятой")
        return int(number * 100)

    def child(self, key: str) -> "Fields | None":
        """Return an object, None for an absent or empty one; some clients send `[]` for none."""
        value = self.raw(key)
        return None if value in (None, [], {}) else Fields(value, self.at(key))

    def children(self, key: str, *, most: int, required: bool = False, nested: bool = False) -> "list[Fields]":
        """Return the objects of a list; with `nested` also those of lists in it, as one client sends them."""
        rows = self.rows(key, most, required)
        if nested:
            rows = [inner for row in rows for inner in (row if isinstance(row, list) else [row])][: most + 1]
            if len(rows) > most:
                raise self.wrong(key, "слишком много элементов", f"не более {most}")
        return [Fields(value, f"{self.at(key)}[{place}]") for place, value in enumerate(rows)]

    def texts(self, key: str, *, most: int, required: bool = False) -> list[str]:
        """Return a list of texts; one text stands for a list of one."""
        rows = self.rows(key, most, required)
        return [Fields({"": value}, f"{self.at(key)}[{place}]").text("", most=50) for place, value in enumerate(rows)]

    def rows(self, key: str, most: int, required: bool = False) -> list[Any]:
        """Return a list as it came; what is no list stands for a list of one."""
        value = self.raw(key)
        rows = value if isinstance(value, list) else [] if value is None else [value]
        if required and not rows:
            raise Refused(PARAMETERS, f"Не заполнено обязательное поле {self.at(key)}")
        if len(rows) > most:
            raise self.wrong(key, f"{len(rows)} элементов", f"не более {most}")
        return rows


def _number_of(value: Any) -> Decimal | None:
    """Return a finite number of at most fifteen digits on either side of the point, None for anything else."""
    if isinstance(value, str):
        plain = value.strip().replace(",", ".")
        unsigned = plain.removeprefix("-")
        if len(plain) > 20 or not unsigned.isascii() or not unsigned.replace(".", "", 1).isdecimal():
            return None
        return Decimal(plain)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite() or (number and not -6 <= number.adjusted() <= 15):
        return None
    return number


def document(call: Call) -> Fields:
    """Return the body, read once for a call.

    Raises:
        Refused: it is no JSON object.
    """
    kept = call.notes.get("document")
    if isinstance(kept, Fields):
        return kept
    try:
        decoded = _decoder.decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ArithmeticError):
        raise Refused(PARAMETERS, "Запрос не является объектом JSON") from None
    fields = Fields(decoded)
    call.notes["document"] = fields
    return fields
