"""One path for webhook, poll and hand entry; the vectors of `statuses` §3a; returns put back once."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.reference.domain.statuses import Status, picture
from parcelproof.reference.errors import EngineError
from parcelproof.reference.ports import CarrierEvent, Notice, Refused, ReturnNotice, Untrusted
from parcelproof.reference.usecases import companies, ordering, tracking

NOW = datetime.fromisoformat("2026-03-02T08:00:00+00:00")


def event(status: str, minute: int, *, number: str = "D", **more: Any) -> CarrierEvent:
    code = more.pop("code", status.upper())
    own = more.pop("id", f"{number}/{code}/{minute}" + ("/gone" if more.get("revoked") else ""))
    return CarrierEvent(
        id=own, carrier="cdek", number=number, code=code, text="", status=status,
        occurred_at=NOW + timedelta(minutes=minute), **more,
    )  # fmt: skip


def refused(minute: int, reason: str = "11 refused", status: str = "returning") -> CarrierEvent:
    return event(status, minute, code="NOT_DELIVERED", reason=reason, opens_return=status == "returning")


VECTORS: dict[str, list[tuple[CarrierEvent, str]]] = {
    "courier, second attempt": [
        (event("announced", 1), "announced"),
        (event("accepted", 2), "accepted"),
        (event("in_transit", 3), "in_transit"),
        (event("out_for_delivery", 4), "out_for_delivery"),
        (event("delivery_failed", 5), "delivery_failed"),
        (event("out_for_delivery", 6), "out_for_delivery"),
        (event("delivered", 7, partial=True), "delivered"),
    ],
    "refusal with a return order": [
        (event("ready_for_pickup", 1), "ready_for_pickup"),
        (refused(2), "returning"),
        (event("announced", 3, number="R", is_return=True, direct_number="D"), "returning"),
        (event("accepted", 4, number="R", is_return=True, direct_number="D"), "returning"),
        (event("ready_for_pickup", 5, number="R", is_return=True, direct_number="D"), "returning"),
        (event("delivered", 6, number="R", is_return=True, direct_number="D"), "returned"),
    ],
    "client return": [
        (event("delivered", 1), "delivered"),
        (event("accepted", 2, number="R", direct_number="D"), "delivered"),
        (event("delivered", 3, number="R", direct_number="D"), "delivered"),
    ],
    "locker, late and withdrawn": [
        (event("ready_for_pickup", 3, code="POSTOMAT_POSTED"), "ready_for_pickup"),
        (event("delivered", 5, code="POSTOMAT_RECEIVED"), "delivered"),
        (event("in_transit", 2), "delivered"),
        (event("delivered", 5, code="POSTOMAT_RECEIVED"), "delivered"),
        (event("delivered", 5, code="POSTOMAT_RECEIVED", revoked=True), "ready_for_pickup"),
        (event("held", 6, code="POSTOMAT_SEIZED"), "held"),
        (refused(7, "23 storage over"), "returning"),
    ],
    "equal times": [
        (event("delivered", 5), "delivered"),
        (event("ready_for_pickup", 5), "delivered"),
    ],
    "lost, found again": [
        (refused(1, "26 lost", "lost_or_damaged"), "lost_or_damaged"),
        (event("in_transit", 2), "in_transit"),
    ],
    "damaged, comes back": [
        (refused(1, "10 damaged", "lost_or_damaged"), "lost_or_damaged"),
        (event("accepted", 2, number="R", is_return=True, direct_number="D"), "returning"),
        (event("delivered", 3, number="R", is_return=True, direct_number="D"), "returned"),
    ],
    "a return order of what was not refused": [
        (event("in_transit", 1), "in_transit"),
        (event("delivered", 2, number="R", is_return=True, direct_number="D"), "in_transit"),
    ],
    "returning without a leg colours only itself": [
        (event("returning", 1), "returning"),
        (event("out_for_delivery", 2), "out_for_delivery"),
        (event("delivered", 3), "delivered"),
    ],
    "unknown and keep bear no status": [
        (event("keep", 1), "announced"),
        (event("accepted", 2), "accepted"),
        (event("unknown", 3, code="X9"), "accepted"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_each_vector_reads_as_written_after_each_event(name: str) -> None:
    told: list[CarrierEvent] = []
    for found, status in VECTORS[name]:
        told.append(found)
        assert picture("D", told).status == status, found


def test_a_partial_delivery_is_marked() -> None:
    assert picture("D", [row[0] for row in VECTORS["courier, second attempt"]]).partial


@pytest.mark.parametrize("name", [name for name, rows in VECTORS.items() if len(rows) <= 5])
def test_no_order_of_arrival_changes_the_end(name: str) -> None:
    told = [row[0] for row in VECTORS[name]]
    assert {picture("D", order).status for order in permutations(told)} == {VECTORS[name][-1][1]}


events = st.builds(
    lambda status, minute, number, leg, gone: event(
        status, minute, number=number, is_return=number == "R", direct_number="D" if number == "R" else "",
        opens_return=leg and status == "returning", revoked=gone, id=f"{number}/{status}/{minute}/{leg}/{gone}",
    ),
    st.sampled_from([*Status, "keep"]), st.integers(0, 6), st.sampled_from(["D", "D", "R"]), st.booleans(),
    st.sampled_from([False, False, False, True]),
)  # fmt: skip


@given(st.lists(events, max_size=9).flatmap(lambda told: st.tuples(st.just(told), st.permutations(told))))
def test_the_fold_depends_on_the_set_of_events_only(pair: tuple[list[CarrierEvent], list[CarrierEvent]]) -> None:
    told, shuffled = pair
    assert picture("D", told) == picture("D", shuffled)


# -- through the engine


async def send(rig: Any, carrier: str, notice: Notice, *, signature: str = "sound") -> None:
    """Deliver a webhook the way the HTTP edge does."""
    token = rig.world.carriers[carrier].hooks[-1].rsplit("/", 1)[1]
    hook = await companies.hook_of(rig.shop, carrier, token)
    assert hook is not None
    assert hook is not None
    await tracking.receive(rig.shop, hook, {"x-signature": signature}, msgspec.json.encode(notice))


async def test_a_webhook_five_times_and_a_poll_are_one_event(rig: Any) -> None:
    number = await rig.book("P-1")
    found = rig.world.near.scan(number, "accepted", rig.clock.now())
    for _ in range(5):
        await send(rig, "mail_alliance", Notice(event_id=found.id, events=(found,)))
    assert (await rig.view("P-1"))["status"] == "accepted"
    await rig.run(hours=2)
    view = await rig.view("P-1")
    assert [row["source"] for row in view["history"]] == ["webhook"]


async def test_a_poll_finds_what_no_webhook_told(rig: Any) -> None:
    number = await rig.book("P-1")
    await rig.run(minutes=30)
    rig.world.near.scan(number, "accepted", rig.clock.now())
    await rig.run(minutes=31)
    view = await rig.view("P-1")
    assert (view["status"], view["history"][0]["source"]) == ("accepted", "poll")


async def test_a_feed_is_read_from_where_it_stood(rig: Any) -> None:
    rig.world.near.feed = True
    number = await rig.book("P-1")
    for status in ("accepted", "in_transit", "delivered"):
        rig.world.near.scan(number, status, rig.clock.now())
        await rig.run(hours=1)
    view = await rig.view("P-1")
    assert [row["status"] for row in view["history"]] == ["accepted", "in_transit", "delivered"]


async def test_a_silent_parcel_or_carrier_holds_up_no_other(rig: Any) -> None:
    await rig.book("P-1")
    far = await rig.book("P-2", carrier="cdek")
    rig.world.near.silent |= {"track", "changes"}
    rig.world.far.scan(far, "accepted", rig.clock.now())
    await rig.run(hours=2)
    assert (await rig.view("P-2"))["status"] == "accepted"


async def test_an_untrusted_webhook_writes_nothing(rig: Any) -> None:
    number = await rig.book("P-1")
    found = rig.world.near.scan(number, "delivered", rig.clock.now())
    with pytest.raises(Untrusted):
        await send(rig, "mail_alliance", Notice(event_id="e", events=(found,)), signature="wrong")
    assert (await rig.view("P-1"))["history"] == []


async def test_news_that_comes_before_the_number_is_known_is_kept(rig: Any) -> None:
    rig.world.near.late = True
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await rig.run(seconds=1)
    rig.world.near.ripen()
    number = rig.world.near.numbers[rig.world.near.id_of("P-1")]
    found = rig.world.near.scan(number, "accepted", rig.clock.now())
    await send(rig, "mail_alliance", Notice(event_id=found.id, events=(found,)))
    await rig.run(seconds=0)  # the news of an unknown number makes the engine look for its own
    view = await rig.view("P-1")
    assert (view["tracking_number"], view["status"]) == (number, "accepted")
    assert [row["source"] for row in view["history"]] == ["webhook"]


async def test_news_that_comes_before_the_number_is_told_to_those_who_followed_by_then(rig: Any) -> None:
    rig.world.near.late = True
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await rig.run(seconds=1)
    await rig.follow_early("P-1", "early@example.org")
    rig.world.near.ripen()
    number = rig.world.near.numbers[rig.world.near.id_of("P-1")]
    found = rig.world.near.scan(number, "out_for_delivery", rig.clock.now())
    rig.world.near.silent.add("read")
    await send(rig, "mail_alliance", Notice(event_id=found.id, events=(found,)))
    await rig.run(seconds=30)
    await rig.follow_early("P-1", "late@example.org")
    rig.world.near.silent.clear()
    await rig.run(hours=2)
    assert (await rig.view("P-1"))["status"] == "out_for_delivery"
    assert rig.told() == [("early@example.org", "out_for_delivery")]


async def test_equal_times_are_told_apart_by_the_carriers_order_whichever_channel_came_first(rig: Any) -> None:
    number = await rig.book("P-1")
    near, at = rig.world.near, rig.clock.now()
    first = near.scan(number, "in_transit", at, id="zz", sequence=1)
    second = near.scan(number, "customs", at, id="aa", sequence=2)  # same rank, same time, and last by its name
    bare = [replace(found, sequence=0) for found in (second, first)]
    await send(rig, "mail_alliance", Notice(event_id="n", events=tuple(bare)))
    assert (await rig.view("P-1"))["status"] == "in_transit"  # a webhook does not tell their order
    await rig.run(hours=1)
    view = await rig.view("P-1")
    assert (view["status"], len(view["history"])) == ("customs", 2)


async def test_a_withdrawn_delivery_reopens_and_a_later_scan_counts(rig: Any) -> None:
    number = await rig.book("P-1")
    near, at = rig.world.near, rig.clock.now()
    near.scan(number, "out_for_delivery", at)
    near.scan(number, "delivered", at + timedelta(minutes=5))
    near.scan(number, "in_transit", at + timedelta(minutes=9))
    await rig.run(hours=1)
    assert (await rig.view("P-1"))["status"] == "delivered"
    near.scan(number, "delivered", at + timedelta(minutes=5), revoked=True, id="gone")
    await rig.run(hours=1)
    view = await rig.view("P-1")
    assert view["status"] == "in_transit"
    assert [row["withdrawn"] for row in view["history"]] == [False, True, False]


async def test_an_unknown_code_is_shown_and_changes_nothing(rig: Any) -> None:
    number = await rig.book("P-1")
    rig.world.near.scan(number, "accepted", rig.clock.now())
    rig.world.near.scan(number, "whatever", rig.clock.now() + timedelta(minutes=1), code="X9")
    await rig.run(hours=1)
    view = await rig.view("P-1")
    assert view["status"] == "accepted"
    assert [(row["code"], row["status"]) for row in view["history"]][-1] == ("X9", "unknown")


async def test_staff_enter_a_novelty_only_where_something_is_shipped(rig: Any) -> None:
    await ordering.place(rig.shop, rig.actor, rig.order("P-0"), confirm=False)
    with pytest.raises(EngineError, match="NOT_SHIPPED"):
        await rig.enter("P-0", "held")
    await rig.book("P-1")
    await rig.enter("P-1", "held", reason="address", observation="asked the buyer")
    view = await rig.view("P-1")
    assert (view["status"], view["history"][0]["source"]) == ("held", "staff")


# -- goods that come back


def back(number: str, *, items: dict[str, int] | None = None, received: datetime | None = None) -> ReturnNotice:
    return ReturnNotice(
        carrier="mail_alliance", number=f"R-{number}", direct_number=number, reason="refused", received_at=received,
        items=items or {},
    )  # fmt: skip


async def test_stock_is_restored_once_with_number_reason_and_date(rig: Any) -> None:
    number = await rig.book("P-1")
    near, at = rig.world.near, rig.clock.now()
    near.scan(number, "returning", at, opens_return=True)
    near.returned[f"R-{number}"] = back(number)
    await send(rig, "mail_alliance", Notice(event_id="r1", returns=(back(number),)))
    assert (await rig.view("P-1"))["returns"][0]["status"] == "announced"
    await rig.run(hours=1)
    assert (await rig.view("P-1"))["returns"][0]["status"] == "returning"
    near.scan(number, "returned", at + timedelta(hours=3))
    near.returned[f"R-{number}"] = back(number, received=at + timedelta(hours=3))
    for _ in range(3):
        await send(rig, "mail_alliance", Notice(event_id="r2", returns=(near.returned[f"R-{number}"],)))
    await rig.run(days=3)
    view = await rig.view("P-1")
    assert view["returns"] == [
        {
            "number": f"R-{number}", "reason": "refused", "status": "received", "origin": "carrier",
            "received_at": at + timedelta(hours=3), "items": {"TEE": 2}, "stock_restored": True,
        }
    ]  # fmt: skip
    assert (await rig.stock(), view["status"]) == ({"TEE": 0}, "returned")


async def test_a_partial_delivery_brings_back_only_what_was_refused(rig: Any) -> None:
    number = await rig.book("P-1", carrier="cdek")
    far, at = rig.world.far, rig.clock.now()
    far.scan(number, "delivered", at, partial=True)
    await rig.run(hours=1)
    leg = {"is_return": True, "direct_number": number}
    far.scan("R1", "accepted", at + timedelta(hours=2), **leg)
    far.scan("R1", "delivered", at + timedelta(hours=5), **leg)
    far.returned["R1"] = ReturnNotice(
        carrier="cdek", number="R1", direct_number=number, reason="20", received_at=at + timedelta(hours=5)
    )
    await rig.run(hours=1)
    assert (await rig.view("P-1"))["returns"][0]["stock_restored"] is False  # which pieces is not known yet
    far.handed[number] = {"TEE": 1}
    await rig.run(hours=1)
    view = await rig.view("P-1")
    assert (view["status"], view["partial"], view["returns"][0]["items"]) == ("delivered", True, {"TEE": 1})
    assert await rig.stock() == {"TEE": -1}


async def test_a_refused_return_leaves_its_key_behind(rig: Any) -> None:
    number = await rig.book("P-1")
    rig.world.near.scan(number, "delivered", rig.clock.now())
    await rig.run(hours=1)
    for fault in (Refused("later", "not this one"), None):
        await ordering.send_back(rig.shop, rig.actor, "P-1", reason="changed_mind", items={"TEE": 1})
        if fault is not None:
            rig.world.near.faults.append(fault)
    await rig.run(seconds=1)
    assert [row["number"] for row in (await rig.view("P-1"))["returns"]] == ["R-P-1/R2"]
    await ordering.send_back(rig.shop, rig.actor, "P-1", reason="changed_mind", items={"TEE": 1})
    await rig.run(seconds=1)
    assert [row["number"] for row in (await rig.view("P-1"))["returns"]] == ["R-P-1/R2", "R-P-1/R3"]


async def test_a_buyers_return_is_announced_once_and_found_again(rig: Any) -> None:
    number = await rig.book("P-1")
    rig.world.near.scan(number, "delivered", rig.clock.now())
    await rig.run(hours=1)
    with pytest.raises(EngineError, match="INVALID_RETURN"):
        await ordering.send_back(rig.shop, rig.actor, "P-1", reason="changed_mind", items={"TEE": 3})
    await ordering.send_back(rig.shop, rig.actor, "P-1", reason="changed_mind", items={"TEE": 1})
    made = back(number, items={"TEE": 1})
    webhook = ReturnNotice(
        carrier="mail_alliance", number="R-P-1/R1", direct_number=number, reason="changed_mind",
        received_at=None, items=made.items, origin="shipper",
    )  # fmt: skip
    await rig.run(seconds=1)
    await send(rig, "mail_alliance", Notice(event_id="r", returns=(webhook,)))
    view = await rig.view("P-1")
    assert [(row["number"], row["reason"]) for row in view["returns"]] == [("R-P-1/R1", "changed_mind")]
    assert view["status"] == "delivered"
    with pytest.raises(EngineError, match="INVALID_RETURN"):
        await ordering.send_back(rig.shop, rig.actor, "P-1", reason="changed_mind", items={"TEE": 2})


async def test_over_long_texts_of_a_carrier_are_told_apart_and_break_nothing(rig: Any) -> None:
    number = await rig.book("P-1")
    near, at = rig.world.near, rig.clock.now()
    for tail in "ab":
        near.scan(number, "in_transit", at, id="e" * 300 + tail)
        near.scan("n" * 300 + tail, "in_transit", at)
    near.scan(number, "returning", at, opens_return=True, place="nu\x00l")
    for tail in "ab":
        back = "R" * 120 + tail
        near.returned[back] = ReturnNotice(
            carrier="mail_alliance", number=back, direct_number=number, reason="\x00" + "w" * 900, received_at=at,
            items={"TEE": 1},
        )  # fmt: skip
    await rig.run(hours=3)  # polled three times
    view = await rig.view("P-1")
    assert [event["status"] for event in view["history"]] == ["in_transit", "in_transit", "returning"]
    assert [(row["stock_restored"], len(row["reason"])) for row in view["returns"]] == [(True, 200)] * 2
    assert len({row["number"] for row in view["returns"]}) == 2
    assert await rig.stock() == {"TEE": 0}
    near.feed = True  # from now on the numbers nobody knows are told too
    await rig.run(hours=3)
    assert len((await rig.view("P-1"))["history"]) == 3


async def test_a_webhook_about_an_over_long_parcel_is_taken(rig: Any) -> None:
    near = rig.world.near
    raw = msgspec.json.encode(Notice(event_id="e", read_again=("p" * 500,)))
    await rig.run(seconds=1)
    hook = await companies.hook_of(rig.shop, near.name, near.hooks[0].rsplit("/", 1)[1])
    assert hook is not None
    await tracking.receive(rig.shop, hook, {"x-signature": "sound"}, raw)
    await rig.run(seconds=1)
