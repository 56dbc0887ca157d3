"""What every control handler works with: the carriers, the tenants, time, and how a handler is put on the table."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import cast

from ..core.parcel import Parcel
from ..core.world import World
from ..wire.call import Answer, Call, Handler
from ..wire.carrier import Carrier
from ..wire.pace import Pace
from ..wire.routes import Route, Routes
from ..wire.tenants import Tenants

AsyncHandler = Callable[[Call], Awaitable[Answer]]

PREFIX = "/v1"


class ControlError(Exception):
    """A control call was refused and nothing changed: a status, a short title and a sentence."""

    def __init__(self, status: int, title: str, detail: str, **facts: object) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.facts = facts
        super().__init__(f"{status} {title}: {detail}")


@dataclass(frozen=True, slots=True)
class Desk:
    """What one control API drives."""

    carriers: Mapping[str, Carrier]
    tenants: Tenants
    pace: Pace

    def carrier(self, name: str) -> Carrier:
        found = self.carriers.get(name)
        if found is None:
            known = ", ".join(self.carriers)
            raise ControlError(404, "Unknown carrier", f"there is no carrier {name!r}; carriers: {known}")
        return found

    def world(self, call: Call) -> World:
        return self.tenants.find(call.params["tenant"])

    def parcel(self, call: Call) -> tuple[World, Parcel, Carrier]:
        """Return the path's parcel with its world and carrier."""
        world = self.world(call)
        parcel = world.parcel(call.params["parcel"])
        return world, parcel, self.carrier(parcel.carrier)


def desk_of(call: Call) -> Desk:
    return cast(Desk, call.notes["desk"])


def on(table: Routes, method: str, template: str) -> Callable[[AsyncHandler], AsyncHandler]:
    """Put an asynchronous handler on the table; `template` is below `/_sim/v1`."""

    def register(handler: AsyncHandler) -> AsyncHandler:
        name = getattr(handler, "__name__", template)
        table.add(Route(method, PREFIX + template, name, cast(Handler, handler)))
        return handler

    return register
