"""A run as JUnit XML: one test suite per area, one test case per case and requirement."""

import re
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

from ..case import Verdict
from ..catalogue import load
from ..run import CaseResult, Run

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(run: Run, path: Path) -> None:
    """Write JUnit XML. A warning counts as passed with a word in system-out; unknown is an error, never a failure."""
    root = ElementTree.Element("testsuites", name="parcelproof verify", time=f"{run.duration_s:.3f}")
    areas: dict[str, list[tuple[CaseResult, str]]] = defaultdict(list)
    catalogue = load()
    for result in run.results:
        for number in result.verdicts:
            areas[catalogue[number].area].append((result, number))
    for area, rows in sorted(areas.items()):
        suite = ElementTree.SubElement(root, "testsuite", name=area, tests=str(len(rows)))
        for name, verdict in (("failures", Verdict.FAILED), ("errors", Verdict.UNKNOWN), ("skipped", Verdict.SKIPPED)):
            suite.set(name, str(sum(result.verdicts[number] is verdict for result, number in rows)))
        for result, number in rows:
            suite.append(_row(result, number))
    ElementTree.indent(root)
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _row(result: CaseResult, number: str) -> ElementTree.Element:
    row = ElementTree.Element(
        "testcase", classname=number, name=result.id, time=f"{result.duration_s / len(result.verdicts):.3f}"
    )
    verdict = result.verdicts[number]
    said = "\n".join(str(found) for found in result.findings if found.requirement == number)
    replay = f"\nReplay: {result.replay}" if result.replay else ""
    example = f"\nExample: {result.example}" if result.example else ""
    match verdict:
        case Verdict.FAILED:
            ElementTree.SubElement(row, "failure", message=_clean(said.partition("\n")[0])).text = _clean(
                said + example + replay
            )
        case Verdict.UNKNOWN:
            ElementTree.SubElement(row, "error", message=_clean(result.reason)).text = _clean(result.reason + replay)
        case Verdict.SKIPPED:
            reason = result.reason or "not reached: another requirement of this case was broken first"
            ElementTree.SubElement(row, "skipped", message=_clean(reason))
        case Verdict.WARNED:
            ElementTree.SubElement(row, "system-out").text = _clean(f"WARNED {said}{replay}")
        case Verdict.PASSED:
            pass
    return row


def _clean(text: str) -> str:
    """Replace what XML 1.0 cannot hold."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
