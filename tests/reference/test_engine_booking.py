"""From order to number and label: one parcel whatever answers are lost, refusals told, cancelling."""

from dataclasses import replace
from typing import Any

import pytest

from parcelproof.reference.errors import EngineError
from parcelproof.reference.ports import Refused, Unavailable
from parcelproof.reference.storage.outbox import ask
from parcelproof.reference.storage.tables import outbox
from parcelproof.reference.usecases import booking, ordering, quoting


async def test_the_cheapest_that_serves_is_booked_at_the_quoted_price(rig: Any) -> None:
    await rig.book("P-1", carrier=None)
    view = await rig.view("P-1")
    assert (view["state"], view["carrier"], view["status"]) == ("booked", "cdek", "announced")  # 400 RUB = 4.08 EUR
    assert view["quote"]["total"] == view["booked"] == {"amount_minor": 40_000, "currency": "RUB"}
    label = await booking.label_of(rig.shop, rig.actor, "P-1")
    assert label.content.startswith(b"%PDF-")
    assert view["acting_user"] == "boss"


@pytest.mark.parametrize("kind", ["lost answer", "refused before", "twice"])
async def test_an_answer_that_is_lost_leads_to_one_parcel(rig: Any, kind: str) -> None:
    fault = Unavailable("time_out", "no answer", retry_after_s=90)
    if kind == "refused before":
        rig.world.near.faults += [fault]
    else:
        rig.world.near.lost += [fault, Unavailable("5xx", "503")][: 2 if kind == "twice" else 1]
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await rig.run(seconds=80)
    assert (await rig.view("P-1"))["state"] == "confirmed"  # Retry-After is honoured
    await rig.run(minutes=5)
    view = await rig.view("P-1")
    assert (view["state"], len(rig.world.near.parcels)) == ("booked", 1)
    assert await rig.stock() == {"TEE": -2}


async def test_number_and_label_may_come_later(rig: Any) -> None:
    rig.world.near.late = True
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await rig.run(minutes=1)
    view = await rig.view("P-1")
    assert (view["state"], view["tracking_number"], view["label"]) == ("confirmed", None, None)
    assert await rig.stock() == {}
    rig.world.near.ripen()
    await rig.run(minutes=5)
    view = await rig.view("P-1")
    assert view["state"] == "booked"
    assert view["label"] is not None


async def test_a_booking_judged_invalid_later_is_a_problem_on_the_order(rig: Any) -> None:
    rig.world.near.late = True
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await rig.run(seconds=1)
    rig.world.near.invalid.add(rig.world.near.id_of("P-1"))
    await rig.run(minutes=1)
    view = await rig.view("P-1")
    assert (view["state"], view["tracking_number"]) == ("failed", None)
    assert "the address cannot be served" in view["problems"][0]
    rig.world.near.late = False
    rig.world.near.id_of = lambda key: f"mail_alliance-{key}-again"
    await ordering.confirm(rig.shop, rig.actor, "P-1", None)  # put right, it is booked afresh
    await rig.run(minutes=1)
    view = await rig.view("P-1")
    assert (view["state"], len(view["tracking_numbers"]), view["problems"]) == ("booked", 1, [])


@pytest.mark.parametrize(
    "why", [Refused("form_invalid", "no form"), Unavailable("time_out", "no answer"), "still being made"], ids=str
)
async def test_a_parcel_whose_label_does_not_come_lives_on_and_says_so(rig: Any, why: Exception | str) -> None:
    near = rig.world.near
    near.late, near.label_apart, near.no_label = True, True, why
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await rig.run(seconds=1)
    near.ripen()
    await rig.run(minutes=1)
    number = (await rig.view("P-1"))["tracking_number"]
    near.scan(number, "in_transit", rig.clock.now())
    await rig.run(hours=3)
    view = await rig.view("P-1")
    assert (view["state"], view["tracking_number"], view["status"]) == ("booked", number, "in_transit")
    (problem,) = view["problems"]
    assert (view["label"], problem.startswith("No label yet: ")) == (None, True)
    assert ("form_invalid" in problem) == isinstance(why, Refused)
    near.no_label = ""
    await rig.run(hours=2)
    view = await rig.view("P-1")
    assert (view["label"]["size_bytes"], view["problems"]) == (len(f"%PDF-{number}"), [])


async def test_a_carrier_that_knows_a_numbered_parcel_no_more_does_not_end_it_over_its_label(rig: Any) -> None:
    near = rig.world.near
    near.label_apart, near.no_label = True, "still being made"
    number = await rig.book("P-1")
    near.invalid.add(near.id_of("P-1"))  # a key that ran out looks like this too
    await rig.run(minutes=10)
    view = await rig.view("P-1")
    assert (view["state"], view["tracking_number"], view["status"]) == ("booked", number, "announced")
    assert "cannot be served" in view["problems"][0]
    near.scan(number, "delivered", rig.clock.now())
    await rig.run(hours=3)
    assert "read" not in await waiting(rig)  # nobody needs the label of a delivered parcel


async def test_a_parcel_with_number_and_label_is_not_read_again_for_them(rig: Any) -> None:
    await rig.book("P-1")
    rig.world.near.silent.add("read")
    async with rig.store.begin(rig.actor.company_id) as session:  # as news of a number nobody knew does
        await ask(session, "read", "P-1", session.now)
    await rig.run(hours=1)
    assert (await rig.view("P-1"))["problems"] == []
    assert "read" not in await waiting(rig)


async def waiting(rig: Any) -> set[str]:
    async with rig.store.read(rig.actor.company_id) as session:
        return {row["kind"] for row in await session.rows(outbox)}


async def test_a_refusal_is_final_and_holds_up_nobody(rig: Any) -> None:
    rig.world.near.faults += [Refused("postal_code", "1011 is no German postal code")]
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await rig.book("P-2")
    view = await rig.view("P-1")
    assert view["state"] == "failed"
    assert "1011" in view["problems"][0]
    assert len(rig.world.near.parcels) == 1


async def test_an_answer_that_is_another_orders_booking_is_a_problem_not_a_parcel(rig: Any) -> None:
    await rig.book("P-1")
    rig.world.near.id_of = lambda _key: "mail_alliance-P-1"
    await ordering.place(rig.shop, rig.actor, rig.order("P-2"), confirm=True)
    await rig.run(minutes=1)
    view = await rig.view("P-2")
    assert (view["state"], view["tracking_number"]) == ("failed", None)
    assert "belongs to another order" in view["problems"][0]


async def test_nobody_serves_it(rig: Any) -> None:
    order = rig.order("P-1", cod=True)
    await ordering.place(rig.shop, rig.actor, order, confirm=True)
    await rig.run(minutes=1)
    assert (await rig.view("P-1"))["problems"] == ["Not booked: no carrier offers to take it."]


async def test_why_nobody_serves_it_is_told(rig: Any) -> None:
    async def no_office(_parcel: Any) -> Any:
        raise Refused("no_shipping_point", "the account has no office at which it may post")

    rig.world.near.quote = no_office
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await rig.run(minutes=1)
    (problem,) = (await rig.view("P-1"))["problems"]
    assert problem.endswith("(mail_alliance: the account has no office at which it may post).")


async def test_a_silent_carrier_is_waited_for_then_done_without(rig: Any) -> None:
    rig.world.far.silent.add("quote")
    await ordering.place(rig.shop, rig.actor, rig.order("P-1", carrier=None), confirm=True)
    await rig.run(seconds=10)
    assert (await rig.view("P-1"))["state"] == "confirmed"
    await rig.run(minutes=5)
    assert (await rig.view("P-1"))["carrier"] == "mail_alliance"


async def test_quotes_are_shown_before_anything_is_booked_and_picked_by_hand(new_rig: Any) -> None:
    rig = await new_rig(choice={"rule": "by_hand"})
    await ordering.place(rig.shop, rig.actor, rig.order("P-1", carrier=None), confirm=False)
    found = await quoting.show_quotes(rig.shop, rig.actor, "P-1")
    assert [(quote.id, chosen) for quote, chosen in found] == [("q-cdek", False), ("q-mail_alliance", False)]
    assert not rig.world.near.parcels | rig.world.far.parcels
    with pytest.raises(EngineError, match="QUOTE_NEEDED"):
        await ordering.confirm(rig.shop, rig.actor, "P-1", None)
    with pytest.raises(EngineError, match="UNKNOWN_QUOTE"):
        await ordering.confirm(rig.shop, rig.actor, "P-1", "q-other")
    await ordering.confirm(rig.shop, rig.actor, "P-1", "q-mail_alliance")
    await rig.run(seconds=1)
    assert (await rig.view("P-1"))["carrier"] == "mail_alliance"


async def test_the_same_order_again_changes_nothing_other_content_is_a_conflict(rig: Any) -> None:
    order = rig.order("P-1")
    assert await ordering.place(rig.shop, rig.actor, order, confirm=True)
    assert not await ordering.place(rig.shop, rig.actor, order, confirm=True)
    with pytest.raises(EngineError, match="ORDER_CONFLICT"):
        await ordering.place(rig.shop, rig.actor, replace(order, mass_g=601), confirm=True)
    await rig.run(minutes=1)
    assert len(rig.world.near.parcels) == 1


async def test_a_draft_and_a_waiting_order_are_called_off_without_a_word_to_the_carrier(rig: Any) -> None:
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await ordering.cancel(rig.shop, rig.actor, "P-1")
    await rig.run(minutes=5)
    assert (await rig.view("P-1"))["state"] == "cancelled"
    assert not rig.world.near.parcels
    with pytest.raises(EngineError, match="CANCELLED"):
        await ordering.confirm(rig.shop, rig.actor, "P-1", None)


async def test_a_booked_order_is_called_off_at_the_carrier_and_stock_comes_back(rig: Any) -> None:
    await rig.book("P-1")
    rig.world.near.lost += [Unavailable("time_out", "no answer")]
    await ordering.cancel(rig.shop, rig.actor, "P-1")
    await rig.run(minutes=5)
    view = await rig.view("P-1")
    assert (view["state"], view["status"]) == ("cancelled", "cancelled")
    assert rig.world.near.cancelled == [rig.world.near.id_of("P-1")]
    assert await rig.stock() == {"TEE": 0}


async def test_an_order_is_called_off_while_its_booking_is_in_flight(rig: Any) -> None:
    rig.world.near.lost += [Unavailable("time_out", "no answer")]
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await rig.run(seconds=1)  # booked at the carrier, and nobody here knows
    await ordering.cancel(rig.shop, rig.actor, "P-1")
    await rig.run(minutes=10)
    assert (await rig.view("P-1"))["state"] == "cancelled"
    assert rig.world.near.cancelled == [rig.world.near.id_of("P-1")]


async def test_what_the_carrier_holds_cannot_be_called_off(rig: Any) -> None:
    number = await rig.book("P-1")
    rig.world.near.scan(number, "accepted", rig.clock.now())
    await rig.run(hours=1, seconds=1)
    with pytest.raises(EngineError, match="HANDED_OVER"):
        await ordering.cancel(rig.shop, rig.actor, "P-1")
