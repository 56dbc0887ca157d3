"""Who calls: API key or access token, environment, scopes, quota (Part 3)."""

import re

from ..core.errors import Rejected
from ..wire.call import Answer, Call
from ..wire.tenants import Tenants
from . import tokens
from .ids import CARRIER
from .problems import Refused, request_id
from .quotas import charge, fields
from .times import rfc3339

SCOPES = frozenset(tokens.ALL_SCOPES)
API_KEY = re.compile(r"mak_(test|live)_([A-Za-z0-9._-]{1,64})", re.ASCII)
CHALLENGE = 'Bearer realm="mail-alliance"'


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant of a call and count the call, or return the refusal to send."""
    try:
        notes = call.route.notes if call.route is not None else {}
        if notes.get("token"):
            return tokens.admit(tenants, call)
        key, authorization = call.headers.get("X-Api-Key"), call.headers.get("Authorization")
        if key is not None and authorization is not None:
            raise Refused("malformed", "Two credentials: send X-Api-Key or Authorization, not both.")
        scopes = _by_token(tenants, call, authorization) if key is None else _by_key(tenants, call, key)
        charge(call, call.credential, notes.get("quota", ("default",)))
        scope = notes.get("scope")
        if scope is not None and scope not in scopes:
            held = ", ".join(sorted(scopes)) or "none"
            detail = f"This call needs the scope {scope}; the token has: {held}."
            raise Refused("forbidden", detail, {"required_scope": scope})
    except Refused as refused:
        return refused.answer(call)
    return None


def finish(call: Call, answer: Answer) -> None:
    """Add what every answer carries."""
    answer.headers["X-Request-Id"] = request_id(call)
    answer.headers.update(fields(call))


def _by_key(tenants: Tenants, call: Call, key: str) -> frozenset[str]:
    found = API_KEY.fullmatch(key)
    if found is None:
        raise unauthenticated("The API key is none: it must be mak_test_ or mak_live_ and a name.")
    try:
        call.world = tenants.open(CARRIER, key, key, name=found[2])
    except Rejected:
        raise unauthenticated("The API key is not the one of this client.") from None
    call.credential = key
    call.notes["livemode"] = found[1] == "live"
    return SCOPES


def _by_token(tenants: Tenants, call: Call, authorization: str | None) -> frozenset[str]:
    if authorization is None:
        raise unauthenticated("No credential: send X-Api-Key or Authorization: Bearer.")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated("Authorization must be Bearer and an access token.")
    holder = tenants.holder(token.strip())
    if holder is None or holder.grant.carrier != CARRIER:
        raise unauthenticated("The access token is unknown.", error="invalid_token")
    call.world, call.credential = holder.world, holder.grant.credential
    if holder.world.now_ms >= holder.grant.expires_ms:
        expired = rfc3339(holder.grant.expires_ms)
        raise unauthenticated(f"The access token expired at {expired}.", error="invalid_token")
    live, scopes = tokens.unpacked(holder.grant.scopes)
    call.notes["livemode"] = live
    return scopes


def unauthenticated(detail: str, error: str = "") -> Refused:
    challenge = f'{CHALLENGE}, error="{error}"' if error else CHALLENGE
    return Refused("unauthenticated", detail, {}, {"WWW-Authenticate": challenge})
