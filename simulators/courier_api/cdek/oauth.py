"""Tokens: three encodings of the request, a JWT that decodes, and whose call it is.

Wire contract: `courier_api` §1.1, §1.2.
"""

import re
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from ...core.errors import Rejected
from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.tenants import Grant, Tenants
from . import settings
from .envelope import Error, Operations, json, refused_plainly
from .envelope import Refused as Refusal
from .wire_values import new_uuid

NAME = "cdek"
TEST_ACCOUNTS = {  # published, embedded in many client libraries
    "wqGwiQx0gg8mLtiEKsUinjVSICCjtTEP": "RmAmgvSgSl1yirlz9QupbzOJVqhCxcP5",
    "EMscd6r9JnFiQ3bLoyjJY6eM78JrJceI": "PjLZkKBHEiLK3YsjtNrt3TGNG0ahs3kG",
}
SCOPES = ("location:all", "order:all", "payment:all")
LONGEST_CREDENTIAL = 255
PARTS_MOST, LONGEST_HEAD = 100, 1_000
BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s";,]{1,70}))', re.IGNORECASE)
PART_NAME = re.compile(r'^content-disposition:.*;\s*name=(?:"([^"]+)"|([^\s";]+))', re.IGNORECASE | re.MULTILINE)

routes = Operations()


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant of a call by its token, or by the credentials of a token call."""
    if call.route is not None and call.route.operation == "token":
        return _admit_client(tenants, call)
    scheme, _, token = call.headers.get("Authorization", "").partition(" ")
    holder = tenants.holder(token.strip()) if scheme.lower() == "bearer" else None
    if holder is None or holder.grant.carrier != NAME:
        return refused_plainly(Refusal(Error("unauthorized", "Full authentication is required"), status=401))
    call.world, call.credential = holder.world, holder.grant.credential
    if holder.grant.expires_ms <= holder.world.now_ms:
        return refused_plainly(Refusal(Error("v2_token_expired", "Token has expired"), status=401))
    return None


def _admit_client(tenants: Tenants, call: Call) -> Answer | None:
    fields = token_fields(call)
    if fields.get("grant_type") != "client_credentials":
        return _oauth_error(400, "unsupported_grant_type", "Only client_credentials is supported")
    client_id, secret = fields.get("client_id", ""), fields.get("client_secret", "")
    if not (0 < len(client_id) <= LONGEST_CREDENTIAL and 0 < len(secret) <= LONGEST_CREDENTIAL):
        return _oauth_error(401, "invalid_client", "Bad client credentials")
    if TEST_ACCOUNTS.get(client_id, secret) != secret:
        return _oauth_error(401, "invalid_client", "Bad client credentials")
    try:
        call.world = tenants.open(NAME, client_id, secret)
    except Rejected:
        return _oauth_error(401, "invalid_client", "Bad client credentials")
    call.credential = client_id
    call.notes["tenants"] = tenants
    return None


def _oauth_error(status: int, error: str, description: str) -> Answer:
    return json({"error": error, "error_description": description}, status)


def token_fields(call: Call) -> dict[str, str]:
    """Return the fields of a token call from query, form body or multipart body. Never raises."""
    fields = {key: str(value) for key, value in call.query.items()}
    kind = call.headers.get("Content-Type", "")
    if kind.lower().startswith("multipart/form-data"):
        return fields | _multipart(kind, call.body)
    try:
        pairs = parse_qsl(call.body.decode(), max_num_fields=100)
    except (UnicodeDecodeError, ValueError):
        return fields
    return fields | dict(pairs)


def _multipart(kind: str, body: bytes) -> dict[str, str]:
    """Return the fields of a multipart body. Not by `email`: that parser recurses into what a client nests."""
    boundary = BOUNDARY.search(kind)
    if boundary is None:
        return {}
    divider = b"--" + (boundary[1] or boundary[2]).encode("utf-8", "replace")
    found = {}
    for part in body.split(divider, PARTS_MOST)[1:]:
        head, _, content = part.replace(b"\r\n", b"\n").partition(b"\n\n")
        name = PART_NAME.search(head[:LONGEST_HEAD].decode("utf-8", "replace"))
        if name is not None:
            found[name[1] or name[2]] = content.decode("utf-8", "replace").strip()
    return found


@routes.post("/v2/oauth/token")
def token(call: Call) -> Answer:
    """Give a new token; earlier ones stay valid."""
    world, tenants = call.world, call.notes["tenants"]
    assert isinstance(tenants, Tenants)
    lifetime_s = settings.number(world, "token_lifetime_s")
    expires_s = world.now_ms // 1000 + lifetime_s
    jti = new_uuid(world, "token")
    access = _signed(_claims(call.credential, world, expires_s, jti))
    tenants.grant(world, access, Grant(NAME, call.credential, expires_s * 1000, SCOPES))
    return json(
        {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": lifetime_s,
            "scope": " ".join(SCOPES),
            "jti": jti,
        }
    )


def _claims(client_id: str, world: World, expires_s: int, jti: str) -> dict[str, Any]:
    account = UUID(hex=world.token_hex("cdek.account", client_id), version=4)
    return {
        "scope": list(SCOPES),
        "exp": expires_s,
        "authorities": [
            "shard-id:ru-01",
            "client-city:Москва, Москва",
            f"contract:ИМ-РФ-{world.name[:40]}",
            "account-lang:rus",
            f"account-uuid:{account}",
            "api-version:1.1",
            f"client-id-ec5:{_uuid(world, 'client')}",
            f"contract-id:{_uuid(world, 'contract')}",
            f"contragent-uuid:{_uuid(world, 'contragent')}",
            f"full-name:{world.name[:40]}",
        ],
        "jti": jti,
        "client_id": client_id,
    }


def _uuid(world: World, of: str) -> str:
    """Return a uuid that stays the same for a tenant."""
    return str(UUID(hex=world.token_hex(f"cdek.{of}", ""), version=4))


def _signed(claims: dict[str, Any]) -> str:
    parts = (_part({"alg": "RS256", "typ": "JWT"}), _part(claims))
    signed = ".".join(parts)
    signature = _key().sign(signed.encode(), padding.PKCS1v15(), SHA256())
    return f"{signed}.{_text(signature)}"


def _part(value: object) -> str:
    return _text(msgspec.json.encode(value))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@cache
def _key() -> rsa.RSAPrivateKey:
    """Return the key that signs tokens: thrown away with the process, since clients only decode them."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
