"""The carriers' wires. A further carrier is a module here and a place in `WIRES`."""

from .cdek import Cdek
from .iml import Iml
from .mail_alliance import MailAlliance
from .pickpoint import PickPoint
from .russian_post import RussianPost
from .swiss_post import SwissPost
from .wire import Booking, Code, Said, Wire

# The first that a connector serves is the usual one: the cheaper to try things on come first.
WIRES: dict[str, Wire] = {
    wire.name: wire for wire in (MailAlliance(), Cdek(), Iml(), PickPoint(), RussianPost(), SwissPost())
}
ALL = tuple(WIRES)
POLLED = ("iml", "pickpoint", "russian_post", "swiss_post")  # without webhooks
OWNER = {service: wire.name for wire in WIRES.values() for service in wire.services}  # service -> whose it is


def with_webhooks() -> tuple[str, ...]:
    """Return the carriers that send webhooks."""
    return tuple(sorted(name for name, wire in WIRES.items() if wire.subscribes))


def code_for(carrier: str, status: str) -> Code:
    """Return the scan by which a carrier says this status.

    Raises:
        KeyError: the carrier has no word for it.
    """
    found = next((code for code in WIRES[carrier].codes if code.status == status), None)
    if found is None:
        raise KeyError(f"{carrier} has no code for {status}")
    return found


__all__ = ["ALL", "OWNER", "POLLED", "WIRES", "Booking", "Code", "Said", "Wire", "code_for", "with_webhooks"]
