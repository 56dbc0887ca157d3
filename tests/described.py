"""Answers held against what their carrier's package declares: status, media type, and the schema of JSON."""

import json
from functools import cache
from typing import Any

import jsonschema_rs

from parcelproof.simulators.wire.call import Answer
from parcelproof.simulators.wire.carrier import Carrier
from parcelproof.simulators.wire.description import document
from parcelproof.simulators.wire.routes import Route

JSON = "application/json"
CARRIERS: dict[str, Carrier] = {}


def hold(carrier: Carrier, method: str, path: str, answer: Answer) -> None:
    """Fail when an operation answers what is not declared. What no operation answers is passed over."""
    found = carrier.routes.find(path)
    route = found[0].get(method) if found else None
    if route is not None:
        CARRIERS[carrier.name] = carrier
        hold_to(carrier.name, route, answer)


def hold_to(name: str, route: Route, answer: Answer) -> None:
    told = operation(name, route)["responses"].get(str(answer.status))
    said = f"{name} {route.operation} answers {answer.status} {answer.headers.get('Content-Type')}"
    assert told is not None, f"{said}, which is not declared: {answer.body[:300]!r}"
    content = told.get("content", {})
    if told.get("x-may-be-empty") and not answer.body:
        return
    if not content:
        assert not answer.body, f"{said}: a body where none is declared"
        return
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    assert kind in content, f"{said}; declared are {', '.join(content)}"
    if kind == JSON or kind.endswith("+json"):
        known = validator(name, route.template, route.method, answer.status, kind)
        wrong = next(known.iter_errors(json.loads(answer.body)), None)
        assert wrong is None, f"{said}, at {wrong.instance_path}: {wrong.message[:600]}"


@cache
def made(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(document(CARRIERS[name])))
    return found


def operation(name: str, route: Route) -> dict[str, Any]:
    found: dict[str, Any] = made(name)["paths"][route.template][route.method.lower()]
    return found


@cache
def validator(name: str, template: str, method: str, status: int, kind: str) -> Any:
    whole = made(name)
    schema = whole["paths"][template][method.lower()]["responses"][str(status)]["content"][kind]["schema"]
    return jsonschema_rs.Draft202012Validator({**schema, "components": whole["components"]})
