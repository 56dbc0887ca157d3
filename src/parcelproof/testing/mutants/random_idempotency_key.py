"""Every try of a booking has an idempotency key of its own."""

from parcelproof.reference.adapters.mail_alliance import bodies

from .patching import rewrite


def apply() -> None:
    rewrite(bodies.idempotency_key, (r'"\x1f".join(parts).encode()', '__import__("os").urandom(16)'))
