"""Every mail the engine writes, in any language, with any words of people and carriers in it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from parcelproof.reference.domain.notices import Notice, Told
from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.domain.visibility import StateRule, States
from parcelproof.reference.letters import (
    LANGUAGES,
    Cover,
    Followed,
    follow_confirm,
    novelty,
    pickup_approved,
    pickups_confirmed,
    welcome,
)
from parcelproof.reference.ports import Mail

SENDER, READER = "alerts@shop.example", "erika@example.org"
BASE = "https://shop.example"
STOP, PAGE = f"{BASE}/unsubscribe/t0ken", f"{BASE}/track?number=98.60"
CONFIRM, VIEW, DOWNLOAD = f"{BASE}/confirm/t0ken", f"{BASE}/label/t0ken", f"{BASE}/label/t0ken?download=1"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What people and carriers wrote. `state` is the company's own word, empty for ours."""

    person: str = "Erika Muster"
    state: str = ""
    reason: str = "Nobody at home"
    remark: str = "Card left in the letter box"
    tracking: str = "98.60"
    branch: str = "Depot East"


def cover(language: str, words: Words) -> Cover:
    return Cover(
        recipient=READER, sender=SENDER, id="<1@shop.example>", date=AT, language=language, person=words.person
    )


def told(words: Words, state: Status = Status.DELIVERY_FAILED, *, correction: bool = False) -> Told:
    return Told(Notice(1, "e"), state, words.reason, words.remark, correction)


def followed(words: Words) -> Followed:
    states = States({state: StateRule(name=words.state) for state in Status}) if words.state else States()
    return Followed(tracking=words.tracking, states=states, page=PAGE, unsubscribe=STOP)


Writer = Callable[[str, Words], Mail]
MAILS: dict[str, Writer] = {
    "novelty": lambda tongue, words: novelty(told(words), followed(words), cover(tongue, words)),
    "correction": lambda tongue, words: novelty(told(words, correction=True), followed(words), cover(tongue, words)),
    "withdrawn": lambda tongue, words: novelty(
        told(words, Status.UNKNOWN, correction=True), followed(words), cover(tongue, words)
    ),
    "welcome": lambda tongue, words: welcome(told(words), followed(words), cover(tongue, words), ends_at=AT),
    "follow_confirm": lambda tongue, words: follow_confirm(words.tracking, cover(tongue, words), link=CONFIRM),
    "pickup_approved": lambda tongue, words: pickup_approved(
        words.tracking, cover(tongue, words), branch=words.branch, view=VIEW, download=DOWNLOAD
    ),
    "pickups_confirmed": lambda tongue, words: pickups_confirmed(
        [words.tracking, "P-2", "P-3"], cover(tongue, words), branch=words.branch
    ),
}
EACH = [(kind, language) for kind in MAILS for language in LANGUAGES]


def every(words: Words, languages: Iterable[str] = LANGUAGES) -> Iterator[tuple[str, str, Mail]]:
    for language in languages:
        for kind, write in MAILS.items():
            yield kind, language, write(language, words)
