"""Electronic letters over the wire, the sender's side: one by one in JSON, or many in a zip."""

import binascii
import re
from base64 import b64decode
from typing import Any

from ....core.world import World
from ....wire.call import Answer, Call, json_answer
from ....wire.members import Choice, Flag, Shape, Text
from ..offers import coverage
from ..offers.inn import is_inn
from ..own_rest.ids import rfc3339, told
from ..own_rest.operations import ROOT, OwnRoutes, body_of, guessed
from ..own_rest.pages import choice_of, page
from ..own_rest.problems import Refused, invalid, unknown, wrong_state
from . import records, registry
from .intake import take_in, take_upload_in
from .paper import MOST_BYTES, MOST_SIGNATURE_BYTES, is_pdf
from .records import POST_CODE, Letter, Upload, Wish, changed

LETTERS_PATH, UPLOADS_PATH = "/letters", "/letter-uploads"
ZIP = "application/zip"
PDF = "application/pdf"
MOST_JSON_BYTES = 4 * (MOST_BYTES + MOST_SIGNATURE_BYTES) // 3 + 65_536
BODY_LIMITS_BYTES = {ROOT + LETTERS_PATH: MOST_JSON_BYTES, ROOT + UPLOADS_PATH: registry.MOST_UPLOAD_BYTES}
BASE64 = 4 * (MOST_BYTES + 1_000) // 3
RECIPIENT = Shape(
    {
        "type": Choice((records.PERSON, records.ORGANISATION)),
        "name": Text(160),
        "address": Text(500, pattern=re.compile(rf".*{POST_CODE.pattern}.*", re.ASCII), hint="one with a post code"),
        "inn": Text(12),
        "kpp": Text(9, pattern=re.compile(r"\d{9}", re.ASCII), hint="nine digits"),
    },
    required=("type", "name", "address"),
)
LETTER = Shape(
    {
        "recipient": RECIPIENT,
        "document_base64": Text(BASE64),
        "signature_base64": Text(4 * MOST_SIGNATURE_BYTES // 3 + 8),
        "category": Choice((records.REGISTERED, records.SIMPLE)),
        "registration_number": Text(60),
        "title": Text(200),
        "return_address": Text(500),
        "notice": Flag(),
        "no_return": Flag(),
        "without_rank": Flag(),
        "additional_info": Text(300),
        "comment": Text(300),
    },
    required=("recipient", "document_base64", "signature_base64"),
)
NOTHING = Shape({})

routes = OwnRoutes()


@routes.post(LETTERS_PATH)
def create_letter(call: Call) -> Answer:
    """Send one letter."""
    coverage.require(call.world, coverage.LETTERS)
    asked = body_of(call, LETTER)
    document, signature = (_decoded(asked, name) for name in ("document_base64", "signature_base64"))
    if len(document) > MOST_BYTES:
        raise invalid("/document_base64", "too_long", f"has {len(document)} bytes, may have {MOST_BYTES}")
    if not is_pdf(document):
        raise invalid("/document_base64", "pattern", "is no PDF")
    inn = asked["recipient"].get("inn", "")
    if inn and not is_inn(inn):
        raise invalid("/recipient/inn", "pattern", "is no INN: 10 or 12 digits with their check digits")
    made = take_in(call.world, _wish(asked), document, signature)
    headers = {"Location": f"{call.origin}{ROOT}{LETTERS_PATH}/{made.id}"}
    return json_answer(letter_shape(call.world, made), 201, headers)


@routes.post(UPLOADS_PATH)
def upload_letters(call: Call) -> Answer:
    """Send many letters: a zip of PDF files, their signatures and a registry."""
    world = call.world
    coverage.require(world, coverage.LETTERS)
    kind = call.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind not in (ZIP, "application/x-zip-compressed"):
        detail = f"The body's media type is {kind[:60] or 'not given'}; allowed: {ZIP}."
        raise Refused("unsupported-media-type", detail, {"allowed": [ZIP]})
    found = registry.read(call.body)
    upload = take_upload_in(world, found.rows, found.errors)
    headers = {"Location": f"{call.origin}{ROOT}{UPLOADS_PATH}/{upload.id}"}
    return json_answer(upload_shape(world, upload), 201, headers)


@routes.get(UPLOADS_PATH)
def list_letter_uploads(call: Call) -> Answer:
    """Uploads, oldest first."""
    return page(call, records.UPLOADS, key_of=lambda one: one.id, wanted=lambda one: True, shape=upload_shape)


@routes.get(UPLOADS_PATH + "/{id}")
def read_letter_upload(call: Call) -> Answer:
    """One upload: its letters by line and as they stand now, and the lines that were refused."""
    found = call.world.store.get(records.UPLOADS, call.params["id"])
    if found is None:
        raise unknown("upload", call.params["id"])
    return json_answer(upload_shape(call.world, found))


@routes.get(LETTERS_PATH)
def list_letters(call: Call) -> Answer:
    """Letters, oldest first; `state`, `number`, `registration_number` and `upload` choose among them."""
    state = choice_of(call, "state", records.STATES)
    number, registration, upload = (call.query.get(name) for name in ("number", "registration_number", "upload"))

    def wanted(letter: Letter) -> bool:
        return (
            state in (None, letter.state)
            and number in (None, letter.number)
            and registration in (None, letter.wish.registration_number)
            and upload in (None, letter.upload)
        )

    return page(call, records.LETTERS, key_of=lambda one: one.id, wanted=wanted, shape=letter_shape)


@routes.get(LETTERS_PATH + "/{id}")
def read_letter(call: Call) -> Answer:
    """One letter as it stands."""
    return json_answer(letter_shape(call.world, _letter(call)))


@routes.get(LETTERS_PATH + "/{id}/document")
def read_letter_document(call: Call) -> Answer:
    """The document, as it was sent."""
    body = call.world.store.get(records.DOCUMENTS, _letter(call).id) or b""
    return Answer(200, body, {"Content-Type": PDF})


@routes.get(LETTERS_PATH + "/{id}/signature")
def read_letter_signature(call: Call) -> Answer:
    """The detached signature, as it was sent."""
    body = call.world.store.get(records.SIGNATURES, _letter(call).id) or b""
    return Answer(200, body, {"Content-Type": "application/pkcs7-signature"})


@routes.get(LETTERS_PATH + "/{id}/notice")
def read_letter_notice(call: Call) -> Answer:
    """The electronic notice of the hand-over."""
    letter = _letter(call)
    if not letter.notice_ms:
        raise unknown("notice of letter", letter.id)
    handed_over = rfc3339(letter.times[records.HANDED_OVER])
    how = "electronically" if letter.way == "electronic" else "on paper"
    notice = {"letter": letter.id, "number": letter.number, "recipient": letter.wish.name, "handed_over": how}
    return json_answer({**notice, "handed_over_at": handed_over, "issued_at": rfc3339(letter.notice_ms)})


@routes.post(LETTERS_PATH + "/{id}/withdrawal")
def withdraw_letter(call: Call) -> Answer:
    """Withdraw a letter that is still being checked."""
    letter = _letter(call)
    body_of(call, NOTHING)
    if letter.state != records.CHECKING:
        raise wrong_state("The letter", letter.state, [records.CHECKING])
    return json_answer(letter_shape(call.world, changed(call.world, letter, state=records.WITHDRAWN)))


def letter_shape(world: World, letter: Letter) -> dict[str, Any]:
    wish = letter.wish
    who = {"type": wish.recipient_type, "name": wish.name, "address": wish.address}
    return {
        "id": letter.id,
        "state": letter.state,
        "reasons": list(letter.reasons),
        "way": letter.way or None,
        "number": letter.number or None,
        "category": wish.category,
        "recipient": {**who, "inn": wish.inn or None, "kpp": wish.kpp or None},
        "registration_number": wish.registration_number or None,
        "title": wish.title or None,
        "return_address": wish.return_address or None,
        "notice": wish.notice,
        "no_return": wish.no_return,
        "without_rank": wish.without_rank,
        "additional_info": wish.additional_info or None,
        "comment": wish.comment or None,
        "document_sha256": letter.document_sha256,
        "upload": letter.upload or None,
        "line": letter.line or None,
        "handed_over_at": told(letter.times.get(records.HANDED_OVER, 0)),
        "notice_at": told(letter.notice_ms),
        "times": {state: rfc3339(at_ms) for state, at_ms in letter.times.items()},
    }


def upload_shape(world: World, upload: Upload) -> dict[str, Any]:
    found = [records.letter_of(world, letter_id) for letter_id in upload.letters]
    rows = [{"line": one.line, "id": one.id, "state": one.state, "number": one.number or None} for one in found]
    errors, batch = [*upload.errors], upload.batch or None
    return {"id": upload.id, "at": rfc3339(upload.at_ms), "letters": rows, "errors": errors, "batch": batch}


def _wish(asked: dict[str, Any]) -> Wish:
    who = asked["recipient"]
    texts = ("registration_number", "title", "return_address", "additional_info", "comment")
    return Wish(
        recipient_type=who["type"],
        name=who["name"],
        address=who["address"],
        inn=who.get("inn", ""),
        kpp=who.get("kpp", ""),
        category=asked.get("category", records.REGISTERED),
        notice=asked.get("notice", False),
        no_return=asked.get("no_return", False),
        without_rank=asked.get("without_rank", True),
        **{name: asked.get(name, "") for name in texts},
    )


def _decoded(asked: dict[str, Any], name: str) -> bytes:
    try:
        return b64decode(asked[name], validate=True)
    except (binascii.Error, ValueError):
        raise invalid(f"/{name}", "pattern", "is no base64") from None


def _letter(call: Call) -> Letter:
    found = call.world.store.get(records.LETTERS, call.params["id"])
    if found is None:
        raise unknown("letter", call.params["id"])
    return found


FIDELITY = guessed(routes)
