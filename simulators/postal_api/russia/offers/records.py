"""What a tenant's world remembers about its agreement with the post: sign-ups, services asked for, paper contracts."""

from typing import Any

import msgspec

from ....core.records import Kind
from ....core.world import World
from ..own_rest.ids import named

OFFER, PAPER = "public_offer", "paper_contract"
CHECKING, OFFERED, ACTIVATING, ACTIVE = "checking", "offered", "activating", "active"
ON_ITS_WAY, REJECTED, EXPIRED, WITHDRAWN = "contract_on_its_way", "rejected", "expired", "withdrawn"
STATES = (CHECKING, OFFERED, ACTIVATING, ON_ITS_WAY, ACTIVE, REJECTED, EXPIRED, WITHDRAWN)
OVER = frozenset({REJECTED, EXPIRED, WITHDRAWN})
ASKED, ADDED, DECLINED = "asked", "added", "declined"
IN_FORCE = "in_force"


class SignUp(msgspec.Struct, frozen=True):
    """An application: `times` has the moment of each state so far; `reason` says why it was rejected."""

    id: str
    kind: str
    organisation: dict[str, str]
    contact: dict[str, str]
    login: str
    state: str
    times: dict[str, int]
    reason: str = ""
    agreement_number: str = ""


class ServiceRequest(msgspec.Struct, frozen=True):
    """A service beyond the offer that the account manager was asked for."""

    id: str
    service: str
    comment: str
    state: str
    times: dict[str, int]
    reason: str = ""


class Contract(msgspec.Struct, frozen=True):
    """A paper contract: asked for, on its way through the post, in force."""

    id: str
    sign_up: str
    state: str
    times: dict[str, int]
    agreement_number: str = ""


class Cover(msgspec.Struct, frozen=True):
    """What the account is covered for, from the first sign-up on. `everything` is a paper contract's."""

    services: tuple[str, ...] = ()
    everything: bool = False


SIGN_UPS: Kind[SignUp] = Kind(named("sign_ups"), SignUp)
REQUESTS: Kind[ServiceRequest] = Kind(named("service_requests"), ServiceRequest)
CONTRACTS: Kind[Contract] = Kind(named("contracts"), Contract)
COVERS: Kind[Cover] = Kind(named("covers"), Cover)  # "cover"
KINDS: tuple[Kind[Any], ...] = (SIGN_UPS, REQUESTS, CONTRACTS, COVERS)


def latest_sign_up(world: World) -> SignUp | None:
    """Return the sign-up that counts: the newest."""
    found = world.store.count(SIGN_UPS)
    return world.store.records(SIGN_UPS, found - 1)[0] if found else None


def moved(world: World, sign_up: SignUp, state: str, **changes: Any) -> SignUp:
    """Put a sign-up into its next state, now."""
    times = {**sign_up.times, state: world.now_ms}
    found = msgspec.structs.replace(sign_up, state=state, times=times, **changes)
    world.store.put(SIGN_UPS, found.id, found)
    return found
