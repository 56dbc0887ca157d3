"""The status is taken from the event that arrived last, not from the one that occurred last."""

from parcelproof.reference.domain import statuses

from .patching import rewrite


def apply() -> None:
    rewrite(statuses.live, ("return sorted(kept, key=_order)", "return kept"))
