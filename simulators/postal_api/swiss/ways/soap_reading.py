"""From the web service's elements to the flat body of the REST service, which everything else is written for.

Wire contract: `postal_api_swiss` §1, §2 (WSBC). What is read fits the schema that is served: `checked` has seen to it.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from lxml import etree

TYPES = "https://wsbc.post.ch/wsbc/barcode/v2_4/types"
LONGEST_FAULT = 300
NAMES = {  # of elements whose flat member is not their own name with a small letter
    "ZIP": "zip",
    "POBox": "pobox",
    "EMail": "email",
    "PRZL": "przl",
    "Hauskey": "houseKey",
}
LISTS = frozenset(("PRZL", "LabelLine", "Notification"))
ADDRESSES = {
    "None": "NONE",
    "OnlyRecipient": "ONLY_RECIPIENT",
    "OnlyCustomer": "ONLY_CUSTOMER",
    "RecipientAndCustomer": "RECIPIENT_AND_CUSTOMER",
}
FLAGS = frozenset(
    ("PpFranking", "PrintPreview", "PersonallyAddressed", "ProClima", "ReturnNote", "InstructionForReturns")
)


class Unfit(Exception):
    """A message does not fit the schema; the words are the schema's."""


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring((files(__package__) / "barcode.xsd").read_bytes()))


def checked(content: Any) -> Any:
    """Return the content of a message that fits the schema.

    Raises:
        Unfit: it does not; control options are nowhere in it.
    """
    whole = etree.ElementTree(etree.fromstring(etree.tostring(content, with_tail=False)))
    schema = _schema()
    if schema.validate(whole):
        return whole.getroot()
    told = next((str(entry.message) for entry in schema.error_log), "the content does not fit the schema")
    raise Unfit(told.replace(f"{{{TYPES}}}", "")[:LONGEST_FAULT])


def below(element: Any, *path: str) -> Any:
    """Return the element at the end of a path, None where a step is missing."""
    for name in path:
        element = None if element is None else element.find(f"{{{TYPES}}}{name}")
    return element


def words(element: Any, *path: str) -> str:
    found = below(element, *path)
    return "" if found is None else (found.text or "").strip()


def language(content: Any) -> str:
    return words(content, "Language").upper()


def bodies(content: Any) -> list[dict[str, Any]]:
    """Return the flat bodies of a GenerateLabel, one for each item."""
    envelope = below(content, "Envelope")
    infos, sending = below(envelope, "FileInfos"), below(envelope, "Data", "Provider", "Sending")
    definition = _members(below(envelope, "LabelDefinition"))
    definition["printAddresses"] = ADDRESSES[definition["printAddresses"]]
    root = {"language": language(content), "labelDefinition": definition, **_members(infos)}
    if sending_id := words(sending, "SendingID"):
        root["sendingID"] = sending_id
    return [{**root, "item": _item(row)} for row in sending.iterfind(f"{{{TYPES}}}Item")]


def _item(row: Any) -> dict[str, Any]:
    found = _members(row)
    pairs = below(row, "AdditionalINFOS")
    if pairs is not None:
        found.pop(_flat("AdditionalINFOS"))
        found["additionalData"] = [_members(pair) for pair in pairs]
    attributes = found.get("attributes", {})
    if mass := words(row, "Attributes", "Dimensions", "Weight"):
        attributes.pop("dimensions")
        attributes["weight"] = mass
    numbers = below(row, "Attributes", "UNNumbers")
    if numbers is not None:
        attributes.pop("unNumbers", None)
        attributes["unnumbers"] = [(number.text or "").strip() for number in numbers]
    for place, notification in enumerate(row.iterfind(f"{{{TYPES}}}Notification")):
        told = found["notification"][place]
        told |= {"type": notification.get("Type"), "language": told["language"].upper()}
    return found


def _members(element: Any) -> dict[str, Any]:
    """Return an element's children as members: text, flags, objects, and lists of what may come often."""
    found: dict[str, Any] = {}
    for row in element:
        name = etree.QName(row).localname
        value: Any = _members(row) if len(row) else (row.text or "").strip()
        if name in FLAGS:
            value = value in ("true", "1")
        if name in LISTS:
            found.setdefault(_flat(name), []).append(value)
        else:
            found[_flat(name)] = value
    return found


def _flat(name: str) -> str:
    if name.startswith("UN"):
        return "unNumbers"
    return NAMES.get(name) or name[0].lower() + name[1:]
