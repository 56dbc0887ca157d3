"""Webhook signatures by Standard Webhooks 1.0.0, symmetric scheme, and the secrets they are made with.

Source: the specification in repository standard-webhooks/standard-webhooks, as the contract tells it (§2.1).
"""

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

from ..core.world import World
from .ids import CARRIER

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret(world: World) -> str:
    """Return the next secret: `whsec_` and 32 bytes in base64, from the tenant's seed."""
    number = world.count(f"{CARRIER}.secrets")
    return PREFIX + b64encode(bytes.fromhex(world.token_hex(f"{CARRIER}.secret", str(number), SECRET_BYTES))).decode()


def signature(secret: str, message_id: str, timestamp_s: int, body: bytes) -> str:
    """Return `v1,` and the base64 of the HMAC-SHA256 over id, timestamp and body, joined by full stops."""
    key = b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message_id.encode(), str(timestamp_s).encode(), body))
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()


def coming_secret(secret: str) -> str:
    """Return the secret that will follow this one, before anybody was told: to sign with in the middle of a change."""
    digest = hmac.digest(b64decode(secret.removeprefix(PREFIX)), b"next", sha256)
    return PREFIX + b64encode(digest).decode()


def corrupted(signatures: str) -> str:
    """Return signatures of the same form that fit nothing: every one has one character changed."""
    return " ".join(_spoiled(one) for one in signatures.split(" "))


def _spoiled(one: str) -> str:
    scheme, text = one.split(",")
    return f"{scheme},{'B' if text[0] == 'A' else 'A'}{text[1:]}"
