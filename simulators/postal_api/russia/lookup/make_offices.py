"""Make `offices.csv` from `places.csv`, `known_offices.csv` and a fixed seed.

Run `python -m parcelproof.simulators.postal_api.russia.lookup.make_offices` after a change of any. The offices are ours
but for those of `known_offices.csv`, whose indexes clients are known to ask for. What the columns mean is told in
`offices`. With `--check` nothing is written and the exit code is 1 when the file is not what comes out.
"""

import sys
from collections.abc import Iterator
from hashlib import blake2b
from itertools import count
from math import isqrt
from pathlib import Path

from .offices import COLUMNS
from .places import INDEX_DIGITS, Place, by_name, of_index, places, rows_of
from .streets import streets_of, village_streets

SEED = "parcelproof russian offices 1"
FILE = Path(__file__).with_name("offices.csv")
FIRST_LOCKER, FIRST_POINT = 930_000, 971_000  # no town's indexes begin so
VILLAGES = (
    "Берёзовка", "Николаевка", "Александровка", "Михайловка", "Покровка", "Ивановка", "Дубровка", "Васильевка",
    "Петровка", "Успенка", "Сосновка", "Павловка", "Калиновка", "Знаменка", "Никольское", "Троицкое", "Красное",
    "Новосёлки", "Каменка", "Озерки",
)  # fmt: skip
KIND_OF_VILLAGE = ("с", "с", "с", "д", "п", "д")


def main(arguments: list[str]) -> int:
    text = table()
    if "--check" in arguments:
        return int(FILE.read_text(encoding="utf-8") != text)
    FILE.write_text(text, encoding="utf-8", newline="\n")
    return 0


def table() -> str:
    """Return the whole file: known offices, then each town's."""
    known = [_known(row) for row in rows_of("known_offices.csv")]
    taken = {row.split(";", 1)[0] for row in known}
    rows, numbers = [";".join(COLUMNS), *known], (count(FIRST_LOCKER), count(FIRST_POINT))
    for place in places():
        rows += _rows(place, taken, numbers)
    return "\n".join(rows) + "\n"


def _known(row: dict[str, str]) -> str:
    town = by_name()[row["town"].casefold().replace("ё", "е").replace("-", " ")][0]
    hours = "24" if row["kind"] == "A" else "20" if row["index"] in ("101000", "190000", "410000") else "18"
    point = (f"{float(row['latitude']):.6f}", f"{float(row['longitude']):.6f}")
    village = ("ст-ца" if row["settlement"] == "Пластуновская" else "г") + f" {row['settlement']}"
    settlement = village if row["settlement"] else ""
    fields = (row["index"], row["kind"], town.number, settlement, *point, row["street"], row["house"], hours)
    return ";".join(map(str, (*fields, "t" if row["kind"] == "A" else "tmo")))


def _rows(place: Place, taken: set[str], numbers: tuple[Iterator[int], Iterator[int]]) -> Iterator[str]:
    """Give a town's offices: more with its size, then lockers and points, and at some a village's office."""
    wanted = 1 + isqrt(place.thousands) // 4
    free = _indexes(place, taken)
    for index, _ in zip(free, range(wanted), strict=False):
        yield _row(place, index, "G", "")
    if _Drawn(f"villages/{place.number}").chance(40) and (index := next(free, "")):
        drawn = _Drawn(f"village/{place.number}")
        yield _row(place, index, "S", f"{drawn.of(KIND_OF_VILLAGE)} {drawn.of(VILLAGES)}")
    for _ in range(isqrt(place.thousands) // 8):
        yield _row(place, str(next(numbers[0])), "A", "")
    for _ in range(isqrt(place.thousands) // 14):
        yield _row(place, str(next(numbers[1])), "P", "")


def _indexes(place: Place, taken: set[str]) -> Iterator[str]:
    """Give free indexes of a town: its main office's, then others in an order of chance."""
    prefixes = [prefix for prefix in place.prefixes if len(prefix) < INDEX_DIGITS]
    candidates = [place.index]
    for prefix in prefixes:
        rest = INDEX_DIGITS - len(prefix)
        candidates += [f"{prefix}{number:0{rest}}" for number in range(min(60, 10**rest))]
    rest_of = sorted(set(candidates[1:]) - {place.index}, key=lambda index: _Drawn(f"index/{index}").below(2**60))
    for index in [candidates[0], *rest_of]:
        if index not in taken and of_index(index) is place:
            taken.add(index)
            yield index


def _row(place: Place, index: str, kind: str, settlement: str) -> str:
    drawn = _Drawn(index)
    spread = 40 + 15 * isqrt(place.thousands)  # ten-thousandths of a degree
    aside = 900 if settlement else 0
    north, east = (drawn.below(2 * spread + 1) - spread + aside for _ in range(2))
    streets = village_streets() if settlement else streets_of(place)
    street = streets[drawn.below(min(len(streets), 80))]
    house = 1 + drawn.below(60)
    if kind in ("A", "P"):
        hours = "24" if kind == "A" else drawn.of(("21", "20"))
    else:
        main_office = index.endswith("000")
        hours = "20" if main_office else drawn.of(("18", "18", "19", "5d", "lu", "lu"))
    point = f"{place.latitude + north / 10_000:.6f}", f"{place.longitude + east / 10_000:.6f}"
    fields = (index, kind, place.number, settlement, *point, f"{street.kind} {street.name}", house, hours)
    return ";".join(map(str, (*fields, _marks(kind, drawn))))


def _marks(kind: str, drawn: "_Drawn") -> str:
    """Return what an office is and does: see `offices`."""
    if kind == "A":
        return "t"
    if kind == "P":
        return "t" + "".join(mark for mark in "mofr" if drawn.chance(60))
    shares = (("t", 80), ("m", 70), ("o", 25), ("f", 10), ("r", 15), ("p", 3), ("x", 2), ("z", 2))
    return "".join(mark for mark, percent in shares if drawn.chance(percent))


class _Drawn:
    """Chance from the seed: one stream for each office, so that another town changes no older one."""

    def __init__(self, key: str) -> None:
        self._state = int.from_bytes(blake2b(f"{SEED}/{key}".encode(), digest_size=64).digest())

    def below(self, end: int) -> int:
        self._state, found = divmod(self._state, end)
        return found

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def of(self, values: tuple[str, ...]) -> str:
        return values[self.below(len(values))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
