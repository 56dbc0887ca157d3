"""Addresses that a carrier reads before a parcel is booked: sure ones go on, doubtful ones wait for a person."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from parcelproof.reference.domain.orders import State
from parcelproof.reference.errors import EngineError
from parcelproof.reference.ports import (
    Address,
    AddressReading,
    Booked,
    LabelFormat,
    Paper,
    Parcel,
    Quote,
    Refused,
    Unavailable,
)
from parcelproof.reference.storage.outbox import ask
from parcelproof.reference.usecases import addressing, companies, ordering, papers
from parcelproof.reference.usecases.addressing import READ_AT_ONCE

from .full_carrier import widths
from .outside import FakeCarrier, Killed, World
from .rig import BERLIN, CONFIG, SENDER, Rig
from .test_engine_kills import dying_at_commit, survive
from .test_engine_packing import full_world

NEAR = {"base_url": "http://carrier.test/ma", "sender": SENDER}


class ReadingCarrier(FakeCarrier):
    """Reads addresses: one whose street has a question mark is doubtful, one in `Nowhere` cannot be read at all."""

    def __init__(self, *named: Any, **more: Any) -> None:
        super().__init__(*named, **more)
        self.asked: list[int] = []
        self.shipped: dict[str, Parcel] = {}
        self.fault: Exception | None = None

    async def read_addresses(self, wanted: Sequence[Address]) -> Sequence[AddressReading]:
        if self.fault is not None:
            raise self.fault
        self.asked.append(len(wanted))
        return [self._read(address) for address in wanted]

    def _read(self, address: Address) -> AddressReading:
        if address.city == "Nowhere":
            return AddressReading(sure=False, quality="UNDEF_02", sentence="the town is not known", line="", parts={})
        sure = "?" not in address.street
        parts = {"place": address.city, "street": address.street.strip("?")}
        sentence = "" if sure else "the street is not known"
        line, quality = ", ".join(parts.values()), "GOOD" if sure else "UNDEF_03"
        return AddressReading(sure=sure, quality=quality, sentence=sentence, line=line, parts=parts)

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        self.shipped[parcel.key] = parcel
        return await super().create(parcel, quote, format=format)


def reading_world() -> World:
    world = World()
    world.near = ReadingCarrier("mail_alliance", world.effects)
    return world


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Any]:
    made = Rig(f"sqlite:///{tmp_path / 'engine.db'}", reading_world(), {**CONFIG, "carriers": {"mail_alliance": NEAR}})
    await made.start()
    yield made
    await made.stop()


async def send(rig: Any, number: str, **to: str) -> None:
    order = rig.order(number, recipient=replace(BERLIN, **to))
    await ordering.place(rig.shop, rig.actor, order, confirm=True)
    await rig.run(seconds=1)


async def held(rig: Any) -> list[str]:
    return [row["order"] for row in await addressing.listed(rig.shop, rig.actor)]


async def decide(rig: Any, number: str, **how: Any) -> str:
    found = await addressing.decide(rig.shop, rig.actor, number, **how)
    await rig.run(seconds=1)
    return found


async def test_a_sure_address_goes_on_by_itself_with_the_carriers_parts(shop: Any) -> None:
    await send(shop, "A-1")
    assert (await shop.view("A-1"))["state"] == State.BOOKED
    parcel = shop.world.near.shipped["A-1"]
    assert (parcel.reading, parcel.recipient) == ({"place": "Berlin", "street": "Torstraße"}, BERLIN)
    assert await held(shop) == []


async def test_a_doubtful_address_waits_for_a_person_and_the_order_says_why(shop: Any) -> None:
    await send(shop, "A-1", street="Torstr?")
    view = await shop.view("A-1")
    assert (view["state"], view["tracking_number"]) == (State.CONFIRMED, None)
    assert view["problems"] == ["Address held: the street is not known; confirm or correct it."]
    (row,) = await addressing.listed(shop.shop, shop.actor)
    assert (row["written"]["street"], row["read"], row["quality"]) == ("Torstr?", "Berlin, Torstr", "UNDEF_03")
    await shop.run(days=3)
    assert "A-1" not in shop.world.near.shipped


@pytest.mark.parametrize(
    ("decision", "reading"), [("as_read", {"place": "Berlin", "street": "Torstr"}), ("as_written", {})]
)
async def test_a_person_lets_it_go_as_it_is_read_or_as_it_is_written(
    shop: Any, decision: str, reading: dict[str, str]
) -> None:
    await send(shop, "A-1", street="Torstr?")
    assert await decide(shop, "A-1", decision=decision) == "confirmed"
    view = await shop.view("A-1")
    assert (view["state"], view["problems"]) == (State.BOOKED, [])
    parcel = shop.world.near.shipped["A-1"]
    assert (parcel.reading, parcel.recipient.street) == (reading, "Torstr?")


async def test_a_correction_is_read_again_and_what_ships_is_the_correction(shop: Any) -> None:
    await send(shop, "A-1", street="Torstr?")
    assert await decide(shop, "A-1", address=replace(BERLIN, street="Nowhere?")) == "asked"
    assert await held(shop) == ["A-1"], "the correction is doubtful too"
    await decide(shop, "A-1", address=replace(BERLIN, street="Ackerstraße"))
    assert (await shop.view("A-1"))["state"] == State.BOOKED
    assert shop.world.near.shipped["A-1"].recipient.street == "Ackerstraße"
    again = shop.order("A-1", recipient=replace(BERLIN, street="Torstr?"))
    assert not await ordering.place(shop.shop, shop.actor, again, confirm=True), (
        "the order itself stays as it was placed"
    )


async def test_what_cannot_be_decided_is_said_and_changes_nothing(shop: Any) -> None:
    await send(shop, "A-1", street="Torstr?")
    await send(shop, "A-2", city="Nowhere")
    await send(shop, "A-3")
    for number, how, code in (
        ("A-1", {}, "INVALID_DECISION"), ("A-1", {"decision": "ship it"}, "INVALID_DECISION"),
        ("A-1", {"decision": "as_read", "address": BERLIN}, "INVALID_DECISION"),
        ("A-1", {"address": replace(BERLIN, country="Germany")}, "INVALID_ORDER"),
        ("A-2", {"decision": "as_read"}, "NOTHING_READ"), ("A-3", {"decision": "as_read"}, "NOT_HELD"),
        ("A-9", {"decision": "as_read"}, "UNKNOWN_ORDER"),
    ):  # fmt: skip
        with pytest.raises(EngineError) as caught:
            await decide(shop, number, **how)
        assert caught.value.code == code, number
    assert await held(shop) == ["A-1", "A-2"]
    with pytest.raises(EngineError, match="INVALID_STATE"):
        await addressing.listed(shop.shop, shop.actor, "lost")


@pytest.mark.ci
async def test_only_staff_decides(shop: Any) -> None:
    await send(shop, "A-1", street="Torstr?")
    token = await companies.hire(shop.shop, shop.actor, name="b", role="branch", branch="x", customer=None)
    branch = await companies.sign_in(shop.shop, token)
    for call in (addressing.listed(shop.shop, branch), addressing.decide(shop.shop, branch, "A-1", decision="as_read")):
        with pytest.raises(EngineError, match="FORBIDDEN"):
            await call


async def test_a_held_order_can_be_called_off(shop: Any) -> None:
    await send(shop, "A-1", street="Torstr?")
    await ordering.cancel(shop.shop, shop.actor, "A-1")
    await shop.run(minutes=1)
    assert (await shop.view("A-1"))["state"] == State.CANCELLED
    assert await held(shop) == []
    with pytest.raises(EngineError, match="NOT_HELD"):
        await decide(shop, "A-1", decision="as_read")
    await shop.run(days=1)
    assert shop.world.near.shipped == {}


@pytest.mark.ci
async def test_thousands_wait_together_and_are_asked_for_in_few_questions(shop: Any) -> None:
    shop.world.near.fault = Unavailable("timeout", "no answer")
    found = [shop.order(f"A-{n}") for n in range(2 * READ_AT_ONCE + 1)]
    await ordering.take_list(shop.shop, shop.actor, found, confirm=True)
    await shop.run(seconds=1)
    shop.world.near.fault = None
    await shop.run(minutes=2)
    assert shop.world.near.asked == [READ_AT_ONCE, READ_AT_ONCE, 1]
    assert len(shop.world.near.shipped) == len(found)


@pytest.mark.ci
async def test_a_carrier_that_refuses_to_read_leaves_it_to_a_person(shop: Any) -> None:
    shop.world.near.fault = Refused("no_such_call", "gone")
    await send(shop, "A-1")
    (row,) = await addressing.listed(shop.shop, shop.actor)
    assert "gone" in row["sentence"]


async def test_every_database_holds_decides_and_calls_off(database: str) -> None:
    rig = Rig(database, reading_world(), {**CONFIG, "carriers": {"mail_alliance": NEAR}})
    await rig.start()
    for number in ("A-1", "A-2", "A-3"):
        await send(rig, number, street="Torstr?")
    await decide(rig, "A-1", decision="as_read")
    await decide(rig, "A-2", address=BERLIN)
    await ordering.cancel(rig.shop, rig.actor, "A-3")
    await rig.run(minutes=1)
    states = [(await rig.view(number))["state"] for number in ("A-1", "A-2", "A-3")]
    assert states == [State.BOOKED, State.BOOKED, State.CANCELLED]
    await rig.stop()


async def test_a_company_that_wants_no_reading_ships_as_written(tmp_path: Path) -> None:
    account = {**NEAR, "addresses": "as_written"}
    url = f"sqlite:///{tmp_path / 'engine.db'}"
    rig = Rig(url, world := reading_world(), {**CONFIG, "carriers": {"mail_alliance": account}})
    await rig.start()
    await send(rig, "A-1", street="Torstr?")
    assert isinstance(world.near, ReadingCarrier)
    assert (await rig.view("A-1"))["state"] == State.BOOKED and world.near.asked == []
    await rig.stop()


@pytest.mark.parametrize(
    "place", [pytest.param(place, marks=() if place in (4, 6) else pytest.mark.ci) for place in range(1, 10)]
)
async def test_a_kill_at_any_commit_loses_no_address_and_books_once(new_rig: Callable[..., Any], place: int) -> None:
    rig = await new_rig(reading_world(), carriers={"mail_alliance": NEAR})
    await ordering.place(rig.shop, rig.actor, rig.order("A-1"), confirm=True)
    with dying_at_commit(rig, place, Killed):
        await survive(rig, Killed, hours=2)
    assert (await rig.view("A-1"))["state"] == State.BOOKED
    assert len(rig.world.near.numbers) == 1 and len(rig.world.near.asked) <= 2


async def test_what_a_list_leaves_out_is_told_and_free_for_the_next(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(full_world())
    for number in ("C-1", "C-2"):
        await rig.book(number, carrier="cdek")
    far = rig.world.far
    left = far.id_of("C-2")
    whole = far.hand_over

    async def without_one(carrier_ids: Sequence[str], key: str) -> Paper | None:
        paper: Paper = await whole(carrier_ids, key)
        return replace(paper, left_out={left: "no postcode"} if left in carrier_ids and key.endswith("/1") else {})

    far.hand_over = without_one
    first = await papers.hand_over(rig.shop, rig.actor, "cdek")
    await rig.run(minutes=1)
    assert sorted(first["orders"]) == ["C-1", "C-2"]
    assert (await rig.view("C-2"))["problems"] == ["Not on list H-1: no postcode."]
    (made,) = await papers.lists(rig.shop, rig.actor)
    assert (made["orders"], made["state"]) == (["C-1"], "made")
    assert widths((await papers.list_of(rig.shop, rig.actor, first["list"])).content) == [300]
    assert (await papers.hand_over(rig.shop, rig.actor, "cdek"))["orders"] == ["C-2"]
    with pytest.raises(EngineError, match="NO_LIST"):
        await papers.list_of(rig.shop, rig.actor, "hand_over/cdek/2")


async def test_nothing_books_a_parcel_whose_address_is_held(shop: Any) -> None:
    await send(shop, "A-1", street="Torstr?")
    async with shop.store.begin(shop.actor.company_id) as session:
        await ask(session, "book", "A-1", session.now)
    await shop.run(minutes=1)
    assert shop.world.near.shipped == {}
