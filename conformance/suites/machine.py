"""A state machine over event histories: scans late and withdrawn, webhooks doubled, shuffled and lost, polls.

The model is the judge's own: a list of what it made happen, folded by its own reading of the status rules.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from parcelproof.control_client import ControlError

from ..case import Case, Violation, finding, machine_case
from ..checks.tracking import second
from ..codes import BY_CARRIER, Code
from ..fold import Event, status_of
from ..lab import Bench
from ..orders import order

POLL = timedelta(minutes=60)
NUMBER = "S-1"
RULES = ("TRK-002", "TRK-003", "TRK-004", "TRK-006")
MOST_SCANS = 8


class Told(NamedTuple):
    """One scan that the model made happen."""

    sequence: int
    occurred_at: datetime
    code: Code


class Histories(RuleBasedStateMachine):
    """One parcel, whose carrier says this and that; the connector must agree with the model once it has polled."""

    carrier = "mail_alliance"
    steps_count = 8

    @staticmethod
    def open_bench() -> Bench:
        raise NotImplementedError("the runner gives each run its bench")

    def __init__(self) -> None:
        super().__init__()
        self.bench: Bench | None = None
        self.told: list[Told] = []
        self.withdrawn: set[int] = set()
        self.said: list[str] = []
        self.polled = False

    @initialize()
    def book(self) -> None:
        self.bench = self.open_bench()
        self.bench.book(order(NUMBER, self.carrier))
        self.bench.advance(hours=6)
        self.polled = True

    @property
    def world(self) -> Bench:
        assert self.bench is not None
        return self.bench

    @rule(pick=st.integers(0, 20), minutes_ago=st.sampled_from([0, 0, 0, 1, 30, 90, 240]))
    @precondition(lambda self: self.bench is not None and len(self.told) < MOST_SCANS)
    def scan(self, pick: int, minutes_ago: int) -> None:
        codes = self.codes()
        code = codes[pick % len(codes)]
        at = self.world.now - timedelta(minutes=minutes_ago)
        if any(row.occurred_at == at and row.code.code == code.code for row in self.told):
            return  # the same code of the same moment is the same event, not another
        known = len(self.world.parcel(NUMBER).facts)
        try:
            self.world.scan(NUMBER, code.code, reason=code.reason, occurred_at=at)
        except ControlError as refusal:
            if refusal.status == 409:
                return  # this carrier records nothing more once a parcel has ended
            raise
        fact = self.world.parcel(NUMBER).facts[known]
        self.told.append(Told(fact.sequence, at, code))
        self.said.append(f"{code.code} {minutes_ago} min ago")
        self.polled = False

    @rule(pick=st.integers(0, 20))
    @precondition(lambda self: len(self.told) > len(self.withdrawn))
    def withdraw(self, pick: int) -> None:
        live = [row for row in self.told if row.sequence not in self.withdrawn]
        row = live[pick % len(live)]
        self.world.control.revoke(self.world.tenant, self.world.parcel(NUMBER).id, row.sequence)
        self.withdrawn.add(row.sequence)
        self.said.append(f"{row.code.code} withdrawn")
        self.polled = False

    @rule(
        duplicate=st.sampled_from([0, 2]),
        drop=st.booleans(),
        reorder=st.booleans(),
        late_min=st.sampled_from([0, 20]),
    )
    @precondition(lambda self: self.bench is not None)
    def disturb(self, duplicate: int, drop: bool, reorder: bool, late_min: int) -> None:
        self.world.control.switches(
            self.world.tenant,
            self.carrier,
            duplicate=duplicate,
            drop=drop,
            reorder=reorder,
            reorder_within_ms=2_400_000,
            late_ms=late_min * 60_000,
        )
        self.said.append(f"webhooks ×{1 + duplicate}{' dropped' * drop}{' shuffled' * reorder} +{late_min} min")

    @rule(minutes=st.sampled_from([5, 45, 130]))
    @precondition(lambda self: self.bench is not None)
    def wait(self, minutes: int) -> None:
        self.world.advance(minutes=minutes)
        self.said.append(f"{minutes} min")
        self.polled = self.polled or minutes > POLL.total_seconds() / 60

    @invariant()
    def agrees(self) -> None:
        if self.bench is None or not self.polled:
            return
        live = [row for row in self.told if row.sequence not in self.withdrawn]
        events = [Event(row.occurred_at, row.code.status, row.sequence, row.code.turns_back) for row in live]
        wanted = status_of(events)
        view = self.world.order(NUMBER)
        story = " · ".join(self.said)
        if view.status != wanted:
            raise Violation([finding(self._rule(), NUMBER, wanted, str(view.status), story)])
        held = Counter((event.code, second(event.occurred_at)) for event in view.history if not event.withdrawn)
        for row in live:
            count = held[(row.code.code, second(row.occurred_at))]
            same = sum(
                (other.code.code, second(other.occurred_at)) == (row.code.code, second(row.occurred_at))
                for other in live
            )
            if count != same:
                number = "TRK-004" if count < same else "TRK-003"
                raise Violation([finding(number, f"{NUMBER} {row.code.code}", f"{same}×", f"{count}×", story)])

    def _rule(self) -> str:
        return "TRK-006" if self.withdrawn else "TRK-002"

    def codes(self) -> tuple[Code, ...]:
        return BY_CARRIER[self.carrier]

    def teardown(self) -> None:
        if self.bench is not None:
            try:
                self.world.advance(minutes=POLL.total_seconds() / 60 + 70)
                self.polled = True
                self.agrees()
            finally:
                self.bench.close()


class CdekHistories(Histories):
    """The same with CDEK, whose parcels come back under another number: its refusals are left to other cases."""

    carrier = "cdek"

    def codes(self) -> tuple[Code, ...]:
        return tuple(code for code in BY_CARRIER["cdek"] if code.code != "NOT_DELIVERED")


for machine in (Histories, CdekHistories):
    machine_case(
        Case(
            name="any_history_is_folded_right",
            requirements=RULES,
            run=lambda bench: None,
            story="Random scans, withdrawals, disturbed webhooks; after a poll status and history equal the model's.",
            carrier=machine.carrier,
            examples_count=3,
            needs=("tracking",),
            machine=machine,
        )
    )
