"""Bugs of offers, links and news; `conformance/mutants/notifications.toml` says what each must fail."""

from parcelproof.reference import settings
from parcelproof.reference.adapters import smtp_out
from parcelproof.reference.http import driver_notices, public, views
from parcelproof.reference.letters import sheet
from parcelproof.reference.usecases import alerting, following, monitoring, public_page, retention, tracking

from .patching import mutant, put, rewrite


@mutant
def any_mail_account_will_do() -> None:
    """Following is offered with an account that lacks its password."""
    rewrite(vars(settings.Smtp)["complete"].fget, (" and self.password)", ")"))


@mutant
def offer_passed_over() -> None:
    """A request to follow is taken though following is not offered."""
    rewrite(public_page.ask_to_follow, ("        if why:\n", "        if False:\n"))


@mutant
def draft_followed() -> None:
    """A shipment without a number may be followed."""
    rewrite(
        following.why_not, ('return "" if shipment is not None and shipment["number"] else NOT_ISSUED', 'return ""')
    )


@mutant
def staff_set_the_account() -> None:
    """Staff see and change the mail account."""
    rewrite(monitoring.set_mail_account, ("actor.need(Role.ADMIN)", "actor.need(Role.ADMIN, Role.STAFF)"))


@mutant
def staff_rename_states() -> None:
    """Branches change what end customers see of states."""
    rewrite(monitoring.set_state, ("actor.need(Role.ADMIN)", "actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)"))


@mutant
def answers_to_nobody() -> None:
    """Answers to mails go to an address that nobody reads."""
    rewrite(
        smtp_out.build, ("address(mail.sender)  # NTF-035", 'address("no-reply@" + mail.sender.rpartition("@")[2])')
    )


@mutant
def password_shown() -> None:
    """The password of the mail account stands in its warnings."""
    rewrite(monitoring.mail_account, ('"warnings": warnings(smtp)}', '"warnings": [smtp.password]}'))


@mutant
def cancelled_goes_on() -> None:
    """What waits for a cancelled subscription is sent."""
    rewrite(following._end, ("ended=True)", "ends_at=session.now.replace(year=session.now.year + 1))"))


@mutant
def reading_the_page_unsubscribes() -> None:
    """A GET of the link ends the subscription."""
    rewrite(public.PublicPages.ask_to_stop, ("    _ = words(", "    await self.unsubscribe(request)\n    _ = words("))


@mutant
def no_one_click() -> None:
    """Mails have no header for one click."""
    rewrite(sheet.mail, ('        own["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"\n', ""))


@mutant
def links_to_the_machine() -> None:
    """Links in mails lead to the engine's own address."""
    rewrite(
        alerting._letter, ("(config.public_url or config.callback_url or own_url)", "(config.callback_url or own_url)")
    )


@mutant
def page_follows_unasked() -> None:
    """An address from the public page is told before its link was used."""
    rewrite(public_page.ask_to_follow, ('"confirmed": not trace.company.confirm_public}', '"confirmed": True}'))


@mutant
def asked_without_limit() -> None:
    """An address may be named as often as one likes."""
    put(public_page.MOST, "address", 10_000)


@mutant
def networks_without_limit() -> None:
    """One network may ask as often as it likes."""
    put(public_page.MOST, "network", 10_000)


@mutant
def shipments_without_limit() -> None:
    """One shipment may be asked for as often as one likes."""
    put(public_page.MOST, "shipment", 10_000)


@mutant
def strange_numbers_told_apart() -> None:
    """A number that cannot be one is refused in other words."""
    rewrite(
        public_page._newest,
        (
            "    row = None\n",
            "    row = None\n    if not number.isalnum():\n        raise conflict('MALFORMED', 'That is no number.')\n",
        ),
    )


@mutant
def nothing_is_forgotten() -> None:
    """Followers stay for good."""
    rewrite(
        retention.forget,
        (
            "_forget_followers(session, before) == AT_ONCE",
            "_forget_followers(session, before - timedelta(days=3650)) == AT_ONCE",
        ),
    )


@mutant
def first_news_is_the_last() -> None:
    """Of equal times the earlier arrival counts."""
    rewrite(tracking.enter, ("sequence=count + 1,", "sequence=1000 - count,"))


@mutant
def old_shipment_hears_of_the_new() -> None:
    """News of a number that came round again are joined to the oldest shipment under it."""
    newest = "await session.row(shipments, shipments.c.carrier == carrier, shipments.c.number == number)"
    oldest = f"next(iter({newest.replace('session.row(', 'session.rows(')}), None)"
    rewrite(tracking._shipment, (f"found = {newest}", f"found = {oldest}"))


@mutant
def way_back_takes_the_number() -> None:
    """The number of the way back takes the place of the order's own."""
    legs = 'legs = await session.rows(returns, returns.c.order_id == row["id"])'
    numbers = 'numbers = [found["number"] for found in {} if found["number"]]'
    rewrite(views._order, (numbers.format("sent"), f"{legs}\n    {numbers.format('(legs or sent)')}"))


@mutant
def half_a_name_will_do() -> None:
    """Staff may leave a follower's names out."""
    rewrite(following.checked, ("least = int(origin in ALL_NAMED)", "least = 0"))


@mutant
def no_warning_of_personal_accounts() -> None:
    """A personal mail account is not warned of."""
    rewrite(monitoring.warnings, ("if domain in PRIVATE_PROVIDERS:", "if False:"))


@mutant
def page_for_members_only() -> None:
    """The public page needs somebody who is known."""
    rewrite(
        driver_notices.NoticeDriver.trace,
        (
            'page=f"{self._shop.own_url}{address_of(found.number)}"',
            'page=f"{self._shop.own_url}/ui{address_of(found.number)}"',
        ),
    )


@mutant
def dated_by_the_machine() -> None:
    """Mails are dated by the machine's clock."""
    from datetime import UTC, datetime

    rewrite(
        smtp_out.build, ("format_datetime(mail.date)", "format_datetime(datetime.now(UTC))"), datetime=datetime, UTC=UTC
    )


@mutant
def markup_let_through() -> None:
    """What people wrote stands in the HTML as it is."""
    rewrite(sheet.environment, ("autoescape=html", "autoescape=False"))


@mutant
def joined_news_told_twice() -> None:
    """What a new follower was told when he asked is told again by the next run."""
    rewrite(
        following.follow,
        (
            "if known is None and config is not None and config.tell_current:",
            "if False and known is None and config is not None:",
        ),
    )
