"""Play a flow undisturbed, then once for each of its cells, and turn what came of it into verdicts."""

from ..bench import NotBooked
from ..case import Case, Verdict, Violation, combine, finding
from ..driver.http import ConnectorError
from ..history import Finding
from ..hold import NO_KILL as WHY_NO_KILL
from ..hold import broken
from ..lab import Lab
from ..processes import InstrumentError
from ..run import CaseResult, Cell, Evidence
from ..wires import WIRES
from .evidence import evidence_of
from .flow import Figures, Flow
from .spoilers import spoiler_of
from .stage import Stage
from .steps import POINTS, Kind, Mark, Point, Step, mark, steps_of

UNDISTURBED = "undisturbed"
NO_KILL = f"not run: {WHY_NO_KILL}"
NO_RESTART = "not run: the connector does not claim restart"
NOT_AGAIN = "not run: the connector did not come to this step again"
EMPTY = "the matrix is empty: the connector made no step in this flow that could be disturbed"


class Matrix:
    """The cells of one case."""

    def __init__(self, lab: Lab, case: Case, *, brief: bool = False, most: int = 10**9) -> None:
        self.brief = brief
        self.most = most
        self.lab = lab
        self.case = case
        self.flow: Flow = case.matrix
        self.carrier = case.carrier or next((name for name in WIRES if name in lab.capabilities.carriers), "")
        self.name = self.flow.name if case.carrier is None else f"{self.flow.name} [{case.carrier}]"
        self.cells: list[Cell] = []
        self.findings: list[Finding] = []
        self.evidence: Evidence | None = None
        self.played = 0
        self.cut = False  # not every cell was to be held

    def hold(self) -> None:
        """Fill in every cell."""
        steps, usual = self._undisturbed()
        for step in steps:
            for point in POINTS[step.kind]:
                if self.played >= self.most or (self.brief and self.findings):
                    self.cut = True
                    return
                if self.requirement(point):
                    self.cells.append(self._cell(step, point, usual))

    def requirement(self, point: Point) -> str:
        if point is Point.OVERLAPPED:
            return self.flow.overlapped
        return self.flow.killed if point.kills else self.flow.lost

    def verdicts(self) -> dict[str, Verdict]:
        found = {}
        for number in self.case.requirements:
            mine = [cell.verdict for cell in self.cells if number in self._proves(cell)]
            found[number] = combine(mine) if mine or self.cut else Verdict.UNKNOWN
        return found

    def reason(self) -> str:
        """Return why something was not judged."""
        reasons = dict.fromkeys(cell.reason for cell in self.cells if cell.verdict is Verdict.SKIPPED)
        reasons |= dict.fromkeys(cell.reason for cell in self.cells if cell.verdict is Verdict.UNKNOWN)
        empty = any(not any(number in self._proves(cell) for cell in self.cells) for number in self.case.requirements)
        return "; ".join([*reasons, *([EMPTY] if empty and not self.cut else [])])

    def _proves(self, cell: Cell) -> tuple[str, ...]:
        return self.case.requirements if cell.point == UNDISTURBED else (self.requirement(Point(cell.point)),)

    # -- one play

    def _undisturbed(self) -> tuple[list[Step], Figures]:
        """Return the steps of a flow in which nothing goes wrong, and what its figures are then."""
        stage = self._open()
        try:
            since = self._begin(stage)
            self.flow.act(stage)
            steps = list(steps_of(stage.bench, since, self.flow.kinds))
            self._end(stage)
            usual = self.flow.measure(stage)
            self._expect(UNDISTURBED, UNDISTURBED, usual, usual)
            if self.findings:
                raise Violation(self.findings)
        finally:
            stage.bench.close()
        if self.flow.call:
            steps.append(Step(Kind.CALL, 1, operation=self.flow.call))
        return steps, usual

    def _cell(self, step: Step, point: Point, usual: Figures) -> Cell:
        if reason := self._hindrance(point):
            return self._made(step, point, Verdict.SKIPPED, reason)
        before = len(self.findings)
        stage = self._open()
        try:
            since = self._begin(stage)
            stage.disturb(spoiler_of(stage.bench, step, point, since))
            try:
                self.flow.act(stage)
                self._end(stage)
            finally:
                stage.close()
            if not stage.spent:
                return self._made(step, point, Verdict.SKIPPED, NOT_AGAIN)
            self._expect(str(step), point, self.flow.measure(stage), usual)
        except Violation as violation:
            self.findings += violation.findings
        except (ConnectorError, NotBooked) as error:
            self._wrong(str(step), point, "the flow", "it comes to its end", str(error))
        except InstrumentError:
            raise
        except Exception as error:
            return self._made(step, point, Verdict.UNKNOWN, broken(error))
        finally:
            self._tell(stage, step, point, self.findings[before:])
            stage.bench.close()
            self._revive()
        sentences = [
            f"{row.subject.rpartition(': ')[2]}: {row.found}, not {row.expected}" for row in self.findings[before:]
        ]
        return self._made(step, point, Verdict.FAILED if sentences else Verdict.PASSED, "; ".join(sentences))

    def _hindrance(self, point: Point) -> str:
        """Return why a cell cannot be run."""
        if self.lab.gone:
            return f"not run: {self.lab.gone}"
        if point.kills and not self.lab.target.can_kill:
            return NO_KILL
        if point.kills and "restart" not in self.lab.capabilities.claims:
            return NO_RESTART
        return ""

    def _open(self) -> Stage:
        self.played += 1
        case, lab = self.case, self.lab
        bench = lab.bench(
            case.id, self.played, case.settings, profiles=lab.capabilities.profiles, reset=self.flow.reset_first
        )
        return Stage(bench, self.carrier)

    def _begin(self, stage: Stage) -> Mark:
        self.flow.prepare(stage)
        return mark(stage.bench)

    def _end(self, stage: Stage) -> None:
        self.flow.then(stage)
        stage.bench.advance(hours=self.flow.rest_hours)

    def _revive(self) -> None:
        """Let a connector that a cell left dead come back for the next one."""
        if self.lab.gone or self.lab.target.alive:
            return
        try:
            self.lab.restart()
        except ConnectorError as error:
            self.lab.gone = str(error)

    # -- what is said of it

    def _tell(self, stage: Stage, step: Step, point: Point, findings: list[Finding]) -> None:
        """Keep the evidence of the first cell that failed, while its world is there."""
        if findings and self.evidence is None and not self.brief:
            self.evidence = evidence_of(stage.bench, self.case, step, point, findings)

    def _expect(self, step: str, point: str, found: Figures, usual: Figures) -> None:
        for name, value in found.items():
            wanted = self.flow.wanted.get(name, usual.get(name))
            if value != wanted:
                self._wrong(step, point, name, wanted, value)

    def _wrong(self, step: str, point: str, what: str, wanted: object, found: object) -> None:
        numbers = self.case.requirements if point == UNDISTURBED else (self.requirement(Point(point)),)
        subject = f"{self.flow.name}, {step}, {point}: {what}"
        self.findings += [finding(number, subject, wanted, found) for number in numbers]

    def _made(self, step: Step, point: Point, verdict: Verdict, reason: str) -> Cell:
        return Cell(flow=self.name, write=str(step), point=point.value, verdict=verdict, reason=reason)


def hold_matrix(lab: Lab, case: Case, *, brief: bool = False, most: int = 10**9) -> CaseResult:
    """Hold every cell of a flow; never raises for what the connector does. `brief`: the first that fails is enough.

    Args:
        most: how many worlds are played at most, the undisturbed one included.

    Raises:
        InstrumentError: our own side broke.
    """
    matrix = Matrix(lab, case, brief=brief, most=most)
    try:
        matrix.hold()
    except (Violation, NotBooked, ConnectorError) as error:  # it does not even work undisturbed
        if not matrix.findings:
            what = f"{matrix.flow.name}, {UNDISTURBED}"
            rows = [finding(number, what, "it comes to its end", str(error)) for number in case.requirements]
            matrix.findings += error.findings if isinstance(error, Violation) else rows
        matrix.cells.append(_undisturbed_cell(matrix, Verdict.FAILED, str(error)))
    except InstrumentError:
        raise
    except Exception as error:
        matrix.cells.append(_undisturbed_cell(matrix, Verdict.UNKNOWN, broken(error)))
    return CaseResult(
        id=case.id,
        story=case.story,
        carrier=case.carrier or "",
        verdicts=matrix.verdicts(),
        reason=matrix.reason(),
        findings=tuple(matrix.findings),
        examples=matrix.played,
        cells=tuple(matrix.cells),
        evidence=matrix.evidence,
    )


def _undisturbed_cell(matrix: Matrix, verdict: Verdict, reason: str) -> Cell:
    return Cell(flow=matrix.name, write=UNDISTURBED, point=UNDISTURBED, verdict=verdict, reason=reason)
