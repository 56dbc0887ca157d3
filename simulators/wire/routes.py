"""A carrier's routes as data: method, path template, operation name, and whatever the carrier notes beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .call import Handler


@dataclass(frozen=True, slots=True)
class Route:
    """`operation` names the route in faults, journal and the carrier sheet; it is the handler's own name."""

    method: str
    template: str
    operation: str
    handler: Handler
    notes: dict[str, Any] = field(default_factory=dict)


class Routes:
    """A table of routes. Templates are exact segments and `{name}` segments; a trailing slash is the same path."""

    def __init__(self) -> None:
        self._static: dict[str, dict[str, Route]] = {}
        self._templates: dict[int, list[tuple[tuple[str, ...], dict[str, Route]]]] = {}
        self._all: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._all)

    def include(self, other: "Routes") -> None:
        for route in other:
            self.add(route)

    def on(self, method: str, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            operation = getattr(handler, "__name__", template)
            self.add(Route(method, template, operation, handler, notes))
            return handler

        return register

    def get(self, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        return self.on("GET", template, **notes)

    def post(self, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        return self.on("POST", template, **notes)

    def put(self, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        return self.on("PUT", template, **notes)

    def patch(self, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        return self.on("PATCH", template, **notes)

    def delete(self, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        return self.on("DELETE", template, **notes)

    def add(self, route: Route) -> None:
        methods = self._methods_of(route.template)
        if route.method in methods:
            raise ValueError(f"{route.method} {route.template} is routed twice")
        methods[route.method] = route
        self._all.append(route)

    def _methods_of(self, template: str) -> dict[str, Route]:
        if "{" not in template:
            return self._static.setdefault(template, {})
        parts = tuple(template.split("/"))
        rows = self._templates.setdefault(len(parts), [])
        for known, methods in rows:
            if known == parts:
                return methods
        rows.append((parts, {}))
        return rows[-1][1]

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        """Return the methods that answer `path` and its parameters, or None when no template fits."""
        methods = self._static.get(path)
        if methods is not None:
            return methods, {}
        if path.endswith("/") and len(path) > 1:
            return self.find(path[:-1])
        parts = path.split("/")
        for template, candidates in self._templates.get(len(parts), ()):
            params: dict[str, str] = {}
            for want, found in zip(template, parts, strict=True):
                if want[:1] == "{":
                    params[want[1:-1]] = found
                elif want != found:
                    break
            else:
                return candidates, params
        return None
