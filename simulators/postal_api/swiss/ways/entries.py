"""The other ways in, and who comes by them.

Wire contract: `notifications` NTF-170 to NTF-175 with the matrix below them, decision D7. The web service and the drop
folder know their customers by HTTP Basic, with the client id and secret of the REST service: of the web service's own
sign-in the sources tell nothing (a guess). The online page knows nobody.
"""

import binascii
from base64 import b64decode

from ....core.errors import Rejected
from ....wire.call import Answer, Call
from ....wire.tenants import Tenants
from ..answers import empty
from ..case import Way
from ..names import CARRIER
from ..notifying.records import remember_origin

WEB_SERVICE = Way("SOAP", control_options=False, pictures=False)
DATA_TRANSFER = Way("DataTransfer")
ONLINE = Way("online", needs_billing=False, control_options=False, pictures=False)

LONGEST = 255
PUBLIC = "public"
CHALLENGE = 'Basic realm="Swiss Post"'


def by_password(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant of a call by HTTP Basic."""
    client, secret = _credentials(call.headers.get("Authorization", ""))
    if not (0 < len(client) <= LONGEST and 0 < len(secret) <= LONGEST):
        return _unauthorized()
    try:
        call.world = tenants.open(CARRIER, client, secret)
    except Rejected:
        return _unauthorized()
    call.credential = client
    if call.method != "GET":
        remember_origin(call.world, call.origin)
    return None


def by_path(tenants: Tenants, call: Call) -> Answer | None:
    """Find the world that a path names, `public` for one that names none: nobody signs in."""
    name = call.params.get("tenant", PUBLIC)
    if not 0 < len(name) <= LONGEST:
        return empty(404)
    call.world = tenants.world(name)
    call.credential = name
    return None


def by_nobody(tenants: Tenants, call: Call) -> Answer | None:
    """Let anybody read what is the same for everybody."""
    return None


def _credentials(header: str) -> tuple[str, str]:
    """Return (client id, secret) of a Basic header, both empty for anything else. Never raises."""
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        text = b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    client, _, secret = text.partition(":")
    return client, secret


def _unauthorized() -> Answer:
    answer = empty(401)
    answer.headers["WWW-Authenticate"] = CHALLENGE
    return answer
