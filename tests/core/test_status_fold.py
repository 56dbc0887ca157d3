"""The status of a parcel: `statuses` section 3, rules 2 to 4, and section 3a, fold and return leg."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.parcel import (
    Booked,
    Cancelled,
    Collected,
    PaidOut,
    Parcel,
    Revoked,
    Scan,
    decide_cancel,
    decide_revoke,
    evolve,
    fold,
)
from parcelproof.simulators.core.status import ENDED, RANK, Status

SCANNED = [status for status in Status if status not in (Status.ANNOUNCED, Status.CANCELLED)]
histories = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(SCANNED), st.booleans()), max_size=6)


def scans_of(history: list[tuple[int, Status, bool]]) -> list[Scan]:
    return [
        Scan(at_ms=100, sequence=n + 1, occurred_ms=at, status=status, code=str(status), opens_return=opens)
        for n, (at, status, opens) in enumerate(history)
    ]


def parcel_of(*facts: Scan | Revoked) -> Parcel:
    parcel = Parcel("p", "x", "N", "R")
    for fact in facts:
        parcel = evolve(parcel, fact)
    return parcel


def at(occurred_ms: int, status: Status, sequence: int, *, opens: bool = False) -> Scan:
    return Scan(1000, sequence, occurred_ms, status, str(status), opens_return=opens)


@given(histories, st.randoms(use_true_random=False))
def test_the_status_does_not_depend_on_the_order_of_arrival(
    history: list[tuple[int, Status, bool]], chance: Random
) -> None:
    scans = scans_of(history)
    shuffled = list(scans)
    chance.shuffle(shuffled)
    assert fold(tuple(shuffled)) == fold(tuple(scans))


@given(histories, st.randoms(use_true_random=False))
def test_without_exact_ties_not_even_the_numbering_matters(
    history: list[tuple[int, Status, bool]], chance: Random
) -> None:
    distinct = list({(moment, RANK[status]): (moment, status, opens) for moment, status, opens in history}.values())
    renumbered = list(distinct)
    chance.shuffle(renumbered)
    assert fold(tuple(scans_of(renumbered))) == fold(tuple(scans_of(distinct)))


@given(histories, histories)
def test_what_happens_after_the_end_changes_nothing(
    before: list[tuple[int, Status, bool]], later: list[tuple[int, Status, bool]]
) -> None:
    ended = [*before, (10, Status.DELIVERED, False)]
    more = [*ended, *((moment + 11, status, opens) for moment, status, opens in later)]
    assert fold(tuple(scans_of(ended))) in ENDED
    assert fold(tuple(scans_of(more))) == fold(tuple(scans_of(ended)))


@given(histories, st.data())
def test_a_withdrawn_scan_counts_as_if_it_had_never_been(
    history: list[tuple[int, Status, bool]], data: st.DataObject
) -> None:
    scans = scans_of(history)
    if not scans:
        return
    gone = data.draw(st.sampled_from(scans))
    left = [scan for scan in scans if scan is not gone]
    revoked = Revoked(at_ms=200, sequence=len(scans) + 1, revokes=gone.sequence)
    assert fold((*scans, revoked)) == fold(tuple(left))
    assert parcel_of(*scans, revoked).status == fold(tuple(left))


def test_the_latest_occurrence_wins_not_the_highest_rank() -> None:
    assert parcel_of(at(1, Status.OUT_FOR_DELIVERY, 1), at(2, Status.HELD, 2)).status is Status.HELD


def test_a_late_older_scan_changes_the_history_but_not_the_status() -> None:
    parcel = parcel_of(at(5, Status.OUT_FOR_DELIVERY, 1), at(3, Status.IN_TRANSIT, 2))
    assert (parcel.status, parcel.scans) == (Status.OUT_FOR_DELIVERY, 2)


def test_rank_breaks_exact_ties() -> None:
    assert parcel_of(at(1, Status.DELIVERED, 1), at(1, Status.IN_TRANSIT, 2)).status is Status.DELIVERED


def test_delivered_is_reopened_by_a_withdrawal_only() -> None:
    delivered = parcel_of(at(1, Status.IN_TRANSIT, 1), at(2, Status.DELIVERED, 2), at(3, Status.HELD, 3))
    assert delivered.status is Status.DELIVERED
    reopened = evolve(delivered, decide_revoke(delivered, sequence=2, at_ms=9))
    assert reopened.status is Status.HELD


@pytest.mark.parametrize(
    ("scanned", "shown"),
    [
        (Status.ACCEPTED, Status.RETURNING),
        (Status.CUSTOMS, Status.RETURNING),
        (Status.READY_FOR_PICKUP, Status.RETURNING),
        (Status.DELIVERED, Status.RETURNED),
        (Status.UNDELIVERABLE, Status.UNDELIVERABLE),
        (Status.LOST_OR_DAMAGED, Status.LOST_OR_DAMAGED),
    ],
)
def test_on_the_return_leg_scans_read_otherwise(scanned: Status, shown: Status) -> None:
    assert parcel_of(at(1, Status.RETURNING, 1, opens=True), at(2, scanned, 2)).status is shown


def test_returning_without_the_mark_colours_its_own_event_only() -> None:
    parcel = parcel_of(at(1, Status.RETURNING, 1), at(2, Status.IN_TRANSIT, 2))
    assert parcel.status is Status.IN_TRANSIT


def test_a_firm_scan_reads_the_same_on_the_return_leg() -> None:
    opened = at(1, Status.RETURNING, 1, opens=True)
    assert fold((opened, Scan(9, 2, 2, Status.DELIVERED, "to the addressee", firm=True))) is Status.DELIVERED


@given(histories, st.integers(0, 4), st.sampled_from(SCANNED))
def test_a_silent_scan_says_nothing(history: list[tuple[int, Status, bool]], when: int, status: Status) -> None:
    scans = scans_of(history)
    silent = Scan(100, len(scans) + 1, when, status, "paperwork", opens_return=True, silent=True)
    assert fold((*scans, silent)) is fold(tuple(scans))


def test_a_lost_parcel_that_is_scanned_again_moves_on() -> None:
    assert parcel_of(at(1, Status.LOST_OR_DAMAGED, 1), at(2, Status.IN_TRANSIT, 2)).status is Status.IN_TRANSIT


def test_other_facts_leave_the_status_alone() -> None:
    parcel = parcel_of(at(1, Status.DELIVERED, 1))
    for fact in (Booked(0), Collected(2, 100, "RUB"), PaidOut(3, "R-1")):
        parcel = evolve(parcel, fact)
    assert (parcel.status, parcel.scans, len(parcel.facts)) == (Status.DELIVERED, 1, 4)


def test_only_an_untouched_parcel_can_be_cancelled() -> None:
    parcel = Parcel("p", "x", "N", "R")
    assert decide_cancel(parcel, at_ms=5) == Cancelled(5)
    for refused, reason in (
        (evolve(parcel, Cancelled(5)), Reason.CANCELLED),
        (parcel_of(at(1, Status.ACCEPTED, 1)), Reason.MOVED),
    ):
        with pytest.raises(Rejected) as found:
            decide_cancel(refused, at_ms=6)
        assert found.value.reason is reason


def test_only_a_live_scan_can_be_withdrawn() -> None:
    parcel = parcel_of(at(1, Status.ACCEPTED, 1), at(2, Status.IN_TRANSIT, 2))
    parcel = evolve(parcel, decide_revoke(parcel, sequence=2, at_ms=9))
    for sequence in (2, 3, 7):
        with pytest.raises(Rejected) as found:
            decide_revoke(parcel, sequence=sequence, at_ms=10)
        assert found.value.reason is Reason.UNKNOWN_SCAN
