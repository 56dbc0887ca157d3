"""A run as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ..case import Verdict
from ..catalogue import load
from ..history import Judgement
from ..run import RequirementResult, Run

ORDER = (Verdict.FAILED, Verdict.UNKNOWN, Verdict.WARNED, Verdict.PASSED, Verdict.SKIPPED)
WORD = {0: "conform", 1: "not conform", 2: "nothing judged", 3: "instrument fault"}


def environment() -> Environment:
    return Environment(
        loader=PackageLoader("parcelproof.conformance.verdict", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_html(run: Run, path: Path, *, appendix: str = "") -> None:
    """Write the report. `appendix` is finished HTML of the caller's own, put after the results."""
    path.write_text(html_of(run, appendix=appendix), encoding="utf-8")


def html_of(run: Run, *, appendix: str = "") -> str:
    areas: dict[str, list[RequirementResult]] = defaultdict(list)
    catalogue = load()
    for row in run.requirements:
        areas[catalogue[row.id].area].append(row)
    return _render(
        title=f"{run.connector.get('name', 'connector')} {run.connector.get('version', '')}".strip(),
        word=WORD[run.exit_code],
        good=run.exit_code == 0,
        counts=[(verdict.value, run.counts()[verdict.value]) for verdict in ORDER],
        facts={
            "Command": f"parcelproof verify {run.target} {run.selection}".strip() + f" --seed {run.seed}",
            "Language": str(run.connector.get("language", "")),
            "Profiles": ", ".join(run.connector.get("profiles", ())),
            "Carriers": ", ".join(run.connector.get("carriers", ())),
            "Took": f"{run.duration_s:.1f} s",
        },
        areas={name: [_requirement(row, run) for row in rows] for name, rows in sorted(areas.items())},
        cases=sorted(run.results, key=lambda row: (ORDER.index(row.verdict), row.id)),
        appendix=appendix,
    )


def _requirement(row: RequirementResult, run: Run) -> dict[str, Any]:
    wanted = set(row.cases)
    cases = [result for result in run.results if result.id in wanted]
    return {
        "row": row,
        "lines": [(result.id, result.verdicts[row.id].value) for result in cases],
        "findings": [found for result in cases for found in result.findings if found.requirement == row.id],
    }


def story_html(
    judgements: list[Judgement], *, title: str, facts: dict[str, str], appendix: str = "", lead: str = ""
) -> str:
    """Return the same page for one judged history, as the demo shows it. `appendix` is finished HTML."""
    catalogue = load()
    tally = {verdict: sum(row.verdict == verdict.value for row in judgements) for verdict in ORDER}
    areas: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(judgements, key=lambda item: item.requirement):
        known = catalogue[row.requirement]
        result = RequirementResult(
            id=known.id,
            level=known.level.value,
            text=known.text,
            source=known.source,
            profiles=known.profiles,
            verdict=Verdict(row.verdict),
            reason=row.reason,
        )
        lines = [(f"{row.checked} looked at", row.verdict)] if row.checked else []
        areas[known.area].append({"row": result, "lines": lines, "findings": row.findings})
    good = not tally[Verdict.FAILED] and not tally[Verdict.UNKNOWN]
    return _render(
        title=title,
        word="all as it must be" if good else "something is wrong",
        good=good,
        counts=[(verdict.value, tally[verdict]) for verdict in ORDER],
        facts=facts,
        areas=dict(sorted(areas.items())),
        cases=[],
        appendix=appendix,
        lead=lead,
    )


def _render(**values: Any) -> str:
    return environment().get_template("report.html").render({"lead": "", **values})
