"""What is judged, and what was found: handed from one chapter of rules to the next."""

from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from ...core.world import World
from .account import Account
from .services import Chosen
from .shipment import Notification, Shipment


class Finding(NamedTuple):
    """An error or a warning by its code, and the values that its sentence tells; `why` where a code has several."""

    code: str
    values: tuple[object, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way in: what it takes and what it asks of the account (NTF-170 to NTF-175).

    One without a layout makes no label: nothing has to find room.
    """

    name: str
    needs_billing: bool = True
    control_options: bool = True
    pictures: bool = True
    has_layout: bool = True


REST = Way("rest")


@dataclass(slots=True)
class Case:
    """A shipment before its judge. `lines` and `free_text` are what is printed of the recipient, once judged."""

    world: World
    account: Account
    shipment: Shipment
    chosen: Chosen
    way: Way
    user: str
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    free_text: str = ""

    def refuse(self, code: str, *values: object) -> None:
        self.errors.append(Finding(code, values))

    def warn(self, code: str, *values: object) -> None:
        self.warnings.append(Finding(code, values))

    @property
    def codes(self) -> str:
        """The basic service's codes, as sentences name it."""
        return ", ".join(self.chosen.parts)

    def carried_out(self) -> Shipment:
        """Return the shipment with the notifications as they will be kept."""
        replace = msgspec.structs.replace
        return replace(self.shipment, item=replace(self.shipment.item, notification=tuple(self.notifications)))
