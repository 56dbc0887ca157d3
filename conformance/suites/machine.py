"""A state machine over event histories: orders, scans late and withdrawn, webhooks doubled, shuffled and lost, carriers
that cannot be read for a while, and time from minutes to days."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import none

from ..bench import Bench
from ..case import EXAMPLES, Case, machine_case
from ..strategies.histories import disturbances, few, news, orders, picks, read_faults, unheards, waits
from .stories import POLL, TRACKING, Action, Story, codes_of

RULES = TRACKING.status, TRACKING.doubled, TRACKING.lost, TRACKING.withdrawn
MOST_ORDERS = 3
POLL_MINUTES = int(POLL.total_seconds() / 60)
A_ROUND = ("in_transit", "out_for_delivery", "delivery_failed")  # what most lives are made of, again and again
A_POLL_MIN = POLL_MINUTES + 10


class Machine(RuleBasedStateMachine):
    """Draws the actions of a story: orders and time. What may go wrong is added by others."""

    carrier: str
    steps_count = 4
    blamed: frozenset[str] = frozenset()  # actions without which the same story must hold, or else it is not about them

    open_bench: Callable[[], Bench]  # the runner gives each run its bench

    @staticmethod
    def failed(script: list[Action], error: Exception) -> bool:
        """The runner takes the script of a story that failed and why; False when it is not about what is blamed."""
        return True

    @classmethod
    def told(cls, bench: Bench) -> Story:
        """Return a story at its beginning."""
        return Story(bench, cls.carrier)

    @classmethod
    def replay(cls, bench: Bench, script: list[Action]) -> None:
        """Tell a story again.

        Raises:
            Violation: the connector does not agree with the model.
        """
        story = cls.told(bench)
        for name, arguments in script:
            story.do(name, *arguments)
            story.agrees()
        story.end()

    def __init__(self) -> None:
        super().__init__()
        self.story: Story | None = None

    def ready(self) -> Story:
        assert self.story is not None, "initialize runs first"
        return self.story

    def an_order(self, pick: int) -> int:
        """Return which order a number stands for: one of those that there are."""
        there = sorted(self.ready().shipments) or [0]
        return there[pick % len(there)]

    @rule()
    @precondition(lambda self: self.story is not None and len(self.story.shipments) < MOST_ORDERS)
    def place(self) -> None:
        self.act("place", len(self.ready().shipments))

    @rule()
    @precondition(lambda self: self.story is not None and self.story.faulty)
    def mend(self) -> None:
        self.act("mend")

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

    def act(self, name: str, *arguments: Any) -> None:
        self._held(lambda: self.ready().do(name, *arguments))

    def _held(self, action: Callable[[], None]) -> None:
        story = self.ready()
        if story.over:
            return
        try:
            action()
        except Exception as error:  # told to the runner and raised again
            if self.failed(story.script, error):
                raise
            story.over = True


class Scans(Machine):
    """Draws what the carrier says of parcels."""

    codes: Sequence[int] = ()  # the few that are drawn from; all when empty

    @rule(pick=orders, more=news)
    @precondition(lambda self: self.story is not None)
    def tell(self, pick: int, more: list[tuple[int, int]]) -> None:
        self.news_of(self.an_order(pick), more)

    def news_of(self, index: int, more: list[tuple[int, int]]) -> None:
        for code, minutes_ago in more:
            self.act("scan", index, self.codes[code % len(self.codes)] if self.codes else code, minutes_ago)

    @rule(pick=orders, which=picks)
    @precondition(lambda self: self.story is not None and any(row.live() for row in self.story.shipments.values()))
    def withdraw(self, pick: int, which: int) -> None:
        shipments = self.ready().shipments
        there = [index for index in sorted(shipments) if shipments[index].live()]
        self.act("withdraw", there[pick % len(there)], which)


class Histories(Scans):
    """Any history of any orders."""

    carrier = "mail_alliance"

    @initialize(codes=none() | few, first=news, unheard=unheards, trouble=none() | read_faults)
    def start(
        self,
        codes: list[int] | None,
        first: list[tuple[int, int]],
        unheard: bool,
        trouble: tuple[int, str, int] | None,
    ) -> None:
        self.codes = codes or [place for place, code in enumerate(codes_of(self.carrier)) if code.status in A_ROUND]
        self.story = self.told(self.open_bench())
        self.act("place", 0)
        if trouble is None:
            self.news_of(0, first)
        else:
            self.fail_with(0, first, unheard, trouble)

    @rule(switches=disturbances)
    @precondition(lambda self: self.story is not None)
    def disturb(self, switches: tuple[int, bool, bool, int]) -> None:
        self.act("disturb", *switches)

    @rule(more=news, unheard=unheards)
    @precondition(lambda self: self.story is not None and len(self.story.shipments) < MOST_ORDERS)
    def place_and_tell(self, more: list[tuple[int, int]], unheard: bool) -> None:
        """One reading may tell news of several orders."""
        self.act("place", len(self.ready().shipments))
        if unheard:
            self.act("disturb", 0, True, False, 0)
        for index in sorted(self.ready().shipments):
            self.news_of(index, more)

    @rule(pick=orders, more=news, unheard=unheards, trouble=read_faults)
    @precondition(lambda self: self.story is not None and not self.story.faulty)
    def fail(self, pick: int, more: list[tuple[int, int]], unheard: bool, trouble: tuple[int, str, int]) -> None:
        self.fail_with(self.an_order(pick), more, unheard, trouble)

    def fail_with(self, index: int, more: list[tuple[int, int]], unheard: bool, trouble: tuple[int, str, int]) -> None:
        """Let there be news just when the carrier cannot be read."""
        if unheard:
            self.act("disturb", 0, True, False, 0)
        self.news_of(index, more)
        self.act("fault", *trouble)
        self.act("wait", A_POLL_MIN)

    @rule(minutes=waits)
    @precondition(lambda self: self.story is not None)
    def wait(self, minutes: int | str) -> None:
        self.act("wait", minutes)


class CdekHistories(Histories):
    carrier = "cdek"


for machine in (Histories, CdekHistories):
    machine_case(
        Case(
            name="any_history_is_folded_right",
            requirements=RULES,
            run=lambda bench: None,
            story="Random orders, scans, withdrawals, disturbed webhooks, silent carriers; after a poll all equals the"
            " model.",
            carrier=machine.carrier,
            examples_count=EXAMPLES,
            needs=("tracking",),
            settings={"accounts": (machine.carrier,), "poll_minutes": POLL_MINUTES},
            machine=machine,
        )
    )
