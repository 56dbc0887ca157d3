"""What every question about places may carry: filters, a page, a language.

Wire contract: `courier_api` §1.11; `X-User-Lang`: the vendor's OpenAPI description (as stored in GitHub wishboxcdek).
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from ...wire.call import Call
from .envelope import Refused, is_empty, wrong_value

SIZE = 1_000
Row = TypeVar("Row")
LANGUAGES = ("rus", "eng", "zho")


def narrowed(call: Call, found: list[Row], exact: Mapping[str, Callable[[Row], object]]) -> list[Row]:
    """Return the rows that have the value of every filter that was sent."""
    for key, value_of in exact.items():
        if wanted := call.query.get(key, "").strip().lower():
            found = [row for row in found if str(value_of(row)).lower() == wanted]
    return found


def page_of(call: Call, rows: list[Row], size: int = SIZE, *, page_alone: bool = False) -> tuple[list[Row], int, int]:
    """Return the asked page, its number and the size of pages; `page` counts from 0 and needs `size`.

    Args:
        page_alone: it does not need it.
    """
    asked, page = whole(call, "size"), whole(call, "page")
    if page is not None and asked is None and not page_alone:
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
    """Return the language of an answer: Russian where none or another is asked for, in the query or a header."""
    asked = str(call.query.get("lang") or call.headers.get("X-User-Lang") or "").strip().lower()
    return asked if asked in LANGUAGES else LANGUAGES[0]
