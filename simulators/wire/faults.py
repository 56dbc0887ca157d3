"""Faults as data: which call of which carrier goes wrong, how, and on which side of the effect."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..core.records import Kind
from ..core.world import World
from .call import Answer, Call
from .fields import values_at
from .latency import Latency, drawn_ms
from .problems import plain

ANY = "*"
MILLION = 1_000_000

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
STALL_MS = 30_000  # how long a stall lasts when the fault does not say


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fault. It fires on the matching calls from the `nth` on, `times` times.

    `times` 0 is without end, which is also the default when a `probability` is given; else the default is once.
    `where` compares fields of the call as text: a path parameter, a query or form field, a JSON member by dotted path,
    or, as `header:Name`, a header. `latency_ms` is always the same, `latency` a distribution. `seen` and `fired` count
    matching and hit calls; `bad_day` names the bad day that brought the fault.
    """

    kind: FaultKind
    carrier: str = ANY
    operation: str = ANY
    point: Point | None = None
    nth: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    times: Count | None = None
    probability: Annotated[float, Meta(ge=0, le=1)] | None = None
    where: dict[str, str | int | float | bool | None] = {}
    status: Status = 500
    body: str | dict[str, Any] | list[Any] | None = None
    headers: dict[str, str] = {}
    latency_ms: Millis | None = None
    latency: Latency | None = None
    id: str = ""
    bad_day: str = ""
    seen: Count = 0
    fired: Count = 0

    @property
    def place(self) -> Point:
        return self.point or DEFAULT_POINT[self.kind]

    @property
    def most(self) -> int:
        """How often it fires at most; 0 is without end."""
        return self.times if self.times is not None else (1 if self.probability is None else 0)


Own = Callable[[int], Answer | None]  # a carrier's own answer with a status, if it has one

FAULTS: Kind[Fault] = Kind("wire.faults", Fault)
KINDS = (FAULTS,)


def add(world: World, fault: Fault, *, bad_day: str = "") -> Fault:
    """Keep a new fault under the next id."""
    fault_id = f"fault-{world.count('wire.faults')}"
    kept = msgspec.structs.replace(fault, id=fault_id, bad_day=bad_day, seen=0, fired=0)
    world.store.put(FAULTS, kept.id, kept)
    return kept


def listed(world: World) -> list[Fault]:
    return [fault for _, fault in world.store.scan(FAULTS)]


def shown(fault: Fault) -> dict[str, Any]:
    """Return a fault as plain data, without what is at its default."""
    found: dict[str, Any] = msgspec.to_builtins(fault)
    plain_one: dict[str, Any] = msgspec.to_builtins(Fault(kind=fault.kind))
    return {name: value for name, value in found.items() if name == "kind" or value != plain_one[name]}


def clear(world: World, ids: Iterable[str]) -> None:
    for fault_id in ids:
        world.store.drop(FAULTS, fault_id)


def hits(world: World, carrier: str, operation: str, call: Call) -> list[Fault]:
    """Return the faults that hit this call, oldest first, and count it for every fault that it matches.

    A latency that was given as a distribution is drawn here: the faults returned have it in `latency_ms`.
    """
    matching = [fault for fault in listed(world) if _matches(fault, carrier, operation, call)]
    return [_drawn(world, fault) for fault in matching if _fires(world, fault)]


def answer_of(fault: Fault, own: Own) -> Answer:
    """Return what a status fault answers: its own body, the carrier's own 500 or 503, or what a gateway would say."""
    if fault.body is None:
        answer = own(fault.status) or plain(fault.status)
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


def _drawn(world: World, fault: Fault) -> Fault:
    if fault.latency is None:
        return fault
    dice = world.dice("wire.latency", f"{fault.id}/{fault.seen + 1}")
    return msgspec.structs.replace(fault, latency_ms=drawn_ms(fault.latency, dice))


def _holds(call: Call, name: str, wanted: object) -> bool:
    return any(_text(found) == _text(wanted) for found in values_at(call, name))


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return str(value)


def named(faults: Iterable[Fault]) -> str:
    """Return how the journal names the faults that hit a call."""
    return ", ".join(" ".join(filter(None, (f.id, f.kind, f.place, f.bad_day))) for f in faults)
