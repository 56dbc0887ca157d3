"""Which faults make sense: everything else is refused in one sentence before it is kept."""

import re
from collections.abc import Callable, Mapping

from .faults import Fault, FaultKind, Point
from .latency import problem_of
from .sending import NO_BODY

POINTS: dict[FaultKind, tuple[Point, ...]] = {
    FaultKind.LATENCY: tuple(Point),
    FaultKind.STATUS: (Point.BEFORE, Point.AFTER),
    FaultKind.RESET: tuple(Point),
    FaultKind.STALL: tuple(Point),
    FaultKind.TRUNCATE: (Point.AFTER, Point.DURING),
    FaultKind.MALFORMED: (Point.AFTER, Point.DURING),
}
WHY = {
    FaultKind.STATUS: "an answer under way has its status already",
    FaultKind.TRUNCATE: "it spoils an answer",
    FaultKind.MALFORMED: "it spoils an answer",
}
WAITS = (FaultKind.LATENCY, FaultKind.STALL)
OURS = ("id", "bad_day", "seen", "fired")
SET_BY_SERVER = ("content-length", "transfer-encoding", "connection")
FIELD_LIMIT = 200
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def fault_problem(fault: Fault) -> str:
    """Return what is wrong with a fault, in one sentence, or ""."""
    return next((found for check in CHECKS if (found := check(fault))), "")


def header_problem(headers: Mapping[str, str]) -> str:
    """Return what is wrong with the headers of a fault, or "": a line break would split the answer in two."""
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            return f"{name!r} is no header name"
        if not value.isascii() or not value.isprintable():
            return f"{name}: {value!r} is no header value; use printable ASCII"
        if name.lower() in SET_BY_SERVER:
            return f"{name} is set by the server itself"
    return ""


def _ours(fault: Fault) -> str:
    given = [name for name in OURS if getattr(fault, name)]
    return f"{', '.join(given)}: given by the server, leave it out" if given else ""


def _point(fault: Fault) -> str:
    allowed = POINTS[fault.kind]
    if fault.place in allowed:
        return ""
    return f"{fault.kind} at {fault.place}: {WHY[fault.kind]}; its points: {', '.join(allowed)}"


def _status_only(fault: Fault) -> str:
    if fault.kind is FaultKind.STATUS:
        return ""
    given = [name for name in ("body", "headers") if getattr(fault, name)]
    given += ["status"] if fault.status != 500 else []
    return f"{fault.kind} takes no {', '.join(given)}: only the kind status does" if given else ""


def _wait(fault: Fault) -> str:
    given = [name for name in ("latency_ms", "latency") if getattr(fault, name) is not None]
    if fault.kind not in WAITS and given:
        return f"{fault.kind} takes no {', '.join(given)}: only {' and '.join(WAITS)} do"
    if len(given) > 1:
        return "give latency_ms or latency, not both"
    if fault.kind is FaultKind.LATENCY and not given:
        return "a latency needs latency_ms (always the same) or latency (a distribution)"
    trouble = "" if fault.latency is None else problem_of(fault.latency)
    return f"latency: {trouble}" if trouble else ""


def _body(fault: Fault) -> str:
    if fault.body and fault.status in NO_BODY:
        return f"an answer with status {fault.status} has no body"
    return header_problem(fault.headers)


def _fields(fault: Fault) -> str:
    for name in fault.where:
        header = name.removeprefix("header:")
        if header != name and not _TOKEN.fullmatch(header):
            return f"where: {header!r} is no header name"
        if not name or len(name) > FIELD_LIMIT:
            return f"where: a field's name has 1 to {FIELD_LIMIT} characters, not {len(name)}"
    return ""


CHECKS: tuple[Callable[[Fault], str], ...] = (_ours, _point, _status_only, _wait, _body, _fields)
