"""The alert monitor: on or off, at the company's own rhythm, and what it shows of the queue and of the last run."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

from ..bench import Bench
from ..case import ONE, case, expect, expect_that
from ..checks.mails import sent_at
from ..orders import order
from .mail_offers import refusal
from .mail_timing import ADAM, EVA, QUICK, enter, follow, remarks

MONITOR: dict[str, Any] = {"needs": ("notifications", "alert_monitor"), "accounts": ONE}
MOST_MINUTES = 10_080
SLACK = timedelta(seconds=59)


def the_alert(bench: Bench) -> str:
    rows = bench.connector.alert_monitor()
    expect_that(len(rows) >= 1, "alerts", wanted="one at least", found=rows, requirement="NTF-060")
    return rows[0].id


def told_at(bench: Bench, person: str = EVA) -> list[datetime]:
    return [sent_at(mail) for mail in bench.mails(person)]


@case("NTF-060", "NTF-067", **MONITOR)
def the_monitor_takes_whole_minutes(bench: Bench) -> None:
    """The alert is listed with on and frequency; 0 to 10,080 whole minutes are taken, anything else is refused."""
    alert = the_alert(bench)
    for minutes in (0, 1, 1440, MOST_MINUTES):
        bench.connector.set_alert(alert, frequency_minutes=minutes)
        row = bench.connector.alert_monitor()[0]
        expect((row.enabled, row.frequency_minutes), (True, minutes), "the alert", requirement="NTF-060")
    for wrong in (-1, MOST_MINUTES + 1, 30.5, "60", "hourly", None, True):
        status = refusal(bench.connector.set_alert, alert, frequency_minutes=wrong)
        expect(status, 422, f"frequency {wrong!r}", requirement="NTF-067")
    bench.connector.set_alert(alert, enabled=False)
    row = bench.connector.alert_monitor()[0]
    expect((row.enabled, row.frequency_minutes), (False, MOST_MINUTES), "the alert", requirement="NTF-060")


@case("NTF-061", "NTF-221", **MONITOR)
def off_is_silent_and_on_is_no_burst(bench: Bench) -> None:
    """Six hours off with four novelties: no mail; on again: one mail with the newest, and no more after it."""
    follow(bench, EVA)
    alert = the_alert(bench)
    bench.connector.set_alert(alert, enabled=False)
    words = tuple(f"remark-{place}" for place in range(4))
    states = ("out_for_delivery", "delivery_failed", "out_for_delivery", "ready_for_pickup")
    for word, state in zip(words, states, strict=True):
        enter(bench, state, word)
        bench.advance(minutes=90)
    expect(len(bench.mails()), 0, "mails", requirement="NTF-061", after="off for six hours")
    bench.connector.set_alert(alert, enabled=True)
    bench.advance(hours=4)
    told = remarks(bench, EVA, *words)
    expect(told, [words[3]], "mails", requirement="NTF-221", after="no run for six hours, four novelties")


@case("NTF-062", **QUICK, alert={"enabled": True, "frequency_minutes": 120})
def runs_are_that_far_apart(bench: Bench) -> None:
    """Every 120 minutes, a novelty every half hour: the mails are whole multiples of 120 minutes apart."""
    follow(bench, EVA)
    for place in range(12):
        enter(bench, ("out_for_delivery", "delivery_failed")[place % 2])
        bench.advance(minutes=30)
    at = told_at(bench)
    gaps = [later - earlier for earlier, later in pairwise(at)]
    wanted = [timedelta(minutes=120)] * 2
    expect(gaps[:2], wanted, "between mails", requirement="NTF-062", after="a novelty every half hour, six hours")
    expect(len(at), 3, "mails", requirement="NTF-062", after="six hours, runs 120 minutes apart")


@case("NTF-066", **MONITOR, alert={"enabled": True, "frequency_minutes": 120})
def a_new_rhythm_counts_from_the_last_run(bench: Bench) -> None:
    """120 minutes become 30, five minutes after a run: the next is 30 minutes after it, not 120 and not 35."""
    follow(bench, EVA)
    enter(bench, "out_for_delivery")
    bench.advance(minutes=121)
    (first,) = told_at(bench)
    bench.advance(to=max(bench.now, first + timedelta(minutes=120 + 5)))
    last = first + timedelta(minutes=120) * ((bench.now - first) // timedelta(minutes=120))
    bench.connector.set_alert(the_alert(bench), frequency_minutes=30)
    enter(bench, "delivery_failed")
    bench.advance(to=max(bench.now, last + timedelta(minutes=31)))
    at = told_at(bench)
    expect(len(at), 2, "mails", requirement="NTF-066", after="120 minutes became 30, half an hour ago")
    found = at[1] - last
    good = abs(found - timedelta(minutes=30)) <= SLACK
    expect_that(good, "from the last run to the next", wanted="0:30:00", found=str(found), requirement="NTF-066")


@case("NTF-064", **QUICK)
def nights_and_weekends_are_no_different(bench: Bench) -> None:
    """A Saturday night without news is silent; a novelty at three on Sunday morning is mailed at the next run."""
    follow(bench, EVA)
    bench.advance(to=bench.start + timedelta(days=2, hours=-5))  # Sunday, three in the morning
    expect(len(bench.mails()), 0, "mails", requirement="NTF-064", after="a night without news")
    enter(bench, "out_for_delivery")
    asked = bench.now
    bench.advance(minutes=61)
    at = told_at(bench)
    expect(len(at), 1, "mails", requirement="NTF-064", after=f"a novelty at {asked:%A %H:%M}")
    bench.advance(hours=30)
    expect(len(bench.mails()), 1, "mails", requirement="NTF-064", after="another 30 hours")


SECOND = {"alert": {"enabled": True, "frequency_minutes": 180}}


@case("NTF-065", "NTF-261", needs=("notifications", "companies"), accounts=ONE, companies={"second": SECOND})
def each_company_has_its_rhythm(bench: Bench) -> None:
    """One company runs hourly, another every three hours; a run by hand is of one, and counts what it did."""
    follow(bench, EVA)
    with bench.connector.speaking_for(company="second"):
        bench.connector.place(order("N-2", bench.usual))
    bench.advance(minutes=61)
    with bench.connector.speaking_for(company="second"):
        bench.connector.subscribe("N-2", ADAM, "public")
        enter(bench, "out_for_delivery", number="N-2")
    for state in ("delivery_failed", "out_for_delivery", "delivery_failed", "out_for_delivery"):
        enter(bench, state)
        with bench.connector.speaking_for(company="second"):
            enter(bench, state, number="N-2")
        bench.advance(minutes=60)
    mails = (len(bench.mails(EVA)), len(bench.mails(ADAM)))
    good, after = mails[0] >= 3 and 1 <= mails[1] <= 2, "news each hour for four hours"
    expect_that(good, "mails of both", wanted="3 or 4, 1 or 2", found=mails, requirement="NTF-065", after=after)
    bench.advance(hours=3)
    before = len(bench.mails(ADAM))
    with bench.connector.speaking_for(company="second"):
        enter(bench, "delivery_failed", number="N-2")
        enter(bench, "ready_for_pickup", number="N-2")
    bench.connector.run_alerts()
    expect(len(bench.mails(ADAM)) - before, 0, "mails of the second", requirement="NTF-261", after="a run of the first")
    with bench.connector.speaking_for(company="second"):
        counts = bench.connector.run_alerts()
    told = (counts.considered, counts.sent, counts.superseded, counts.suppressed, counts.failed)
    expect(told, (2, 1, 1, 0, 0), "considered, sent, superseded, suppressed, failed", requirement="NTF-261")
    expect(len(bench.mails(ADAM)) - before, 1, "mails of the second", requirement="NTF-261", after="a run of its own")


@case("NTF-261", "NTF-226", **MONITOR)
def a_run_counts_what_it_did(bench: Bench) -> None:
    """Four followers: one is sent, one refused, a state that is not mailed is suppressed; the monitor shows it."""
    follow(bench, EVA, "bad@example.org")
    asked = bench.now
    bench.mailbox.refuse("bad@example.org", "550 5.1.1 no such user")
    enter(bench, "in_transit")
    bench.advance(minutes=1)
    enter(bench, "out_for_delivery")
    (row,) = bench.connector.alert_monitor()
    expect((row.waiting.count, row.waiting.oldest_at), (4, asked), "the queue", requirement="NTF-226")
    counts = bench.connector.run_alerts()
    found = (counts.considered, counts.sent, counts.superseded, counts.suppressed, counts.failed)
    expect(found, (4, 1, 0, 2, 1), "considered, sent, superseded, suppressed, failed", requirement="NTF-261")
    (row,) = bench.connector.alert_monitor()
    queue = (row.waiting.count, row.waiting.oldest_at, row.last_run_at)
    expect(queue, (0, None, bench.now), "the queue and the last run", requirement="NTF-226", after="a run by hand")
    good = "550" in (row.last_error or "")
    expect_that(good, "the last error", wanted="the refusal by 550", found=row.last_error, requirement="NTF-226")
    why = [alert.result for alert in bench.connector.alerts() if alert.email == "bad@example.org"]
    expect(why, ["failed"], "the alert to the refused address", requirement="NTF-261")


@case("NTF-260", **QUICK)
def mails_are_dated_by_the_clock(bench: Bench) -> None:
    """A mail of a day in April is dated on that day, in the run it came in, whatever the machine's clock says."""
    follow(bench, EVA)
    bench.advance(days=20)
    enter(bench, "out_for_delivery")
    before = bench.now
    bench.advance(minutes=61)
    dates = [parsedate_to_datetime(mail.header("Date") or "") for mail in bench.mails(EVA)]
    good = len(dates) == 1 and before - timedelta(minutes=5) <= dates[0] <= bench.now + timedelta(minutes=5)
    expect_that(good, "Date of the mail", wanted=f"{before} to {bench.now}", found=dates, requirement="NTF-260")
    asked = [(row.requested_at, row.ends_at) for row in bench.connector.subscriptions()]
    wanted = bench.start <= asked[0][0] <= bench.now and asked[0][1] - asked[0][0] == timedelta(days=30)
    expect_that(wanted, "the subscription", wanted="30 days within the clock", found=asked, requirement="NTF-260")
