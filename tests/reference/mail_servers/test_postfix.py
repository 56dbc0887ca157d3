"""The engine's mails through a real Postfix: over TLS, signed in, refused, greylisted, and with the server killed.

Source: `notifications` NTF-201, 202, 222, 223, 226. Nothing sleeps: the engine's clock is the test's, and Postfix is
waited for by reading its log.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from parcelproof.reference.adapters.smtp_bound import UnderWay
from parcelproof.reference.adapters.smtp_out import octets
from parcelproof.reference.engine import mailer
from parcelproof.reference.ports import Mail, Mailer
from parcelproof.reference.settings import Smtp
from parcelproof.reference.usecases import alerting, monitoring

from ...adapters.test_smtp_tls import certificate, trusted
from ..letters.test_letters import in_order
from ..outside import World
from ..rig import CONFIG, Rig
from .beside import HOST, TAKE, Asked, Judge, wired
from .postfix import PASSWORD, USER, Postfix, running

__all__ = ["certificate", "trusted"]
pytestmark = [pytest.mark.ci, pytest.mark.usefixtures("trusted")]
ERIKA, ANNA, BOB, NOBODY = (f"{name}@example.org" for name in ("erika", "anna", "bob", "nobody"))
OF_THE_SERVER = ["Return-Path", "X-Original-To", "Delivered-To", "Received"]
REASON = "Адресат отсутствует по указанному адресу; приём переадресации – «до востребования»"
REMARK = "Straße gesperrt, weiter über den Königsweg.\n.\n..\nFrom here on: " + "ж" * 300 + " §€"
NAME = "Не удалось вручить – Zustellung nicht möglich"


class Kept:
    """A mailer that keeps what it was handed."""

    def __init__(self, inner: Mailer, handed: list[Mail]) -> None:
        self._inner = inner
        self._handed = handed

    async def send(self, mail: Mail) -> None:
        self._handed.append(mail)
        await self._inner.send(mail)


class PostRig(Rig):
    """A rig whose mails leave by its company's mail account. `handed`: what was to be sent, at every try."""

    def __init__(self, url: str, config: dict[str, Any]) -> None:
        super().__init__(url, World(), config)
        self.handed: list[Mail] = []
        self._under_way = UnderWay()

    def _build(self) -> None:
        super()._build()
        self.shop.outside = replace(self.shop.outside, mailer=self._by_account)

    def _by_account(self, smtp: Smtp) -> Mailer | None:
        inner = mailer(self._under_way, smtp)
        return None if inner is None else Kept(inner, self.handed)

    async def monitored(self) -> dict[str, Any]:
        (found,) = await monitoring.alerts(self.shop, self.actor)
        return found

    async def news_for(self, *readers: str, **words: str) -> None:
        """Let readers follow a parcel, and tell them that it could not be delivered."""
        await self.book("P-1")
        for reader in readers:
            await self.follow("P-1", reader, **words)
        await self.enter("P-1", "delivery_failed", reason=REASON, observation=REMARK)
        await self.alerts()


Engines = Callable[..., Any]


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
async def post(certificate: Path, judge: Judge) -> AsyncIterator[Postfix]:
    async with running(certificate, judge) as made:
        yield made


@pytest.fixture
async def engine(post: Postfix, tmp_path: Path) -> AsyncIterator[Engines]:
    """Make an engine whose company has an account at the Postfix; what is given of the account takes its place."""
    made: list[PostRig] = []

    async def make(states: Any = None, **account: Any) -> PostRig:
        own = {
            "host": HOST,
            "port": post.port,
            "tls": "starttls",
            "sender": USER,
            "username": USER,
            "password": PASSWORD,
        }
        config = {**CONFIG, "states": states or {}, "smtp": {**own, **account}}
        rig = PostRig(f"sqlite:///{tmp_path / 'engine.db'}", config)
        made.append(rig)
        await rig.start()
        return rig

    yield make
    for rig in made:
        await rig.stop()


def ids(post: Postfix, reader: str) -> list[str]:
    return [message_from_bytes(raw)["Message-ID"] for raw in post.mails(reader)]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_mail_arrives_as_it_was_written(post: Postfix, engine: Engines, tls: str) -> None:
    port = post.port if tls == "starttls" else post.wrapped_port
    rig = await engine({"delivery_failed": {"name": NAME}}, tls=tls, port=port)
    umlauts = {"first_name": "Jörg-Äneas", "last_name": "Größlmüller", "language": "ru"}
    await rig.news_for(ERIKA, "anna@bücher.example", **umlauts)
    await post.delivered()
    for reader in ("erika", "anna"):
        (raw,) = post.mails(reader)
        (written,) = (mail for mail in rig.handed if mail.recipient.startswith(reader))
        assert raw.endswith(octets(written)), "headers and body as the engine wrote them"
        own = message_from_bytes(raw.removesuffix(octets(written)))
        assert own.keys() == OF_THE_SERVER
        assert " with ESMTPSA id " in " ".join(own["Received"].split()), "by TLS and with a login (RFC 3848)"
        assert own["Return-Path"] == f"<{USER}>"
        read, text, _ = in_order(raw)
        assert (read["Message-ID"], read["Subject"]) == (written.message_id, written.subject)
        assert read["List-Unsubscribe"] == written.headers["List-Unsubscribe"]
        assert (text, REASON in text, "ж" * 300 in text) == (written.text, True, True)
        assert NAME in read["Subject"]


async def test_ntf_226_a_wrong_password_is_told_and_the_mail_arrives_once_when_it_is_right(
    post: Postfix, engine: Engines
) -> None:
    rig = await engine(password="wrong horse")
    await rig.news_for(ERIKA)
    await rig.run(hours=2)
    found = await rig.monitored()
    assert found["queued"]["count"] == 1 and len(rig.handed) > 3
    assert f"{HOST}:{post.port}: 535 5.7.8 Error: authentication failed" in found["last_error"]
    assert "horse" not in found["last_error"]
    await monitoring.set_mail_account(rig.shop, rig.actor, {"password": PASSWORD})
    await rig.run(hours=2)
    await post.delivered()
    assert ids(post, "erika") == [rig.handed[0].message_id]
    assert (await rig.monitored())["queued"]["count"] == 0


async def test_ntf_223_an_address_that_the_server_does_not_know_is_stopped_and_no_other(
    post: Postfix, engine: Engines
) -> None:
    rig = await engine()
    await rig.news_for(NOBODY, ERIKA)
    await rig.run(hours=2)
    await rig.enter("P-1", "delivered")
    await rig.alerts()
    await rig.run(hours=2)
    await post.delivered()
    assert Counter(mail.recipient for mail in rig.handed) == {NOBODY: 1, ERIKA: 2}
    assert len(post.mails("erika")) == 2
    (told,) = await alerting.alerts(rig.shop, rig.actor, email=NOBODY)
    reason = f"550 5.1.1 <{NOBODY}>: Recipient address rejected: User unknown in virtual mailbox table"
    assert (told["result"], told["remark"], (await rig.monitored())["last_error"]) == ("failed", reason, reason)


async def test_ntf_222_greylisted_five_minutes_and_taken_once(post: Postfix, judge: Judge, engine: Engines) -> None:
    rig = await engine()
    seen: dict[str, datetime] = {}

    async def greylists(asked: Asked) -> str:
        """As postgrey does: whoever is new comes again after five minutes."""
        now = rig.clock.now()
        if now - seen.setdefault(asked["recipient"], now) < timedelta(minutes=5):
            return "DEFER_IF_PERMIT Greylisted, come again in 300 s"
        return TAKE

    judge.says = greylists
    await rig.news_for(ERIKA)
    assert f"450 4.7.1 <{ERIKA}>: Recipient address rejected: Greylisted" in (await rig.monitored())["last_error"]
    await rig.run(minutes=1)
    await rig.follow("P-1", ANNA)
    await rig.enter("P-1", "delivered")
    await rig.run(hours=3)
    await post.delivered()
    assert len(post.mails("erika")) == len(post.mails("anna")) == 1
    (raw,) = post.mails("erika")
    assert message_from_bytes(raw)["X-Parcelproof-State"] == "delivered", "the newest news, not what waited"


async def test_ntf_202_killed_at_each_question_it_asks_it_gets_every_mail_once(
    post: Postfix, judge: Judge, engine: Engines
) -> None:
    rig = await engine()
    readers = ("erika", "anna", "bob")

    async def dies(_: Asked) -> str:
        if len(judge.asked) == last:
            await post.delivered()  # else Postfix may itself deliver again what it had taken before
            post.strike()
        return TAKE

    judge.says = dies
    for last in range(1, 2 * len(readers) + 1):  # at RCPT and at the end of each mail
        judge.asked.clear()
        number, told = f"P-{last}", len(rig.handed)
        await rig.book(number)
        for reader in readers:
            await rig.follow(number, f"{reader}@example.org")
        await rig.enter(number, "delivery_failed")
        await rig.alerts()
        await post.kill()
        await rig.run(minutes=1)
        assert (await rig.monitored())["queued"]["count"] == len(readers) - (last - 1) // 2
        await post.start()
        await rig.run(hours=2)
        await post.delivered()
        assert {mail.recipient for mail in rig.handed[told:]} == {ERIKA, ANNA, BOB}
        for reader in readers:
            assert len(post.mails(reader)) == last, f"killed at question {last}"
    handed = {mail.message_id for mail in rig.handed}
    assert Counter(one for reader in readers for one in ids(post, reader)) == dict.fromkeys(handed, 1)


async def test_ntf_202_what_it_took_and_could_not_say_comes_again_under_the_same_id(
    post: Postfix, judge: Judge, engine: Engines
) -> None:
    """Its answer to the second mail is lost, and it is killed once it has delivered this mail."""
    deaths: list[asyncio.Task[None]] = []
    async with wired(post.port) as (wire, port):
        rig = await engine(port=port)

        async def dies_after(queue_id: str) -> None:
            await post.until(lambda: any(f" {queue_id}: removed" in row for row in post.log))
            post.strike()

        async def swallows(asked: Asked) -> str:
            if len(judge.asked) == 4:
                wire.mute = True
                deaths.append(asyncio.create_task(dies_after(asked["queue_id"])))
            return TAKE

        judge.says = swallows
        await rig.news_for(ERIKA, ANNA, BOB)
        await asyncio.gather(*deaths)
        await post.kill()
        wire.mute = False
        await post.start()
        await rig.run(hours=2)
        await post.delivered()
    found = {reader: ids(post, reader) for reader in ("erika", "anna", "bob")}
    assert [len(mails) for mails in found.values()] == [1, 2, 1]
    assert {reader: set(mails) for reader, mails in found.items()} == {
        mail.recipient.partition("@")[0]: {mail.message_id} for mail in rig.handed
    }


async def test_a_sender_that_is_not_the_accounts_stops_nobody(post: Postfix, engine: Engines) -> None:
    """Postfix says so at RCPT, since it puts refusals of MAIL off until then; it is no fault of who reads."""
    rig = await engine(sender="news@shop.example")
    await rig.news_for(ERIKA)
    await rig.run(hours=1)
    found = await rig.monitored()
    assert (found["queued"]["count"], "553 5.7.1 <news@shop.example>: Sender" in found["last_error"]) == (1, True)
    await monitoring.set_mail_account(rig.shop, rig.actor, {"sender": USER})
    await rig.run(hours=2)
    await post.delivered()
    assert len(post.mails("erika")) == 1
