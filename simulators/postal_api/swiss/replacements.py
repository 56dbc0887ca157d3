"""`generateReplacementLabel`: an exchange, whose two to four labels are made in one call or not at all.

Wire contract: `postal_api_swiss` §8: legs `sendReplacement` and `returnToWarehouse` (both required), `sendRepaired`,
`returnReplacement`; one notification for the two outgoing legs; per leg `identcode`, `imageFileType`, `label`. Names of
the rest follow the label call. The sender of a return leg is the recipient of the leg that sends.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from ...wire.call import Answer, Call
from . import account, booking, labels, numbers
from .access import LABEL_SCOPES
from .address_labels import BASE, OLD_BASE
from .answers import Operations, json, schema_faults
from .case import Finding
from .fields import Faults, Unreadable, document
from .judgement import Judgement, judge
from .messages import told
from .reading import read

LEGS = ("sendReplacement", "returnToWarehouse", "sendRepaired", "returnReplacement")
REQUIRED, OUTGOING = LEGS[:2], ("sendReplacement", "sendRepaired")
SENDER_MOST = 25
KIND = 1  # of the notification, where none is named

routes = Operations()


@dataclass(frozen=True, slots=True)
class Leg:
    name: str
    judged: Judgement


@routes.post(f"{BASE}/generateReplacementLabel", aliases=(f"{OLD_BASE}/generateReplacementLabel",), scopes=LABEL_SCOPES)
def generate_replacement_label(call: Call) -> Answer:
    """Make the labels of an exchange, and a consignment for each."""
    try:
        bodies = _bodies(document(call.body))
        shipments = {name: read(body) for name, body in bodies.items()}
    except Unreadable as unreadable:
        return schema_faults(unreadable.faults)
    legs = [Leg(name, judge(call.world, found, user=call.credential)) for name, found in shipments.items()]
    if any(leg.judged.errors for leg in legs):
        return json({leg.name: _refused(leg, leg.judged.errors) for leg in legs})
    if not _enough(call, legs):
        return json({leg.name: _refused(leg, (booking.NO_NUMBER,)) for leg in legs})
    return json({leg.name: _made(call, leg) for leg in legs})


def _bodies(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return each leg as the body of a label call.

    Raises:
        Unreadable: a required leg is missing, or a leg is no object.
    """
    faults = Faults()
    for name in LEGS:
        leg = body.get(name)
        if (leg is None and name in REQUIRED) or not isinstance(leg, dict | None):
            faults.add(name, "must be an object", leg)
    if faults:
        raise Unreadable(faults)
    return {name: _body(body, name) for name in LEGS if body.get(name) is not None}


def _body(body: dict[str, Any], name: str) -> dict[str, Any]:
    leg, note = body[name], body.get("notification")
    rest = {key: value for key, value in body.items() if key not in (*LEGS, "notification", "item")}
    item = {key: leg.get(key) for key in ("recipient", "attributes", "itemID", "itemNumber", "additionalData")}
    if isinstance(note, dict) and name in OUTGOING:
        item["notification"] = [{"service": KIND, **note}]
    if name not in OUTGOING:
        rest["customer"] = _as_sender(body["sendReplacement"].get("recipient"), body.get("customer"))
    return {**rest, "item": item}


def _as_sender(party: Any, otherwise: Any) -> Any:
    """Return a recipient as the sender that a return leg has."""
    if not isinstance(party, dict):
        return otherwise
    person = " ".join(str(party[key]) for key in ("firstName", "name1") if party.get(key))
    street = " ".join(str(party[key]) for key in ("street", "houseNo") if party.get(key)) or party.get("pobox")
    fields = {"name1": person, "street": street, "zip": party.get("zip"), "city": party.get("city")}
    return {key: value[:SENDER_MOST] if isinstance(value, str) else value for key, value in fields.items()}


def _enough(call: Call, legs: list[Leg]) -> bool:
    """Tell whether there is a number for every leg."""
    wanted: dict[str, int] = {}
    for leg in legs:
        basic = leg.judged.chosen.basic
        assert basic is not None
        series = numbers.series(leg.judged.shipment, basic)
        wanted[series] = wanted.get(series, 0) + 1
    holder = account.of(call.world)
    return all(numbers.left(call.world, holder, series, most=number) for series, number in wanted.items())


def _refused(leg: Leg, errors: tuple[Finding, ...]) -> dict[str, Any]:
    rows = told(errors, leg.judged.shipment.language)
    return {"label": [], "errors": rows} if rows else {"label": []}


def _made(call: Call, leg: Leg) -> dict[str, Any]:
    found = booking.take_in(call.world, leg.judged, way="REST replacement", leg=leg.name)
    language = leg.judged.shipment.language
    warnings = {"warnings": told(leg.judged.warnings, language)} if leg.judged.warnings else {}
    picture = b64encode(labels.label(found)).decode("ascii")
    return {"identcode": found.ident_code, "imageFileType": found.file_type.lower(), "label": [picture], **warnings}
