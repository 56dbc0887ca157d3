"""The web service «Barcode»: SOAP 1.1, document/literal, several items a message, no control options and no picture.

Wire contract: `postal_api_swiss` §1 (calls that exist only here), §2, §3; `notifications` NTF-171. Element names, order
and address are those of the description that public clients ship (version 2.4). Business errors stand in the answer; a
message that does not fit the schema is a fault.
"""

from collections.abc import Callable
from typing import Any

from ....wire.call import Answer, Call
from ....wire.soap.descriptions import described
from ....wire.soap.envelopes import Version, enclosed, opened
from ....wire.soap.faults import fault
from ....wire.soap.parsing import Malformed
from ..answers import Operations, empty
from ..fields import Unreadable
from . import soap_reading, soap_services, soap_writing
from .carrying import carried_out, combined, too_many
from .entries import WEB_SERVICE, by_nobody, by_password
from .soap_reading import Unfit, below, bodies, checked, language, words

ADDRESS = "/wsbc/barcode/v2_4"
PREFIX = "soapenv"
ITEMS_MOST = 100  # of one message; the source has E9996 and no number (a guess)

routes = Operations()


@routes.get(ADDRESS, admit=by_nobody)
def describe_web_service(call: Call) -> Answer:
    """Return the description at ?wsdl and its schema at ?xsd=1."""
    asked = {name.lower() for name in call.query}
    if not asked & {"wsdl", "xsd"}:
        return empty(405)
    return described(__package__ or "", "barcode.xsd" if "xsd" in asked else "barcode.wsdl", call.origin)


@routes.post(ADDRESS, admit=by_password)
def web_service(call: Call) -> Answer:
    try:
        content = checked(opened(call.body, Version.SOAP_11).content)
    except (Malformed, Unfit) as unfit:
        return _fault(str(unfit))
    operation = OPERATIONS.get(content.tag.removeprefix(f"{{{soap_reading.TYPES}}}"))
    if operation is None:
        return _fault(f"{content.tag[:200]} is no operation; operations: {', '.join(OPERATIONS)}")
    try:
        return enclosed(Version.SOAP_11, operation(call, content), prefix=PREFIX)
    except Unreadable as unfit:
        return _fault(str(unfit)[: soap_reading.LONGEST_FAULT])


def _fault(why: str) -> Answer:
    return fault(Version.SOAP_11, "Sender", why, prefix=PREFIX)


def generate_label(call: Call, content: Any) -> Any:
    """Carry out what can be; an item that is refused keeps none of the others back."""
    asked = bodies(content)
    if len(asked) > ITEMS_MOST:
        replies = [too_many(language(content), len(asked), ITEMS_MOST)]
    else:
        replies = [carried_out(call.world, body, WEB_SERVICE, call.credential) for body in asked]
    return soap_writing.label_response(asked[0], replies)


def validate_combination(call: Call, content: Any) -> Any:
    envelope = below(content, "Envelope")
    layout = words(envelope, "LabelDefinition", "LabelLayout")
    root = soap_writing.element("ValidateCombinationResponse")
    answer = soap_writing.under(root, "Envelope")
    soap_writing.under(soap_writing.under(answer, "LabelDefinition"), "LabelLayout", layout)
    sending = soap_writing.under(soap_writing.under(soap_writing.under(answer, "Data"), "Provider"), "Sending")
    for row in below(envelope, "Data", "Provider", "Sending"):
        item = soap_writing.under(sending, "Item")
        if item_id := words(row, "ItemID"):
            soap_writing.under(item, "ItemID", item_id)
        codes = soap_services.codes(below(row, "Attributes")) if below(row, "Attributes") is not None else ()
        errors, warnings = combined(call.world, language(content), layout, codes, words(row, "Country"))
        soap_writing.errors(item, errors)
        soap_writing.warnings(item, warnings)
    return root


def _reading(read: Callable[[Any], Any]) -> Callable[[Call, Any], Any]:
    return lambda call, content: read(content)


OPERATIONS: dict[str, Callable[[Call, Any], Any]] = {
    "GenerateLabel": generate_label,
    "ValidateCombination": validate_combination,
    "ReadServiceGroups": _reading(soap_services.groups),
    "ReadBasicServices": _reading(soap_services.basics),
    "ReadAllowedServicesByFrankingLicense": lambda call, content: soap_services.allowed(call.world, content),
    "ReadAdditionalServices": _reading(soap_services.additional),
    "ReadDeliveryInstructions": _reading(soap_services.instructions),
    "ReadLabelLayouts": _reading(soap_services.layouts),
}
