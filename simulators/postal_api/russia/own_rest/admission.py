"""Whose call it is on a wire of our own design: Otpravka's two headers, or, before there is a token, the login alone.

A login that signs up has the world that tracking opens with it: the same name is the same world. A token that was
issued in it leads there from the first call on that follows.
"""

from contextlib import suppress

from ....core.errors import Rejected
from ....wire.call import Answer, Call
from ....wire.tenants import Tenants
from .. import access
from ..names import OTPRAVKA, TRACKING
from . import tokens
from .problems import Refused

HOW = "Authorization: AccessToken … with X-User-Authorization: Basic …"


def by_token(tenants: Tenants, call: Call) -> Answer | None:
    """Admit a call as Otpravka does, without counting it there; the refusal has this wire's shape."""
    if access.identified(tenants, call) is None:
        return None
    return Refused("unauthenticated", f"Token and login are missing or do not belong together; needed: {HOW}.").answer()


def by_login(tenants: Tenants, call: Call) -> Answer | None:
    """Admit a call of somebody who may have no token yet."""
    if call.headers.get("Authorization"):
        return by_token(tenants, call)
    key = call.headers.get("X-User-Authorization", "").strip()
    login, password = access.credentials(key)
    if not login or not password or len(key) > access.LONGEST:
        detail = "Login and password are missing; needed: X-User-Authorization: Basic …."
        return Refused("unauthenticated", detail).answer()
    try:
        call.world = tenants.open(TRACKING, login, password)
    except Rejected:
        return Refused("unauthenticated", "The password is not this login's.").answer()
    call.credential = login
    if issued := tokens.issued(call.world):
        with suppress(Rejected):  # joined before, by a header that was spelt in another way
            tenants.open(OTPRAVKA, issued, key, name=call.world.name)
    return None
