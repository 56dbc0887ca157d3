"""A parcel that stands twice in a report is settled twice."""

from parcelproof.reference.usecases import settling

from .patching import rewrite


def apply() -> None:
    rewrite(settling.settle_lines, ("if line.n in doubled:", "if False:"))
