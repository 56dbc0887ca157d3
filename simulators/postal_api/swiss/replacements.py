"""`generateReplacementLabel`: an exchange, whose two to four labels are made in one call or not at all.

Wire contract: `postal_api_swiss` §8; names follow the Swagger file that a PHP client was generated from:
`customerDetails` with licence, layout, format, `address` and `logo`; legs `sendReplacement` and `returnToWarehouse`
(both required), `sendRepaired`, `returnReplacement`; the outgoing two have a notification of language and medium, which
goes to the recipient's own address. Per leg come `identcode`, `imageFileType`, `label`. That file has no place for
errors: here a leg has `errors` as an item has. The sender of a return leg is the recipient of the leg that sends.
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
from .notices import ORDER_CONFIRMATION
from .reading import read
from .shipment import Shipment

LEGS = ("sendReplacement", "returnToWarehouse", "sendRepaired", "returnReplacement")
REQUIRED, OUTGOING = LEGS[:2], ("sendReplacement", "sendRepaired")
SENDER_MOST = 25
DETAILS = "customerDetails"
LOGO = {
    "image": "logo",
    "format": "logoFormat",
    "rotation": "logoRotation",
    "aspectRatio": "logoAspectRatio",
    "horizontalAlign": "logoHorizontalAlign",
    "verticalAlign": "logoVerticalAlign",
}

routes = Operations()


@dataclass(frozen=True, slots=True)
class Leg:
    name: str
    judged: Judgement


@routes.post(f"{BASE}/generateReplacementLabel", aliases=(f"{OLD_BASE}/generateReplacementLabel",), scopes=LABEL_SCOPES)
def generate_replacement_label(call: Call) -> Answer:
    """Make the labels of an exchange, and a consignment for each."""
    try:
        shipments = _shipments(document(call.body))
    except Unreadable as unreadable:
        return schema_faults(unreadable.faults)
    legs = [Leg(name, judge(call.world, found, user=call.credential)) for name, found in shipments.items()]
    if any(leg.judged.errors for leg in legs):
        return json({leg.name: _refused(leg, leg.judged.errors) for leg in legs})
    if not _enough(call, legs):
        return json({leg.name: _refused(leg, (booking.NO_NUMBER,)) for leg in legs})
    return json({leg.name: _made(call, leg) for leg in legs})


def _shipments(body: dict[str, Any]) -> dict[str, Shipment]:
    """Return each leg as the shipment of a label call.

    Raises:
        Unreadable: with the faults under the names of this call.
    """
    faults = Faults()
    for name in (DETAILS, *LEGS):
        found = body.get(name)
        if (found is None and name in (DETAILS, *REQUIRED)) or not isinstance(found, dict | None):
            faults.add(name, "must be an object", found)
    shipments: dict[str, Shipment] = {}
    for name in () if faults else LEGS:
        if body.get(name) is not None:
            try:
                shipments[name] = read(_body(body, name))
            except Unreadable as unreadable:
                faults += [{**fault, "field": _own_path(fault["field"], name)} for fault in unreadable.faults]
    if faults:
        raise Unreadable(Faults({fault["field"]: fault for fault in faults}.values()))
    return shipments


def _own_path(field: str, leg: str) -> str:
    """Return a field of the label call under its name in this one."""
    first, _, rest = field.partition(".")
    names = {"customer": f"{DETAILS}.address", "labelDefinition": DETAILS, "frankingLicense": f"{DETAILS}.licenseNo"}
    if first == "item":
        names["item"] = leg
        rest = "labelId" if rest == "itemID" else rest
    return ".".join(part for part in (names.get(first, first), rest) if part)


def _body(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a leg as the body of a label call."""
    details, leg = body[DETAILS], body[name]
    sender = details.get("address") or _as_sender(body["returnToWarehouse"].get("recipient"))
    if isinstance(sender, dict) and isinstance(details.get("logo"), dict):
        sender = {**sender, **{LOGO[key]: value for key, value in details["logo"].items() if key in LOGO}}
    item = {"itemID": leg.get("labelId"), "recipient": leg.get("recipient"), "attributes": leg.get("attributes")}
    if name in OUTGOING:
        item["notification"] = _notifications(leg)
    else:
        sender = _as_sender(body["sendReplacement"].get("recipient"))
    keys = ("labelLayout", "imageFileType", "imageResolution", "printPreview")
    return {
        "language": body.get("language"),
        "frankingLicense": details.get("licenseNo"),
        "customer": sender,
        "labelDefinition": {key: details.get(key) for key in keys},
        "item": item,
    }


def _notifications(leg: dict[str, Any]) -> Any:
    """Return a leg's notification, sent where its recipient can be reached by the medium."""
    note, to = leg.get("notification"), leg.get("recipient")
    if not isinstance(note, dict) or not isinstance(to, dict):
        return note
    address = {"mobile": to.get("mobile")} if note.get("type") == "SMS" else {"email": to.get("email")}
    return [{"service": ORDER_CONFIRMATION, "communication": address, **note}]


def _as_sender(party: Any) -> Any:
    """Return a recipient as the sender that a leg has."""
    if not isinstance(party, dict):
        return party
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
    picture = b64encode(labels.sent(call.world, found)).decode("ascii")
    return {"identcode": found.ident_code, "imageFileType": found.file_type.lower(), "label": [picture], **warnings}
