"""Bugs of the area security; `conformance/mutants/security.toml` says which requirements each must fail."""

from parcelproof.reference.adapters import signatures

from .patching import mutant, rewrite


@mutant
def unchecked_signature() -> None:
    """The signature of a webhook is read, but any will do."""
    rewrite(signatures.check, ("    if not fits:", "    if not offered:"))


@mutant
def unchecked_time_stamp() -> None:
    """The time stamp of a webhook is not looked at."""
    rewrite(signatures.check, ("if away_s > TOLERANCE_S:", "if False:"))
