"""The time stamp of a webhook is not looked at."""

from parcelproof.reference.adapters import signatures

from .patching import rewrite


def apply() -> None:
    rewrite(signatures.check, ("if away_s > TOLERANCE_S:", "if False:"))
