"""The dictionary of operations and what they say: `postal_api_russia` §4.7, `statuses` §3a with its test vectors."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.core.status import RANK, Status
from parcelproof.simulators.postal_api.russia.operations import Mark, by_code, operation, operations, parsed, types
from parcelproof.simulators.postal_api.russia.statuses import Event, Item, readings, standing

PARCEL, ONLINE, COURIER, EMS = Item(4), Item(23), Item(24), Item(7)


def event(sequence: int, told: str) -> Event:
    """Return one event of `8/2` or `8/2@5`; without a time events are as old as they came."""
    code, _, at = told.partition("@")
    type_id, attribute = map(int, code.split("/"))
    return Event(int(at or sequence), sequence, operation(type_id, attribute))


def after_each(told: str, item: Item) -> list[str]:
    events = [event(n, one) for n, one in enumerate(told.split(), 1)]
    return [standing(events[:n], item).value for n in range(1, len(events) + 1)]


@pytest.mark.parametrize(
    ("item", "told", "expected"),
    [
        (
            ONLINE,
            "28/0 1/2 8/1 8/3 8/2 8/28 63/0 2/1",
            "announced accepted in_transit in_transit ready_for_pickup ready_for_pickup ready_for_pickup delivered",
        ),
        (COURIER, "28/0 1/2 8/1 8/3 8/2 8/15", "announced accepted in_transit in_transit in_transit out_for_delivery"),
        (
            PARCEL,
            "8/2@1 8/4@3 3/1@2 8/2@5 2/2@6 8/3@4",
            "ready_for_pickup in_transit returning returning returned returned",
        ),
        (PARCEL, "8/2@1 8/4@3 3/1@2 8/2@5 2/0@6", "ready_for_pickup in_transit returning returning returned"),
        (PARCEL, "8/2@1 8/4@3 3/1@2 8/2@5 2/1@6", "ready_for_pickup in_transit returning returning delivered"),
        (
            EMS,
            "10/0 9/1 11/0 14/8 14/1 31/21 8/15 12/6 8/15 42/9 99/1 1027/4 18/0",
            "in_transit in_transit customs customs in_transit in_transit out_for_delivery returning out_for_delivery "
            "ready_for_pickup ready_for_pickup held lost_or_damaged",
        ),
        # of the table's notes
        (Item(23, 64), "1/1 8/2", "accepted in_transit"),
        (Item(), "1/1 8/2", "accepted in_transit"),
        (ONLINE, "8/39 8/39", "accepted ready_for_pickup"),
        (ONLINE, "28/0 26/1", "announced cancelled"),
        (ONLINE, "28/0 1/1 26/1", "announced accepted cancelled"),
        (ONLINE, "28/0 1/1 8/1 26/1", "announced accepted in_transit in_transit"),
        (ONLINE, "1/1 8/2 2/1 26/2", "accepted ready_for_pickup delivered ready_for_pickup"),
        (ONLINE, "1/1 2/1 26/2 26/2 26/2", "accepted delivered accepted announced announced"),
        (ONLINE, "1/1 2/1 63/0 28/0 26/0", "accepted delivered delivered delivered accepted"),
        (ONLINE, "39/1 28/0 1/1 39/4 14/1", "announced announced accepted customs in_transit"),
        (ONLINE, "1/1 27/0 37/0", "accepted accepted accepted"),
        (ONLINE, "1/1 48/0 3/15 2/2", "accepted delivered delivered delivered"),
        (PARCEL, "1/1 3/13 8/1", "accepted customs in_transit"),
        (PARCEL, "1/1 12/6 8/1", "accepted returning in_transit"),
        (PARCEL, "1/1 8/41 8/1 18/0", "accepted returning returning lost_or_damaged"),
        (PARCEL, "1/1 2/14", "accepted delivered"),
        (PARCEL, "1/1 5/1 8/1", "accepted lost_or_damaged in_transit"),
        (PARCEL, "1/1 8/45 5/9 8/777", "accepted accepted accepted in_transit"),
        # a return under a number of its own: its addressee is the shop
        (Item(51, is_return=True), "28/0 1/1 8/4 2/1", "announced returning returning returned"),
        (Item(51, is_return=True), "1/1 8/4 2/2", "returning returning undeliverable"),
        (Item(51, is_return=True), "1/1 8/4 2/0", "returning returning returned"),
    ],
)
def test_what_a_history_says_after_each_event(item: Item, told: str, expected: str) -> None:
    assert after_each(told, item) == expected.split()


codes = st.sampled_from(sorted(by_code()))
histories = st.lists(st.tuples(st.integers(0, 6), codes), max_size=8)
items = st.builds(Item, st.sampled_from([None, 4, 7, 23, 24]), st.sampled_from([0, 64]), st.booleans())


@given(histories, items, st.randoms(use_true_random=False))
def test_the_status_does_not_depend_on_the_order_of_arrival(
    history: list[tuple[int, str]], item: Item, chance: Random
) -> None:
    events = [event(n, f"{code}@{at}") for n, (at, code) in enumerate(history, 1)]
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert standing(shuffled, item) == standing(events, item)
    assert readings(shuffled, item) == readings(events, item)


@given(histories, items)
def test_paperwork_and_codes_of_nobody_change_nothing(history: list[tuple[int, str]], item: Item) -> None:
    events = [event(n, f"{code}@{at}") for n, (at, code) in enumerate(history, 1)]
    silent = [one for one in events if one.operation.status is None and one.operation.mark is not Mark.WITHDRAWS]
    assert standing([one for one in events if one not in silent], item) == standing(events, item)


def test_the_dictionary_is_whole() -> None:
    assert set(types()) == {*range(1, 64), 1027}
    assert {type_id for type_id, _ in operations()} <= set(types())
    assert all(found.name or found.attribute == 0 for found in operations().values())
    assert {a for t, a in operations() if t == 42} == {a for t, a in operations() if t == 12} == set(range(1, 31))
    assert (len(operations()), len(by_code())) == (423, 477)


def test_terminal_operations_end_an_item() -> None:
    ends = {Status.DELIVERED, Status.RETURNED, Status.LOST_OR_DAMAGED, Status.UNDELIVERABLE}
    terminal = [found for (type_id, _), found in operations().items() if type_id == 2]
    for found in [*terminal, *(operation(*pair) for pair in ((5, 1), (5, 2), (15, 0), (16, 0), (17, 0), (18, 0)))]:
        assert found.status in ends and RANK[found.status] >= 80, found.code


def test_words_go_by_name() -> None:
    words = {t: found.type_word for t, found in types().items()}
    assert (words[4], words[5], words[2]) == ("DELIVERING", "SKIPPING", "GIVING")
    assert (words[27], words[28]) == ("ELECTRONIC_REGISTRATION_RECEIVED", "ID_ASSIGNMENT")
    assert (words[46], words[47], words[48]) == ("ID_ASSIGNMENT_CANCELATION", "UNKNOWN", "PARTIAL_DELIVERY")
    assert operation(8, 2).word == "ARRIVED" and operation(8, 4).word == "SORTED"
    assert [operation(12, 6).word, operation(42, 6).word] == ["FAILED_BY_RECEPINT_REJECT"] * 2
    assert operation(2, 0).word == "GIVING_COMMON" and operation(28).word == "ID_ASSIGNED"


def test_codes_are_read_to_the_letter() -> None:
    found = parsed("8/2")
    assert found is not None and (found.type_name, found.name) == ("Обработка", "Прибыло в место вручения")
    assert [parsed(code) for code in ("8", "8/", "08/2", "8/2 ", "99/1", "8/777", "")] == [None] * 7
    assert not operation(99, 1).known and not operation(8, 45).known and operation(63).known
    assert operation(14, 11).name == "ТК в рамках СУР*" and operation(39, 2).name.endswith('"выпуск разрешен"')
