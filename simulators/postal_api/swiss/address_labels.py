"""`generateAddressLabel`: one item, one label; and `validateCombination`, an extension of ours.

Wire contract: `postal_api_swiss` §2 and §5. Business errors are HTTP 200.
"""

from base64 import b64encode
from typing import Any

from ...wire.call import Answer, Call
from . import booking, labels, settings
from .access import LABEL_SCOPES
from .answers import Operations, empty, json, schema_faults
from .case import Finding
from .consignment import Consignment
from .fields import Unreadable, document
from .judgement import Judgement, combination, judge
from .judgement_label import DEFAULT_FILE_TYPE, DEFAULT_RESOLUTION
from .messages import told
from .numbers import Exhausted
from .reading import read, unknown_customer_members
from .services import sort_out
from .shipment import Shipment

BASE, OLD_BASE = "/barcode/v1", "/api/barcode/v1"

routes = Operations()


def readable(call: Call) -> Shipment | Answer:
    """Return the shipment of a call, or what the gateway or the schema has against it."""
    try:
        body = document(call.body)
        if settings.choice(call.world, "strict_customer") == "on" and unknown_customer_members(body):
            return empty(400)
        strict = settings.choice(call.world, "strict_customer_system") == "on"
        return read(body, strict_system=strict, apart=settings.apart(call.world))
    except Unreadable as unreadable:
        return schema_faults(unreadable.faults)


@routes.post(f"{BASE}/generateAddressLabel", aliases=(f"{OLD_BASE}/generateAddressLabel",), scopes=LABEL_SCOPES)
def generate_address_label(call: Call) -> Answer:
    """Make a label, and a consignment with it."""
    shipment = readable(call)
    if isinstance(shipment, Answer):
        return shipment
    judged = judge(call.world, shipment, user=call.credential)
    if judged.errors:
        return json(refused(call, judged, judged.errors))
    try:
        found = booking.take_in(call.world, judged, way="REST")
    except Exhausted:
        return json(refused(call, judged, (booking.NO_NUMBER,)))
    return json(_made(call, found, judged))


@routes.post(f"{BASE}/validateCombination", aliases=(f"{OLD_BASE}/validateCombination",), scopes=LABEL_SCOPES)
def validate_combination(call: Call) -> Answer:
    """Judge services, instructions and layout alone; nothing is made. Ours: REST has no such call."""
    shipment = readable(call)
    if isinstance(shipment, Answer):
        return shipment
    errors, warnings = combination(call.world, shipment)
    item = {"itemID": shipment.item.item_id} if shipment.item.item_id else {}
    found = {"errors": told(errors, shipment.language), "warnings": told(warnings, shipment.language)}
    shown = {name: rows for name, rows in found.items() if rows}
    return json({"labelDefinition": {"labelLayout": shipment.label_definition.label_layout}, "item": {**item, **shown}})


def definition(shipment: Shipment) -> dict[str, Any]:
    """Return the label definition as the answer repeats it."""
    wanted, basic = shipment.label_definition, sort_out(shipment.item.attributes.przl).basic
    addresses = {"printAddresses": wanted.print_addresses} if wanted.print_addresses else {}
    return {
        "labelLayout": wanted.label_layout,
        **addresses,
        "imageFileType": (wanted.image_file_type or DEFAULT_FILE_TYPE).lower(),
        "imageResolution": wanted.image_resolution or DEFAULT_RESOLUTION,
        "printPreview": wanted.print_preview,
        "colorPrintRequired": basic is not None and basic.in_colour,
    }


def envelope(shipment: Shipment) -> dict[str, Any]:
    sending = {"sendingID": shipment.sending_id} if shipment.sending_id else {}
    return {"labelDefinition": definition(shipment), **sending}


def item_head(shipment: Shipment) -> dict[str, Any]:
    return {"itemID": shipment.item.item_id} if shipment.item.item_id else {}


def refused(call: Call, judged: Judgement, errors: tuple[Finding, ...]) -> dict[str, Any]:
    """Return a refusal: in the item, or at the root without one when the licence is at fault."""
    shipment = judged.shipment
    rows = told(errors, shipment.language)
    if judged.about_license and settings.choice(call.world, "license_errors") == "root":
        return {**envelope(shipment), "errors": rows}
    warnings = {"warnings": told(judged.warnings, shipment.language)} if judged.warnings else {}
    return {**envelope(shipment), "item": {**item_head(shipment), "label": [], "errors": rows, **warnings}}


def _made(call: Call, found: Consignment, judged: Judgement) -> dict[str, Any]:
    shipment = judged.shipment
    warnings = {"warnings": told(judged.warnings, shipment.language)} if judged.warnings else {}
    picture = b64encode(labels.sent(call.world, found)).decode("ascii")
    item = {**item_head(shipment), "identCode": found.ident_code, "label": [picture], **warnings}
    return {**envelope(shipment), "item": item}
