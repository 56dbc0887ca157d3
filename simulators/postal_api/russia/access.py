"""Whose call of Otpravka it is: the application's token names the tenant, the user's key is its secret.

Wire contract: `postal_api_russia` §1.2. Statuses 401 and 403 are known, the words are ours.
"""

import binascii
from base64 import b64decode

from ...core.errors import Rejected
from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.moscow import day
from ...wire.tenants import Tenants
from .answers import gateway, json
from .names import OTPRAVKA
from .records import CALLS
from .settings import Switches

LONGEST = 1_000
BINARY = ("/1.0/forms/", "/1.0/unloading-passport/", "/postoffice/1.0/unloading-passport/")  # answered with files
SWITCHES = Switches(
    choices={"accept_header": ("lenient", "strict"), "quota_status": (429, 406)},
    numbers={"daily_limit": (1_000, 0, 100_000_000)},
)
GUESSES = (
    "A missing or malformed token or user key is answered with 401, a user key that is not the token's with 403; "
    "the words are ours.",
    "A call beyond the day's limit is answered with 429 (or 406) in the gateway's shape; days are Moscow's.",
)


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant of a call; a route of our own design notes its own admission as `admits`."""
    if call.route is not None and (admits := call.route.notes.get("admits")) is not None:
        own: Answer | None = admits(tenants, call)
        return own
    return by_headers(tenants, call)


def by_headers(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant by the two headers, and count the call; a `token_only` route may lack the user's key."""
    refused = identified(tenants, call)
    if refused is not None or not call.headers.get("X-User-Authorization", "").strip():
        return refused
    return counted(call.world) or _unacceptable(call)


def identified(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant by the two headers; a route noted `token_only` is answered without the user's key."""
    token = after(call.headers.get("Authorization", ""), "accesstoken")
    if not 0 < len(token) <= LONGEST:
        return _refused(401, "Не указан или неверен токен авторизации приложения (Authorization: AccessToken …)")
    key = call.headers.get("X-User-Authorization", "").strip()
    if not key and call.route is not None and call.route.notes.get("token_only"):
        call.world = tenants.known(OTPRAVKA, token) or tenants.world(token)
        call.credential = token
        return None
    if not 0 < len(key) <= LONGEST or not all(credentials(key)):
        return _refused(401, "Не указан или неверен ключ авторизации пользователя (X-User-Authorization: Basic …)")
    try:
        call.world = tenants.open(OTPRAVKA, token, key)
    except Rejected:
        return _refused(403, "Доступ запрещён: ключ авторизации пользователя не подходит к токену приложения")
    call.credential = token
    return None


def counted(world: World) -> Answer | None:
    """Count the call against the day's limit, and refuse it beyond."""
    today = day(world.now_ms)
    calls = calls_today(world) + 1
    if calls > SWITCHES.number(world, "daily_limit"):
        return gateway(SWITCHES.choice(world, "quota_status"), "Превышен лимит запросов к API за сутки")
    if calls == 1:
        for past in [key for key, _ in world.store.scan(CALLS)]:
            world.store.drop(CALLS, past)
    world.store.put(CALLS, today, calls)
    return None


def calls_today(world: World) -> int:
    return world.store.get(CALLS, day(world.now_ms)) or 0


def limit(world: World) -> int:
    return SWITCHES.number(world, "daily_limit")


def _unacceptable(call: Call) -> Answer | None:
    """Refuse a file to a client that takes JSON only, where the tenant wants the gateway strict."""
    accept = call.headers.get("Accept", "").lower()
    if "json" not in accept or "*/*" in accept or not call.path.lstrip("/").startswith(_BINARY):
        return None
    if SWITCHES.choice(call.world, "accept_header") == "lenient":
        return None
    return gateway(406, "Could not find acceptable representation")


_BINARY = tuple(prefix.lstrip("/") for prefix in BINARY)


def after(header: str, scheme: str) -> str:
    """Return what stands after the scheme of a header, whose letters' case does not count; empty for another scheme."""
    found, _, rest = header.strip().partition(" ")
    return rest.strip() if found.lower() == scheme else ""


def credentials(key: str) -> tuple[str, str]:
    """Return (login, password) of the user's key, both empty for anything else. Never raises."""
    try:
        text = b64decode(after(key, "basic"), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    login, colon, password = text.partition(":")
    return (login, password) if colon else ("", "")


def _refused(status: int, desc: str) -> Answer:
    return json({"code": str(status), "desc": desc, "message": desc}, status)
