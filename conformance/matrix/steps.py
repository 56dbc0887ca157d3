"""What is disturbed: the steps of a flow that its undisturbed run showed."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ..bench import Bench
from ..history import Attempt, Exchange, ReceivedMail

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Kind(StrEnum):
    """What kind of step it is."""

    WRITE = "write"  # a request that changes something at a carrier
    READ = "read"  # one that does not
    MAIL = "mail"  # a mail handed to SMTP
    NOTICE = "notice"  # a carrier's webhook that the connector answered 2xx
    CALL = "call"  # what the shop asked of the connector itself


class Point(StrEnum):
    """What goes wrong with a step."""

    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    RESTARTED = "restarted"  # killed while it does nothing, after this step and before the next
    OVERLAPPED = "overlapped"  # while a mail is being handed over, another run of the alerts is asked for

    @property
    def kills(self) -> bool:
        return self in (Point.KILLED_BEFORE, Point.KILLED_AFTER, Point.RESTARTED)

    @property
    def holds(self) -> bool:
        """Whether the step is held while something else is done to the connector."""
        return self in (Point.KILLED_BEFORE, Point.KILLED_AFTER, Point.OVERLAPPED)

    @property
    def hides(self) -> bool:
        """Whether the connector cannot know that the step had its effect: it may do it once more."""
        return self in (Point.ANSWER_LOST, Point.KILLED_AFTER)


POINTS = {
    Kind.WRITE: tuple(point for point in Point if point is not Point.OVERLAPPED),
    Kind.MAIL: tuple(Point),
    Kind.READ: (Point.KILLED_BEFORE,),  # one that is lost is a matter of resilience; after it nothing has changed yet
    Kind.NOTICE: (Point.RESTARTED,),
    Kind.CALL: (Point.RESTARTED,),
}


class Step(NamedTuple):
    """The `nth` step of its kind, operation and carrier in the flow, from 1."""

    kind: Kind
    nth: int
    carrier: str = ""
    operation: str = ""
    method: str = ""

    def __str__(self) -> str:
        again = f" no. {self.nth}" if self.nth > 1 else ""
        match self.kind:
            case Kind.MAIL:
                return f"mail no. {self.nth}"
            case Kind.NOTICE:
                return f"{self.carrier}: webhook no. {self.nth}"
            case Kind.CALL:
                return f"the call {self.operation}"
        return f"{self.carrier}: {self.method} {self.operation}{again}"


class Mark(NamedTuple):
    """How much had happened when the part of the flow began that is disturbed."""

    exchanges: int
    mails: int
    attempts: int


def mark(bench: Bench) -> Mark:
    journal = bench.journal()
    return Mark(journal[-1].seq if journal else 0, len(bench.mails()), len(bench.attempts()))


@cache
def reads_by_nature() -> dict[str, frozenset[str]]:
    """Return, by carrier, the operations that change nothing though their method could: `reads.toml`."""
    table = tomllib.loads((files(__package__) / "reads.toml").read_text(encoding="utf-8"))
    return {carrier: frozenset(rows) for carrier, rows in table.items()}


def is_write(entry: Exchange) -> bool:
    return entry.method not in SAFE and entry.operation not in reads_by_nature().get(entry.carrier, frozenset())


def asked(bench: Bench, since: Mark) -> list[Exchange]:
    """Return what the connector asked of carriers since then, in order."""
    return [entry for entry in bench.journal() if entry.direction == "in" and entry.seq > since.exchanges]


def mailed(bench: Bench, since: Mark) -> list[ReceivedMail]:
    return list(bench.mails())[since.mails :]


def heard(bench: Bench, since: Mark) -> list[Attempt]:
    """Return the webhooks since then that the connector took."""
    return [row for row in bench.attempts()[since.attempts :] if 200 <= row.status < 300]


def _requests(bench: Bench, since: Mark, wanted: set[Kind]) -> Iterator[Step]:
    """Yield requests. One that was refused changed nothing and is no step, nor is a read that told nothing new."""
    counts: Counter[tuple[str, str]] = Counter()
    told: set[tuple[str, str, str]] = set()
    for entry in bench.journal():
        if entry.direction != "in":
            continue
        answer = (entry.carrier, entry.operation, str(entry.response_body))
        news = answer not in told
        told.add(answer)
        if entry.seq <= since.exchanges:
            continue
        counts[entry.carrier, entry.operation] += 1
        kind = Kind.WRITE if is_write(entry) else Kind.READ if entry.method in SAFE and news else None
        if kind in wanted and entry.status < 400:
            yield Step(kind, counts[entry.carrier, entry.operation], entry.carrier, entry.operation, entry.method)


def steps_of(bench: Bench, since: Mark, kinds: Iterable[Kind]) -> Iterator[Step]:
    """Yield the steps of these kinds since then."""
    wanted = set(kinds)
    yield from _requests(bench, since, wanted)
    if Kind.MAIL in wanted:
        yield from (Step(Kind.MAIL, place) for place, _ in enumerate(mailed(bench, since), start=1))
    if Kind.NOTICE in wanted:
        notices: Counter[str] = Counter()
        for row in heard(bench, since):
            notices[row.carrier] += 1
            yield Step(Kind.NOTICE, notices[row.carrier], row.carrier)
