"""One judged history as an HTML page of the same looks, as the demo shows it."""

from collections import defaultdict
from typing import Any

from ..case import Verdict
from ..catalogue import load
from ..history import Judgement
from ..run import RequirementResult
from .html import environment
from .words import ORDER


def story_html(
    judgements: list[Judgement], *, title: str, facts: dict[str, str], appendix: str = "", lead: str = ""
) -> str:
    """Return the page. `appendix` is finished HTML of the caller's own, put after the results."""
    tally = {verdict: sum(row.verdict == verdict.value for row in judgements) for verdict in ORDER}
    areas: dict[str, list[dict[str, Any]]] = defaultdict(list)
    catalogue = load()
    for row in sorted(judgements, key=lambda item: item.requirement):
        entry = {"row": _requirement(row), "checked": row.checked, "findings": row.findings}
        areas[catalogue[row.requirement].area].append(entry)
    good = not tally[Verdict.FAILED] and not tally[Verdict.UNKNOWN]
    return (
        environment()
        .get_template("story.html")
        .render(
            title=title,
            word="all as it must be" if good else "something is wrong",
            good=good,
            counts=[(verdict.value, tally[verdict]) for verdict in ORDER],
            facts=facts,
            areas=dict(sorted(areas.items())),
            appendix=appendix,
            lead=lead,
        )
    )


def _requirement(row: Judgement) -> RequirementResult:
    known = load()[row.requirement]
    return RequirementResult(
        id=known.id,
        level=known.level.value,
        text=known.text,
        source=known.source,
        profiles=known.profiles,
        verdict=Verdict(row.verdict),
        reason=row.reason,
    )
