"""A run of scenarios on the terminal, as JUnit XML, as one HTML page, as JSON."""

import re
from pathlib import Path
from xml.etree import ElementTree

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from .results import Outcome, Run, ScenarioResult, StepResult

MARK = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.SKIPPED: ("·", "dim"),
    Outcome.UNKNOWN: ("?", "magenta"),
    Outcome.INVALID: ("!", "yellow"),
}
ORDER = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.INVALID, Outcome.PASSED, Outcome.SKIPPED)
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def print_run(run: Run) -> None:
    """Print a line for each scenario, under it what does not hold, and one line of sums."""
    from rich.console import Console
    from rich.markup import escape

    out = Console(highlight=False, soft_wrap=True)
    for result in run.results:
        mark, colour = MARK[result.outcome]
        title = result.title or result.file
        out.print(f"[{colour}]{mark}[/] {escape(title)}  [dim]{result.duration_s:.2f} s[/]")
        if result.reason:
            out.print(f"  {escape(result.reason)}")
        for step, failure in result.failures:
            out.print(f"  {escape(result.file)}:{step.line} step {step.number} at {step.at}: {escape(step.said)}")
            out.print(f"    [bold]{escape(failure.what)}[/]")
            out.print(f"    expected  {escape(failure.expected)}\n    found     {escape(failure.found)}")
    out.print(summary(run))


def print_story(result: ScenarioResult) -> None:
    """Print one scenario step by step."""
    from rich.console import Console
    from rich.markup import escape

    out = Console(highlight=False, soft_wrap=True)
    out.print(f"[bold]{escape(result.title or result.file)}[/]")
    for line in story_of(result):
        out.print(escape(line))


def story_of(result: ScenarioResult) -> list[str]:
    """Return a scenario's story. The same on every machine: nothing in it names a port, a path or a real time."""
    lines = []
    for step in result.steps:
        lines.append(f"{step.number:>3}  {step.at}  {step.said}")
        lines += [f"       {text}" for text in (step.note, step.reply) if text]
        if step.checked and not step.failures:
            lines.append(f"       holds: {step.checked}")
        lines += [f"       DOES NOT HOLD  {failure}" for failure in step.failures]
    if result.reason:
        lines.append(result.reason)
    if result.recorded_sha256 and result.sha256:
        same = "the same as recorded" if result.sha256 == result.recorded_sha256 else "not the recorded one"
        lines.append(f"journal {result.sha256}: {same}")
    elif result.sha256:
        lines.append(f"journal {result.sha256}")
    return [*lines, *result.again, result.outcome.value]


def summary(run: Run) -> str:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in run.counts().items() if count)
    return f"\n{run.word}: {counts} of {len(run.results)} scenarios in {run.duration_s:.1f} s"


def write_json(run: Run, path: Path) -> None:
    """Write the whole run: counts, exit code, every step."""
    document = {"exit_code": run.exit_code, "counts": run.counts(), **msgspec.to_builtins(run)}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")


def write_junit(run: Run, path: Path) -> None:
    """Write JUnit XML: one test case a scenario. Unknown and invalid are errors, never failures."""
    counts = run.counts()
    root = ElementTree.Element("testsuites", name="parcelproof scenario run", time=f"{run.duration_s:.3f}")
    suite = ElementTree.SubElement(root, "testsuite", name="scenarios", tests=str(len(run.results)))
    suite.set("failures", str(counts["failed"]))
    suite.set("errors", str(counts["unknown"] + counts["invalid"]))
    suite.set("skipped", str(counts["skipped"]))
    for result in run.results:
        suite.append(_case(result))
    ElementTree.indent(root)
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _case(result: ScenarioResult) -> ElementTree.Element:
    name = _clean(result.title or Path(result.file).name)
    row = ElementTree.Element("testcase", classname=Path(result.file).stem, name=name, time=f"{result.duration_s:.3f}")
    row.set("file", result.file)
    story = _clean("\n".join(story_of(result)))
    match result.outcome:
        case Outcome.FAILED:
            first = str(result.failures[0][1]) if result.failures else result.reason
            ElementTree.SubElement(row, "failure", message=_clean(first)).text = story
        case Outcome.UNKNOWN | Outcome.INVALID:
            ElementTree.SubElement(row, "error", message=_clean(result.reason)).text = story
        case Outcome.SKIPPED:
            ElementTree.SubElement(row, "skipped", message=_clean(result.reason))
        case Outcome.PASSED:
            pass
    return row


def write_html(run: Run, path: Path) -> None:
    """Write one page that needs nothing else."""
    environment = Environment(
        loader=PackageLoader("parcelproof.conformance.scenarios", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("scenarios.html").render(
        results=sorted(run.results, key=lambda row: ORDER.index(row.outcome)),
        word=run.word.lower(),
        counts=run.counts(),
        good=run.exit_code == 0,
        state=_state,
    )
    path.write_text(page, encoding="utf-8")


def _state(step: StepResult) -> str:
    return "failed" if step.failures else "passed" if step.checked else "done"


def _clean(text: str) -> str:
    """Replace what XML 1.0 cannot hold."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
