"""Faults as data: which call of which carrier goes wrong, how, and on which side of the effect."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..core.records import Kind
from ..core.world import World
from .call import Answer, Call
from .fields import values_at
from .problems import plain

ANY = "*"
MILLION = 1_000_000
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

Status = Annotated[int, Meta(ge=200, le=599)]
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Millis = Annotated[int, Meta(ge=0, le=86_400_000)]


class FaultKind(StrEnum):
    """What goes wrong."""

    LATENCY = "latency"
    STATUS = "status"
    RESET = "reset"
    STALL = "stall"
    TRUNCATE = "truncate"
    MALFORMED = "malformed"


class Point(StrEnum):
    """When it goes wrong. `after`: the effect happened and the answer is lost, the fault behind double labels."""

    BEFORE = "before"
    AFTER = "after"
    DURING = "during"


DEFAULT_POINT = {
    FaultKind.LATENCY: Point.BEFORE,
    FaultKind.STATUS: Point.BEFORE,
    FaultKind.RESET: Point.BEFORE,
    FaultKind.STALL: Point.DURING,
    FaultKind.TRUNCATE: Point.DURING,
    FaultKind.MALFORMED: Point.DURING,
}
NEEDS_ANSWER = frozenset({FaultKind.TRUNCATE, FaultKind.MALFORMED})
STALL_MS = 30_000  # how long a stall lasts when the fault does not say


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fault. It fires on the matching calls from the `nth` on, `times` times.

    `times` 0 is without end, which is also the default when a `probability` is given; else the default is once.
    `where` compares fields of the call (path parameter, query, form or JSON body by dotted path) as text.
    `seen` and `fired` count matching and hit calls.
    """

    kind: FaultKind
    carrier: str = ANY
    operation: str = ANY
    point: Point | None = None
    nth: Annotated[int, Meta(ge=1)] | None = None
    times: Count | None = None
    probability: Annotated[float, Meta(ge=0, le=1)] | None = None
    where: dict[str, str | int | float | bool | None] = {}
    status: Status = 500
    body: str | dict[str, Any] | list[Any] | None = None
    headers: dict[str, str] = {}
    latency_ms: Millis | None = None
    id: str = ""
    seen: Count = 0
    fired: Count = 0

    @property
    def place(self) -> Point:
        return self.point or DEFAULT_POINT[self.kind]

    @property
    def most(self) -> int:
        """How often it fires at most; 0 is without end."""
        return self.times if self.times is not None else (1 if self.probability is None else 0)


FAULTS: Kind[Fault] = Kind("wire.faults", Fault)
KINDS = (FAULTS,)


def add(world: World, fault: Fault) -> Fault:
    """Keep a new fault under the next id."""
    kept = msgspec.structs.replace(fault, id=f"fault-{world.count('wire.faults')}", seen=0, fired=0)
    world.store.put(FAULTS, kept.id, kept)
    return kept


def listed(world: World) -> list[Fault]:
    return [fault for _, fault in world.store.scan(FAULTS)]


def clear(world: World, ids: Iterable[str]) -> None:
    for fault_id in ids:
        world.store.drop(FAULTS, fault_id)


def hits(world: World, carrier: str, operation: str, call: Call) -> list[Fault]:
    """Return the faults that hit this call, oldest first, and count it for every fault that it matches."""
    return [fault for fault in listed(world) if _matches(fault, carrier, operation, call) and _fires(world, fault)]


def answer_of(fault: Fault, default: Answer) -> Answer:
    """Return what a status fault answers: its own body, the carrier's own 500, or what a gateway would say."""
    if fault.body is None:
        answer = default if fault.status == 500 else plain(fault.status)
    elif isinstance(fault.body, str):
        answer = Answer(fault.status, fault.body.encode(), {"Content-Type": "text/plain; charset=utf-8"})
    else:
        answer = Answer(fault.status, msgspec.json.encode(fault.body), {"Content-Type": "application/json"})
    given = {name.lower() for name in fault.headers}
    kept = {name: value for name, value in answer.headers.items() if name.lower() not in given}
    return Answer(fault.status, answer.body, {**kept, **fault.headers})


def garbled(body: bytes) -> bytes:
    """Return a body that no parser takes: cut in the middle, with what a broken proxy leaves behind."""
    return body[: len(body) // 2] + b"\x00\xff<!-- upstream closed"


def _matches(fault: Fault, carrier: str, operation: str, call: Call) -> bool:
    if fault.carrier not in (ANY, carrier) or fault.operation not in (ANY, operation):
        return False
    return all(_holds(call, name, wanted) for name, wanted in fault.where.items())


def _fires(world: World, fault: Fault) -> bool:
    seen = fault.seen + 1
    fires = seen >= (fault.nth or 1) and not (fault.most and fault.fired >= fault.most)
    if fires and fault.probability is not None:
        fires = world.roll("wire.fault", f"{fault.id}/{seen}", MILLION) < fault.probability * MILLION
    world.store.put(FAULTS, fault.id, msgspec.structs.replace(fault, seen=seen, fired=fault.fired + fires))
    return fires


def _holds(call: Call, name: str, wanted: object) -> bool:
    return any(_text(found) == _text(wanted) for found in values_at(call, name))


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return str(value)


def named(faults: Iterable[Fault]) -> str:
    """Return how the journal names the faults that hit a call."""
    return ", ".join(f"{fault.id} {fault.kind} {fault.place}" for fault in faults)


def header_problem(headers: Mapping[str, str]) -> str:
    """Return what is wrong with the headers of a fault, or "": a line break would split the answer in two."""
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            return f"{name!r} is no header name"
        if not value.isprintable():
            return f"{name}: {value!r} is no header value"
        if name.lower() in ("content-length", "transfer-encoding", "connection"):
            return f"{name} is set by the server itself"
    return ""
