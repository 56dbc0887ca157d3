"""What any store must do. Another implementation joins by one more row in `STORES`."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.records import STORE_VERSION, Due, Header, Kind, MemoryStore, Store

WORDS: Kind[str] = Kind("test.words", str)
PAIRS: Kind[tuple[int, int]] = Kind("test.pairs", tuple[int, int])
KINDS = (WORDS, PAIRS)

Make = Callable[[Header], Store]
Load = Callable[[bytes, Iterable[Kind[Any]]], Store]
STORES: dict[str, tuple[Make, Load]] = {"memory": (MemoryStore, MemoryStore.load)}

everywhere = pytest.mark.parametrize(("make", "load"), STORES.values(), ids=STORES.keys())
moments = st.lists(st.integers(0, 5), max_size=12)


def header() -> Header:
    return Header(name="t", seed="s", now_ms=7, counters={"c": 3}, settings={"mix": {"delivered": 1}})


def filled(store: Store, at_ms: Iterable[int]) -> Store:
    for order, moment in enumerate(at_ms, start=1):
        store.push(Due(moment, order, "d", f"k{order}"))
    return store


@everywhere
def test_what_was_put_is_found_until_it_is_dropped(make: Make, load: Load) -> None:
    store = make(header())
    assert store.get(WORDS, "a") is None
    store.put(WORDS, "a", "first")
    store.put(WORDS, "a", "second")
    store.put(PAIRS, "a", (1, 2))
    assert (store.get(WORDS, "a"), store.get(PAIRS, "a"), store.count(WORDS)) == ("second", (1, 2), 1)
    store.drop(WORDS, "a")
    store.drop(WORDS, "never there")
    assert (store.get(WORDS, "a"), store.count(WORDS), store.count(PAIRS)) == (None, 0, 1)


@everywhere
def test_records_are_scanned_in_the_order_of_their_first_put(make: Make, load: Load) -> None:
    store = make(header())
    for key in ("b", "c", "a", "b"):
        store.put(WORDS, key, key)
    assert list(store.scan(WORDS)) == [("b", "b"), ("c", "c"), ("a", "a")]
    for key, _ in store.scan(WORDS):
        store.drop(WORDS, key)
    assert list(store.scan(WORDS)) == []


@everywhere
@given(at_ms=moments)
def test_dues_come_out_by_time_and_then_by_order(make: Make, load: Load, at_ms: list[int]) -> None:
    store = filled(make(header()), at_ms)
    expected = store.agenda()
    assert expected == sorted(expected)
    found = []
    while (due := store.peek()) is not None:
        assert store.pop() == due
        found.append(due)
    assert found == expected
    with pytest.raises(LookupError):
        store.pop()


@everywhere
@given(at_ms=moments, cut=st.sets(st.integers(0, 14)))
def test_a_cut_due_is_gone_and_the_others_stay(make: Make, load: Load, at_ms: list[int], cut: set[int]) -> None:
    store = filled(make(header()), at_ms)
    expected = [due for due in store.agenda() if due.order not in cut]
    store.cut(cut)
    assert store.agenda() == expected
    store.push(Due(0, 99, "d", "new"))
    assert store.peek() == Due(0, 99, "d", "new") or (expected and store.peek() == expected[0])
    assert load(store.dump(), KINDS).agenda() == store.agenda()


@everywhere
@given(words=st.dictionaries(st.text(), st.text(), max_size=5), at_ms=moments)
def test_a_loaded_store_is_the_store_that_was_dumped(
    make: Make, load: Load, words: dict[str, str], at_ms: list[int]
) -> None:
    store = filled(make(header()), at_ms)
    for key, word in words.items():
        store.put(WORDS, key, word)
    store.put(PAIRS, "x", (1, 2))
    twin = load(store.dump(), KINDS)
    assert twin.header == store.header
    assert list(twin.scan(WORDS)) == list(store.scan(WORDS))
    assert twin.get(PAIRS, "x") == (1, 2)
    assert twin.agenda() == store.agenda()
    assert twin.dump() == store.dump()


@everywhere
@pytest.mark.parametrize(
    "dump",
    [b"", b"\x80", b"no snapshot", msgspec.msgpack.encode({"version": STORE_VERSION}), b"\x91" * 100_000],
    ids=["empty", "other-map", "text", "half", "deep"],
)
def test_what_is_no_snapshot_is_refused(make: Make, load: Load, dump: bytes) -> None:
    with pytest.raises(Rejected) as refused:
        load(dump, KINDS)
    assert refused.value.reason is Reason.WRONG_SNAPSHOT


@everywhere
def test_a_snapshot_of_another_version_or_with_unknown_kinds_is_refused(make: Make, load: Load) -> None:
    store = make(header())
    store.put(WORDS, "a", "b")
    with pytest.raises(Rejected, match=r"test\.words"):
        load(store.dump(), [PAIRS])
    later = msgspec.msgpack.decode(store.dump())
    later["version"] = STORE_VERSION + 1
    with pytest.raises(Rejected, match="allowed"):
        load(msgspec.msgpack.encode(later), KINDS)


@everywhere
@given(cut_at=st.integers(0, 200))
def test_a_truncated_snapshot_is_refused(make: Make, load: Load, cut_at: int) -> None:
    store = filled(make(header()), [1, 2, 3])
    store.put(WORDS, "a", "b" * 30)
    dump = store.dump()
    with pytest.raises(Rejected):
        load(dump[: min(cut_at, len(dump) - 1)], KINDS)


@everywhere
@given(script=st.lists(st.tuples(st.sampled_from("puuuudr"), st.integers(0, 9)), max_size=25), start=st.integers(0, 6))
def test_places_and_records_follow_the_order_of_the_scan(
    make: Make, load: Load, script: list[tuple[str, int]], start: int
) -> None:
    store = make(header())
    for what, number in script:
        if what == "d":
            store.drop(WORDS, str(number))
        elif what == "r":
            assert store.records(WORDS, start, 2) == [word for _, word in store.scan(WORDS)][start : start + 2]
        else:
            store.put(WORDS, str(number), f"{what}{number}")
    rows = list(store.scan(WORDS))
    assert [store.place(WORDS, key) for key, _ in rows] == list(range(len(rows)))
    assert store.place(WORDS, "never there") is None
    for most in (None, 0, 1, 3):
        end = len(rows) if most is None else start + most
        assert store.records(WORDS, start, most) == [word for _, word in rows][start:end]


@everywhere
@given(at_ms=moments, cut=st.sets(st.integers(0, 14)))
def test_a_due_is_found_by_its_order_while_it_is_planned(
    make: Make, load: Load, at_ms: list[int], cut: set[int]
) -> None:
    store = filled(make(header()), at_ms)
    store.cut(cut)
    planned = {due.order: due for due in store.agenda()}
    assert {order: found for order in range(15) if (found := store.due(order)) is not None} == planned
