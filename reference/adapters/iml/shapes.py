"""IML's answers as types: codes and sums as numbers or text, unknown members passed over.

Source: `courier_api` §3. In which form the carrier writes a moment no source shows: ISO 8601 and the day-first form of
its requests are read, Moscow's time where no offset is given.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec

from ..amounts import NotAnAmount, decimal_of
from ..exchange import Name

MOSCOW = timezone(timedelta(hours=3))  # the carrier's own zone; without summer time since 2014
Text = str | int  # codes come as numbers or as text
NOTHING = msgspec.Raw(b"null")

_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")


class ErrorShape(msgspec.Struct, frozen=True):
    Code: Text = ""
    Message: str = ""


class Failure(msgspec.Struct, frozen=True):
    """A refusal inside HTTP 200."""

    Result: str | None = None
    Errors: list[ErrorShape] | ErrorShape | None = None

    @property
    def told(self) -> list[ErrorShape]:
        return [self.Errors] if isinstance(self.Errors, ErrorShape) else self.Errors or []


class Made(msgspec.Struct, frozen=True):
    """An order as the carrier took it, or as it lists it."""

    BarCode: Name | int | None = None
    CustomerOrder: Text | None = None
    DeliveryAmount: msgspec.Raw = NOTHING  # a sum: see `sum_of`
    Commission: msgspec.Raw = NOTHING
    FullDeliveryAmount: msgspec.Raw = NOTHING


class Creation(msgspec.Struct, frozen=True):
    Result: str | None = None
    Errors: list[ErrorShape] | ErrorShape | None = None
    Order: Made | None = None


class Piece(msgspec.Struct, frozen=True):
    """A line of `Details`: one piece. `cancel` and `returnCode` tell that it was not taken."""

    productNo: Text | None = None
    quantity: msgspec.Raw = NOTHING
    cancel: bool | Text | None = None
    returnCode: Text | None = None


class Standing(msgspec.Struct, frozen=True):
    """How an order stands now."""

    State: Text
    OrderStatus: Text
    BarCode: Name | int
    StatusDate: str
    Number: Text | None = None
    StateDescription: str | None = None
    OrderStatusDescription: str | None = None
    DeliveryDate: str | None = None
    ReturnStatus: Text | None = None
    LocationCode: Text | None = None
    Details: list[Piece] | None = None


class Link(msgspec.Struct, frozen=True):
    Url: str | None = None
    Result: str | None = None
    Errors: list[ErrorShape] | ErrorShape | None = None


def text(value: Any) -> str:
    """Return a code as text, "" for none."""
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def yes(value: bool | Text | None) -> bool:
    """Tell whether a flag is up: true, or any code but 0."""
    if isinstance(value, bool) or value is None:
        return bool(value)
    return text(value).lower() not in ("", "0", "false")


def sum_of(written: msgspec.Raw) -> Decimal | None:
    """Return a sum written as a number or as text, None for anything else: a price may follow later."""
    found = bytes(written).decode("utf-8", "replace").strip().strip('"')
    try:
        return decimal_of(found)
    except NotAnAmount:
        return None


def moment(written: str) -> datetime | None:
    """Return a moment in UTC, None for text that names none."""
    match = _DAY_FIRST.fullmatch(written.strip())
    try:
        if match:
            day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
            found = datetime(year, month, day, hour, minute, second, tzinfo=MOSCOW)
        else:
            found = datetime.fromisoformat(written.strip())
        at = (found if found.tzinfo else found.replace(tzinfo=MOSCOW)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if 1970 <= at.year <= 9000 else None
