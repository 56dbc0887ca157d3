"""Numbers of items: 14 digits at home, S10 abroad, issued from ranges; never twice, never lost.

Wire contract: `postal_api_russia` §3. A range is a row of numbers that the post gave to the account; a number leaves it
when an order is taken in, after everything that could refuse the order. A number of an order that was deleted is never
given out again. A range that is used up gives no number: the post has to be asked for another.
"""

import msgspec

from ...core.errors import SimulatorError
from ...core.records import Kind, Natural
from ...core.world import World
from .records import account_of
from .settings import Switches

SERIES, SERIALS = 99, 100_000  # a pseudo post code has series 01 to 99 of serials 00000 to 99999
S10_SERIALS = 10**8
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
DOMESTIC = "domestic"
SERVICES = {  # mail type -> the two letters of its S10; a declared value makes it insured (V)
    "EMS": "EA",
    "EMS_OPTIMAL": "EA",
    "EMS_RT": "EA",
    "EMS_TENDER": "EA",
    "POSTAL_PARCEL": "CC",
    "PARCEL_CLASS_1": "CC",
    "ONLINE_PARCEL": "CC",
    "SMALL_PACKET": "RO",
    "LETTER": "RA",
    "BANDEROL": "RB",
}
SWITCHES = Switches(
    choices={"number_range": ("open", "exhausted")},
    numbers={"number_range_size": (SERIES * SERIALS, 0, SERIES * SERIALS)},
)


class Exhausted(SimulatorError):
    """There is no number left; nothing changed."""


class Range(msgspec.Struct, frozen=True, array_like=True):
    """A row of numbers: `issued` of them are given out, the next is `first + issued`.

    `first` counts from the very first number of the prefix, which is six digits at home and two letters abroad; after
    the last number of the prefix the row goes on with its first.
    """

    prefix: str
    first: Natural
    size: Natural
    issued: Natural = 0

    @property
    def left(self) -> int:
        return self.size - self.issued


RANGES: Kind[tuple[Range, ...]] = Kind("russian_post.ranges", tuple[Range, ...])  # "domestic" or two letters -> ranges
KINDS = (RANGES,)


def check_digit(thirteen: str) -> str:
    """Return the fourteenth digit: three times the digits at odd places and the others once, up to the next ten."""
    total = 3 * sum(int(digit) for digit in thirteen[0::2]) + sum(int(digit) for digit in thirteen[1::2])
    return str(-total % 10)


def s10_check_digit(eight: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(S10_WEIGHTS, eight, strict=True))
    return {10: "0", 11: "5"}.get(found := 11 - total % 11, str(found))


def is_number(text: str) -> bool:
    """Tell whether a text is a number of either kind with its right check digit, letters in upper case."""
    if len(text) == 14 and text.isascii() and text.isdigit():
        return check_digit(text[:13]) == text[13]
    letters, digits = text[:2] + text[11:], text[2:11]
    if len(text) != 13 or not (letters.isascii() and letters.isalpha() and letters.isupper()):
        return False
    return digits.isascii() and digits.isdigit() and s10_check_digit(digits[:8]) == digits[8]


def domestic(prefix: str, place: int) -> str:
    """Return the number at a place of a pseudo post code: six digits, series 01 to 99, five digits, check digit."""
    series, serial = divmod(place % (SERIES * SERIALS), SERIALS)
    thirteen = f"{prefix}{series + 1:02d}{serial:05d}"
    return thirteen + check_digit(thirteen)


def s10(prefix: str, place: int) -> str:
    eight = f"{place % S10_SERIALS:08d}"
    return f"{prefix}{eight}{s10_check_digit(eight)}RU"


def ranges(world: World, row: str) -> tuple[Range, ...]:
    """Return the account's ranges of one row, oldest first; the first one follows from the tenant's seed."""
    return world.store.get(RANGES, row) or (_first(world, row),)


def _first(world: World, row: str) -> Range:
    chance = world.dice("russian_post.range", row)
    if row == DOMESTIC:
        size = SWITCHES.number(world, "number_range_size")
        return Range(account_of(world).dti, chance.randrange(SERIES * SERIALS), size)
    return Range(row, chance.randrange(S10_SERIALS), S10_SERIALS)


def add_range(world: World, row: str, added: Range) -> tuple[Range, ...]:
    """Give the account another range. Its prefix has to be new, so that no number is given out twice.

    Raises:
        ValueError: the prefix is in use.
    """
    found = ranges(world, row)
    if any(one.prefix == added.prefix for one in found):
        raise ValueError(f"the prefix {added.prefix} is in use")
    world.store.put(RANGES, row, (*found, added))
    return (*found, added)


def left(world: World, row: str) -> int:
    """Return how many numbers can still be issued."""
    if SWITCHES.choice(world, "number_range") == "exhausted":
        return 0
    return sum(one.left for one in ranges(world, row))


def row_of(mail_type: str, mail_category: str, *, abroad: bool) -> str:
    """Return the row that an item's number is issued from."""
    if not abroad:
        return DOMESTIC
    letters = SERVICES.get(mail_type, "RZ")
    return "V" + letters[1] if "WITH_DECLARED_VALUE" in mail_category and letters[0] != "E" else letters


def issue(world: World, row: str = DOMESTIC) -> str:
    """Take the next number out of a row.

    Raises:
        Exhausted: there is none left.
    """
    if SWITCHES.choice(world, "number_range") == "exhausted":
        raise Exhausted(f"the row {row} has no number left")
    found = ranges(world, row)
    for place, one in enumerate(found):
        if one.left > 0:
            used = msgspec.structs.replace(one, issued=one.issued + 1)
            world.store.put(RANGES, row, (*found[:place], used, *found[place + 1 :]))
            number = one.first + one.issued
            return domestic(one.prefix, number) if row == DOMESTIC else s10(one.prefix, number)
    raise Exhausted(f"the row {row} has no number left of {sum(one.size for one in found)}")
