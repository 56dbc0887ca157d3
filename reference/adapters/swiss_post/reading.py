"""What Swiss Post's answers say: the label that came, and scans as events.

Source: `postal_api_swiss` §5, §9; `statuses` §2, §3 rules 3 to 5.
"""

import binascii
from base64 import b64decode
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from ...domain.carrier_notices import Control
from ...domain.statuses import Status
from ...ports import CarrierEvent, Label, LabelFormat, ReturnNotice, Tracking, Unavailable
from ..carrier_codes import SWISS_POST_CANCELLED, swiss_post_meaning
from ..merging import merged
from .shapes import Detail, Failing, Instruction, Scan, moment, text

NAME = "swiss_post"
RETURNED_WORD = "RETURNED"
UNCERTAIN = frozenset({Status.DELIVERED, Status.DELIVERY_FAILED})  # by whom, and whether for good, the summary tells
MOST_WARNINGS, LONGEST_WARNING = 20, 300
PNG, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"


async def label(found: list[str] | str | None, format: LabelFormat) -> Label | None:
    """Return the label of an answer, its pages made one; None where there is none that can be used.

    The parcel exists whatever became of its picture, so that a bad one is no fault of the booking.
    """
    texts = [found] if isinstance(found, str) else found or []
    try:
        pages = [b64decode(page, validate=True) for page in texts]
    except (binascii.Error, ValueError):
        return None
    if not pages or not all(_is_whole(page, format) for page in pages):
        return None
    if format == "ZPL":
        return Label(format, b"\n".join(_with_its_letters(page) for page in pages))
    if len(pages) == 1:
        return Label(format, pages[0])
    if format == "PDF":
        whole, unreadable = await merged(pages)
        return None if unreadable else Label(format, whole)
    return None


def warnings(told: Sequence[Failing]) -> tuple[str, ...]:
    """Return what the carrier did otherwise than it was told, each once. It booked the parcel all the same."""
    return tuple(dict.fromkeys(str(one)[:LONGEST_WARNING] for one in told[:MOST_WARNINGS]))


def _with_its_letters(page: bytes) -> bytes:
    """Return ZPL that says in which letters it is written: a printer keeps those of the label before.

    The carrier sends code page 437 and does not say so (§6).
    """
    if b"^CI" in page:
        return page
    return page.decode("cp437").replace("^XA", "^XA^CI28", 1).encode()


def _is_whole(page: bytes, format: LabelFormat) -> bool:
    if format == "PDF":
        return page.startswith(b"%PDF-") and b"%%EOF" in page[-1024:]
    if format == "ZPL":
        return b"^XA" in page and page.rstrip().endswith(b"^XZ")
    return page.startswith(PNG) and page.endswith(PNG_END)


def tracking(number: str, scans: Sequence[Scan], summary: str = "") -> Tracking:
    """Return a parcel's story. `summary`: the carrier's own word for how it stands, where it was asked for."""
    story = events(number, scans)
    if summary == RETURNED_WORD:
        story = _turned_back(story)
    live = [event for event in story if not event.revoked]
    turned = next((place for place, event in enumerate(live) if event.opens_return), len(live))
    back = next((event for place, event in enumerate(live) if _is_back(event, place > turned)), None)
    notice = ReturnNotice(
        carrier=NAME,
        number=number,
        direct_number=number,
        reason=_why(story),
        received_at=back.occurred_at if back else None,
    )
    comes_back = back is not None or turned < len(live)
    return Tracking(number=number, events=tuple(story), returns=(notice,) if comes_back else ())


def controls(detail: Detail) -> tuple[int, ...]:
    """Return what the recipient changed, by the option's code; what is no option of the carrier's is none."""
    told = detail.deliveryInstruction
    code = text(told.option) if isinstance(told, Instruction) else ""
    return tuple(int(control) for control in Control if code == str(int(control)))


def _is_back(event: CarrierEvent, on_leg: bool) -> bool:
    return event.status == Status.RETURNED or (on_leg and event.status == Status.DELIVERED)


def is_uncertain(story: Sequence[CarrierEvent]) -> bool:
    """Tell whether the scans alone leave open who has the parcel: one that went back ends with "delivered" too."""
    return any(event.status in UNCERTAIN and not event.revoked for event in story)


def events(number: str, scans: Sequence[Scan]) -> list[CarrierEvent]:
    """Return scans as events, the oldest first; one that the carrier cancelled withdraws itself.

    Raises:
        Unavailable: one has no moment.
    """
    dated = sorted(((_moment(number, scan), scan) for scan in scans), key=lambda row: row[0])
    places: Counter[datetime] = Counter()
    found: dict[str, CarrierEvent] = {}
    for at, scan in dated:
        made = _event(number, scan, at, places[at])
        if made.id not in found:
            places[at] += 1
            found[made.id] = made
    return _with_withdrawn(list(found.values()))


def _moment(number: str, scan: Scan) -> datetime:
    at = moment(scan.timestamp)
    if at is None:
        raise Unavailable("unreadable_answer", f"parcel {number}: a scan has the time {scan.timestamp[:40]!r}")
    return at


def _event(number: str, scan: Scan, at: datetime, place: int) -> CarrierEvent:
    code, sub = text(scan.code), text(scan.subEventId)
    meaning = swiss_post_meaning(code)
    words = [word for word in (scan.title, scan.subtitle) if word and word.strip()]
    return CarrierEvent(
        id=fingerprint(number, code, sub, at),
        carrier=NAME,
        number=number,
        occurred_at=at,
        text="; ".join(words)[:500],
        place=scan.place,
        reason=sub,
        revoked=sub.upper().startswith(SWISS_POST_CANCELLED),
        sequence=place,
        **meaning._asdict(),
    )


def fingerprint(number: str, code: str, sub: str, at: datetime) -> str:
    return sha256(f"{NAME}/{number}/{code}/{sub}/{at.isoformat()}".encode()).hexdigest()[:32]


def _with_withdrawn(story: list[CarrierEvent]) -> list[CarrierEvent]:
    """Point each cancellation at the scan it withdraws: one of its code and time, else the latest of its code."""
    found: list[CarrierEvent] = []
    for event in story:
        if event.revoked:
            alike = [one for one in found if one.code == event.code and not one.revoked]
            same_time = any(one.occurred_at == event.occurred_at for one in alike)
            event = replace(event, revokes=alike[-1].id) if alike and not same_time else event
        found.append(event)
    return found


def _turned_back(story: list[CarrierEvent]) -> list[CarrierEvent]:
    """Return the story of a parcel that the carrier calls returned, where its scans do not say so by themselves.

    The way back begins with the last failure; with none, a delivery was one to the sender. The scan is told again under
    an id of its own and the earlier reading withdrawn, since the summary lags behind the scans.
    """
    if any(event.status == Status.RETURNED and not event.revoked for event in story):
        return story
    live = [event for event in story if not event.revoked]
    failures = [event for event in live if event.status == Status.DELIVERY_FAILED]
    if failures:
        return _retold(story, failures[-1], replace(failures[-1], opens_return=True))
    delivered = [event for event in live if event.status == Status.DELIVERED]
    for event in delivered:
        story = _retold(story, event, replace(event, status=Status.RETURNED))
    return story


def _retold(story: list[CarrierEvent], old: CarrierEvent, new: CarrierEvent) -> list[CarrierEvent]:
    withdrawal = replace(old, id=f"{old.id}/withdrawn", revoked=True, revokes=old.id)
    told = [withdrawal, replace(new, id=f"{old.id}/back")]
    return [one for event in story for one in (told if event is old else [event])]


def _why(story: Sequence[CarrierEvent]) -> str:
    failed = [event for event in story if event.status == Status.DELIVERY_FAILED and not event.revoked]
    return (failed[-1].text if failed else "") or "returned"
