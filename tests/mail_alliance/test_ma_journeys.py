"""Lives of parcels: stories, magic places, the tenant's mix, the seed, snapshots."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.world import Outcome
from parcelproof.simulators.mail_alliance import CARRIER
from parcelproof.simulators.mail_alliance.journeys import LIVES, STORIES

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
ENDS = {
    "delivered": "delivered",
    "second-attempt": "delivered",
    "refused": "returned",
    "partly-refused": "delivered",
    "returned": "returned",
    "lost": "lost",
    "pickup": "delivered",
    "stuck": "announced",
    "locker": "delivered",
    "reminder": "delivered",
    "customs": "delivered",
}
MAY_FOLLOW = {
    "shipped": {"announced"},
    "in_transit": {"shipped", "in_transit", "held", "delivery_failed"},
    "out_for_delivery": {"in_transit", "delivery_failed"},
    # The contract has no reminder; it is told by the status that the parcel has, so it may follow itself.
    "ready_for_pickup": {"in_transit", "out_for_delivery", "delivery_failed", "ready_for_pickup"},
    "delivery_failed": {"out_for_delivery"},
    "delivered": {"out_for_delivery", "ready_for_pickup", "in_transit"},
    "returned": {"returning"},
}


def codes(desk: Any, parcel_id: str) -> list[str]:
    return [event["code"] for event in desk.seen(parcel_id)["events"]]


@pytest.mark.parametrize("country", ["DE", "IT", "CH"])
@pytest.mark.parametrize("story", STORIES)
def test_every_story_ends_as_it_should_within_eight_days(desk: Any, story: str, country: str) -> None:
    made = desk.book(recipient=desk.address(country=country, postal_code="10121"))
    desk.live(made["id"], story)
    desk.advance(8 * DAY + 12 * HOUR)
    assert desk.seen(made["id"])["status"] == ENDS[story]
    passed = ["announced", *codes(desk, made["id"])]
    for before, after in pairwise(passed):
        assert before in MAY_FOLLOW.get(after, {before}), passed
    events = desk.seen(made["id"])["events"]
    if events and story != "lost":
        assert 30 * HOUR < desk.world.parcel(made["id"]).facts[-1].at_ms - 1_772_442_000_000 < 8.5 * DAY


def test_the_stories_are_those_that_every_carrier_has_and_three_more() -> None:
    assert set(CARRIER.stories) == set(ENDS)
    assert set(LIVES) == {*ENDS, "RETURNVILLE", "LATETOWN"}


def test_customs_hold_what_leaves_the_union_and_nothing_else(desk: Any) -> None:
    swiss = desk.book(recipient=desk.address(country="CH", postal_code="4051", city="Basel"), references=None)
    italian = desk.book(recipient=desk.address(country="IT", postal_code="10121", city="Torino"), references=None)
    for made in (swiss, italian):
        desk.live(made["id"], "customs")
    desk.advance(9 * DAY)
    events = desk.seen(swiss["id"])["events"]
    (held,) = [event for event in events if event["status"] == "held"]
    after = events[events.index(held) + 1]
    assert (held["reason"], held["location"]["city"]) == ("customs", "Basel")
    assert (after["status"], after["reason"]) == ("in_transit", "customs_cleared")
    assert "held" not in codes(desk, italian["id"])


def test_a_locker_is_no_delivery_and_a_reminder_no_new_arrival(desk: Any) -> None:
    locker, reminder = desk.book(references=None), desk.book(references=None)
    desk.endpoint(events=["tracking.ready_for_pickup"])
    desk.live(locker["id"], "locker")
    desk.live(reminder["id"], "reminder")
    desk.advance(9 * DAY)
    laid, taken = desk.seen(locker["id"])["events"][-2:]
    assert (laid["status"], laid["reason"]) == ("ready_for_pickup", "locker")
    assert (taken["status"], taken["reason"]) == ("delivered", "collected")
    assert desk.seen(locker["id"])["delivered_to"] == "collected"
    told = [msgspec.json.decode(effect.body)["data"] for effect in desk.received if b'"tracking.' in effect.body]
    first, again = [data for data in told if data["parcel_id"] == reminder["id"]]
    assert (first["first_in_status"], first["event"]["reason"]) == (True, None)
    assert (again["first_in_status"], again["event"]["reason"]) == (False, "reminder")
    assert again["previous_status"] == "ready_for_pickup"


def test_magic_cities_have_their_own_lives(desk: Any) -> None:
    back = desk.book(recipient=desk.address(city="RETURNVILLE"))
    late = desk.book(recipient=desk.address(city="LATETOWN"))
    desk.advance(8 * DAY)
    assert codes(desk, back["id"])[-3:] == ["delivery_failed", "returning", "returned"]
    assert codes(desk, back["id"]).count("out_for_delivery") == 1
    seen = desk.seen(late["id"])
    delivered = next(event for event in seen["events"] if event["code"] == "delivered")
    newer = next(event for event in seen["events"] if event["occurred_at"] > delivered["occurred_at"])
    assert seen["status"] == "delivered"
    assert newer["code"] == "in_transit" and newer["sequence"] < delivered["sequence"]
    recorded = next(row for row in desk.world.parcel(late["id"]).facts if getattr(row, "code", "") == "delivered")
    assert recorded.at_ms - recorded.occurred_ms == 2 * HOUR


def test_magic_cities_are_ordinary_in_live(desk: Any) -> None:
    body = desk.order(recipient=desk.address(city="RETURNVILLE"))
    made = desk.post("/v1/parcels", body, credential={"X-Api-Key": "mak_live_shop"}).json
    assert desk.world.parcel(made["id"]).journey[-1].code == "delivered"


def test_the_mix_decides_by_its_weights_and_the_seed(desk: Any, new_desk: Callable[..., Any]) -> None:
    desk.world.store.header.settings |= {"mix": {"lost": 1, "delivered": 3, "unknown": 9}, "quota": "off"}
    ends = [desk.world.parcel(desk.book(references=None)["id"]).journey[-1].code for _ in range(200)]
    assert set(ends) == {"lost", "delivered"} and 20 < ends.count("lost") < 80
    for mix in ({}, {"unknown": 1}, {"lost": 0}, "lost"):
        other = new_desk()
        other.world.store.header.settings["mix"] = mix
        assert other.world.parcel(other.book()["id"]).journey[-1].code == "delivered"


def test_accept_after_is_a_setting(desk: Any) -> None:
    desk.world.store.header.settings["accept_after_ms"] = 7 * MINUTE
    made = desk.book()
    desk.advance(7 * MINUTE - 1)
    assert codes(desk, made["id"]) == []
    desk.advance(1)
    assert codes(desk, made["id"]) == ["shipped"]


def test_an_unknown_story_is_refused(desk: Any) -> None:
    made = desk.book()
    for name in ("eaten", "", "LATETOWN"):
        with pytest.raises(Rejected) as refused:
            desk.live(made["id"], name)
        assert refused.value.reason is Reason.UNKNOWN_STORY


def test_a_story_chosen_under_way_goes_on_from_there(desk: Any) -> None:
    made = desk.book()
    desk.advance(DAY + 11 * HOUR)
    begun = codes(desk, made["id"])
    assert begun == ["shipped", "in_transit", "in_transit"]
    desk.live(made["id"], "refused")
    desk.advance(9 * DAY)
    assert codes(desk, made["id"])[-4:] == ["out_for_delivery", "delivery_failed", "returning", "returned"]
    assert codes(desk, made["id"]).count("shipped") == 1


def test_a_parcel_moved_by_hand_to_its_end_is_left_alone_by_its_journey(desk: Any) -> None:
    made = desk.book()
    desk.scan(made["id"], "delivered")
    desk.advance(10 * DAY)
    assert codes(desk, made["id"]) == ["delivered"]


acts = st.lists(
    st.tuples(st.sampled_from(["book", "return", "cancel", "wait", "endpoint", "fail"]), st.integers(0, 3)), max_size=8
)


def play(desk: Any, script: list[tuple[str, int]]) -> list[bytes]:
    """Do what a script says and return every byte that came of it: replies and webhooks."""
    desk.world.store.header.settings |= {"mix": dict.fromkeys(STORIES, 1), "quota": "off"}
    said: list[bytes] = []
    parcels: list[str] = []
    for act, number in script:
        said += step(desk, parcels, act, number)
    return said


def step(desk: Any, parcels: list[str], act: str, number: int) -> list[bytes]:
    target = parcels[number % len(parcels)] if parcels else "par_none"
    if act == "book":
        reply = desk.post("/v1/parcels", desk.order(references={"order": f"O-{number}"}))
        parcels.append(reply.json["id"])
    elif act == "return":
        reply = desk.post("/v1/returns", {"parcel_id": target, "reason": "changed_mind"})
    elif act == "cancel":
        reply = desk.post(f"/v1/parcels/{target}/cancel")
    elif act == "endpoint":
        reply = desk.post("/v1/webhook-endpoints", {"url": f"https://shop.example/{number}"})
    else:
        status = 500 if act == "fail" else 204
        sent = desk.advance((number + 1) * 11 * HOUR, lambda effect: Outcome(status, {}, b""))
        return [effect.headers["webhook-signature"].encode() + effect.body for effect in sent]
    return [reply.body]


@given(acts)
@settings(deadline=None)
def test_one_seed_and_one_script_give_the_same_bytes(
    new_desk: Callable[..., Any], script: list[tuple[str, int]]
) -> None:
    first, second = new_desk("seed"), new_desk("seed")
    assert play(first, script) == play(second, script)
    assert first.world.store.dump() == second.world.store.dump()


@given(acts, acts)
@settings(deadline=None)
def test_a_restored_snapshot_goes_on_like_the_original(
    new_desk: Callable[..., Any], before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    original, copy = new_desk("seed"), new_desk("another")
    play(original, before)
    copy.tenants.restore("shop", original.tenants.snapshot(original.world))
    copy.keys = original.keys
    parcels = [row["id"] for row in original.get("/v1/parcels", query={"limit": "200"}).json["data"]]
    assert [row["id"] for row in copy.get("/v1/parcels", query={"limit": "200"}).json["data"]] == parcels
    for act, number in after:
        assert step(copy, list(parcels), act, number) == step(original, list(parcels), act, number)
    assert msgspec.msgpack.decode(copy.world.store.dump()) == msgspec.msgpack.decode(original.world.store.dump())


def test_two_seeds_give_two_worlds(new_desk: Callable[..., Any]) -> None:
    script = [("book", 1), ("wait", 3)]
    assert play(new_desk("one"), script) != play(new_desk("two"), script)
