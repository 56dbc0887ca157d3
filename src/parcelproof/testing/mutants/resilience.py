"""Bugs of the area resilience; `conformance/mutants/resilience.toml` says which requirements each must fail."""

from parcelproof.reference.usecases import booking

from .patching import mutant, rewrite


@mutant
def retry_after_ignored() -> None:
    """A booking that met 429 is tried again as if no pause had been asked for."""
    rewrite(booking.book, ("least_s=fault.retry_after_s or 0.0", "least_s=0.0"))
