"""One parcel: what happened, what is to come, its label, what was told about it and what was said on the wire."""

from dataclasses import dataclass

from ...core.parcel import Booked, Cancelled, Collected, Fact, PaidOut, Parcel, Revoked, Scan
from ...core.world import World
from ...wire import webhooks
from ...wire.call import Answer
from ...wire.routes import Routes
from ...wire.webhooks import Attempt
from ..journeys import told
from . import label
from .exchanges import about
from .frame import tenant_page
from .pages import DRAWING_POLICY
from .table import on
from .visit import Visit

routes = Routes()

MOST_SHOWN = 50  # webhooks and exchanges; the journal has the rest


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `at_ms` None is a coming step of a paused journey; `wait_ms` is how long after
    the line before it a coming step follows."""

    kind: str
    at_ms: int | None
    title: str
    code: str = ""
    status: str = ""
    place: str = ""
    reason: str = ""
    occurred_ms: int = 0
    sequence: int = 0
    revoked: bool = False
    wait_ms: int = 0


@on(routes, "GET", "/t/{tenant}/parcels/{parcel}")
async def parcel(visit: Visit) -> Answer:
    return shown(visit)


def shown(visit: Visit, *, wrong: str = "", status: int = 200, opened: str = "") -> Answer:
    """Return the page; `opened` names the form that was refused, which then shows what was typed and what is wrong."""
    world, found = visit.world, visit.parcel
    carrier = visit.carrier(found.carrier)
    return tenant_page(
        visit,
        "parcel.html",
        "parcels",
        status=status,
        policy=DRAWING_POLICY,
        parcel=found,
        carrier=carrier,
        events=[_event(fact, found) for fact in found.facts],
        coming=lambda: coming(world, found),
        formats=lambda: label.formats_of(world, found, carrier),
        attempts=lambda: attempts_about(world, found)[:MOST_SHOWN],
        exchanges=lambda: about(visit, found, MOST_SHOWN),
        stories={name: told(carrier, name) for name in carrier.stories},
        codes=carrier.codes,
        revocable=_revocable(found),
        original=world.parcel(found.return_of) if found.return_of else None,
        wrong=wrong,
        opened=opened,
    )


def coming(world: World, parcel: Parcel) -> list[Entry]:
    """Return the steps that the journey still has, dated where it is on the agenda."""
    due = world.store.due(parcel.due) if parcel.due else None
    at_ms, entries = None if due is None else due.at_ms, []
    for index, step in enumerate(() if parcel.cancelled else parcel.journey[parcel.step :]):
        if index and at_ms is not None:
            at_ms += step.after_ms
        entries.append(Entry("coming", at_ms, step.code, step.code, "", step.place, step.reason, wait_ms=step.after_ms))
    return entries


def attempts_about(world: World, parcel: Parcel) -> list[Attempt]:
    """Return the webhook attempts whose body or key names the parcel, newest first."""
    names = [name for name in (parcel.id, parcel.number) if name]
    marks = [name.encode() for name in names]
    found = [
        attempt
        for attempt in webhooks.attempts(world)
        if any(mark in attempt.body for mark in marks) or any(name in attempt.key for name in names)
    ]
    return found[::-1]


def _event(fact: Fact, parcel: Parcel) -> Entry:
    match fact:
        case Scan():
            gone = fact.sequence in {other.revokes for other in parcel.facts if isinstance(other, Revoked)}
            return Entry(
                "scan", fact.at_ms, fact.text or fact.code, fact.code, fact.status, fact.place, fact.reason,
                fact.occurred_ms, fact.sequence, gone,
            )  # fmt: skip
        case Booked():
            return Entry("booked", fact.at_ms, "Booked")
        case Revoked():
            return Entry("revoked", fact.at_ms, f"Scan {fact.revokes} was withdrawn", sequence=fact.sequence)
        case Cancelled():
            return Entry("cancelled", fact.at_ms, "Cancelled before the first scan")
        case Collected():
            whole, rest = divmod(fact.amount_minor, 100)
            money = f"{whole}.{rest:02d} {fact.currency}"
            return Entry("money", fact.at_ms, f"{money} collected from the recipient", code=fact.method)
        case PaidOut():
            return Entry("money", fact.at_ms, f"Paid out by report {fact.report}")


def _revocable(parcel: Parcel) -> set[int]:
    gone = {fact.revokes for fact in parcel.facts if isinstance(fact, Revoked)}
    return {fact.sequence for fact in parcel.facts if isinstance(fact, Scan)} - gone
