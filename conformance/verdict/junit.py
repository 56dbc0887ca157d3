"""A run as JUnit XML: one test suite per area, one test case per case and requirement."""

from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

from ..case import Verdict
from ..catalogue import load
from ..run import CaseResult, Run
from .finish import clean_text
from .words import proved_of, word_of

MOST_FINDINGS = 50  # in the text of one failure; the JSON report has them all
MOST_CHARS = 20_000  # of one failure's text
KINDS = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def write_junit(run: Run, path: Path) -> None:
    """Write JUnit XML. Unknown is an error, never a failure; a warning passes with a word in system-out; what is waived
    is skipped with its reason, and a waiver that is not needed is a failure of its own."""
    path.write_bytes(ElementTree.tostring(junit_of(run), encoding="utf-8", xml_declaration=True))


def junit_of(run: Run) -> ElementTree.Element:
    areas: dict[str, list[ElementTree.Element]] = defaultdict(list)
    catalogue = load()
    for result in run.results:
        for number in result.verdicts:
            areas[catalogue[number].area].append(_row(result, number))
    areas["waivers"] = _waivers(run)
    areas["run"] = _stop(run)
    suites = [_suite(area, rows, proved_of(run)) for area, rows in sorted(areas.items()) if rows]
    root = ElementTree.Element("testsuites", name="parcelproof verify", time=f"{run.duration_s:.3f}")
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.extend(suites)
    ElementTree.indent(root)
    return root


def _suite(area: str, rows: list[ElementTree.Element], proved: str) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=area, tests=str(len(rows)))
    for name, tag in KINDS:
        suite.set(name, str(sum(row.find(tag) is not None for row in rows)))
    suite.set("time", f"{sum(float(row.get('time', '0')) for row in rows):.3f}")
    if proved:  # of the whole catalogue, so every suite says the same
        told = ElementTree.SubElement(suite, "properties")
        ElementTree.SubElement(told, "property", name="unproved", value=proved)
    suite.extend(rows)
    return suite


def _testcase(classname: str, name: str, time_s: float = 0.0) -> ElementTree.Element:
    return ElementTree.Element("testcase", classname=classname, name=clean_text(name), time=f"{time_s:.3f}")


def _row(result: CaseResult, number: str) -> ElementTree.Element:
    row = _testcase(number, result.id, result.duration_s / len(result.verdicts))
    text = _text(result, number)
    match result.verdicts[number]:
        case Verdict.FAILED if number in result.waived:
            _say(row, "skipped", f"waived: {result.waived[number]}")
            ElementTree.SubElement(row, "system-out").text = text
        case Verdict.FAILED:
            _say(row, "failure", text.partition("\n")[0], text, kind=number)
        case Verdict.UNKNOWN:
            _say(row, "error", result.reason, f"{result.reason}\nReplay: {result.replay}", kind="unknown")
        case Verdict.SKIPPED:
            _say(row, "skipped", result.reason or "not reached: another requirement of this case was broken first")
        case Verdict.WARNED:
            ElementTree.SubElement(row, "system-out").text = f"WARNED {text}"
        case Verdict.PASSED:
            pass
    return row


def _text(result: CaseResult, number: str) -> str:
    findings = [str(found) for found in result.findings if found.requirement == number]
    left = [f"… and {len(findings) - MOST_FINDINGS} more"] if len(findings) > MOST_FINDINGS else []
    story = ["", *result.evidence.story] if result.evidence is not None else []
    example = [f"Example: {result.example}"] if result.example else []
    replay = [f"Replay: {result.replay}"] if result.replay else []
    end = "\n".join([*example, *replay])
    return clean_text("\n".join([*findings[:MOST_FINDINGS], *left, *story])[:MOST_CHARS] + "\n" + end[-MOST_CHARS:])


def _say(row: ElementTree.Element, tag: str, message: str, text: str = "", *, kind: str = "") -> None:
    said = ElementTree.SubElement(row, tag, message=clean_text(message))
    if kind:
        said.set("type", kind)
    said.text = clean_text(text) or None


def _waivers(run: Run) -> list[ElementTree.Element]:
    rows = []
    for used in run.waivers:
        row = _testcase("waiver", f"{used.pattern} ({used.where})")
        if used.state == "not needed":
            passing = ", ".join(used.passes)
            _say(row, "failure", f"not needed any more: {passing} passed; take the waiver out", kind="waiver")
        elif used.state != "used":
            _say(row, "skipped", used.state)
        rows.append(row)
    return rows


def _stop(run: Run) -> list[ElementTree.Element]:
    if run.stop is None:
        return []
    row = _testcase("run", "the run came to its end")
    _say(row, "error", run.stop.reason, kind=word_of(run))
    return [row]
