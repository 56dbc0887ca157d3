"""Whatever a connector says, every report can be written and read."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import jsonschema
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.conformance.case import Verdict, finding
from parcelproof.conformance.run import CaseResult, Stop
from parcelproof.conformance.verdict.document import schema
from parcelproof.conformance.verdict.finish import finished
from parcelproof.conformance.verdict.reports import Reports, write

from .conftest import a_run, evidence, exchange
from .test_page import read
from .test_reading_reports import shown
from .test_waivers import TODAY

# Any code point, halves of letters too, and often what means something to some format.
TEXT = st.text(
    st.one_of(st.characters(), st.characters(categories=["Cs", "Cc"]), st.sampled_from("<>&|`\"'[]@\\\x1b\n"))
)
VERDICTS = st.sampled_from(Verdict)


@st.composite
def cases(draw: st.DrawFn) -> CaseResult:
    said = [draw(TEXT) for _ in range(4)]
    return CaseResult(
        id="NTF-008/none_twice", story=draw(TEXT), verdicts={"NTF-008": draw(VERDICTS)}, reason=draw(TEXT),
        findings=(finding("NTF-008", *said),), example=draw(TEXT), replay=draw(TEXT),
        evidence=evidence(
            story=(draw(TEXT),), scenario=draw(TEXT), diagram=draw(TEXT),
            exchanges=(exchange(1, request=draw(TEXT), answer=draw(TEXT), who=draw(TEXT)),),
        ),
    )  # fmt: skip


@settings(max_examples=40)
@given(cases(), TEXT, TEXT)
def test_any_text_can_be_told_in_every_report(result: CaseResult, name: str, why: str) -> None:
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
