"""Reading back what was accepted: an extension of ours, so that every write can be seen through another operation.

No such call is known of the carrier. A consignment is told whole: notifications, their texts and control options too.
"""

import msgspec

from ...wire.call import Answer, Call
from .access import LABEL_SCOPES
from .answers import Operations, json
from .consignment import CONSIGNMENTS, Consignment
from .names import CARRIER
from .swiss_time import moment

OURS = "/parcelproof/v1"
MOST = 100

routes = Operations()


def _told(found: Consignment) -> dict[str, object]:
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
    }


@routes.get(f"{OURS}/consignments/{{identCode}}", scopes=LABEL_SCOPES)
def read_consignment(call: Call) -> Answer:
    """Tell a consignment as it was accepted; of a number used again, the newest."""
    key = call.params["identCode"].replace(".", "").upper()
    parcel = call.world.by_number(CARRIER, key)
    found = None if parcel is None else call.world.store.get(CONSIGNMENTS, parcel.id)
    if found is None:
        return json({"status": 404, "code": "UNKNOWN", "message": f"There is no consignment {key[:60]}."}, 404)
    return json(_told(found))


@routes.get(f"{OURS}/consignments", scopes=LABEL_SCOPES)
def list_consignments(call: Call) -> Answer:
    """List the newest consignments, newest first."""
    total = call.world.store.count(CONSIGNMENTS)
    found = call.world.store.records(CONSIGNMENTS, max(0, total - MOST))
    return json({"total": total, "consignments": [_told(one) for one in reversed(found)]})
