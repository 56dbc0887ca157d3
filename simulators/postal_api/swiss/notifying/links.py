"""Links to the control options of one consignment and one recipient: nothing but the tenant's seed makes them.

Wire contract: `notifications` NTF-147. A link is the tenant's name, the consignment and an HMAC over both and the
recipient, keyed with the seed: the same in every run, and not to be made without it.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from ....core.world import World
from ..consignment import CONSIGNMENTS, Consignment
from ..notices import WITH_CONTROL_OPTIONS
from .control_rules import OPTIONS
from .records import ORIGIN, OwnSettings, own_settings, same_address
from .rules import HANDOVER

BASE = "https://swiss-post.example"  # of a tenant that nobody has called yet
PATH = "/my-consignments"
MARK_HEX = 40


def token_of(world: World, found: Consignment, address: str) -> str:
    name = urlsafe_b64encode(world.name.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    said = f"{world.name}\n{found.id}\n{found.ident_code}\n{same_address(address)}"
    key = f"swiss_post.control/{world.store.header.seed}".encode("utf-8", "surrogatepass")
    mark = hmac.new(key, said.encode("utf-8", "surrogatepass"), sha256).hexdigest()[:MARK_HEX]
    return f"{name}.{found.id.removeprefix('sp-')}.{mark}"


def link_of(world: World, found: Consignment, address: str) -> str:
    origin: str | None = world.store.get(ORIGIN, "origin")
    return f"{origin or BASE}{PATH}/{token_of(world, found, address)}"


def tenant_of(token: str) -> str | None:
    """Return the tenant that a token names, None for what is no token. Nothing is proved by it."""
    name = token.partition(".")[0]
    try:
        return urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode("utf-8", "surrogatepass")
    except ValueError:
        return None


def holder_of(world: World, token: str) -> tuple[Consignment, str] | None:
    """Return the consignment and the recipient's address of a token, None when it is not whole and true."""
    number = token.split(".")[1:2]
    found = world.store.get(CONSIGNMENTS, f"sp-{number[0]}") if number else None
    if found is None:
        return None
    for address in recipients_of(world, found):
        if hmac.compare_digest(token_of(world, found, address).encode(), token.encode("utf-8", "replace")):
            return found, address
    return None


def recipients_of(world: World, found: Consignment) -> tuple[str, ...]:
    """Return the e-mail addresses of a consignment's recipients, each once.

    One who has settings of his own has his there, though the sender may know nothing of him but his number.
    """
    item = found.shipment.item
    noted = (note.communication.email for note in item.notification if note.kind in WITH_CONTROL_OPTIONS)
    own = (one.email for one in own_of(world, found))
    return tuple(dict.fromkeys(same_address(one) for one in (item.recipient.email, *noted, *own) if one))


def own_of(world: World, found: Consignment) -> list[OwnSettings]:
    """Return the settings of those recipients who have «My consignments», known by e-mail address or number."""
    item = found.shipment.item
    addresses = [item.recipient.email, item.recipient.mobile]
    for asked in item.notification:
        if asked.kind != HANDOVER:
            addresses += [asked.communication.email, asked.communication.mobile]
    known = [own_settings(world, address) for address in dict.fromkeys(addresses) if address]
    return list({one.email: one for one in known if one is not None}.values())


def offered(world: World, found: Consignment, address: str) -> tuple[str, ...]:
    """Return the options that a recipient may use: the sender's, or all of them with «My consignments» (NTF-121)."""
    if own_settings(world, address) is not None:
        return OPTIONS
    chosen = {
        option
        for note in found.shipment.item.notification
        if note.by_mail and note.kind in WITH_CONTROL_OPTIONS
        if same_address(note.communication.email) == same_address(address)
        for option in note.delivery_instructions
    }
    return tuple(option for option in OPTIONS if option in chosen)
