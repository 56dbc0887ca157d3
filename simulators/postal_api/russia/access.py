"""Whose call of Otpravka it is: the application's token names the tenant, the user's key is its secret.

Wire contract: `postal_api_russia` §1.2. Statuses 401 and 403 are known, the words are ours.
"""

import binascii
from base64 import b64decode

from ...core.errors import Rejected
from ...wire.call import Answer, Call
from ...wire.tenants import Tenants
from .answers import json
from .names import OTPRAVKA

LONGEST = 1_000


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant of a call; a route of our own design notes its own admission as `admits`."""
    if call.route is not None and (admits := call.route.notes.get("admits")) is not None:
        own: Answer | None = admits(tenants, call)
        return own
    return by_headers(tenants, call)


def by_headers(tenants: Tenants, call: Call) -> Answer | None:
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
