"""Taking orders in, changing and deleting them. An order is taken in whole or not at all.

Wire contract: `postal_api_russia` §2.1, §2.2, §2.19.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ....core.parcel import Booked, Parcel
from ....core.world import NUMBERS, PARCELS, World
from .. import lives, numbers
from ..names import OTPRAVKA
from ..offers.coverage import lacking
from ..records import BY_GROUP, BY_NUMBER, Order, changed, find_order, keep
from ..tariff.prices import NoTariff, Price, Trouble
from .account import SWITCHES, account_now, has_defaults
from .codes import TEXTS, Wrong, wrong
from .judgement import judged
from .postmarks import postmarks
from .pricing import priced, rates_of
from .products import GROUPED

FIRST_ID = 2_300_000_000  # ids had ten digits in 2026
ALIKE = ("mail-type", "mail-category", "mail-direct", "index-to", "str-index-to", "postoffice-code")  # within a group


class Unfit(Exception):
    """An order cannot be taken in; nothing changed."""

    def __init__(self, wrongs: list[Wrong]) -> None:
        self.wrongs = wrongs
        super().__init__(", ".join(found.code for found in wrongs))


def take_in(
    world: World,
    fields: dict[str, Any],
    *,
    office_needed: bool = False,
    fits: Callable[[Order], str] | None = None,
) -> Order:
    """Make an order in the folder "new", with its number.

    With `fits` it is made for a batch: that tells the code of why it does not fit, "" where it does.

    Raises:
        Unfit: with everything that is wrong.
    """
    draft = _filled(world, Order(0, "", fields, world.now_ms), office_needed=office_needed)
    ready = _ready(world, draft, office_needed=office_needed)
    if fits is not None and (code := fits(ready)):
        raise Unfit([wrong(code)])
    at_once = fits is not None or SWITCHES.choice(world, "number_in_new") == "at-once"
    _refuse_without_numbers(world, ready)
    order = replace(ready, id=FIRST_ID + world.count("russian_post.order"))
    keep(world, order)
    parcel = world.add(Parcel(order.parcel_id, OTPRAVKA, "", order.order_num))
    world.happen(parcel, Booked(world.now_ms))
    keep_names(world, order)
    return numbered(world, order) if at_once else order


def change(world: World, order: Order, fields: dict[str, Any]) -> Order:
    """Put other fields in the place of an order's; its version grows. Another row of numbers gives another number.

    Raises:
        Unfit.
    """
    draft = _filled(world, replace(order, fields=fields), office_needed=True)
    ready = _ready(world, draft, office_needed=True)
    row_before, row = _row(order), _row(ready)
    if row != row_before and order.barcode:
        _refuse_without_numbers(world, ready)
    forget_names(world, order)
    kept = keep(world, replace(ready, version=order.version + 1))
    parcel = replace(world.parcel(kept.parcel_id), reference=kept.order_num)
    world.store.put(PARCELS, parcel.id, parcel)
    keep_names(world, kept)
    if row != row_before and order.barcode:
        world.store.drop(NUMBERS, f"{OTPRAVKA}/{order.barcode}")
        return numbered(world, changed(world, kept, barcode=""))
    return kept


def delete(world: World, order: Order) -> None:
    """Delete an order; its number is never used again."""
    forget_names(world, order)
    changed(world, order, deleted=True, batch="")
    lives.called_off(world, world.parcel(order.parcel_id))


def numbered(world: World, order: Order) -> Order:
    """Give an order its number, if it has none yet: the first thing that tracking sees."""
    if order.barcode:
        return order
    barcode = numbers.issue(world, _row(order))
    order = changed(world, order, barcode=barcode)
    world.add(replace(world.parcel(order.parcel_id), number=barcode))
    lives.number_assigned(world, world.parcel(order.parcel_id))
    return order


def _row(order: Order) -> str:
    return numbers.row_of(order.mail_type, order.mail_category, abroad=order.is_abroad)


def _filled(world: World, order: Order, *, office_needed: bool) -> Order:
    """Return an order with what the service fills in itself: the office (version 1), ways of paying and carrying."""
    points = account_now(world).points
    fields = {**({"payment-method": "CASHLESS"} if has_defaults(world) else {}), **order.fields}
    if points and not office_needed:
        fields.setdefault("postoffice-code", points[0])
    if order.recipient:
        fields.setdefault("recipient-name", order.recipient)
    return replace(order, fields=fields)


def _ready(world: World, order: Order, *, office_needed: bool) -> Order:
    """Return an order with its price and marks.

    Raises:
        Unfit.
    """
    wrongs = judged(world, order, office_needed=office_needed)
    wrongs += _uncovered(world, order) if not wrongs else []
    wrongs += _grouping(world, order) if not wrongs else []
    if wrongs:
        raise Unfit(wrongs)
    found = _priced(world, order)
    return replace(
        order,
        fields={**order.fields, "transport-type": order.text("transport-type") or found.transport},
        rates=rates_of(found),
        days=(found.days_min, found.days_max),
        weight_pay_g=found.weight_pay_g,
        postmarks=postmarks(order, oversize=found.oversize),
    )


def _priced(world: World, order: Order) -> Price:
    try:
        return priced(world, order)
    except NoTariff as error:
        code = "ILLEGAL_INDEX_TO" if error.trouble is Trouble.WRONG_DESTINATION else "TARIFF_ERROR"
        raise Unfit([Wrong(code, TEXTS[code], error.text)]) from error


def _uncovered(world: World, order: Order) -> list[Wrong]:
    """Return what the offer that the account joined does not cover."""
    code = lacking(world, order.mail_type, order.mail_category, abroad=order.is_abroad)
    return [wrong(code, "Услуга не подключена")] if code else []


def _grouping(world: World, order: Order) -> list[Wrong]:
    """Judge whether an order fits the others of its multi-piece shipment."""
    if not order.flag("add-to-mmo"):
        return []
    if not order.group:
        return [wrong("GROUPING_TO_MMO_ERROR", "Не указано наименование группы")]
    if order.mail_type not in GROUPED:
        return [wrong("GROUPING_TO_MMO_ERROR", order.mail_type)]
    others = [found for found in of_group(world, order.group) if found.id != order.id]
    for name in ALIKE:
        if any(found.fields.get(name) != order.fields.get(name) for found in others):
            return [wrong("GROUPING_TO_MMO_ERROR", name)]
    return []


def _refuse_without_numbers(world: World, order: Order) -> None:
    if not numbers.left(world, _row(order)):
        raise Unfit([wrong("BARCODE_ERROR", "Исчерпан диапазон ШПИ")])


# -- indexes by the shop's own names


def keep_names(world: World, order: Order) -> None:
    """Let an order be found by the shop's number and by its group."""
    for kind, key in ((BY_NUMBER, order.order_num), (BY_GROUP, order.group)):
        if key:
            world.store.put(kind, key, (*(world.store.get(kind, key) or ()), order.id))


def forget_names(world: World, order: Order) -> None:
    """Let an order be found by neither: before it is deleted, or before either changes."""
    for kind, key in ((BY_NUMBER, order.order_num), (BY_GROUP, order.group)):
        if key and (rest := tuple(found for found in world.store.get(kind, key) or () if found != order.id)):
            world.store.put(kind, key, rest)
        elif key:
            world.store.drop(kind, key)


def of_number(world: World, number: str) -> list[Order]:
    """Return the orders with the shop's number, oldest first."""
    return _listed(world, world.store.get(BY_NUMBER, number) or ())


def of_group(world: World, group: str) -> list[Order]:
    return _listed(world, world.store.get(BY_GROUP, group) or ())


def join_group(world: World, order: Order, group: str) -> Order:
    """Put an order into a group by name."""
    forget_names(world, order)
    order = changed(world, order, fields={**order.fields, "group-name": group})
    keep_names(world, order)
    return order


def _listed(world: World, ids: tuple[int, ...]) -> list[Order]:
    found = (find_order(world, one) for one in ids)
    return [order for order in found if order is not None]
