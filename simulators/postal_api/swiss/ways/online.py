"""«Parcel labels Switzerland»: a page on which anybody makes a label, without billing relation or interface.

Wire contract: `notifications` NTF-172 and NTF-174, decision D7: of the recipient it takes no more than the e-mail for
messages; kinds 1 and 2 are fixed, with the standard text; no kinds to choose, no free texts, no logo, no control
options. The terms are accepted with each label. Source for the page's own form: none (a guess).
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from ....wire.call import Answer, Call
from ..answers import Operations
from ..fields import Unreadable
from ..notices import LANGUAGES
from . import online_page
from .carrying import carried_out
from .entries import ONLINE, by_path

PAGE, OWN_PAGE = "/online", "/online/{tenant}"
LICENSE = "19999999"  # the Post's own: whoever comes here has none (a guess)
KINDS = (1, 2)
SERVICES = ("ECO", "PRI")
SENDER = {"senderName": "name1", "senderStreet": "street", "senderZip": "zip", "senderCity": "city"}
RECIPIENT = {
    "name": "name1",
    "company": "name2",
    "street": "street",
    "houseNo": "houseNo",
    "zip": "zip",
    "city": "city",
}
OWN = ("service", "weight", "email", "language", "terms")
FIELDS = (*SENDER, *RECIPIENT, *OWN)
FIELDS_MOST = 50

routes = Operations()


class Wrong(Exception):
    """The form asks for what this way in does not have; the words are for the person."""


@routes.get(PAGE, admit=by_path)
def online_form(call: Call) -> Answer:
    return online_page.form({})


@routes.get(OWN_PAGE, admit=by_path)
def own_online_form(call: Call) -> Answer:
    return online_page.form({})


@routes.post(PAGE, admit=by_path)
def online_label(call: Call) -> Answer:
    return _label(call)


@routes.post(OWN_PAGE, admit=by_path)
def own_online_label(call: Call) -> Answer:
    return _label(call)


def _label(call: Call) -> Answer:
    given: Mapping[str, str] = {}
    try:
        given = _given(call.body)
        reply = carried_out(call.world, _body(given), ONLINE, "online")
    except (Wrong, Unreadable) as wrong:
        return online_page.form(given, [str(wrong)], 422)
    told = [*reply.get("errors", ()), *reply["item"].get("errors", ())]
    if told:
        return online_page.form(given, [f"{row['code']}: {row['message']}" for row in told], 422)
    return online_page.made(reply["item"])


def _given(body: bytes) -> dict[str, str]:
    """Return the fields of the form.

    Raises:
        Wrong: it cannot be read, or has fields that this page has not.
    """
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MOST)
    except ValueError:
        raise Wrong(f"The form cannot be read; it is text of at most {FIELDS_MOST} fields.") from None
    names = [name for name, _ in pairs]
    if strangers := sorted(set(names) - set(FIELDS)):
        shown = ", ".join(strangers)[:200]
        raise Wrong(f"This service has no {shown}: kinds, texts, logo and control options need a business account.")
    if len(names) != len(set(names)):
        raise Wrong("A field stands twice in the form.")
    return {name: value.strip() for name, value in pairs}


def _body(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the flat body that the form stands for.

    Raises:
        Wrong: the terms were not accepted, or a choice is none of the page's.
    """
    language = given.get("language") or "DE"
    service = given.get("service", "")
    if given.get("terms") != "accepted":
        raise Wrong("Accept the general terms first; nothing is made or sent before.")
    if service not in SERVICES:
        raise Wrong(f"The service is {service[:40]!r}, allowed are {', '.join(SERVICES)}.")
    if language not in LANGUAGES:
        raise Wrong(f"The language is {language[:40]!r}, allowed are {', '.join(LANGUAGES)}.")
    mass = given.get("weight", "")
    if mass and not re.fullmatch(r"[0-9]{1,5}", mass):
        raise Wrong(f"The weight is {mass[:40]!r}, it is whole grams of at most five digits.")
    return {
        "language": language,
        "frankingLicense": LICENSE,
        "customer": {flat: given[name] for name, flat in SENDER.items() if given.get(name)},
        "labelDefinition": {
            "labelLayout": "A6",
            "printAddresses": "RECIPIENT_AND_CUSTOMER",
            "imageFileType": "PDF",
            "imageResolution": 300,
        },
        "item": {
            "recipient": {flat: given[name] for name, flat in RECIPIENT.items() if given.get(name)},
            "attributes": {"przl": [service], **({"weight": mass} if mass else {})},
            "notification": _notifications(given.get("email", ""), language),
        },
    }


def _notifications(email: str, language: str) -> list[dict[str, Any]]:
    return [
        {"communication": {"email": email}, "type": "EMAIL", "service": kind, "language": language}
        for kind in (KINDS if email else ())
    ]
