"""The store port: everything a tenant's world remembers, behind a narrow, versioned interface.

A record is a frozen msgspec Struct (or a plain str or int) under a kind and a key. A store may share it, encode it
or keep it in another process; so records are replaced, never changed in place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Annotated, Any, Generic, Protocol, TypeVar

import msgspec
from msgspec import Meta

from .errors import Reason, Rejected

T = TypeVar("T")

STORE_VERSION = 1

# Bounds hold where bytes from outside become records; what the world makes itself keeps to them anyway.
LATEST_MS = 253_370_764_800_000  # the year 9999
Instant = Annotated[int, Meta(ge=-(10**12), le=LATEST_MS)]  # may lie before 1970 by as much as an event may be late
Natural = Annotated[int, Meta(ge=0, le=2**62)]


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A family of records: `name` is `<owner>.<plural>`, `type` what msgspec decodes a stored one to."""

    name: str
    type: type[T]


class Due(msgspec.Struct, frozen=True, gc=False, array_like=True, order=True):
    """One thing that will happen: data, so that it can be shown, cut and stored.

    `at_ms` is whole virtual milliseconds since the Unix epoch; `order` breaks ties in the order of planning.
    """

    at_ms: Annotated[int, Meta(ge=0, le=2 * LATEST_MS)]
    order: Natural
    duty: str
    key: str
    note: str = ""


class Header(msgspec.Struct):
    """What a tenant is besides its records. Changed in place by its `World` only."""

    name: str
    seed: str
    now_ms: Instant
    order: Natural = 0
    virtual: bool = True
    speed: Annotated[float, Meta(gt=0, le=1_000_000)] = 1.0
    counters: dict[str, Natural] = msgspec.field(default_factory=dict)
    settings: dict[str, Any] = msgspec.field(default_factory=dict)


class Store(Protocol):
    """Where a world keeps its header, records and agenda."""

    header: Header

    def get(self, kind: Kind[T], key: str) -> T | None: ...
    def put(self, kind: Kind[T], key: str, record: T) -> None: ...
    def drop(self, kind: Kind[Any], key: str) -> None: ...
    def scan(self, kind: Kind[T]) -> Iterator[tuple[str, T]]:
        """Yield (key, record) in the order in which the keys were first put."""
        ...

    def count(self, kind: Kind[Any]) -> int: ...
    def records(self, kind: Kind[T], start: int = 0, most: int | None = None) -> list[T]:
        """Return records by their place in the order of `scan`, at most so many: what a page needs, and no more."""
        ...

    def place(self, kind: Kind[Any], key: str) -> int | None:
        """Return a key's place in the order of `scan`, from 0; None when there is none."""
        ...

    def push(self, due: Due) -> None: ...
    def peek(self) -> Due | None: ...
    def pop(self) -> Due: ...
    def cut(self, orders: Iterable[int]) -> None:
        """Take the dues with these order numbers off the agenda; unknown ones are ignored."""
        ...

    def due(self, order: int) -> Due | None:
        """Return what is planned under this order number, None when it is done or cut."""
        ...

    def agenda(self) -> list[Due]:
        """Return what is still to happen, soonest first."""
        ...

    def dump(self) -> bytes: ...


class _Dump(msgspec.Struct):
    version: int
    header: Header
    agenda: list[Due]
    records: dict[str, list[tuple[str, msgspec.Raw]]]


class MemoryStore:
    """The first and fastest store: plain dicts and a heap."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self._records: dict[str, dict[str, Any]] = {}
        self._heap: list[Due] = []
        self._cut: set[int] = set()
        self._places: dict[str, dict[str, int]] = {}  # kind -> key -> place; made when it is asked for, then extended
        self._orders: dict[str, list[str]] = {}  # kind -> keys by place

    def get(self, kind: Kind[T], key: str) -> T | None:
        table = self._records.get(kind.name)
        return None if table is None else table.get(key)

    def put(self, kind: Kind[T], key: str, record: T) -> None:
        table = self._records.get(kind.name)
        if table is None:
            table = self._records[kind.name] = {}
        table[key] = record

    def drop(self, kind: Kind[Any], key: str) -> None:
        self._records.get(kind.name, {}).pop(key, None)
        if kind.name in self._orders:
            del self._orders[kind.name], self._places[kind.name]

    def scan(self, kind: Kind[T]) -> Iterator[tuple[str, T]]:
        return iter(tuple(self._records.get(kind.name, {}).items()))

    def count(self, kind: Kind[Any]) -> int:
        return len(self._records.get(kind.name, ()))

    def records(self, kind: Kind[T], start: int = 0, most: int | None = None) -> list[T]:
        table = self._records.get(kind.name, {})
        if not start:
            return list(table.values() if most is None else islice(table.values(), most))
        keys = self._ordered(kind.name)
        return [table[key] for key in keys[start : len(keys) if most is None else start + most]]

    def place(self, kind: Kind[Any], key: str) -> int | None:
        self._ordered(kind.name)
        return self._places[kind.name].get(key)

    def _ordered(self, name: str) -> list[str]:
        """Return the keys of a kind by their place; those put since the last time are at the table's end."""
        table, keys = self._records.get(name, {}), self._orders.setdefault(name, [])
        places = self._places.setdefault(name, {})
        added = list(islice(reversed(table), len(table) - len(keys)))
        for key in reversed(added):
            places[key] = len(keys)
            keys.append(key)
        return keys

    def push(self, due: Due) -> None:
        heappush(self._heap, due)

    def peek(self) -> Due | None:
        heap = self._heap
        while heap and heap[0].order in self._cut:
            self._cut.discard(heappop(heap).order)
        return heap[0] if heap else None

    def pop(self) -> Due:
        if self.peek() is None:
            raise LookupError("the agenda is empty")
        return heappop(self._heap)

    def cut(self, orders: Iterable[int]) -> None:
        known = {due.order for due in self._heap}
        self._cut.update(order for order in orders if order in known)

    def due(self, order: int) -> Due | None:
        if order in self._cut:
            return None
        return next((due for due in self._heap if due.order == order), None)

    def agenda(self) -> list[Due]:
        return sorted(due for due in self._heap if due.order not in self._cut)

    def dump(self) -> bytes:
        encode = msgspec.msgpack.encode
        return encode(
            _Dump(
                version=STORE_VERSION,
                header=self.header,
                agenda=self.agenda(),
                records={
                    name: [(key, msgspec.Raw(encode(record))) for key, record in table.items()]
                    for name, table in self._records.items()
                    if table
                },
            )
        )

    @classmethod
    def load(cls, dump: bytes, kinds: Iterable[Kind[Any]]) -> "MemoryStore":
        """Rebuild a store from `dump`; `kinds` must name every kind in it.

        Raises:
            Rejected: the bytes are no snapshot, of another version, or hold a kind nobody knows.
        """
        types = {kind.name: kind.type for kind in kinds}
        try:
            found = msgspec.msgpack.decode(dump, type=_Dump)
            if found.version != STORE_VERSION:
                raise Rejected(Reason.WRONG_SNAPSHOT, found=found.version, allowed=STORE_VERSION)
            if unknown := sorted(set(found.records) - set(types)):
                raise Rejected(Reason.WRONG_SNAPSHOT, unknown_kinds=unknown)
            store = cls(found.header)
            for name, rows in found.records.items():
                decoder = msgspec.msgpack.Decoder(types[name])
                store._records[name] = {key: decoder.decode(raw) for key, raw in rows}
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
            raise Rejected(Reason.WRONG_SNAPSHOT, found=str(error) or "nested too deeply") from error
        store._heap = list(found.agenda)
        heapify(store._heap)
        return store
