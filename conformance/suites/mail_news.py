"""Which news is the last, and of which shipment: equal times, clock changes, ways back; and what people wrote."""

from datetime import datetime, timedelta
from typing import Any

from ..bench import Bench, NotBooked
from ..case import ONE, OWN, case, expect, expect_that
from ..orders import order
from .mail_offers import refusal
from .mail_timing import ADAM, EVA, QUICK, enter, follow, remarks
from .tracking import say

EVIL = '"><script>alert(1)</script>'
SPLIT = "Eva\r\nBcc: evil@example.org\r\n\r\nEvil"
SELDOM: dict[str, Any] = {
    "tenant": {"mail_alliance": {"number_range": 1}},
    "alert": {"enabled": True, "frequency_minutes": 2880},
}
FORGOTTEN: dict[str, Any] = {"poll_minutes": 44_640, "alert": {"enabled": True, "frequency_minutes": 10_080}}


@case("NTF-214", "NTF-210", **QUICK)
def of_equal_times_the_later_arrival_counts(bench: Bench) -> None:
    """Two novelties of one instant, and one entered last that happened before both: the second of the two is told."""
    follow(bench, EVA)
    at, earlier = bench.now.isoformat(), (bench.now - timedelta(minutes=30)).isoformat()
    bench.advance(minutes=5)
    for state, word, when in (
        ("delivery_failed", "remark-first", at),
        ("delivery_failed", "remark-second", at),
        ("ready_for_pickup", "remark-older", earlier),
    ):
        bench.connector.enter_novelty("N-1", state, observation=word, at=when)
        bench.advance(minutes=1)
    bench.advance(minutes=61)
    told = remarks(bench, EVA, "remark-first", "remark-second", "remark-older")
    expect(told, ["remark-second"], "mails", requirement="NTF-214", after="two of one instant, then an older one")
    status = bench.order("N-1").status
    expect(status, "delivery_failed", "the state in force", requirement="NTF-210", after="an older one came last")


@case("NTF-214", carriers=("swiss_post",), needs=("notifications",))
def a_night_of_clock_change(bench: Bench, carrier: str) -> None:
    """Scans before, in and after the night in which Swiss clocks skip an hour: each keeps its instant."""
    bench.book(order("N-1", carrier))
    bench.advance(to=datetime.fromisoformat("2026-03-29T00:15:00+00:00"))
    for status in ("in_transit", "out_for_delivery", "delivery_failed"):
        say(bench, "N-1", carrier, status)
        bench.advance(minutes=50)
    bench.advance(minutes=70)
    true = [(fact.code, fact.occurred_at) for fact in bench.parcel("N-1").scans()][-3:]
    known = [(event.code, event.occurred_at) for event in bench.order("N-1").history][-3:]
    expect(known, true, "the last three events", requirement="NTF-214", after="a night in which an hour is missing")


@case("NTF-215", "NTF-213", carriers=("cdek",), needs=("notifications",), poll_minutes=720)
def the_way_back_takes_no_number_away(bench: Bench, carrier: str) -> None:
    """The way back has its own number: the order keeps its own, has the other besides, and is told as returned."""
    follow(bench, EVA, carrier=carrier)
    before = bench.order("N-1").tracking_number
    bench.control.journey(bench.tenant, bench.parcel("N-1").id, story="refused")
    bench.advance(days=14)
    legs = [row.number for row in bench.truth() if row.return_of]
    expect(len(legs), 1, "ways back at the carrier", requirement="NTF-215", after="it was refused")
    view = bench.order("N-1")
    numbers = (view.tracking_number, before in view.tracking_numbers, [row.number for row in view.returns])
    expect(numbers, (before, True, legs), "the order's numbers", requirement="NTF-215", after="a way back")
    states = [row.state for row in bench.connector.alerts() if row.result == "sent"]
    found = ("returned" in states, "delivered" in states)
    expect(found, (True, False), "told returned, told delivered", requirement="NTF-213", after="it came back")


@case("NTF-227", carriers=("mail_alliance",), needs=("notifications",), accounts=OWN, poll_minutes=44_640, **SELDOM)
def a_number_that_comes_round_again(bench: Bench, carrier: str) -> None:
    """A year later the same number is another parcel's: who follows the old one hears nothing of the new."""
    follow(bench, EVA, carrier=carrier)
    say(bench, "N-1", carrier, "delivered")
    bench.advance(days=2)
    for _ in range(12):
        bench.leap(days=31)
    bench.connector.subscribe("N-1", EVA, "public")
    told = len(bench.mails(EVA))
    follow(bench, ADAM, number="N-2", carrier=carrier)
    numbers = {bench.order(name).tracking_number for name in ("N-1", "N-2")}
    if len(numbers) != 1:
        raise NotBooked(f"the number did not come round again: {numbers}")
    history = len(bench.order("N-1").history)
    say(bench, "N-2", carrier, "out_for_delivery")
    bench.advance(days=2, hours=1)
    found = (len(bench.mails(EVA)) - told, len(bench.mails(ADAM)))
    expect(found, (0, 1), "mails to the old and to the new follower", requirement="NTF-227", after="news of it")
    view = bench.order("N-1")
    stands = (view.status, len(view.history))
    expect(stands, ("delivered", history), "the old shipment", requirement="NTF-227", after="news of it")


@case("NTF-207", **QUICK)
def delays_one_after_another_give_one_mail(bench: Bench) -> None:
    """Waiting for the run, put off by the mail server for five hours, over four more runs: one mail in the end."""
    follow(bench, EVA)
    enter(bench, "out_for_delivery", "remark-one")
    bench.mailbox.refuse(EVA, "451 4.7.1 greylisted, try again later")
    bench.advance(minutes=61)
    expect_that(bench.mailbox.refused[EVA] >= 1, "tries", wanted="one at least", found=0, requirement="NTF-207")
    bench.advance(hours=4)
    bench.mailbox.refuse(EVA, "", times=0)
    bench.advance(hours=30)
    told = remarks(bench, EVA, "remark-one")
    expect(told, ["remark-one"], "mails", requirement="NTF-207", after="a run, and a mail server that put it off")


@case("NTF-240", **QUICK)
def what_people_write_breaks_nothing(bench: Bench) -> None:
    """Markup, line ends and commas in names, remarks and reasons: one recipient, no header, no markup of theirs."""
    bench.book(order("N-1", bench.usual))
    bench.advance(minutes=61)
    follower = {"first_name": SPLIT, "last_name": f"Muster, {ADAM} {EVIL}"}
    named = refusal(bench.connector.subscribe, "N-1", EVA, "staff", **follower) == 0
    if not named:  # line ends may be refused
        bench.connector.subscribe("N-1", EVA, "staff", first_name="Eva", last_name=f"Muster, {ADAM} {EVIL}")
    for wrong in (f"{EVA}, {ADAM}", f"{EVA}\r\nBcc: {ADAM}", f"{EVA}>{ADAM}", "eva", "@example.org"):
        status = refusal(bench.connector.subscribe, "N-1", wrong, "staff", first_name="A", last_name="B")
        expect(status, 422, f"the address {wrong!r}", requirement="NTF-240")
    details = {"observation": f"{SPLIT} {EVIL}", "reason": f"{SPLIT} {EVIL}"}
    refused = refusal(bench.connector.enter_novelty, "N-1", "out_for_delivery", **details)
    if refused:
        bench.connector.enter_novelty("N-1", "out_for_delivery", observation=EVIL, reason=EVIL)
    bench.advance(minutes=61)
    mails = bench.mails()
    expect([mail.recipients for mail in mails], [(EVA,)], "recipients", requirement="NTF-240")
    names = [name.lower() for name, _ in mails[0].headers]
    strange = [name for name in names if name in ("bcc", "cc") or names.count(name) > 1]
    expect(strange, [], "headers", requirement="NTF-240", after="line ends in a name and a remark")
    shown = [word for word in ("<script", "evil@example.org\n") if word in mails[0].html]
    expect(shown, [], "markup in the HTML part", requirement="NTF-240", after=EVIL)


@case("NTF-240", needs=("notifications", "states"), accounts=ONE)
def a_name_of_a_state_breaks_nothing(bench: Bench) -> None:
    """A state is called by markup: refused, or escaped in the mail, whose subject stays one line."""
    follow(bench, EVA)
    for name in (EVIL, "a\r\nBcc: evil@example.org"):
        refusal(bench.connector.set_state, "out_for_delivery", name=name)
        enter(bench, "out_for_delivery")
        bench.advance(minutes=61)
    mails = bench.mails()
    expect([mail.recipients for mail in mails], [(EVA,)] * 2, "recipients", requirement="NTF-240")
    names = [name.lower() for mail in mails for name, _ in mail.headers]
    shown = [mail.subject for mail in mails if "<script" in mail.html or "bcc" in names]
    expect(shown, [], "mails with markup or a header of theirs", requirement="NTF-240", after=EVIL)


@case("NTF-249", needs=("notifications",), accounts=ONE, retention_days=31, **FORGOTTEN)
def what_is_old_is_forgotten(bench: Bench) -> None:
    """Thirty-one days after the end of a subscription its address is in no list any more; before that it is."""
    follow(bench, EVA)
    enter(bench, "out_for_delivery")
    bench.advance(days=29)
    known = (EVA in repr(bench.connector.subscriptions()), EVA in repr(bench.connector.alerts()))
    expect(known, (True, True), "who follows, who was told", requirement="NTF-249", after="29 days")
    bench.advance(days=35)
    known = (EVA in repr(bench.connector.subscriptions()), EVA in repr(bench.connector.alerts()))
    expect(known, (False, False), "who follows, who was told", requirement="NTF-249", after="34 days after the end")


@case("NTF-092", **QUICK, tell_current=True)
def who_joins_is_told_the_news_in_force(bench: Bench) -> None:
    """A parcel is ready when somebody asks to follow: told at most once, and never again by a run."""
    follow(bench)
    enter(bench, "out_for_delivery", "remark-old")
    bench.advance(minutes=5)
    enter(bench, "ready_for_pickup", "remark-current")
    bench.advance(hours=3)
    bench.connector.subscribe("N-1", EVA, "staff", first_name="Eva", last_name="M")
    bench.advance(hours=6)
    told = remarks(bench, EVA, "remark-old", "remark-current")
    expect(told, ["remark-current"], "mails", requirement="NTF-092", after="a new follower, six runs")
    enter(bench, "delivered", "remark-new")
    bench.advance(hours=2)
    told = remarks(bench, EVA, "remark-old", "remark-current", "remark-new")
    expect(told, ["remark-current", "remark-new"], "mails", requirement="NTF-092", after="a further novelty")
