"""The recipient's side of electronic letters, as a double: who consents, what lies in the inbox, opening, refusing.

In life these are the recipients' own calls; here whoever has the tenant's credentials plays them.
"""

from base64 import b64encode
from typing import Any

import msgspec

from ....core.world import World
from ....wire.call import Answer, Call, json_answer
from ....wire.members import Flag, Shape, Text
from ..offers.inn import is_inn
from ..own_rest.events import happened
from ..own_rest.ids import new_id, rfc3339, told
from ..own_rest.operations import ROOT, OwnRoutes, body_of, guessed
from ..own_rest.pages import page
from ..own_rest.problems import Refused, invalid, unknown, wrong_state
from . import post, records
from .records import Letter, Recipient

RECIPIENTS_PATH = "/recipients"
RECIPIENT = Shape(
    {"name": Text(160), "address": Text(500), "inn": Text(12), "consents": Flag()},
    required=("name", "address", "consents"),
)
CONSENT = Shape({"consents": Flag()}, required=("consents",))
NOTHING = Shape({})

routes = OwnRoutes()


@routes.post(RECIPIENTS_PATH)
def create_recipient(call: Call) -> Answer:
    """Give somebody an inbox."""
    asked, world = body_of(call, RECIPIENT), call.world
    inn = asked.get("inn", "")
    if inn and not is_inn(inn):
        raise invalid("/inn", "pattern", "is no INN: 10 or 12 digits with their check digits")
    who = records.identity(inn, asked["name"], asked["address"])
    if before := world.store.get(records.BY_IDENTITY, who):
        raise Refused("taken", "This recipient has an inbox already.", {"recipient": before})
    made = Recipient(new_id(world, "rcp"), asked["name"], asked["address"], inn, asked["consents"])
    world.store.put(records.RECIPIENTS, made.id, made)
    world.store.put(records.BY_IDENTITY, who, made.id)
    happened(world, "recipient.created", made.id, consents=made.consents)
    headers = {"Location": f"{call.origin}{ROOT}{RECIPIENTS_PATH}/{made.id}"}
    return json_answer(recipient_shape(world, made), 201, headers)


@routes.get(RECIPIENTS_PATH)
def list_recipients(call: Call) -> Answer:
    """Everybody who has an inbox."""
    return page(call, records.RECIPIENTS, key_of=lambda one: one.id, wanted=lambda one: True, shape=recipient_shape)


@routes.get(RECIPIENTS_PATH + "/{id}")
def read_recipient(call: Call) -> Answer:
    """One recipient, with how many letters lie unopened."""
    return json_answer(recipient_shape(call.world, _recipient(call)))


@routes.put(RECIPIENTS_PATH + "/{id}/consent")
def change_consent(call: Call) -> Answer:
    """Give or withdraw consent; withdrawn, what lies unopened is printed."""
    recipient, world = _recipient(call), call.world
    consents = body_of(call, CONSENT)["consents"]
    if consents != recipient.consents:
        recipient = msgspec.structs.replace(recipient, consents=consents)
        world.store.put(records.RECIPIENTS, recipient.id, recipient)
        happened(world, "recipient.consents" if consents else "recipient.refuses", recipient.id)
        for letter in [] if consents else _inbox(world, recipient):
            if letter.state == records.UNOPENED:
                _to_paper(world, recipient, letter)
    return json_answer(recipient_shape(world, recipient))


@routes.get(RECIPIENTS_PATH + "/{id}/inbox")
def read_inbox(call: Call) -> Answer:
    """What lies in the inbox, opened or not; looking opens nothing."""
    found = [inbox_shape(letter) for letter in _inbox(call.world, _recipient(call))]
    return json_answer({"data": found, "next": None})


@routes.post(RECIPIENTS_PATH + "/{id}/inbox/{letter}/opening")
def open_letter(call: Call) -> Answer:
    """Open a letter: from now on it is handed over; the document is the answer."""
    letter = _own(call)
    body_of(call, NOTHING)
    if letter.state == records.UNOPENED:
        letter = post.hand_over(call.world, letter)
    document = call.world.store.get(records.DOCUMENTS, letter.id) or b""
    return json_answer({**inbox_shape(letter), "document_base64": b64encode(document).decode()})


@routes.post(RECIPIENTS_PATH + "/{id}/inbox/{letter}/refusal")
def refuse_letter(call: Call) -> Answer:
    """Refuse an unopened letter: it is printed and comes on paper."""
    letter = _own(call)
    body_of(call, NOTHING)
    if letter.state != records.UNOPENED:
        raise wrong_state("The letter", letter.state, [records.UNOPENED])
    return json_answer(inbox_shape(_to_paper(call.world, _recipient(call), letter)))


def recipient_shape(world: World, found: Recipient) -> dict[str, Any]:
    unopened = sum(letter.state == records.UNOPENED for letter in _inbox(world, found))
    who = {"id": found.id, "name": found.name, "address": found.address, "inn": found.inn or None}
    return {**who, "consents": found.consents, "unopened": unopened}


def inbox_shape(letter: Letter) -> dict[str, Any]:
    return {
        "letter": letter.id,
        "state": letter.state,
        "number": letter.number,
        "title": letter.wish.title or None,
        "sent_at": rfc3339(letter.times[records.UNOPENED]),
        "handed_over_at": told(letter.times.get(records.HANDED_OVER, 0)),
    }


def _to_paper(world: World, recipient: Recipient, letter: Letter) -> Letter:
    inbox = world.store.get(records.INBOXES, recipient.id) or ()
    world.store.put(records.INBOXES, recipient.id, tuple(one for one in inbox if one != letter.id))
    return post.refuse_notice(world, letter)


def _inbox(world: World, recipient: Recipient) -> list[Letter]:
    return [records.letter_of(world, one) for one in world.store.get(records.INBOXES, recipient.id) or ()]


def _recipient(call: Call) -> Recipient:
    found = call.world.store.get(records.RECIPIENTS, call.params["id"])
    if found is None:
        raise unknown("recipient", call.params["id"])
    return found


def _own(call: Call) -> Letter:
    letter_id = call.params["letter"]
    if letter_id not in (call.world.store.get(records.INBOXES, _recipient(call).id) or ()):
        raise unknown("letter in this inbox", letter_id)
    return records.letter_of(call.world, letter_id)


FIDELITY = guessed(routes)
