"""A run on the terminal, or in a log of eighty columns. rich is imported only here, when something is drawn."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..case import Verdict
from ..catalogue import load
from ..run import CaseResult, RequirementResult, Run
from .comparison import Comparison
from .finish import clean_text
from .words import (
    ORDER,
    TROUBLE,
    channels_of,
    lacks_of,
    name_of,
    next_level,
    plural,
    proved_of,
    reached_of,
    sums_of,
    told_of,
    why_of,
    without_of,
    word_of,
)

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.padding import Padding
    from rich.table import Table

COLOUR = {
    Verdict.PASSED: "green",
    Verdict.WARNED: "yellow",
    Verdict.SKIPPED: "dim",
    Verdict.UNKNOWN: "magenta",
    Verdict.FAILED: "red",
}
MOST_FINDINGS = 5  # per case; the reports have them all
MOST_STORY_LINES = 30
MOST_STORIES = 10  # told in full; of further failures the first finding and the replay
MOST_CHARS = 600  # of one value
MOST_REASONS = 6


class Whole(str):
    """A line that is copied, so it is never broken, however long."""


def print_run(run: Run, console: "Console | None" = None, *, comparison: Comparison | None = None) -> None:
    """Print the requirements, what is wrong and how to replay it, then what sums the run up; the verdict comes last."""
    from rich.console import Console

    out = console or Console(highlight=False)
    for part in parts_of(run, comparison):
        out.print(part, soft_wrap=isinstance(part, Whole))


def parts_of(run: Run, comparison: Comparison | None) -> "Iterator[RenderableType]":
    if run.requirements:
        yield requirements_table(run)
    wrong = [result for result in run.results if result.verdict in TROUBLE]
    wrong.sort(key=lambda result: not result.breaks_the_run)  # what is waived takes no story's place
    for place, result in enumerate(wrong):
        if place == MOST_STORIES:
            yield f"\nStories of {len(wrong) - place} more failures are left out here; --html FILE has them."
        yield from failure(result, whole=place < MOST_STORIES)
    yield from matrix(run)
    yield from channels(run)
    yield from waivers(run)
    yield from levels(run)
    if comparison is not None:
        yield from compared(comparison)
    yield from summary(run)


def shown(text: str, most: int = MOST_CHARS) -> str:
    """Return a text as it may stand on a terminal: no control codes, no markup, not endless."""
    from rich.markup import escape

    clean = clean_text(text)
    return escape(clean if len(clean) <= most else clean[:most] + f" … ({len(clean) - most} characters more)")


def requirements_table(run: Run) -> "Table":
    """Return one row per requirement that a case named: on one line where all is well."""
    from rich.table import Table

    table = Table(title=f"Requirements, {shown(name_of(run))}", title_justify="left", box=None, pad_edge=False)
    table.title_style = "bold"
    for name in ("verdict", "id", "level"):
        table.add_column(name, no_wrap=True)
    table.add_column("requirement", ratio=1)
    catalogue = load()
    area = ""
    for row in sorted(run.requirements, key=lambda row: (catalogue[row.id].area, row.id)):
        if catalogue[row.id].area != area:
            area = catalogue[row.id].area
            table.add_row("", "", "", f"[bold]{area}[/]")
        table.add_row(*_cells(row))
    return table


def _cells(row: RequirementResult) -> "tuple[RenderableType, ...]":
    from rich.text import Text

    colour = COLOUR[row.verdict]
    word = "waived" if row.waived else row.verdict.value
    quiet = row.verdict in (Verdict.PASSED, Verdict.SKIPPED)
    text = clean_text(row.text)
    if row.verdict is Verdict.SKIPPED:
        text = f"({clean_text(row.reason) or 'not reached'}) {text}"
    said = Text(text, no_wrap=quiet, overflow="ellipsis" if quiet else "fold", style="dim" if quiet else "")
    return (f"[{colour}]{word}[/]", row.id, row.level, said)


def said(text: str, indent: int = 2) -> "Padding":
    """Return a line that keeps its indent where it is wrapped."""
    from rich.padding import Padding

    return Padding(text, (0, 0, 0, indent), expand=False)


def failure(result: CaseResult, *, whole: bool = True) -> "Iterator[RenderableType]":
    colour = COLOUR[result.verdict]
    word = "WAIVED" if not result.breaks_the_run and result.waived else result.verdict.value.upper()
    yield f"\n[bold {colour}]{word}[/] [bold]{shown(result.id)}[/]"
    yield said(shown(result.story))
    for number, reason in result.waived.items():
        yield said(f"{number} is waived: {shown(reason)}")
    if result.reason:
        yield said(shown(result.reason))
    most = MOST_FINDINGS if whole else 1
    for found in result.findings[:most]:
        yield said(f"[bold]{found.requirement}[/] {shown(found.subject)}")
        yield said(f"expected  {shown(found.expected)}", 4)
        yield said(f"found     {shown(found.found)}", 4)
        if found.after:
            yield said(f"after     {shown(found.after)}", 4)
    if len(result.findings) > most:
        yield said(f"… and {len(result.findings) - most} more")
    if whole:
        yield from _story(result)
    if result.replay:
        yield Whole(f"  replay: [cyan]{shown(result.replay, 4000)}[/]")


def _story(result: CaseResult) -> "Iterator[RenderableType]":
    if result.evidence is not None and result.evidence.story:
        yield said("What happened:")
        for line in result.evidence.story[:MOST_STORY_LINES]:
            yield said(shown(line), 4)
        if len(result.evidence.story) > MOST_STORY_LINES:
            yield said(f"… and {len(result.evidence.story) - MOST_STORY_LINES} lines more", 4)
    elif result.example:
        yield said(f"smallest example: {shown(result.example)}")


def matrix(run: Run) -> "Iterator[RenderableType]":
    """Yield how many cells were run, and why others were not."""
    if not run.matrix:
        return
    counts = Counter(cell.verdict for cell in run.matrix)
    held = len(run.matrix) - counts[Verdict.SKIPPED]
    tally = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in ORDER if counts[verdict])
    yield f"\n[bold]Answer-loss and kill matrix[/]: {held} of {plural(len(run.matrix), 'cell')} run: {tally}"
    for reason, count in _top(cell.reason for cell in run.matrix if cell.verdict is Verdict.SKIPPED):
        yield said(f"not run: {count}, {shown(reason) or 'no reason given'}")
    for cell in [cell for cell in run.matrix if cell.verdict in TROUBLE][:MOST_REASONS]:
        line = f"{cell.verdict.value}: {cell.flow} / {cell.write} / {cell.point}: {cell.reason}"
        yield said(f"[{COLOUR[cell.verdict]}]{shown(line)}[/]")


def _top(reasons: Iterator[str]) -> list[tuple[str, int]]:
    return Counter(reasons).most_common(MOST_REASONS)


def channels(run: Run) -> "Iterator[RenderableType]":
    """Yield what each channel taught, and which are dead."""
    rows = channels_of(run)
    if rows:
        yield "\n[bold]Channels[/]"
    for row in rows:
        note = f" ({shown(row.note)})" if row.note else ""
        state = "[red]dead[/]" if row.dead else f"first told of {shown(told_of(row))}"
        yield said(f"{row.carrier} {row.name}: {state}{note}")


def waivers(run: Run) -> "Iterator[RenderableType]":
    if run.waivers:
        yield "\n[bold]Waivers[/]"
    for row in run.waivers:
        what = f"{shown(row.pattern)} ({shown(row.where)})"
        match row.state:
            case "used":
                yield said(f"waived until {row.expires}: {what}: {shown(row.reason)}")
            case "not needed":
                passing = shown(", ".join(row.passes[:MOST_REASONS]))
                yield said(f"[red]not needed[/], which fails the run: {what}: {passing} passed; take the waiver out")
            case "expired":
                yield said(f"[yellow]expired[/] on {row.expires}, so it waives nothing: {what}")
            case "not judged":
                yield said(f"[dim]not judged this time[/]: {what}")


def levels(run: Run) -> "Iterator[RenderableType]":
    """Yield the level that was reached, and what the next one lacks."""
    if not run.levels or not run.results:
        return
    apart = without_of(run, reached_of(run))
    yield f"\n[bold]Level[/]: {run.reached or 'none reached'}{f' ({shown(apart)})' if apart else ''}"
    row = next((row for row in run.levels if row.name == run.level and not row.reached), next_level(run))
    if row is not None:
        yield said(f"for {row.name}:")
        yield from (said(shown(line), 4) for line in lacks_of(row))


def compared(comparison: Comparison) -> "Iterator[RenderableType]":
    yield f"\n[bold]Compared with[/] {shown(comparison.older)}: {comparison.same} the same"
    for name, numbers in comparison.groups.items():
        yield said(f"{name}: {', '.join(numbers)}")


def summary(run: Run) -> Iterator[str]:
    """Yield the last lines: what is unproved, and the word for the exit code with the sums."""
    if proved := proved_of(run):
        yield f"\n{proved}."
    if run.stop is not None:
        yield f"\n[bold red]The run ended early[/]: {shown(run.stop.reason, 4000)}"
    colour = "green" if run.exit_code == 0 else "red"
    if why := why_of(run):
        yield f"\n{why[:1].upper()}{why[1:]}."
    yield f"\n[bold {colour}]{word_of(run).upper()}[/]: {sums_of(run)} in {run.duration_s:.1f} s (seed {run.seed})"
