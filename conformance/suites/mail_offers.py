"""When following is on offer, to whom, and what an address from the public page is protected by."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from ..bench import LOGIN, SENDER, Bench
from ..case import ONE, case, expect, expect_that
from ..driver.http import Refused
from ..orders import order
from .mail_timing import ADAM, EVA, QUICK, enter, follow

PUBLIC: dict[str, Any] = {**QUICK, "needs": ("notifications", "public_page")}
ACCOUNT: dict[str, Any] = {**QUICK, "needs": ("notifications", "public_page", "mail_account", "alert_monitor")}
PEOPLE = [{"name": "staff", "role": "staff"}, {"name": "branch", "role": "branch", "branch": "Basel"}]
WRONG = (404, 409, 422)
NOT_OFFERED = (409, 422)
A_STREET_OF_NETWORKS = "203.0.113."


def number_of(bench: Bench, number: str = "N-1") -> str:
    return bench.order(number).tracking_number or ""


def refusal(action: Any, *arguments: Any, **more: Any) -> int:
    """Return the status by which a call is refused; 0 when it is taken."""
    try:
        action(*arguments, **more)
    except Refused as refused:
        return refused.status
    return 0


def settings(bench: Bench) -> Iterator[tuple[bool, dict[str, Any], int]]:
    """Yield each way to have host, port, user, password and frequency set or not, and whether all of them are."""
    whole = {"host": bench.mailbox.host, "port": bench.mailbox.port, **LOGIN}
    lacking: dict[str, Any] = {"host": "", "port": None, "username": "", "password": ""}
    for given in product((True, False), repeat=5):
        names = [*whole]
        account = {name: whole[name] if there else lacking[name] for name, there in zip(names, given[:4], strict=True)}
        yield all(given), account, 60 if given[4] else 0


@case("NTF-030", "NTF-031", "NTF-063", **ACCOUNT)
def following_is_offered_under_all_conditions_only(bench: Bench) -> None:
    """Host, port, user, password and frequency, each set or not: offered in one of the 32 ways, refused in the rest."""
    follow(bench)
    number = number_of(bench)
    (alert,) = (row.id for row in bench.connector.alert_monitor())
    for whole, account, minutes in sorted(settings(bench), key=lambda row: (row[0], all(row[1].values()))):
        bench.connector.set_mail_account(sender=SENDER, **account)
        bench.connector.set_alert(alert, frequency_minutes=minutes)
        lacking = sorted(name for name, value in account.items() if not value) + ["frequency"] * (not minutes)
        after = f"without {', '.join(lacking) or 'nothing'}"
        requirement = "NTF-063" if lacking == ["frequency"] else "NTF-030"
        expect(bench.connector.public_tracking(number).follow, whole, "offer", requirement=requirement, after=after)
        status = refusal(bench.connector.public_follow, number, EVA)
        refused = status in NOT_OFFERED
        requirement = "NTF-063" if lacking == ["frequency"] else "NTF-031"
        wanted = "taken" if whole else "refused by 409 or 422"
        good = (status == 0) if whole else refused
        expect_that(
            good, "asking to follow", wanted=wanted, found=status or "taken", requirement=requirement, after=after
        )
        active = [row.email for row in bench.connector.subscriptions()]
        expect(active, [EVA] if whole else [], "subscriptions", requirement="NTF-031", after=after)


@case("NTF-063", needs=("notifications", "alert_monitor"), accounts=ONE)
def frequency_nought_sends_nothing(bench: Bench) -> None:
    """Somebody follows; the frequency becomes 0: a novelty is not mailed, and nobody else may follow."""
    follow(bench, EVA)
    (alert,) = (row.id for row in bench.connector.alert_monitor())
    bench.connector.set_alert(alert, frequency_minutes=0)
    enter(bench, "out_for_delivery")
    bench.advance(hours=6)
    expect(len(bench.mails()), 0, "mails", requirement="NTF-063", after="frequency 0")
    status = refusal(bench.connector.subscribe, "N-1", ADAM, "public")
    good = status in NOT_OFFERED
    expect_that(good, "asking to follow", wanted="409 or 422", found=status or "taken", requirement="NTF-063")
    bench.connector.set_alert(alert, frequency_minutes=60)
    bench.advance(minutes=61)
    told = [mail.recipients for mail in bench.mails()]
    expect(told, [(EVA,)], "mails", requirement="NTF-063", after="60 minutes again: the subscription stayed")


@case("NTF-032", "NTF-033", "NTF-070", **PUBLIC)
def nobody_follows_a_draft(bench: Bench) -> None:
    """A draft has no subscription and takes none; issued, its number alone leads to trace and offer."""
    bench.place(order("N-1", bench.usual, confirm=False, wants_information=True))
    bench.advance(minutes=61)
    status = refusal(bench.connector.subscribe, "N-1", EVA, "public")
    good = status in NOT_OFFERED
    expect_that(good, "following a draft", wanted="409 or 422", found=status or "taken", requirement="NTF-032")
    expect(bench.connector.subscriptions(), (), "subscriptions of a draft", requirement="NTF-032")
    follow(bench, number="N-2")
    trace = bench.connector.public_tracking(number_of(bench, "N-2"))
    expect((trace.number, trace.follow), (number_of(bench, "N-2"), True), "the trace", requirement="NTF-033")
    bench.connector.public_follow(trace.number, EVA)
    found = [(row.order, row.email, row.origin, row.active) for row in bench.connector.subscriptions()]
    expect(found, [("N-2", EVA, "public", True)], "subscriptions", requirement="NTF-070", after="asking on the page")
    enter(bench, "out_for_delivery", number="N-2")
    bench.advance(minutes=61)
    expect(len(bench.mails(EVA)), 1, "mails", requirement="NTF-070", after="a novelty")


@case(
    "NTF-034", needs=("notifications", "roles", "mail_account", "states", "alert_monitor"), accounts=ONE, users=PEOPLE
)
def only_administrators_set_mails(bench: Bench) -> None:
    """Staff and branches neither see nor change the mail account, and change neither states nor the alert monitor."""
    driver = bench.connector
    before = driver.mail_account()
    (alert,) = (row.id for row in driver.alert_monitor())
    for person in PEOPLE:
        user = person["name"]
        with driver.speaking_for(user=user):
            tried = {
                "see the mail account": refusal(driver.mail_account),
                "change the mail account": refusal(driver.set_mail_account, host="203.0.113.9"),
                "rename a state": refusal(driver.set_state, "delivered", name="gone"),
                "hide a state": refusal(driver.set_state, "delivered", visibility="hidden"),
                "switch the alert off": refusal(driver.set_alert, alert, enabled=False),
            }
        expect(tried, dict.fromkeys(tried, 403), f"what {user} tried", requirement="NTF-034")
    rule = next(row for row in driver.states() if row.state == "delivered")
    (row,) = driver.alert_monitor()
    after = (driver.mail_account(), rule.name, rule.visibility == "hidden", row.enabled)
    expect(after, (before, "", False, True), "the settings", requirement="NTF-034", after="what was refused")


@case("NTF-035", "NTF-241", needs=("notifications", "mail_account"), accounts=ONE)
def mails_leave_from_the_account(bench: Bench) -> None:
    """The sender is changed: envelope and From are the account's, answers go to it, and its password is nowhere."""
    follow(bench, EVA)
    sender, secret = "tidings@shop.example", "hush-9-kestrel"
    account = {"host": bench.mailbox.host, "port": bench.mailbox.port, "username": "tidings", "password": secret}
    bench.connector.set_mail_account(sender=sender, **account)
    enter(bench, "out_for_delivery")
    bench.advance(minutes=61)
    expect(len(bench.mails(EVA)), 1, "mails", requirement="NTF-035", after="another sender was set")
    mail = bench.mails(EVA)[0]
    answers_to = mail.header("Reply-To") or mail.header("From") or ""
    found = {"envelope": mail.sender, "From": sender in (mail.header("From") or ""), "answers": sender in answers_to}
    expect(found, {"envelope": sender, "From": True, "answers": True}, "the mail", requirement="NTF-035")
    said = [repr(bench.connector.mail_account()), mail.content.decode("utf-8", "replace"), bench.connector.log()]
    shown = [place for place, text in zip(("account", "mail", "log"), said, strict=True) if secret in text]
    expect(shown, [], "where the password shows", requirement="NTF-241", after="it was set")


@case("NTF-036", needs=("notifications", "mail_account"), accounts=ONE)
def a_personal_account_is_warned_of(bench: Bench) -> None:
    """A mailbox at a well-known private provider is warned of and taken; the shop's own is not warned of."""
    account = {"host": bench.mailbox.host, "port": bench.mailbox.port, **LOGIN}
    for sender, warned in (("eva.muster@gmail.com", True), (SENDER, False)):
        bench.connector.set_mail_account(sender=sender, **account)
        found = bench.connector.mail_account()
        expect((found.sender, bool(found.warnings)), (sender, warned), "account and warning", requirement="NTF-036")


@case("NTF-242", **PUBLIC)
def asking_is_limited(bench: Bench) -> None:
    """Twenty requests of one network, for one address, on one shipment: throttled each; wrong numbers tell nothing."""
    names = ("N-1", "N-2", "N-3", "N-4")
    bench.book(*(order(name, bench.usual) for name in names))
    bench.advance(minutes=61)
    numbers = [number_of(bench, name) for name in names]
    number, ask = numbers[0], bench.connector.public_follow
    one = [refusal(ask, numbers[place % 4], f"p{place}@example.org", "198.51.100.7") for place in range(20)]
    expect_that(429 in one, "20 requests from one network", wanted="429 in the end", found=one, requirement="NTF-242")
    bench.advance(hours=2)
    many = [refusal(ask, numbers[place % 4], EVA, f"{A_STREET_OF_NETWORKS}{place}") for place in range(20)]
    expect_that(429 in many, "20 requests for one address", wanted="429 in the end", found=many, requirement="NTF-242")
    bench.advance(hours=2)
    spread = [refusal(ask, number, f"q{place}@example.org", f"{A_STREET_OF_NETWORKS}{place}") for place in range(20)]
    expect_that(429 in spread, "20 requests on one shipment", wanted="429", found=spread, requirement="NTF-242")
    told = []
    for strange in ("no such number", f"{number[:-1]}x", "0" * len(number)):
        try:
            bench.connector.public_tracking(strange)
            told.append((200, "", ""))
        except Refused as refused:
            told.append((refused.status, refused.code, refused.detail.replace(strange, "…")))
    expect(len(set(told)), 1, "answers to wrong and unknown numbers", requirement="NTF-242", after=told)
    expect(told[0][0], 404, "the answer", requirement="NTF-242", after=told)


@case("NTF-244", "NTF-096", **QUICK)
def a_link_ends_it(bench: Bench) -> None:
    """The mail has one-click headers: reading the page changes nothing, posting ends the subscription at once."""
    follow(bench, EVA, ADAM)
    enter(bench, "out_for_delivery", "remark-one")
    bench.advance(minutes=61)
    mail = bench.mails(EVA)[0]
    headers = (mail.header("List-Unsubscribe") or "", mail.header("List-Unsubscribe-Post") or "")
    link = headers[0].strip("<> ")
    good = "://" in link and headers[1] == "List-Unsubscribe=One-Click"
    expect_that(good, "one-click headers", wanted="both", found=headers, requirement="NTF-244")
    bench.stranger.get(link)
    active = {row.email: row.active for row in bench.connector.subscriptions()}
    expect(active, {EVA: True, ADAM: True}, "active", requirement="NTF-244", after="the page was read")
    enter(bench, "delivery_failed", "remark-two")
    answer = bench.stranger.post(link, data={"List-Unsubscribe": "One-Click"})
    expect(answer.status_code, 200, "the answer to one click", requirement="NTF-244", after=link)
    active = {row.email: row.active for row in bench.connector.subscriptions()}
    expect(active, {EVA: False, ADAM: True}, "active", requirement="NTF-244", after="one click")
    enter(bench, "delivered", "remark-three")
    bench.advance(hours=3)
    expect((len(bench.mails(EVA)), len(bench.mails(ADAM))), (1, 2), "mails", requirement="NTF-244", after="one click")


@case("NTF-096", "NTF-095", "NTF-097", **QUICK)
def followed_and_cancelled(bench: Bench) -> None:
    """Two followers are listed with their ends; one is cancelled while a novelty waits: lists and mails show it."""
    follow(bench, EVA, ADAM)
    asked = bench.now
    listed = {row.email: (row.order, row.active, (row.ends_at - asked).days) for row in bench.connector.subscriptions()}
    expect(listed, {EVA: ("N-1", True, 30), ADAM: ("N-1", True, 30)}, "followers", requirement="NTF-095")
    enter(bench, "out_for_delivery")
    mine = next(row.id for row in bench.connector.subscriptions() if row.email == EVA)
    bench.connector.unsubscribe(mine)
    bench.advance(minutes=61)
    enter(bench, "delivered")
    bench.advance(hours=2)
    expect(len(bench.mails(EVA)), 0, "mails", requirement="NTF-096", after="cancelled before the run")
    waiting = [
        row.result for row in bench.connector.alerts() if row.email == EVA and row.result in ("waiting", "deferred")
    ]
    expect(waiting, [], "what waits", requirement="NTF-096", after="cancelled")
    sent = [row for row in bench.connector.alerts() if row.result == "sent"]
    found = sorted((row.email, row.order, row.state, row.sent_at is not None) for row in sent)
    wanted = [(ADAM, "N-1", state, True) for state in ("delivered", "out_for_delivery")]
    expect(found, wanted, "alerts that were sent", requirement="NTF-097", after="two mails to Adam")


@case("NTF-250", needs=("notifications",), accounts=ONE, public_url="https://tracking.shop.example/post")
def links_lead_to_the_public_address(bench: Bench) -> None:
    """Every address in a mail, its headers included, begins with the one that was set."""
    follow(bench, EVA)
    enter(bench, "out_for_delivery")
    bench.advance(minutes=61)
    (mail,) = bench.mails(EVA)
    said = " ".join([mail.text, mail.html.replace('"', " ").replace("'", " "), mail.header("List-Unsubscribe") or ""])
    found = {
        word.partition("://")[0].rpartition("<")[2] + "://" + word.partition("://")[2]
        for word in said.split()
        if "://" in word
    }
    strange = sorted(link for link in found if not link.startswith("https://tracking.shop.example/post/"))
    expect_that(bool(found), "links", wanted="one to unsubscribe at least", found=found, requirement="NTF-250")
    expect(strange, [], "links elsewhere", requirement="NTF-250", after="public_url https://tracking.shop.example/post")


@case("NTF-071", **QUICK)
def staff_give_the_whole_name(bench: Bench) -> None:
    """First name, last name and address: each missing or blank is refused, and nobody follows."""
    follow(bench)
    whole = {"first_name": "Eva", "last_name": "Muster", "email": EVA}
    for lacking in whole:
        for blank in ("", "  "):
            given = {**whole, lacking: blank}
            status = refusal(bench.connector.subscribe, "N-1", given.pop("email"), "staff", **given)
            expect(status, 422, "what staff entered", requirement="NTF-071", after=f"{lacking} is {blank!r}")
    expect(bench.connector.subscriptions(), (), "subscriptions", requirement="NTF-071", after="what was refused")
    bench.connector.subscribe("N-1", EVA, "staff", first_name="Eva", last_name="Muster")
    expect(len(bench.connector.subscriptions()), 1, "subscriptions", requirement="NTF-071", after="all three")
