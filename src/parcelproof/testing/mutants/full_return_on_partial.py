"""A partial refusal takes back every piece, also those the buyer kept."""

from parcelproof.reference.domain import settlement

from .patching import rewrite


def apply() -> None:
    rewrite(settlement._partial, ("back = _return(shipment, newly,", "back = _return(shipment, shipment.still_out(),"))
