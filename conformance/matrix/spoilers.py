"""What makes a step go wrong, and how the judge sees that it did."""

from typing import Protocol

from ..bench import Bench
from .steps import Kind, Mark, Point, Step, asked, heard, mailed

HELD_MS = 20_000  # how long a step is held at most; the judge kills as soon as it sees it held
FAULT = {
    Point.REQUEST_LOST: ("reset", "before"),
    Point.ANSWER_LOST: ("reset", "after"),
    Point.KILLED_BEFORE: ("stall", "before"),
    Point.KILLED_AFTER: ("stall", "after"),
}


class Spoiler(Protocol):
    """One disturbance of one step."""

    point: Point

    def hit(self) -> bool:
        """Whether the step is just held, or was lost: then the connector may be killed."""

    def release(self) -> None:
        """Let go of what is held; the connector is gone by now."""


class WireSpoiler:
    """A request to a carrier that is lost or held by a fault of the simulator."""

    def __init__(self, bench: Bench, step: Step, point: Point) -> None:
        self.point = point
        self._bench = bench
        kind, place = FAULT[point]
        held = {"latency_ms": HELD_MS} if kind == "stall" else {}
        fault = {"kind": kind, "point": place, "nth": step.nth, "times": 1, **held}
        made = bench.control.add_fault(bench.tenant, carrier=step.carrier, operation=step.operation, **fault)
        self._id = made["id"]

    def hit(self) -> bool:
        rows = self._bench.control.faults(self._bench.tenant)
        return any(row["id"] == self._id and row.get("fired", 0) for row in rows)

    def release(self) -> None:
        """Nothing to do: the simulator lets go by itself, and of a connection that is dead."""

    def withdraw(self) -> None:
        """Let the step pass undisturbed, as nobody looks any more whether it is held."""
        if any(row["id"] == self._id for row in self._bench.control.faults(self._bench.tenant)):
            self._bench.control.drop_fault(self._bench.tenant, self._id)


class MailSpoiler:
    """A mail that is lost or held by the judge's own SMTP server."""

    def __init__(self, bench: Bench, step: Step, point: Point) -> None:
        self.point = point
        self._hold = bench.mailbox.disturb(
            step.nth, accept=point.hides, hold=point.holds, lose=point is not Point.OVERLAPPED
        )

    def hit(self) -> bool:
        return self._hold.hit.is_set()

    def release(self) -> None:
        self._hold.release()


class IdleSpoiler:
    """Nothing goes wrong with the step itself: the connector is killed once it is done and nothing is asked of it."""

    def __init__(self, bench: Bench, step: Step, since: Mark) -> None:
        self.point = Point.RESTARTED
        self._bench = bench
        self._step = step
        self._since = since
        self._called = False

    def called(self) -> None:
        """Note that the shop's own call was answered."""
        self._called = True

    def hit(self) -> bool:
        step = self._step
        match step.kind:
            case Kind.CALL:
                return self._called
            case Kind.MAIL:
                return len(mailed(self._bench, self._since)) >= step.nth
            case Kind.NOTICE:
                return sum(row.carrier == step.carrier for row in heard(self._bench, self._since)) >= step.nth
        same = [
            entry
            for entry in asked(self._bench, self._since)
            if (entry.carrier, entry.operation) == (step.carrier, step.operation)
        ]
        return len(same) >= step.nth and any(entry.status for entry in same[step.nth - 1 :])

    def release(self) -> None:
        """Nothing is held."""


def spoiler_of(bench: Bench, step: Step, point: Point, since: Mark) -> Spoiler:
    if point is Point.RESTARTED:
        return IdleSpoiler(bench, step, since)
    if step.kind is Kind.MAIL:
        return MailSpoiler(bench, step, point)
    return WireSpoiler(bench, step, point)
