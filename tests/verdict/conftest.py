"""Runs as the judge makes them, with everything that a report can show."""

from typing import Any

import msgspec
import pytest

from parcelproof.conformance.case import Verdict, finding
from parcelproof.conformance.run import (
    CaseResult,
    Cell,
    Channel,
    Evidence,
    Run,
    ShownExchange,
    by_requirement,
)

HOSTILE = "<script>alert('x')</script> & | `tick` @all \x1b[2J\x00\ud800"
REPLAY = "parcelproof verify --reference --case 'NTF-008/none_twice' --seed 1"
DIAGRAM = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="220" viewBox="0 0 640 220">'
    '<g font-family="sans-serif" font-size="13" fill="#1d2430">'
    '<text x="70" y="24">connector</text><text x="500" y="24">carrier</text>'
    '<path d="M100 36V210M530 36V210" stroke="#8a94a3"/>'
    '<path d="M100 80H524M530 130H106" stroke="#1d2430"/><path d="M524 76l6 4-6 4zM106 126l-6 4 6 4z"/>'
    '<text x="250" y="72">POST /v2/orders</text><text x="270" y="122">no answer</text></g></svg>'
)
SCENARIO = "seed: 1\nsteps:\n  - at: 0 min\n    shop places: order A-1\n    expect: one mail\n"


def exchange(number: int, **changes: str) -> ShownExchange:
    made = ShownExchange(
        at=f"+{number} min", who="connector", to="cdek", line="POST /v2/orders", status="202",
        request='{"number": "A-1"}', answer='{"entity": {"uuid": "one"}}',
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def evidence(**changes: Any) -> Evidence:
    made = Evidence(
        story=("The shop placed order A-1.", "Ten minutes later the carrier told of delivery.", "Two mails came."),
        exchanges=(exchange(1), exchange(2, status="no answer", answer="")),
        diagram=DIAGRAM,
        scenario=SCENARIO,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def failed(name: str = "NTF-008/none_twice", *numbers: str, **changes: Any) -> CaseResult:
    chosen = numbers or (name.partition("/")[0],)
    wrong = tuple(
        finding(number, "mail to <eva@example.org>", "one mail", "2 mails", "a run & one") for number in chosen
    )
    made = CaseResult(
        id=name, story="No novelty is mailed twice.", verdicts=dict.fromkeys(chosen, Verdict.FAILED), findings=wrong,
        example="[1, 2]", duration_s=1.5, replay=REPLAY, evidence=evidence(),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def passed(name: str, *numbers: str, **changes: Any) -> CaseResult:
    chosen = numbers or (name.partition("/")[0],)
    return CaseResult(id=name, story="All is well.", verdicts=dict.fromkeys(chosen, Verdict.PASSED), **changes)


def skipped(name: str, reason: str = "not applicable: x", **changes: Any) -> CaseResult:
    verdicts = {name.partition("/")[0]: Verdict.SKIPPED}
    return CaseResult(id=name, story="Not held.", verdicts=verdicts, reason=reason, examples=0, **changes)


def unknown(name: str = "RES-001/ours", reason: str = "our side broke: KeyError: 'x' at lab.py:7") -> CaseResult:
    number = name.partition("/")[0]
    return CaseResult(id=name, story="Ours.", verdicts={number: Verdict.UNKNOWN}, reason=reason, replay=REPLAY)


def warned(name: str = "NTF-013/link", **changes: Any) -> CaseResult:
    number = name.partition("/")[0]
    made = failed(name, verdicts={number: Verdict.WARNED}, evidence=None)
    return msgspec.structs.replace(made, **changes)


MATRIX = (
    Cell(flow="book an order", write="cdek: POST /orders", point="answer lost", verdict=Verdict.PASSED),
    Cell(flow="book an order", write="cdek: POST /orders", point="killed before", verdict=Verdict.FAILED,
         reason="2 labels"),
    Cell(flow="return", write="mail_alliance: POST /returns", point="killed before", verdict=Verdict.SKIPPED,
         reason="the connector does not claim restart"),
)  # fmt: skip
CHANNELS = (
    Channel(carrier="cdek", name="webhook", news=4, taught=("accepted", "delivered")),
    Channel(carrier="cdek", name="poll", dead=True, note="3 pieces of news, none of them first by poll"),
)


def a_run(*results: CaseResult, **changes: Any) -> Run:
    connector = {
        "name": "my connector", "version": "1.2", "language": "Go", "profiles": ["labels", "rates", "notifications"],
        "carriers": ["cdek", "mail_alliance"],
    }  # fmt: skip
    made = Run(
        connector=connector, target="--reference", seed=1, results=results, requirements=by_requirement(results),
        duration_s=3.0,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def everything() -> Run:
    """A run with one of each: what a report has to be able to show."""
    return a_run(
        failed(),
        unknown(),
        warned(),
        passed("TRK-001/fold"),
        skipped("WHK-001/none"),
        failed(
            "LBL-002/hostile",
            story=HOSTILE,
            example=HOSTILE,
            evidence=None,
            findings=(finding("LBL-002", *[HOSTILE] * 4),),
        ),
        matrix=MATRIX,
        channels=CHANNELS,
    )


@pytest.fixture
def run_with_everything() -> Run:
    return everything()
