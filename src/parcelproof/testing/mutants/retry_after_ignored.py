"""A booking that met 429 is tried again as if no pause had been asked for."""

from parcelproof.reference.usecases import booking

from .patching import rewrite


def apply() -> None:
    rewrite(booking.book, ("least_s=fault.retry_after_s or 0.0", "least_s=0.0"))
