"""What a sender lets the carrier's own notification service tell, chosen for an account and overridden for a shipment.

Source: `notifications` NTF-101 to 112 and 140 to 159; `postal_api_swiss` §2 and §3 for the codes and limits.
"""

from dataclasses import dataclass
from enum import IntEnum

from ..errors import EngineError, invalid

LONGEST_SENDER = 50
LONGEST_TEXT_1 = 160
LONGEST_TEXT_2 = 512
LOGOS = (".jpg", ".jpeg", ".gif", ".png")
LANGUAGES = ("de", "fr", "it", "en")


class Kind(IntEnum):
    """The seven kinds, by their code on the wire (NTF-102)."""

    ORDER_CONFIRMATION = 1
    DELIVERY_INFORMATION = 2
    COLLECTION_INFORMATION = 4
    REMINDER = 32
    HANDOVER_STATUS = 64
    EXCHANGE_RETURN = 128
    SATURDAY_DELIVERY = 256


class Control(IntEnum):
    """What a recipient may change, by its code on the wire (NTF-140)."""

    DEPOSIT = 10
    NEIGHBOUR = 14
    WISHED_DAY = 18
    REDIRECT = 20


CARRIES_CONTROLS = frozenset({Kind.ORDER_CONFIRMATION, Kind.DELIVERY_INFORMATION})
CARRIES_TEXT = frozenset({Kind.ORDER_CONFIRMATION, Kind.DELIVERY_INFORMATION, Kind.REMINDER})
FOR_SENDER = frozenset({Kind.HANDOVER_STATUS})  # all others go to the recipient (NTF-108, 113)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChoice:
    """The sender's choice. Texts are told as one message, `text_1` first; `language` is one the carrier writes."""

    kinds: tuple[Kind, ...] = (Kind.ORDER_CONFIRMATION,)
    controls: tuple[Control, ...] = ()
    sender_name: str = ""
    text_1: str = ""
    text_2: str = ""
    logo: str = ""
    link: str = ""
    language: str = "de"

    @property
    def second_text(self) -> str:
        """The second text; a link without a picture, which the carrier does not take, stands at its end (NTF-157)."""
        return self.text_2 if self.logo or not self.link else f"{self.text_2} {self.link}".strip()

    @property
    def for_sender(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if kind in FOR_SENDER)

    @property
    def for_recipient(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if kind not in FOR_SENDER)


def refuse_wrong(where: str, choice: NoticeChoice) -> None:
    """Raise EngineError where a choice cannot be told by the carrier, before the carrier is asked."""
    for field, text, most in (
        ("sender_name", choice.sender_name, LONGEST_SENDER),
        ("text_1", choice.text_1, LONGEST_TEXT_1),
        ("text_2", choice.text_2, LONGEST_TEXT_2),
    ):
        if len(text) > most:  # characters, whatever they weigh in bytes (NTF-154)
            raise _wrong(f"{where}.{field}", f"{len(text)} characters", f"at most {most}")
    for name, codes in (("kinds", choice.kinds), ("controls", choice.controls)):
        if len(set(codes)) != len(codes):
            raise _wrong(f"{where}.{name}", f"{list(map(int, codes))}", "each once")
    if choice.controls and not CARRIES_CONTROLS & set(choice.kinds):
        kinds = " or ".join(str(int(kind)) for kind in sorted(CARRIES_CONTROLS))
        raise _wrong(f"{where}.controls", "control options", f"only with kind {kinds}")
    if choice.language not in LANGUAGES:
        raise _wrong(f"{where}.language", repr(choice.language[:20]), f"one of {', '.join(LANGUAGES)}")
    for field, url in (("logo", choice.logo), ("link", choice.link)):
        if url and not url.startswith(("https://", "http://")):
            raise _wrong(f"{where}.{field}", repr(url[:80]), "an address that begins with https:// or http://")
    if len(choice.second_text) > LONGEST_TEXT_2:
        room = f"at most {LONGEST_TEXT_2} with the link, which stands in it where there is no logo"
        raise _wrong(f"{where}.text_2", f"{len(choice.text_2)} characters", room)
    if choice.logo and not choice.logo.lower().partition("?")[0].endswith(LOGOS):
        raise _wrong(f"{where}.logo", repr(choice.logo[-80:]), f"a picture: {', '.join(LOGOS)}")


def _wrong(where: str, found: str, allowed: str) -> EngineError:
    return invalid("INVALID_NOTICES", f"{where}: found {found}, allowed is {allowed}.", field=where)
