"""How IML writes moments, money, masses and its numbers.

Wire contract: `courier_api` §3; the formats are those of recorded answers: `15.05.2019 0:00:00` in an order,
`2019-05-10T08:03:09.79` in a status, both in Moscow time without an offset.
"""

from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from ...core.world import NUMBERS, World
from ...wire.labels.ean13 import check_digit
from ...wire.moscow import local
from .records import CARRIER

PREFIX = "7500"  # of the numbers the carrier gives out, as recorded answers show them
PLACES_MOST = 9
MIDNIGHT = "0:00:00"


def moment(at_ms: int) -> str:
    """Return `2019-05-10T08:03:09.79`: hundredths only where there are any."""
    at = local(at_ms).strftime("%Y-%m-%dT%H:%M:%S")
    part = f"{at_ms % 1000:03}".rstrip("0")
    return f"{at}.{part}" if part else at


def order_date(iso: str) -> str:
    """Return `15.05.2019 0:00:00`."""
    return f"{russian(iso)} {MIDNIGHT}"


def russian(iso: str) -> str:
    """Return `15.05.2019`."""
    return ".".join(reversed(iso.split("-")))


def read_date(text: str) -> str | None:
    """Return the ISO form of `15.05.2019` (a time behind it is ignored) or of an ISO date; None for neither."""
    plain = text.strip().partition(" ")[0].partition("T")[0]
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(plain, pattern).date().isoformat()  # noqa: DTZ007  # a day, not a moment
        except ValueError:
            continue
    return None


def roubles(minor: int) -> Decimal:
    """Return kopecks as a number of roubles without needless zeros: 1000, 255.6."""
    return _plain(Decimal(minor).scaleb(-2))


def kilograms(mass_g: int) -> Decimal:
    return _plain(Decimal(mass_g).scaleb(-3))


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def roubles_text(minor: int) -> str:
    """Return kopecks as `600.00`."""
    return str(Decimal(minor).scaleb(-2))


def half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_CEILING))


def is_barcode(text: str) -> bool:
    """Tell whether a text is thirteen digits of which the last is right."""
    return len(text) == 13 and text.isascii() and text.isdigit() and check_digit(text[:12]) == text[12]


def place_codes(barcode: str, places: int) -> tuple[str, ...]:
    """Return a number for each place of an order, its own first: the twelfth digit counts them."""
    stems = [f"{barcode[:11]}{digit}" for digit in "1234567890" if digit != barcode[11]]
    return (barcode, *(stem + check_digit(stem) for stem in stems[: places - 1]))


def new_barcode(world: World) -> str:
    """Return the next number of the carrier that no order has, the first place's."""
    while True:
        stem = f"{PREFIX}{world.count('iml.barcode') + 1_903_000:07}1"
        barcode = stem + check_digit(stem)
        if world.store.get(NUMBERS, f"{CARRIER}/{barcode}") is None:
            return barcode
