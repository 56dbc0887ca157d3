"""The short tariff of Otpravka: what one item costs from one of the account's offices.

Wire contract: `postal_api_russia` §2.8, as recorded in 2026. A failure does not tell its cause here: the public
calculator does (fault F12).
"""

from datetime import date
from typing import Any

from ....wire.call import Answer, Call
from ....wire.moscow import day
from ..answers import BadRequest, Operations, Refused, json, missing
from ..otpravka.account import account_now
from ..otpravka.body import flag, one_order, text, unreadable, whole
from ..tariff.prices import HOME, Amount, Asked, NoTariff, Price, Trouble, price

FAILED = "Ошибка при расчете тарифа"
FLAGS = (
    "completeness-checking", "contents-checking", "courier", "fragile", "functionality-checking", "inventory",
    "partial-redemption", "vsd", "with-electronic-notice", "with-fitting", "with-order-of-notice", "with-simple-notice",
)  # fmt: skip
SIDES = ("length", "width", "height")
CASHLESS = "CASHLESS"

routes = Operations()


@routes.post("/1.0/tariff")
def calculate_tariff(call: Call) -> Answer:
    given = one_order(call)
    try:
        found = price(_asked(call, given))
    except NoTariff as error:
        raise _failed(error) from error
    methods = {name: text(name, given.get(name)) or CASHLESS for name in ("notice-payment-method", "payment-method")}
    return json(_shown(found) | methods)


def _failed(error: NoTariff) -> Refused:
    """Return the bare failure: only that the route is not served is told by a code of its own."""
    code = "CODE_1372" if error.trouble is Trouble.NO_DELIVERY else "UNDEFINED"
    return Refused(400, {"code": "1001", "desc": FAILED, "sub-code": code})


def _asked(call: Call, given: dict[str, Any]) -> Asked:
    kind, category = (_needed(given, name) for name in ("mail-type", "mail-category"))
    mass_g = whole("mass", given.get("mass"))
    if mass_g is None:
        raise BadRequest("Parameter 'mass' is missing")
    on = {name for name in FLAGS if flag(name, given.get(name))}
    if _count(given.get("sms-notice-recipient")):
        on.add("sms-notice-recipient")
    point = text("delivery-point-index", given.get("delivery-point-index"))
    index_to = text("index-to", given.get("index-to")) or ""
    to_point = category.startswith("COMBINED") or kind.startswith("ECOM")
    return Asked(
        mail_type=kind,
        mail_category=category,
        mass_g=mass_g,
        index_from=_from(call, given),
        on=date.fromisoformat(day(call.world.now_ms)),
        index_to=point if point and to_point else index_to,
        country=whole("mail-direct", given.get("mail-direct")) or HOME,
        sides_cm=_sides(given.get("dimension")),
        dimension_type=text("dimension-type", given.get("dimension-type")) or "",
        declared_minor=max(0, whole("declared-value", given.get("declared-value")) or 0),
        transport=text("transport-type", given.get("transport-type")) or "",
        flags=frozenset(on),
    )


def _needed(given: dict[str, Any], name: str) -> str:
    found = text(name, given.get(name))
    if found is None:
        raise BadRequest(f"Parameter '{name}' is missing")
    return found


def _count(found: Any) -> int:
    return int(found) if isinstance(found, bool) else whole("sms-notice-recipient", found) or 0


def _from(call: Call, given: dict[str, Any]) -> str:
    """Return the office that the item is handed in at: one of the account's, the first where none is told."""
    points, told = account_now(call.world).points, text("index-from", given.get("index-from"))
    if told is None and points:
        return points[0]
    if told not in points:
        raise missing("UserShippingPoint", told)
    return told


def _sides(found: Any) -> tuple[int, int, int] | None:
    """Return the three sides; an empty object, or one of which a side is missing, tells none."""
    if not found:
        return None
    if not isinstance(found, dict):
        raise unreadable("dimension is no object")
    sides = [whole(name, found.get(name)) or 0 for name in SIDES]
    return (sides[0], sides[1], sides[2]) if all(side > 0 for side in sides) else None


def _shown(found: Price) -> dict[str, Any]:
    parts = {"ground": found.ground, "avia": found.avia, "insurance": found.insurance, **found.extras}
    total = found.total
    return {
        "delivery-time": {"max-days": found.days_max, "min-days": found.days_min},
        **{f"{name}-rate": _rate(amount) for name, amount in parts.items() if amount.rate_minor},
        "no-counters-coupon": False,
        "tariff-count": 1,
        "tariffAdditionalFieldsJson": {"is-size": int(found.oversize), "weight-pay": found.weight_pay_g},
        "total-rate": total.rate_minor,
        "total-vat": total.vat_minor,
        "with-discount": False,
    }


def _rate(amount: Amount) -> dict[str, int]:
    return {"rate": amount.rate_minor, "vat": amount.vat_minor}
