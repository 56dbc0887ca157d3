"""Reading what a client sent: JSON into orders' fields with the wire's types, or the framework's 400.

Wire contract: `postal_api_russia` §1.6: numbers come as text, booleans as text or 0 and 1, ids as text; unknown fields
are ignored; null and empty text are as good as nothing. What cannot be understood at all is E2 with 400, except that an
array inside an array of orders is E1b with 500.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from ....wire.bounds import deeper_than
from ....wire.call import Call
from ..answers import BadRequest, internal

DEEPEST = 16
LONGEST = 4_000  # of one text
LARGEST = 2**53
MOST_ITEMS = 10_000
MOST_ORDERS_BYTES = 16 * 1_048_576  # 1,000 orders with every field and ten lines of goods, all letters escaped, are 12
LIMITS_BYTES = dict.fromkeys(
    ("/1.0/user/backlog", "/2.0/user/backlog", "/1.0/batch/{name}/shipment"), MOST_ORDERS_BYTES
)
_EXCEPTION = "org.springframework.http.converter.HttpMessageNotReadableException"
Read = Callable[[str, Any], Any]


def unreadable(what: str) -> BadRequest:
    return BadRequest(f"JSON parse error: {what}", exception=_EXCEPTION)


def document(call: Call) -> Any:
    """Return the body's JSON. Bodies without any are what a client sent by mistake.

    Raises:
        BadRequest.
    """
    if not call.body.strip():
        raise BadRequest("Required request body is missing", exception=_EXCEPTION)
    try:
        found = msgspec.json.decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unreadable(str(error)[:200]) from error
    if deeper_than(found, DEEPEST):
        raise unreadable(f"nested deeper than {DEEPEST} levels")
    return found


def orders(call: Call) -> list[dict[str, Any]]:
    """Return the orders of an array, each as an object.

    Raises:
        Refused: an array inside the array; anything else that is no order.
    """
    found = document(call)
    if not isinstance(found, list):
        raise unreadable("an array of orders is expected")
    if len(found) > MOST_ITEMS:
        raise unreadable(f"{len(found)} orders at once, at most {MOST_ITEMS}")
    if any(isinstance(item, list) for item in found):
        raise internal("Внутренняя ошибка сервера")
    for item in found:
        if not isinstance(item, dict):
            raise unreadable(f"an order is expected where {str(item)[:40]!r} stands")
    return found


def one_order(call: Call) -> dict[str, Any]:
    """Return the one order of a body; a client sends an array of one where an object is wanted."""
    found = document(call)
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise unreadable("one order is expected")
    return found


def ids(call: Call) -> list[int]:
    """Return order ids, whether they are numbers or digits in text."""
    found = document(call)
    if not isinstance(found, list) or len(found) > MOST_ITEMS:
        raise unreadable(f"an array of at most {MOST_ITEMS} ids is expected")
    return [_id(item) for item in found]


def _id(item: Any) -> int:
    found = whole("id", item)
    if not isinstance(found, int):
        raise unreadable("an id is a whole number")
    return found


def names(call: Call) -> list[str]:
    """Return batch names, whether they are text or numbers."""
    found = document(call)
    if not isinstance(found, list) or len(found) > MOST_ITEMS:
        raise unreadable(f"an array of at most {MOST_ITEMS} batch names is expected")
    shown = [text("batch-name", item) for item in found]
    if None in shown:
        raise unreadable("a batch name is expected where null stands")
    return [name for name in shown if name is not None]


# -- single values: None stands for nothing


def text(name: str, found: Any) -> str | None:
    if found is None:
        return None
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int | float):
        return str(found)[:LONGEST]
    if not isinstance(found, str):
        raise unreadable(f"{name} is no text")
    if len(found) > LONGEST:
        raise unreadable(f"{name} has {len(found)} characters, at most {LONGEST}")
    if "\x00" in found:
        raise unreadable(f"{name} holds a zero character")
    return found.strip() or None


def whole(name: str, found: Any) -> int | None:
    """Return a whole number of an int, of digits in text, or of a float without a fraction."""
    if found is None or found == "":
        return None
    if isinstance(found, str):
        digits = found.strip()
        plain = digits.removeprefix("-")
        if not digits:
            return None
        if not (plain.isascii() and plain.isdigit() and len(plain) <= 18):
            raise unreadable(f"Cannot deserialize {name} from {found[:40]!r}: not a whole number")
        found = int(digits)
    if isinstance(found, float) and found.is_integer() and abs(found) <= LARGEST:
        found = int(found)
    if type(found) is not int or abs(found) > LARGEST:
        raise unreadable(f"Cannot deserialize {name}: a whole number up to {LARGEST} is expected")
    return found


def phone(name: str, found: Any) -> int | None:
    """Return a phone number as the digits it has, whatever stands between them."""
    if isinstance(found, str):
        found = "".join(char for char in found if char.isascii() and char.isdigit())[:18]
    return whole(name, found)


def number(name: str, found: Any) -> int | float | None:
    if isinstance(found, str):
        try:
            found = float(found.replace(",", ".")) if found.strip() else None
        except ValueError as error:
            raise unreadable(f"Cannot deserialize {name} from {found[:40]!r}: not a number") from error
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) <= LARGEST:
        raise unreadable(f"Cannot deserialize {name}: a number is expected")
    return int(found) if isinstance(found, float) and found.is_integer() else found


def flag(name: str, found: Any) -> bool | None:
    if found is None or found == "":
        return None
    if isinstance(found, str):
        found = {"true": True, "1": True, "false": False, "0": False}.get(found.strip().lower(), found)
    if found in (0, 1):
        return bool(found)
    raise unreadable(f"Cannot deserialize {name}: true or false is expected")


def zero_or_one(name: str, found: Any) -> int | None:
    """Return a count of SMS packages as it is told; a boolean is 0 or 1."""
    return (
        int(found)
        if isinstance(found, bool)
        else whole(name, {"true": 1, "false": 0}.get(found, found) if isinstance(found, str) else found)
    )


def texts(name: str, found: Any) -> list[str] | None:
    if found is None:
        return None
    if not isinstance(found, list) or len(found) > 100:
        raise unreadable(f"{name} is no array of texts")
    return [shown for item in found if (shown := text(name, item)) is not None]


def query_flag(call: Call, name: str) -> bool | None:
    """Return a boolean of the query: `true`, `True`, `1`; an empty one is false; None where it is missing."""
    found = call.query.get(name)
    return None if found is None else found.strip().lower() in ("true", "1")


def query_whole(call: Call, name: str, default: int, most: int) -> int:
    """Return a whole number of the query; the framework refuses any other."""
    found = call.query.get(name, "").strip()
    if not found:
        return default
    if not (found.isascii() and found.isdigit() and len(found) <= 9):
        raise BadRequest(f"Failed to convert value of parameter '{name}': {found[:40]!r} is no whole number")
    return min(int(found), most)


def query_date(call: Call, name: str) -> str | None:
    """Return a date of the query as ISO text; a time behind it is not looked at."""
    found = call.query.get(name, "").strip()[:10]
    if not found:
        return None
    try:
        return date.fromisoformat(found).isoformat()
    except ValueError as error:
        raise BadRequest(f"Failed to convert value of parameter '{name}': {found!r} is no date yyyy-MM-dd") from error
