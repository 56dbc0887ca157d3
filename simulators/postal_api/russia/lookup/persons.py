"""Names of persons: known given names, and what endings tell.

Wire contract: `postal_api_russia` §2.9. Surnames and patronymics are told by their endings; surnames of other endings
are known when they are listed.
"""

from functools import cache
from typing import NamedTuple

from .places import rows_of

EDITED, NOT_SURE = "EDITED", "NOT_SURE"
PATRONYMIC = ("ович", "евич", "ильич", "кузьмич", "фомич", "лукич", "овна", "евна", "ична", "инична")
SURNAME = (
    "ов", "ев", "ёв", "ин", "ын", "ова", "ева", "ёва", "ина", "ына", "ский", "цкий", "ская", "цкая", "ской", "цкой",
    "ко", "ук", "юк", "чук", "ян", "янц", "дзе", "швили", "их", "ых", "ник", "чик", "ец", "арь",
)  # fmt: skip
FEWEST = 3  # letters of an ending that says nothing yet


class Person(NamedTuple):
    """Parts are as they were spelt, "" where there are none."""

    surname: str = ""
    name: str = ""
    middle_name: str = ""
    quality: str = NOT_SURE


@cache
def listed(kind: str) -> frozenset[str]:
    """Return the names of a kind, `given` or `surname`, as names are compared."""
    return frozenset(row["name"] for row in rows_of("names.csv") if row["kind"] == kind)


def person(text: str) -> Person:
    """Return the parts of a name; sure only of surname, given name and patronymic in this order, each known."""
    spelt = text.replace(".", " ").split()[:20]
    rest = [_titled(word) for word in spelt if any(char.isalpha() for char in word)]
    middle = next((word for word in rest[1:] if is_patronymic(word)), "")
    name = _named(rest, middle)
    others = [word for word in rest if word not in (middle, name)]
    surname = next((word for word in others if is_surname(word)), others[0] if others else "")
    if not name and len(others) > 1:
        name = next((word for word in others if word != surname), "")
    ordered = rest == [surname, name, middle] and all(rest)
    known = is_surname(surname) and _plain(name) in listed("given") and is_patronymic(middle)
    return Person(surname, name, middle, EDITED if ordered and known else NOT_SURE)


def _named(words: list[str], middle: str) -> str:
    """Return the given name: one that is known, and in front of the patronymic where there are several."""
    known = [word for word in words if word != middle and _plain(word) in listed("given")]
    if middle in words[1:] and (before := words[words.index(middle) - 1]) in known:
        return before
    return known[0] if known else ""


def is_patronymic(word: str) -> bool:
    return _plain(word).endswith(PATRONYMIC) and len(word) >= 5


def is_surname(word: str) -> bool:
    plain = _plain(word)
    return plain in listed("surname") or (len(plain) > FEWEST and plain.endswith(SURNAME))


def _plain(word: str) -> str:
    return word.casefold().replace("ё", "е")


def _titled(word: str) -> str:
    """Return a name with its first letters in capitals, as cleaned ones have: `Мамин-Сибиряк`."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
