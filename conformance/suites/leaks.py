"""Leaks: what a connector was told in confidence comes out nowhere, also when things go wrong, nor after a reset."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import msgspec

from ..addresses import BERLIN, KAZAN
from ..bench import Bench
from ..case import Skip, case, expect, expect_that, holds
from ..checks.leaks import personal, shown, within
from ..driver.http import Refused
from ..orders import order
from ..wires import WIRES, with_webhooks
from .mail_timing import ADAM, EVA, enter
from .tracking import say

ZACHARIAS = {**BERLIN, "name": "Zacharias Quittenbaum", "street": "Wunderlichgasse", "email": "zq@example.org",
             "phone": "+493055512345"}  # fmt: skip
AGLAYA = {**KAZAN, "name": "Аглая Пташкина", "street": "Тополиный переулок", "email": "ap@example.org",
          "phone": "+79165551234"}  # fmt: skip
LISTS = ("capabilities", "orders", "orders/P-1", "orders/P-2", "orders/P-9", "subscriptions", "alerts", "documents",
         "balances", "stock", "reports")  # fmt: skip
REFUSALS: tuple[dict[str, Any], ...] = (
    {"status": 401, "body": {"type": "/problems/unauthenticated", "title": "Not authenticated", "status": 401}},
    {"status": 422, "body": {"type": "/problems/validation", "title": "Not valid", "status": 422, "detail": "Wrong."}},
)


RECIPIENT = {name: AGLAYA if wire.currency == "RUB" else ZACHARIAS for name, wire in WIRES.items()}


def orders_in_confidence(bench: Bench) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return two orders, one at each carrier where the connector serves both."""
    usual = bench.usual
    other = "cdek" if "cdek" in bench.settings["carriers"] else usual
    return order("P-1", other, recipient=RECIPIENT[other]), order("P-2", usual, recipient=RECIPIENT[usual])


def go_wrong(bench: Bench) -> list[str]:
    """Let bookings be refused, cut and answered 5xx, hooks be forged, calls be wrong; return what the driver said."""
    for place, refusal in enumerate(REFUSALS):
        for carrier in sorted(bench.settings["carriers"]):
            spoilt = {
                "carrier": carrier,
                "operation": WIRES[carrier].booking,
                "kind": "status",
                "point": "before",
                **refusal,
            }
            bench.control.add_fault(bench.tenant, **spoilt)
            bench.place(order(f"P-{5 + place}-{carrier}", carrier, recipient=RECIPIENT[carrier]))
            bench.advance(minutes=20)
    for body in (b"", b"{", b'{"type":"tracking.delivered"}'):
        for carrier in sorted({*bench.settings["carriers"]} & {*with_webhooks()}):
            bench.send(bench.webhook_address(carrier), body, {"Content-Type": "application/json"})
    first = bench.placed[0]
    calls: list[Callable[[], object]] = [
        lambda: bench.connector.place({**first, "mass_g": first["mass_g"] + 1}),
        lambda: bench.connector.order("P-9"),
        lambda: bench.connector.label("P-9"),
        lambda: bench.connector.confirm("P-9", "no-such-offer"),
    ]
    if "notifications" in bench.profiles:
        calls.append(lambda: bench.connector.subscribe("P-9", EVA, "public"))
    said = [_refusal(wrong) for wrong in calls]
    bench.advance(hours=3)
    return said


def _refusal(wrong: Any) -> str:
    try:
        wrong()
    except Refused as refusal:
        return f"{refusal.title} {refusal.code} {refusal.detail}"
    return ""


def answers(bench: Bench) -> str:
    """Return all that the driver shows: read as it is where it has an address, else as its answers are understood."""
    views = msgspec.json.encode((bench.connector.orders(), bench.connector.capabilities())).decode()
    base = getattr(bench.connector, "base_url", "")
    if not str(base).startswith("http"):
        return views
    texts = [views]
    for name in LISTS:
        with suppress(httpx.HTTPError):
            texts.append(bench.stranger.get(f"{base}/{name}").text)
    return "\n".join(texts)


def with_login(bench: Bench) -> None:
    """Let the connector sign in at the mail server, with a password that nobody else may learn."""
    login = {"username": "shop", "password": f"mail-{bench.tenant}"}
    bench.settings["smtp"] = {**bench.settings["smtp"], **login}
    bench.reset()


def secrets_of(bench: Bench) -> list[str]:
    """Return what only the connector and its carriers may know: credentials, and the secret part of an address."""
    unsigned = "cdek" in bench.served and bench.settings["channels"]["webhook"]  # then the address is the secret
    hook = bench.webhook_address("cdek").rsplit("/", 1)[-1] if unsigned else ""
    password = bench.settings["smtp"].get("password", "")
    return [*(secret for values in bench.secrets.values() for secret in values), hook, password]


@case("SEC-008", needs=("labels", "webhooks"))
def answers_hold_no_secrets(bench: Bench) -> None:
    """Orders at both carriers, bookings refused and unauthenticated, wrong calls: no answer shows a credential."""
    with_login(bench)
    bench.book(*orders_in_confidence(bench))
    said = go_wrong(bench)
    found = within("\n".join([*said, answers(bench)]), secrets_of(bench))
    expect_that(not found, "the driver's answers", wanted="no secrets", found=shown(found), requirement="SEC-008")


@case("SEC-009", needs=("labels", "webhooks"))
def the_log_holds_no_secrets(bench: Bench) -> None:
    """The same, and the log of the program: neither a credential nor a recipient's data."""
    target = bench.lab.target
    if not target.can_kill:
        raise Skip("not applicable: only of a connector that the judge started itself can the log be read")
    with_login(bench)
    placed = orders_in_confidence(bench)
    bench.book(*placed)
    if "notifications" in bench.profiles:
        bench.mailbox.refuse(EVA, "451 4.3.0 try again later", times=1)
        bench.connector.subscribe("P-2", EVA, "public")
        enter(bench, "out_for_delivery", number="P-2")
    go_wrong(bench)
    data = [text for body in placed for text in personal(body)]
    found = within(target.log(), [*secrets_of(bench), *data])
    expect_that(not found, "the log", wanted="no secrets, no personal data", found=shown(found), requirement="SEC-009")


@case("SEC-010", "SEC-011", "SEC-012", needs=("labels", "notifications"))
def nothing_is_told_to_others(bench: Bench) -> None:
    """Orders at both carriers, two followers each: mails and requests hold nothing that is not their addressee's."""
    bench.book(*orders_in_confidence(bench))
    bench.advance(minutes=61)
    for number in ("P-1", "P-2"):
        for person, first_name in ((EVA, "Eva"), (ADAM, "Adam")):
            bench.connector.subscribe(number, person, "staff", first_name=first_name, last_name="Muster")
        enter(bench, "out_for_delivery", number=number)
    bench.advance(minutes=61)
    expect(len(bench.mails()), 4, "mails", requirement="SEC-010", after="one novelty each, two followers each")
    holds(bench.history(), "SEC-010", "SEC-011", "SEC-012")


@case("SEC-013", needs=("labels", "tracking", "notifications", "webhooks"), poll_minutes=30)
def a_reset_forgets_everything(bench: Bench) -> None:
    """A connector that polls, and mails a follower, is reset to another company: the first one is heard of no more."""
    bench.book(*orders_in_confidence(bench))
    bench.connector.subscribe("P-2", EVA, "public")
    enter(bench, "out_for_delivery", number="P-2")
    bench.advance(minutes=61)
    mailed, news = bench.mails(EVA), "a novelty, an hour before the reset"
    expect_that(bool(mailed), f"mails to {EVA}", wanted="one at least", found="none", requirement="SEC-013", after=news)
    enter(bench, "delivery_failed", number="P-2")  # its mail is due after the reset
    before = sum(entry.direction == "in" for entry in bench.journal())
    later = bench.lab.bench(f"after {bench.tenant}", 1, {}, profiles=bench.profiles)
    try:
        say(bench, "P-2", bench.usual, "ready_for_pickup")
        bench.control.advance(bench.tenant, by_ms=60_000)  # its webhook finds nobody who knows it
        later.book(order("Z-1", bench.usual))
        later.advance(hours=5)
        expect([view.number for view in later.connector.orders()], ["Z-1"], "orders", requirement="SEC-013")
        expect(later.connector.subscriptions(), (), "subscriptions", requirement="SEC-013", after="a reset")
        expect(later.mails(), [], "mails", requirement="SEC-013", after="a reset")
        data = [text for body in bench.placed for text in personal(body)]
        data += [secret for values in bench.secrets.values() for secret in values]
        found = within(answers(later), data)
        expect_that(
            not found, "answers after a reset", wanted="nothing of before", found=shown(found), requirement="SEC-013"
        )
    finally:
        later.close()
    after = sum(entry.direction == "in" for entry in bench.journal())
    expect(after - before, 0, "requests under the first company's name", requirement="SEC-013", after="a reset")
