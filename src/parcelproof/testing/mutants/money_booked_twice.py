"""Money that another report booked is booked again (S27)."""

from parcelproof.reference.domain import settlement

from .patching import rewrite


def apply() -> None:
    rewrite(settlement._belongs, ("if line.collected and shipment.collected_before:", "if False:"))
