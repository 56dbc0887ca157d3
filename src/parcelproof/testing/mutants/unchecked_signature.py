"""The signature of a webhook is read, but any will do."""

from parcelproof.reference.adapters import signatures

from .patching import rewrite


def apply() -> None:
    rewrite(signatures.check, ("    if not fits:", "    if not offered:"))
