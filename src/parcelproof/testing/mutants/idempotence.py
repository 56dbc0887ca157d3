"""Bugs of the area idempotence; `conformance/mutants/idempotence.toml` says which requirements each must fail."""

from parcelproof.reference.adapters.mail_alliance import bodies

from .patching import mutant, rewrite


@mutant
def random_idempotency_key() -> None:
    """Every try of a booking has an idempotency key of its own."""
    rewrite(bodies.idempotency_key, (r'"\x1f".join(parts).encode()', '__import__("os").urandom(16)'))
