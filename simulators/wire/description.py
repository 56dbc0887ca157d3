"""What a carrier's package declares of its own wire, and the OpenAPI 3.1 document that is made of it.

The declarations stand beside the routes and know nothing of the code that answers: a test holds both complete, and
provider checks hold the answers to what is declared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from .call import JSON
from .routes import Route
from .schemas import TEXT, Schema

if TYPE_CHECKING:
    from .carrier import Carrier

PDF, PLAIN = "application/pdf", "text/plain"
BYTES: Schema = {}  # of a media type that is no JSON
REF = "#/components/schemas/{name}"
Content = Mapping[str, Schema]  # media type -> schema; empty: no body


@dataclass(frozen=True, slots=True)
class Link:
    """What can be done next with an answer: `parameters` and members of the `body` as runtime expressions."""

    to: str  # operation
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """An operation: what it takes and every answer it can give.

    `query` and `asks` (headers) have names that end in a question mark where the field may be missing; `path` are the
    segments' schemas. `links` hang on the first answer, and on every other good one. `security` are schemes that are
    asked for together, where not any one of the description's is enough. Answers of the statuses in `bare` may come
    without the body that is declared, which OpenAPI has no words for: `x-may-be-empty` says it.
    """

    summary: str
    answers: Mapping[int, Content]
    query: Mapping[str, Schema] = field(default_factory=dict)
    path: Mapping[str, Schema] = field(default_factory=dict)
    asks: Mapping[str, Schema] = field(default_factory=dict)
    body: Content = field(default_factory=dict)
    body_required: bool = True
    example: Any = None  # a body that is taken as it stands
    links: tuple[Link, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # of the first answer: name -> what it says
    open: bool = False  # needs no credentials
    security: tuple[str, ...] = ()
    bare: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A carrier's whole wire. `security` are OpenAPI's schemes; one of them is asked for where nothing else is said."""

    title: str
    text: str
    operations: Mapping[str, Described]  # by the operation's name
    security: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def json_of(schema: Schema) -> Content:
    return {JSON: schema}


def plain_of() -> Content:
    return {PLAIN: TEXT}


def document(carrier: "Carrier") -> dict[str, Any]:
    """Return a carrier's OpenAPI document: every route of its table, as its package declares it.

    Raises:
        LookupError: the carrier declares nothing, or not all of its routes.
    """
    told = carrier.description
    if told is None:
        raise LookupError(f"{carrier.name} does not describe its wire")
    components: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    names: dict[int, str] = {id(route): name for route, name in _named(carrier)}
    for route, name in _named(carrier):
        made = _operation(route, name, told.operations[route.operation])
        links = _links(told.operations[route.operation], carrier, names)
        if links:
            for place, (status, answer) in enumerate(made["responses"].items()):
                if not place or int(status) < 300:
                    answer["links"] = links
        paths.setdefault(route.template, {})[route.method.lower()] = _hoisted(made, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": told.title, "version": "1", "description": told.text, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": f"/{carrier.mount}"}],
        **({"security": [{name: []} for name in told.security]} if told.security else {}),
        "paths": paths,
        "components": {"schemas": dict(sorted(components.items())), "securitySchemes": dict(told.security)},
    }


def _named(carrier: "Carrier") -> Iterator[tuple[Route, str]]:
    """Yield each route with its operation's id: further paths of one operation are numbered."""
    seen: dict[str, int] = {}
    for route in carrier.routes:
        seen[route.operation] = count = seen.get(route.operation, 0) + 1
        yield route, route.operation if count == 1 else f"{route.operation}_{count}"


def _operation(route: Route, name: str, told: Described) -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": name, "summary": told.summary}
    if told.open or told.security:
        made["security"] = [{name: [] for name in told.security}] if told.security else []
    in_path = [part[1:-1] for part in route.template.split("/") if part.startswith("{")]
    parameters = [_parameter(key, "path", told.path[key]) for key in in_path]
    parameters += [_parameter(key, "query", schema) for key, schema in told.query.items()]
    parameters += [_parameter(key, "header", schema) for key, schema in told.asks.items()]
    if parameters:
        made["parameters"] = parameters
    if told.body:
        content = {kind: {"schema": schema} for kind, schema in told.body.items()}
        if told.example is not None:
            content = {kind: {**row, "example": told.example} for kind, row in content.items()}
        made["requestBody"] = {"required": told.body_required, "content": content}
    made["responses"] = {str(status): _answer(status, content) for status, content in sorted(told.answers.items())}
    for status in told.bare:
        made["responses"][str(status)]["x-may-be-empty"] = True
    if told.headers:
        next(iter(made["responses"].values()))["headers"] = {
            key: {"required": True, "description": says, "schema": TEXT} for key, says in told.headers.items()
        }
    return made


def _parameter(key: str, place: str, schema: Schema) -> dict[str, Any]:
    return {"name": key.removesuffix("?"), "in": place, "required": not key.endswith("?"), "schema": schema}


def _answer(status: int, content: Content) -> dict[str, Any]:
    made: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if content:
        made["content"] = {kind: {"schema": schema} if schema else {} for kind, schema in content.items()}
    return made


def _links(told: Described, carrier: "Carrier", names: Mapping[int, str]) -> dict[str, Any]:
    """Return a link for every route of an operation that the declaration names."""
    found = {}
    for place, link in enumerate(told.links, 1):
        routes = [route for route in carrier.routes if route.operation == link.to]
        if not routes:
            raise LookupError(f"{carrier.name} links to {link.to}, which it has not")
        made: dict[str, Any] = {"operationId": names[id(routes[0])], "parameters": dict(link.parameters)}
        if link.body is not None:
            made["requestBody"] = link.body
        found[f"{link.to}_{place}"] = made
    return found


def _hoisted(found: Any, components: dict[str, Any]) -> Any:
    """Return a part of the document with every schema that has a title put among the components."""
    if isinstance(found, list | tuple):
        return [_hoisted(part, components) for part in found]
    if not isinstance(found, Mapping):
        return found
    if isinstance(found.get("title"), str) and "type" in found:
        name = found["title"]
        made = {key: _hoisted(part, components) for key, part in found.items() if key != "title"}
        if components.setdefault(name, made) != made:
            raise ValueError(f"two shapes are called {name}")
        return {"$ref": REF.format(name=name)}
    return {key: _hoisted(part, components) for key, part in found.items()}
