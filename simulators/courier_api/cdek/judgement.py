"""The asynchronous step after an order was taken in: everything that is wrong with it, all at once.

Wire contract: `courier_api` §1.5.2, §2.8, §2.10. Which of these checks the carrier makes at once and which later is
documented for duplicates only; the rest follow the codes' names: `v2_…` at once, the others here (inferred). That equal
articles of a package may be renamed instead (a switch): the vendor's OpenAPI description (as stored in GitHub
wishboxcdek).
"""

from collections.abc import Callable, Iterator

from ...core.parcel import Parcel, Revoked, Scan
from ...core.world import World
from . import settings
from .envelope import Error
from .geography import City, cities
from .offices import KIND_AT, Office, office
from .prices import Load, billed_g, offer
from .records import BY_SHOP_NUMBER, Item, Order, order_of
from .statuses import ENDS
from .tariffs import TARIFFS
from .wire_values import vat_inside

SPELLED_SO = "error_validate_tariff_not_supported_for_this_drirection"  # sic
CASH_METHOD = "error_validate_method_of_payment_receiver_city_limit_payment_exceeded"
VAT_TOLERANCE_MINOR = 1

Check = Callable[[World, Order], Iterator[Error]]


def errors_of(world: World, order: Order) -> tuple[Error, ...]:
    """Return every error of a pending order; empty when it can be registered. Changes nothing."""
    return tuple(dict.fromkeys(error for check in CHECKS for error in check(world, order)))


def origin_of(order: Order) -> City | None:
    return city_of(order.origin, order.shipment_point)


def target_of(order: Order) -> City | None:
    return city_of(order.target, order.delivery_point)


def ends_of(order: Order) -> tuple[City | None, City | None]:
    return origin_of(order), target_of(order)


def city_of(code: int, point: str) -> City | None:
    """Return the city of an end: that of the office when one is named, else that with the code."""
    found = office(point) if point else None
    return found.city if found else cities().get(code)


def loads_of(order: Order) -> list[Load]:
    return [Load(package.weighed_g or package.mass_g, package.sides_cm) for package in order.packages]


def to_collect_minor(order: Order) -> int:
    """Return what the recipient is to pay for the whole order."""
    return sum(item.payment_minor * item.amount for item in order.items) + order.to_collect_minor


def live_scans(parcel: Parcel) -> list[Scan]:
    """Return the scans that were not withdrawn, in the order of their recording."""
    gone = {fact.revokes for fact in parcel.facts if isinstance(fact, Revoked)}
    return [fact for fact in parcel.facts if isinstance(fact, Scan) and fact.sequence not in gone]


def _number_is_left(world: World, order: Order) -> Iterator[Error]:
    if not order.cdek_number and settings.choice(world, "number_range") == "exhausted":
        yield Error("v2_internal_error", "Internal error")


def _number_is_free(world: World, order: Order) -> Iterator[Error]:
    if order.kind != 1 or order.number == order.uuid:
        return
    for uuid in world.store.get(BY_SHOP_NUMBER, order.number) or ():
        other = order_of(world, uuid)
        if uuid == order.uuid or other.role or other.state != "CREATED":
            continue
        if not any(scan.code in ENDS for scan in live_scans(world.parcel(uuid))):
            yield Error(
                "error_validate_im_dep_number_has_already_had_integration",
                f"Заказ с номером {order.number} уже зарегистрирован",
            )
            return


def _places_are_known(world: World, order: Order) -> Iterator[Error]:
    if origin_of(order) is None:
        yield Error("shipment_location_is_not_recognized", "Не удалось определить место отправления")
    if target_of(order) is None:
        yield Error("delivery_location_is_not_recognized", "Не удалось определить место доставки")


def _tariff_runs_there(world: World, order: Order) -> Iterator[Error]:
    start, end = origin_of(order), target_of(order)
    known = TARIFFS.get(order.tariff)
    if known is None or (start and end and not _runs(order, start, end)):
        yield Error(SPELLED_SO, f"Тариф {order.tariff} не поддерживается по данному направлению")


def _runs(order: Order, start: City, end: City) -> bool:
    family, mode = TARIFFS[order.tariff]
    if family.order_type not in (0, order.kind) or (family.extra and family.extra not in order.extra_types):
        return False
    found = office(order.delivery_point) if order.delivery_point else None
    if found and mode.target in KIND_AT and found.kind != KIND_AT[mode.target]:
        return False
    return offer(order.tariff, start, end, []) is not None


def _mass_is_carried(world: World, order: Order) -> Iterator[Error]:
    if order.tariff in TARIFFS:
        family, _ = TARIFFS[order.tariff]
        if any(package.mass_g > family.mass_max_g for package in order.packages):
            yield Error("ve_package_weight_too_large", f"Вес места больше {family.mass_max_g} г")
        if sum(package.mass_g for package in order.packages) < family.mass_min_g:
            yield Error(SPELLED_SO, f"Тариф {order.tariff} действует от {family.mass_min_g} г")
    for point in (order.shipment_point, order.delivery_point):
        found = office(point) if point else None
        if found is not None:
            yield from _refused_at(found, order)


def takes(found: Office, order: Order) -> bool:
    """Tell whether an office handles parcels of these masses and sides."""
    return not any(_refused_at(found, order))


def _refused_at(found: Office, order: Order) -> Iterator[Error]:
    """Sides have no code in the contract: that of the mass is told, with words of sides (guessed).

    The mass at an office is the billed one; a locker, which tells its sides, weighs the goods alone.
    """
    for load in loads_of(order):
        mass_g = load.mass_g if found.locker else billed_g(load)
        if not found.mass_min_g <= mass_g <= found.mass_max_g:
            yield Error("ERR_PVZ_WEIGHT_LIMIT", f"Вес места вне допустимого для {found.code}")
        if found.sides_most_cm and load.sides_cm and not found.holds(load.sides_cm):
            most, sides = ("×".join(map(str, sides)) for sides in (found.sides_most_cm, load.sides_cm))
            yield Error("ERR_PVZ_WEIGHT_LIMIT", f"{found.code} принимает места до {most} см, найдено {sides} см")


def _cash_is_taken_there(world: World, order: Order) -> Iterator[Error]:
    amount_minor, end = to_collect_minor(order), target_of(order)
    if not amount_minor or end is None or end.payment_limit < 0:
        return
    if end.payment_limit == 0:
        yield Error(CASH_METHOD, f"{end.name}: наложенный платёж не принимается")
    elif amount_minor > end.payment_limit * 100:
        yield Error(
            "error_validate_receiver_city_cash_limit", f"{end.name}: наложенный платёж не больше {end.payment_limit}"
        )


def _packages_are_told_apart(world: World, order: Order) -> Iterator[Error]:
    numbers = [package.number for package in order.packages]
    if len(set(numbers)) < len(numbers):
        yield Error("error_validate_package_number_not_unique", "Номера мест заказа должны различаться")
    for package in order.packages:
        articles = [item.ware_key for item in package.items]
        if len(set(articles)) < len(articles) and settings.choice(world, "equal_articles") == "refused":
            yield Error("error_validate_good_article_is_not_unique", f"Артикулы места {package.number} повторяются")


def _vat_fits(world: World, order: Order) -> Iterator[Error]:
    rates: dict[str, int | None] = {}
    for item in order.items:
        if not _vat_of_item_fits(item):
            yield Error("error_validate_good_vat_rate_summ_not_appropriate", f"{item.ware_key}: сумма НДС не по ставке")
        if rates.setdefault(item.ware_key, item.payment_vat_rate) != item.payment_vat_rate:
            yield Error("error_validate_good_vat_rate_diff", f"{item.ware_key}: разные ставки НДС")


def _vat_of_item_fits(item: Item) -> bool:
    """VAT is inside the price of a piece, half up; a kopeck of rounding is let pass."""
    if item.payment_vat_rate is None or item.payment_vat_minor is None:
        return True
    exact_minor = vat_inside(item.payment_minor, item.payment_vat_rate)
    return abs(exact_minor - item.payment_vat_minor) <= VAT_TOLERANCE_MINOR


def _gross_is_not_less(world: World, order: Order) -> Iterator[Error]:
    for item in order.items:
        if item.gross_g is not None and item.gross_g < item.mass_g:
            yield Error(
                "error_validate_good_gros_weight_less_than_net_weight", f"{item.ware_key}: вес брутто меньше нетто"
            )


def _services_fit(world: World, order: Order) -> Iterator[Error]:
    codes = {charge.code for charge in order.services}
    if "BAN_ATTACHMENT_INSPECTION" in codes:
        for other in ("PART_DELIV", "TRYING_ON"):
            if other in codes:
                yield Error(
                    f"err_addservice_ban_attachment_inspection_incompatible_{other.lower()}",
                    f"Запрет осмотра вложения несовместим с {other}",
                )
    if "PART_DELIV" in codes and order.pieces < 2:
        yield Error("ve_as_part_deliv_count", "Частичная доставка возможна от двух единиц товара")


def _locker_fits(world: World, order: Order) -> Iterator[Error]:
    found: Office | None = office(order.delivery_point) if order.delivery_point else None
    if found is None or found.kind != "POSTAMAT":
        return
    if len(order.packages) > 1:
        yield Error("error_validate_postamat_package_count", "В постамат доставляется одно место")
    if any(charge.code == "PART_DELIV" for charge in order.services):
        yield Error("error_validate_delivery_detail_postamat_part_delivery", "Частичная доставка в постамат невозможна")


def _way_back_runs(world: World, order: Order) -> Iterator[Error]:
    start, end = origin_of(order), target_of(order)
    if order.echo.get("has_reverse_order") and start and end and order.tariff in TARIFFS:
        yield from no_way_back(order.tariff, start, end)


def no_way_back(tariff: int, start: City, end: City) -> tuple[Error, ...]:
    """Return why no reverse order can be attached to one of this tariff; empty when one can.

    A locker gives nothing back at hand-over, and nothing goes back over a border of the union (ours).
    """
    family, mode = TARIFFS[tariff]
    if mode.target == "locker":
        return (Error("ie_reverse_mode_not_supported", f"Реверс для режима {mode.name} не поддерживается"),)
    if family.abroad or offer(tariff, start, end, []) is None:
        return (Error("ve_reverse_tariff_not_available", f"Реверс по тарифу {tariff} недоступен"),)
    return ()


CHECKS: tuple[Check, ...] = (
    _number_is_left,
    _number_is_free,
    _places_are_known,
    _tariff_runs_there,
    _mass_is_carried,
    _cash_is_taken_there,
    _packages_are_told_apart,
    _vat_fits,
    _gross_is_not_less,
    _services_fit,
    _locker_fits,
    _way_back_runs,
)
