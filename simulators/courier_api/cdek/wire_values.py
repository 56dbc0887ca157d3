"""How CDEK writes moments, money and uuids.

Money inside is whole kopecks; on the wire a decimal number of roubles. Moments inside are virtual milliseconds.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from ...core.world import World

MOSCOW = timezone(timedelta(hours=3))  # the carrier's zone; Moscow has had no summer time since 2014


def moment(at_ms: int) -> str:
    """Return `2026-01-15T10:15:25+00:00`, as in all recorded answers."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def moment_plain(at_ms: int) -> str:
    """Return `2026-01-15T10:15:25+0000`: webhooks write the offset without a colon."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def day(at_ms: int) -> str:
    """Return the date in the carrier's zone as ISO text."""
    return datetime.fromtimestamp(at_ms // 1000, MOSCOW).date().isoformat()


def day_start_ms(iso: str) -> int:
    """Return the moment at which a day of the carrier's zone begins."""
    start = datetime.combine(date.fromisoformat(iso), datetime.min.time(), MOSCOW)
    return int(start.timestamp()) * 1000


def plus_days(iso: str, days: int) -> str:
    return (date.fromisoformat(iso) + timedelta(days=days)).isoformat()


def roubles(minor: int) -> Decimal:
    """Return kopecks as roubles with at least one decimal place, as a double prints."""
    value = Decimal(minor).scaleb(-2)
    return value.quantize(Decimal("0.1")) if minor % 10 == 0 else value


def roubles_text(minor: int) -> str:
    """Return kopecks as `600.00`."""
    return str(Decimal(minor).scaleb(-2))


def half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def vat_inside(gross_minor: int, rate_percent: int) -> int:
    """Return the VAT inside a gross amount, half up, in integers. Source: `settlement` SET-074."""
    return (2 * gross_minor * rate_percent + 100 + rate_percent) // (2 * (100 + rate_percent))


def new_uuid(world: World, purpose: str) -> str:
    """Return the next uuid for a purpose: fixed by the tenant's seed, unique by a counter."""
    key = str(world.count(f"cdek.uuid/{purpose}"))
    return str(UUID(hex=world.token_hex(f"cdek.uuid/{purpose}", key), version=4))
