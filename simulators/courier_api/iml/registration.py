"""An order taken in: its numbers, its price, its parcel and the life it will have; and its removal."""

from ...core.parcel import Booked, Parcel, decide_cancel
from ...core.world import NUMBERS, World
from ...wire.moscow import day, plus_days
from . import journeys, prices, settings
from .answers import Refused, Wrong
from .fields import Wish
from .records import BY_SHOP_NUMBER, CARRIER, Order, changed, keep
from .wire_values import new_barcode, place_codes

POST_STEM = "8010"


def take_in(world: World, wish: Wish) -> Order:
    """Register an order.

    Raises:
        Refused: there is no number left for it.
    """
    if settings.choice(world, "number_range") == "exhausted" and not wish.barcode:
        raise Refused(Wrong("BarCode", "BarCode: диапазон штрих-кодов исчерпан, обратитесь к менеджеру"))
    barcode = wish.barcode or new_barcode(world)
    texts = wish.texts
    order = Order(
        id=world.token_hex("iml.order", str(world.count("iml.order"))),
        number=wish.number,
        job=wish.job.code,
        barcodes=place_codes(barcode, wish.places),
        mass_g=wish.mass_g,
        amount_minor=wish.amount_minor,
        value_minor=wish.value_minor,
        start=wish.start.code,
        end=wish.end.code,
        made_ms=world.now_ms,
        delivery_date=wish.delivery_date or _nearest(world, wish),
        items=wish.items,
        point=wish.point.id if wish.point else 0,
        address=texts["Address"] or (wish.point.address if wish.point else ""),
        contact=texts["Contact"],
        phone=texts["Phone"],
        cost_minor=prices.delivery_minor(wish.job, wish.start, wish.end, wish.billed_g)
        + prices.insurance_minor(wish.value_minor),
        post_number=_post_number(world) if wish.job.to == "post" else "",
        echo={name: text for name, text in texts.items() if text and name not in ("Address", "Contact", "Phone")},
    )
    _keep(world, order)
    parcel = world.parcel(order.id)
    world.travel(parcel, journeys.story(world, parcel, journeys.chosen_story(world, order)))
    return order


def _keep(world: World, order: Order) -> None:
    keep(world, order)
    known = world.store.get(BY_SHOP_NUMBER, order.number) or ()
    world.store.put(BY_SHOP_NUMBER, order.number, (*known, order.id))
    world.add(Parcel(order.id, CARRIER, order.barcode, order.number, (Booked(world.now_ms),)))
    for code in order.barcodes[1:]:
        world.store.put(NUMBERS, f"{CARRIER}/{code}", order.id)


def _nearest(world: World, wish: Wish) -> str:
    """Return the day on which the carrier delivers when nobody names one."""
    return plus_days(day(world.now_ms), 1 + prices.DAYS[prices.band(wish.start, wish.end)])


def _post_number(world: World) -> str:
    """Return the postal service's number: fourteen digits, the last a check digit."""
    stem = f"{POST_STEM}{world.count('iml.post'):09}"
    weighted = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(stem))
    return stem + str(-weighted % 10)


def remove(world: World, order: Order) -> Order:
    """Delete an order whose goods have not moved.

    Raises:
        Rejected: MOVED or CANCELLED.
    """
    parcel = world.parcel(order.id)
    cancelled = decide_cancel(parcel, at_ms=world.now_ms)
    world.happen(world.travel(parcel, ()), cancelled)
    return changed(world, order, removed=True)
