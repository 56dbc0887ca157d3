"""Notification data that come after the label.

The carrier takes them through DataTransfer, whose grammar is not known: this call is an extension of ours. The data are
judged as those of a label are, and kept with the consignment. Kinds whose occasion is past are told by a warning and
never sent (NTF-130, NTF-131).
"""

import msgspec

from ....wire.call import Answer, Call
from .. import account, judgement_notices, settings
from ..access import LABEL_SCOPES
from ..answers import Operations, json, schema_faults
from ..case import REST, Case, Finding
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
    world = call.world
    key = call.params["identCode"].replace(".", "").upper()
    parcel = world.by_number(CARRIER, key)
    found = None if parcel is None else world.store.get(CONSIGNMENTS, parcel.id)
    if parcel is None or found is None:
        return unknown(key)
    try:
        case = _judged(call, found, _read(call, found))
    except Unreadable as unreadable:
        return schema_faults(unreadable.faults)
    language = found.shipment.language
    if case.errors:
        return json({"identCode": found.ident_code, "errors": told(case.errors, language)})
    before = len(found.shipment.item.notification)
    late = rules.too_late((one.kind for one in case.notifications[before:]), parcel, now_ms=world.now_ms)
    if late:
        case.warn("W2027", ", ".join(map(str, late)))
    kept = keep(world, msgspec.structs.replace(found, shipment=case.carried_out()))
    telling.data_came_later(world, kept, parcel, late)
    warnings = {"warnings": told(case.warnings, language)} if case.warnings else {}
    return json({"identCode": kept.ident_code, "notifications": len(case.notifications), **warnings})


def _read(call: Call, found: Consignment) -> tuple[Notification, ...]:
    """Return the notifications of a body.

    Raises:
        Unreadable: they do not fit the schema, or are too many for one consignment.
    """
    faults = Faults()
    rows = Fields(document(call.body), faults).rows("notification", NOTIFICATIONS_MOST)
    read = tuple(notification(row, apart=settings.apart(call.world)) for row in rows)
    most = NOTIFICATIONS_MOST - len(found.shipment.item.notification)
    if not faults and not 0 < len(read) <= most:
        faults.add("notification", f"size must be between 1 and {most}", len(read))
    if faults:
        raise Unreadable(faults)
    return read


def _judged(call: Call, found: Consignment, added: tuple[Notification, ...]) -> Case:
    """Return what there is to say of the old and the new data together."""
    replace, before = msgspec.structs.replace, found.shipment.item
    item = replace(before, notification=(*before.notification, *added))
    shipment = replace(found.shipment, item=item)
    holder = account.of(call.world)
    case = Case(call.world, holder, shipment, sort_out(item.attributes.przl), REST, call.credential)
    if not holder.terms_accepted:
        case.errors.append(Finding("E9998", (call.credential,), "terms"))
    judgement_notices.judge(case)
    return case
