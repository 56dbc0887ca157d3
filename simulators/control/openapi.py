"""The OpenAPI 3.1 document of the control API, made of the operations' own declarations."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from ..wire.carrier import Carrier
from ..wire.routes import Route
from . import settings, tenants
from .known import names, resolved
from .operations import Operation, Parsed, Raw, Several, operation_of
from .settings import REF
from .shapes import Problem

MOUNT = "/_sim"
JSON = "application/json"
PROBLEM = "application/problem+json"
TITLE = "parcelproof control API"
DESCRIPTION = """\
Drives a simulator: tenants, clock, parcels, faults, webhooks, journal, snapshots, payouts, mails.

Errors are `application/problem+json` (RFC 9457) with a sentence that says what was found and what is allowed; a call \
that is refused has changed nothing. 422 means that content fits this document nowhere; 409 that it fits, but not this \
tenant, parcel or carrier as it stands. Unknown members and unknown query fields are refused."""

WHOLE = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
NAME = {"type": "string", "minLength": 1}
PATH_PARAMETERS: dict[str, tuple[dict[str, Any], str]] = {
    "tenant": ({**NAME, "maxLength": 100, "pattern": tenants.NAME}, "A tenant's name."),
    "parcel": (NAME, "A parcel's id."),
    "sequence": (WHOLE, "A number in order of time: of a scan among a parcel's, of an attempt among a tenant's."),
    "fault": (NAME, "A fault's id."),
    "bad_day": (NAME, "A bad day's name."),
    "carrier": (NAME, "A carrier's name."),
    "number": (NAME, "A payout report's number."),
    "snapshot": (NAME, "A snapshot's name."),
    "mail": (WHOLE, "A mail's number."),
}
PROBLEMS = {
    400: ("Malformed", "The request could not be read: broken framing, or no JSON."),
    401: ("Unauthorized", "The server asks for its admin token."),
    403: ("NotFromHere", "A page of another site asks; a server without an admin token answers none."),
    404: ("NotFound", "Nothing goes by this name."),
    405: ("WrongMethod", "The path answers other methods; `Allow` names them."),
    409: ("Conflict", "It fits this document, but not the tenant, parcel or carrier as it stands."),
    413: ("TooLarge", "The body is larger than this operation takes."),
    415: ("UnsupportedMedia", "The body is of another media type."),
    422: ("Invalid", "The content does not fit this document."),
}
HEADERS = {
    401: {"WWW-Authenticate": "The scheme: Bearer."},
    405: {"Allow": "The methods that the path answers."},
}


def document(routes: Iterable[Route], carriers: Mapping[str, Carrier], *, guarded: bool) -> dict[str, Any]:
    """Return the document of a server with these carriers; `guarded` if it asks for an admin token."""
    table = list(routes)
    shapes = _Shapes(table)
    paths: dict[str, dict[str, Any]] = {}
    for route in table:
        statuses = [*refusals(route), 401 if guarded else 403]
        paths.setdefault(MOUNT + route.template, {})[route.method.lower()] = _operation(route, statuses, shapes, table)
    made = {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1", "description": DESCRIPTION, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        **({"security": [{"adminToken": []}]} if guarded else {}),
        "paths": paths,
        "components": {
            "schemas": shapes.components,
            "responses": dict(_refusal(status) for status in PROBLEMS if status != (403 if guarded else 401)),
            "securitySchemes": {"adminToken": {"type": "http", "scheme": "bearer"}},
        },
    }
    found: dict[str, Any] = resolved(made, names(carriers), settings.schemas(carriers))
    return found


class _Shapes:
    """The schemas of all types that the operations name."""

    def __init__(self, routes: list[Route]) -> None:
        self._types = list(_types(routes))
        self._schemas, self.components = msgspec.json.schema_components(self._types, ref_template=REF)
        self.components |= settings.components()
        for route in routes:
            body = operation_of(route).body
            for name, rules in body.rules.items() if isinstance(body, Parsed) else ():
                self.components[name] |= rules

    def of(self, wanted: Any) -> dict[str, Any]:
        for found, schema in zip(self._types, self._schemas, strict=True):
            if found is wanted:
                return schema
        raise LookupError(wanted)


def _types(routes: Iterable[Route]) -> Iterable[Any]:
    yield Problem
    for route in routes:
        operation = operation_of(route)
        for shape in operation.answers.values():
            if isinstance(shape, Several):
                yield from (inner for inner in shape.shapes.values() if inner is not None)
            elif shape is not None and not isinstance(shape, Raw):
                yield shape
        if operation.body is not None:
            yield _shown(operation)
        if operation.query is not None:
            yield operation.query


def _shown(operation: Operation) -> Any:
    return operation.body.shown if isinstance(operation.body, Parsed) else operation.body


def _operation(route: Route, statuses: list[int], shapes: _Shapes, table: list[Route]) -> dict[str, Any]:
    operation = operation_of(route)
    made: dict[str, Any] = {"operationId": route.operation, "tags": [operation.tag], "summary": operation.summary}
    if operation.description:
        made["description"] = operation.description
    parameters = [*_path_parameters(route), *_query_parameters(operation, shapes)]
    if parameters:
        made["parameters"] = parameters
    if operation.body is not None or operation.media:
        made["requestBody"] = {"required": True, "content": _content(operation, shapes)}
    links = _links(route, table)
    made["responses"] = {
        str(status): _answer(status, shape, shapes, links) for status, shape in operation.answers.items()
    } | {str(status): {"$ref": f"#/components/responses/{PROBLEMS[status][0]}"} for status in sorted(statuses)}
    return made


def refusals(route: Route) -> list[int]:
    """Return the statuses with which an operation may refuse whom the server answers at all."""
    operation = operation_of(route)
    found = {400, 405, 413, 422, *operation.refuses}
    if operation.body is not None or operation.media:
        found.add(415)
    if "{" in route.template:
        found.add(404)
    return sorted(found)


def path_names(route: Route) -> list[str]:
    return [part[1:-1] for part in route.template.split("/") if part.startswith("{")]


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": schema, "description": says}
        for name in path_names(route)
        for schema, says in (PATH_PARAMETERS[name],)
    ]


def _query_parameters(operation: Operation, shapes: _Shapes) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = shapes.components[shapes.of(operation.query)["$ref"].rpartition("/")[2]]
    return [
        {"name": name, "in": "query", "required": name in schema["required"], "schema": found}
        for name, found in schema["properties"].items()
    ]


def _content(operation: Operation, shapes: _Shapes) -> dict[str, Any]:
    if operation.media:
        return {kind: {} for kind in operation.media}
    return {JSON: {"schema": shapes.of(_shown(operation))}}


def _answer(status: int, shape: Any, shapes: _Shapes, links: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if isinstance(shape, Raw):
        made["content"] = {kind: {} for kind in shape.media}
        if shape.attached:
            made["headers"] = _headers({"Content-Disposition": "A name for the file."})
    elif isinstance(shape, Several):
        made["content"] = {
            kind: {} if inner is None else {"schema": shapes.of(inner)} for kind, inner in shape.shapes.items()
        }
    elif shape is not None:
        made["content"] = {JSON: {"schema": shapes.of(shape)}}
    if links:
        made["links"] = links
    return made


def _links(route: Route, table: list[Route]) -> dict[str, Any]:
    """Return what can be done next with what an answer names: every operation whose path it fills."""
    gives = operation_of(route).gives
    if not gives:
        return {}
    values = {name: f"$request.path.{name}" for name in path_names(route)}
    values |= {name: f"$response.body#/{member}" for name, member in gives.items()}
    return {
        other.operation: {
            "operationId": other.operation,
            "parameters": {name: values[name] for name in path_names(other)},
        }
        for other in table
        if set(gives) <= set(path_names(other)) <= set(values)
    }


def _refusal(status: int) -> tuple[str, dict[str, Any]]:
    name, says = PROBLEMS[status]
    made: dict[str, Any] = {"description": says}
    if status in HEADERS:
        made["headers"] = _headers(HEADERS[status])
    made["content"] = {PROBLEM: {"schema": {"$ref": REF.format(name=Problem.__name__)}}}
    return name, made


def _headers(described: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: {"required": True, "description": says, "schema": {"type": "string"}} for name, says in described.items()
    }
