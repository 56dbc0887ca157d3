"""A whole refusal leaves the delivery charge with the buyer."""

from parcelproof.reference.domain import settlement

from .patching import rewrite


def apply() -> None:
    rewrite(settlement._refused, ("charge=not kept", "charge=False"))
