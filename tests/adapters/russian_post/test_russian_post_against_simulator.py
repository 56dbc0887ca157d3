"""The adapter for Russian Post against the running simulator, which it was written without."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pypdfium2 as pdfium
import pytest

from parcelproof.control_client import ControlClient
from parcelproof.labelscan import scan
from parcelproof.reference.adapters.russian_post import RussianPostAdapter
from parcelproof.reference.domain.statuses import picture
from parcelproof.reference.ports import Address, Booked, CarrierEvent, LabelFormat, Parcel, Refused, Unavailable
from parcelproof.simulators.server import Options, running

from ..conftest import NOW, SetClock

TENANT = "adapters"
HOUR_MS = 3_600_000
STEP_MS = 8 * HOUR_MS


@dataclass
class Lab:
    control: ControlClient
    post: RussianPostAdapter
    url: str
    clock: SetClock

    async def ask(self, name: str, *given: Any, **named: Any) -> Any:
        return await asyncio.to_thread(getattr(self.control, name), TENANT, *given, **named)

    async def advance(self, by_ms: int) -> None:
        self.clock.at += timedelta(milliseconds=by_ms)
        await self.ask("advance", by_ms=by_ms)

    async def book(self, parcel: Parcel, kind: str = "ONLINE_PARCEL") -> Booked:
        offers = await self.post.quote(parcel)
        (quote,) = [offer for offer in offers if offer.service.startswith(f"{kind}/")]
        return await self.post.create(parcel, quote, format=LabelFormat.PDF)

    async def parcels(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.ask("parcels", carrier="russian_post")
        return found


@pytest.fixture
async def lab(moscow: Address, clock: SetClock) -> AsyncIterator[Lab]:
    async with running(Options(port=0, virtual=True, start=NOW)) as started:
        control = ControlClient(started.url)
        await asyncio.to_thread(control.create_tenant, TENANT, seed="7", now=NOW)
        url = started.url
        post = RussianPostAdapter(
            f"{url}/pochta", TENANT, TENANT, "s3cret", f"{url}/pochta-tracking", moscow, timeout_s=5.0, clock=clock
        )
        yield Lab(control, post, url, clock)
        await post.close()
        await asyncio.to_thread(control.close)


def pages_text(content: bytes) -> str:
    document = pdfium.PdfDocument(content)
    found = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return found


@pytest.mark.parametrize("kind", ["ONLINE_PARCEL", pytest.param("EMS", marks=pytest.mark.ci)])
async def test_a_parcel_is_booked_once_at_its_price_and_its_label_reads_as_its_number(
    lab: Lab, collect: Parcel, kind: str
) -> None:
    (offer,) = [one for one in await lab.post.quote(collect) if one.service.startswith(f"{kind}/")]
    booked = await lab.book(collect, kind)
    assert booked.number is not None and len(booked.number) == 14
    assert (await lab.book(collect, kind)).number == booked.number
    read = await lab.post.read(booked.carrier_id)
    assert (read.number, read.price) == (booked.number, offer.total)
    assert read.label is not None and {code.text for code in scan(read.label.content)} == {booked.number}
    (row,) = await lab.parcels()
    assert (row["number"], row["reference"]) == (booked.number, collect.key)


async def follow(lab: Lab, booked: Booked, end: str) -> dict[str, CarrierEvent]:
    """Poll a parcel until the simulator says that its life is over."""
    (row,) = await lab.parcels()
    kept: dict[str, CarrierEvent] = {}
    for _ in range(200):
        told = (await lab.post.track_many([(booked.carrier_id, booked.number or "")]))[booked.carrier_id]
        kept |= {event.id: event for event in told.events}
        if (await lab.ask("parcel", row["id"]))["status"] == end:
            return kept
        await lab.advance(STEP_MS)
    raise AssertionError(f"never {end}: {[event.code for event in kept.values()]}")


@pytest.mark.parametrize(
    ("story", "end"),
    [
        ("delivered", "delivered"),
        ("refused", "returned"),
        *(
            pytest.param(*one, marks=pytest.mark.ci)
            for one in (("second-attempt", "delivered"), ("returned", "returned"), ("forwarded", "delivered"))
        ),
    ],
)
async def test_polls_see_a_life_to_its_end(lab: Lab, collect: Parcel, story: str, end: str) -> None:
    booked = await lab.book(collect, "ONLINE_COURIER" if story == "second-attempt" else "ONLINE_PARCEL")
    (row,) = await lab.parcels()
    await lab.ask("journey", row["id"], story=story)
    kept = await follow(lab, booked, end)
    assert str(picture(booked.number or "", kept.values()).status) == end
    assert len(kept) >= 4 and all(event.status != "unknown" for event in kept.values())
    if end == "returned":
        (back,) = (await lab.post.track(booked.carrier_id, booked.number or "")).returns
        assert back.received_at is not None and back.reason


@pytest.mark.ci
async def test_both_services_tell_the_same_history(lab: Lab, collect: Parcel) -> None:
    many = [await lab.book(replace(collect, key=f"P-{n:03}")) for n in range(21)]
    wanted = [(one.carrier_id, one.number or "") for one in many]
    for row in await lab.parcels():
        await lab.ask("journey", row["id"], story="delivered")
    await lab.advance(40 * HOUR_MS)
    with pytest.raises(Unavailable) as caught:
        await lab.post.track_many(wanted)
    assert caught.value.code == "tickets_pending"
    told: dict[str, Any] = {}
    for _ in range(4):
        await lab.advance(15 * 60_000 + 1_000)
        try:
            told = dict(await lab.post.track_many(wanted))
        except Unavailable:
            continue
        break
    assert set(told) == {one.carrier_id for one in many}
    first = many[0]
    singly = {event.id: event for event in (await lab.post.track(first.carrier_id, first.number or "")).events}
    by_ticket = {event.id: event for event in told[first.carrier_id].events}
    assert by_ticket and set(by_ticket) <= set(singly), "an event is another one when the other service tells it"
    for own, event in by_ticket.items():
        assert (event.status, event.occurred_at) == (singly[own].status, singly[own].occurred_at)


async def test_parcels_are_handed_over_by_a_batch_and_its_list_once(lab: Lab, collect: Parcel) -> None:
    booked = [await lab.book(replace(collect, key=f"P-{n}")) for n in range(3)]
    ids = [one.carrier_id for one in booked]
    paper = await lab.post.hand_over(ids, "k")
    again = await lab.post.hand_over(ids, "k")
    assert paper is not None and again is not None and paper.left_out == {}
    assert (again.content, again.number) == (paper.content, paper.number)
    text = pages_text(paper.content).replace(" ", "")
    assert all((one.number or "?") in text for one in booked)
    with pytest.raises(Refused, match="READONLY_STATE"):
        await lab.post.cancel(ids[0], "k")
    assert (await lab.post.read(ids[0])).label is not None, "also from within a batch"


async def operation(lab: Lab, path: str, method: str) -> str:
    """Return what the simulator calls the last call of a path."""
    rows = await lab.ask("journal")
    found = [row for row in rows if row.get("path", "").endswith(path) and row.get("method") == method]
    return str(found[-1]["operation"])


@pytest.mark.parametrize(
    ("kind", "point"),
    [
        ("reset", "after"),
        pytest.param("truncate", "during", marks=pytest.mark.ci),
        pytest.param("reset", "before", marks=pytest.mark.ci),
    ],
)
async def test_a_lost_answer_makes_no_second_order(lab: Lab, collect: Parcel, kind: str, point: str) -> None:
    await lab.book(replace(collect, key="P-000"))
    name = await operation(lab, "/2.0/user/backlog", "PUT")
    await lab.ask("add_fault", carrier="russian_post", operation=name, kind=kind, point=point)
    with pytest.raises(Unavailable):
        await lab.book(collect)
    booked = await lab.book(collect)
    assert [row["reference"] for row in await lab.parcels()] == ["P-000", "P-001"]
    assert (await lab.parcels())[1]["number"] == booked.number


@pytest.mark.ci
async def test_an_order_is_called_off_once(lab: Lab, collect: Parcel) -> None:
    booked = await lab.book(collect)
    for _ in range(2):
        await lab.post.cancel(booked.carrier_id, collect.key)
    with pytest.raises(Refused, match="not_found"):
        await lab.post.read(booked.carrier_id)
    assert (await lab.book(collect)).number != booked.number


@pytest.mark.parametrize(
    "kind", ["POSTAL_PARCEL", *(pytest.param(kind, marks=pytest.mark.ci) for kind in ("SMALL_PACKET", "EMS"))]
)
async def test_a_parcel_abroad_has_an_s10_number_and_its_customs_form(lab: Lab, abroad: Parcel, kind: str) -> None:
    booked = await lab.book(abroad, kind)
    number = booked.number or ""
    assert len(number) == 13 and number.endswith("RU")
    read = await lab.post.read(booked.carrier_id)
    assert read.label is not None and number in {code.text for code in scan(read.label.content)}
    form = await lab.post.customs_form(booked.carrier_id)
    assert form is not None
    text = pages_text(form.content)
    for told in ("Ceramic cup", "Kniga o chae", "691200", "490199"):
        assert told in text, text


async def test_addresses_are_read_and_the_doubtful_ones_told(lab: Lab, collect: Parcel) -> None:
    to = collect.recipient
    sure = replace(to, postal_code="420111", city="Казань", street="ул. Баумана", house_number="7")
    nowhere = replace(to, city="Кудыкина Гора", street="ул. Такая-то", postal_code="999999")
    found, missing = await lab.post.read_addresses([sure, nowhere])
    assert found.sure, found
    assert "Казань" in found.line and found.parts["house"] == "7"
    assert not missing.sure and missing.sentence


async def test_the_buyers_return_is_announced_once_and_followed_to_the_shop(lab: Lab, collect: Parcel) -> None:
    booked = await lab.book(collect)
    (row,) = await lab.parcels()
    await lab.ask("journey", row["id"], story="delivered")
    await follow(lab, booked, "delivered")
    made = await lab.post.create_return(booked.carrier_id, key="P-001/R1", reason="damaged", items={})
    again = await lab.post.create_return(booked.carrier_id, key="P-001/R1", reason="damaged", items={})
    assert made.number and made.number == again.number != booked.number
    (leg,) = [row for row in await lab.parcels() if row["number"] == made.number]
    await lab.ask("journey", leg["id"], story="delivered")  # the buyer brings it to the office
    for _ in range(60):
        told = await lab.post.track(booked.carrier_id, booked.number or "")
        if told.returns and told.returns[0].received_at:
            break
        await lab.advance(STEP_MS)
    (back,) = told.returns
    assert (back.number, back.direct_number, bool(back.received_at)) == (made.number, booked.number, True)
    assert str(picture(booked.number or "", told.events).status) == "delivered"


@pytest.mark.ci
async def test_a_wrong_password_is_refused_by_both(lab: Lab, collect: Parcel, moscow: Address) -> None:
    booked = await lab.book(collect)
    await lab.post.track(booked.carrier_id, booked.number or "")
    other = RussianPostAdapter(
        f"{lab.url}/pochta", TENANT, TENANT, "wrong", f"{lab.url}/pochta-tracking", moscow, clock=lab.clock
    )
    for call in (other.read(booked.carrier_id), other.track(booked.carrier_id, booked.number or "")):
        with pytest.raises(Refused) as caught:
            await call
        assert caught.value.code == "unauthorized"
    await other.close()
