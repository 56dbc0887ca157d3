"""Which parcels a poll reads: those whose story can still change."""

from datetime import timedelta
from typing import Any

import pytest

from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.storage.tables import returns, shipments

DAY = timedelta(days=1)


async def stand(rig: Any, order: str, days: float | None, **values: Any) -> int:
    """Book a parcel and let it stand as it is said, since so many days; return its row's id."""
    await rig.book(order)
    async with rig.store.begin(rig.actor.company_id) as session:
        values["since"] = None if days is None else session.now - days * DAY
        mine = shipments.c.carrier_id == rig.world.near.id_of(order)
        await session.change(shipments, mine, **values)
        row = await session.row(shipments, mine)
    return int(row["id"])


async def bring_back(rig: Any, shipment_id: int, *, stock_restored: bool) -> None:
    async with rig.store.begin(rig.actor.company_id) as session:
        row = await session.row(shipments, shipments.c.id == shipment_id)
        words = {"carrier": "mail_alliance", "number": f"R-{shipment_id}", "key": f"k-{shipment_id}", "reason": "-"}
        more = {"origin": "carrier", "items": {}, "restored": {}, "stock_restored": stock_restored}
        await session.add(returns, order_id=row["order_id"], shipment_id=shipment_id, **words, **more)


async def read_of(rig: Any, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Let one poll pass and return what the carrier was asked about."""
    asked: list[str] = []
    near, track = rig.world.near, rig.world.near.track

    async def noted(carrier_id: str, number: str) -> Any:
        asked.append(carrier_id.removeprefix("mail_alliance-"))
        return await track(carrier_id, number)

    monkeypatch.setattr(near, "track", noted)
    await rig.run(hours=1)
    assert len(asked) == len(set(asked))
    return set(asked)


async def test_an_open_story_is_read_and_an_ended_one_for_five_days_more(
    rig: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.world.near.feed = False
    standing = {
        "new": (Status.ANNOUNCED, None),
        "moving": (Status.IN_TRANSIT, 30),
        "lost": (Status.UNDELIVERABLE, 30),
        "handed-over": (Status.DELIVERED, 4.9),
        "long-handed-over": (Status.DELIVERED, 5.1),
        "handed-over-at-once": (Status.DELIVERED, None),
        "back": (Status.RETURNED, 4.9),
        "off": (Status.CANCELLED, 4.9),
        "long-off": (Status.CANCELLED, 5.1),
        "off-at-once": (Status.CANCELLED, None),
    }
    for number, (status, days) in standing.items():
        await stand(rig, number, days, status=status)
    await stand(rig, "no-number-yet", 1, status=Status.ANNOUNCED, number=None)
    closed = {"long-handed-over", "long-off", "off-at-once", "no-number-yet"}
    assert await read_of(rig, monkeypatch) == {*standing} - closed


@pytest.mark.parametrize("feed", [False, True])
async def test_goods_that_are_out_keep_a_story_open_beside_a_feed_too(
    rig: Any, monkeypatch: pytest.MonkeyPatch, feed: bool
) -> None:
    rig.world.near.feed = feed
    out = {
        "part-of-it": (Status.DELIVERED, {"partial": True}, None),
        "back-untold": (Status.RETURNED, {}, None),
        "back-not-held": (Status.RETURNED, {}, False),
        "part-not-held": (Status.DELIVERED, {"partial": True}, False),
        "sent-back-later": (Status.DELIVERED, {}, False),
    }
    settled = {
        "back-held": (Status.RETURNED, {}, True),
        "part-held": (Status.DELIVERED, {"partial": True}, True),
        "kept": (Status.DELIVERED, {}, None),
    }
    for number, (status, values, restored) in {**out, **settled}.items():
        shipment_id = await stand(rig, number, 30, status=status, **values)
        if restored is not None:
            await bring_back(rig, shipment_id, stock_restored=restored)
    assert await read_of(rig, monkeypatch) == {*out}
