"""Channel attribution and the checks upon it, over written wires: what was told when, and what the connector says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from parcelproof.conformance.attribution import news_of
from parcelproof.conformance.checks import look
from parcelproof.conformance.checks.channels import channels_of, merged
from parcelproof.conformance.history import History

T0 = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
NUMBER = "MAL000000000017"
CODES = ("shipped", "in_transit", "out_for_delivery")
WORDS = ("Handed over.", "On its way.", "With the courier.")


def at(minutes: float) -> str:
    return (T0 + timedelta(minutes=minutes)).isoformat()


def exchange(seq: int, minutes: float, direction: str, method: str, path: str, **more: Any) -> dict[str, Any]:
    base = {"seq": seq, "at": at(minutes), "direction": direction, "carrier": "mail_alliance", "operation": "x"}
    bodies = {key: msgspec.json.encode(value).decode() for key, value in more.items() if key.endswith("_body")}
    return {**base, "method": method, "path": path, "status": 200, **more, **bodies}


def scan(place: int) -> dict[str, Any]:
    """Return one event as Mail Alliance writes it: they happen at 200, 400 and 600 minutes."""
    code, occurred_at = CODES[place], at(200 * (place + 1))
    return {"id": f"evt_{place}", "code": code, "description": WORDS[place], "occurred_at": occurred_at}


def webhook(seq: int, minutes: float, place: int, status: int = 204) -> dict[str, Any]:
    body = {"type": f"tracking.{CODES[place]}", "data": {"tracking_number": NUMBER, "event": scan(place)}}
    return exchange(seq, minutes, "out", "POST", "http://shop/hooks/x", request_body=body, status=status)


def poll(seq: int, minutes: float, *places: int, status: int = 200) -> dict[str, Any]:
    body = {"data": [{**scan(place), "tracking_number": NUMBER} for place in places]}
    return exchange(seq, minutes, "in", "GET", "/mail-alliance/v1/tracking-events", response_body=body, status=status)


def wire(
    *told: dict[str, Any],
    received: tuple[float, ...],
    sources: tuple[str, ...],
    texts: tuple[str, ...] = WORDS,
    **more: Any,
) -> History:
    """Return one parcel's history of three events; `received`, `sources` and `texts` are what the connector says."""
    references = {"references": {"order": "A-1"}}
    booked = exchange(2, 0, "in", "POST", "/mail-alliance/v1/parcels", request_body=references)
    hook = exchange(1, 0, "in", "POST", "/mail-alliance/v1/webhook-endpoints", request_body={"url": "http://shop"})
    events = [
        {
            "event_id": scan(place)["id"], "status": ("accepted", *CODES[1:])[place], "code": CODES[place],
            "text": texts[place], "reason": "", "occurred_at": scan(place)["occurred_at"],
            "received_at": at(received[place]), "source": sources[place],
        }
        for place in range(3)
    ]  # fmt: skip
    facts = [
        {
            "fact": "scan", "at": row["occurred_at"], "occurred_at": row["occurred_at"], "sequence": place + 1,
            "code": row["code"], "status": row["status"],
        }
        for place, row in enumerate(events)
    ]  # fmt: skip
    order = {
        "number": "A-1", "state": "booked", "carrier": "mail_alliance", "service": "s", "tracking_number": NUMBER,
        "tracking_numbers": [NUMBER], "status": "out_for_delivery", "partial": False, "label": None, "quote": None,
        "booked": None, "history": events, "returns": [], "final_state": None, "problems": [], "acting_user": None,
    }  # fmt: skip
    truth = {
        "id": "p", "carrier": "mail_alliance", "number": NUMBER, "reference": "A-1", "status": "out_for_delivery",
        "facts": facts,
    }  # fmt: skip
    journal = ([] if more.pop("unsubscribed", False) else [hook]) + [booked, *told]
    base = {"started_at": at(0), "ended_at": at(6000), "journal": journal, "orders": [order], "truth": [truth]}
    return msgspec.convert({**base, **more}, History)


PUSHED = tuple(webhook(10 + place, 200 * (place + 1), place) for place in range(3))
AT_ONCE, HOURS_LATER = (203, 403, 603), (300, 500, 700)
POLLS = tuple(poll(20 + place, 300 + 200 * place, *range(place + 1)) for place in range(3))
HOOKS, READS = ("webhook",) * 3, ("poll",) * 3


def by_webhook(**more: Any) -> History:
    return wire(*PUSHED, received=AT_ONCE, sources=HOOKS, **more)


def by_both() -> History:
    return wire(*PUSHED, *POLLS, received=AT_ONCE, sources=HOOKS)


@pytest.mark.parametrize(
    ("history", "first"),
    [
        (by_both(), ["webhook"] * 3),
        (wire(*PUSHED, *POLLS, received=HOURS_LATER, sources=READS), ["poll"] * 3),  # webhooks came and were ignored
        (wire(*POLLS, received=HOURS_LATER, sources=READS), ["poll"] * 3),
        (wire(*POLLS, received=AT_ONCE, sources=HOOKS), ["unknown"] * 3),  # nobody can have told it by then
        (wire(received=AT_ONCE, sources=HOOKS), ["unknown"] * 3),
        (wire(*(webhook(9, 201, 0, 500),), *POLLS, received=HOURS_LATER, sources=READS), ["poll"] * 3),
        # The connector's clock stands at 240 while the carriers' is on its way there: so late may a webhook be noted.
        (
            wire(webhook(9, 205, 0), received=(240, 999, 999), sources=HOOKS, steps=[at(240)]),
            ["webhook", *["unknown"] * 2],
        ),
    ],
)
def test_the_channel_is_read_off_the_wire(history: History, first: list[str]) -> None:
    assert [row.first for row in news_of(history)] == first


def test_channels_are_counted_and_a_dead_one_is_reported() -> None:
    lively = {row.name: (row.news, row.dead) for row in channels_of(by_both())}
    assert lively == {"webhook": (3, False), "poll": (0, False), "unknown": (0, False)}
    ignored = wire(*PUSHED, *POLLS, received=HOURS_LATER, sources=READS)
    dead = {row.name: (row.news, row.dead) for row in channels_of(ignored)}
    assert dead == {"webhook": (0, True), "poll": (3, False), "unknown": (0, False)}
    together = {row.name: (row.news, row.dead) for row in merged([*channels_of(by_both()), *channels_of(ignored)])}
    assert together == {"webhook": (3, True), "poll": (3, False), "unknown": (0, False)}


def test_a_read_right_after_a_webhook_may_be_named_either_way() -> None:
    """Some connectors read the order when a webhook wakes them: both channels told it then."""
    for sources in (HOOKS, READS):
        told = [poll(19, 200, 0), *PUSHED, poll(21, 400, 0, 1), poll(22, 600, 0, 1, 2)]
        judged = look("TRK-016", wire(*told, received=AT_ONCE, sources=sources))
        assert judged.verdict == "passed", judged


NO_POLLS: dict[str, Any] = {"channels": {"webhook": True, "poll": False}}
NO_HOOKS: dict[str, Any] = {"channels": {"webhook": False, "poll": True}}
READ_AT_REST = poll(30, 5000, 0, 1, 2)
# requirement -> (a history that holds it, the same with one thing wrong)
CHANNELS: dict[str, tuple[Callable[[], History], Callable[[], History]]] = {
    "TRK-014": (
        lambda: by_webhook(**NO_POLLS),
        lambda: replace(
            by_webhook(**NO_POLLS),
            orders=(replace(by_webhook().orders[0], history=by_webhook().orders[0].history[:2]),),
        ),
    ),
    "TRK-015": (
        lambda: by_webhook(**NO_POLLS),
        lambda: wire(*PUSHED, READ_AT_REST, received=AT_ONCE, sources=HOOKS, **NO_POLLS),
    ),
    "TRK-016": (by_both, lambda: wire(*PUSHED, *POLLS, received=AT_ONCE, sources=("poll", "webhook", "webhook"))),
    "TRK-018": (by_both, lambda: by_webhook(texts=(WORDS[0], "Unterwegs.", WORDS[2]))),
    "WHK-007": (
        lambda: wire(*POLLS, received=HOURS_LATER, sources=READS, unsubscribed=True, **NO_HOOKS),
        lambda: wire(*POLLS, received=HOURS_LATER, sources=READS, **NO_HOOKS),
    ),
    "WHK-008": (by_both, lambda: wire(*PUSHED, *POLLS, received=HOURS_LATER, sources=READS)),
}


@pytest.mark.parametrize("number", CHANNELS)
def test_a_good_wire_passes_and_one_with_one_thing_wrong_fails(number: str) -> None:
    good, bad = CHANNELS[number]
    assert look(number, good()).verdict == "passed", look(number, good())
    judged = look(number, bad())
    assert judged.verdict == "failed", judged
    assert all(row.requirement == number and row.subject and row.expected and row.found for row in judged.findings)


def bare_webhook(seq: int, minutes: float, place: int) -> dict[str, Any]:
    """Return a webhook that tells a code and no words, as CDEK's do."""
    event = {key: value for key, value in scan(place).items() if key != "description"}
    body = {"type": f"tracking.{CODES[place]}", "data": {"tracking_number": NUMBER, "event": event}}
    return exchange(seq, minutes, "out", "POST", "http://shop/hooks/x", request_body=body, status=204)


def test_words_may_be_missing_only_where_they_came_by_a_channel_that_told_none() -> None:
    bare = tuple(bare_webhook(10 + place, 200 * (place + 1), place) for place in range(3))
    nothing = ("",) * 3
    assert look("TRK-018", wire(*bare, received=AT_ONCE, sources=HOOKS, texts=nothing)).verdict == "skipped"
    both = wire(*bare, *POLLS, received=AT_ONCE, sources=HOOKS, texts=(WORDS[0], "", ""))
    assert (look("TRK-018", both).verdict, look("TRK-018", both).checked) == ("passed", 1)
    dropped = wire(*POLLS, received=HOURS_LATER, sources=READS, texts=nothing)
    assert [row.subject for row in look("TRK-018", dropped).findings] == [f"{code} of A-1" for code in CODES]
    assert look("TRK-018", by_webhook(texts=nothing)).verdict == "failed"  # these webhooks told them


def test_dead_polls_leave_it_to_webhooks() -> None:
    """Polling is on, but answered 503 all the time: that counts as webhooks alone."""
    silent = [poll(40 + place, 700 + place, status=503) for place in range(3)]
    assert look("TRK-014", wire(*PUSHED, *silent, received=AT_ONCE, sources=HOOKS)).verdict == "passed"
    assert look("TRK-014", by_both()).verdict == "skipped"
