"""A warehouse that keeps stock, packs, ships with Otpravka and takes returns in: our own REST design.

The rules are `rules.toml`.
"""

from ....core.world import Duty
from ..own_rest.operations import OwnRoutes
from ..part import Part
from . import desk, homecoming, order_desk, packing, records, settings, shipping
from .described import DESCRIBED

__all__ = ["PART", "routes"]

routes = OwnRoutes()
for _chapter in (desk, order_desk):
    routes.include(_chapter.routes)

PART = Part(
    routes=routes,
    kinds=records.KINDS,
    duties={
        packing.COUNT: Duty(packing.count),
        packing.PICK: Duty(packing.pick),
        packing.PACK: Duty(packing.pack),
        shipping.SHIP: Duty(shipping.ship),
        shipping.FOLLOW: Duty(homecoming.follow),
        homecoming.INSPECT: Duty(homecoming.inspect),
        homecoming.INSPECT_RETURN: Duty(homecoming.inspect_return),
    },
    fidelity={**desk.FIDELITY, **order_desk.FIDELITY},
    described=DESCRIBED,
    switches=settings.SWITCHES,
    guesses=(
        "The warehouse counts a supply in 6 hours, packs in 2, ships at 18:00 Moscow time and inspects what comes back "
        "in 3; its boxes and these hours are ours.",
    ),
    magic={
        "delivery.comment of a warehouse order: [story: NAME]": "its parcel lives that story, as an order of "
        "Otpravka with this comment does",
    },
)
