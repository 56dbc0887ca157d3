"""Which faults are refused, each in one sentence."""

from typing import Any

import msgspec
import pytest

from parcelproof.simulators.wire.fault_rules import POINTS, fault_problem
from parcelproof.simulators.wire.faults import Fault, FaultKind, Point

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "truncate", "point": "before"}, "truncate at before: it spoils an answer; its points: after, during"),
    ({"kind": "malformed", "point": "before"}, "malformed at before: it spoils an answer; its points: after, during"),
    (
        {"kind": "status", "point": "during"},
        "status at during: an answer under way has its status already; its points: before, after",
    ),
    ({"kind": "latency"}, "a latency needs latency_ms (always the same) or latency (a distribution)"),
    (
        {"kind": "latency", "latency_ms": 1, "latency": {"shape": "fixed", "ms": 1}},
        "give latency_ms or latency, not both",
    ),
    (
        {"kind": "stall", "latency_ms": 1, "latency": {"shape": "fixed", "ms": 1}},
        "give latency_ms or latency, not both",
    ),
    ({"kind": "reset", "latency_ms": 1}, "reset takes no latency_ms: only latency and stall do"),
    (
        {"kind": "status", "latency": {"shape": "fixed", "ms": 1}},
        "status takes no latency: only latency and stall do",
    ),
    ({"kind": "reset", "status": 503}, "reset takes no status: only the kind status does"),
    (
        {"kind": "latency", "latency_ms": 1, "body": "x", "headers": {"A": "b"}},
        "latency takes no body, headers: only the kind status does",
    ),
    ({"kind": "status", "status": 204, "body": "x"}, "an answer with status 204 has no body"),
    ({"kind": "status", "status": 304, "body": {"a": 1}}, "an answer with status 304 has no body"),
    ({"kind": "status", "headers": {"a b": "c"}}, "'a b' is no header name"),
    ({"kind": "status", "headers": {"A": "b\r\nC: d"}}, "A: 'b\\r\\nC: d' is no header value; use printable ASCII"),
    ({"kind": "status", "headers": {"A": "Ы"}}, "A: 'Ы' is no header value; use printable ASCII"),
    ({"kind": "status", "headers": {"Transfer-Encoding": "x"}}, "Transfer-Encoding is set by the server itself"),
    ({"kind": "reset", "where": {"": 1}}, "where: a field's name has 1 to 200 characters, not 0"),
    ({"kind": "reset", "where": {"x" * 201: 1}}, "where: a field's name has 1 to 200 characters, not 201"),
    ({"kind": "reset", "where": {"header:a b": 1}}, "where: 'a b' is no header name"),
    ({"kind": "reset", "where": {"header:": 1}}, "where: '' is no header name"),
    ({"kind": "reset", "id": "fault-1"}, "id: given by the server, leave it out"),
    ({"kind": "reset", "seen": 1, "fired": 1}, "seen, fired: given by the server, leave it out"),
    ({"kind": "reset", "bad_day": "x"}, "bad_day: given by the server, leave it out"),
]
TAKEN: list[dict[str, Any]] = [
    {"kind": "stall"},
    {"kind": "stall", "latency": {"shape": "exponential", "mean_ms": 5}},
    {"kind": "latency", "latency_ms": 0},
    {"kind": "status", "status": 200, "body": ""},
    {"kind": "status", "status": 204, "body": ""},
    {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}, "body": []},
    {"kind": "reset", "where": {"header:X-Y": "z", "a.b": None}, "nth": 3, "probability": 0.5, "times": 0},
]


@pytest.mark.parametrize(("fault", "said"), REFUSED, ids=[said[:50] for _, said in REFUSED])
def test_a_fault_that_makes_no_sense_is_refused_in_one_sentence(fault: dict[str, Any], said: str) -> None:
    assert fault_problem(msgspec.convert(fault, Fault)) == said


@pytest.mark.parametrize("fault", TAKEN, ids=str)
def test_what_makes_sense_is_taken(fault: dict[str, Any]) -> None:
    assert fault_problem(msgspec.convert(fault, Fault)) == ""


def test_every_kind_has_its_points_and_its_default_is_one_of_them() -> None:
    assert set(POINTS) == set(FaultKind)
    for kind, points in POINTS.items():
        assert Fault(kind=kind).place in points
        for point in Point:
            fault = Fault(kind=kind, point=point, latency_ms=1 if kind in ("latency", "stall") else None)
            assert bool(fault_problem(fault)) is (point not in points)
