"""Make `offices.csv` from `cities.csv` and a fixed seed.

Run `python -m parcelproof.simulators.courier_api.cdek.make_offices` after a change of either. The offices are ours,
only the look of their codes is published (`NSK1`, `MSK123`). Each city's first is an ordinary office, its second a
locker. Numbers of lockers, and only theirs, end in 2. What the columns mean is told in `offices`. With `--check`
nothing is written and the exit code is 1 when the file is not what comes out.
"""

import sys
from hashlib import blake2b
from math import isqrt
from pathlib import Path

from .geography import City, cities
from .offices import COLUMNS, HINTS, METRO, STREETS

SEED = "parcelproof offices 1"
FILE = Path(__file__).with_name("offices.csv")
LOCKER_ENDING = 2
MASSES_KG = (30, 30, 30, 30, 15, 20, 50, 50)
TERMINAL_KG = 1000
LARGE = 700  # thousands of inhabitants from which a city has a cargo terminal


def main(arguments: list[str]) -> int:
    text = table()
    if "--check" in arguments:
        return int(FILE.read_text(encoding="utf-8") != text)
    FILE.write_text(text, encoding="utf-8", newline="\n")
    return 0


def table() -> str:
    """Return the whole file: cities in their order, the offices of each by number."""
    rows = [";".join(COLUMNS)]
    for city in cities().values():
        if city.office:
            rows += _rows(city)
    return "\n".join(rows) + "\n"


def _rows(city: City) -> list[str]:
    """Return a city's offices: two at least, and more with its size."""
    wanted = max(2, 1 + isqrt(city.thousands) // 3)
    lockers = max(1, wanted * 2 // 5)
    places = [number for number in range(1, 10 * wanted) if number % 10 != LOCKER_ENDING][: wanted - lockers]
    numbers = sorted(places + [10 * n + LOCKER_ENDING for n in range(lockers)])
    rows = [_row(city, number, number % 10 == LOCKER_ENDING) for number in numbers]
    return rows + ([_terminal(city, numbers[-1] // 10 * 10 + 11)] if city.thousands >= LARGE else [])


def _row(city: City, number: int, locker: bool) -> str:
    drawn = _Drawn(f"{city.code}/{number}")
    mass_kg = 15 if locker else 30 if number == 1 else drawn.of(MASSES_KG)
    if locker:
        marks = "t" if drawn.chance(80) or number == LOCKER_ENDING else ""
    else:
        marks = "i" if number == 1 or drawn.chance(85) else ""
        marks += "dct" if number == 1 else "".join(mark for mark, percent in _SHARES if drawn.chance(percent))
    hours = 0 if locker or number == 1 else drawn.below(5)
    return _line(city, number, "A" if locker else "P", drawn, (0, mass_kg, hours, marks))


_SHARES = (("d", 70), ("c", 75), ("t", 85), ("m", 12), ("f", 4), ("l", 10), ("h", 30))


def _terminal(city: City, number: int) -> str:
    return _line(city, number, "P", _Drawn(f"{city.code}/{number}"), (30, TERMINAL_KG, 1, "icftl"))


def _line(city: City, number: int, kind: str, drawn: "_Drawn", rest: tuple[int, int, int, str]) -> str:
    spread = 40 + 4 * isqrt(city.thousands)  # ten-thousandths of a degree
    north, east = drawn.below(2 * spread + 1) - spread, drawn.below(2 * spread + 1) - spread
    street, house = drawn.below(len(STREETS)), 1 + drawn.below(120)
    near = drawn.below(len(METRO.get(city.code, HINTS)))
    told = near if city.code in METRO or drawn.chance(40) else ""
    return ";".join(map(str, (f"{city.office}{number}", kind, street, house, north, east, *rest, told)))


class _Drawn:
    """Chance from the seed: one stream for each office, so that another city changes no older one."""

    def __init__(self, key: str) -> None:
        self._state = int.from_bytes(blake2b(f"{SEED}/{key}".encode(), digest_size=64).digest())

    def below(self, end: int) -> int:
        self._state, found = divmod(self._state, end)
        return found

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def of(self, values: tuple[int, ...]) -> int:
        return values[self.below(len(values))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
