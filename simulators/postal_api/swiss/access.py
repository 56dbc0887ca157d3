"""Tokens, and whose call it is.

Wire contract: `postal_api_swiss` §1: `POST /OAuth/token` and the older `/WEDECOAuth/token`, parameters in a form or in
the query, several scopes separated by blanks, a life of 60 seconds; without a living token 401. Libraries for OAuth
send the client's id and secret as HTTP Basic. What a refused token call says is OAuth's own shape (RFC 6749 §5.2) and
a guess.
"""

import binascii
from base64 import b64decode
from urllib.parse import parse_qsl, unquote_plus

from ...core.errors import Rejected
from ...wire.call import Answer, Call
from ...wire.tenants import Grant, Tenants
from . import settings
from .answers import Operations, empty, json
from .names import CARRIER
from .notifying.records import remember_origin

LABEL_SCOPES = ("DCAPI_BARCODE_READ", "WEDEC_BARCODE_READ")
TRACKING_SCOPES = ("MYSB_MAILPIECE_TRACKING_B2B_READ",)
SCOPES = (*LABEL_SCOPES, *TRACKING_SCOPES)
LONGEST = 255
SECOND_MS = 1000
GATEWAY_KEY = "Ocp-Apim-Subscription-Key"
TOKEN_HEADERS = {"Content-Type": "application/json; charset=UTF-8", "Cache-Control": "no-store", "Pragma": "no-cache"}

routes = Operations()


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant of a call: by the way in that its route notes, by a token, or by the credentials of a token call.

    A route's note `scopes` names those of which the token must hold one.
    """
    notes = call.route.notes if call.route is not None else {}
    admitted_by = notes.get("admit")
    if admitted_by is not None:
        refused: Answer | None = admitted_by(tenants, call)
        return refused
    return _admit_bearer(tenants, call, notes.get("scopes", ()))


def _admit_bearer(tenants: Tenants, call: Call, scopes: tuple[str, ...]) -> Answer | None:
    scheme, _, token = call.headers.get("Authorization", "").strip().partition(" ")
    holder = tenants.holder(token.strip()) if scheme.lower() == "bearer" else None
    if holder is None or holder.grant.carrier != CARRIER:
        return _unauthorized("invalid_token")
    call.world, call.credential = holder.world, holder.grant.credential
    if holder.grant.expires_ms <= holder.world.now_ms:
        return _unauthorized("invalid_token")
    if settings.choice(call.world, "require_subscription_key") == "on" and not call.headers.get(GATEWAY_KEY):
        return empty(400)
    if scopes and not set(scopes) & set(holder.grant.scopes):
        return _unauthorized("insufficient_scope", 403)
    if call.method != "GET":
        remember_origin(call.world, call.origin)
    return None


def _unauthorized(error: str, status: int = 401) -> Answer:
    answer = empty(status)
    answer.headers["WWW-Authenticate"] = f'Bearer error="{error}"'
    return answer


def _admit_client(tenants: Tenants, call: Call) -> Answer | None:
    fields = token_fields(call)
    if fields.get("grant_type") != "client_credentials":
        return _oauth_error(400, "unsupported_grant_type", "The grant type must be client_credentials.")
    wanted = fields.get("scope", "").split()
    if unknown := [scope for scope in wanted if scope not in SCOPES] or ([] if wanted else ["none"]):
        found = " ".join(unknown)[:200]
        return _oauth_error(400, "invalid_scope", f"Scopes found: {found}; allowed: {' '.join(SCOPES)}.")
    client, secret = _basic(call) or (fields.get("client_id", ""), fields.get("client_secret", ""))
    if not (0 < len(client) <= LONGEST and 0 < len(secret) <= LONGEST):
        return _oauth_error(401, "invalid_client", "The client id or its secret is missing.")
    try:
        call.world = tenants.open(CARRIER, client, secret)
    except Rejected:
        return _oauth_error(401, "invalid_client", "The secret is not this client's.")
    call.credential = client
    call.notes |= {"tenants": tenants, "scopes": tuple(dict.fromkeys(wanted))}
    return None


def _basic(call: Call) -> tuple[str, str] | None:
    """Return client id and secret of a Basic header, percent-encoded as RFC 6749 §2.3.1 has them; None for none."""
    scheme, _, encoded = call.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return (unquote_plus(client), unquote_plus(secret)) if colon else ("", "")


def _oauth_error(status: int, error: str, description: str) -> Answer:
    answer = json({"error": error, "error_description": description}, status)
    return Answer(status, answer.body, dict(TOKEN_HEADERS))


def token_fields(call: Call) -> dict[str, str]:
    """Return the fields of a token call, of its query and over them those of its form. Never raises."""
    fields = {key: str(value) for key, value in call.query.items()}
    try:
        return fields | dict(parse_qsl(call.body.decode(), max_num_fields=100))
    except (UnicodeDecodeError, ValueError):
        return fields


@routes.post("/OAuth/token", admit=_admit_client)
def token(call: Call) -> Answer:
    """Give a new token; earlier ones live on until their own end."""
    return _granted(call)


@routes.post("/WEDECOAuth/token", admit=_admit_client)
def old_token(call: Call) -> Answer:
    """Give a new token by the older address."""
    return _granted(call)


def _granted(call: Call) -> Answer:
    world, tenants, scopes = call.world, call.notes["tenants"], call.notes["scopes"]
    assert isinstance(tenants, Tenants) and isinstance(scopes, tuple)
    lifetime_s = settings.number(world, "token_lifetime_s")
    number = world.count(f"{CARRIER}.tokens")
    access = world.token_hex(f"{CARRIER}.token", f"{world.name}/{number}", 32)
    tenants.grant(world, access, Grant(CARRIER, call.credential, world.now_ms + lifetime_s * SECOND_MS, scopes))
    answer = json({"access_token": access, "token_type": "Bearer", "expires_in": lifetime_s})
    return Answer(200, answer.body, dict(TOKEN_HEADERS))
