"""Money taken from addressees, and how the post passes it on: money orders, listed in a registry.

Wire contract: `postal_api_russia` §7: no REST call lists transfers; a registry is agreed by contract. Its layout is
ours, as the contract suggests. Postage is charged by acts and never deducted here.
"""

from ...core.parcel import Collected, Parcel
from ...core.world import World
from ...wire.bad_days import BadDay
from ...wire.paydesk import Line, Outcome, PayDesk, Pieces, switches
from .names import OTPRAVKA
from .records import Order, order_of
from .settings import Switches

CURRENCY = "RUB"
FOREIGN = "80099999999990"  # of a prefix that no account has


def collected_minor(parcel: Parcel) -> int:
    """Return what was taken from the addressee and not given back."""
    return sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected))


def lines_of(world: World, parcel: Parcel) -> tuple[Line, ...]:
    """Return the one line of an item whose money was taken; none where none was."""
    order, minor = order_of(world, parcel.id), collected_minor(parcel)
    return (_line(world, order, parcel, minor),) if minor else ()


def ahead(world: World, parcel: Parcel) -> tuple[Line, ...]:
    """Return the line of an item on its way as if it had been handed over and paid."""
    order = order_of(world, parcel.id)
    return (_line(world, order, parcel, order.payment_minor),) if order.payment_minor else ()


def _line(world: World, order: Order, parcel: Parcel, minor: int) -> Line:
    return DESK.line(
        world,
        order.barcode,
        Outcome.DELIVERED,
        collected_minor=minor,
        order=order.order_num,
        parcel=parcel.id,
        items=_pieces(order),
        at_ms=world.now_ms,
    )


def _pieces(order: Order) -> tuple[Pieces, ...]:
    found: dict[str, int] = {}
    for item in (order.fields.get("goods") or {}).get("items") or []:
        name = item.get("item-number") or item.get("good-id") or item.get("description") or ""
        found[name] = found.get(name, 0) + max(int(item.get("quantity") or 0), 0)
    return tuple(Pieces(name, pieces, 0) for name, pieces in found.items())


# A registry of transfers holds neither costs of the post's own nor calls of its couriers.
NOT_READ = ("registry_below_zero", "pickup_cost_minor")
SWITCHES = Switches(
    choices={name: values for name, values in switches.CHOICES.items() if name not in NOT_READ},
    numbers={name: values for name, values in switches.NUMBERS.items() if name not in NOT_READ},
    also={name: switches.ALLOWED[name] for name in switches.LISTED},
    also_listed=switches.LISTED,
)
DESK = PayDesk(carrier=OTPRAVKA, lines=lines_of, ahead=ahead, foreign=FOREIGN, first_number=5_001)
BAD_DAYS: dict[str, BadDay] = {name: day for name, day in DESK.bad_days.items() if not {*NOT_READ} & {*day.settings}}
