"""Mails as the engine sends them: in the follower's language, by the company's words, with links to its address."""

import asyncio
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from parcelproof.reference.adapters.smtp_out import SmtpMailer
from parcelproof.reference.ports import Mail
from parcelproof.reference.usecases import following

PUBLIC = "https://parcels.shop.example"


async def followed(new_rig: Any, **changed: Any) -> Any:
    """Return an engine with a parcel that a reader of each of three languages follows."""
    rig = await new_rig(**changed)
    await rig.book("P-1")
    for language in ("de", "ru", "fr"):
        await rig.follow("P-1", f"{language}@example.org", language=language)
    return rig


def by_reader(rig: Any) -> dict[str, Mail]:
    return {mail.recipient.partition("@")[0]: mail for mail in rig.world.mailer.mails}


async def test_each_follower_is_written_to_in_his_language(new_rig: Any) -> None:
    rig = await followed(new_rig, language="it")
    await rig.follow("P-1", "nobody-said@example.org")
    await rig.enter("P-1", "delivered")
    await rig.alerts()
    words = {"de": "Zugestellt", "ru": "Доставлено", "fr": "Livré", "nobody-said": "Consegnata"}
    assert {reader: words[reader] in mail.text for reader, mail in by_reader(rig).items()} == dict.fromkeys(words, True)


async def test_a_renamed_state_has_its_name_in_every_language(new_rig: Any) -> None:
    rig = await followed(new_rig, states={"out_for_delivery": {"name": "Heute bei Ihnen <b>"}})
    await rig.enter("P-1", "out_for_delivery")
    await rig.alerts()
    mails = by_reader(rig)
    assert len(mails) == 3
    for mail in mails.values():
        assert mail.subject.startswith("Heute bei Ihnen <b>") and "Heute bei Ihnen &lt;b&gt;" in mail.html


@pytest.mark.parametrize(
    ("given", "base"),
    [({"public_url": f"{PUBLIC}/"}, PUBLIC), ({"public_url": PUBLIC}, PUBLIC), ({}, "http://engine.test")],
)
async def test_links_lead_to_the_public_address(new_rig: Any, given: dict[str, str], base: str) -> None:
    rig = await followed(new_rig, **given)
    number = (await rig.view("P-1"))["tracking_number"]
    await rig.enter("P-1", "delivered")
    await rig.alerts()
    mail = by_reader(rig)["de"]
    links = sorted(word for word in mail.text.split() if "://" in word)
    track, stop = links
    assert track == f"{base}/track?number={number}"
    assert stop.startswith(f"{base}/unsubscribe/") and mail.headers["List-Unsubscribe"] == f"<{stop}>"
    await following.unsubscribe_by_link(rig.shop, stop.rpartition("/")[2])


async def test_a_new_follower_is_greeted_with_the_news_in_force_once(new_rig: Any) -> None:
    rig = await new_rig(tell_current=True)
    await rig.book("P-1")
    await rig.enter("P-1", "delivery_failed")
    await rig.run(minutes=5)
    await rig.follow("P-1", language="ru")
    await rig.run(hours=3)
    await rig.enter("P-1", "delivered")
    await rig.run(minutes=1)
    await rig.follow("P-1", language="ru")
    await rig.run(hours=3)
    kinds = [mail.headers["X-Parcelproof-Kind"] for mail in rig.world.mailer.mails]
    told = [state for _, state in rig.told()]
    assert (kinds, told) == (["welcome", "novelty"], ["delivery_failed", "delivered"])
    (greeting, _) = rig.world.mailer.mails
    assert "до 1 апреля 2026" in greeting.text


async def test_news_that_came_after_the_request_is_no_greeting(new_rig: Any) -> None:
    rig = await new_rig(tell_current=True)
    await rig.book("P-1")
    await rig.enter("P-1", "delivery_failed")
    await rig.run(minutes=5)
    await rig.follow("P-1", language="ru")
    await rig.run(minutes=5)
    await rig.enter("P-1", "delivered")
    await rig.run(hours=3)
    assert [mail.headers["X-Parcelproof-Kind"] for mail in rig.world.mailer.mails] == ["novelty"]


class Greylisting:
    """A mail server that takes a mail at the third try."""

    def __init__(self) -> None:
        self.tries = 0
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.tries += 1
        if self.tries < 3:
            return "451 4.7.1 greylisted"
        self.mails.append(envelope.content)
        return "250 taken"


async def test_a_greylisted_mail_arrives_once_with_the_newest_news(new_rig: Any) -> None:
    rig = await new_rig()
    await rig.book("P-1")
    await rig.follow("P-1", language="ru")
    post, loop = Greylisting(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(post, hostname="post", loop=loop), "127.0.0.1", 0)
    rig.world.mailer = SmtpMailer("127.0.0.1", server.sockets[0].getsockname()[1])
    await rig.restart()
    await rig.enter("P-1", "out_for_delivery")
    await rig.alerts()
    assert (post.tries, post.mails) == (1, [])
    await rig.enter("P-1", "delivered", at=rig.clock.now() + timedelta(seconds=1))
    await rig.run(hours=6)
    server.close()
    await server.wait_closed()
    assert post.tries == 3
    (raw,) = post.mails
    read = message_from_bytes(raw, policy=policy.strict)
    assert read["Subject"].startswith("Доставлено")
    assert read["Reply-To"] == read["From"] == "alerts@shop.example"
