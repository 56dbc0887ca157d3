"""Addresses taken apart and looked up: region, settlement, street, house, and how sure that is.

Wire contract: `postal_api_russia` §2.9, the codes of quality and of validation. Which code an address gets is ours
where no source tells (see the sheet). Total: any text gives an answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from re import Match, compile

from ..tariff.countries import countries
from ..tariff.prices import HOME
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
    mark_of,
    region_keys,
    settlements,
    words,
)
from .offices import place_of, serving
from .places import CAPITALS, Place, Region, fixed_uuid, is_index
from .spelling import close
from .streets import Street, streets_of, village_streets

LONGEST_LINE = 1_000  # characters that are looked at
GOOD, ON_DEMAND, POSTAL_BOX = "GOOD", "ON_DEMAND", "POSTAL_BOX"
SHIPPABLE = frozenset({GOOD, POSTAL_BOX, ON_DEMAND, "UNDEF_05"})
SURE = frozenset({"VALIDATED", "OVERRIDDEN", "CONFIRMED_MANUALLY"})
NOT = "NOT_VALIDATED_"
ROOM_LIKE = (ROOM, CORPUS, BUILDING, LETTER, HOTEL)
GUIDS = {
    "77": "0c5b2444-70a0-4932-980c-b4dc0d3f02b5",
    "78": "c2deb16a-0330-4f05-821f-1d09c93331e6",
}  # published ones; the others are ours
_HOUSE = compile(r"(\d{1,4})([а-яa-z])?(?:/(\d{1,4}[а-яa-z]?))?")
_EXTENSION = compile(r"\d{1,4}[а-яa-z]?|[а-яa-z]")
_LATIN, _CYRILLIC = compile(r"[A-Za-z]"), compile(r"[А-Яа-яЁё]")
DOTTED = frozenset({"обл", "Респ", "г", "с", "д", "п", "ул", "пер", "ш", "наб", "пл", "мкр", "туп"})


@dataclass(slots=True)
class Address:
    """What became of a line. `parts` have the wire's names and no type words' dots; `index` "" is none."""

    parts: dict[str, str] = field(default_factory=dict)
    kind: str = "DEFAULT"
    index: str = ""
    quality: str = GOOD
    validation: str = "VALIDATED"
    guids: dict[str, str] = field(default_factory=dict)

    @property
    def shippable(self) -> bool:
        return self.quality in SHIPPABLE and self.validation in SURE


def dotted(part: str) -> str:
    """Return a part with the dot of its type word, as answers of 2026 have it: `обл. Саратовская`."""
    word, _, name = part.partition(" ")
    return f"{word}. {name}" if word in DOTTED else part


def normalised(text: str) -> Address:
    """Return what an address line says."""
    return _Reading(text[:LONGEST_LINE]).address()


@cache
def _foreign() -> frozenset[str]:
    return frozenset(key(country.name) for country in countries().values() if country.number != HOME)


class _Reading:
    """One line being read: words are taken out as they are understood, what stays is not."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line = words(text)
        self.found = Address()
        self.told: list[str] = []  # what is wrong, in words of validation codes
        self.given = ""
        self.region: Region | None = None
        self.settlement: Settlement | None = None
        self.street: Street | None = None
        self.unknown: dict[str, str] = {}  # region, town or street that was named and is not known

    # -- steps

    def address(self) -> Address:
        if not self.line:
            return self._end("UNDEF_06", NOT + "HAS_NO_MAIN_POINTS")
        if not _CYRILLIC.search(self.text) and _LATIN.search(self.text):
            return self._end("UNDEF_07", NOT + "FOREIGN")
        self._take(lambda word: word in OURS)
        self._take_index()
        self._take_special()
        self._take_region()
        self._take_settlement()
        if not (self.region or self.settlement) and self._names_a_country():
            return self._end("UNDEF_07", NOT + "FOREIGN")
        self._take_named(AREA, "area")
        self._take_named(LOCATION, "location")
        if self.found.kind == "DEFAULT":
            self._take_street()
            self._take_house()
        self._settle_index()
        self._fill()
        return self._judged()

    def _end(self, quality: str, validation: str) -> Address:
        self.found.quality, self.found.validation = quality, validation
        return self.found

    def _names_a_country(self) -> bool:
        line = words(self.text)
        return any(longest(line, start, _foreign().__contains__) for start in range(len(line)))

    def _take(self, wanted: Callable[[str], bool]) -> list[str]:
        taken = [word for word in self.line if wanted(word)]
        self.line = ["," if wanted(word) else word for word in self.line]
        return taken

    def _cut(self, start: int, size: int) -> None:
        """Take words out; a comma keeps what stood on both sides apart."""
        self.line[start : start + size] = [","]

    def _take_index(self) -> None:
        place = next((at for at, word in enumerate(self.line) if is_index(word)), None)
        if place is not None:
            self.given = self.line[place]
            self._cut(place, 1)

    def _take_special(self) -> None:
        for word, kind in (("абонящик", "PO_BOX"), ("воинчасть", "UNIT"), ("довостребования", "DEMAND")):
            if word in self.line:
                at = self.line.index(word)
                number = self._word(at + 1)
                told = number if kind != "DEMAND" and number[:1].isdigit() else ""
                self.found.kind = kind
                if told:
                    self.found.parts["num-address-type"] = told
                self._cut(at, 1 + bool(told))
                return

    def _take_region(self) -> None:
        for start in range(len(self.line)):
            size = longest(self.line, start, region_keys().__contains__)
            if not size:
                continue
            before, after = self._mark(start - 1), self._mark_after(start + size)
            alone = self._word(start - 1) in (",", "") and self._word(start + size) in (",", "")
            if REGION in (before, after) or (alone and self._is_lone_region(start, size)):
                self.region = region_keys()[" ".join(self.line[start : start + size])]
                more = self._word(start + size + 1) in SHORT_REGIONS  # `Ханты-Мансийский АО - Югра`
                self._cut(start - (before == REGION), size + (before == REGION) + (after == REGION) + more)
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
                    before, after = self._mark(start - 1) == TOWN, self._mark_after(start + size) == TOWN
                    self._cut(start - before, size + before + (after and not before))
                    self._take_repeated()
                    return
        if self.region and self.region.code in CAPITALS:
            self._choose(key(self.region.name))
            return
        self._take_unknown(TOWN)
        if TOWN not in self.unknown and (place := place_of(self.given)):  # the index alone tells the town
            self.settlement = Settlement("г", place.name, place, self.given)

    def _may_be_settlement(self, start: int, size: int, *, marked: bool) -> bool:
        before, after = self._mark(start - 1), self._mark_after(start + size)
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
            near = {self._mark(start - 1), self._mark_after(start + len(name))}
            if self.line[start : start + len(name)] == name and STREET not in near:
                before = self._mark(start - 1) == TOWN
                self._cut(start - before, len(name) + before)
                return

    def _take_named(self, mark: str, part: str) -> None:
        """Take a district or a quarter: its type word and the name beside it, whatever it is."""
        for at in range(len(self.line)):
            if self._mark(at) != mark:
                continue
            start, end = self._run(at + 1)
            if start == end:
                start = self._run_before(at)
                end = at
            name = " ".join(self.line[start:end])
            if name:
                self.found.parts[part] = f"{'р-н' if mark == AREA else 'мкр'} {name.title()}"
            self._cut(min(start, at), max(end, at + 1) - min(start, at))
            return

    def _take_street(self) -> None:
        known = self._streets()
        numbered = {name.partition(" ")[2] for name in known if name[:1].isdigit()}
        for marked in (True, False):
            for start in range(len(self.line)):
                size = longest(self.line, start, lambda name: name in known or name in numbered)
                if size and (not marked or STREET in (self._mark(start - 1), self._mark_after(start + size))):
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
        before, after = self._mark(start - 1) == STREET, self._mark_after(start + size) == STREET
        if name not in known:  # told without the number that it has
            self._cut(start - before, size + before + (after and not before))
            self._guess_street(known, name)
            return
        found = known[name]
        told = self._kind(start - 1) if before else self._kind(start + size) if after else ""
        same = [street for street in found if street.kind == told]
        if (told and not same) or (not told and len(found) > 1):
            self.told.append("HAS_ASSUMPTION")
        self.street = (same or found)[0]
        self._cut(start - before, size + before + (after and not before))

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
            if word != "," and not word[0].isdigit() and self._mark(at) is None and self.settlement:
                start, end = self._run(at)
                name = " ".join(self.line[start:end])
                if any(later[:1].isdigit() for later in self.line[end:]):
                    self._cut(start, end - start)
                    return name
                return ""
        return ""

    def _take_unknown(self, mark: str) -> None:
        """Take a name that stands beside a type word and is in no table."""
        for at in range(len(self.line)):
            if self._mark(at) != mark:
                continue
            start, end = self._run(at + 1)
            if start == end and mark != TOWN:
                start, end = self._run_before(at), at
            if name := " ".join(self.line[start:end]):
                self.unknown[mark] = name
                self._cut(min(start, at), max(end, at + 1) - min(start, at))
                return

    def _take_house(self) -> None:
        """Take numbers: with a type word what that says, else the house, then the room."""
        wanted = iter((HOUSE, ROOM))
        for at, word in enumerate(self.line):
            mark = self._mark(at)
            if mark in (HOUSE, VLADENIE, *ROOM_LIKE):
                self._take_part(mark or HOUSE, at)
            elif word[:1].isdigit() and (part := next((p for p in wanted if p not in self.found.parts), "")):
                self.line[at] = ","
                self._put(part, word)

    def _take_part(self, part: str, at: int) -> None:
        value = self._word(at + 1)
        self.line[at] = ","
        if value in ("", ",") or self._mark(at + 1) in (HOUSE, VLADENIE, *ROOM_LIKE):
            self.unknown[part] = ""
            return
        self.line[at + 1] = ","
        self._put(part, value)

    def _put(self, part: str, value: str) -> None:
        if part in (HOUSE, VLADENIE):
            self._put_house(_HOUSE.fullmatch(value), value)
        elif part == HOTEL or _EXTENSION.fullmatch(value):
            self.found.parts[part] = value.upper() if part != HOTEL else value.title()
        elif part == ROOM:
            self.unknown[ROOM] = value
        else:
            self.told.append("INCORRECT_HOUSE_EXTENSION")

    def _put_house(self, match: Match[str] | None, value: str) -> None:
        if match is None or int(match[1]) == 0:
            self.found.parts[HOUSE] = value
            self.told.append("INCORRECT_HOUSE")
            return
        self.found.parts[HOUSE] = match[1]
        if match[2]:
            self.found.parts[LETTER] = match[2].upper()
        if match[3]:
            self.found.parts["slash"] = match[3].upper()

    # -- what comes of it

    def _settle_index(self) -> None:
        """Choose the index: the given one where it is one of the town's, else that which serves the house.

        Which of a town's indexes serves which house is known of few houses here: the sender's word goes before a guess.
        """
        place = self.settlement.place if self.settlement else None
        given = place_of(self.given)
        if place is None:
            self.found.index = self.given if given else ""
            if self.given and not given:
                self.told.append("DICTIONARY")
            return
        own = self._serving_index(place)
        if given is place:
            self.found.index = self.given
            return
        self.found.index = own
        if self.given and self.given != own:
            self.told.append("OVERRIDDEN")

    def _serving_index(self, place: Place) -> str:
        if self.settlement and self.settlement.village:
            return self.settlement.index
        if self.street and self.street.index:
            return self.street.index
        if not self.street and STREET not in self.unknown:
            return place.index
        name = self.street.name if self.street else self.unknown.get(STREET, "")
        house = self.found.parts.get(HOUSE, "0")
        office = serving(place, name, int(house) if house.isdigit() else 0)
        return office.index if office else place.index

    def _fill(self) -> None:
        parts, guids = self.found.parts, self.found.guids
        settlement, given = self.settlement, place_of(self.given)
        region = settlement.place.region if settlement else self.region or (given.region if given else None)
        if region:
            parts["region"] = f"{region.kind} {region.name}"
            guids["region-guid"] = GUIDS.get(region.code, region.guid)
        if settlement:
            place = settlement.place
            if settlement.village:
                parts.setdefault("area", f"городской округ {place.name}")
            parts["place"] = f"{settlement.kind} {settlement.name}"
            guids["place-guid"] = (
                fixed_uuid(f"village/{settlement.index}")
                if settlement.village
                else GUIDS.get(place.region.code, place.guid)
                if place.capital
                else place.guid
            )
        if self.street and settlement:
            parts["street"] = f"{self.street.kind} {self.street.name}"
            guids["street-guid"] = self.street.guid_in(_street_key(settlement))

    def _judged(self) -> Address:
        quality, wrong = self._first_gap()
        if quality == GOOD and self.found.kind != "DEFAULT":
            quality = {"PO_BOX": POSTAL_BOX, "DEMAND": ON_DEMAND}.get(self.found.kind, GOOD)
        overridden = "OVERRIDDEN" in self.told
        troubles = [*(t for t in self.told if t != "OVERRIDDEN"), *([wrong] if wrong else [])]
        if not troubles and any(word != "," for word in self.line):
            troubles = ["HAS_UNPARSED_PARTS"]
        validation = NOT + troubles[0] if troubles else "OVERRIDDEN" if overridden else "VALIDATED"
        if quality == GOOD and self.found.kind == "DEFAULT" and not troubles:
            house = f"{self.found.guids.get('street-guid', '')}/{self.found.parts.get(HOUSE, '')}"
            self.found.guids["address-guid"] = fixed_uuid(f"address/{house}")
        return self._end(quality, validation)

    def _first_gap(self) -> tuple[str, str]:
        """Return the quality by the first part that is missing or unknown, and what to say of it."""
        parts = self.found.parts
        if REGION in self.unknown or not ("region" in parts or TOWN in self.unknown):
            return ("UNDEF_01", "HAS_NO_KLADR_RECORD") if self.unknown else ("UNDEF_06", "HAS_NO_MAIN_POINTS")
        if "HAS_AMBI" in self.told:
            return "UNDEF_01", ""
        if "place" not in parts:
            return "UNDEF_02", "HAS_NO_KLADR_RECORD" if TOWN in self.unknown else "HAS_NO_MAIN_POINTS"
        if self.found.kind != "DEFAULT":
            lacks = self.found.kind != "DEMAND" and "num-address-type" not in parts
            return ("UNDEF_04", "HAS_NO_MAIN_POINTS") if lacks else (GOOD, "")
        return self._gap_in_street(parts)

    def _gap_in_street(self, parts: dict[str, str]) -> tuple[str, str]:
        if self.street is None:
            if STREET in self.unknown:
                return "UNDEF_03", "HAS_NO_KLADR_RECORD"
            return "UNDEF_03", "HOUSE_WITHOUT_STREET_OR_NP" if HOUSE in parts else "HAS_NO_MAIN_POINTS"
        if HOUSE not in parts:
            extended = any(part in parts for part in (CORPUS, BUILDING))
            return "UNDEF_04", "HOUSE_EXTENSION_WITHOUT_HOUSE" if extended else "HAS_NO_MAIN_POINTS"
        if "INCORRECT_HOUSE" in self.told:
            return "UNDEF_04", ""
        settlement = self.settlement
        if settlement and int(parts[HOUSE]) > self.street.house_most(_street_key(settlement)):
            return "UNDEF_04", "EXCEDED_HOUSE_NUMBER"
        return ("UNDEF_05", "") if ROOM in self.unknown else (GOOD, "")

    # -- looking at words

    def _word(self, at: int) -> str:
        return self.line[at] if 0 <= at < len(self.line) else ""

    def _mark(self, at: int) -> str | None:
        found = mark_of(self._word(at), self._word(at + 1))
        return found[0] if found else None

    def _mark_after(self, at: int) -> str | None:
        """Return what a type word behind a name says of it; one that has a name behind it says it of that."""
        found = self._mark(at)
        return None if found in (STREET, TOWN) and self._is_name(at + 1) else found

    def _kind(self, at: int) -> str:
        found = mark_of(self._word(at), self._word(at + 1))
        return found[1] if found else ""

    def _run(self, start: int) -> tuple[int, int]:
        """Return the bounds of the name that begins at `start`: up to a comma, a type word or a house's number."""
        end = start
        while self._is_name(end):
            end += 1
        return start, end

    def _run_before(self, end: int) -> int:
        start = end
        while self._is_name(start - 1):
            start -= 1
        return start

    def _is_name(self, at: int) -> bool:
        word = self._word(at)
        return bool(word) and word != "," and self._mark(at) is None and (not word[0].isdigit() or word.endswith("я"))


def _street_key(settlement: Settlement) -> str:
    return f"village/{settlement.index}" if settlement.village else str(settlement.place.number)


@cache
def _streets_by_key(place: Place, *, village: bool) -> dict[str, tuple[Street, ...]]:
    found: dict[str, tuple[Street, ...]] = {}
    for street in _listed(place, village=village):
        found[key(street.name)] = (*found.get(key(street.name), ()), street)
    return found


def _listed(place: Place, *, village: bool) -> Iterator[Street]:
    yield from village_streets() if village else streets_of(place)
