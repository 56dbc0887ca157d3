"""Numbers of items. Wire contract: `postal_api_russia` §3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.core.records import Header, MemoryStore
from parcelproof.simulators.core.world import World
from parcelproof.simulators.postal_api.russia import numbers
from parcelproof.simulators.postal_api.russia.numbers import DOMESTIC, SERIALS, SERIES, Exhausted, Range

if TYPE_CHECKING:
    from tests.russia.otpravka.conftest import Desk

REAL = ["80092578900475", "80092578900482", "80092578900499", "80083740712514", "80093053624992", "ZF918505785HK"]


def world(seed: str = "s") -> World:
    return World(MemoryStore(Header(name="t", seed=seed, now_ms=1_000)), {})


@pytest.mark.parametrize("number", REAL)
def test_numbers_seen_in_public_are_right(number: str) -> None:
    assert numbers.is_number(number)
    for place, digit in enumerate(number if number.isdigit() else ""):  # S10 lets some pass: 10 and 0, 11 and 5 are one
        assert not numbers.is_number(f"{number[:place]}{(int(digit) + 1) % 10}{number[place + 1 :]}"), place


@pytest.mark.parametrize(
    "text", ["", "8009257890047", "zf918505785hk", "ZF91850578HKK", "８0092578900475", "80092578900475 "]
)
def test_other_texts_are_no_numbers(text: str) -> None:
    assert not numbers.is_number(text)


@given(st.integers(0, SERIES * SERIALS - 1), st.integers(0, 9_999), st.integers(0, 10**8 - 1))
@settings(max_examples=200)
def test_every_place_of_a_range_has_a_right_number(place: int, prefix: int, far: int) -> None:
    found = numbers.domestic(f"80{prefix:04d}", place)
    assert numbers.is_number(found) and found[6:8] != "00" and len(found) == 14
    abroad = numbers.s10("RO", far)
    assert numbers.is_number(abroad) and abroad.endswith("RU")


def test_consecutive_numbers_are_consecutive_serials_and_wrap_around() -> None:
    one = world()
    one.store.put(numbers.RANGES, DOMESTIC, (Range("800925", SERIES * SERIALS - 2, 10),))
    found = [numbers.issue(one) for _ in range(4)]
    assert [number[6:13] for number in found] == ["9999998", "9999999", "0100000", "0100001"]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=5), st.integers(1, 60))
@settings(max_examples=50)
def test_ranges_give_every_number_once_and_then_none(sizes: list[int], asked: int) -> None:
    one = world()
    one.store.put(numbers.RANGES, DOMESTIC, (Range("800001", 3, sizes[0]),))
    for place, size in enumerate(sizes[1:]):
        numbers.add_range(one, DOMESTIC, Range(f"80001{place}", 9_899_990, size))
    issued = []
    for _ in range(asked):
        try:
            issued.append(numbers.issue(one))
        except Exhausted:
            assert numbers.left(one, DOMESTIC) == 0
    assert len(set(issued)) == len(issued) == min(asked, sum(sizes))
    assert numbers.left(one, DOMESTIC) == sum(sizes) - len(issued)


def test_a_prefix_is_given_out_once() -> None:
    one = world()
    (first,) = numbers.ranges(one, DOMESTIC)
    with pytest.raises(ValueError, match="in use"):
        numbers.add_range(one, DOMESTIC, Range(first.prefix, 0, 10))


@pytest.mark.ci
def test_a_million_numbers_are_a_million_numbers() -> None:
    """Over the end of a prefix, and with another range asked for on the way; none is lost, none comes twice."""
    one = world("a million")
    one.store.put(numbers.RANGES, DOMESTIC, (Range("800000", 9_700_000, 700_000),))
    issued = [numbers.issue(one) for _ in range(700_000)]
    with pytest.raises(Exhausted):
        numbers.issue(one)
    numbers.add_range(one, DOMESTIC, Range("800001", 0, 300_000))
    issued += [numbers.issue(one) for _ in range(300_000)]
    with pytest.raises(Exhausted):
        numbers.issue(one)
    assert len(set(issued)) == 1_000_000
    assert all(numbers.is_number(number) for number in issued[::997])
    places = [int(number[6:8]) * SERIALS + int(number[8:13]) for number in issued[:700_000]]
    assert sorted(places) == [*range(SERIALS, SERIALS + 500_000), *range(98 * SERIALS, 100 * SERIALS)]


def test_an_exhausted_range_refuses_orders_until_another_is_asked_for(desk: Desk) -> None:
    desk.settings(number_range_size=2)
    ids = [desk.made(), desk.made()]
    assert desk.codes() == ["BARCODE_ERROR"]
    answer = desk.call("GET", "/parcelproof/v1/number-ranges")
    (row,) = json.loads(answer.body)
    assert (row["row"], row["left"]) == ("domestic", 0) and row["ranges"][0]["issued"] == 2
    desk.ask("DELETE", "/1.0/backlog", ids)
    assert desk.codes() == ["BARCODE_ERROR"], "a deleted order's number does not come back"
    added = json.loads(desk.call("POST", "/parcelproof/v1/number-ranges").body)
    assert added["left"] == SERIES * SERIALS and len({one["prefix"] for one in added["ranges"]}) == 2
    assert desk.codes() == []


def test_an_order_that_is_refused_takes_no_number(desk: Desk) -> None:
    numbers_of = [desk.ask("GET", f"/1.0/backlog/{desk.made()}")["barcode"]]
    for changes in ({"mass": None}, {"index_to": 999999}, {"mass": 60_000}):
        assert desk.codes(**changes)
    numbers_of.append(desk.ask("GET", f"/1.0/backlog/{desk.made()}")["barcode"])
    one, two = (int(number[6:13]) for number in numbers_of)
    assert two == one + 1


@pytest.mark.parametrize(
    ("mail_type", "category", "row"),
    [
        ("SMALL_PACKET", "ORDERED", "RO"),
        ("POSTAL_PARCEL", "ORDINARY", "CC"),
        ("POSTAL_PARCEL", "WITH_DECLARED_VALUE", "VC"),
        ("EMS", "ORDINARY", "EA"),
        ("LETTER", "ORDERED", "RA"),
    ],
)
def test_letters_abroad_tell_the_kind(mail_type: str, category: str, row: str) -> None:
    assert numbers.row_of(mail_type, category, abroad=True) == row
    assert numbers.row_of(mail_type, category, abroad=False) == DOMESTIC
