"""Service codes (PRZL): basic services with all that goes with them, composites, time slots.

Wire contract: `postal_api_swiss` §3; the matrices are its tables, in its order of columns, and the layouts are §2.3's.
The order of codes never matters. Rows for letters follow the same manual (WSBC 5.8).
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

import msgspec

from .notices import KINDS_BY_BASIC


class Group(StrEnum):
    """Service groups, as layouts and numbers tell them apart."""

    PARCEL = "parcel"
    EXPRESS = "express"
    VINOLOG = "vinolog"
    DIRECT = "direct"
    LETTER = "letter"
    ABROAD = "letter-abroad"


ADDITIONAL_ORDER = ("BLN", "COLD", "RMP", "N", "MAN", "FRA", "AS", "SI", "LQ", "SA", "AZS", "ZFZ")
ADDITIONAL_ROWS = {
    "ECO": "ynyyyyyyynyy",
    "PRI": "yyyyyyyyyyyy",
    "SP,ECO": "ynyynyyyynyy",
    "SP,PRI": "ynyynyyyyyyy",
    "PPR": "nnnnnnnnnnnn",
    "VL": "ynnynnyynyyy",
    "GAS,ECO": "nnyyyyyyynnn",
    "GAS,PRI": "nnyyyyyyynnn",
    "GAS,SEM": "nnyyyyyyynnn",
    "GAS,SP,ECO": "nnyynyyyynnn",
    "GAS,SP,PRI": "nnyynyyyynnn",
    "GAS,SKB": "nnyynyyyynnn",
    "SEM": "yyyyyyyyynnn",
    "SKB": "nyyynyyyynyn",
    "SEM,SP": "ynyynyyyynnn",
    "SKB,SP": "nnyynyyyynyn",
    "DIRECT": "nyynnyyyynyn",
    "DIR": "nyynnyyyynyn",
    "NOTIME_PickupPoint": "nnnnnnnnnnnn",
    "NOTIME_HomeDelivery": "nnnnnnnnnnnn",
}
LETTER_ADDITIONAL = {
    "RINL": ("AR", "eAR", "BLN", "CEC", "N", "RMP"),
    "APLUS": ("CEC",),
    "DISP": ("CEC",),
    "GU": ("RMP", "SEM"),
    "BU": ("RMP",),
    "APOST": ("BLN", "N"),
    "BPOST": ("BLN", "N"),
    "RETR,PRI": ("AR", "CEC", "RMP"),
    "INTL": (),
}
INSTRUCTION_ORDER = (3234, 3233, 3232, 3222, 3220, 3219, 3218, 3217, 3216, 3215, 3214, 3213, 3212, 3211)
INSTRUCTION_ROWS = {
    "ECO": "ynynyyyynyyyyy",
    "PRI": "yyynyyyyyyyyyy",
    "SP,ECO": "ynynyyyynyyyny",
    "SP,PRI": "ynynyyyyyyyyny",
    "PPR": "nnnnnnnnnnnnnn",
    "GAS,ECO": "nnnnyyyyyyyyyy",
    "GAS,PRI": "nnnnyyyyyyyyyy",
    "GAS,SP,ECO": "nnnnyyyyynyyny",
    "GAS,SP,PRI": "nnnnyyyyynyyny",
    "SEM": "yyynyynnyyyyyy",
    "SKB": "yyynyynnyyyyyy",
    "SEM,SP": "yyynyynnyyyyny",
    "SKB,SP": "yyynyynnyyyyny",
    "GAS,SEM": "nnnnyynnyyyyyy",
    "GAS,SKB": "nnnnyynnyyyyyy",
    "VL": "ynnynnyynnnyyy",
    "DIRECT": "yyyyynynnynynn",
    "DIR": "yyyyynynnynynn",
}
SLOTS = ("ZFZ0912", "ZFZ1114", "ZFZ1316", "ZFZ1518", "ZFZ1217", "ZF16302100", "ZF16301800")
ADDITIONAL = (*ADDITIONAL_ORDER[:-1], "AMB", "DLOG", *SLOTS, "AR", "eAR", "CEC")
BASIC_PARTS = frozenset(part for row in (*ADDITIONAL_ROWS, *LETTER_ADDITIONAL) for part in row.split(","))
GROUP_OF = {
    "SEM": Group.EXPRESS,
    "SKB": Group.EXPRESS,
    "VL": Group.VINOLOG,
    "DIRECT": Group.DIRECT,
    "DIR": Group.DIRECT,
    **dict.fromkeys(("RINL", "APLUS", "DISP", "GU", "BU", "APOST", "BPOST"), Group.LETTER),
    **dict.fromkeys(("RETR", "INTL"), Group.ABROAD),
}
LAYOUTS = ("FE", "A7", "A6", "A5")
LAYOUTS_OF = {
    Group.PARCEL: ("A7", "A6", "A5"),
    Group.EXPRESS: ("A6", "A5"),
    Group.VINOLOG: ("A6", "A5"),
    Group.DIRECT: ("A7", "A6", "A5"),
    Group.LETTER: ("FE", "A7", "A6"),
    Group.ABROAD: ("FE", "A7", "A6"),
}
ONLY_IN_WINDOWS = ("GU", "BU")  # court and debt papers; for legal reasons, says the manual
BARCODES_MOST = {"FE": 1, "A7": 1, "A6": 3, "A5": 5}
INSTRUCTIONS_MOST = {"FE": 0, "A7": 0, "A6": 2, "A5": 4}
OWN_BARCODE = ("PRI", "SEM", "SKB", "VL", "DIRECT", "DIR", "SP")
COLOURED = ("PRI", "SEM", "SKB")
_LINES = {  # (layout, two instructions or more) -> lines of the address
    Group.PARCEL: {("A7", False): 6, ("A6", False): 8, ("A6", True): 6, ("A5", False): 8, ("A5", True): 8},
    Group.VINOLOG: {("A6", False): 7, ("A6", True): 5, ("A5", False): 7, ("A5", True): 7},
    Group.DIRECT: {("A7", False): 5, ("A6", False): 7, ("A6", True): 5, ("A5", False): 7, ("A5", True): 7},
    Group.LETTER: {("FE", False): 6, ("A7", False): 6, ("A6", False): 8},
}
_LINES |= {Group.EXPRESS: _LINES[Group.PARCEL], Group.ABROAD: _LINES[Group.LETTER]}

_SLOT = {slot[-8:] if slot.startswith("ZF1") else slot[3:]: slot for slot in SLOTS}
_SLOT |= {"163021": "ZF16302100", "163018": "ZF16301800"}
_SLOT |= {"09": "ZFZ0912", "11": "ZFZ1114", "13": "ZFZ1316", "15": "ZFZ1518"}
_JOINED = ("SI", "AS", "RMP", "FRA", "MAN", "BLN", "COLD", "AMB", "LQ", "SA", "AZS")
_PART = re.compile("AZSI|" + "|".join(_JOINED))
_SLOT_PART = "|".join(sorted(_SLOT, key=len, reverse=True))
_COMPOSITE = re.compile(rf"(ECO|PRI|SEM|SKB|VL|DIRECT|DIR)((?:{_PART.pattern})*)({_SLOT_PART})?")


class Basic(msgspec.Struct, frozen=True):
    """A basic service: `key` is its codes in the contract's spelling, joined by commas."""

    key: str
    group: Group
    additional: frozenset[str]
    instructions: frozenset[int]
    kinds: frozenset[int]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.key.split(","))

    @property
    def is_return(self) -> bool:
        return "GAS" in self.parts

    @property
    def is_letter(self) -> bool:
        return self.group in (Group.LETTER, Group.ABROAD)

    @property
    def in_colour(self) -> bool:
        return not self.is_letter and any(part in COLOURED for part in self.parts)

    def takes(self, code: str) -> bool:
        return column(code) in self.additional

    def lines(self, layout: str, instructions: int) -> int:
        """Return how many lines of address, free text included, are printed."""
        found = _LINES[self.group]
        return found.get((layout, instructions > 1), found.get((layout, False), 8))


def column(code: str) -> str:
    """Return the column of the table in which an additional service stands."""
    if code in SLOTS:
        return "ZFZ"
    return "COLD" if code in ("AMB", "DLOG") else code


def _basic(key: str) -> Basic:
    row = ADDITIONAL_ROWS.get(key)
    allowed = (
        LETTER_ADDITIONAL[key]
        if row is None
        else [code for code, can in zip(ADDITIONAL_ORDER, row, strict=True) if can == "y"]
    )
    instructions = INSTRUCTION_ROWS.get(key, "n" * len(INSTRUCTION_ORDER))
    group = next((GROUP_OF[part] for part in key.split(",") if part in GROUP_OF), Group.PARCEL)
    return Basic(
        key,
        group,
        frozenset(allowed),
        frozenset(code for code, can in zip(INSTRUCTION_ORDER, instructions, strict=True) if can == "y"),
        frozenset(KINDS_BY_BASIC.get(key, ())),
    )


BASICS: dict[frozenset[str], Basic] = {
    frozenset(key.split(",")): _basic(key) for key in (*ADDITIONAL_ROWS, *LETTER_ADDITIONAL)
}


class Chosen(msgspec.Struct, frozen=True):
    """The codes of one item, sorted out; `basic` is None where they name none or several that clash."""

    basic: Basic | None
    parts: tuple[str, ...]  # codes of basic services, as they came
    additional: tuple[str, ...]
    instructions: tuple[int, ...]
    unknown: tuple[str, ...]

    @property
    def barcodes(self) -> int:
        """How many service barcodes are to be printed."""
        own = sum(part in OWN_BARCODE for part in self.parts) if self.basic and not self.basic.is_letter else 0
        return own + len(self.additional)

    def has(self, code: str) -> bool:
        return code in self.additional


def taken_apart(code: str) -> tuple[str, ...]:
    """Return the single codes of a composite one; of any other itself."""
    if code in BASIC_PARTS or code in ADDITIONAL or code.startswith("ZAW"):
        return (code,)
    found = _COMPOSITE.fullmatch(code)
    if found is None:
        return (code,)
    base, joined, slot = found.groups()
    parts = [base]
    for part in _PART.findall(joined):
        parts += ["AZS", "SI"] if part == "AZSI" else [part]
    return (*parts, *([_SLOT[slot]] if slot else []))


def sort_out(codes: Iterable[str]) -> Chosen:
    """Sort out the codes of an item, in whatever order they came; one that comes twice counts once."""
    return _sorted_out(tuple(codes))


@lru_cache(4_096)
def _sorted_out(codes: tuple[str, ...]) -> Chosen:
    single = list(dict.fromkeys(part for code in codes for part in taken_apart(code)))
    parts = [code for code in single if code in BASIC_PARTS]
    if "GU" in parts and "SEM" in parts:  # there Moon is an additional service
        parts.remove("SEM")
    instructions = [int(code[3:]) for code in single if re.fullmatch("ZAW3[0-9]{3}", code)]
    known = tuple(code for code in instructions if code in INSTRUCTION_ORDER)
    additional = tuple(code for code in single if code not in parts and (code in ADDITIONAL or code == "SEM"))
    unknown = tuple(
        code
        for code in single
        if code not in parts and code not in additional and code not in {f"ZAW{number}" for number in known}
    )
    return Chosen(BASICS.get(frozenset(parts)), tuple(parts), additional, known, unknown)
