"""What shows to people that a cell failed: what was done to which step, what went over the wires, how it ended."""

from collections.abc import Sequence

from ..bench import Bench
from ..case import Case, Violation
from ..counterexamples.diagram import diagram
from ..counterexamples.parcels import numbers_of
from ..counterexamples.record import Record
from ..counterexamples.sequence import messages, shown
from ..counterexamples.story import story
from ..counterexamples.witness import Witness, witness
from ..history import Finding
from ..run import Evidence
from ..scenarios.naming import Names
from .steps import Point, Step

DONE = {
    Point.REQUEST_LOST: "{step} was lost on its way: the connection was cut before it had any effect",
    Point.ANSWER_LOST: "{step} had its effect, but the connection was cut before the answer",
    Point.KILLED_BEFORE: "while {step} was held, before it had any effect, the connector was ended by SIGKILL and"
    " started again",
    Point.KILLED_AFTER: "when {step} had had its effect and before the answer, the connector was ended by SIGKILL and"
    " started again",
    Point.RESTARTED: "after {step} was done and while nothing was asked of it, the connector was ended by SIGKILL and"
    " started again",
    Point.OVERLAPPED: "while {step} was being handed to the mail server, another run of the alerts was asked for",
}
NO_SCENARIO = "There is no scenario file of a cell of the matrix; the replay command plays the whole flow again."


def evidence_of(bench: Bench, case: Case, step: Step, point: Point, findings: Sequence[Finding]) -> Evidence:
    """Return what shows the failure of a cell; its world is still there."""
    done = DONE[point].format(step=f"«{step}»")
    sentences = [f"In the flow «{case.matrix.name}» {done}; then time passed.", NO_SCENARIO]
    try:
        seen, names = _seen(bench, case, findings)
        rows = messages(seen, names)
        return Evidence(
            story=(sentences[0], *story(rows, names, findings), sentences[1]),
            exchanges=tuple(shown(rows)),
            diagram=diagram(case.id, rows, names, findings, seen.ended_at - bench.start),
        )
    except Exception as error:  # ours, and no reason to hide what is wrong with the connector
        return Evidence(story=(*sentences, f"More cannot be told: {type(error).__name__}: {error}."))


def _seen(bench: Bench, case: Case, findings: Sequence[Finding]) -> tuple[Witness, Names]:
    record = Record(case.settings, bench.start, bench.seed, bench.tenant)
    seen = witness(bench, record, Violation(findings), findings, frozenset())
    record.parcels.update((row["id"], row) for row in bench.control.parcels(bench.tenant))
    return seen, Names(numbers_of(record), record.parcels.values())
