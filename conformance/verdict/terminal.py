"""A run on the terminal. rich is imported only here, and only when something is drawn."""

from typing import TYPE_CHECKING

from ..case import Verdict
from ..run import Run

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MARK = {
    Verdict.PASSED: ("✓", "green"),
    Verdict.WARNED: ("!", "yellow"),
    Verdict.SKIPPED: ("·", "dim"),
    Verdict.UNKNOWN: ("?", "magenta"),
    Verdict.FAILED: ("✗", "red"),
}
SHOWN_FINDINGS = 5  # per case; the reports have them all


def print_run(run: Run, console: "Console | None" = None) -> None:
    """Print a table of requirements, then what is wrong with how to replay it, then one line of sums."""
    from rich.console import Console
    from rich.markup import escape

    out = console or Console(highlight=False)
    out.print(requirements_table(run))
    for result in run.results:
        if result.verdict not in (Verdict.FAILED, Verdict.WARNED, Verdict.UNKNOWN):
            continue
        mark, colour = MARK[result.verdict]
        out.print(f"\n[{colour}]{mark} {escape(result.id)}[/]  {escape(result.story)}")
        if result.reason:
            out.print(f"  {escape(result.reason)}")
        for found in result.findings[:SHOWN_FINDINGS]:
            out.print(f"  [bold]{found.requirement}[/] {escape(found.subject)}")
            out.print(f"    expected  {escape(found.expected)}\n    found     {escape(found.found)}")
            if found.after:
                out.print(f"    after     {escape(found.after)}")
        if len(result.findings) > SHOWN_FINDINGS:
            out.print(f"  … and {len(result.findings) - SHOWN_FINDINGS} more")
        if result.example:
            out.print(f"  smallest example: {escape(result.example)}")
        out.print(f"  replay: [cyan]{escape(result.replay)}[/]")
    out.print(summary(run))


def requirements_table(run: Run) -> "Table":
    """Return one row per requirement that a case named."""
    from rich.table import Table

    name = f"{run.connector.get('name', '')} {run.connector.get('version', '')}".strip()
    table = Table(title=f"Requirements — {name}", title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column("id", no_wrap=True)
    table.add_column("level", no_wrap=True)
    table.add_column("requirement", overflow="fold")
    for row in run.requirements:
        mark, colour = MARK[row.verdict]
        text = row.text if row.verdict is not Verdict.SKIPPED else f"{row.text} ({row.reason or 'not reached'})"
        table.add_row(f"[{colour}]{mark}[/]", row.id, row.level, text)
    return table


def summary(run: Run) -> str:
    """Return the sums in one line, with the word that the exit code stands for."""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in run.counts().items() if count)
    word = {0: "CONFORM", 1: "NOT CONFORM", 2: "NOTHING JUDGED", 3: "INSTRUMENT FAULT"}[run.exit_code]
    return f"\n{word}: {counts} of {len(run.requirements)} requirements in {run.duration_s:.1f} s (seed {run.seed})"
