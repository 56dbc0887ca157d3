"""Carrying out what came by another way in: the REST service's judgement, numbers and consignments, and its flat reply.

Nothing of it is told twice: a shipment is read, judged and taken in by the carrier's one core.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from ....core.world import World
from .. import booking, labels, settings
from ..address_labels import definition, item_head
from ..case import Finding, Way
from ..consignment import Consignment
from ..fields import Unreadable
from ..judgement import Judgement, combination, judge
from ..messages import told
from ..numbers import Exhausted
from ..reading import read
from ..shipment import Attributes, Item, LabelDefinition, Recipient, Shipment
from .entries import DATA_TRANSFER

OWN_LABEL = {"labelLayout": "A6", "imageFileType": "PDF", "imageResolution": 300}  # of items labelled elsewhere

Body = Mapping[str, Any]


def carried_out(world: World, body: Body, way: Way, user: str) -> dict[str, Any]:
    """Carry a flat body out and return the flat reply, with the label.

    Raises:
        Unreadable: the body does not fit the schema; nothing was done.
    """
    judged = judge(world, read(dict(body), apart=settings.apart(world)), way=way, user=user)
    found = _taken_in(world, judged, way)
    if isinstance(found, Consignment):
        return _reply(judged, {"identCode": found.ident_code, "label": [b64encode(labels.sent(world, found)).decode()]})
    return _reply(judged, {"label": [], "errors": told(found, judged.shipment.language)})


def announced(world: World, body: Body, user: str) -> dict[str, Any]:
    """Take in an item that is labelled elsewhere, and return what is told of it.

    Raises:
        Unreadable: the body does not fit the schema; nothing was done.
    """
    judged = judge(
        world, read({"labelDefinition": OWN_LABEL, **body}, apart=settings.apart(world)), way=DATA_TRANSFER, user=user
    )
    found = _taken_in(world, judged, DATA_TRANSFER)
    if isinstance(found, Consignment):
        return _item(judged, {"identCode": found.ident_code})
    return _item(judged, {"errors": told(found, judged.shipment.language)})


def _taken_in(world: World, judged: Judgement, way: Way) -> Consignment | Sequence[Finding]:
    """Return the consignment that was made, or the errors because of which there is none."""
    if judged.errors:
        return judged.errors
    try:
        return booking.take_in(world, judged, way=way.name)
    except Exhausted:
        return (booking.NO_NUMBER,)


def _reply(judged: Judgement, item: Mapping[str, Any]) -> dict[str, Any]:
    return {"labelDefinition": definition(judged.shipment), "item": _item(judged, item)}


def _item(judged: Judgement, item: Mapping[str, Any]) -> dict[str, Any]:
    shipment = judged.shipment
    warnings = {"warnings": told(judged.warnings, shipment.language)} if judged.warnings else {}
    return {**item_head(shipment), **item, **warnings}


def too_many(language: str, found: int, most: int) -> dict[str, Any]:
    """Return the flat reply to a message of too many items."""
    return {"item": {"errors": told([Finding("E9996", (found, most))], language)}}


def unreadable(faults: Unreadable) -> dict[str, Any]:
    """Return what is told of an item that does not fit the schema: our own member, since a file has no HTTP status."""
    return {"schema": list(faults.faults)}


def combined(
    world: World, language: str, layout: str, codes: Sequence[str], country: str
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return errors and warnings of services, instructions and layout alone."""
    asked = Item(recipient=Recipient(country=country), attributes=Attributes(przl=tuple(codes)))
    shipment = Shipment(language=language, label_definition=LabelDefinition(label_layout=layout), item=asked)
    errors, warnings = combination(world, shipment)
    return told(errors, language), told(warnings, language)
