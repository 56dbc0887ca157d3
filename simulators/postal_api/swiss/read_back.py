"""Reading back what was accepted: an extension of ours, so that every write can be seen through another operation.

No such call is known of the carrier. A consignment is told whole: notifications, their texts and control options too.
"""

import msgspec

from ...core.world import World
from ...wire.call import Answer, Call
from .access import LABEL_SCOPES
from .answers import Operations, json
from .consignment import CONSIGNMENTS, Consignment
from .names import CARRIER
from .notifying.records import Sent, noticed_of
from .notifying.words import done
from .swiss_time import moment

OURS = "/parcelproof/v1"
MOST = 100

routes = Operations()


def _told(world: World, found: Consignment) -> dict[str, object]:
    return {
        "identCode": found.ident_code,
        "way": found.way,
        "madeAt": moment(found.made_ms),
        "leg": found.leg,
        "isReturn": found.is_return,
        "notificationSenderName": found.sender_name,
        "warnings": list(found.warnings),
        "addressLines": list(found.lines),
        "shipment": msgspec.to_builtins(found.shipment),
        "notices": [_sent(one) for one in noticed_of(world, found.id).sent],
        **instruction(world, found),
    }


def _sent(one: Sent) -> dict[str, object]:
    """Return a notice that was sent; a notice of the recipient's own choice does not tell its address to the sender."""
    to = {} if one.own else {"to": one.to}
    return {"service": one.kind, "occurrence": one.occurrence, "sentAt": moment(one.at_ms), "own": one.own, **to}


def instruction(world: World, found: Consignment) -> dict[str, object]:
    """Return the control option that a recipient used, if he did: how the sender sees it (NTF-144) is ours."""
    choice = noticed_of(world, found.id).choice
    if choice is None:
        return {}
    text, given_at = done(choice, found.shipment.language), moment(choice.at_ms)
    used = {"option": choice.option, "text": text, "givenAt": given_at, "details": dict(choice.details)}
    return {"deliveryInstruction": used}


def unknown(key: str) -> Answer:
    return json({"status": 404, "code": "UNKNOWN", "message": f"There is no consignment {key[:60]}."}, 404)


@routes.get(f"{OURS}/consignments/{{identCode}}", scopes=LABEL_SCOPES)
def read_consignment(call: Call) -> Answer:
    """Tell a consignment as it was accepted; of a number used again, the newest."""
    key = call.params["identCode"].replace(".", "").upper()
    parcel = call.world.by_number(CARRIER, key)
    found = None if parcel is None else call.world.store.get(CONSIGNMENTS, parcel.id)
    if found is None:
        return unknown(key)
    return json(_told(call.world, found))


@routes.get(f"{OURS}/consignments", scopes=LABEL_SCOPES)
def list_consignments(call: Call) -> Answer:
    """List the newest consignments, newest first."""
    total = call.world.store.count(CONSIGNMENTS)
    found = call.world.store.records(CONSIGNMENTS, max(0, total - MOST))
    return json({"total": total, "consignments": [_told(call.world, one) for one in reversed(found)]})
