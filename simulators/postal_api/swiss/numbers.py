"""Ident codes: item numbers of each franking licence, handed out upwards and free again after a while.

Wire contract: `postal_api_swiss` §6: 18 digits without a check digit of their own (99 parcels, 98 letters, the licence,
the item number); S10 abroad. The smallest unused number comes first, those used explicitly are skipped, and a number
may come again after 30 days (letters: 180). So an ident code alone is no key for ever.

A series is one licence's numbers of one kind of mail. Its book keeps the next fresh number, the numbers that became
free again as ranges, and the numbers in use in the order in which they become free.
"""

import msgspec

from ...core.records import Instant, Kind, Natural
from ...core.world import World
from . import settings
from .account import Account, padded
from .names import CARRIER
from .services import Basic, Group
from .shipment import Shipment

DAY_MS = 86_400_000
PARCEL, LETTER = "99", "98"
WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
REGISTERED, TRACKED = "R", "L"
ABROAD_MOST = 99_999  # five digits behind a licence of four characters


class Book(msgspec.Struct, frozen=True):
    """Where a series stands. `free` are ranges of numbers, both ends included, smallest first.

    `head` to `tail` are the places of its numbers in use, oldest first.
    """

    fresh: Natural = 0
    free: tuple[tuple[Natural, Natural], ...] = ()
    head: Natural = 0
    tail: Natural = 0


class Use(msgspec.Struct, frozen=True, array_like=True):
    """A number in use until `free_ms`."""

    number: Natural
    free_ms: Instant


BOOKS: Kind[Book] = Kind(f"{CARRIER}.number_books", Book)  # series -> book
USES: Kind[Use] = Kind(f"{CARRIER}.number_uses", Use)  # "<series>/<place>" -> use
IN_USE: Kind[int] = Kind(f"{CARRIER}.numbers_in_use", int)  # "<series>/<number>" -> when it is free again
KINDS = (BOOKS, USES, IN_USE)


class Exhausted(Exception):
    """A series has no number left."""


def license_of(given: str) -> str:
    """Return a franking licence of four, six or eight characters with its eight places."""
    return padded(given)


def is_abroad(given: str) -> bool:
    """Tell whether S10 numbers can be made of a licence: a letter and three digits."""
    return len(given) == 4 and given.isascii() and given[0].isalpha() and given[1:].isdigit()


def series(shipment: Shipment, basic: Basic) -> str:
    """Return the name of the series that a shipment's number is of."""
    if basic.group is Group.ABROAD:
        mark = TRACKED if basic.key == "INTL" else REGISTERED
        given = shipment.franking_license.upper()
        return f"{mark}{given if is_abroad(given) else 'M'}"
    mark = LETTER if basic.group is Group.LETTER else PARCEL
    return mark + license_of(shipment.franking_license)


def ident_code(name: str, number: int) -> str:
    """Return the ident code of a number of a series."""
    if name[0].isdigit():
        return f"{name}{number:08d}"
    stem = f"{name}{number % 100_000:05d}" if len(name) == 5 else f"{name}{number:08d}"
    return f"{stem}{check_digit(stem[2:])}CH"


def check_digit(digits: str) -> str:
    """Return the S10 check digit of eight digits."""
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11
    return str({10: 0, 11: 5}.get(rest, rest))


def dotted(code: str) -> str:
    """Return an ident code as it is printed: 99.60.013217.00005958; S10 as it is."""
    return f"{code[:2]}.{code[2:4]}.{code[4:10]}.{code[10:]}" if code.isdigit() and len(code) == 18 else code


def in_use(world: World, name: str, number: int) -> bool:
    free_ms = world.store.get(IN_USE, f"{name}/{number}")
    return free_ms is not None and free_ms > world.now_ms


def last_of(account: Account, name: str) -> int:
    """Return the greatest number of a series; behind a licence of four characters there is room for five digits."""
    return min(account.last, ABROAD_MOST) if len(name) == 5 else account.last


def upcoming(world: World, account: Account, name: str) -> int:
    """Return the number that `take` would hand out, without using it up.

    Raises:
        Exhausted: there is none.
    """
    return _smallest(world, account, name, _settled(world, name))[0]


def take(world: World, account: Account, name: str, number: int = 0) -> int:
    """Use a number of a series, or the smallest unused one; return it.

    Raises:
        Exhausted: there is none.
    """
    book = _settled(world, name)
    if number == 0:
        number, book = _smallest(world, account, name, book)
    days = settings.number(world, f"reuse_{'letter' if name[:2] != PARCEL else 'parcel'}_numbers_after_days")
    free_ms = world.now_ms + days * DAY_MS
    world.store.put(IN_USE, f"{name}/{number}", free_ms)
    world.store.put(USES, f"{name}/{book.tail}", Use(number, free_ms))
    world.store.put(BOOKS, name, msgspec.structs.replace(book, tail=book.tail + 1))
    return number


def _settled(world: World, name: str) -> Book:
    """Return a series' book with the numbers that have become free since."""
    book = world.store.get(BOOKS, name) or Book()
    head, freed = book.head, []
    while head < book.tail:
        use = world.store.get(USES, f"{name}/{head}")
        if use is not None and use.free_ms > world.now_ms:
            break
        if use is not None and world.store.get(IN_USE, f"{name}/{use.number}") == use.free_ms:
            world.store.drop(IN_USE, f"{name}/{use.number}")
            freed.append(use.number)
        world.store.drop(USES, f"{name}/{head}")
        head += 1
    if head != book.head:
        book = msgspec.structs.replace(book, head=head, free=_joined(book.free, freed))
        world.store.put(BOOKS, name, book)
    return book


def _joined(free: tuple[tuple[int, int], ...], freed: list[int]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for low, high in sorted([*free, *((number, number) for number in freed)]):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def _smallest(world: World, account: Account, name: str, book: Book) -> tuple[int, Book]:
    """Return the smallest number of the account's range that is not in use, and the book without it."""
    last, free = last_of(account, name), book.free
    while free:
        low, high = free[0]
        free = ((low + 1, high), *free[1:]) if low < high else free[1:]
        if account.first <= low <= last and low < max(book.fresh, account.first) and not in_use(world, name, low):
            return low, msgspec.structs.replace(book, free=free)
    fresh = max(book.fresh, account.first)
    while in_use(world, name, fresh):
        fresh += 1
    if fresh > last:
        raise Exhausted(name)
    return fresh, msgspec.structs.replace(book, free=free, fresh=fresh + 1)


def left(world: World, account: Account, name: str, *, most: int) -> bool:
    """Tell whether a series has at least `most` numbers left."""
    book = _settled(world, name)
    for _ in range(most):
        try:
            _, book = _smallest(world, account, name, book)
        except Exhausted:
            return False
    return True
