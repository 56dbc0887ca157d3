"""Numbers: each parcel has its own, whoever draws it and whatever became of an answer."""

from collections import Counter
from typing import Any

from ..addresses import BERLIN
from ..bench import Bench
from ..case import OWN, Skip, case, expect, expect_that, holds
from ..driver.http import Refused
from ..orders import line, order
from ..wires import WIRES
from .resilience import spoil

POSTS = ("russian_post", "swiss_post")
NEEDS = ("labels",)
TAKEN: dict[str, Any] = {
    "status": 200,
    "body": {
        "labelDefinition": {"labelLayout": "A6"},
        "item": {"label": [], "errors": [{"code": "E2016", "message": "The item number is not unique."}]},
    },
}


@case("NUM-001", "LBL-008", carriers=POSTS, needs=NEEDS, accounts=OWN)
def each_parcel_has_its_own_number(bench: Bench, carrier: str) -> None:
    """Seven orders, the answers to two of them lost: all numbers differ, and each is the carrier's for that order."""
    spoil(bench, carrier, kind="reset", point="after", nth=2)
    spoil(bench, carrier, kind="status", status=503, point="after", nth=5)
    bench.book(*(order(f"N-{place}", carrier) for place in range(1, 5)))
    bench.book(*(order(f"N-{place}", carrier) for place in range(5, 8)))
    holds(bench.history(read_labels=True), "NUM-001", "LBL-008")


@case("NUM-002", needs=NEEDS, accounts=OWN, carriers=("swiss_post",))
def a_number_that_is_taken_is_not_drawn_again(bench: Bench, carrier: str) -> None:
    """The carrier says of an item number that it is taken: the order is booked under another one."""
    bench.book(order("N-1", carrier))
    if not drawn(bench):
        raise Skip("the connector draws no item numbers itself")
    spoil(bench, carrier, kind="status", point="before", times=2, **TAKEN)
    bench.place(order("N-2", carrier))
    bench.advance(hours=6)
    expect(bench.order("N-2").state, "booked", "N-2", requirement="NUM-002", after="E2016 twice")
    bench.book(order("N-3", carrier))
    many = [f"{number} ({count} times)" for number, count in drawn(bench).items() if count > 1]
    expect(many, [], "item numbers drawn more than once", requirement="NUM-002", after="E2016 twice")


def drawn(bench: Bench) -> Counter[str]:
    """Return how often each item number was drawn by the connector for a label that came."""
    found: Counter[str] = Counter()
    for entry in bench.journal():
        for _, body in WIRES["swiss_post"].bookings(entry):
            number = (body.get("item") or {}).get("itemNumber")
            if number is not None:
                found[str(number)] += 1
    return found


RANGE: dict[str, Any] = {"russian_post": {"number_range": "exhausted"}, "swiss_post": {"number_range": "exhausted"}}
OPEN: dict[str, Any] = {"russian_post": {"number_range": "open"}, "swiss_post": {"number_range": "open"}}


@case("NUM-003", carriers=POSTS, needs=NEEDS, accounts=OWN)
def no_number_is_left(bench: Bench, carrier: str) -> None:
    """The carrier's numbers run out: the order says so; there are numbers again, and the next order is booked."""
    bench.book(order("N-1", carrier))
    bench.control.change_settings(bench.tenant, {carrier: RANGE[carrier]})
    try:
        bench.place(order("N-2", carrier))
    except Refused as refusal:
        expect_that(bool(refusal.detail), "N-2", wanted="a sentence", found=str(refusal), requirement="NUM-003")
        raise Skip("the connector refuses such an order itself, so nothing of it can be seen") from refusal
    bench.advance(hours=2)
    view = bench.order("N-2")
    after = "no number left"
    expect_that(
        view.state != "booked", "N-2", wanted="not booked", found=view.state, requirement="NUM-003", after=after
    )
    expect_that(bool(view.problems), "N-2", wanted="a problem named", found="none", requirement="NUM-003", after=after)
    bench.control.change_settings(bench.tenant, {carrier: OPEN[carrier]})
    bench.book(order("N-3", carrier))
    holds(bench.history(), "NUM-001")


@case("NUM-004", "LBL-002", carriers=("russian_post",), needs=NEEDS, accounts=OWN)
def abroad_it_is_an_s10(bench: Bench, carrier: str) -> None:
    """An order to Germany and one at home: the first is known by letters, digits and RU, and its label reads so."""
    bench.book(order("N-1", carrier, recipient=dict(BERLIN), lines=[goods()]), order("N-2", carrier))
    holds(bench.history(read_labels=True), "NUM-004", "LBL-002")


def goods(sku: str = "TEE", *, quantity: int = 2) -> dict[str, Any]:
    """Return a line with what customs want to know."""
    return {**line(sku, 149_000, "RUB", quantity=quantity), "hs_code": "090240", "origin_country": "RU"}
