"""What every control handler works with: the carriers, the tenants, time, and the shelf of snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from ..core.parcel import Parcel
from ..core.world import World
from ..wire.call import Call
from ..wire.carrier import Carrier
from ..wire.pace import Pace
from ..wire.tenants import Tenants
from .operations import PREFIX, on
from .shelf import Shelf

__all__ = ["PREFIX", "ControlError", "Desk", "desk_of", "on"]


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
    """What one control API drives. `guarded` tells whether it asks for an admin token."""

    carriers: Mapping[str, Carrier]
    tenants: Tenants
    pace: Pace
    shelf: Shelf = field(default_factory=Shelf)
    guarded: bool = False

    def carrier(self, name: str) -> Carrier:
        found = self.carriers.get(name)
        if found is None:
            known = ", ".join(self.carriers)
            raise ControlError(404, "Unknown carrier", f"there is no carrier {name!r}; carriers: {known}")
        return found

    @staticmethod
    def operations(carrier: Carrier) -> set[str]:
        return {route.operation for route in carrier.routes}

    def world(self, call: Call) -> World:
        return self.tenants.find(call.params["tenant"])

    def parcel(self, call: Call) -> tuple[World, Parcel, Carrier]:
        """Return the path's parcel with its world and carrier."""
        world = self.world(call)
        parcel = world.parcel(call.params["parcel"])
        return world, parcel, self.carrier(parcel.carrier)


def desk_of(call: Call) -> Desk:
    return cast(Desk, call.notes["desk"])
