"""How a handler is put on the table of the control API, with what it takes and what it answers.

An operation is declared once, by its handler: the summary is the docstring's first paragraph, `body` and `query` are
the handler's parameters of these names, `answers` says the shape of each status. The server parses by the
declaration, and the OpenAPI document is made of it; nothing of it is written down a second time.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast, get_type_hints

from ..wire.call import Answer, Handler
from ..wire.routes import Route, Routes

PREFIX = "/v1"

AsyncHandler = Callable[..., Awaitable[Answer]]
NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is no JSON of ours: bytes of these media types, by the value of `format` where there is one."""

    media: tuple[str, ...]
    attached: bool = False  # with Content-Disposition


@dataclass(frozen=True, slots=True)
class Several:
    """An answer whose media type depends on the call: JSON by default, the others as they are asked for."""

    shapes: Mapping[str, Any]  # media type -> msgspec type, or None for bytes
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """A body that is parsed as `shape` and shown in the document as `shown`, which says more than the type can.

    `rules` adds to the schemas of structs, by name, what their members must be to one another.
    """

    shape: Any
    shown: Any
    rules: Mapping[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What an operation takes and answers.

    `media` names the types of a body that is not JSON. `refuses` are statuses beyond those that follow from the
    declaration. `gives` names path parameters of other operations and where the answer holds their values.
    """

    handler: AsyncHandler
    summary: str
    description: str
    tag: str
    body: Any = None
    query: Any = None
    media: tuple[str, ...] = ()
    answers: Mapping[int, Any]
    refuses: tuple[int, ...] = ()
    gives: Mapping[str, str]


def on(
    table: Routes,
    method: str,
    template: str,
    *,
    answers: Mapping[int, Any] = NONE,
    body: Any = None,
    media: tuple[str, ...] = (),
    refuses: tuple[int, ...] = (),
    gives: Mapping[str, str] = NONE,
) -> Callable[[AsyncHandler], AsyncHandler]:
    """Put an asynchronous handler on the table; `template` is below `/_sim/v1`."""

    def register(handler: AsyncHandler) -> AsyncHandler:
        hints = get_type_hints(handler, include_extras=True)
        summary, _, description = (inspect.getdoc(handler) or handler.__name__).partition("\n\n")
        operation = Operation(
            handler=handler,
            summary=" ".join(summary.split()),
            description=" ".join(description.split()),
            tag=handler.__module__.rpartition(".")[2],
            body=body if body is not None else hints.get("body"),
            query=hints.get("query"),
            media=media,
            answers=answers,
            refuses=refuses,
            gives=gives,
        )
        table.add(Route(method, PREFIX + template, handler.__name__, cast(Handler, handler), {"operation": operation}))
        return handler

    return register


def operation_of(route: Route) -> Operation:
    return cast(Operation, route.notes["operation"])
