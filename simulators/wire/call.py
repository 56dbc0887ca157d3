"""One request as a carrier sees it, and its answer. Plain data: handlers are synchronous and easy to test.

A handler runs to its end without another request in between, so a request's effect is whole or absent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from multidict import CIMultiDictProxy, MultiDict

if TYPE_CHECKING:
    from ..core.world import World
    from .routes import Route

JSON = "application/json"


@dataclass(slots=True)
class Call:
    """A request. `path` is relative to the carrier's root; `origin` is what the client called, mount included."""

    method: str
    path: str
    query: MultiDict[str] | Mapping[str, str]
    headers: CIMultiDictProxy[str]
    body: bytes
    origin: str  # "http://127.0.0.1:8400/cdek": absolute links in answers start with it
    params: Mapping[str, str] = field(default_factory=dict)
    route: "Route | None" = None
    _world: "World | None" = None
    credential: str = ""  # the client id or key name the world was opened with
    notes: dict[str, object] = field(default_factory=dict)  # the carrier's own, between admit, handler and finish
    raw_headers: tuple[tuple[bytes, bytes], ...] = ()  # as they came, for the journal

    @property
    def world(self) -> "World":
        """The caller's tenant's world, put there by the carrier's `admit`."""
        if self._world is None:
            raise RuntimeError(f"{self.method} {self.path} was not admitted to a tenant")
        return self._world

    @world.setter
    def world(self, world: "World") -> None:
        self._world = world

    @property
    def admitted(self) -> bool:
        return self._world is not None


@dataclass(slots=True)
class Answer:
    """What goes back: a status, finished bytes and headers (Content-Type among them).

    `delay_ms` is a simulated slowness: the shell waits so long (bounded in real time) before it sends the answer.
    `later` makes a body that takes long: the shell runs it beside the other calls, so it must not look at a world.
    """

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay_ms: int = 0
    later: Callable[[], bytes] | None = None

    def finished(self) -> "Answer":
        """Make the body, where that was left for later."""
        if self.later is not None:
            self.body, self.later = self.later(), None
        return self


_encode = msgspec.json.Encoder().encode


def json_answer(payload: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a JSON answer with the bare content type, no charset part (some clients compare it whole)."""
    return Answer(status, _encode(payload), {"Content-Type": JSON, **(headers or {})})


Handler = Callable[[Call], Answer]
