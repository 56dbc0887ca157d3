"""Whatever a connector says, every report can be written and read."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import jsonschema
import msgspec
import pytest

from parcelproof.conformance.case import Verdict, finding
from parcelproof.conformance.run import CaseResult, Stop
from parcelproof.conformance.verdict.document import schema
from parcelproof.conformance.verdict.finish import finished
from parcelproof.conformance.verdict.reports import Reports, write

from .conftest import a_run, evidence, exchange
from .test_page import read
from .test_reading_reports import shown
from .test_waivers import TODAY

TEXTS = (
    "", "\ud800", "\x00\x1b[2J\x9b", "<script>alert(1)</script>", "]]>-->", "```\n````", "a | b\n| c", "\u2028\ufffe",
    "\\", "@", "[red]x[/]", "&amp;", "'\"", "Посылка ✓ 📦", "x" * 70_000,
)  # fmt: skip


def told(text: str, verdict: Verdict) -> CaseResult:
    return CaseResult(
        id="NTF-008/none_twice", story=text, verdicts={"NTF-008": verdict}, reason=text,
        findings=(finding("NTF-008", text, text, text, text),), example=text, replay=text,
        evidence=evidence(
            story=(text,), scenario=text, diagram=text, exchanges=(exchange(1, request=text, answer=text, who=text),)
        ),
    )  # fmt: skip


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("text", TEXTS)
def test_any_text_can_be_told_in_every_report(text: str, verdict: Verdict) -> None:
    result, name, why = told(text, verdict), text, text
    connector = {"name": name, "version": name, "language": name, "profiles": [name], "carriers": [name]}
    made = msgspec.structs.replace(a_run(result), connector=connector, stop=Stop(exit_code=3, reason=why))
    run = finished(made, today=TODAY)
    with TemporaryDirectory() as folder:
        files = {kind: Path(folder) / kind for kind in ("junit", "html", "json", "markdown", "sarif", "badge")}
        assert write(run, Reports(**files, counterexamples=Path(folder) / "broken")) == []
        ElementTree.parse(files["junit"])
        ElementTree.parse(files["badge"])
        jsonschema.Draft202012Validator(schema()).validate(json.loads(files["json"].read_bytes()))
        json.loads(files["sarif"].read_bytes())
        read(files["html"].read_text("utf-8"))
        assert files["markdown"].read_text("utf-8").count("\n```") % 2 == 0
    assert "\x1b" not in shown(run)
