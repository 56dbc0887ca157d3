"""A run as Markdown for a CI summary (GitHub's takes 1 MiB): tables, details, nothing that is not escaped."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..case import Verdict
from ..run import CaseResult, Run
from .comparison import Comparison
from .finish import clean_text
from .words import (
    ORDER,
    TROUBLE,
    channels_of,
    command_of,
    lacks_of,
    name_of,
    next_level,
    proved_of,
    reached_of,
    sums_of,
    told_of,
    why_of,
    without_of,
    word_of,
)

MOST_BYTES = 1_000_000
MOST_FINDINGS = 10  # per case
MOST_STORY_LINES = 40
MOST_CHARS = 500  # of one value
MARK = {"passed": "✅", "failed": "❌", "unknown": "❓", "warned": "⚠️", "skipped": "⏭️"}
_LEFT_OUT = "\n_The rest is left out: this page may not be longer. The HTML and JSON reports have all of it._\n"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$@&^=-])")


def write_markdown(run: Run, path: Path, *, comparison: Comparison | None = None) -> None:
    path.write_bytes(markdown_of(run, comparison).encode())


def markdown_of(run: Run, comparison: Comparison | None = None) -> str:
    """Return the page; whole parts are left out at its end when it would be longer than `MOST_BYTES`."""
    page, left_bytes = [], MOST_BYTES - len(_LEFT_OUT.encode())
    for part in _parts(run, comparison):
        size_bytes = len(part.encode()) + 1
        if size_bytes > left_bytes:
            page.append(_LEFT_OUT)
            break
        page.append(part)
        left_bytes -= size_bytes
    return "\n".join(page)


def _parts(run: Run, comparison: Comparison | None) -> Iterator[str]:
    mark = "✅" if run.exit_code == 0 else "❌"
    yield f"## {mark} {plain(name_of(run))}: {word_of(run)}\n"
    yield f"{sums_of(run)} in {run.duration_s:.1f} s, seed {run.seed}.\n"
    if why := why_of(run):
        yield f"{why[:1].upper()}{why[1:]}.\n"
    if run.stop is not None:
        yield f"**The run ended early:** {plain(run.stop.reason)}\n"
    yield from _levels(run)
    if comparison is not None:
        yield from _compared(comparison)
    yield from (_failure(row) for row in run.results if row.verdict in TROUBLE)
    yield from _waivers(run)
    yield from _matrix(run)
    yield from _channels(run)
    yield from _requirements(run)
    if proved := proved_of(run):
        yield f"{proved}.\n"
    yield _code(command_of(run), "sh")


def plain(text: str, most: int = MOST_CHARS) -> str:
    """Return a text as it may stand in a line or a cell: one line, nothing in it is Markdown, HTML or a mention."""
    line = " ".join(clean_text(text).split())
    if len(line) > most:
        line = f"{line[:most]} … ({len(line) - most} characters more)"
    return _SPECIAL.sub(r"\\\1", line).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\@", "@\u200b")


def _code(text: str, language: str = "text") -> str:
    """Return a fenced block that no text can close early."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{clean_text(text).rstrip()}\n{fence}\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def _details(summary: str, inside: Iterable[str], *, opened: bool = False) -> str:
    """Return a block that folds. `summary` is HTML: what is in it is escaped already."""
    return "\n".join([f"<details{' open' if opened else ''}><summary>{summary}</summary>\n", *inside, "</details>\n"])


def _html(text: str) -> str:
    line = " ".join(clean_text(text).split())[:MOST_CHARS]
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@\u200b")


def _failure(result: CaseResult) -> str:
    waived = bool(result.waived) and not result.breaks_the_run
    word = "waived" if waived else result.verdict.value
    head = f"{MARK[result.verdict]} {word} <code>{_html(result.id)}</code> {_html(result.story)}"
    return _details(head, _inside(result), opened=not waived and result.verdict is Verdict.FAILED)


def _inside(result: CaseResult) -> Iterator[str]:
    if result.reason:
        yield plain(result.reason) + "\n"
    for number, reason in result.waived.items():
        yield f"{number} is waived: {plain(reason)}\n"
    if result.findings:
        rows = [
            (row.requirement, plain(row.subject), plain(row.expected), plain(row.found), plain(row.after))
            for row in result.findings[:MOST_FINDINGS]
        ]
        yield _table(("requirement", "what", "expected", "found", "after"), rows)
    if len(result.findings) > MOST_FINDINGS:
        yield f"… and {len(result.findings) - MOST_FINDINGS} more.\n"
    if result.evidence is not None and result.evidence.story:
        yield "".join(f"1. {plain(line)}\n" for line in result.evidence.story[:MOST_STORY_LINES])
    elif result.example:
        yield "Smallest example:\n"
        yield _code(result.example[: 4 * MOST_CHARS])
    if result.replay:
        yield _code(result.replay, "sh")


def _levels(run: Run) -> Iterator[str]:
    if not run.levels or not run.results:
        return
    apart = without_of(run, reached_of(run))
    yield f"Level: **{run.reached or 'none reached'}**{f' ({plain(apart)})' if apart else ''}\n"
    if (row := next_level(run)) is not None:
        lacks = (f"- {plain(line)}" for line in lacks_of(row))
        yield _details(f"What is missing for {row.name}", ["\n".join(lacks) + "\n"])


def _compared(comparison: Comparison) -> Iterator[str]:
    yield f"### Compared with {plain(comparison.older)}\n"
    if comparison.groups:
        yield _table(("change", "requirements"), [(name, ", ".join(ids)) for name, ids in comparison.groups.items()])
    yield f"{comparison.same} the same.\n"


def _waivers(run: Run) -> Iterator[str]:
    if run.waivers:
        yield "### Waivers\n"
        rows = [(row.state, plain(row.pattern), plain(row.reason), row.expires) for row in run.waivers]
        yield _table(("state", "for", "reason", "last day"), rows)


def _matrix(run: Run) -> Iterator[str]:
    if not run.matrix:
        return
    points = list(dict.fromkeys(cell.point for cell in run.matrix))
    cells = {(cell.flow, cell.write, cell.point): cell.verdict.value for cell in run.matrix}
    writes = dict.fromkeys((cell.flow, cell.write) for cell in run.matrix)
    rows = [
        (plain(flow), plain(write), *(MARK.get(cells.get((flow, write, point), ""), "") for point in points))
        for flow, write in writes
    ]
    counts = Counter(cell.verdict for cell in run.matrix)
    tally = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in ORDER if counts[verdict])
    head = f"Answer-loss and kill matrix: {tally} of {len(run.matrix)} cells"
    yield _details(head, [_table(("flow", "write", *map(plain, points)), rows)])


def _channels(run: Run) -> Iterator[str]:
    if channels_of(run):
        yield "### Channels\n"
        rows = [
            (row.carrier, row.name, "**dead**" if row.dead else plain(told_of(row)), plain(row.note))
            for row in channels_of(run)
        ]
        yield _table(("carrier", "channel", "first told of", "note"), rows)


def _requirements(run: Run) -> Iterator[str]:
    if not run.requirements:
        return
    rows = sorted(run.requirements, key=lambda row: (ORDER.index(row.verdict), row.id))
    cells = [
        (f"{MARK[row.verdict]} {'waived' if row.waived else row.verdict}", row.id, row.level, plain(row.text))
        for row in rows
    ]
    yield _details(sums_of(run), [_table(("verdict", "id", "level", "requirement"), cells)])
