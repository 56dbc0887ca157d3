"""Whose call it is: HTTP Basic with the client's login and password.

Wire contract: `courier_api` §3. Dictionaries are read without credentials by one client, so they need none.
"""

import binascii
from base64 import b64decode

from ...core.errors import Rejected
from ...wire.call import Answer, Call
from ...wire.tenants import Tenants
from .answers import plain_message
from .records import CARRIER

LONGEST = 255
CHALLENGE = 'Basic realm="api.iml.ru"'


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant of a call by its login; an open dictionary needs none, but wrong credentials are refused."""
    if not call.headers.get("Authorization") and call.route is not None and call.route.notes.get("open"):
        return None
    login, password = credentials(call.headers.get("Authorization", ""))
    if not (0 < len(login) <= LONGEST and 0 < len(password) <= LONGEST):
        return _unauthorized()
    try:
        call.world = tenants.open(CARRIER, login, password)
    except Rejected:
        return _unauthorized()
    call.credential = login
    return None


def credentials(header: str) -> tuple[str, str]:
    """Return (login, password) of a Basic header, both empty for anything else. Never raises."""
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        text = b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    login, colon, password = text.partition(":")
    return (login, password) if colon else ("", "")


def _unauthorized() -> Answer:
    answer = plain_message(401, "Authorization has been denied for this request.")
    answer.headers["WWW-Authenticate"] = CHALLENGE
    return answer
