"""Sentences of notices and of the control page in the four languages. Our own words (NTF-159)."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from ..notices import DELIVERY_INFORMATION, EXCHANGE, ORDER_CONFIRMATION, SATURDAY
from .records import Choice
from .rules import ATTEMPTED, COLLECTION_INFORMATION, DELIVERED, READY, REMINDER, Happening

_OF_KIND = {
    ORDER_CONFIRMATION: "confirmation",
    DELIVERY_INFORMATION: "delivery_information",
    COLLECTION_INFORMATION: "collection",
    REMINDER: "reminder",
    SATURDAY: "saturday",
    EXCHANGE: "exchange",
}
_OF_HANDOVER = {DELIVERED: "handed_delivered", READY: "handed_ready", ATTEMPTED: "handed_attempted"}


@cache
def _all() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))


def word(language: str, name: str) -> str:
    return str(_all()[language.lower()][name])


def sentence(language: str, table: str, name: str, /, **values: str) -> str:
    """Return a sentence with its values filled in: values are never read as sentences."""
    return str(_all()[language.lower()][table][name]).format(**values)


def of_notice(kind: int, found: Happening) -> str:
    """Return the table of a kind's title and text, of the handover status by what it tells."""
    if kind in _OF_KIND:
        return _OF_KIND[kind]
    return "handed_again" if found.what == ATTEMPTED and found.turn > 1 else _OF_HANDOVER[found.what]


def day_in_words(day: date, language: str) -> str:
    """Return `Mittwoch, 04.03.2026`; in English `Wednesday, 2026-03-04`, since 04/03 is read two ways."""
    weekday = _all()[language.lower()]["weekdays"][day.weekday()]
    if language == "EN":
        return f"{weekday}, {day.isoformat()}"
    return f"{weekday}{',' if language == 'DE' else ''} {day:%d.%m.%Y}"


def done(choice: Choice, language: str) -> str:
    """Return what a recipient chose, as the delivery tells it and the sender reads it."""
    return sentence(language, "done", choice.option, **choice.details)
