"""What every question about places may carry: filters, a page, a language.

Wire contract: `courier_api` §1.11.
"""

from typing import Any

from ...wire.call import Call
from .envelope import Refused, is_empty, wrong_value

SIZE = 1_000
LANGUAGES = ("rus", "eng", "zho")


def matches(call: Call, exact: dict[str, Any]) -> bool:
    """Tell whether every filter that was sent has this value."""
    query = call.query
    asked = ((query.get(key, "").strip().lower(), str(value).lower()) for key, value in exact.items())
    return all(not wanted or wanted == value for wanted, value in asked)


def page_of(call: Call, rows: list[Any], size: int = SIZE) -> tuple[list[Any], int, int]:
    """Return the asked page, its number and the size of pages; `page` counts from 0 and needs `size`."""
    asked, page = whole(call, "size"), whole(call, "page")
    if page is not None and asked is None:
        raise Refused(is_empty("size"))
    size, page = size if asked is None else asked, page or 0
    return rows[page * size : (page + 1) * size], page, size


def whole(call: Call, key: str) -> int | None:
    text = call.query.get(key, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Refused(wrong_value(key, text))
    return int(text)


def language(call: Call) -> str:
    """Return the language of an answer: Russian where none or another is asked for."""
    asked = call.query.get("lang", "").strip().lower()
    return asked if asked in LANGUAGES else LANGUAGES[0]
