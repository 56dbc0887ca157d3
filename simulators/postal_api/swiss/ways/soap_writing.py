"""From the flat replies of the REST service to the web service's elements, in the order of its schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from ....wire.soap.envelopes import printable
from .soap_reading import ADDRESSES, TYPES

Messages = Sequence[Mapping[str, str]]


def element(name: str) -> Any:
    return etree.Element(f"{{{TYPES}}}{name}", nsmap={None: TYPES})


def under(parent: Any, name: str, text: object = None) -> Any:
    """Add a child; a flag becomes `true` or `false`."""
    made = etree.SubElement(parent, f"{{{TYPES}}}{name}")
    if isinstance(text, bool):
        made.text = "true" if text else "false"
    elif text is not None:
        made.text = printable(str(text))
    return made


def errors(parent: Any, told: Messages) -> None:
    """Add errors; nothing where there are none."""
    _messages(parent, "Errors", "Error", told)


def warnings(parent: Any, told: Messages) -> None:
    _messages(parent, "Warnings", "Warning", told)


def _messages(parent: Any, many: str, one: str, told: Messages) -> None:
    if not told:
        return
    holder = under(parent, many)
    for row in told:
        found = under(holder, one)
        under(found, "Code", row["code"])
        under(found, "Message", row["message"])


def label_response(asked: Mapping[str, Any], replies: Sequence[Mapping[str, Any]]) -> Any:
    """Return a GenerateLabelResponse. `asked` is the flat body of the first item, `replies` are one for each."""
    root = element("GenerateLabelResponse")
    envelope = under(root, "Envelope")
    _definition(under(envelope, "LabelDefinition"), asked["labelDefinition"], replies)
    sending = under(under(under(envelope, "Data"), "Provider"), "Sending")
    if asked.get("sendingID"):
        under(sending, "SendingID", asked["sendingID"])
    for reply in replies:
        _item(under(sending, "Item"), reply)
    return root


def _definition(parent: Any, asked: Mapping[str, Any], replies: Sequence[Mapping[str, Any]]) -> None:
    under(parent, "LabelLayout", asked["labelLayout"])
    spelt = {flat: name for name, flat in ADDRESSES.items()}
    under(parent, "PrintAddresses", spelt[asked["printAddresses"]])
    under(parent, "ImageFileType", asked["imageFileType"])
    under(parent, "ImageResolution", asked["imageResolution"])
    under(parent, "PrintPreview", asked["printPreview"])
    colour = any(reply.get("labelDefinition", {}).get("colorPrintRequired") for reply in replies)
    under(parent, "ColorPrintRequired", bool(colour))


def _item(parent: Any, reply: Mapping[str, Any]) -> None:
    item = reply.get("item") or {}
    if item.get("itemID"):
        under(parent, "ItemID", item["itemID"])
    errors(parent, [*reply.get("errors", ()), *item.get("errors", ())])
    warnings(parent, item.get("warnings", ()))
    if item.get("identCode"):
        under(parent, "IdentCode", item["identCode"])
        under(parent, "Label", "".join(item.get("label") or ()[:1]))
