"""Bugs of the area tracking; `conformance/mutants/tracking.toml` says which requirements each must fail."""

from datetime import timedelta

from parcelproof.reference.adapters import carrier_codes
from parcelproof.reference.adapters.cdek import reading
from parcelproof.reference.adapters.mail_alliance import feed
from parcelproof.reference.domain import statuses
from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.http import views
from parcelproof.reference.usecases import polling, tracking

from .patching import mutant, put, rewrite

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
        ("    to_read = rows\n", f"    {NEVER}; return await work.close()\n"),
    )


@mutant
def half_the_polls() -> None:
    """The polling period is twice what was set."""
    rewrite(
        polling.poll,
        ("timedelta(minutes=ports.config.poll_minutes)", "2 * timedelta(minutes=ports.config.poll_minutes)"),
    )


@mutant
def first_parcel_polled() -> None:
    """Of a carrier's open parcels only the first is read."""
    rewrite(polling._read_all, ("    answers =", "    rows = rows[:1]\n    answers ="))


@mutant
def delivered_reopened() -> None:
    """A later event reopens a parcel that was delivered."""
    rewrite(statuses.walk, ("if readings[-1].status in ENDED:", "if False:"))


@mutant
def pickup_is_delivery() -> None:
    """A parcel that waits at a pick-up point reads as delivered."""
    put(carrier_codes.MAIL_ALLIANCE, "ready_for_pickup", Status.DELIVERED)
    put(carrier_codes.CDEK, "ACCEPTED_AT_PICK_UP_POINT", Status.DELIVERED)


@mutant
def highest_rank_wins() -> None:
    """The status is the furthest that was ever told, not the latest."""
    rewrite(
        statuses.live, ("return sorted(kept, key=_order)", "return sorted(kept, key=lambda event: _order(event)[1:])")
    )


@mutant
def withdrawal_ignored() -> None:
    """What a carrier withdraws counts on."""
    rewrite(
        statuses.live,
        ("if not event.revoked and event.id not in gone_ids and _place(event) not in gone", "if not event.revoked"),
    )


@mutant
def returned_is_delivered() -> None:
    """A parcel that is handed back to its sender reads as delivered."""
    rewrite(statuses._on_leg, ("return Status.RETURNED", "return Status.DELIVERED"))
    put(carrier_codes.MAIL_ALLIANCE, "returned", Status.DELIVERED)


@mutant
def time_of_arrival() -> None:
    """The history dates an event by when the shop heard of it."""
    rewrite(views._history, ('"occurred_at": event.occurred_at', '"occurred_at": row["received_at"]'))


@mutant
def clock_of_moscow() -> None:
    """Times are kept in the courier's local time and called UTC."""
    rewrite(
        reading.event,
        ("occurred_at=at.astimezone(UTC)", "occurred_at=at.astimezone(UTC) + timedelta(hours=3)"),
        timedelta=timedelta,
    )


@mutant
def carriers_code_lost() -> None:
    """The history holds our word for an event in place of the carrier's code."""
    rewrite(views._history, ('"code": event.code', '"code": str(event.status)'))


@mutant
def depot_move_is_return() -> None:
    """CDEK's «returned to the delivery warehouse» reads as a return."""
    put(carrier_codes.CDEK, "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", Status.RETURNING)


@mutant
def partial_unmarked() -> None:
    """A partial delivery reads as a whole one."""
    rewrite(carrier_codes.cdek_meaning, ("partial=reason == PARTIAL_REASON", "partial=False"))


@mutant
def lost_is_held() -> None:
    """A lost parcel reads as held."""
    put(carrier_codes.MAIL_ALLIANCE, "lost", Status.HELD)
    for reason in ("5", "26"):
        put(carrier_codes.NOT_DELIVERED_REASONS, reason, Status.HELD)


@mutant
def stopped_for_good() -> None:
    """A parcel whose round was stopped stays so: scans of its way count no more until it is out for delivery again."""
    rewrite(
        statuses.walk,
        (
            "        readings.append(Reading(event,",
            "        stopped = (Status.DELIVERY_FAILED, Status.HELD, Status.READY_FOR_PICKUP)\n"
            "        rounds = Status.OUT_FOR_DELIVERY in [reading.status for reading in readings]\n"
            "        if rounds and readings[-1].status in stopped and 20 <= RANK[status] <= 30:\n"
            "            continue\n"
            "        readings.append(Reading(event,",
        ),
    )


@mutant
def batch_on_one_parcel() -> None:
    """When one reading brings news of several parcels, all of it is booked on the first of them."""
    rewrite(
        tracking.take,
        ("number = event.direct_number or event.number", "number = told[0].direct_number or told[0].number"),
    )


@mutant
def feed_moves_on_unread() -> None:
    """The feed counts as read when the list of returns behind it fails: its news is dropped and never read again."""
    rewrite(
        feed.changes,
        (
            "    walked = await returns_since(get, here.open_since)",
            "    try:\n"
            "        walked = await returns_since(get, here.open_since)\n"
            "    except Unavailable:\n"
            "        scans, walked = [], Walked((), (), here.open_since)",
        ),
    )


@mutant
def carriers_words_lost() -> None:
    """The history holds our word for an event in place of the carrier's own words."""
    rewrite(
        views._history,
        ('"text": event.text', '"text": event.text if event.carrier == "staff" else str(event.status)'),
    )
