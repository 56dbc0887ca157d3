"""Ident codes and the numbers behind them. Contract §6, §11."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.swiss import account, numbers

from .conftest import DAY_MS, Desk, new_tenants

SERIES = "9960013217"
REUSE_DAYS = 30


@pytest.mark.parametrize(
    ("series", "number", "code"),
    [
        ("9935900034", 2, "993590003400000002"),
        ("9960013217", 5958, "996001321700005958"),
        ("9800000001", 99_999_999, "980000000199999999"),
        ("RM999", 60501, "RM999605013CH"),
    ],
)
def test_ident_codes_are_those_of_the_sources(series: str, number: int, code: str) -> None:
    assert numbers.ident_code(series, number) == code


WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def test_the_check_digit_knows_its_two_exceptions() -> None:
    assert numbers.check_digit("99960501") == "3"
    texts = [f"{value:08d}" for value in range(2_000)]
    by_rest = {sum(w * int(digit) for w, digit in zip(WEIGHTS, text, strict=True)) % 11: text for text in texts}
    found = {rest: numbers.check_digit(text) for rest, text in by_rest.items()}
    assert found == {0: "5", 1: "0", **{rest: str(11 - rest) for rest in range(2, 11)}}


def test_a_label_shows_the_dots(desk: Desk) -> None:
    from .conftest import bytes_of

    assert b"^FD99.60.013217.00000001^FS" in bytes_of(desk.made())


def test_a_number_of_ones_own_is_skipped_and_taken_once(desk: Desk) -> None:
    assert desk.made(item={"itemNumber": "2"})["identCode"][-8:] == "00000002"
    assert [desk.made()["identCode"][-8:] for _ in range(2)] == ["00000001", "00000003"]
    assert desk.refused(item={"itemNumber": 2}) == ["E2016"]
    assert desk.refused(item={"itemNumber": "00000002"}) == ["E2016"]
    assert desk.refused(item={"itemNumber": "0"}) == ["E2011"]


def test_licences_and_kinds_of_mail_count_apart(desk: Desk) -> None:
    assert desk.made()["identCode"] == "996001321700000001"
    assert desk.made(frankingLicense="35900034")["identCode"] == "993590003400000001"
    assert desk.made(item={"attributes": {"przl": ["RINL"]}})["identCode"] == "986001321700000001"


@pytest.mark.parametrize(("licence", "head"), [("M999", "RM999"), ("60013217", "RM")])
def test_letters_abroad_have_s10_numbers(desk: Desk, licence: str, head: str) -> None:
    item = desk.made(
        frankingLicense=licence,
        item={
            "recipient": {"country": "DE", "zip": "10115", "city": "Berlin"},
            "attributes": {"przl": ["RETR", "PRI"], "weight": None},
        },
    )
    code = item["identCode"]
    assert code.startswith(head) and code.endswith("CH") and len(code) == 13
    assert numbers.check_digit(code[2:10]) == code[10]


def test_five_digits_have_room_behind_a_licence_of_four_characters(desk: Desk) -> None:
    letter = {
        "recipient": {"country": "DE", "zip": "10115", "city": "Berlin"},
        "attributes": {"przl": ["RETR", "PRI"], "weight": None},
    }
    assert desk.made(frankingLicense="M999", item={**letter, "itemNumber": "60501"})["identCode"] == "RM999605013CH"
    assert desk.refused(frankingLicense="M999", item={**letter, "itemNumber": "160501"}) == ["E2011"]


def test_a_range_that_is_used_up_is_an_error_of_its_own(desk: Desk) -> None:
    desk.settle(item_number_first=5, item_number_last=7)
    assert [desk.made()["identCode"][-1] for _ in range(3)] == ["5", "6", "7"]
    assert desk.refused() == ["E9997"]
    assert desk.refused(item={"itemNumber": "8"}) == ["E2011"]
    assert desk.refused(labelDefinition={"printPreview": True}) == ["E9997"]
    desk.settle(number_range="exhausted")
    assert desk.refused(frankingLicense="35900034") == ["E9997"]


@pytest.mark.parametrize(("codes", "days"), [(["PRI"], 30), (["RINL"], 180)])
def test_a_number_comes_again_after_a_while(desk: Desk, codes: list[str], days: int) -> None:
    asked = {"attributes": {"przl": codes, "weight": None}, "itemNumber": "1"}
    first = desk.made(item=asked)["identCode"]
    desk.advance(days * DAY_MS - 1)
    assert desk.refused(item=asked) == ["E2016"]
    desk.advance(1)
    assert desk.made(item=asked)["identCode"] == first
    again = desk.get("/parcelproof/v1/consignments")
    assert [one["identCode"] for one in again["consignments"]] == [first, first]


commands = st.lists(
    st.one_of(
        st.just(("take", 0)),
        st.tuples(st.just("own"), st.integers(1, 12)),
        st.tuples(st.just("days"), st.integers(1, 31)),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(commands)
def test_no_number_is_twice_in_use_and_the_smallest_unused_comes_first(script: list[tuple[str, int]]) -> None:
    world = new_tenants().world("shop")
    world.store.header.settings = {"swiss_post": {"item_number_last": 12}}
    used: dict[int, int] = {}  # number -> when it is free again
    for command, value in script:
        held = {number for number, free_ms in used.items() if free_ms > world.now_ms}
        free = [number for number in range(1, 13) if number not in held]
        if command == "days":
            world.step(world.now_ms + value * DAY_MS)
            continue
        if command == "own":
            assert numbers.in_use(world, SERIES, value) is (value in held)
            if value in held:
                continue
        if command == "take" and not free:
            with pytest.raises(numbers.Exhausted):
                numbers.take(world, account.of(world), SERIES)
            continue
        assert not free or numbers.upcoming(world, account.of(world), SERIES) == free[0]
        taken = numbers.take(world, account.of(world), SERIES, value)
        assert taken == (value or free[0])
        used[taken] = world.now_ms + REUSE_DAYS * DAY_MS


def test_twenty_thousand_numbers_are_a_row_without_a_gap() -> None:
    world = new_tenants().world("shop")
    holder = account.of(world)
    assert [numbers.take(world, holder, SERIES) for _ in range(10_000)] == [*range(1, 10_001)]
    world.step(world.now_ms + REUSE_DAYS * DAY_MS)
    assert [numbers.take(world, holder, SERIES) for _ in range(10_000)] == [*range(1, 10_001)]
