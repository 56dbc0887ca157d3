"""Bugs of the area tracking; `conformance/mutants/tracking.toml` says which requirements each must fail."""

from parcelproof.reference.domain import statuses
from parcelproof.reference.usecases import polling, tracking

from .patching import mutant, rewrite

NEVER = "work.again(now + timedelta(days=400), fresh=True)"


@mutant
def arrival_order() -> None:
    """The status is taken from the event that arrived last, not from the one that occurred last."""
    rewrite(statuses.live, ("return sorted(kept, key=_order)", "return kept"))


@mutant
def event_counted_twice() -> None:
    """An event that a webhook told counts again when a poll tells it."""
    rewrite(tracking._take_event, ('"event_id": event.id,', '"event_id": f"{event.id}/{source}",'))


@mutant
def no_polling() -> None:
    """Carriers are never read: what no webhook brought is never known."""
    rewrite(
        polling.poll,
        ("to_read = open_for_polls(rows, now, unfinished)", f"{NEVER}; return await work.close()"),
    )


@mutant
def delivered_reopened() -> None:
    """A later event reopens a parcel that was delivered."""
    rewrite(statuses.walk, ("if readings[-1].status in ENDED:", "if False:"))
