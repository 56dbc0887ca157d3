"""When mails go out: once per run, the newest only, never twice, never after thirty days."""

from datetime import timedelta
from typing import Any

from ..bench import Bench
from ..case import ONE, case, expect, expect_that, holds
from ..orders import order
from ..strategies.novelties import moments
from .tracking import say

NEEDS = ("notifications",)
QUICK: dict[str, Any] = {"needs": NEEDS, "accounts": ONE}
SLOW: dict[str, Any] = {**QUICK, "poll_minutes": 1440, "alert": {"enabled": True, "frequency_minutes": 720}}
SLOWER: dict[str, Any] = {**QUICK, "alert": {"enabled": True, "frequency_minutes": 180}}
EVA, ADAM = "eva@example.org", "adam@example.org"


def follow(bench: Bench, *people: str, number: str = "N-1", carrier: str = "") -> None:
    """Book an order, let what its booking told pass, and let people follow it from now on."""
    bench.book(order(number, carrier or bench.usual))
    bench.advance(minutes=61)
    for email in people:
        bench.connector.subscribe(number, email, "public")


def enter(bench: Bench, state: str, remark: str = "", number: str = "N-1") -> None:
    details = {"observation": remark} if remark else {}
    bench.connector.enter_novelty(number, state, **details)


def remarks(bench: Bench, email: str, *known: str) -> list[str]:
    """Return which of the known remarks each mail to a person carries, joined per mail."""
    return ["+".join(word for word in known if word in mail.text) for mail in bench.mails(email)]


@case("NTF-001", "NTF-003", "NTF-008", **QUICK)
def a_novelty_waits_for_the_run_and_is_told_once(bench: Bench) -> None:
    """Two novelties, an interval apart: no mail at once, each at its next run, none in the ten runs after them."""
    follow(bench, EVA)
    words = ("remark-one", "remark-two")
    enter(bench, "out_for_delivery", words[0])
    bench.advance(minutes=20)
    expect(len(bench.mails()), 0, "mails before the run", requirement="NTF-001", after="a novelty 20 minutes ago")
    bench.advance(minutes=41)
    told = "+".join(remarks(bench, EVA, *words))
    expect_that(words[0] in told, "mails after one run", wanted=words[0], found=told, requirement="NTF-003")
    enter(bench, "delivery_failed", words[1])
    bench.advance(minutes=61)
    told = "+".join(remarks(bench, EVA, *words))
    expect_that(words[1] in told, "mails after the next run", wanted=words[1], found=told, requirement="NTF-003")
    bench.advance(hours=10)
    expect(len(bench.mails()), 2, "mails after ten more runs", requirement="NTF-008", after="two novelties in all")
    holds(bench.history(), "NTF-008")


@case("NTF-010", "NTF-008", **QUICK)
def nothing_new_is_not_told(bench: Bench) -> None:
    """A parcel waits to be picked up, which was mailed: 36 empty runs, and one by hand, send nothing."""
    follow(bench, EVA)
    enter(bench, "ready_for_pickup", "remark-one")
    bench.advance(minutes=61)
    before = len(bench.mails())
    bench.advance(hours=36)
    expect(len(bench.mails()) - before, 0, "mails of 36 empty runs", requirement="NTF-010", after="one novelty, mailed")
    counts = bench.connector.run_alerts()
    expect(counts.sent, 0, "mails of a run by hand", requirement="NTF-010", after="nothing new")
    holds(bench.history(), "NTF-008")


@case("NTF-001", **QUICK)
def a_run_by_hand_tells_what_waits(bench: Bench) -> None:
    """The waiting novelty is sent by a run that is started by hand, which counts it."""
    follow(bench, EVA)
    enter(bench, "out_for_delivery")
    counts = bench.connector.run_alerts()
    expect((counts.sent, len(bench.mails(EVA))), (1, 1), "counted and received", requirement="NTF-001")


@case("NTF-002", **QUICK)
def nobody_asked_nobody_is_told(bench: Bench) -> None:
    """Novelties without a subscription cause no mail, not even for somebody who asks later and is told what follows."""
    follow(bench)
    enter(bench, "out_for_delivery")
    bench.advance(minutes=61)
    bench.connector.subscribe("N-1", EVA, "public")
    bench.advance(hours=3)
    expect(len(bench.mails()), 0, "mails", requirement="NTF-002", after="a novelty, then a subscription")
    enter(bench, "delivered")
    bench.advance(minutes=61)
    expect(len(bench.mails()), 1, "mails", requirement="NTF-002", after="a novelty after the subscription")


@case("NTF-004", **QUICK)
def each_person_is_told_of_each_shipment(bench: Bench) -> None:
    """Two shipments, two followers each: four mails, the right pairs."""
    follow(bench, EVA, ADAM, number="N-1")
    follow(bench, EVA, ADAM, number="N-2")
    for number in ("N-1", "N-2"):
        enter(bench, "out_for_delivery", number=number)
    bench.advance(minutes=61)
    numbers = {bench.order(number).tracking_number or "?": number for number in ("N-1", "N-2")}
    pairs = sorted(
        (mail.recipients[0], order_number)
        for mail in bench.mails()
        for tracking, order_number in numbers.items()
        if tracking in mail.text
    )
    wanted = sorted((person, number) for person in (EVA, ADAM) for number in ("N-1", "N-2"))
    expect(pairs, wanted, "mails", requirement="NTF-004", after="one novelty on each of two shipments")


@case("NTF-005", "NTF-006", "NTF-007", "NTF-009", **QUICK)
def only_the_newest_of_an_interval(bench: Bench) -> None:
    """Two novelties in one interval give one mail of the second; two more give one of the fourth; no more come."""
    follow(bench, EVA)
    enter(bench, "out_for_delivery", "remark-one")
    bench.advance(minutes=5)
    enter(bench, "delivery_failed", "remark-two")
    bench.advance(minutes=61)
    told = remarks(bench, EVA, "remark-one", "remark-two")
    expect(told, ["remark-two"], "mails of the first run", requirement="NTF-006", after="two novelties")
    enter(bench, "out_for_delivery", "remark-three")
    bench.advance(minutes=5)
    enter(bench, "delivered", "remark-four")
    bench.advance(hours=5)
    told = remarks(bench, EVA, "remark-one", "remark-two", "remark-three", "remark-four")
    expect(told, ["remark-two", "remark-four"], "mails of all runs", requirement="NTF-007", after="four novelties")
    holds(bench.history(), "NTF-005", "NTF-006", "NTF-009")


@case("NTF-007", **SLOWER)
def an_interval_is_not_the_clocks(bench: Bench) -> None:
    """Two novelties in different hours, and two on different days, before one run each: one mail of the second."""
    follow(bench, EVA)
    words = ("remark-one", "remark-two", "remark-three", "remark-four")
    enter(bench, "out_for_delivery", words[0])
    bench.advance(minutes=70)
    enter(bench, "delivery_failed", words[1])
    bench.advance(to=bench.start + timedelta(hours=15, minutes=30))
    told = remarks(bench, EVA, *words)
    expect(told, [words[1]], "mails", requirement="NTF-007", after="two novelties, 70 minutes apart, in one interval")
    enter(bench, "out_for_delivery", words[2])
    bench.advance(hours=1)
    enter(bench, "ready_for_pickup", words[3])
    bench.advance(hours=12)
    told = remarks(bench, EVA, *words)
    expect(told, [words[1], words[3]], "mails", requirement="NTF-007", after="novelties before and after midnight")


@case("NTF-009", **QUICK)
def what_newer_news_replaced_is_closed(bench: Bench) -> None:
    """Two novelties and a run by hand: one sent, one superseded; the next run finds neither."""
    follow(bench, EVA)
    enter(bench, "out_for_delivery", "remark-one")
    bench.advance(minutes=5)
    enter(bench, "delivered", "remark-two")
    first, second = (bench.connector.run_alerts() for _ in range(2))
    expect((first.sent, first.superseded), (1, 1), "sent and superseded", requirement="NTF-009", after="two novelties")
    expect((second.sent, second.superseded), (0, 0), "the same of the next run", requirement="NTF-009")


@case("NTF-012", **QUICK)
def what_the_first_was_told_is_not_told_for_the_second(bench: Bench) -> None:
    """Adam joins after Eva's mail; the next novelty reaches him, though Eva knows its state; the last reaches both."""
    follow(bench, EVA)
    enter(bench, "out_for_delivery", "remark-one")
    bench.advance(minutes=61)
    bench.connector.subscribe("N-1", ADAM, "staff", first_name="Adam", last_name="A")
    enter(bench, "out_for_delivery", "remark-two")
    bench.advance(minutes=61)
    enter(bench, "delivered", "remark-three")
    bench.advance(hours=3)
    words = ("remark-one", "remark-two", "remark-three")
    told = {person: [word for word in remarks(bench, person, *words) if word != words[1]] for person in (EVA, ADAM)}
    wanted = {EVA: [words[0], words[2]], ADAM: [words[2]]}
    expect(told, wanted, "mails", requirement="NTF-012", after="Adam joined in between")
    to_adam = remarks(bench, ADAM, *words)
    expect(to_adam, [*words[1:]], "mails to Adam", requirement="NTF-012", after="a state that Eva was told before him")


@case("NTF-020", "NTF-021", **SLOW)
def thirty_days_and_no_more(bench: Bench) -> None:
    """A novelty on day 29 is mailed; one on day 31 is not, nor later."""
    follow(bench, EVA)
    asked = bench.now
    bench.advance(to=asked + timedelta(days=29))
    enter(bench, "out_for_delivery", "remark-one")
    bench.advance(hours=13)
    expect(len(bench.mails(EVA)), 1, "mails on day 29", requirement="NTF-020", after="a novelty on day 29")
    bench.advance(to=asked + timedelta(days=31))
    enter(bench, "delivered", "remark-two")
    bench.advance(days=2)
    expect(len(bench.mails(EVA)), 1, "mails after day 31", requirement="NTF-021", after="a novelty on day 31")
    holds(bench.history(), "NTF-020", "NTF-021")


@case("NTF-024", **SLOW)
def weekends_and_holidays_count(bench: Bench) -> None:
    """The thirty days hold Easter and end on a Sunday: a novelty within them is mailed, one an hour after them not."""
    follow(bench, EVA)
    end = bench.now + timedelta(days=30)
    enter(bench, "out_for_delivery", "remark-one")
    bench.advance(hours=13)
    expect(len(bench.mails(EVA)), 1, "mails", requirement="NTF-024", after="a novelty of the first day")
    bench.advance(to=end + timedelta(hours=1))
    enter(bench, "delivered", "remark-two")
    bench.advance(days=14)
    expect(
        len(bench.mails(EVA)), 1, "mails", requirement="NTF-024", after="thirty days with Easter, ending on a Sunday"
    )


@case("NTF-022", "NTF-023", **SLOW)
def asking_again_gives_thirty_fresh_days(bench: Bench) -> None:
    """Renewed on day 40: what was told and what fell into the gap stays unsent, day 69 is told, day 71 is not."""
    follow(bench, EVA)
    asked = bench.now
    enter(bench, "out_for_delivery", "remark-told")
    bench.advance(to=asked + timedelta(days=35))
    enter(bench, "delivery_failed", "remark-gap")
    bench.advance(to=asked + timedelta(days=40))
    bench.connector.subscribe("N-1", EVA, "public")
    bench.advance(hours=13)
    words = ("remark-told", "remark-gap", "remark-fresh", "remark-late")
    expect(remarks(bench, EVA, *words), ["remark-told"], "mails", requirement="NTF-023", after="the renewal")
    for day, state, word in ((69, "ready_for_pickup", "remark-fresh"), (71, "delivered", "remark-late")):
        bench.advance(to=asked + timedelta(days=day))
        enter(bench, state, word)
        bench.advance(hours=13)
        told = remarks(bench, EVA, *words)
        after = f"asked again on day 40, a novelty on day {day}"
        expect(told, ["remark-told", "remark-fresh"], "mails", requirement="NTF-022", after=after)


@case("NTF-025", **SLOW)
def renewing_early_moves_the_end(bench: Bench) -> None:
    """Renewed on day ten: one subscription that ends on day forty."""
    follow(bench, EVA)
    asked = bench.now
    bench.advance(days=10)
    bench.connector.subscribe("N-1", EVA, "staff", first_name="Eva", last_name="E")
    active = [row for row in bench.connector.subscriptions() if row.active]
    expect(len(active), 1, "active subscriptions", requirement="NTF-025", after="asking again on day ten")
    ends = active[0].ends_at - asked
    expect(ends, timedelta(days=40), "the end, counted from the first request", requirement="NTF-025")


@case("NTF-026", **SLOW)
def at_the_edge_of_thirty_days(bench: Bench) -> None:
    """Entered one minute before the end, run after it: not sent."""
    follow(bench, EVA)
    running = bench.connector.subscriptions()
    expect(len(running), 1, "subscriptions", requirement="NTF-026", after="one person asked")
    enter(bench, "out_for_delivery", "remark-within")
    bench.advance(hours=13)
    bench.advance(to=running[0].ends_at - timedelta(minutes=1))
    enter(bench, "delivered")
    bench.advance(days=2)
    told = remarks(bench, EVA, "remark-within")
    expect(
        told, ["remark-within"], "mails", requirement="NTF-026", after="a novelty on day one, one in the last minute"
    )


@case("NTF-203", carriers=("cdek", "mail_alliance"), needs=("notifications", "webhooks"))
def an_event_many_times_is_one_novelty(bench: Bench, carrier: str) -> None:
    """Every webhook comes five times and polls repeat it: one mail."""
    bench.control.switches(bench.tenant, carrier, duplicate=4)
    follow(bench, EVA, carrier=carrier)
    say(bench, "N-1", carrier, "out_for_delivery")
    bench.advance(hours=4)
    expect(len(bench.mails(EVA)), 1, "mails", requirement="NTF-203", after="one event, five times")
    told = [event.event_id for event in bench.order("N-1").history if event.status == "out_for_delivery"]
    expect(len(told), 1, "novelties", requirement="NTF-203", after="one event, five times and in polls")


@case("NTF-211", carriers=("cdek", "mail_alliance"), needs=NEEDS)
def late_older_news_is_not_mailed(bench: Bench, carrier: str) -> None:
    """«Ready for pick-up» was mailed; an attempt of three hours before arrives late."""
    bench.book(order("N-1", carrier))
    bench.advance(hours=6)
    bench.connector.subscribe("N-1", EVA, "public")
    say(bench, "N-1", carrier, "ready_for_pickup")
    bench.advance(minutes=125)
    expect(len(bench.mails(EVA)), 1, "mails", requirement="NTF-211", after="ready_for_pickup")
    say(bench, "N-1", carrier, "delivery_failed", ago=timedelta(hours=3))
    bench.advance(hours=3)
    expect(len(bench.mails(EVA)), 1, "mails", requirement="NTF-211", after="an older attempt came late")


@case("NTF-212", carriers=("cdek", "mail_alliance"), needs=NEEDS)
def a_withdrawn_delivery_is_corrected_once(bench: Bench, carrier: str) -> None:
    """«Delivered» was mailed and is withdrawn: one correction, no more."""
    follow(bench, EVA, carrier=carrier)
    say(bench, "N-1", carrier, "out_for_delivery")
    bench.advance(minutes=5)
    say(bench, "N-1", carrier, "delivered")
    bench.advance(minutes=125)
    expect(len(bench.mails(EVA)), 1, "mails", requirement="NTF-212", after="delivered")
    parcel = bench.parcel("N-1")
    sequence = next(fact.sequence for fact in parcel.scans() if fact.status == "delivered")
    bench.control.revoke(bench.tenant, parcel.id, sequence)
    bench.advance(hours=4)
    expect(len(bench.mails(EVA)), 2, "mails", requirement="NTF-212", after="the delivery was withdrawn")


@case("NTF-220", carriers=("cdek", "mail_alliance"), needs=("notifications", "webhooks"))
def a_lost_push_is_told_by_the_poll(bench: Bench, carrier: str) -> None:
    """All webhooks are dropped; one polling period and one run later the mail is there."""
    follow(bench, EVA, carrier=carrier)
    bench.control.switches(bench.tenant, carrier, drop=True)
    say(bench, "N-1", carrier, "out_for_delivery")
    bench.advance(minutes=125)
    expect(len(bench.mails(EVA)), 1, "mails", requirement="NTF-220", after="an event whose webhook was lost")


# fewer than usual: the stories of followers draw such rhythms too
@case("NTF-006", "NTF-008", "NTF-005", "NTF-246", examples=moments, examples_count=20, **QUICK)
def any_rhythm_of_novelties(bench: Bench, rhythm: list[tuple[str, int]]) -> None:
    """Novelties at random distances: at most one mail an interval, the newest state, nothing twice."""
    follow(bench, EVA, ADAM)
    mailable = False
    for place, (state, minutes) in enumerate(rhythm):
        enter(bench, state, f"remark-{place}-")
        mailable = mailable or state != "in_transit"
        bench.advance(minutes=minutes)
    bench.advance(minutes=125)
    if not mailable:
        expect(len(bench.mails()), 0, "mails", requirement="NTF-005", after=f"{rhythm}")
        return
    last = max(place for place, (state, _) in enumerate(rhythm) if state != "in_transit")
    for person in (EVA, ADAM):
        mails = bench.mails(person)
        found = bool(mails) and f"remark-{last}-" in mails[-1].text
        expect_that(
            found,
            f"the last mail to {person}",
            wanted=f"remark-{last}-",
            found=mails[-1].text if mails else "no mail",
            requirement="NTF-006",
            after=f"{rhythm}",
        )
    holds(bench.history(), "NTF-006", "NTF-008", "NTF-005", "NTF-246")
