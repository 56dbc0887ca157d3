"""Laws that hold whatever a client, the depot and time do to sendings, in any order."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.core.errors import Rejected
from parcelproof.simulators.core.parcel import Collected, PaidOut
from parcelproof.simulators.core.records import MemoryStore
from parcelproof.simulators.core.world import KINDS
from parcelproof.simulators.courier_api.pickpoint import CARRIER
from parcelproof.simulators.courier_api.pickpoint.lives import live_scans
from parcelproof.simulators.courier_api.pickpoint.payouts import DESK
from parcelproof.simulators.courier_api.pickpoint.records import SENDINGS
from parcelproof.simulators.wire.tenants import WIRE_KINDS

from .conftest import HOUR_MS, IKN, LOCKER, OFFICE, Desk, fresh_desk

Play = tuple[str, int, int]


def numbers(desk: Desk) -> list[str]:
    return [sending.number for _, sending in desk.world.store.scan(SENDINGS)]


def chosen(desk: Desk, pick: int) -> str:
    known = numbers(desk)
    return known[pick % len(known)] if known else "1"


CODES = (111, 105, 109, 111, 113, 115, 112, 111)  # few, and the end among them often, so that plays collide


def scanned(desk: Desk, pick: int, extra: int) -> None:
    number, code = chosen(desk, pick), CODES[extra % len(CODES)]
    reason = ("", "partial", "partial:0,1")[extra % 3] if code == 111 else ""
    if desk.parcel(number).cancelled:
        with pytest.raises(Rejected):
            desk.scan(number, code, reason)
    else:
        desk.scan(number, code, reason, late_ms=extra % 2 * HOUR_MS)


def revoked(desk: Desk, pick: int, extra: int) -> None:
    parcel = desk.parcel(chosen(desk, pick))
    live = live_scans(parcel)
    if live:
        CARRIER.revoke(desk.world, parcel, live[extra % len(live)].sequence)


def passed(desk: Desk, pick: int, extra: int) -> None:
    desk.advance((1, 20, 90)[extra % 3] * HOUR_MS)


COURIER = {"IKN": IKN, "City": "Тула", "FIO": "С", "Phone": "1"}
MOVES: dict[str, Callable[[Desk, int, int], Any]] = {
    "book": lambda desk, pick, extra: desk.sending(
        PostamatNumber=(LOCKER, OFFICE)[extra % 2], GettingType=101 + extra % 2, SenderCode=f"A-{pick % 2}"
    ),
    "list": lambda desk, pick, extra: desk.ask("makereestrnumber", Invoices=[chosen(desk, pick), chosen(desk, extra)]),
    "unlist": lambda desk, pick, extra: desk.ask("removeinvoicefromreestr", IKN=IKN, InvoiceNumber=chosen(desk, pick)),
    "cancel": lambda desk, pick, extra: desk.ask("cancelInvoice", InvoiceNumber=chosen(desk, pick)),
    "reject": lambda desk, pick, extra: desk.ask("rejectInvoice", InvoiceNumber=chosen(desk, pick)),
    "update": lambda desk, pick, extra: desk.ask(
        "updateInvoice", InvoiceNumber=chosen(desk, pick), Sum=extra, PostamatNumber=(LOCKER, OFFICE)[extra % 2]
    ),
    "courier": lambda desk, pick, extra: desk.ask("courier", Date=f"2026.03.{3 + extra % 20:02}", **COURIER),
    "return": lambda desk, pick, extra: desk.ask("makereturn", InvoiceNumber=chosen(desk, pick)),
    "pay": lambda desk, pick, extra: DESK.make(desk.world),
    "scan": scanned,
    "revoke": revoked,
    "wait": passed,
}
PLAYS = st.lists(
    st.tuples(st.sampled_from([*MOVES, "scan", "scan", "revoke"]), st.integers(0, 1), st.integers(0, 23)),
    min_size=3,
    max_size=14,
)


def held(desk: Desk) -> None:
    """See that what the carrier tells hangs together."""
    world = desk.world
    lines = [line for report in DESK.reports(world) for line in report.lines]
    tracked = [line.tracking for line in lines]
    assert len(set(tracked)) == len(tracked), "a sending stands in one act only"
    for number in numbers(desk):
        parcel = desk.parcel(number)
        money = [fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected)]
        taken_minor = sum(money)
        assert sum(1 if minor > 0 else -1 for minor in money) in (0, 1), "a buyer pays once"
        if parcel.cancelled:
            assert desk.ask("tracksending", InvoiceNumber=number)["ErrorCode"] == 25
            continue
        info = desk.info(number)
        assert taken_minor >= 0 and bool(info["PayType"]) is (taken_minor > 0)
        assert desk.states(number)[0] == 101 or any(
            fact.occurred_ms < parcel.facts[0].at_ms for fact in live_scans(parcel)
        )
        if info["RefundInfo"]:
            assert any(isinstance(fact, PaidOut) for fact in parcel.facts)
            assert info["RefundInfo"]["RefundNumber"] in {report.number for report in DESK.reports(world)}


@settings(max_examples=80)
@given(PLAYS)
def test_whatever_happens_what_is_told_hangs_together(plays: list[Play]) -> None:
    desk = fresh_desk(pickpoint={"registry_below_zero": "made"})
    desk.sending(PostamatNumber=OFFICE)
    for name, pick, extra in plays:
        MOVES[name](desk, pick, extra)
    held(desk)
    dump = desk.world.store.dump()
    assert MemoryStore.load(dump, [*KINDS, *WIRE_KINDS, *CARRIER.kinds]).dump() == dump


@settings(max_examples=15)
@given(PLAYS)
def test_the_same_requests_at_the_same_times_give_the_same_world(plays: list[Play]) -> None:
    dumps = []
    for _ in range(2):
        desk = fresh_desk()
        for name, pick, extra in [("book", 0, 0), *plays]:
            MOVES[name](desk, pick, extra)
        dumps.append(desk.world.store.dump())
    assert dumps[0] == dumps[1]
