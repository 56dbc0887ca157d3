"""The CDEK adapter against the real simulator, over sockets: what one says the other understands."""

import contextlib
from dataclasses import replace
from datetime import date, time, timedelta

import msgspec
import pypdfium2 as pdfium
import pytest

from parcelproof.reference.adapters.reports import read_report
from parcelproof.reference.domain import reports as report_rules
from parcelproof.reference.domain.statuses import picture
from parcelproof.reference.ports import (
    LabelFormat,
    Notice,
    Parcel,
    Pickup,
    Quote,
    Refused,
    Tracking,
    Unavailable,
)

from ..simulated import DAY_MS, LOSSES, START, TENANT, Lab, cheapest, events_of, lab, loss, started

__all__ = ["lab", "started"]


async def booked_at_cdek(lab: Lab, parcel: Parcel) -> tuple[Quote, str, str]:
    """Return the quote, the uuid and the number of an order that CDEK has registered."""
    quote = cheapest(await lab.cdek.quote(parcel))
    made = await lab.cdek.create(parcel, quote, format=LabelFormat.PDF)
    await lab.pass_ms(2_000)
    booked = await lab.cdek.read(made.carrier_id)
    assert booked.number is not None
    return quote, booked.carrier_id, booked.number


async def test_an_order_is_quoted_registered_labelled_and_costs_what_was_quoted(lab: Lab, collect: Parcel) -> None:
    quote = cheapest(await lab.cdek.quote(collect))
    assert {surcharge.code for surcharge in quote.surcharges} == {"INSURANCE", "PART_DELIV"}
    made = await lab.cdek.create(collect, quote, format=LabelFormat.PDF)
    assert made.number is None and (await lab.cdek.read(made.carrier_id)).number is None
    await lab.pass_ms(2_000)
    booked = await lab.cdek.read(made.carrier_id)
    assert booked.number is not None and booked.price == quote.total
    assert await lab.cdek.label(booked.carrier_id, LabelFormat.PDF) is None
    await lab.pass_ms(2_000)
    label = await lab.cdek.label(booked.carrier_id, LabelFormat.PDF)
    assert label is not None and label.content.startswith(b"%PDF-")


@pytest.mark.parametrize(("kind", "point"), LOSSES)
async def test_a_lost_answer_registers_no_second_order(lab: Lab, collect: Parcel, kind: str, point: str) -> None:
    quote = cheapest(await lab.cdek.quote(collect))
    await lab.ask(lab.control.add_fault, TENANT, carrier="cdek", **loss(kind, point, "register_order"))
    with pytest.raises(Unavailable):
        await lab.cdek.create(collect, quote, format=LabelFormat.PDF)
    made = await lab.cdek.create(collect, quote, format=LabelFormat.PDF)
    await lab.pass_ms(2_000)
    booked = await lab.cdek.read(made.carrier_id)
    (parcel,) = await lab.ask(lab.control.parcels, TENANT, carrier="cdek")
    assert parcel["number"] == booked.number


async def test_an_order_found_invalid_later_is_refused_with_the_carriers_words(lab: Lab, collect: Parcel) -> None:
    quote = replace(cheapest(await lab.cdek.quote(collect)), service="8")
    made = await lab.cdek.create(collect, quote, format=LabelFormat.PDF)
    await lab.pass_ms(2_000)
    with pytest.raises(Refused, match="error_validate_tariff_not_supported_for_this_drirection"):
        await lab.cdek.read(made.carrier_id)
    good = await lab.cdek.create(collect, cheapest(await lab.cdek.quote(collect)), format=LabelFormat.PDF)
    assert good.carrier_id != made.carrier_id


async def test_europe_goes_by_the_international_tariff(lab: Lab, prepaid: Parcel) -> None:
    (quote,) = await lab.cdek.quote(prepaid)
    assert quote.service == "8"
    _, _, number = await booked_at_cdek(lab, prepaid)
    assert number
    nowhere = replace(
        prepaid, recipient=replace(prepaid.recipient, country="NZ", postal_code="6011", city="Wellington")
    )
    assert list(await lab.cdek.quote(nowhere)) == []


async def test_a_print_form_that_died_is_made_anew(lab: Lab, collect: Parcel) -> None:
    _, uuid, _ = await booked_at_cdek(lab, collect)
    assert await lab.cdek.label(uuid, LabelFormat.PDF) is None
    await lab.pass_ms(3 * 3_600_000)
    assert await lab.cdek.label(uuid, LabelFormat.PDF) is None
    await lab.pass_ms(2_000)
    assert await lab.cdek.label(uuid, LabelFormat.PDF) is not None


async def test_an_expired_token_is_renewed_once(lab: Lab, collect: Parcel) -> None:
    await lab.cdek.quote(collect)
    await lab.pass_ms(2 * 3_600_000)
    assert await lab.cdek.quote(collect)


STORIES = [("delivered", "delivered"), ("second-attempt", "delivered"), ("refused", "returned"),
           ("returned", "returned"), ("partly-refused", "delivered"), ("lost", "lost_or_damaged"),
           ("stuck", "announced")]  # fmt: skip


@pytest.mark.parametrize("spelling", ["CITY", "OFFICE"])
@pytest.mark.parametrize(("story", "status"), STORIES)
async def test_cdeks_webhooks_and_reads_tell_one_story(
    lab: Lab, collect: Parcel, story: str, status: str, spelling: str
) -> None:
    await lab.ask(lab.control.change_settings, TENANT, {"cdek": {"webhook_spelling": spelling}})
    url = f"{lab.hook_url}/cdek/token-1"
    assert await lab.cdek.subscribe(url, "hook") == await lab.cdek.subscribe(url, "hook")
    _, uuid, number = await booked_at_cdek(lab, collect)
    await lab.live("cdek", number, story)
    await lab.pass_ms(25 * DAY_MS)
    tracking = await lab.cdek.track(uuid, number)
    found = picture(number, tracking.events)
    assert found.status == status and found.partial is (story == "partly-refused")
    told = [lab.cdek.verify(headers, raw, {}, START) for _, headers, raw in lab.seen]
    heard = [event for event in events_of(told).values() if event.number == number]
    read = [event for event in tracking.events if event.number == number and event.code != "ACCEPTED"]
    assert {event.id: event.status for event in heard} == {event.id: event.status for event in read}
    check_returns(story, tracking, told, uuid)


def check_returns(story: str, tracking: Tracking, told: list[Notice], uuid: str) -> None:
    again = {name for notice in told for name in notice.read_again}
    if story in ("refused", "returned", "partly-refused"):
        (back,) = tracking.returns
        assert back.received_at is not None and back.direct_number == tracking.number
        assert dict(back.items) == ({"LMP-07": 1} if story == "partly-refused" else {"MUG-01": 2, "LMP-07": 1})
        assert back.reason == {"refused": "11 refused without explanation", "returned": "23 storage time over",
                               "partly-refused": "20 partial delivery"}[story]  # fmt: skip
        assert again == {uuid}
    else:
        assert tracking.returns == () and again == set()
    if story == "partly-refused":
        assert dict(tracking.delivered_by_sku) == {"MUG-01": 2, "LMP-07": 0}
    if story == "delivered":
        assert dict(tracking.delivered_by_sku) == {"MUG-01": 2, "LMP-07": 1}


async def test_a_withdrawn_status_is_withdrawn_by_webhook_and_by_read(lab: Lab, collect: Parcel) -> None:
    await lab.cdek.subscribe(f"{lab.hook_url}/cdek/token-1", "hook")
    _, uuid, number = await booked_at_cdek(lab, collect)
    await lab.pass_ms(25 * DAY_MS)
    (parcel,) = await lab.ask(lab.control.parcels, TENANT, carrier="cdek")
    delivered = [fact for fact in parcel["facts"] if fact.get("code") == "DELIVERED"]
    await lab.ask(lab.control.revoke, TENANT, parcel["id"], delivered[0]["sequence"])
    await lab.pass_ms(0)
    tracking = await lab.cdek.track(uuid, number)
    assert picture(number, tracking.events).status == "out_for_delivery"
    told = events_of([lab.cdek.verify(headers, raw, {}, START) for _, headers, raw in lab.seen])
    assert picture(number, told.values()).status == "out_for_delivery"


async def test_an_order_can_be_deleted_until_it_moves(lab: Lab, collect: Parcel) -> None:
    _, uuid, number = await booked_at_cdek(lab, collect)
    with pytest.raises(Unavailable, match="removal_pending"):
        await lab.cdek.cancel(uuid, "cancel/P-001")
    await lab.pass_ms(2_000)
    await lab.cdek.cancel(uuid, "cancel/P-001")
    assert picture(number, (await lab.cdek.track(uuid, number)).events).status == "cancelled"
    moved = replace(collect, key="P-002")
    _, uuid, _ = await booked_at_cdek(lab, moved)
    await lab.pass_ms(25 * DAY_MS)
    with pytest.raises(Refused, match="error_validate_order_delete_status"):
        await lab.cdek.cancel(uuid, "cancel/P-002")


async def test_a_client_return_is_ordered_once_and_leaves_the_parcel_delivered(lab: Lab, collect: Parcel) -> None:
    _, uuid, number = await booked_at_cdek(lab, collect)
    await lab.pass_ms(25 * DAY_MS)
    for _ in range(2):
        with pytest.raises(Unavailable, match="return_pending"):
            await lab.cdek.create_return(uuid, key="ret/P-001", reason="damaged", items={})
    await lab.pass_ms(4_000)
    made = await lab.cdek.create_return(uuid, key="ret/P-001", reason="damaged", items={})
    assert made == await lab.cdek.create_return(uuid, key="ret/P-001", reason="damaged", items={})
    await lab.pass_ms(25 * DAY_MS)
    tracking = await lab.cdek.track(uuid, number)
    assert picture(number, tracking.events).status == "delivered"
    assert [(back.number, back.received_at is not None, back.origin) for back in tracking.returns] == [
        (made.number, True, "shipper")]  # fmt: skip


async def test_a_registry_says_the_same_through_the_api_and_as_every_file(lab: Lab, collect: Parcel) -> None:
    settings = {"cdek": {"payout_after_days": "off", "pickup_cost_minor": 30_000}}
    await lab.ask(lab.control.change_settings, TENANT, settings)
    numbers = {}
    for place, story in enumerate(("delivered", "partly-refused", "refused", "lost"), 1):
        _, _, number = await booked_at_cdek(lab, replace(collect, key=f"P-00{place}"))
        await lab.live("cdek", number, story)
        numbers[story] = number
    await lab.pass_ms(30 * DAY_MS)
    registry = await lab.ask(lab.control.make_payout, TENANT, "cdek")
    assert registry is not None
    day = (await lab.now() + timedelta(hours=3)).date()
    (found,) = await lab.cdek.registries(day)
    lines = {line["tracking"]: line for line in found.normal["lines"]}
    assert {story: lines[number]["outcome"] for story, number in numbers.items()} == {
        "delivered": "delivered", "partly-refused": "partial", "refused": "refused", "lost": "lost"}  # fmt: skip
    assert lines[numbers["delivered"]]["order"] == "P-001"
    assert lines[numbers["delivered"]]["collected"] == 642_000
    assert lines[numbers["partly-refused"]]["items"] == [
        {"sku": "MUG-01", "delivered": 2, "refused": 0}, {"sku": "LMP-07", "delivered": 0, "refused": 1}]  # fmt: skip
    legs = [line for line in lines.values() if line["outcome"] == "return_leg"]
    assert {(line["direct"], line["order"]) for line in legs} == {
        (numbers["refused"], "P-003"), (numbers["partly-refused"], "P-002")}  # fmt: skip
    (call,) = [line for line in lines.values() if line["outcome"] == "fee_only"]
    assert call["order"] is None and call["fees"] == [{"kind": "delivery", "amount": 30_000}]
    await same_as_files(lab, str(registry), report_rules.read(found.normal, report_rules.Terms()))


async def same_as_files(lab: Lab, number: str, api: report_rules.Report) -> None:
    """Hold every file form of a registry against the one the API gave, by the engine's own comparison."""
    for form in ("json", "csv", "csv-cp1251", "xlsx"):
        raw = await lab.ask(lab.control.payout_file, TENANT, "cdek", number, form)
        plain = read_report("any name at all.bin", raw)
        full = await lab.cdek.complete(plain)
        read = report_rules.read(full.normal, report_rules.Terms())
        assert read.identity == api.identity and report_rules.differs(api, read) == "", form


async def test_a_day_without_payouts_has_no_registries(lab: Lab) -> None:
    assert list(await lab.cdek.registries(date(2026, 3, 2))) == []
    await lab.ask(lab.control.change_settings, TENANT, {"cdek": {"empty_registries": "missing"}})
    assert list(await lab.cdek.registries(date(2026, 3, 2))) == []


async def test_a_waybill_is_made_beside_the_label(lab: Lab, collect: Parcel) -> None:
    _, uuid, number = await booked_at_cdek(lab, collect)
    assert await lab.cdek.waybill(uuid) is None
    await lab.pass_ms(2_000)
    paper = await lab.cdek.waybill(uuid)
    assert paper is not None
    document = pdfium.PdfDocument(paper.content)
    assert number in "".join(page.get_textpage().get_text_range() for page in document)
    document.close()


async def test_a_parcel_on_its_way_is_given_up_and_comes_back(lab: Lab, collect: Parcel) -> None:
    _, uuid, number = await booked_at_cdek(lab, collect)
    await lab.live("cdek", number, "delivered")
    await lab.pass_ms(DAY_MS)
    for _ in range(2):
        with pytest.raises(Unavailable, match="refusal_pending"):  # taken in, and judged a moment later
            await lab.cdek.refuse(uuid, "P-100")
    await lab.pass_ms(2_000)
    await lab.cdek.refuse(uuid, "P-100")
    await lab.pass_ms(2 * DAY_MS)  # its way back is an order with a number of its own
    told = await lab.cdek.track(uuid, number)
    assert (picture(number, told.events).status, len(told.returns)) == ("returning", 1)
    journal = await lab.ask(lab.control.journal, TENANT)
    assert sum("/refusal" in row["path"] for row in journal) == 1


async def test_a_courier_is_called_once_numbered_and_called_off(lab: Lab, collect: Parcel) -> None:
    _, uuid, _ = await booked_at_cdek(lab, collect)
    day = (await lab.now()).date() + timedelta(days=2)
    wanted = Pickup(
        key="k", carrier_ids=(uuid,), sender=lab.cdek.sender, day=day, time_from=time(10), time_to=time(14),
        mass_g=collect.mass_g,
    )  # fmt: skip
    made = await lab.cdek.collect(wanted, None)
    assert made.number is None
    await lab.pass_ms(2_000)
    numbered = await lab.cdek.collect(wanted, made)
    assert (numbered.carrier_id, bool(numbered.number)) == (made.carrier_id, True)
    assert await lab.cdek.collect(wanted, None) == numbered, "a lost answer leads to the same call"
    with contextlib.suppress(Unavailable):
        await lab.cdek.cancel_collect(numbered, "k")
    await lab.pass_ms(2_000)
    await lab.cdek.cancel_collect(numbered, "k")
    with pytest.raises(Refused):
        await lab.cdek.collect(wanted, numbered)


async def test_a_courier_for_an_hour_that_is_past_is_refused_later(lab: Lab, collect: Parcel) -> None:
    _, uuid, _ = await booked_at_cdek(lab, collect)
    day = (await lab.now()).date() - timedelta(days=1)
    wanted = Pickup(
        key="k", carrier_ids=(uuid,), sender=lab.cdek.sender, day=day, time_from=time(10), time_to=time(14), mass_g=100
    )
    with pytest.raises(Refused) as caught:
        made = await lab.cdek.collect(wanted, None)
        await lab.pass_ms(2_000)
        await lab.cdek.collect(wanted, made)
    assert caught.value.code.startswith("ve_ci_pickup_")


@pytest.mark.parametrize("kind", ["PVZ", "POSTAMAT"])
async def test_an_order_goes_to_the_point_the_buyer_chose(lab: Lab, collect: Parcel, kind: str) -> None:
    listed = await lab.cdek._session.get("/deliverypoints", {"city_code": "44", "type": kind, "allowed_cod": "true"})
    code = msgspec.json.decode(listed.body)[0]["code"]
    line = replace(collect.lines[0], quantity=1)
    small = replace(
        collect, key="P-200", point=code, lines=(line,), collect=line.unit_price, delivery_charge=None, mass_g=400,
        sides_mm=(150, 100, 50), recipient=replace(collect.recipient, city="Москва", postal_code="101000"),
    )  # fmt: skip
    quote, uuid, number = await booked_at_cdek(lab, small)
    assert quote.service in (
        ("138", "232", "187", "295", "481") if kind == "PVZ" else ("366", "376", "497", "509", "485")
    )
    assert (await lab.cdek.read(uuid)).price == quote.total
    await lab.pass_ms(25 * DAY_MS)
    told = await lab.cdek.track(uuid, number)
    assert "ready_for_pickup" in {event.status for event in told.events}
