"""What is remembered of notices: which were sent, what the recipient chose, who has settings of his own."""

import msgspec

from ....core.records import Instant, Kind, Natural
from ....core.world import World
from ..names import CARRIER


class Sent(msgspec.Struct, frozen=True):
    """A notice that went out. `own` is one by the recipient's own settings; `mail` its number in the mailbox."""

    kind: Natural
    occurrence: str
    to: str
    at_ms: Instant
    mail: Natural
    own: bool = False


class Choice(msgspec.Struct, frozen=True):
    """A control option that was used, with what the recipient wrote."""

    option: str
    at_ms: Instant
    details: dict[str, str] = {}


class Noticed(msgspec.Struct, frozen=True):
    """All that a consignment's notices left behind."""

    sent: tuple[Sent, ...] = ()
    choice: Choice | None = None

    def has(self, kind: int, occurrence: str, to: str) -> bool:
        return any((one.kind, one.occurrence, one.to) == (kind, occurrence, to) for one in self.sent)


class OwnSettings(msgspec.Struct, frozen=True):
    """A recipient with «My consignments»: what he wants to be told of, whoever sends."""

    email: str
    kinds: tuple[Natural, ...]
    language: str
    mobile: str = ""
    active: bool = True


NOTICED: Kind[Noticed] = Kind(f"{CARRIER}.noticed", Noticed)  # consignment -> what was sent of it
OWN: Kind[OwnSettings] = Kind(f"{CARRIER}.own_settings", OwnSettings)  # address -> settings
ORIGIN: Kind[str] = Kind(f"{CARRIER}.origin", str)  # "origin" -> under which address the tenant was last called
KINDS = (NOTICED, OWN, ORIGIN)


def noticed_of(world: World, consignment: str) -> Noticed:
    return world.store.get(NOTICED, consignment) or Noticed()


def remember_sent(world: World, consignment: str, one: Sent) -> None:
    before = noticed_of(world, consignment)
    world.store.put(NOTICED, consignment, msgspec.structs.replace(before, sent=(*before.sent, one)))


def remember_choice(world: World, consignment: str, choice: Choice) -> None:
    before = noticed_of(world, consignment)
    world.store.put(NOTICED, consignment, msgspec.structs.replace(before, choice=choice))


def remember_origin(world: World, origin: str) -> None:
    """Remember how the tenant's links begin: as whoever proved to be its customer called; mails are written later."""
    if world.store.get(ORIGIN, "origin") != origin:
        world.store.put(ORIGIN, "origin", origin)


def same_address(address: str) -> str:
    """Return an address as it is compared: the domain in small letters, the person as written."""
    person, at, domain = address.rpartition("@")
    return f"{person}{at}{domain.lower()}"


def same_number(mobile: str) -> str:
    """Return a telephone number as it is compared: with its country, without blanks."""
    digits = mobile.replace(" ", "")
    return "0041" + digits[1:] if digits.startswith("07") else digits


def own_settings(world: World, address: str) -> OwnSettings | None:
    """Return the settings of whoever has this e-mail address or mobile number, None where nobody has any on."""
    if "@" in address:
        found = world.store.get(OWN, same_address(address))
        return found if found is not None and found.active else None
    wanted = same_number(address)
    numbers = (one for _, one in world.store.scan(OWN) if one.active and one.mobile)
    return next((one for one in numbers if wanted and same_number(one.mobile) == wanted), None)
