"""Tracking, one rule at a time: scans that come late, are withdrawn, or say what naive readers misread."""

from datetime import timedelta

from ..bench import Bench
from ..case import OWN, Violation, case, expect, finding, holds
from ..history import Finding
from ..orders import line, order
from ..wires import POLLED, code_for

BOTH = ("cdek", "mail_alliance")
VECTORS = {  # status vocabularies, tables of §2 and §3a and test vectors 4 to 8
    "iml": (
        (
            ("1/0", "accepted"), ("2/0", "out_for_delivery"), ("1/0", "in_transit"), ("10/0", "ready_for_pickup"),
            ("6/1", "held"), ("6/2", "returning"), ("1/2", "returning"), ("13/2", "returned"),
        ),
        (("1/0", "accepted"), ("3/2", "held"), ("2/0", "out_for_delivery"), ("3/3", "held"), ("3/0", "delivered")),
        (("10/0", "ready_for_pickup"), ("6/0", "returning"), ("13/3", "returned")),
    ),
    "pickpoint": (
        (
            ("105", "accepted"), ("108", "out_for_delivery"), ("109", "ready_for_pickup"), ("112", "returning"),
            ("109", "ready_for_pickup"), ("112", "returning"), ("115", "returning"), ("117", "returning"),
            ("113", "returned"),
        ),
        (
            ("105", "accepted"), ("106", "in_transit"), ("107", "in_transit"), ("117", "in_transit"),
            ("123", "in_transit"), ("109", "ready_for_pickup"), ("111", "delivered"),
        ),
        (("105", "accepted"), ("114", "returning"), ("116", "returning"), ("123", "returning")),
    ),
    "russian_post": (
        (
            ("1/2", "accepted"), ("8/1", "in_transit"), ("8/3", "in_transit"), ("8/28", "ready_for_pickup"),
            ("63/0", "ready_for_pickup"), ("2/1", "delivered"),
        ),
        (
            ("1/2", "accepted"), ("8/15", "out_for_delivery"), ("12/1", "delivery_failed"),
            ("12/9", "ready_for_pickup"), ("3/1", "returning"), ("8/4", "returning"), ("2/0", "returned"),
        ),
        (
            ("1/1", "accepted"), ("14/8", "customs"), ("14/1", "in_transit"), ("31/21", "in_transit"),
            ("8/15", "out_for_delivery"), ("12/6", "returning"), ("8/15", "out_for_delivery"), ("1027/4", "held"),
            ("18/0", "lost_or_damaged"),
        ),
        (("1/2", "accepted"), ("3/4", "returning"), ("2/1", "delivered")),
    ),
    "swiss_post": tuple(
        tuple((f"PARCEL.*.1.{number}", status) for number, status in life)
        for life in (
            (
                (600, "announced"), (100, "accepted"), (1002, "in_transit"), (1003, "out_for_delivery"),
                (934, "delivery_failed"), (910, "ready_for_pickup"), (4000, "delivered"),
            ),
            (
                (501, "accepted"), (803, "customs"), (804, "in_transit"), (2102, "ready_for_pickup"),
                (3600, "returned"),
            ),
            ((200, "accepted"), (1201, "in_transit"), (923, "delivery_failed"), (3800, "delivered")),
        )
    ),
}  # fmt: skip


def say(bench: Bench, number: str, carrier: str, status: str, *, ago: timedelta = timedelta(0)) -> None:
    """Make the carrier say a status now, of something that happened a while ago."""
    code = code_for(carrier, status)
    occurred = {"occurred_at": bench.now - ago} if ago else {}
    bench.scan(number, code.code, reason=code.reason, **occurred)


@case("TRK-005", "TRK-002", "TRK-004", carriers=BOTH)
def a_late_older_scan_changes_nothing(bench: Bench, carrier: str) -> None:
    """«Out for delivery» is told; then a transit scan of three hours before arrives."""
    bench.book(order("T-1", carrier))
    bench.advance(hours=6)
    say(bench, "T-1", carrier, "out_for_delivery")
    bench.advance(minutes=70)
    say(bench, "T-1", carrier, "in_transit", ago=timedelta(hours=3))
    bench.advance(minutes=70)
    after = "out_for_delivery, then in_transit of three hours earlier"
    view = bench.order("T-1")
    expect(view.status, "out_for_delivery", "T-1", requirement="TRK-005", after=after)
    late = [event.code for event in view.history if event.status == "in_transit"]
    expect(late, [code_for(carrier, "in_transit").code], "history of T-1", requirement="TRK-005", after=after)
    holds(bench.history(), "TRK-002", "TRK-004")


@case("TRK-002", carriers=BOTH)
def a_stopped_round_goes_on(bench: Bench, carrier: str) -> None:
    """A parcel out for delivery waits for pick-up, then travels on: each of the three is the status in its turn."""
    bench.book(order("T-1", carrier))
    after: list[str] = []
    for status in ("out_for_delivery", "ready_for_pickup", "in_transit"):
        say(bench, "T-1", carrier, status)
        bench.advance(minutes=70)
        after.append(status)
        expect(bench.order("T-1").status, status, "T-1", requirement="TRK-002", after=", ".join(after))


@case("TRK-002", "TRK-001", "TRK-009", carriers=POLLED, accounts=OWN)
def each_word_in_its_turn(bench: Bench, carrier: str) -> None:
    """A carrier that is only asked says one word after another, polls between: each means what is written."""
    bench.advance(days=13)  # to the second of a month, which nobody takes for the day unnoticed
    lives = {f"T-{place}": words for place, words in enumerate(VECTORS[carrier], start=1)}
    bench.book(*(order(number, carrier) for number in lives))
    bench.advance(minutes=70)  # what a carrier says of itself about a new parcel is said then
    wrong: list[Finding] = []
    for step in range(max(map(len, lives.values()))):
        saying = {number: words[: step + 1] for number, words in lives.items() if step < len(words)}
        for number, words in saying.items():
            bench.scan(number, words[-1][0])
        bench.advance(minutes=70)
        for number, words in saying.items():
            after = ", ".join(code for code, _ in words)
            if (status := bench.order(number).status) != words[-1][1]:
                wrong.append(finding("TRK-002", number, words[-1][1], status, after))
    if wrong:
        raise Violation(wrong)
    holds(bench.history(), "TRK-001", "TRK-009")


@case("TRK-018", carriers=("mail_alliance",))
def words_come_with_the_news(bench: Bench, carrier: str) -> None:
    """Mail Alliance tells its words for a scan by webhook and by poll; however they came, the history has them."""
    bench.book(order("T-1", carrier))
    say(bench, "T-1", carrier, "out_for_delivery")
    bench.advance(minutes=70)
    holds(bench.history(), "TRK-018")


def withdraw_delivery(bench: Bench, number: str) -> None:
    parcel = bench.parcel(number)
    sequence = next(fact.sequence for fact in parcel.scans() if fact.status == "delivered")
    bench.control.revoke(bench.tenant, parcel.id, sequence)


@case("TRK-006", carriers=(*BOTH, "swiss_post"), accounts=OWN)
def a_withdrawn_delivery_counts_no_more(bench: Bench, carrier: str) -> None:
    """«Delivered» is withdrawn: the parcel is out for delivery again."""
    bench.book(order("T-1", carrier))
    bench.advance(minutes=70)
    say(bench, "T-1", carrier, "out_for_delivery")
    bench.advance(hours=3)
    say(bench, "T-1", carrier, "delivered")
    bench.advance(minutes=70)
    expect(bench.order("T-1").status, "delivered", "T-1", requirement="TRK-006", after="delivered")
    withdraw_delivery(bench, "T-1")
    bench.advance(minutes=70)
    after = "delivered, then the delivery withdrawn"
    expect(bench.order("T-1").status, "out_for_delivery", "T-1", requirement="TRK-006", after=after)


@case("TRK-007", "TRK-006")
def only_a_withdrawal_reopens_delivered(bench: Bench) -> None:
    """CDEK scans on after «delivered»: that changes nothing until the delivery is withdrawn, and then it counts."""
    bench.book(order("T-1", "cdek"))
    say(bench, "T-1", "cdek", "out_for_delivery")
    bench.advance(hours=3)
    say(bench, "T-1", "cdek", "delivered")
    bench.advance(minutes=70)
    say(bench, "T-1", "cdek", "in_transit")
    bench.advance(minutes=70)
    expect(bench.order("T-1").status, "delivered", "T-1", requirement="TRK-007", after="delivered, in_transit")
    withdraw_delivery(bench, "T-1")
    bench.advance(minutes=70)
    after = "delivered, in_transit, the delivery withdrawn"
    expect(bench.order("T-1").status, "in_transit", "T-1", requirement="TRK-006", after=after)


@case("TRK-010")
def a_depot_move_is_no_return(bench: Bench) -> None:
    """CDEK says «returned to the delivery warehouse» and «returned to the sender's warehouse»: neither is a return."""
    bench.book(order("T-1", "cdek"), order("T-2", "cdek"))
    for number in ("T-1", "T-2"):
        say(bench, number, "cdek", "accepted")
    bench.advance(hours=2)
    say(bench, "T-1", "cdek", "out_for_delivery")
    bench.scan("T-2", "RETURNED_TO_SENDER_CITY_WAREHOUSE")
    bench.advance(hours=2)
    say(bench, "T-1", "cdek", "delivery_failed")
    bench.advance(hours=2)
    expect(bench.order("T-1").status, "delivery_failed", "T-1", requirement="TRK-010", after="RETURNED_TO_RECIPIENT…")
    expect(bench.order("T-2").status, "in_transit", "T-2", requirement="TRK-010", after="RETURNED_TO_SENDER_CITY…")
    expect(bench.order("T-1").returns, (), "returns of T-1", requirement="TRK-010")


@case("TRK-011")
def a_partial_delivery_is_marked(bench: Bench) -> None:
    """CDEK hands over two of three pieces: delivered, with the partial mark; the whole one beside it has none."""
    rows = [line("TEE", 99_000, "RUB", quantity=2), line("TASSE", 45_000, "RUB")]
    bench.book(order("T-1", "cdek", lines=rows), order("T-2", "cdek"))
    for number in ("T-1", "T-2"):
        say(bench, number, "cdek", "out_for_delivery")
    bench.advance(hours=1)
    bench.scan("T-1", "DELIVERED", reason="20:2,0")
    say(bench, "T-2", "cdek", "delivered")
    bench.advance(hours=2)
    holds(bench.history(), "TRK-011")


@case("TRK-009", "TRK-003", "TRK-001", carriers=BOTH)
def one_instant_two_scans(bench: Bench, carrier: str) -> None:
    """Two different scans of one instant both enter the history; the higher rank decides, or the carrier's sequence."""
    bench.book(order("T-1", carrier))
    bench.advance(hours=1)
    say(bench, "T-1", carrier, "out_for_delivery")
    say(bench, "T-1", carrier, "in_transit")
    bench.advance(minutes=70)
    view = bench.order("T-1")
    said = {event.status for event in view.history} & {"out_for_delivery", "in_transit"}
    expect(said, {"out_for_delivery", "in_transit"}, "history of T-1", requirement="TRK-009")
    holds(bench.history(), "TRK-003", "TRK-009", "TRK-001")
