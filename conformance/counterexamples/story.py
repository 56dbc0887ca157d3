"""A failed example in plain sentences: what happened, after how long, and what ought to have come of it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

from ..catalogue import load
from ..history import Finding
from ..scenarios.naming import CARRIERS, Names
from .deeds import BUYER, CONNECTOR, JUDGE, STRANGER, span
from .sequence import Message, plain

MOST_SENTENCES = 60
MOST_OF_ONE = 3  # findings of one requirement
TIMES = {1: "once", 2: "twice"}


def story(rows: Sequence[Message], names: Names, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the story, sentence by sentence: first what happened, at last what is wrong."""
    told = [*_told(rows)]
    ends = [*_end(findings, names)]
    room = MOST_SENTENCES - len(ends)
    if len(told) > room:
        left = len(told) - room + 1
        middle = f"({left} more sentences are left out here; the scenario has every step.)"
        told = [*told[: room // 3], middle, *told[room // 3 + left :]]
    return (*told, *ends)


def _told(rows: Sequence[Message]) -> Iterator[str]:
    """Tell what happened, each time after how long since the sentence before."""
    before: timedelta | None = None
    worth = [row for row in rows if _is_told(row)]
    for _, group in groupby(worth, key=lambda row: (row.after, row.source, row.target, row.line, row.status)):
        same = [*group]
        row = same[0]
        waited = row.after - (before or timedelta(0))
        lead = "" if waited < timedelta(seconds=1) else f"After {span(waited)} "
        sentence = _sentence(row, len(same))
        yield f"{lead}{sentence}." if lead else f"{_begun(sentence)}."
        before = row.after


def _is_told(row: Message) -> bool:
    """Leave out what is only read, and calls that went as they should: the connector's own business."""
    if row.source == CONNECTOR and row.target in CARRIERS.values():
        return row.wrong
    return not row.reads


def _sentence(row: Message, times: int) -> str:
    often = "" if times == 1 else f", {TIMES.get(times, f'{times} times')}"
    if row.source == CONNECTOR and row.target == BUYER:
        return f"the connector sends a {row.line}{often}"
    if row.source == CONNECTOR:
        return f"the connector asks {row.target} {row.line}{often}; what comes back: {row.status}"
    if row.target == CONNECTOR and row.source in CARRIERS.values():
        fate = "it is lost" if row.status == "dropped" else f"the connector answers {row.status}"
        return f"{row.source} tells the connector «{row.line.removeprefix('webhook ')}»{often}; {fate}"
    if row.source == STRANGER:
        return f"{row.told}{often}; the connector answers {row.status}"
    refused = row.wrong and row.source == JUDGE and row.status[:1].isdigit()
    return f"{row.told}{often}" + (f", which is refused ({row.status})" if refused else "")


def _end(findings: Sequence[Finding], names: Names) -> Iterator[str]:
    """Tell what is wrong, requirement by requirement."""
    catalogue = load()
    by_requirement: dict[str, list[Finding]] = {}
    for row in findings:
        by_requirement.setdefault(row.requirement, []).append(row)
    for number, rows in by_requirement.items():
        for row in rows[:MOST_OF_ONE]:
            subject, expected, found = (plain(text, names) for text in (row.subject, row.expected, row.found))
            yield f"{_begun(subject)}: «{expected}» is expected, «{found}» is found."
        if len(rows) > MOST_OF_ONE:
            yield f"So it is with {len(rows) - MOST_OF_ONE} more."
        yield f"That breaks {number}: {catalogue[number].text}"


def _begun(sentence: str) -> str:
    """Return a sentence with a capital, unless it begins with an address or an order's number."""
    first = sentence.partition(" ")[0]
    return sentence if "@" in first else f"{sentence[:1].upper()}{sentence[1:]}"
