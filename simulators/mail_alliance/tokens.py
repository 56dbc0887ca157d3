"""`POST /oauth/token`: the client-credentials grant (RFC 6749 §4.4), errors in OAuth's own shape (§5.2)."""

from base64 import b64decode
from binascii import Error
from urllib.parse import parse_qsl, unquote_plus

from ..core.errors import Rejected
from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from ..wire.tenants import Grant, Tenants
from .ids import CARRIER
from .quotas import charge
from .times import HOUR_MS, SECOND_MS

LIFETIME_MS = HOUR_MS
ALL_SCOPES = (
    "parcels:write",
    "parcels:read",
    "tracking:read",
    "returns:write",
    "returns:read",
    "rates:read",
    "webhooks:manage",
)
LIVE = "environment:live"  # beside the scopes of a grant, never on the wire
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

routes = Routes()


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Authenticate a client at the token endpoint, by Basic or by form fields but not by both."""
    form = _form(call)
    if form is None:
        return refused("invalid_request", "the body must be application/x-www-form-urlencoded, each field once")
    client = _client(call, form)
    if isinstance(client, Answer):
        return client
    client_id, secret = client
    try:
        call.world = tenants.open(CARRIER, client_id, secret)
    except Rejected:
        return _invalid_client("the client's secret is another one")
    call.credential = client_id
    call.notes |= {"tenants": tenants, "form": form}
    charge(call, client_id, ("token",))
    return None


@routes.post("/oauth/token", token=True)
def issue_token(call: Call) -> Answer:
    """An access token for an hour of the tenant's clock."""
    form, tenants = call.notes["form"], call.notes["tenants"]
    assert isinstance(form, dict)
    assert isinstance(tenants, Tenants)
    kind = form.get("grant_type")
    if kind is None:
        return refused("invalid_request", "grant_type is missing")
    if kind != "client_credentials":
        return refused("unsupported_grant_type", f"grant_type {kind[:40]!r}; allowed: client_credentials")
    scopes = tuple(dict.fromkeys(form.get("scope", "").split())) or ALL_SCOPES
    if unknown := [scope for scope in scopes if scope not in ALL_SCOPES]:
        return refused("invalid_scope", f"unknown: {unknown[0][:40]!r}; allowed: {' '.join(ALL_SCOPES)}")
    where = form.get("environment", "test")
    if where not in ("test", "live"):
        return refused("invalid_request", f"environment {where[:40]!r}; allowed: test, live")
    token = _token(call, where)
    kept = (*scopes, LIVE) if where == "live" else scopes
    grant = Grant(CARRIER, call.credential, call.world.now_ms + LIFETIME_MS, kept)
    tenants.grant(call.world, token, grant)
    reply = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_MS // SECOND_MS}
    return json_answer({**reply, "scope": " ".join(scopes)}, headers=NO_STORE)


def unpacked(kept: tuple[str, ...]) -> tuple[bool, frozenset[str]]:
    """Return (live, scopes) of what a grant keeps."""
    return LIVE in kept, frozenset(kept) - {LIVE}


def refused(error: str, description: str, status: int = 400, headers: dict[str, str] | None = None) -> Answer:
    """Return an OAuth error (RFC 6749 §5.2)."""
    body = {"error": error, "error_description": description}
    return json_answer(body, status, {**NO_STORE, **(headers or {})})


def _token(call: Call, where: str) -> str:
    """`mat_`, the environment and 32 hex digits: from the tenant's name, seed and a counter, so no two are equal."""
    world = call.world
    number = world.count(f"{CARRIER}.tokens")
    return f"mat_{where}_{world.token_hex(f'{CARRIER}.token', f'{world.name}/{number}', 16)}"


def _form(call: Call) -> dict[str, str] | None:
    kind = call.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return None
    try:
        pairs = parse_qsl(call.body.decode(), keep_blank_values=True, max_num_fields=50, errors="strict")
    except ValueError:
        return None
    return dict(pairs) if len({name for name, _ in pairs}) == len(pairs) else None


def _client(call: Call, form: dict[str, str]) -> tuple[str, str] | Answer:
    header = call.headers.get("Authorization")
    if header is not None:
        if "client_secret" in form or "X-Api-Key" in call.headers:
            return refused("invalid_request", "two ways of client authentication; use one")
        found = _basic(header)
        return found or _invalid_client("Authorization must be Basic, client id and secret")
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    if not client_id or not secret or len(client_id) > 100:
        return _invalid_client("client_id and client_secret are needed")
    return client_id, secret


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = b64decode(text.strip(), validate=True).decode().partition(":")
    except (Error, ValueError):
        return None
    if not colon or not client_id or not secret or len(client_id) > 100:
        return None
    return unquote_plus(client_id), unquote_plus(secret)


def _invalid_client(description: str) -> Answer:
    challenge = {"WWW-Authenticate": 'Basic realm="mail-alliance"'}
    return refused("invalid_client", description, 401, challenge)
