"""What the faults that hit one call do to it, worked out around a synchronous handler."""

from dataclasses import dataclass, field

from .call import Answer
from .faults import STALL_MS, Fault, FaultKind, Own, Point, answer_of, garbled
from .sending import Ending


@dataclass(slots=True)
class Disturbed:
    """An answer under faults: what is sent, how it ends, and how long it takes in simulated milliseconds.

    `before_ms` passes before the effect, `after_ms` between effect and answer, `stall_ms` in the middle of the answer's
    body.
    `started_s` and `waited_s` are real: when the call came in and how long it was held up.
    """

    answer: Answer | None = None
    ending: Ending = Ending.WHOLE
    before_ms: int = 0
    after_ms: int = 0
    stall_ms: int = 0
    hits: list[Fault] = field(default_factory=list)
    started_s: float = 0.0
    waited_s: float = 0.0


def before(hits: list[Fault], own: Own) -> Disturbed:
    """Return what happens before the effect; an answer or an ending here means that there will be no effect."""
    found = Disturbed(hits=hits)
    for fault in hits:
        if fault.place is not Point.BEFORE or found.ending is not Ending.WHOLE or found.answer is not None:
            continue
        match fault.kind:
            case FaultKind.LATENCY:
                found.before_ms += fault.latency_ms or 0
            case FaultKind.STATUS:
                found.answer = answer_of(fault, own)
            case FaultKind.STALL:
                found.before_ms += STALL_MS if fault.latency_ms is None else fault.latency_ms
                found.ending = Ending.NOTHING
            case _:
                found.ending = Ending.NOTHING
    return found


def after(found: Disturbed, answer: Answer, own: Own, *, late: bool = False) -> None:
    """Work out what becomes of the answer of a handler that ran.

    `late` takes the faults before the effect as faults after it, for a call whose tenant was not known sooner.
    """
    found.answer = answer
    for fault in found.hits:
        if found.ending is not Ending.WHOLE or (fault.place is Point.BEFORE and not late):
            continue
        _spoil(found, fault, own)
    _settle(found)


def _spoil(found: Disturbed, fault: Fault, own: Own) -> None:
    answer = found.answer or Answer(500)
    wait_ms = STALL_MS if fault.latency_ms is None else fault.latency_ms
    during = fault.place is Point.DURING
    match fault.kind:
        case FaultKind.LATENCY if during:
            found.stall_ms += fault.latency_ms or 0
        case FaultKind.LATENCY:
            found.after_ms += fault.latency_ms or 0
        case FaultKind.STATUS:
            found.answer = answer_of(fault, own)
        case FaultKind.MALFORMED:
            found.answer = Answer(answer.status, garbled(answer.body), answer.headers)
        case FaultKind.TRUNCATE:
            found.ending = Ending.HALF
        case FaultKind.RESET:
            found.ending = Ending.RESET if during else Ending.NOTHING
        case FaultKind.STALL if during:
            found.stall_ms, found.ending = found.stall_ms + wait_ms, Ending.RESET
        case FaultKind.STALL:
            found.after_ms, found.ending = found.after_ms + wait_ms, Ending.NOTHING


def _settle(found: Disturbed) -> None:
    """Let an answer without a body, which has no middle, be late or lost as a whole."""
    if found.answer is None or found.answer.body:
        return
    found.after_ms, found.stall_ms = found.after_ms + found.stall_ms, 0
    if found.ending in (Ending.HALF, Ending.RESET):
        found.ending = Ending.NOTHING
