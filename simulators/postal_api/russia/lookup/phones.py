"""Phone numbers taken apart: country, town's or network's code, number, and how sure that is.

Wire contract: `postal_api_russia` §2.9. Codes are public facts: three digits of a region, or of a network from 900 on;
a town's own digits after a region's code count as its number. Which code of quality a number gets is ours where no
source tells. Total: any text gives an answer.
"""

import re
from functools import cache
from typing import NamedTuple

from .address_words import Settlement, key, region_keys, settlements
from .places import Region, regions

COUNTRY = "7"
DIGITS = 10  # of a national number
LOCAL = (5, 6, 7)  # digits of a number without its code
CODES = {  # three digits -> the region's number in the classifier
    "495": "77", "499": "77", "498": "50", "496": "50", "812": "78", "813": "47", "383": "54", "343": "66", "843": "16",
    "831": "52", "846": "63", "848": "63", "863": "61", "861": "23", "862": "23", "473": "36", "347": "02", "342": "59",
    "351": "74", "381": "55", "391": "24", "844": "34", "845": "64", "472": "31", "483": "32", "492": "33", "817": "35",
    "820": "35", "493": "37", "395": "38", "401": "39", "484": "40", "415": "41", "384": "42", "833": "43", "494": "44",
    "352": "45", "471": "46", "474": "48", "413": "49", "815": "51", "816": "53", "353": "56", "486": "57", "841": "58",
    "811": "60", "491": "62", "424": "65", "481": "67", "475": "68", "482": "69", "382": "70", "487": "71", "345": "72",
    "346": "86", "349": "89", "842": "73", "302": "75", "485": "76", "426": "79", "427": "87", "877": "01", "301": "03",
    "388": "04", "872": "05", "873": "06", "866": "07", "847": "08", "878": "09", "814": "10", "821": "11", "836": "12",
    "834": "13", "411": "14", "867": "15", "394": "17", "341": "18", "390": "19", "871": "20", "835": "21", "385": "22",
    "423": "25", "865": "26", "879": "26", "421": "27", "416": "28", "818": "29", "851": "30", "489": "71",
}  # fmt: skip
REPLACED = {"095": "495", "096": "496", "8182": "818", "3432": "343", "8312": "831"}  # codes that are no more
HOT_LINE = "800"
GOOD, INCORRECT = "GOOD", "INCORRECT_DATA"
FOREIGN = ("1", "20", "30", "31", "32", "33", "34", "36", "375", "374", "380", "39", "40", "41", "44", "48", "49", "81",
           "86", "90", "91", "992", "993", "994", "995", "996", "998")  # fmt: skip
_EXTENSION = re.compile(r"(?:доб(?:авочный)?|внутр(?:енний)?|вн|ext|#)\.?\s*:?\s*(\d{1,6})\s*$", re.IGNORECASE)
_TWO = re.compile(r"\s*(?:[,;/]|\bили\b|\bи\b)\s*", re.IGNORECASE)


class Phone(NamedTuple):
    country: str = ""
    code: str = ""
    number: str = ""
    extension: str = ""
    quality: str = INCORRECT


def phone(text: str, *, region: str = "", place: str = "", area: str = "") -> Phone:
    """Return what a number says; the place told beside it finds a code that was left out, or contradicts one."""
    text = text.strip()[:200]
    if not text:
        return Phone(quality="EMPTY")
    if not any(char.isdigit() and char.isascii() for char in text):
        return Phone(quality="GARBAGE")
    text, extension = _without_extension(text)
    first, *others = [part for part in _TWO.split(text) if part] or [""]
    extra = any(len(_digits(part)) >= min(LOCAL) for part in others)
    found = _one(first if extra else text, _Told.of(region, place, area))
    if found.quality == INCORRECT:
        return found
    if extra and found.quality == GOOD:
        found = found._replace(quality="GOOD_EXTRA_PHONE")
    return found._replace(extension=extension)


class _Told(NamedTuple):
    """The place that a caller told: its region where one is known, and its codes."""

    region: Region | None
    ambiguous: bool
    by_place: bool

    @classmethod
    def of(cls, region: str, place: str, area: str) -> "_Told":
        by_region = _region(region)
        places: tuple[Settlement, ...] = settlements().get(_bare(place), ())
        if by_region:
            places = tuple(one for one in places if one.place.region == by_region) or places
        found = {one.place.region for one in places}
        if len(found) == 1:
            return cls(found.pop(), False, True)
        return cls(by_region or _region(area), len(found) > 1 and by_region is None, False)

    def codes(self) -> list[str]:
        """Return the codes of the region, the usual one first."""
        return [code for code, number in CODES.items() if self.region and number == self.region.code]


def _region(name: str) -> Region | None:
    return region_keys().get(_bare(name))


def _bare(name: str) -> str:
    kinds = {"г", "гор", "город", "обл", "область", "край", "респ", "республика", "ао", "с", "д", "п", "пос"}
    return " ".join(word for word in key(name[:200]).split() if word not in kinds)


def _without_extension(text: str) -> tuple[str, str]:
    match = _EXTENSION.search(text)
    return (text[: match.start()], match[1]) if match else (text, "")


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdigit())


def _one(text: str, told: _Told) -> Phone:
    digits = _digits(text)
    if len(digits) == DIGITS + 1 and digits[0] in "78" and not (text.lstrip().startswith("+") and digits[0] == "8"):
        return _national(digits[1:], told)
    if text.lstrip().startswith("+") or len(digits) > DIGITS + 1:
        return _abroad(digits)
    if len(digits) == DIGITS:
        return _national(digits, told)
    return _local(digits, told) if len(digits) in LOCAL else Phone()


def _abroad(digits: str) -> Phone:
    if digits.startswith((COUNTRY, "8")) or not DIGITS - 1 <= len(digits) <= 15:
        return Phone()
    country = next((code for code in sorted(FOREIGN, key=len, reverse=True) if digits.startswith(code)), "")
    return Phone(country, "", digits[len(country) :], "", "FOREIGN" if country else "UNDEF")


def _national(digits: str, told: _Told) -> Phone:
    for old, new in REPLACED.items():
        if digits.startswith(old) and old not in CODES and len(old) == len(new):
            return Phone(COUNTRY, new, digits[len(old) :], "", "GOOD_REPLACED_CODE")
    code, number = digits[:3], digits[3:]
    if number[0] in "01" and code in CODES and code != "499" and code != "495":
        return Phone(COUNTRY, code, "2" + number[1:], "", "GOOD_REPLACED_NUMBER")
    if code[0] == "9" or code == HOT_LINE:
        return Phone(COUNTRY, code, number, "", GOOD)
    if code not in CODES:
        return Phone(COUNTRY, code, number, "", "UNDEF")
    if told.region and CODES[code] != told.region.code and not _beside(CODES[code], told.region.code):
        return Phone(COUNTRY, code, number, "", "GOOD_CITY_CONFLICT" if told.by_place else "GOOD_REGION_CONFLICT")
    return Phone(COUNTRY, code, number, "", GOOD)


def _beside(one: str, other: str) -> bool:
    """Tell whether two regions share codes: a capital and the region around it."""
    return {one, other} in ({"77", "50"}, {"78", "47"})


def _local(digits: str, told: _Told) -> Phone:
    """Find the code of a number that has none."""
    if told.ambiguous:
        return Phone(COUNTRY, "", digits, "", "CODE_AMBI")
    codes = told.codes()
    if not codes:
        return Phone(quality="UNDEF")
    wanted = DIGITS - len(codes[0]) - len(digits)
    if wanted == 0:
        return Phone(COUNTRY, codes[0], digits, "", "GOOD_CITY")
    return Phone(COUNTRY, codes[0], "2" * wanted + digits, "", "GOOD_REPLACED_CODE_NUMBER")


@cache
def covered() -> frozenset[str]:
    """Return the regions that have a code of their own."""
    return frozenset(CODES.values()) & frozenset(regions())
