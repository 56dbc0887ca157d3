"""A state machine over event histories: scans late and withdrawn, webhooks doubled, shuffled and lost, polls.

The model is the judge's own: a list of what it made happen, folded by its own reading of the status rules.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from parcelproof.control_client import ControlError

from ..bench import Bench
from ..case import EXAMPLES, Case, Violation, finding, machine_case
from ..checks.tracking import second
from ..codes import BY_CARRIER, Code
from ..fold import Event, status_of
from ..orders import order
from ..strategies.histories import disturbances, news, picks, waits

POLL = timedelta(minutes=60)
NUMBER = "S-1"
RULES = ("TRK-002", "TRK-003", "TRK-004", "TRK-006")
MOST_SCANS = 8
Action = tuple[str, tuple[Any, ...]]


class Told(NamedTuple):
    """One scan that the model made happen."""

    sequence: int
    occurred_at: datetime
    code: Code


def codes_of(carrier: str) -> tuple[Code, ...]:
    """Return the codes to draw from. The way back is left to other cases: what may follow it is not free to draw.

    CDEK's refusals bring another number in; at Mail Alliance only `returned` and `lost` may follow `returning` (§4.3).
    """
    away = {"NOT_DELIVERED", "returning", "returned"}
    return tuple(code for code in BY_CARRIER[carrier] if code.code not in away)


class Story:
    """One parcel, whose carrier says this and that; the connector must agree with the model once it has polled."""

    def __init__(self, bench: Bench, carrier: str) -> None:
        self.bench = bench
        self.carrier = carrier
        self.told: list[Told] = []
        self.withdrawn: set[int] = set()
        self.script: list[Action] = []
        self.said: list[str] = []
        self.polled = True
        bench.book(order(NUMBER, carrier))
        bench.advance(hours=4, minutes=10)  # so that what a scan tells of lies after the booking

    def live(self) -> list[Told]:
        return [row for row in self.told if row.sequence not in self.withdrawn]

    def do(self, name: str, *arguments: Any) -> None:
        """Do one action and remember it, so that the whole story can be told again."""
        self.script.append((name, arguments))
        getattr(self, f"_{name}")(*arguments)

    def _scan(self, pick: int, minutes_ago: int) -> None:
        codes = codes_of(self.carrier)
        code, at = codes[pick % len(codes)], self.bench.now - timedelta(minutes=minutes_ago)
        if len(self.told) >= MOST_SCANS or any(
            row.occurred_at == at and row.code.code == code.code for row in self.told
        ):
            return  # the same code of the same moment is the same event, not another
        known = len(self.bench.parcel(NUMBER).facts)
        try:
            self.bench.scan(NUMBER, code.code, reason=code.reason, occurred_at=at)
        except ControlError as refusal:
            if refusal.status == 409:
                return  # this carrier records nothing more once a parcel has ended
            raise
        fact = self.bench.parcel(NUMBER).facts[known]
        self.told.append(Told(fact.sequence, at, code))
        self.said.append(f"{code.code} {minutes_ago} min ago")
        self.polled = False

    def _withdraw(self, pick: int) -> None:
        live = self.live()
        if not live:
            return
        row = live[pick % len(live)]
        self.bench.control.revoke(self.bench.tenant, self.bench.parcel(NUMBER).id, row.sequence)
        self.withdrawn.add(row.sequence)
        self.said.append(f"{row.code.code} withdrawn")
        self.polled = False

    def _disturb(self, duplicate: int, drop: bool, reorder: bool, late_min: int) -> None:
        self.bench.control.switches(
            self.bench.tenant,
            self.carrier,
            duplicate=duplicate,
            drop=drop,
            reorder=reorder,
            reorder_within_ms=2_400_000,
            late_ms=late_min * 60_000,
        )
        self.said.append(f"webhooks ×{1 + duplicate}{' dropped' * drop}{' shuffled' * reorder} +{late_min} min")

    def _wait(self, minutes: int) -> None:
        self.bench.advance(minutes=minutes)
        self.said.append(f"{minutes} min")
        self.polled = self.polled or minutes > POLL.total_seconds() / 60

    def agrees(self) -> None:
        """Compare the connector with the model, once it has had its poll.

        Raises:
            Violation: status or history differ.
        """
        if not self.polled:
            return
        live = self.live()
        wanted = status_of(Event(row.occurred_at, row.code.status, row.sequence, row.code.turns_back) for row in live)
        view, story = self.bench.order(NUMBER), " · ".join(self.said)
        if view.status != wanted:
            number = "TRK-006" if self.withdrawn else "TRK-002"
            raise Violation([finding(number, NUMBER, wanted, str(view.status), story)])
        held = Counter((event.code, second(event.occurred_at)) for event in view.history if not event.withdrawn)
        for key, count in Counter((row.code.code, second(row.occurred_at)) for row in live).items():
            if held[key] != count:
                number = "TRK-004" if held[key] < count else "TRK-003"
                raise Violation([finding(number, f"{NUMBER} {key[0]}", f"{count}×", f"{held[key]}×", story)])

    def end(self) -> None:
        """Let the last poll pass and compare once more."""
        self.do("wait", 130)
        self.agrees()


class Histories(RuleBasedStateMachine):
    """Draws the actions of a story."""

    carrier = "mail_alliance"
    steps_count = 8

    open_bench: Callable[[], Bench]  # the runner gives each run its bench

    @staticmethod
    def failed(script: list[Action], error: Exception) -> None:
        """The runner takes the script of a story that failed and why, to tell it again with less."""

    @classmethod
    def replay(cls, bench: Bench, script: list[Action]) -> None:
        """Tell a story again.

        Raises:
            Violation: the connector does not agree with the model.
        """
        story = Story(bench, cls.carrier)
        for name, arguments in script:
            story.do(name, *arguments)
            story.agrees()
        story.end()

    def __init__(self) -> None:
        super().__init__()
        self.story: Story | None = None

    @initialize(first=news)
    def begin(self, first: list[tuple[int, int]]) -> None:
        self.story = Story(self.open_bench(), self.carrier)
        self.tell(first)

    def ready(self) -> Story:
        assert self.story is not None, "initialize runs first"
        return self.story

    @rule(more=news)
    @precondition(lambda self: self.story is not None)
    def tell(self, more: list[tuple[int, int]]) -> None:
        for pick, minutes_ago in more:
            self._do("scan", pick, minutes_ago)

    @rule(pick=picks)
    @precondition(lambda self: self.story is not None and self.story.live())
    def withdraw(self, pick: int) -> None:
        self._do("withdraw", pick)

    @rule(switches=disturbances)
    @precondition(lambda self: self.story is not None)
    def disturb(self, switches: tuple[int, bool, bool, int]) -> None:
        self._do("disturb", *switches)

    @rule(minutes=waits)
    @precondition(lambda self: self.story is not None)
    def wait(self, minutes: int) -> None:
        self._do("wait", minutes)

    @invariant()
    def agrees(self) -> None:
        if self.story is not None:
            self._held(self.story.agrees)

    def teardown(self) -> None:
        if self.story is not None:
            try:
                self._held(self.story.end)
            finally:
                self.story.bench.close()

    def _do(self, name: str, *arguments: Any) -> None:
        self._held(lambda: self.ready().do(name, *arguments))

    def _held(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:  # told to the runner and raised again
            self.failed(self.ready().script, error)
            raise


class CdekHistories(Histories):
    carrier = "cdek"


for machine in (Histories, CdekHistories):
    machine_case(
        Case(
            name="any_history_is_folded_right",
            requirements=RULES,
            run=lambda bench: None,
            story="Random scans, withdrawals, disturbed webhooks; after a poll status and history equal the model's.",
            carrier=machine.carrier,
            examples_count=EXAMPLES,
            needs=("tracking",),
            settings={"accounts": (machine.carrier,)},
            machine=machine,
        )
    )
