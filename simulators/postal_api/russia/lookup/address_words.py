"""Words of addresses: how a line is split, what each type word means, and the names that are known.

A line and the names of the tables go through the same `words`, so that they can be compared: no case, no ё, hyphens
as blanks, abbreviations with a hyphen or a slash as one word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from .offices import offices
from .places import Place, Region, places, regions

LONGEST_NAME = 5  # words
_REPLACED = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\bа\s*[/\\]\s*я\b", " абонящик "),
        (r"\bабонентский\s+ящик\b", " абонящик "),
        (r"\b(?:в\s*[/\\]\s*ч|войсковая\s+часть)\b", " воинчасть "),
        (r"\bдо\s+востребования\b", " довостребования "),
        (r"\bпр-?к?т\b", " проспект "),
        (r"\bб-р\b", " бульвар "),
        (r"\bпр-д\b", " проезд "),
        (r"\bст-ца\b", " станица "),
        (r"\bр-н\b", " район "),
        (r"\bм-н\b|\bмк?р-н\b", " микрорайон "),
        (r"\bгородской\s+округ\b", " район "),
        (r"\bавт(?:ономный|\.)\s+округ\b", " ао "),
        (r"\bавтономная\s+область\b", " аобл "),
        (r"(\d+)\s*-\s*(?:ая|я|ый|ий|ой|й|ое|е|го)\b", r" \1я "),
        (r"(\d[а-я]?)\s*к(?:орп)?\.?\s*(\d)", r"\1 корпус \2"),
        (r"(\d[а-я]?)\s*с(?:тр)?\.?(\d)", r"\1 строение \2"),
        (r"\b(\d+[а-я]?)-(\d+)\s*,\s*(?=\d+\s*$)", r"\1 корпус \2, "),
        (r"№", " "),
    )
)
_WORD = re.compile(r"\d+[а-яa-z]?(?:/\d+[а-яa-z]?)?|[а-яa-z]+|[,;\n]")

REGION, TOWN, AREA, LOCATION, STREET = "region", "town", "area", "location", "street"
HOUSE, CORPUS, BUILDING, LETTER, ROOM, HOTEL, VLADENIE = (
    "house", "corpus", "building", "letter", "room", "hotel", "vladenie",
)  # fmt: skip
MARKS: dict[str, tuple[str, str]] = {  # word -> what it says, and how answers spell it
    **dict.fromkeys(("обл", "область"), (REGION, "обл")),
    "край": (REGION, "край"),
    **dict.fromkeys(("респ", "республика"), (REGION, "Респ")),
    "ао": (REGION, "АО"),
    "аобл": (REGION, "Аобл"),
    **dict.fromkeys(("г", "гор", "город"), (TOWN, "г")),
    **dict.fromkeys(("с", "село"), (TOWN, "с")),
    **dict.fromkeys(("д", "дер", "деревня"), (TOWN, "д")),
    **dict.fromkeys(("п", "пос", "поселок", "пгт", "рп"), (TOWN, "п")),
    "станица": (TOWN, "ст-ца"),
    "район": (AREA, "р-н"),
    **dict.fromkeys(("мкр", "мкрн", "микрорайон"), (LOCATION, "мкр")),
    **dict.fromkeys(("ул", "улица"), (STREET, "ул")),
    **dict.fromkeys(("проспект", "просп", "пр"), (STREET, "пр-кт")),
    **dict.fromkeys(("пер", "переулок"), (STREET, "пер")),
    **dict.fromkeys(("ш", "шоссе"), (STREET, "ш")),
    **dict.fromkeys(("наб", "набережная"), (STREET, "наб")),
    **dict.fromkeys(("бульвар", "бул"), (STREET, "б-р")),
    **dict.fromkeys(("пл", "площадь"), (STREET, "пл")),
    "проезд": (STREET, "пр-д"),
    **dict.fromkeys(("туп", "тупик"), (STREET, "туп")),
    "линия": (STREET, "линия"),
    **dict.fromkeys(("дом", "дм"), (HOUSE, "")),
    **dict.fromkeys(("к", "корп", "корпус"), (CORPUS, "")),
    **dict.fromkeys(("стр", "строение"), (BUILDING, "")),
    **dict.fromkeys(("лит", "литер", "литера"), (LETTER, "")),
    **dict.fromkeys(("кв", "квартира", "оф", "офис", "ком", "комн", "комната", "пом", "помещение"), (ROOM, "")),
    **dict.fromkeys(("гост", "гостиница", "отель"), (HOTEL, "")),
    **dict.fromkeys(("вл", "влд", "двлд", "владение"), (VLADENIE, "")),
}
BEFORE_NUMBER = {"д": HOUSE, "с": BUILDING, "п": ROOM}  # what these letters say in front of a number
OURS = frozenset({"россия", "рф", "российская", "федерация"})
SHORT_REGIONS = {"хмао": "86", "янао": "89", "югра": "86", "ленобласть": "47", "подмосковье": "50"}


def words(text: str) -> list[str]:
    """Return the words of a line, commas among them."""
    plain = text.casefold().replace("ё", "е").replace("—", "-")
    for pattern, word in _REPLACED:
        plain = pattern.sub(word, plain)
    return [found if found not in ";\n" else "," for found in _WORD.findall(plain)]


def key(name: str) -> str:
    return " ".join(word for word in words(name) if word != ",")


def mark_of(word: str, following: str) -> tuple[str, str] | None:
    """Return what a type word says where it stands: `д` is a house before a number, a village before a name."""
    if word in BEFORE_NUMBER and following[:1].isdigit():
        return BEFORE_NUMBER[word], ""
    return MARKS.get(word)


@dataclass(frozen=True, slots=True, eq=False)
class Settlement:
    """A town (`kind` is "г"), or a village of its surroundings."""

    kind: str
    name: str
    place: Place
    index: str

    @property
    def village(self) -> bool:
        return self.name != self.place.name


@cache
def settlements() -> dict[str, tuple[Settlement, ...]]:
    """Return settlements by key, the largest first."""
    found: dict[str, tuple[Settlement, ...]] = {}
    for place in places():
        found[key(place.name)] = (*found.get(key(place.name), ()), Settlement("г", place.name, place, place.index))
    for office in offices().values():
        kind, _, name = office.settlement.partition(" ")
        if name and office.kind == "S":
            known = found.get(key(name), ())
            found[key(name)] = (*known, Settlement(kind, name, office.place, office.index))
    return found


@cache
def region_keys() -> dict[str, Region]:
    """Return regions by every key they are called by: the whole name, and that without what is in brackets or after a
    dash."""
    found: dict[str, Region] = {}
    for region in regions().values():
        for name in (region.name, region.name.partition(" - ")[0], region.name.partition(" (")[0]):
            found.setdefault(key(name), region)
    found["якутия"], found["северная осетия"] = regions()["14"], regions()["15"]
    return found | {name: regions()[code] for name, code in SHORT_REGIONS.items()}


def longest(line: list[str], start: int, known: Callable[[str], bool]) -> int:
    """Return how many words from `start` on make the longest known name, 0 when none does."""
    for size in range(min(LONGEST_NAME, len(line) - start), 0, -1):
        if "," not in line[start : start + size] and known(" ".join(line[start : start + size])):
            return size
    return 0
