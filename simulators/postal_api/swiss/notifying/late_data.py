"""Notification data that come after the label.

The carrier takes them through DataTransfer, whose grammar is not known: a call of ours takes them, and so do lines of
the drop folder (`..ways.drop_folder`). The data are judged as those of a label are, and kept with the consignment.
Kinds whose occasion is past are told by a warning and never sent (NTF-130, NTF-131).
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from ....core.world import World
from ....wire.call import Answer, Call
from .. import account, judgement_account, judgement_notices, settings
from ..access import LABEL_SCOPES
from ..answers import Operations, json, schema_faults
from ..case import REST, Case, Way
from ..consignment import CONSIGNMENTS, Consignment, keep
from ..fields import Faults, Fields, Unreadable, document
from ..messages import told
from ..names import CARRIER
from ..read_back import OURS, unknown
from ..reading import notification
from ..services import sort_out
from ..shipment import Notification
from . import rules, telling

NOTIFICATIONS_MOST = 15

routes = Operations()


@routes.post(f"{OURS}/consignments/{{identCode}}/notifications", scopes=LABEL_SCOPES)
def add_notifications(call: Call) -> Answer:
    """Take notification data of a consignment that has its label already."""
    key = key_of(call.params["identCode"])
    found = newest(call.world, key)
    if found is None:
        return unknown(key)
    try:
        return json(taken(call.world, found, document(call.body), REST, call.credential))
    except Unreadable as unreadable:
        return schema_faults(unreadable.faults)


def key_of(ident_code: str) -> str:
    """Return an ident code as it is looked for: without dots, in capitals."""
    return ident_code.replace(".", "").upper()


def newest(world: World, key: str) -> Consignment | None:
    """Return the consignment of an ident code, the newest where the number was used again."""
    parcel = world.by_number(CARRIER, key)
    return None if parcel is None else world.store.get(CONSIGNMENTS, parcel.id)


def taken(world: World, found: Consignment, body: Mapping[str, Any], way: Way, user: str) -> dict[str, Any]:
    """Take the member `notification` of a body, tell whom it concerns, and return what is told of it.

    Raises:
        Unreadable: the body does not fit the schema; nothing was done.
    """
    case = _judged(world, found, _read(world, found, body), way, user)
    language = found.shipment.language
    if case.errors:
        return {"identCode": found.ident_code, "errors": told(case.errors, language)}
    before, parcel = len(found.shipment.item.notification), world.parcel(found.id)
    late = rules.too_late((one.kind for one in case.notifications[before:]), parcel, now_ms=world.now_ms)
    if late:
        case.warn("W2027", ", ".join(map(str, late)))
    kept = keep(world, msgspec.structs.replace(found, shipment=case.carried_out()))
    telling.data_came_later(world, kept, parcel, late)
    warnings = {"warnings": told(case.warnings, language)} if case.warnings else {}
    return {"identCode": kept.ident_code, "notifications": len(case.notifications), **warnings}


def _read(world: World, found: Consignment, body: Mapping[str, Any]) -> tuple[Notification, ...]:
    """Return the notifications of a body.

    Raises:
        Unreadable: they do not fit the schema, or are too many for one consignment.
    """
    faults = Faults()
    rows = Fields(body, faults).rows("notification", NOTIFICATIONS_MOST)
    read = tuple(notification(row, apart=settings.apart(world)) for row in rows)
    most = NOTIFICATIONS_MOST - len(found.shipment.item.notification)
    if not faults and most <= 0:
        faults.add(
            "notification", f"the consignment has {NOTIFICATIONS_MOST} notifications already, and can have no more"
        )
    elif not faults and not 0 < len(read) <= most:
        faults.add("notification", f"size must be between 1 and {most}", len(read))
    if faults:
        raise Unreadable(faults)
    return read


def _judged(world: World, found: Consignment, added: tuple[Notification, ...], way: Way, user: str) -> Case:
    """Return what there is to say of the old and the new data together."""
    replace, before = msgspec.structs.replace, found.shipment.item
    item = replace(before, notification=(*before.notification, *added))
    shipment = replace(found.shipment, item=item)
    case = Case(world, account.of(world), shipment, sort_out(item.attributes.przl), way, user)
    judgement_account.customer(case)
    judgement_notices.judge(case)
    return case
