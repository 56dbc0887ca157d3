"""What a failed requirement looks like in pytest: findings, story and replay command, as `verify` prints them."""

from collections.abc import Iterable
from io import StringIO

from parcelproof.conformance.run import CaseResult, Run, UsedWaiver
from parcelproof.conformance.verdict.terminal import Whole, failure
from parcelproof.conformance.verdict.words import TROUBLE, sums_of, word_of

WIDTH = 100


def told_cases(results: Iterable[CaseResult]) -> str:
    """Return the cases that did not pass, one after another, without colours."""
    from rich.console import Console

    page = StringIO()
    console = Console(file=page, width=WIDTH, no_color=True, highlight=False, force_terminal=False)
    for result in results:
        for part in failure(result):
            console.print(part, soft_wrap=isinstance(part, Whole))
    return "\n".join(line.rstrip() for line in page.getvalue().strip("\n").splitlines())


def told_run(run: Run) -> str:
    """Return why a run is not good: its sums first, then each case that is in trouble."""
    lines = [f"{word_of(run)}: {sums_of(run)} (seed {run.seed})"]
    if run.stop is not None:
        lines.append(f"the run ended early: {run.stop.reason}")
    lines += [told_idle(row) for row in run.waivers if row.state == "not needed"]
    return "\n".join([*lines, "", told_cases(row for row in run.results if row.verdict in TROUBLE)]).rstrip()


def told_idle(waiver: UsedWaiver) -> str:
    return f"the waiver {waiver.pattern} ({waiver.where}) is not needed any more: take it out"
