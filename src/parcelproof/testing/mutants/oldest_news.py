"""A mail tells the oldest mailable news of the shipment instead of the newest."""

from parcelproof.reference.domain import notices

from .patching import rewrite


def apply() -> None:
    rewrite(notices.decide, ("newest = max(", "newest = min("))
