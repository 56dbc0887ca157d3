"""IML's pairs and PickPoint's numbers by `statuses` §3a, every row, and the contract's test vectors 4 and 5."""

from datetime import datetime, timedelta

import pytest

from parcelproof.reference.adapters import carrier_codes
from parcelproof.reference.adapters.carrier_codes import Meaning, iml_meaning, pickpoint_meaning
from parcelproof.reference.domain.statuses import Status, canonical, picture
from parcelproof.reference.ports import CarrierEvent

NOW = datetime.fromisoformat("2026-03-02T08:00:00+00:00")


def told(*rows: tuple[Meaning, int]) -> list[CarrierEvent]:
    """Return events as an adapter makes them of (meaning, minute)."""
    return [
        CarrierEvent(
            id=f"{meaning.code}/{minute}", carrier="c", number="D", code=meaning.code, text="", status=meaning.status,
            occurred_at=NOW + timedelta(minutes=minute), opens_return=meaning.opens_return, partial=meaning.partial,
            status_after=meaning.status_after, to_addressee=meaning.to_addressee, sequence=place,
        )
        for place, (meaning, minute) in enumerate(rows)
    ]  # fmt: skip


def after_each(rows: list[tuple[Meaning, int]]) -> list[str]:
    return [picture("D", told(*rows[: count + 1])).status for count in range(len(rows))]


def test_vector_4_of_iml() -> None:
    pairs = ["999/0", "1/0", "2/0", "1/0", "10/0", "6/1", "6/2", "1/2", "13/2"]
    rows = [(iml_meaning(*pair.split("/")), minute) for minute, pair in enumerate(pairs)]
    assert after_each(rows) == [
        "announced", "accepted", "out_for_delivery", "in_transit", "ready_for_pickup", "held", "returning",
        "returning", "returned",
    ]  # fmt: skip


def test_vector_5_of_pickpoint() -> None:
    states = ["101", "105", "108", "109", "112", "109", "112", "115", "117", "113"]
    rows = [(pickpoint_meaning(state), minute) for minute, state in enumerate(states)]
    rows[-1] = (rows[-1][0], rows[-2][1])  # 113 with the same minute as 117
    assert after_each(rows) == [
        "announced", "accepted", "out_for_delivery", "ready_for_pickup", "returning", "ready_for_pickup", "returning",
        "returning", "returning", "returned",
    ]  # fmt: skip
    received = [(pickpoint_meaning("111"), 5), (pickpoint_meaning("109"), 5)]
    assert after_each(received) == ["delivered", "delivered"]


@pytest.mark.parametrize(
    ("state", "outcome", "status", "leg"),
    [
        ("999", "0", "announced", False), ("0", "0", "announced", False), ("1", "0", "accepted", False),
        ("2", "0", "out_for_delivery", False), ("10", "0", "ready_for_pickup", False), ("3", "0", "delivered", False),
        ("6", "0", "returning", True), ("13", "0", "keep", False), ("13", "1", "delivered", False),
        ("13", "2", "returned", True), ("13", "3", "returned", True), ("2", "1", "delivered", False),
        ("3", "1", "delivered", False), ("10", "2", "returning", True), ("6", "3", "returning", True),
        ("6", "1", "held", False), ("3", "2", "held", False), ("3", "3", "held", False),
        ("4", "0", "unknown", False), ("1", "9", "unknown", False), ("77", "1", "unknown", False),
        ("", "", "unknown", False),
    ],
)  # fmt: skip
def test_every_pair_of_iml_has_the_value_of_the_table(state: str, outcome: str, status: str, leg: bool) -> None:
    meaning = iml_meaning(state, outcome)
    assert (meaning.code, meaning.status, meaning.opens_return) == (f"{state}/{outcome}", status, leg)


def test_iml_hands_over_to_the_buyer_also_on_the_way_back_where_the_outcome_says_so() -> None:
    leg = (iml_meaning("6", "0"), 1)
    assert after_each([leg, (iml_meaning("3", "1"), 2)]) == ["returning", "delivered"]
    assert after_each([leg, (iml_meaning("3", "0"), 2)]) == ["returning", "returned"], "the place alone only guesses"


def test_refused_pieces_make_a_delivery_of_iml_partial() -> None:
    assert iml_meaning("3", "1", refused_pieces=True).partial
    assert not iml_meaning("6", "2", refused_pieces=True).partial


def test_codes_of_pickpoint_that_are_not_listed_are_unknown() -> None:
    listed = {*map(str, range(101, 110)), *map(str, range(111, 118)), "123"}
    assert set(carrier_codes.PICKPOINT) == listed
    for state in ("110", *map(str, range(118, 123)), "", "x", "1O1"):
        assert pickpoint_meaning(state) == Meaning(state, Status.UNKNOWN)
        assert canonical(pickpoint_meaning(state).status) is None
    assert {state for state in listed if pickpoint_meaning(state).opens_return} == {"115", "116"}
