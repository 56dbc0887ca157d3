"""The alert monitor, its frequency, the mail account and who may see them (NTF-030, 034, 036, 060 to 067, 226, D9)."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from parcelproof.reference import settings
from parcelproof.reference.errors import EngineError
from parcelproof.reference.ports import MailDeferred, MailRefused
from parcelproof.reference.settings import Smtp
from parcelproof.reference.shop import Actor, Role
from parcelproof.reference.usecases import companies, following, monitoring, public_page

from .rig import CONFIG

ERIKA = "erika@example.org"


async def set_alert(rig: Any, **wanted: Any) -> None:
    await monitoring.set_alert(rig.shop, rig.actor, "tracking", wanted)


async def watched(rig: Any) -> dict[str, Any]:
    (found,) = await monitoring.alerts(rig.shop, rig.actor)
    return found


async def followed(rig: Any) -> None:
    await rig.book("P-1")
    await rig.follow("P-1")


async def test_ntf_060_alerts_are_listed_with_mark_and_frequency_and_ntf_226_how_they_fare(rig: Any) -> None:
    await followed(rig)
    await rig.enter("P-1", "out_for_delivery")
    since = rig.clock.now()
    found = await watched(rig)
    assert (found["enabled"], found["frequency_minutes"], found["offered"]) == (True, 60, True)
    assert found["waiting"] == {"count": 1, "oldest_at": since}
    rig.world.mailer.refuses[ERIKA] = [MailDeferred("mail.test:25: 451 later")] * 2
    await rig.alerts()
    found = await watched(rig)
    assert found["waiting"]["count"] == 0
    assert (found["queued"]["count"], found["last_error"]) == (1, "mail.test:25: 451 later")
    assert (found["last_run_at"], found["last_run"]["sent"]) == (rig.clock.now(), 1)


async def test_what_smtp_refused_for_good_is_told(rig: Any) -> None:
    await followed(rig)
    await rig.enter("P-1", "out_for_delivery")
    rig.world.mailer.refuses[ERIKA] = [MailRefused("550 no such user")]
    await rig.alerts()
    assert (await watched(rig))["last_error"] == "550 no such user"


@pytest.mark.parametrize("wanted", [{"enabled": False}, {"frequency_minutes": 0}])
async def test_ntf_061_and_063_off_or_nought_sends_nothing_and_offers_nothing(rig: Any, wanted: Any) -> None:
    await followed(rig)
    number = (await rig.view("P-1"))["tracking_number"]
    await set_alert(rig, **wanted)
    await rig.enter("P-1", "out_for_delivery")
    await rig.run(days=2)
    assert rig.told() == []
    assert not (await public_page.look_up(rig.shop, number)).follow
    with pytest.raises(EngineError, match="NOT_OFFERED"):
        await rig.follow("P-1", "anna@example.org")
    assert len(await following.listed(rig.shop, rig.actor)) == 1


async def test_ntf_062_sixty_is_an_hour_to_the_minute(rig: Any) -> None:
    await followed(rig)
    await set_alert(rig, frequency_minutes=60)
    began = (await watched(rig))["next_run_at"] - timedelta(hours=1)
    await rig.worker.run_until(began + timedelta(minutes=59))
    await rig.enter("P-1", "out_for_delivery")
    await rig.worker.run_until(began + timedelta(minutes=59, seconds=59))
    assert rig.told() == []
    await rig.worker.run_until(began + timedelta(minutes=60))
    assert len(rig.told()) == 1
    await rig.enter("P-1", "delivered")
    await rig.worker.run_until(began + timedelta(minutes=119))
    assert len(rig.told()) == 1
    await rig.worker.run_until(began + timedelta(minutes=120))
    assert len(rig.told()) == 2


async def test_ntf_065_each_company_has_its_own_rhythm(rig: Any) -> None:
    read = settings.read({**CONFIG, "alert": {"frequency_minutes": 120}}, known=frozenset(rig.world.carriers))
    other = await companies.found(rig.shop, "other", read, admin="b", token="other-token")
    await rig.run(minutes=61)
    ran = [(await monitoring.alerts(rig.shop, actor))[0]["last_run_at"] for actor in (rig.actor, other)]
    assert ran[0] is not None and ran[1] is None
    await rig.run(minutes=60)
    assert (await monitoring.alerts(rig.shop, other))[0]["last_run_at"] is not None


async def test_ntf_066_a_new_frequency_counts_from_the_previous_run(rig: Any) -> None:
    await set_alert(rig, frequency_minutes=120)
    await rig.run(minutes=121)
    ran = (await watched(rig))["last_run_at"]
    await rig.run(minutes=5)
    await set_alert(rig, frequency_minutes=30)
    await rig.worker.run_until(ran + timedelta(minutes=30))
    assert (await watched(rig))["last_run_at"] == ran + timedelta(minutes=30)


@pytest.mark.parametrize("frequency", [-1, 10_081, 1.5, "60", None, True])
async def test_ntf_067_what_is_no_frequency_is_refused(rig: Any, frequency: Any) -> None:
    with pytest.raises(EngineError, match="frequency_minutes"):
        await set_alert(rig, frequency_minutes=frequency)
    assert (await watched(rig))["frequency_minutes"] == 60
    await set_alert(rig, frequency_minutes=10_080)


@pytest.mark.parametrize(("hours", "told"), [(23, 1), (25, 0)])
async def test_d9_news_of_more_than_a_day_is_not_told_when_alerts_are_on_again(rig: Any, hours: int, told: int) -> None:
    await followed(rig)
    await set_alert(rig, frequency_minutes=0)
    await rig.enter("P-1", "out_for_delivery")
    await rig.run(hours=hours)
    await set_alert(rig, frequency_minutes=60)
    await rig.alerts()
    assert len(rig.told()) == told
    await rig.run(minutes=1)
    await rig.enter("P-1", "delivered")
    await rig.alerts()
    assert len(rig.told()) == told + 1


async def test_ntf_030_following_is_offered_under_exactly_one_of_all_conditions(new_rig: Any) -> None:
    """Issued or not, host, port, user and password set or not, frequency nought or not: one of 2^6 offers it."""
    rig = await new_rig()
    number = await rig.book("P-1")
    whole = dict(CONFIG["smtp"])
    offered = []
    for conditions in product((True, False), repeat=6):
        issued, host, port, user, password, frequency = conditions
        smtp = {**whole, "username": "shop" if user else "", "password": "hush" if password else ""}
        if not host or not port:  # an account without them can't be kept at all
            account: Any = None
        else:
            account = smtp
        wanted = {**CONFIG, "smtp": account, "alert": {"frequency_minutes": 60 if frequency else 0}}
        await companies.configure(rig.shop, rig.actor, settings.read(wanted, known=frozenset(rig.world.carriers)))
        offers = issued and (await public_page.look_up(rig.shop, number)).follow
        if offers:
            offered.append(conditions)
        else:
            with pytest.raises(EngineError):
                where = number if issued else "not-issued"
                await public_page.ask_to_follow(rig.shop, where, email=ERIKA, network="198.51.100.7")
    assert offered == [(True,) * 6]
    assert await following.listed(rig.shop, rig.actor) == []


@pytest.mark.parametrize("role", [Role.STAFF, Role.BRANCH, Role.CUSTOMER])
async def test_ntf_034_only_administrators_see_or_change_the_mail_account(rig: Any, role: Role) -> None:
    other = Actor(rig.actor.company_id, 99, "somebody", role)
    for call in (
        monitoring.mail_account(rig.shop, other),
        monitoring.set_mail_account(rig.shop, other, {"host": "evil.test"}),
        monitoring.set_alert(rig.shop, other, "tracking", {"enabled": False}),
        companies.show(rig.shop, other),
    ):
        with pytest.raises(EngineError, match="needs one of: admin"):
            await call


async def test_ntf_241_the_password_goes_in_and_never_comes_out(rig: Any) -> None:
    await monitoring.set_mail_account(rig.shop, rig.actor, {**CONFIG["smtp"], "password": "whisper-1"})
    await monitoring.set_mail_account(
        rig.shop, rig.actor, {"host": "other.test", "port": 26, "sender": "a@shop.example", "username": "shop"}
    )
    found = await monitoring.mail_account(rig.shop, rig.actor)
    assert (found["host"], found["complete"]) == ("other.test", True)  # the password stayed
    assert "whisper-1" not in str(found) + str(await companies.show(rig.shop, rig.actor))


@pytest.mark.parametrize(
    ("sender", "username", "warned"),
    [
        ("alerts@shop.example", "alerts@shop.example", 0),
        ("alerts@shop.example", "alerts", 0),
        ("shop.owner@GMAIL.com", "shop.owner@gmail.com", 1),
        ("alerts@shop.example", "jane.doe@shop.example", 1),
    ],
)
def test_ntf_036_a_personal_account_is_warned_of(sender: str, username: str, warned: int) -> None:
    smtp = Smtp(host="mail.test", port=25, sender=sender, username=username, password="hush")
    assert len(monitoring.warnings(smtp)) == warned


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://shop.example/parcels", True),
        ("http://127.0.0.1:8500", True),
        ("http://[::1]:8500", True),
        ("http://localhost:8500", True),
        ("http://shop.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("ftp://shop.example", False),
        ("https://", False),
    ],
)
def test_ntf_250_links_in_mails_lead_over_https_or_to_this_machine(url: str, taken: bool) -> None:
    if taken:
        assert settings.read({"public_url": url}, known=frozenset()).public_url == url
    else:
        with pytest.raises(EngineError, match="INVALID_SETTINGS"):
            settings.read({"public_url": url}, known=frozenset())
