"""Mails leave beside one another, at most so many at one server, and a slow server holds up nobody else's."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from parcelproof.reference import settings
from parcelproof.reference.adapters.smtp_bound import MOST_UNDER_WAY, BoundedMailer, UnderWay
from parcelproof.reference.clock import SystemClock
from parcelproof.reference.ports import Mail, MailBusy, MailDeferred, MailRefused
from parcelproof.reference.usecases import alerting, companies, following, ordering
from parcelproof.reference.worker import MAIL_LANES

from .outside import World
from .rig import CONFIG, NOW, Rig

SLOW, FAST = ("slow.test", 25), ("fast.test", 25)


class Held:
    """A mail server that keeps each mail until the test lets go."""

    def __init__(self, wanted: int) -> None:
        self.under_way = self.most = 0
        self.mails: list[Mail] = []
        self.full = asyncio.Event()
        self.free = asyncio.Event()
        self._wanted = wanted

    async def send(self, mail: Mail) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        if self.under_way == self._wanted:
            self.full.set()
        await self.free.wait()
        self.under_way -= 1
        self.mails.append(mail)


async def test_one_server_is_given_so_many_at_once_and_another_is_not_in_its_way() -> None:
    under_way, slow, fast = UnderWay(), Held(MOST_UNDER_WAY), Held(1)
    at_slow, at_fast = BoundedMailer(slow, SLOW, under_way), BoundedMailer(fast, FAST, under_way)
    mail: Any = object()
    sending = [asyncio.create_task(at_slow.send(mail)) for _ in range(MOST_UNDER_WAY)]
    await slow.full.wait()
    with pytest.raises(MailBusy, match=r"4 mails are under way at slow\.test:25"):
        await at_slow.send(mail)
    sending.append(asyncio.create_task(at_fast.send(mail)))
    await fast.full.wait()
    for server in (slow, fast):
        server.free.set()
    await asyncio.gather(*sending)
    await at_slow.send(mail)
    assert (len(slow.mails), len(fast.mails), under_way.count[SLOW]) == (MOST_UNDER_WAY + 1, 1, 0)


class Answering(Held):
    """A mail server that keeps mails until it is let go, and then says `fault` of each."""

    fault: Exception | None = None

    async def send(self, mail: Mail) -> None:
        await super().send(mail)
        if self.fault is not None:
            raise self.fault


async def test_a_server_that_puts_mails_off_is_tried_with_one_until_it_answers() -> None:
    server = Answering(0)
    mailer = BoundedMailer(server, SLOW, UnderWay())
    one: Any = object()
    tried = []
    for fault in (
        None,
        MailDeferred("silent"),
        MailDeferred("451"),
        MailRefused("550"),
        MailDeferred("451"),
        None,
        None,
    ):
        server.fault = fault
        server.free.clear()
        sending = [asyncio.create_task(mailer.send(one)) for _ in range(6)]
        await asyncio.sleep(0)  # each of them has begun now
        tried.append(server.under_way)
        server.free.set()
        ended = await asyncio.gather(*sending, return_exceptions=True)
        assert sum(isinstance(found, MailBusy) for found in ended) == 6 - tried[-1]
    assert tried == [4, 4, 1, 1, 4, 1, 4]


class Hand(SystemClock):
    """A clock that counts as real once the test says so, and still moves by hand."""

    is_real = False

    @property
    def manual(self) -> bool:
        return not self.is_real


class Lanes(Rig):
    """Two companies with a mail server each, on a real clock: the first one's server is slow."""

    def __init__(self, url: str) -> None:
        super().__init__(url, World(), {**CONFIG, "channels": {"webhook": False, "poll": False}})
        self.clock: Hand = Hand(NOW)
        self.slow, self.fast = Held(MOST_UNDER_WAY), Held(1)
        self.fast.free.set()
        self.under_way = UnderWay()

    def _build(self) -> None:
        super()._build()
        servers = {SLOW[0]: (self.slow, SLOW), FAST[0]: (self.fast, FAST)}
        self.shop.outside = replace(
            self.shop.outside, mailer=lambda smtp: BoundedMailer(*servers[smtp.host], self.under_way)
        )


@pytest.fixture
async def lanes(database: str) -> AsyncIterator[Lanes]:
    made = Lanes(database)
    made.config = {**made.config, "smtp": {**CONFIG["smtp"], "host": SLOW[0]}}
    await made.start()
    yield made
    await made.stop()


async def followed(rig: Rig, actor: Any, numbers: int, host: str) -> None:
    first, rig.actor = rig.actor, actor
    for n in range(numbers):
        await rig.book(f"{host}-{n}")
        await rig.follow(f"{host}-{n}", f"e{n}@{host}")
        await rig.enter(f"{host}-{n}", "out_for_delivery")
    rig.actor = first


async def test_a_slow_server_holds_up_no_other_and_all_mails_leave_once(lanes: Lanes) -> None:
    count = MOST_UNDER_WAY + 3
    fast = {**lanes.config, "smtp": {**CONFIG["smtp"], "host": FAST[0]}}
    read = settings.read(fast, known=frozenset(lanes.world.carriers))
    other = await companies.found(lanes.shop, "other", read, admin="b", token="other-token")
    await followed(lanes, lanes.actor, count, SLOW[0])
    await followed(lanes, other, 5, FAST[0])
    for actor in (lanes.actor, other):
        await alerting.run_by_hand(lanes.shop, actor)
    lanes.clock.is_real = True
    working = asyncio.create_task(lanes.worker.run_forever())
    async with asyncio.timeout(30):
        await lanes.slow.full.wait()
        while len(lanes.fast.mails) < 5:
            await lanes.worker.worked()
        assert lanes.slow.most == MOST_UNDER_WAY and lanes.slow.mails == []
        lanes.slow.free.set()
        while len(lanes.slow.mails) < count:
            lanes.clock.move(lanes.clock.now() + timedelta(seconds=1))  # those that were put off come again
            await lanes.worker.worked()
    async with lanes.worker.pause():
        working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert lanes.slow.most == MOST_UNDER_WAY
    assert max(Counter(mail.recipient for mail in lanes.slow.mails + lanes.fast.mails).values()) == 1
    assert {row["active"] for row in await following.listed(lanes.shop, other)} == {True}


async def test_dead_servers_hold_up_mails_alone(lanes: Lanes) -> None:
    """As many mails wait for servers as there are lanes for them, and more; a parcel is booked meanwhile."""
    lanes.fast.free.clear()
    second = {**lanes.config, "smtp": {**CONFIG["smtp"], "host": FAST[0]}}
    read = settings.read(second, known=frozenset(lanes.world.carriers))
    other = await companies.found(lanes.shop, "other", read, admin="b", token="other-token")
    await followed(lanes, lanes.actor, MOST_UNDER_WAY + 3, SLOW[0])
    await followed(lanes, other, MOST_UNDER_WAY + 3, FAST[0])
    for actor in (lanes.actor, other):
        await alerting.run_by_hand(lanes.shop, actor)
    lanes.clock.is_real = True
    working = asyncio.create_task(lanes.worker.run_forever())
    async with asyncio.timeout(30):
        while lanes.slow.under_way + lanes.fast.under_way < MAIL_LANES:
            await lanes.worker.worked()
        await ordering.place(lanes.shop, other, lanes.order("P-9"), confirm=True)
        lanes.worker.wake()
        while not [key for key in lanes.world.near.parcels if key.endswith("P-9")]:
            await lanes.worker.worked()
    assert lanes.slow.mails == lanes.fast.mails == []
    for server in (lanes.slow, lanes.fast):
        server.free.set()
    async with lanes.worker.pause():
        working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
