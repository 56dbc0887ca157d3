"""Money facts of an order: what was taken for it, what it costs.

Wire contract: `courier_api` §3, "Settlement".
"""

from ...core.parcel import Collected, Parcel
from ...core.status import Status
from ...core.world import World
from ...wire.paydesk import switches
from . import prices
from .records import CARRIER, Order

BACK = frozenset({Status.RETURNING, Status.RETURNED})


def collected_minor(parcel: Parcel) -> int:
    return sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected))


def commission_minor(world: World, taken_minor: int) -> int:
    """Return the carrier's part of money taken."""
    return prices.commission_minor(taken_minor, switches.agent_percent(world, CARRIER))


def full_cost_minor(order: Order, parcel: Parcel) -> int:
    """Return what the order costs in all: half the way again where goods go back."""
    goes_back = parcel.status in BACK or any(item.refused for item in order.items)
    return order.cost_minor + (order.cost_minor // 2 if goes_back else 0)
