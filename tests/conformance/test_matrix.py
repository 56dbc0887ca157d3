"""The answer-loss and kill matrix over a shop in this process: each point finds its own bug, and no other point does.

The real thing, SIGKILL on the reference and its faulty sisters, is `verify --profile idempotence` and `score`.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parcelproof.conformance.case import Case, Verdict, all_cases
from parcelproof.conformance.driver.http import DriverFault
from parcelproof.conformance.history import Exchange
from parcelproof.conformance.matrix.flow import Figures, Flow
from parcelproof.conformance.matrix.holding import EMPTY, NO_KILL, NO_RESTART, NOT_AGAIN, hold_matrix
from parcelproof.conformance.matrix.stage import Stage
from parcelproof.conformance.matrix.steps import POINTS, Kind, Point, is_write, reads_by_nature
from parcelproof.conformance.processes import SIMULATOR, Process
from parcelproof.conformance.run import CaseResult
from parcelproof.conformance.wires import WIRES
from parcelproof.control_client import ControlClient

START = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)


class Lost(Exception):
    """The connection to the carrier was cut."""


@dataclass
class Carrier:
    """Books parcels, once for each key; one call may be lost, or held until the shop is killed."""

    parcels: set[str] = field(default_factory=set)
    journal: list[Exchange] = field(default_factory=list)
    fault: dict[str, Any] | None = None
    fired: int = 0
    killed: threading.Event = field(default_factory=threading.Event)

    def book(self, key: str) -> None:
        fault = self.fault if self.fault and not self.fired else None
        self.fired += fault is not None
        point = fault["point"] if fault else ""
        if point != "before":
            self.parcels.add(key)
        seq = len(self.journal) + 1
        made = Exchange(
            seq=seq, at=START, direction="in", carrier="mail_alliance", operation="create_parcel", method="POST",
            path="/v1/parcels", status=0 if fault else 201,
        )  # fmt: skip
        self.journal.append(made)
        if fault and fault["kind"] == "stall":
            assert self.killed.wait(10)
            raise DriverFault("the call was cut")
        if fault:
            raise Lost


@dataclass
class Shop:
    """A connector: what it writes down survives a kill, its memory does not. `bug` is what is wrong with it."""

    bug: str = ""
    carrier: Carrier = field(default_factory=Carrier)
    written: dict[str, str] = field(default_factory=dict)
    memory: dict[str, str] = field(default_factory=dict)
    starts: int = 1
    tries: int = 0

    def place(self, number: str) -> None:
        self.written.setdefault(number, "confirmed")

    def run(self) -> None:
        for number in [number for number, state in self.written.items() if state == "confirmed"]:
            self.tries += 1
            key = {"key of the try": f"{number}/{self.tries}", "key of the process": f"{number}/{self.starts}"}
            if self.bug == "forgets":
                self.written[number] = "tried"
            try:
                self.carrier.book(key.get(self.bug, number))
            except Lost:
                self.written[number] = "tried" if self.bug == "gives up" else "confirmed"
                continue
            self.written[number] = "tried" if self.bug == "remembers only" else "booked"
            self.memory[number] = "booked"

    def state(self, number: str) -> str:
        return self.memory.get(number) or self.written.get(number, "unknown")


class Control:
    """The control API's faults."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def add_fault(self, _tenant: str, **fault: Any) -> dict[str, Any]:
        self._carrier.fault = fault
        return {"id": "fault-1"}

    def faults(self, _tenant: str) -> list[dict[str, Any]]:
        return [{"id": "fault-1", "fired": self._carrier.fired}]


class Bench:
    """One world: a carrier of its own, the shop reset to it."""

    tenant = "t"

    def __init__(self, lab: "Lab") -> None:
        self.lab = lab
        self.now = START
        self.warden: Any = None
        self.kills = 0
        self.shop = lab.shop
        self.shop.carrier, self.shop.written, self.shop.memory = Carrier(), {}, {}
        self.control = Control(self.shop.carrier)

    def advance(self, to: datetime | None = None, **by: float) -> None:
        self.now = to or self.now + timedelta(**by)
        self.shop.run() if self.warden is None else self.warden.run(self.shop.run)

    def journal(self) -> tuple[Exchange, ...]:
        return tuple(self.shop.carrier.journal)

    def mails(self) -> tuple[()]:
        return ()

    attempts = mails

    def close(self) -> None:
        """Nothing is open."""


class Lab:
    """The shop is the target, too: it is killed by cutting its call and emptying its memory."""

    gone = ""
    can_kill = True
    comes_back = True
    alive = True

    def __init__(self, bug: str = "", claims: tuple[str, ...] = ("clock", "restart")) -> None:
        self.shop = Shop(bug)
        self.target = self
        self.worlds = 0
        self.capabilities = type("Said", (), {"profiles": (), "carriers": ("mail_alliance",), "claims": claims})

    def bench(self, *_: object, **__: object) -> Bench:
        self.worlds += 1
        return Bench(self)

    def kill(self) -> None:
        self.shop.carrier.killed.set()
        self.alive = False

    def restart(self) -> None:
        if not self.comes_back:
            raise DriverFault("the command shop after a restart ended with exit status 1")
        self.shop.memory, self.shop.starts, self.alive = {}, self.shop.starts + 1, True


def act(stage: Any) -> None:
    shop = stage.bench.shop
    stage.call(lambda: shop.place("D-1"), stands=lambda: shop.state("D-1") != "unknown")
    stage.advance(minutes=10)


def measure(stage: Any) -> Figures:
    shop = stage.bench.shop
    return {"parcels": len(shop.carrier.parcels), "state": shop.state("D-1")}


def nothing(_stage: Stage) -> None:
    """Nothing to prepare."""


def held(lab: Lab, *, does: Callable[[Any], None] = act, brief: bool = False, **changed: Any) -> CaseResult:
    flow = Flow(
        name="book", lost="IDM-010", killed="IDM-020", prepare=nothing, act=does, measure=measure,
        wanted={"parcels": 1, "state": "booked"}, **changed,
    )  # fmt: skip
    numbers = ("IDM-010", "IDM-020")
    case = Case(name="book", requirements=numbers, run=print, story="Book.", carrier="mail_alliance", matrix=flow)
    return hold_matrix(lab, case, brief=brief)  # type: ignore[arg-type]


def points(made: CaseResult, verdict: Verdict) -> set[str]:
    return {cell.point for cell in made.cells if cell.verdict is verdict}


def test_a_sound_shop_passes_every_cell_and_each_was_run() -> None:
    lab = Lab()
    made = held(lab)
    every = POINTS[Kind.WRITE]
    assert [cell.point for cell in made.cells] == [*every] and points(made, Verdict.PASSED) == set(every)
    assert made.verdicts == {"IDM-010": Verdict.PASSED, "IDM-020": Verdict.PASSED}
    assert (lab.worlds, lab.shop.starts) == (1 + len(every), 1 + sum(point.kills for point in every))


@pytest.mark.parametrize(
    ("bug", "found"),
    [
        ("gives up", {Point.REQUEST_LOST, Point.ANSWER_LOST}),
        ("key of the try", {Point.ANSWER_LOST, Point.KILLED_AFTER}),
        ("forgets", {Point.KILLED_BEFORE, Point.KILLED_AFTER}),
        ("key of the process", {Point.KILLED_AFTER}),
        ("remembers only", {Point.RESTARTED}),
    ],
)
def test_each_point_finds_its_bugs(bug: str, found: set[Point]) -> None:
    made = held(Lab(bug))
    assert points(made, Verdict.FAILED) == found
    assert made.verdicts == {
        "IDM-010": Verdict.FAILED if any(not point.kills for point in found) else Verdict.PASSED,
        "IDM-020": Verdict.FAILED if any(point.kills for point in found) else Verdict.PASSED,
    }
    for cell in made.cells:
        assert (cell.flow, cell.write) == ("book [mail_alliance]", "mail_alliance: POST create_parcel")
    assert made.evidence is not None and made.evidence.story[0].startswith("In the flow «book» ")
    first = made.findings[0]
    assert first.subject.startswith("book, mail_alliance: POST create_parcel, ")


def test_brief_is_over_with_the_first_that_fails() -> None:
    made = held(Lab("key of the try"), brief=True)
    assert [cell.point for cell in made.cells] == [Point.REQUEST_LOST, Point.ANSWER_LOST]
    assert made.verdicts == {"IDM-010": Verdict.FAILED, "IDM-020": Verdict.SKIPPED}


def test_an_empty_matrix_is_unknown() -> None:
    def idle(stage: Any) -> None:
        stage.bench.shop.written["D-1"] = "booked"
        stage.bench.shop.carrier.parcels.add("D-1")

    made = held(Lab(), does=idle)
    assert (made.verdict, made.reason, made.cells) == (Verdict.UNKNOWN, EMPTY, ())


def test_who_cannot_be_killed_has_kill_cells_not_run() -> None:
    lab = Lab()
    lab.can_kill = False
    made = held(lab)
    assert made.verdicts == {"IDM-010": Verdict.PASSED, "IDM-020": Verdict.SKIPPED}
    assert {cell.reason for cell in made.cells if Point(cell.point).kills} == {NO_KILL}
    made = held(Lab(claims=("clock",)))
    assert made.verdicts == {"IDM-010": Verdict.PASSED, "IDM-020": Verdict.SKIPPED}
    assert made.reason == NO_RESTART


def test_a_step_that_does_not_come_again_proves_nothing() -> None:
    def fickle(stage: Any) -> None:
        if stage.bench.lab.worlds > 1:
            stage.bench.shop.written["D-1"] = "booked"
            stage.bench.shop.carrier.parcels.add("D-1")
        act(stage)

    made = held(Lab(), does=fickle)
    assert {cell.verdict for cell in made.cells} == {Verdict.SKIPPED} and made.reason == NOT_AGAIN
    assert set(made.verdicts.values()) == {Verdict.SKIPPED}


def test_who_does_not_come_back_has_failed_and_is_not_killed_again() -> None:
    lab = Lab()
    lab.comes_back = False
    made = held(lab)
    killed = [cell for cell in made.cells if Point(cell.point).kills]
    assert "after a restart ended" in killed[0].reason and killed[0].verdict is Verdict.FAILED
    assert {cell.verdict for cell in killed[1:]} == {Verdict.SKIPPED}
    assert all("after a restart ended" in cell.reason for cell in killed[1:])


def test_a_flow_that_does_not_even_work_undisturbed_has_failed() -> None:
    made = held(Lab("remembers only"), does=lambda stage: stage.bench.shop.place("D-2"))
    assert set(made.verdicts.values()) == {Verdict.FAILED}
    assert [cell.point for cell in made.cells] == ["undisturbed"]


def test_our_own_break_in_a_cell_is_unknown() -> None:
    def broken(stage: Any) -> None:
        act(stage)
        if stage.spoiler is not None:
            raise KeyError("ours")

    made = held(Lab(), does=broken)
    assert made.verdict is Verdict.UNKNOWN and "our side broke: KeyError" in made.cells[0].reason


def test_reads_by_nature_are_operations_that_a_carrier_has() -> None:
    with Process(SIMULATOR) as process, ControlClient(process.url) as control:
        known = {row["name"]: set(row["operations"]) for row in control.overview()["carriers"]}
    for carrier, operations in reads_by_nature().items():
        there = known[carrier].union(*(known[service] for service in WIRES[carrier].services))
        assert operations <= there, operations - there


def test_an_operation_that_nobody_named_is_a_write() -> None:
    entry = Exchange(seq=1, at=START, direction="in", carrier="x", operation="new", method="POST", path="/")
    assert is_write(entry)


def test_every_flow_that_the_issue_names_is_a_case_and_every_kind_has_points() -> None:
    flows = {case.matrix.name for case in all_cases() if case.matrix is not None}
    assert flows == {
        "book an order", "cancel an order", "announce a buyer's return", "take in a refused parcel, polled",
        "take in a refused parcel, pushed", "mail news to followers", "feed a report", "subscribe to webhooks",
        "hand parcels over",
    }  # fmt: skip
    assert all(POINTS[kind] for kind in Kind)
