"""A later event reopens a parcel that was delivered."""

from parcelproof.reference.domain import statuses

from .patching import rewrite


def apply() -> None:
    rewrite(statuses.walk, ("if readings[-1].status in ENDED:", "if False:"))
