"""Deleting a sending, and changing what may still be changed in its state.

Wire contract: `courier_api` §4 `cancelInvoice`, `updateInvoice`; which state allows which field is the vendor's own
table as a public wrapper restates it. `rejectInvoice` is known by its name and its request only.
"""

from collections.abc import Callable

from ...core.parcel import Cancelled, Step
from ...core.world import World
from ...wire.call import Answer, Call
from . import journeys
from .body import Fields, document
from .errors import OK, UNEXPECTED, Operations, Refused, json
from .lives import scan
from .lookup import one_named, state
from .postamats import postamats
from .prices import zone
from .records import Sending, changed
from .sending_fields import ON_DELIVERY, phone_of
from .sendings import cost_minor
from .statuses import ACCEPTED, BEFORE_ACCEPTANCE, IN_LOCKER, ON_ROUTE, RECEIVED, REGISTERED, WITH_COURIER

IN_DEPOT = 106
TO_THE_LOCKER = BEFORE_ACCEPTANCE | {ACCEPTED, IN_DEPOT, ON_ROUTE, WITH_COURIER, IN_LOCKER}
PERSON = TO_THE_LOCKER | {RECEIVED}
WAY_OPEN = BEFORE_ACCEPTANCE | {IN_DEPOT, ON_ROUTE, WITH_COURIER}  # another locker can still be reached

routes = Operations()


@routes.post("/cancelInvoice")
def cancel_invoice(call: Call) -> Answer:
    """Delete a sending that was only registered."""
    return _done(call, _delete)


@routes.post("/rejectInvoice")
def reject_invoice(call: Call) -> Answer:
    """Give up handing a sending over and bring it back."""
    return _done(call, _reject)


def _done(call: Call, act: Callable[[World, Sending], None]) -> Answer:
    try:
        act(call.world, one_named(call.world, document(call)))
    except Refused as refused:
        return json({"Result": False, "Error": refused.message, "ErrorCode": UNEXPECTED})
    return json({"Result": True, "Error": None, "ErrorCode": OK})


def _delete(world: World, sending: Sending) -> None:
    row = state(world, sending)
    if row.code != REGISTERED:
        raise Refused(UNEXPECTED, f"Удаление возможно только в статусе 101, отправление в статусе {row.code}")
    parcel = world.travel(world.parcel(sending.id), ())
    world.happen(parcel, Cancelled(world.now_ms))


def _reject(world: World, sending: Sending) -> None:
    row = state(world, sending)
    if row.code not in TO_THE_LOCKER or row.code in BEFORE_ACCEPTANCE:
        raise Refused(UNEXPECTED, f"Отказ возможен в статусах 105-109, отправление в статусе {row.code}")
    parcel = scan(world, world.parcel(sending.id), Step(0, "114", reason="Отказ отправителя"))
    world.travel(parcel, journeys.way_back(world, parcel))


# -- changing fields


@routes.post("/updateInvoice")
def update_invoice(call: Call) -> Answer:
    """Change fields of a sending; each is told apart, done or not."""
    world, fields = call.world, document(call)
    sending = one_named(world, fields)
    results = []
    for key, change in CHANGES.items():
        if not fields.has(key):
            continue
        try:
            sending = change(world, sending, fields, key)
        except Refused as refused:
            results.append({"FieldName": key, "Updated": False, "Comment": refused.message})
        else:
            results.append({"FieldName": key, "Updated": True, "Comment": ""})
    return json({"InvoiceNumber": sending.number, "GCInvoiceNumber": sending.sender_code, "Results": results})


def _allowed(world: World, sending: Sending, allowed: frozenset[int], key: str) -> int:
    code = state(world, sending).code
    if code not in allowed:
        raise Refused(UNEXPECTED, f"Поле {key} нельзя изменить в статусе {code}")
    return code


def _postamat(world: World, sending: Sending, fields: Fields, key: str) -> Sending:
    """Send it to another locker; once it is on its way, to one in the same region."""
    code = _allowed(world, sending, WAY_OPEN, key)
    point = postamats().get(fields.text(key, most=8))
    if point is None:
        raise fields.wrong(key, fields.raw(key), "такого постамата нет")
    here = postamats()[sending.postamat].city
    if code not in BEFORE_ACCEPTANCE and zone(here, point.city):
        raise Refused(UNEXPECTED, f"В статусе {code} постамат можно изменить только в том же регионе")
    if any(place.mass_g > point.mass_most_g for place in sending.places):
        raise Refused(UNEXPECTED, f"Отправление тяжелее {point.mass_most_g // 1000} кг")
    sending = changed(world, sending, postamat=point.number)
    return changed(world, sending, cost_minor=cost_minor(world, sending))


def _phone(world: World, sending: Sending, fields: Fields, key: str) -> Sending:
    _allowed(world, sending, TO_THE_LOCKER, key)
    return changed(world, sending, phone=phone_of(fields, key))


def _recipient(world: World, sending: Sending, fields: Fields, key: str) -> Sending:
    _allowed(world, sending, PERSON, key)
    return changed(world, sending, recipient=fields.text(key, most=150))


def _email(world: World, sending: Sending, fields: Fields, key: str) -> Sending:
    _allowed(world, sending, PERSON, key)
    return changed(world, sending, email=fields.text(key, most=256))


def _sum(world: World, sending: Sending, fields: Fields, key: str) -> Sending:
    """Change what is to be collected; a paid sending stays one, and one to be paid for too."""
    _allowed(world, sending, TO_THE_LOCKER, key)
    minor = fields.minor(key)
    if (sending.postage_type == ON_DELIVERY) != (minor > 0):
        raise fields.wrong(key, fields.raw(key), f"не подходит для PostageType {sending.postage_type}")
    return changed(world, sending, sum_minor=minor)


CHANGES: dict[str, Callable[[World, Sending, Fields, str], Sending]] = {
    "PostamatNumber": _postamat,
    "Phone": _phone,
    "RecipientName": _recipient,
    "Email": _email,
    "Sum": _sum,
}
