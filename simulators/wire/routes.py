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


Found = tuple[dict[str, Route], dict[str, str]]  # the methods that answer a path, and its parameters


class _Node:
    """One segment's place in the tree of templates: what may follow it by name, and what follows any name."""

    __slots__ = ("any", "exact", "methods", "names")

    def __init__(self) -> None:
        self.exact: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.methods: dict[str, Route] = {}
        self.names: tuple[str, ...] = ()


class Routes:
    """A table of routes. Templates are exact segments and `{name}` segments; a trailing slash is the same path.

    Where several templates fit a path, an exact segment goes before a `{name}`.
    """

    def __init__(self) -> None:
        self._static: dict[str, dict[str, Route]] = {}
        self._root = _Node()
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
        node, names = self._root, []
        for part in template.split("/"):
            if part[:1] == "{":
                names.append(part[1:-1])
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.exact.setdefault(part, _Node())
        if node.methods and node.names != tuple(names):
            raise ValueError(f"{template} names its segments {names}, another route {list(node.names)}")
        node.names = tuple(names)
        return node.methods

    def find(self, path: str) -> Found | None:
        """Return the methods that answer `path` and its parameters, or None when no template fits."""
        methods = self._static.get(path)
        if methods is not None:
            return methods, {}
        if path[-1:] == "/" and len(path) > 1:
            return self.find(path[:-1])
        parts = path.split("/")
        node, values = self._root, []
        for part in parts:
            below = node.exact.get(part)
            if below is None:
                below = node.any
                values.append(part)
            elif node.any is not None:
                return _searched(self._root, parts)
            if below is None:
                return None
            node = below
        return (node.methods, dict(zip(node.names, values, strict=True))) if node.methods else None


def _searched(root: _Node, parts: list[str]) -> Found | None:
    """Find by trying every way down the tree: for the few paths on which an exact segment and a name compete."""
    open_ways: list[tuple[_Node, int, tuple[str, ...]]] = [(root, 0, ())]
    while open_ways:
        node, depth, values = open_ways.pop()
        if depth == len(parts):
            if node.methods:
                return node.methods, dict(zip(node.names, values, strict=True))
            continue
        part = parts[depth]
        if node.any is not None:
            open_ways.append((node.any, depth + 1, (*values, part)))
        if part in node.exact:
            open_ways.append((node.exact[part], depth + 1, values))
    return None
