"""A subscription lives a year instead of thirty days."""

from parcelproof.reference.domain import notices

from .patching import rewrite


def apply() -> None:
    rewrite(notices.ends_at, ("requested_at + WINDOW", "requested_at + 12 * WINDOW"))
