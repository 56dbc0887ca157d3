"""The demo's own month: sixty orders are offered, booked, carried, told about, sent back and settled."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from parcelproof.conformance.bench import START, Bench
from parcelproof.conformance.driver.shapes import OrderView, Subscription
from parcelproof.conformance.fold import CLOSED
from parcelproof.conformance.history import History
from parcelproof.conformance.lab import Lab
from parcelproof.conformance.wires import code_for

from . import orders_file, registries
from .cast import ENDS, MISCHIEF, lives
from .claims import Claims
from .forgery import CARRIER, attack
from .screen import Screen, Step
from .shipping import ask_for_offers, book, impatient, lose_answers, not_booked, read_in
from .twins import PROFILES

DAYS = 10
FORGED_ON_DAY = 1
CONTROL_DAY = 29  # inside every subscription: a novelty is mailed
AFTER_END_DAY = 31  # after every subscription: none is
LAST_DAY = 35
FREQUENCY_MINUTES = 360
SETTINGS = {
    "poll_minutes": 1440,
    "alert": {"enabled": True, "frequency_minutes": FREQUENCY_MINUTES},
    "choice": {"rule": "cheapest"},
    "label_format": "PDF",
    "tenant": {"mix": {"delivered": 1}},
}


@dataclass(slots=True)
class Month:
    """What the acts hand on: the bench, the plan, and who follows which order."""

    bench: Bench
    claims: Claims
    planned: dict[str, str] = field(default_factory=dict)
    going_back: set[str] = field(default_factory=set)
    followers: list[Subscription] = field(default_factory=list)
    carried: list[OrderView] = field(default_factory=list)  # the orders when everything had come to rest
    mailed: str = ""  # the payout whose file came by mail before the API was asked

    def day(self, number: int) -> datetime:
        return START + timedelta(days=number)


def play(lab: Lab, claims: Claims, screen: Screen) -> tuple[Month, History]:
    """Play the month and return what it left behind, before staff entered the last novelties by hand."""
    month = Month(lab.bench("demo", 0, SETTINGS, profiles=PROFILES), claims)
    bench = month.bench
    drafts = read_in(bench, claims, "orders.xlsx", "orders.csv")
    bench.placed += orders_file.orders("orders.csv").values()
    with screen.act("Both carriers are asked for rates", len(drafts)) as step:
        ask_for_offers(bench, claims, drafts, step)
    with screen.act("Orders are booked; some answers are lost after the effect", len(drafts)) as step:
        lose_answers(bench)
        views = book(bench, drafts, step)
        claims.none("every order has a number and a label", not_booked(views), looked_at=len(views))
        claims.none("a booking waits as long as the carrier asked for", impatient(bench), looked_at=len(views))
        cast(month, views)
    with screen.act("Ten days pass; webhooks come twice, in disorder, late, never", DAYS) as step:
        ten_days(month, step)
    with screen.act("What is on its way back arrives; the last money is paid", CONTROL_DAY - DAYS) as step:
        for day in range(DAYS, CONTROL_DAY):
            bench.advance(to=month.day(day + 1))
            send_back_what_arrived(month)
            step()
    with screen.act("The registries are fed again, as files", 1) as step:
        registries.feed_again(bench, claims)
        step()
    with screen.act("Evidence is collected; every label is rendered and scanned", 1) as step:
        history = bench.history(read_labels=True)
        step()
    month.carried = list(history.orders)
    hold_ends(month, history)
    return month, history


def cast(month: Month, views: list[OrderView]) -> None:
    """Give every parcel its life, and every buyer a subscription; every tenth order is followed by a second person."""
    bench = month.bench
    month.going_back = set(orders_file.sent_back("orders.csv"))
    month.planned = lives(views, frozenset(month.going_back))
    parcels = {row.reference: row.id for row in bench.truth() if not row.return_of}
    for number, story in month.planned.items():
        if number in parcels:
            bench.control.journey(bench.tenant, parcels[number], story=story)
    for place, number in enumerate(month.planned):
        email = f"buyer.{number.lower()}@example.org"
        month.followers.append(bench.connector.subscribe(number, email, "public"))
        if place % 10 == 0:
            names = {"first_name": "Ines", "last_name": "Dupont"}
            friend = bench.connector.subscribe(number, f"friend.{number.lower()}@example.org", "staff", **names)
            month.followers.append(friend)


def ten_days(month: Month, step: Step) -> None:
    bench = month.bench
    switches = {mischief.day: mischief.switches for mischief in MISCHIEF}
    for day in range(DAYS):
        for carrier in ("cdek", "mail_alliance"):
            if day in switches:
                bench.control.switches(bench.tenant, carrier, **switches[day])
        bench.advance(to=month.day(day + 1))
        send_back_what_arrived(month)
        if day == FORGED_ON_DAY:
            waiting = [number for number in month.planned if is_stuck_at(month, number, CARRIER)]
            month.claims.equal(f"a parcel of {CARRIER} waits to be told of by a stranger", True, bool(waiting))
            for number in waiting[:1]:
                attack(bench, month.claims, number)
        if day >= DAYS // 2 and not month.mailed:
            month.mailed = registries.mail_in(bench, month.claims)
        step()
    month.claims.equal("one payout registry came by mail before the API told of it", True, bool(month.mailed))
    month.claims.none("older scans were recorded late", record_late(month), looked_at=len(month.planned))


def is_stuck_at(month: Month, number: str, carrier: str) -> bool:
    return month.planned[number] == "stuck" and month.bench.order(number).carrier == carrier


def record_late(month: Month) -> list[str]:
    """Record at each lost parcel a scan that is older than its loss; return what keeps the demo from doing so.

    The status comes from what occurred last, not from what was told last: the parcels stay lost.
    """
    bench, wrong = month.bench, []
    lost = [number for number, story in month.planned.items() if story == "lost"]
    for truth in bench.truth():
        if truth.reference in lost and truth.status != "lost_or_damaged":
            wrong.append(f"{truth.reference} is {truth.status}, not lost by day {DAYS}")
        elif truth.reference in lost:
            ended_at = max(scan.occurred_at or scan.at for scan in truth.scans())
            code = code_for(truth.carrier, "in_transit").code
            bench.scan(truth.reference, code, occurred_at=ended_at - timedelta(hours=12))
    return wrong if lost else ["no parcel was lost"]


def send_back_what_arrived(month: Month) -> None:
    """Let buyers who want to send goods back do so, once they have them."""
    wanted = {order["number"]: order for order in month.bench.placed}
    for number in sorted(month.going_back):
        if month.bench.order(number).status == "delivered":
            items = {line["sku"]: line["quantity"] for line in wanted[number]["lines"]}
            month.bench.connector.send_back(number, "changed_mind", items)
            month.going_back.discard(number)


def until_nobody_follows(month: Month, screen: Screen) -> History:
    """Let the subscriptions end: a novelty inside the thirty days is mailed, one after the end is not."""
    bench, claims = month.bench, month.claims
    with screen.act("Subscriptions end; novelties after that", 2 + LAST_DAY - AFTER_END_DAY) as step:
        stuck = [number for number, story in month.planned.items() if story == "stuck"]
        told = sum(1 for row in month.followers if row.order in stuck)
        for state, remark in (("ready_for_pickup", "Waits at the depot"), ("delivery_failed", "Nobody came for it")):
            found = mails_of_half_a_day(month, stuck, state, remark)
            claims.equal(f"{state} inside the thirty days is mailed to each follower", told, found)
        step()
        bench.advance(to=month.day(AFTER_END_DAY))
        step()
        ended = sum(1 for row in bench.connector.subscriptions() if row.ends_at <= bench.now)
        claims.equal("every subscription has ended by day 31", len(month.followers), ended)
        found = mails_of_half_a_day(month, list(month.planned), "out_for_delivery", "On the road once more")
        before = len(bench.mails())
        for day in range(AFTER_END_DAY, LAST_DAY):
            bench.advance(to=month.day(day + 1))
            step()
        found += len(bench.mails()) - before
        claims.equal("no mail follows a subscription's end, whatever novelty comes", 0, found)
        history = bench.history()
    closed = {view.number: view.status for view in month.carried if view.status in CLOSED}
    now = {view.number: view.status for view in history.orders if view.number in closed}
    claims.equal("no novelty reopens an order that is delivered or returned", closed, now)
    return history


def mails_of_half_a_day(month: Month, numbers: list[str], state: str, remark: str) -> int:
    """Enter a novelty for each order, let twelve hours pass, and return how many mails that brought."""
    before = len(month.bench.mails())
    for number in numbers:
        month.bench.connector.enter_novelty(number, state, observation=remark)
    month.bench.advance(hours=12)
    return len(month.bench.mails()) - before


def hold_ends(month: Month, history: History) -> None:
    """Claim that every planned life ended as it must, and that each kind of mischief really happened."""
    claims, status = month.claims, {view.number: view.status for view in history.orders}
    wrong = [
        f"{number} ({story}) is {status[number]}"
        for number, story in month.planned.items()
        if status[number] not in ENDS[story]
    ]
    claims.none("every life ends as planned", wrong, looked_at=len(month.planned))
    claims.equal("every kind of life occurs", set(ENDS), set(month.planned.values()))
    claims.equal("everything that buyers send back was announced", set(), month.going_back)
    attempts = history.attempts
    told_twice = len(attempts) - len({(row.carrier, row.key, row.body) for row in attempts})
    claims.none("webhooks came twice", [] if told_twice else ["none did"], looked_at=len(attempts))
    dropped = [row for row in attempts if row.error == "dropped"]
    claims.none("webhooks never came", [] if dropped else ["all did"], looked_at=len(attempts))
    lost = [entry for entry in history.journal if entry.fault]
    claims.none("answers were lost after the effect", [] if lost else ["none was"], looked_at=len(history.journal))
    sources = {event.source for view in history.orders for event in view.history}
    claims.equal("events came by webhook and by poll", {"webhook", "poll"}, sources)
