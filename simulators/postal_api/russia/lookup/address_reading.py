"""An address line taken apart step by step: index, region, settlement, street, house.

What the codes of quality and validation say of it is judged in `addresses`.
"""

from functools import cache
from re import Match, compile

from ..tariff.countries import countries
from ..tariff.prices import HOME
from .address_line import Line
from .address_words import (
    AREA,
    BUILDING,
    CORPUS,
    HOTEL,
    HOUSE,
    LETTER,
    LOCATION,
    OURS,
    REGION,
    ROOM,
    SHORT_REGIONS,
    STREET,
    TOWN,
    VLADENIE,
    Settlement,
    key,
    longest,
    region_keys,
    settlements,
    words,
)
from .offices import place_of
from .places import CAPITALS, Place, Region, is_index
from .spelling import close
from .streets import Street, streets_of, village_streets

ROOM_LIKE = (ROOM, CORPUS, BUILDING, LETTER, HOTEL)
_HOUSE = compile(r"(\d{1,4})([а-яa-z])?(?:/(\d{1,4}[а-яa-z]?))?")
_EXTENSION = compile(r"\d{1,4}[а-яa-z]?|[а-яa-z]")


class Reading:
    """One line being read. `told` is what is doubtful, in words of validation codes.

    `unknown` are a region, a town or a street that was named and is in no table, and parts that were named without a
    value.
    """

    def __init__(self, text: str) -> None:
        self.line = Line(words(text))
        self.whole = Line(self.line)
        self.parts: dict[str, str] = {}
        self.kind = "DEFAULT"
        self.told: list[str] = []
        self.given = ""
        self.region: Region | None = None
        self.settlement: Settlement | None = None
        self.street: Street | None = None
        self.unknown: dict[str, str] = {}

    def read(self) -> None:
        self.line.take(lambda word: word in OURS)
        self._take_index()
        self._take_special()
        self._take_region()
        self._take_settlement()
        if self.foreign:
            return
        self._take_named(AREA, "area")
        self._take_named(LOCATION, "location")
        if self.kind == "DEFAULT":
            self._take_street()
            self._take_house()

    @property
    def foreign(self) -> bool:
        """Tell whether a country is named, and no place of ours."""
        if self.region or self.settlement:
            return False
        return any(longest(self.whole, start, _countries().__contains__) for start in range(len(self.whole)))

    def _take_index(self) -> None:
        place = next((at for at, word in enumerate(self.line) if is_index(word)), None)
        if place is not None:
            self.given = self.line[place]
            self.line.cut(place, 1)

    def _take_special(self) -> None:
        for word, kind in (("абонящик", "PO_BOX"), ("воинчасть", "UNIT"), ("довостребования", "DEMAND")):
            if word in self.line:
                at = self.line.index(word)
                number = self.line.word(at + 1)
                told = number if kind != "DEMAND" and number[:1].isdigit() else ""
                self.kind = kind
                if told:
                    self.parts["num-address-type"] = told
                self.line.cut(at, 1 + bool(told))
                return

    def _take_region(self) -> None:
        for start in range(len(self.line)):
            size = longest(self.line, start, region_keys().__contains__)
            if not size:
                continue
            before, after = self.line.mark(start - 1), self.line.mark_after(start + size)
            alone = self.line.word(start - 1) in (",", "") and self.line.word(start + size) in (",", "")
            if REGION in (before, after) or (alone and self._is_lone_region(start, size)):
                self.region = region_keys()[" ".join(self.line[start : start + size])]
                more = self.line.word(start + size + 1) in SHORT_REGIONS  # `Ханты-Мансийский АО - Югра`
                self.line.cut(start - (before == REGION), size + (before == REGION) + (after == REGION) + more)
                return
        self._take_unknown(REGION)

    def _is_lone_region(self, start: int, size: int) -> bool:
        """Tell whether a region without its type word is meant: one that is no town, and no street's adjective."""
        name = " ".join(self.line[start : start + size])
        return name not in settlements() and not name.endswith(("ская", "ский"))

    def _take_settlement(self) -> None:
        for marked in (True, False):
            for start in range(len(self.line)):
                size = longest(self.line, start, settlements().__contains__)
                if size and self._may_be_settlement(start, size, marked=marked):
                    self._choose(" ".join(self.line[start : start + size]))
                    before, after = self.line.mark(start - 1) == TOWN, self.line.mark_after(start + size) == TOWN
                    self.line.cut(start - before, size + before + (after and not before))
                    self._take_repeated()
                    return
        if self.region and self.region.code in CAPITALS:
            self._choose(key(self.region.name))
            return
        self._take_unknown(TOWN)
        if TOWN not in self.unknown and (place := place_of(self.given)):  # the index alone tells the town
            self.settlement = Settlement("г", place.name, place, self.given)

    def _may_be_settlement(self, start: int, size: int, *, marked: bool) -> bool:
        before, after = self.line.mark(start - 1), self.line.mark_after(start + size)
        if marked:
            return before == TOWN or (after == TOWN and before != STREET)
        villages = all(found.village for found in settlements()[" ".join(self.line[start : start + size])])
        return not villages and STREET not in (before, after) and AREA not in (before, after)

    def _choose(self, name: str) -> None:
        """Choose among settlements of a name: by the region, by the index, else the only one."""
        found = settlements()[name]
        given = place_of(self.given)
        if self.region:
            found = tuple(one for one in found if one.place.region == self.region) or found
            if found[0].place.region != self.region:
                self.told.append("HAS_NO_KLADR_RECORD")
        if len(found) > 1 and given:
            found = (
                tuple(one for one in found if one.place is given)
                or tuple(one for one in found if one.place.region == given.region)
                or found
            )
        towns = tuple(one for one in found if not one.village) or found
        if len(towns) > 1:
            self.told.append("HAS_AMBI")
        self.settlement = towns[0]

    def _take_repeated(self) -> None:
        """Take the same town told twice, as `г. Москва, г. Москва`."""
        if self.settlement is None:
            return
        name = key(self.settlement.name).split()
        for start in range(len(self.line) - len(name) + 1):
            near = {self.line.mark(start - 1), self.line.mark_after(start + len(name))}
            if self.line[start : start + len(name)] == name and STREET not in near:
                before = self.line.mark(start - 1) == TOWN
                self.line.cut(start - before, len(name) + before)
                return

    def _take_named(self, mark: str, part: str) -> None:
        """Take a district or a quarter: its type word and the name beside it, whatever it is."""
        for at in range(len(self.line)):
            if self.line.mark(at) != mark:
                continue
            start, end = self.line.run(at + 1)
            if start == end:
                start = self.line.run_before(at)
                end = at
            name = " ".join(self.line[start:end])
            if name:
                self.parts[part] = f"{'р-н' if mark == AREA else 'мкр'} {name.title()}"
            self.line.cut(min(start, at), max(end, at + 1) - min(start, at))
            return

    def _take_street(self) -> None:
        known = self._streets()
        numbered = {name.partition(" ")[2] for name in known if name[:1].isdigit()}
        for marked in (True, False):
            for start in range(len(self.line)):
                size = longest(self.line, start, lambda name: name in known or name in numbered)
                if size and (not marked or STREET in (self.line.mark(start - 1), self.line.mark_after(start + size))):
                    self._choose_street(known, start, size)
                    return
        self._take_unknown(STREET)
        name = self.unknown.get(STREET) or self._loose_name()
        if name:
            self._guess_street(known, name)

    def _streets(self) -> dict[str, tuple[Street, ...]]:
        if self.settlement is None:
            return {}
        return _streets_by_key(self.settlement.place, village=self.settlement.village)

    def _choose_street(self, known: dict[str, tuple[Street, ...]], start: int, size: int) -> None:
        name = " ".join(self.line[start : start + size])
        before, after = self.line.mark(start - 1) == STREET, self.line.mark_after(start + size) == STREET
        if name not in known:  # told without the number that it has
            self.line.cut(start - before, size + before + (after and not before))
            self._guess_street(known, name)
            return
        found = known[name]
        told = self.line.kind(start - 1) if before else self.line.kind(start + size) if after else ""
        same = [street for street in found if street.kind == told]
        if (told and not same) or (not told and len(found) > 1):
            self.told.append("HAS_ASSUMPTION")
        self.street = (same or found)[0]
        self.line.cut(start - before, size + before + (after and not before))

    def _guess_street(self, known: dict[str, tuple[Street, ...]], name: str) -> None:
        """Find a street that is nearly called so: one with a number in front, or a letter apart."""
        numbered = next((found for found in known if found.partition(" ")[2] == name and found[:1].isdigit()), None)
        alike = numbered or next((found for found in known if close(found, name)), None)
        if alike is None:
            self.unknown[STREET] = name
            return
        self.unknown.pop(STREET, None)
        self.street = known[alike][0]
        if numbered:
            self.told.append("HAS_NUMBER_STREET_ASSUMPTION")
        elif self.settlement is None or place_of(self.given) is not self.settlement.place:
            self.told.append("HAS_ASSUMPTION")  # with the town's index beside it a slip of the pen is mended

    def _loose_name(self) -> str:
        """Take the first run of words that nothing explained, when a number follows somewhere."""
        for at, word in enumerate(self.line):
            if word != "," and not word[0].isdigit() and self.line.mark(at) is None and self.settlement:
                start, end = self.line.run(at)
                name = " ".join(self.line[start:end])
                if any(later[:1].isdigit() for later in self.line[end:]):
                    self.line.cut(start, end - start)
                    return name
                return ""
        return ""

    def _take_unknown(self, mark: str) -> None:
        """Take a name that stands beside a type word and is in no table."""
        for at in range(len(self.line)):
            if self.line.mark(at) != mark:
                continue
            start, end = self.line.run(at + 1)
            if start == end and mark != TOWN:
                start, end = self.line.run_before(at), at
            if name := " ".join(self.line[start:end]):
                self.unknown[mark] = name
                self.line.cut(min(start, at), max(end, at + 1) - min(start, at))
                return

    def _take_house(self) -> None:
        """Take numbers: with a type word what that says, else the house, then the room."""
        wanted = iter((HOUSE, ROOM))
        for at, word in enumerate(self.line):
            mark = self.line.mark(at)
            if mark in (HOUSE, VLADENIE, *ROOM_LIKE):
                self._take_part(mark or HOUSE, at)
            elif word[:1].isdigit() and (part := next((p for p in wanted if p not in self.parts), "")):
                self.line[at] = ","
                self._put(part, word)

    def _take_part(self, part: str, at: int) -> None:
        value = self.line.word(at + 1)
        self.line[at] = ","
        if value in ("", ",") or self.line.mark(at + 1) in (HOUSE, VLADENIE, *ROOM_LIKE):
            self.unknown[part] = ""
            return
        self.line[at + 1] = ","
        self._put(part, value)

    def _put(self, part: str, value: str) -> None:
        if part in (HOUSE, VLADENIE):
            self._put_house(_HOUSE.fullmatch(value), value)
        elif part == HOTEL or _EXTENSION.fullmatch(value):
            self.parts[part] = value.upper() if part != HOTEL else value.title()
        elif part == ROOM:
            self.unknown[ROOM] = value
        else:
            self.told.append("INCORRECT_HOUSE_EXTENSION")

    def _put_house(self, match: Match[str] | None, value: str) -> None:
        if match is None or int(match[1]) == 0:
            self.parts[HOUSE] = value
            self.told.append("INCORRECT_HOUSE")
            return
        self.parts[HOUSE] = match[1]
        if match[2]:
            self.parts[LETTER] = match[2].upper()
        if match[3]:
            self.parts["slash"] = match[3].upper()


@cache
def _countries() -> frozenset[str]:
    return frozenset(key(country.name) for country in countries().values() if country.number != HOME)


@cache
def _streets_by_key(place: Place, *, village: bool) -> dict[str, tuple[Street, ...]]:
    found: dict[str, tuple[Street, ...]] = {}
    for street in village_streets() if village else streets_of(place):
        found[key(street.name)] = (*found.get(key(street.name), ()), street)
    return found
