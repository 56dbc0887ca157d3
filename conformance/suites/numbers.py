"""Numbers: each parcel has its own, whoever draws it and whatever became of an answer."""

import re
from collections import defaultdict
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
ITEM = re.compile(r"\d{1,8}")  # §2.4


@case("NUM-001", "LBL-008", carriers=POSTS, needs=NEEDS, accounts=OWN)
def each_parcel_has_its_own_number(bench: Bench, carrier: str) -> None:
    """Seven orders, the answers to two of them lost: all numbers differ, and each is the carrier's for that order."""
    spoil(bench, carrier, kind="reset", point="after", nth=2)
    spoil(bench, carrier, kind="status", status=503, point="after", nth=5)
    bench.book(*(order(f"N-{place}", carrier) for place in range(1, 5)))
    bench.book(*(order(f"N-{place}", carrier) for place in range(5, 8)))
    holds(bench.history(read_labels=True), "NUM-001", "LBL-008")


@case("NUM-002", carriers=("swiss_post",), needs=NEEDS, accounts=OWN, claims=("clock", "restart"))
def numbers_of_its_own_are_new(bench: Bench, carrier: str) -> None:
    """Three orders, a kill, three more: the item numbers that the connector draws have eight digits, each another."""
    bench.book(*(order(f"N-{place}", carrier) for place in range(1, 4)))
    if not drawn(bench):
        raise Skip("the connector draws no item numbers itself")
    bench.kill()
    bench.book(*(order(f"N-{place}", carrier) for place in range(4, 7)))
    found = drawn(bench)
    wrong = {number: sorted(whose) for number, whose in found.items() if len(whose) > 1 or not ITEM.fullmatch(number)}
    expect(wrong, {}, "item numbers drawn twice or none at all", requirement="NUM-002", after="six orders and a kill")
    expect(len(found), 6, "item numbers drawn", requirement="NUM-002", after="six orders and a kill")


def drawn(bench: Bench) -> dict[str, set[str]]:
    """Return each item number that the connector drew, and the orders for which it did."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in bench.journal():
        for number, body in WIRES["swiss_post"].bookings(entry):
            item = (body.get("item") or {}).get("itemNumber")
            if item is not None:
                found[str(item)].add(number)
    return dict(found)


@case("NUM-003", carriers=POSTS, needs=NEEDS, accounts=OWN)
def no_number_is_left(bench: Bench, carrier: str) -> None:
    """The carrier's numbers run out: the order says so; there are numbers again, and the next order is booked."""
    bench.book(order("N-1", carrier))
    bench.control.change_settings(bench.tenant, {carrier: {"number_range": "exhausted"}})
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
    bench.control.change_settings(bench.tenant, {carrier: {"number_range": "open"}})
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
