"""The judge's own fold: the contract's vectors, and the law that the order of arrival does not matter."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.conformance.fold import CLOSED, ORDER_OF_TIES, Event, readings, status_of
from parcelproof.conformance.wires import WIRES, code_for

T0 = datetime(2026, 3, 2, tzinfo=UTC)


def told(*events: tuple[int, str] | tuple[int, str, bool]) -> str:
    """Fold events given as (minute, status, turns back)."""
    return status_of(
        Event(T0 + timedelta(minutes=row[0]), row[1], place, row[2] if len(row) > 2 else False)
        for place, row in enumerate(events)
    )


def test_nothing_is_announced() -> None:
    assert told() == "announced"


@pytest.mark.parametrize(
    ("events", "status"),
    [
        # status vocabularies, test vector 1: a failed attempt, then delivered
        (
            [(1, "accepted"), (2, "out_for_delivery"), (3, "delivery_failed"), (4, "out_for_delivery")],
            "out_for_delivery",
        ),
        # vector 2: refused, and the way back reads returning until the shop has it
        ([(1, "ready_for_pickup"), (2, "returning", True), (3, "ready_for_pickup")], "returning"),
        ([(1, "returning", True), (2, "delivered")], "returned"),
        # vector 3: late, closed, and what a later event cannot undo
        ([(3, "ready_for_pickup"), (5, "delivered"), (2, "in_transit")], "delivered"),
        ([(5, "delivered"), (6, "held")], "delivered"),
        # returning without the mark colours only its own event
        ([(1, "returning"), (2, "out_for_delivery")], "out_for_delivery"),
        # lost is not closed, also on the way back
        ([(1, "lost_or_damaged"), (2, "in_transit")], "in_transit"),
        ([(1, "returning", True), (2, "lost_or_damaged")], "lost_or_damaged"),
        # of one instant the higher rank counts as the later
        ([(1, "ready_for_pickup"), (1, "delivered"), (1, "in_transit")], "delivered"),
        ([(1, "out_for_delivery"), (2, "unknown")], "out_for_delivery"),
    ],
)
def test_vectors(events: list[tuple[int, str]], status: str) -> None:
    assert told(*events) == status


@pytest.mark.parametrize(
    ("carrier", "means"),
    [("cdek", ("out_for_delivery",)), ("mail_alliance", ("out_for_delivery", "in_transit"))],
)
def test_mail_alliance_may_be_read_by_its_own_sequence(carrier: str, means: tuple[str, ...]) -> None:
    """Its contract (§4.3) orders one instant by sequence, and so does its wire; the vocabularies order it by rank."""
    tie = [Event(T0, "out_for_delivery", 1), Event(T0, "in_transit", 2)]
    assert readings(tie, carrier) == means
    later = [*tie, Event(T0 + timedelta(minutes=1), "delivered", 3)]
    assert readings(later, carrier) == ("delivered",)


@pytest.mark.parametrize(
    ("carrier", "head", "column"),
    [
        ("mail_alliance", "| status | Mail Alliance ", 2),
        ("cdek", "| status | Mail Alliance ", 3),
        ("iml", "| | IML ", 2),
        ("pickpoint", "| | IML ", 3),
    ],
)
def test_the_guide_tells_what_each_code_reads_as(carrier: str, head: str, column: int) -> None:
    """Who brings a connector must not need our sources to know what is expected of it."""
    guide = (Path(__file__).parents[2] / "docs" / "connector-driver.md").read_text("utf-8")
    lines = guide[guide.index(head) :].partition("\n\n")[0].splitlines()
    told = {row.split("|")[1].strip(): set(re.findall(r"[\w/]+", row.split("|")[column])) for row in lines}
    for code in WIRES[carrier].codes:
        by_outcome = carrier == "iml" and not code.code.endswith("/0") and f"OrderStatus {code.code[-1]}"
        known = code.code in told[code.status] or (by_outcome and {*by_outcome.split()} <= told[code.status])
        assert known, f"{code.code} reads as {code.status}"


events = st.lists(
    st.builds(
        Event,
        st.integers(0, 5).map(lambda minute: T0 + timedelta(minutes=minute)),
        st.sampled_from(sorted(ORDER_OF_TIES)),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda event: (event.occurred_at, event.status, event.sequence),
)


@given(events, st.integers())
def test_the_order_of_arrival_does_not_matter(history: list[Event], seed: int) -> None:
    shuffled = list(history)
    Random(seed).shuffle(shuffled)
    assert status_of(history) == status_of(shuffled)


@given(events, events)
def test_once_closed_later_events_change_nothing(history: list[Event], later: list[Event]) -> None:
    closed = status_of(history)
    moved = [event._replace(occurred_at=event.occurred_at + timedelta(hours=1)) for event in later]
    if closed in CLOSED:
        assert status_of([*history, *moved]) == closed


def test_codes_say_statuses_of_the_canonical_list() -> None:
    for carrier, wire in WIRES.items():
        assert {code.status for code in wire.codes} <= set(ORDER_OF_TIES)
        assert code_for(carrier, "delivered").status == "delivered"
    with pytest.raises(KeyError, match="no code for returned"):
        code_for("cdek", "returned")
