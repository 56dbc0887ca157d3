"""The Mail Alliance adapter against the real simulator, over sockets: what one says the other understands."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from parcelproof.reference.domain.statuses import picture
from parcelproof.reference.ports import (
    LabelFormat,
    Notice,
    Parcel,
    Refused,
    ReturnNotice,
    Unavailable,
)

from ..simulated import DAY_MS, LOSSES, TENANT, Lab, cheapest, events_of, lab, loss, started

__all__ = ["lab", "started"]


@pytest.mark.parametrize("format", [LabelFormat.PDF, LabelFormat.ZPL])
async def test_a_parcel_is_quoted_booked_labelled_and_booked_only_once(
    lab: Lab, prepaid: Parcel, format: LabelFormat
) -> None:
    quote = cheapest(await lab.mail_alliance.quote(prepaid))
    assert quote.total.minor == quote.net.minor + sum(s.amount.minor for s in quote.surcharges) + quote.tax.minor
    booked = await lab.mail_alliance.create(prepaid, quote, format=format)
    assert booked.price == quote.total and booked.number is not None and booked.number.startswith("MAL")
    assert booked.label is not None and booked.label.format is format
    assert await lab.mail_alliance.create(prepaid, quote, format=format) == booked
    assert await lab.mail_alliance.label(booked.carrier_id, format) == booked.label
    assert (await lab.mail_alliance.read(booked.carrier_id)).number == booked.number
    assert len(await lab.ask(lab.control.parcels, TENANT)) == 1


@pytest.mark.parametrize(("kind", "point"), LOSSES)
async def test_a_lost_answer_makes_no_second_parcel(lab: Lab, prepaid: Parcel, kind: str, point: str) -> None:
    quote = cheapest(await lab.mail_alliance.quote(prepaid))
    await lab.ask(lab.control.add_fault, TENANT, carrier="mail_alliance", **loss(kind, point, "create_parcel"))
    with pytest.raises(Unavailable):
        await lab.mail_alliance.create(prepaid, quote, format=LabelFormat.PDF)
    booked = await lab.mail_alliance.create(prepaid, quote, format=LabelFormat.PDF)
    (parcel,) = await lab.ask(lab.control.parcels, TENANT)
    assert parcel["number"] == booked.number


async def test_a_booking_is_found_after_its_idempotency_key_is_forgotten(lab: Lab, prepaid: Parcel) -> None:
    quote = cheapest(await lab.mail_alliance.quote(prepaid))
    booked = await lab.mail_alliance.create(prepaid, quote, format=LabelFormat.PDF)
    await lab.pass_ms(25 * 3_600_000)
    fresh = cheapest(await lab.mail_alliance.quote(prepaid))
    again = await lab.mail_alliance.create(prepaid, fresh, format=LabelFormat.PDF)
    assert (again.carrier_id, again.number) == (booked.carrier_id, booked.number)


async def test_a_stale_quote_and_an_unserved_place_are_refused(lab: Lab, prepaid: Parcel) -> None:
    quote = cheapest(await lab.mail_alliance.quote(prepaid))
    nowhere = replace(prepaid, recipient=replace(prepaid.recipient, postal_code="00000"))
    assert list(await lab.mail_alliance.quote(nowhere)) == []
    await lab.pass_ms(31 * 60_000)
    with pytest.raises(Refused, match="validation"):
        await lab.mail_alliance.create(prepaid, quote, format=LabelFormat.PDF)


@pytest.mark.parametrize(
    ("story", "status"),
    [("delivered", "delivered"), ("second-attempt", "delivered"), ("refused", "returned"), ("returned", "returned"),
     ("partly-refused", "delivered"), ("lost", "lost_or_damaged"), ("pickup", "delivered"), ("stuck", "announced")],
)  # fmt: skip
async def test_webhooks_the_feed_and_tracking_tell_one_story(
    lab: Lab, prepaid: Parcel, story: str, status: str
) -> None:
    keys = await lab.mail_alliance.subscribe(f"{lab.hook_url}/mail-alliance", "hook")
    quote = cheapest(await lab.mail_alliance.quote(prepaid))
    booked = await lab.mail_alliance.create(prepaid, quote, format=LabelFormat.PDF)
    assert booked.number is not None
    await lab.live("mail_alliance", booked.number, story)
    await lab.pass_ms(20 * DAY_MS)
    told = [_verified(lab, headers, raw, keys) for _, headers, raw in lab.seen]
    tracking = await lab.mail_alliance.track(booked.carrier_id, booked.number)
    fed, cursor = await lab.mail_alliance.changes("")
    assert picture(booked.number, tracking.events).status == status
    assert events_of(told) == events_of(fed) == {event.id: event for event in tracking.events}
    assert back_of(told) == back_of(fed) == back_of([Notice(event_id="", returns=tracking.returns)])
    if story in ("refused", "returned", "partly-refused"):
        (notice,) = tracking.returns
        assert notice.received_at is not None and notice.direct_number == booked.number
        assert sum(notice.items.values()) == (1 if story == "partly-refused" else 2)
    rest, _ = await lab.mail_alliance.changes(cursor)
    assert [notice for notice in rest if notice.events] == []


def _verified(lab: Lab, headers: dict[str, str], raw: bytes, keys: Any) -> Notice:
    """Verify a webhook as of its own attempt: the days in which it came are already over."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    return lab.mail_alliance.verify(headers, raw, keys, at)


def back_of(notices: Any) -> dict[tuple[str, bool], ReturnNotice]:
    """Return the last word on each return: received or not, and what is in it."""
    found: dict[str, ReturnNotice] = {}
    for notice in notices:
        for back in notice.returns:
            if back.number not in found or back.received_at is not None:
                found[back.number] = back
    return {(number, back.received_at is not None): back for number, back in found.items()}


async def test_a_shop_return_is_made_once_and_received(lab: Lab, prepaid: Parcel) -> None:
    quote = cheapest(await lab.mail_alliance.quote(prepaid))
    booked = await lab.mail_alliance.create(prepaid, quote, format=LabelFormat.PDF)
    await lab.pass_ms(12 * DAY_MS)
    made = await lab.mail_alliance.create_return(
        booked.carrier_id, key="ret/P-100", reason="damaged", items={"MUG-01": 1}
    )
    again = await lab.mail_alliance.create_return(
        booked.carrier_id, key="ret/P-100", reason="damaged", items={"MUG-01": 1}
    )
    assert made == again and made.origin == "shipper" and made.label is not None
    _, cursor = await lab.mail_alliance.changes("")
    await lab.pass_ms(10 * DAY_MS)
    fed, _ = await lab.mail_alliance.changes(cursor)
    (last,) = back_of(fed).values()
    assert (last.number, dict(last.items)) == (made.number, {"MUG-01": 1}) and last.received_at is not None
    tracking = await lab.mail_alliance.track(booked.carrier_id, booked.number or "")
    assert picture(booked.number or "", tracking.events).status == "delivered"


async def test_a_carrier_to_the_door_alone_offers_nothing_to_a_point(lab: Lab, prepaid: Parcel) -> None:
    assert await lab.mail_alliance.quote(prepaid)
    assert not await lab.mail_alliance.quote(replace(prepaid, point="KZN7"))


async def test_a_parcel_can_be_cancelled_until_it_moves(lab: Lab, prepaid: Parcel) -> None:
    quote = cheapest(await lab.mail_alliance.quote(prepaid))
    booked = await lab.mail_alliance.create(prepaid, quote, format=LabelFormat.PDF)
    await lab.mail_alliance.cancel(booked.carrier_id, "cancel/P-100")
    await lab.mail_alliance.cancel(booked.carrier_id, "cancel/P-100")
    tracking = await lab.mail_alliance.track(booked.carrier_id, booked.number or "")
    assert picture(booked.number or "", tracking.events).status == "cancelled"


async def test_subscribing_twice_leaves_one_endpoint_and_both_secrets_fit(lab: Lab, prepaid: Parcel) -> None:
    first = await lab.mail_alliance.subscribe(f"{lab.hook_url}/mail-alliance", "hook")
    second = await lab.mail_alliance.subscribe(f"{lab.hook_url}/mail-alliance", "hook")
    quote = cheapest(await lab.mail_alliance.quote(prepaid))
    await lab.mail_alliance.create(prepaid, quote, format=LabelFormat.PDF)
    await lab.pass_ms(0)
    created = [seen for seen in lab.seen if b"parcel.created" in seen[2]]
    assert len(created) == 1
    for keys in (first, second):
        _verified(lab, created[0][1], created[0][2], keys)


async def test_an_engine_that_moved_subscribes_its_new_address_with_the_same_key(lab: Lab) -> None:
    first = await lab.mail_alliance.subscribe(f"{lab.hook_url}/mail-alliance", "hook")
    moved = await lab.mail_alliance.subscribe(f"{lab.hook_url}/moved", "hook")
    assert first["endpoint_id"] != moved["endpoint_id"]
