"""Killed anywhere and started again: the same end, nothing twice, nothing lost.

The k-th effect on the outside world is broken, before or after it happens; likewise the k-th commit. For every k.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, event

from parcelproof.reference.ports import Registry, ReturnNotice
from parcelproof.reference.usecases import accounts, alerting, following, ordering


async def people(rig: Any) -> None:
    """What people do before anything is worked on: it is committed, or they did not see it succeed."""
    await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
    await ordering.place(rig.shop, rig.actor, rig.order("P-2", carrier="cdek"), confirm=True)
    await ordering.place(rig.shop, rig.actor, rig.order("P-3"), confirm=True)
    for number in ("P-1", "P-2", "P-3"):
        await rig.follow_early(number)


def carriers(rig: Any) -> None:
    """What happens to the parcels, whoever looks."""
    near, far, at = rig.world.near, rig.world.far, rig.clock.now()
    for key, carrier in (("P-1", near), ("P-2", far)):
        number = carrier.numbers[carrier.id_of(key)]
        carrier.scan(number, "out_for_delivery", at + timedelta(minutes=1))
        carrier.scan(number, "delivered", at + timedelta(minutes=30))
    back = near.numbers[near.id_of("P-3")]
    near.scan(back, "returning", at + timedelta(minutes=5), opens_return=True)
    near.scan(back, "returned", at + timedelta(minutes=50))
    there = at + timedelta(minutes=50)
    near.returned["R3"] = ReturnNotice(
        carrier="mail_alliance", number="R3", direct_number=back, reason="refused", received_at=there
    )
    fee = [{"kind": "delivery", "amount": 700, "vat": None}]
    line = {"n": 1, "outcome": "delivered", "tracking": far.numbers[far.id_of("P-2")], "collected": 0, "transfer": -700}
    pay = {"n": 2, "outcome": "fee_only", "collected": 0, "transfer": 0, "fees": []}
    normal = {
        "carrier": "cdek", "contract": "IM-7", "number": "9", "mode": "net", "currency": "RUB", "exponent": 2,
        "payment_date": "2026-03-03", "totals": {"collected": 0, "fees": 700, "payout": -700},
        "lines": [{**line, "fees": fee, "items": []}, {**pay, "items": []}],
    }  # fmt: skip
    far.payouts[at.date() + timedelta(days=1)] = [Registry(normal=normal)]


async def survive(rig: Any, killed: type[BaseException], **by: float) -> int:
    """Work until a time, started again after every kill; return how often it was killed."""
    until = rig.clock.now() + timedelta(**by)
    deaths = 0
    while True:
        try:
            await rig.worker.run_until(until)
        except killed:
            deaths += 1
            await rig.restart()
        else:
            return deaths


async def end_of(rig: Any) -> dict[str, Any]:
    """Return everything that must not depend on kills; times of receipt may."""
    views = {number: await rig.view(number) for number in ("P-1", "P-2", "P-3")}
    alerts = await alerting.alerts(rig.shop, rig.actor)
    keep = ("state", "status", "tracking_number", "label", "booked", "problems", "final_state")
    return {
        "orders": {number: {name: view[name] for name in keep} for number, view in views.items()},
        "histories": {number: [row["event_id"] for row in view["history"]] for number, view in views.items()},
        "returns": views["P-3"]["returns"],
        "stock": await rig.stock(),
        "documents": [(d["kind"], d["sum_minor"], d["sync_id"]) for d in await rig.documents()],
        "account": (await accounts.books(rig.shop, rig.actor))["account"],
        "parcels": [sorted(carrier.parcels) for carrier in rig.world.carriers.values()],
        "told": sorted((row["order"], row["state"], row["result"]) for row in alerts),
        "followed": [row["active"] for row in await following.listed(rig.shop, rig.actor)],
    }


async def story(rig: Any, killed: type[BaseException]) -> tuple[dict[str, Any], Counter[str]]:
    """Play everything; return the end, and how often each Message-ID was taken by the mail server."""
    await people(rig)
    deaths = await survive(rig, killed, minutes=5)
    carriers(rig)
    deaths += await survive(rig, killed, hours=40)
    assert deaths <= 1
    return await end_of(rig), Counter(mail.message_id for mail in rig.world.mailer.mails)


async def test_every_effect_broken_before_and_after(new_rig: Any, killed: type[BaseException]) -> None:
    seldom = {"poll_minutes": 720, "alert": {"frequency_minutes": 720}}
    calm = await new_rig(**seldom)
    wanted, mails = await story(calm, killed)
    effects = calm.world.effects.count
    assert effects >= 6
    assert [row[2] for row in wanted["told"]].count("sent") == len(mails) == 3
    assert wanted["stock"] == {"TEE": -4}
    assert len(wanted["documents"]) == 1  # the payout is below zero: nothing is paid from it
    for k in range(1, effects + 1):
        for after in (False, True):
            rig = await new_rig(**seldom)
            rig.world.effects.kill_at, rig.world.effects.after = k, after
            found, sent = await story(rig, killed)
            assert msgspec.json.encode(found) == msgspec.json.encode(wanted), (k, after)
            assert set(sent) == set(mails), (k, after)
            assert sum(sent.values()) - len(sent) <= 1, "at most one mail is repeated, with the same Message-ID"


@contextmanager
def dying_at_commit(rig: Any, k: int, killed: type[BaseException]) -> Iterator[list[int]]:
    """Kill the engine when it is about to commit for the k-th time, once; count commits."""
    seen = [0]

    def count(_connection: Connection) -> None:
        seen[0] += 1
        if seen[0] == k and not ended[0]:
            raise killed(f"commit {k}")

    build, ended = rig._build, [False]

    def rebuild() -> None:
        build()
        event.listen(rig.store.engine, "commit", count)

    rig._build = rebuild
    event.listen(rig.store.engine, "commit", count)
    yield seen
    rig._build, ended[0] = build, True


async def test_every_commit_of_a_booking_and_a_mail_broken(new_rig: Any, killed: type[BaseException]) -> None:
    async def play(k: int) -> tuple[list[int], dict[str, Any], Counter[str]]:
        rig = await new_rig()
        await ordering.place(rig.shop, rig.actor, rig.order("P-1"), confirm=True)
        await rig.follow_early("P-1")
        with dying_at_commit(rig, k, killed) as seen:
            await survive(rig, killed, seconds=30)
            number = rig.world.near.numbers[rig.world.near.id_of("P-1")]
            if not rig.world.near.events:
                rig.world.near.scan(number, "delivered", rig.clock.now())
            await survive(rig, killed, minutes=61)
        view = await rig.view("P-1")
        end = {name: view[name] for name in ("state", "status", "tracking_number", "booked", "problems")}
        end |= {"stock": await rig.stock(), "parcels": len(rig.world.near.parcels)}
        return seen, end, Counter(mail.message_id for mail in rig.world.mailer.mails)

    seen, wanted, mails = await play(0)
    assert seen[0] > 20
    assert wanted["parcels"] == 1
    for k in range(1, seen[0] + 1):
        _, found, sent = await play(k)
        assert found == wanted, k
        assert set(sent) == set(mails), k
        assert sum(sent.values()) <= 2, k


@pytest.mark.parametrize("after", [False, True])
async def test_a_killed_cancel_and_a_killed_return_are_done_once(new_rig: Any, killed: Any, after: bool) -> None:
    rig = await new_rig()
    await rig.book("P-1")
    number = await rig.book("P-2")
    rig.world.near.scan(number, "delivered", rig.clock.now())
    await rig.run(hours=1)
    await ordering.cancel(rig.shop, rig.actor, "P-1")
    await ordering.send_back(rig.shop, rig.actor, "P-2", reason="changed_mind", items={"TEE": 1})
    for k in (1, 2):
        rig.world.effects.count, rig.world.effects.kill_at, rig.world.effects.after = 0, k, after
        await survive(rig, killed, minutes=2)
    await survive(rig, killed, hours=2)
    assert (await rig.view("P-1"))["state"] == "cancelled"
    assert rig.world.near.cancelled == [rig.world.near.id_of("P-1")]
    assert [row["number"] for row in (await rig.view("P-2"))["returns"]] == ["R-P-2/R1"]
    assert await rig.stock() == {"TEE": -2}
