"""How PickPoint writes moments and money, and how its barcodes are checked.

Money inside is whole kopecks, on the wire a number of roubles. Moments inside are virtual milliseconds; on the wire
they are Moscow's, to the minute: `16.01.14 00:28` (`courier_api` §4).
"""

import re
from datetime import datetime
from decimal import Decimal

from ...core.world import World
from ...wire.moscow import MOSCOW, local
from . import settings

LONG = "dd.mm.yyyy"
DATES = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")
ISO_DATES = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?.*)?")


def moment(world: World, at_ms: int) -> str:
    """Return `16.01.14 00:28`, or with four digits of the year where the tenant wants it so."""
    year = "%Y" if settings.choice(world, "change_dt") == LONG else "%y"
    return local(at_ms).strftime(f"%d.%m.{year} %H:%M")


def day_text(world: World, at_ms: int) -> str:
    """Return `16.01.14`, "" for a moment that has not come."""
    return moment(world, at_ms).partition(" ")[0] if at_ms else ""


def read_moment(text: str, *, end: bool = False) -> int | None:
    """Return the moment that a client's date names, None when it names none.

    Taken are `16.01.14`, `16.01.2014`, either with `00:28` or `00:28:59`, and ISO 8601, read as Moscow's. With `end`
    the moment is the last of the day, minute or second that is named.
    """
    if match := DATES.fullmatch(text.strip()):
        days, month, year, *rest = match.groups()
        year = year if len(year) == 4 else f"20{year}"
    elif match := ISO_DATES.fullmatch(text.strip()):
        year, month, days, *rest = match.groups()
    else:
        return None
    hour, minute, second = (int(part) if part else 0 for part in rest)
    try:
        found = datetime(int(year), int(month), int(days), hour, minute, second, tzinfo=MOSCOW)
    except ValueError:
        return None
    span_ms = 86_400_000 if rest[0] is None else 60_000 if rest[2] is None else 1_000
    return int(found.timestamp()) * 1000 + (span_ms - 1 if end else 0)


def roubles(minor: int) -> Decimal:
    """Return kopecks as roubles with at least one decimal place."""
    value = Decimal(minor).scaleb(-2)
    return value.quantize(Decimal("0.1")) if minor % 10 == 0 else value


def roubles_text(minor: int) -> str:
    """Return kopecks as `600.00`."""
    return str(Decimal(minor).scaleb(-2))


def with_check_digit(digits: str) -> str:
    """Return eleven digits and their check digit: weights 3 and 1 from the right, as recorded barcodes have it."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def is_barcode(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit() and with_check_digit(text[:11]) == text


def vat_inside(gross_minor: int, rate_percent: int) -> int:
    """Return the VAT inside a gross amount, half up, in integers. Source: `settlement` SET-074."""
    return (2 * gross_minor * rate_percent + 100 + rate_percent) // (2 * (100 + rate_percent))
