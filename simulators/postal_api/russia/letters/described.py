"""Registered electronic letters as we declare them: every route, what it takes, every answer. Our own design."""

from typing import Any

from ....wire.call import JSON
from ....wire.description import BYTES, PDF, Content, Described, Link, json_of
from ....wire.schemas import FLAG, asked, nullable, one_of, rows, shape, text, whole
from ..described import (
    MOMENT,
    NAME,
    OWN_NOT_FOUND,
    OWN_WRITE,
    UNCOVERED,
    own,
    own_id,
    own_list,
    own_made,
    own_write,
    times,
    words,
)

ZIP = "application/zip"
STATES = words(
    "checking rejected withdrawn unopened printing on_paper handed_over returning returned destroyed lost posted"
)
STATE = one_of(*STATES)
BASE64 = text(1, like="^[A-Za-z0-9+/]+=*$")
WORDS = nullable(NAME)
LETTER_ID, UPLOAD_ID, RECIPIENT_ID = own_id("ltr"), own_id("upl"), own_id("rcp")
INN, KPP = text(like="^[0-9]{10}([0-9]{2})?$"), text(like="^[0-9]{9}$")
KIND, CATEGORY = one_of("person", "organisation"), one_of("registered", "simple")
NUMBER = nullable(text(like="^[0-9]{14}$"))

ADDRESSEE = shape(
    "Addressee", {"type": KIND, "name": NAME, "address": NAME, "inn": nullable(INN), "kpp": nullable(KPP)}
)
LETTER = shape(
    "Letter",
    {
        "id": LETTER_ID,
        "state": STATE,
        "reasons": rows(NAME),
        "way": nullable(one_of("electronic", "paper")),
        "number": NUMBER,
        "category": CATEGORY,
        "recipient": ADDRESSEE,
        **dict.fromkeys(("registration_number", "title", "return_address", "additional_info", "comment"), WORDS),
        **dict.fromkeys(("notice", "no_return", "without_rank"), FLAG),
        "document_sha256": text(like="^[0-9a-f]{64}$"),
        "upload": nullable(UPLOAD_ID),
        "line": nullable(whole(2)),
        "handed_over_at": nullable(MOMENT),
        "notice_at": nullable(MOMENT),
        "times": times(*STATES),
    },
)
WRONG_LINE = shape("WrongLine", {"line": whole(0), "column": NAME, "found": text(0, 80), "detail": NAME})
UPLOAD = shape(
    "Upload",
    {
        "id": UPLOAD_ID,
        "at": MOMENT,
        "letters": rows(shape("UploadedLetter", {"line": whole(2), "id": LETTER_ID, "state": STATE, "number": NUMBER})),
        "errors": rows(WRONG_LINE),
        "batch": nullable(text(like="^[0-9]+$")),
    },
)
RECIPIENT = shape(
    "LetterRecipient",
    {"id": RECIPIENT_ID, "name": NAME, "address": NAME, "inn": nullable(INN), "consents": FLAG, "unopened": whole(0)},
)
INBOX_MEMBERS = {
    "letter": LETTER_ID,
    "state": STATE,
    "number": text(like="^[0-9]{14}$"),
    "title": WORDS,
    "sent_at": MOMENT,
    "handed_over_at": nullable(MOMENT),
}
INBOX_LETTER = shape("InboxLetter", INBOX_MEMBERS)
OPENED = shape("OpenedLetter", {**INBOX_MEMBERS, "document_base64": BASE64})
NOTICE = shape(
    "LetterNotice",
    {
        "letter": LETTER_ID,
        "number": text(like="^[0-9]{14}$"),
        "recipient": NAME,
        "handed_over": one_of("electronically", "on paper"),
        "handed_over_at": MOMENT,
        "issued_at": MOMENT,
    },
)
LETTER_ASKED = asked(
    "LetterAsked",
    {
        "recipient": asked(
            "",
            {
                "type": KIND,
                "name": text(1, 160),
                "address": text(6, 500, like="^(.*[^0-9])?[0-9]{6}([^0-9].*)?$"),
                "inn?": INN,
                "kpp?": KPP,
            },
        ),
        "document_base64": BASE64,
        "signature_base64": BASE64,
        "category?": CATEGORY,
        "registration_number?": text(1, 60),
        "title?": text(1, 200),
        "return_address?": text(1, 500),
        **dict.fromkeys(("notice?", "no_return?", "without_rank?"), FLAG),
        "additional_info?": text(1, 300),
        "comment?": text(1, 300),
    },
)
LETTER_EXAMPLE: dict[str, Any] = {
    "recipient": {"type": "person", "name": "Иванова Анна", "address": "410012, г Саратов, ул Московская, д 1"},
    "document_base64": "JVBERi0xLjQKJSVFT0YK",
    "signature_base64": "MAA=",
    "title": "Письмо",
}
RECIPIENT_EXAMPLE = {"name": "Иванова Анна", "address": "410012, г Саратов, ул Московская, д 1", "consents": True}
NOTHING: Content = {JSON: asked("Nothing", {})}
HERE, RECIPIENT_HERE = {"id": LETTER_ID}, {"id": RECIPIENT_ID}
IN_INBOX = {**RECIPIENT_HERE, "letter": LETTER_ID}
MADE_ID = {"id": "$response.body#/id"}
FILTERS = {
    "state?": STATE,
    "number?": text(0, 20),
    "registration_number?": text(0, 60),
    "upload?": UPLOAD_ID,
}

DESCRIBED: dict[str, Described] = {
    "create_letter": own_made(
        "Send one letter.",
        LETTER,
        answers=UNCOVERED,
        body={JSON: LETTER_ASKED},
        example=LETTER_EXAMPLE,
        links=(
            *(Link(to, MADE_ID) for to in ("read_letter", "read_letter_document", "read_letter_signature")),
            Link("withdraw_letter", MADE_ID, body={}),
            Link("read_letter_notice", MADE_ID),
        ),
    ),
    "upload_letters": own_made(
        "Send many letters: a zip of PDF files, their signatures and a registry.",
        UPLOAD,
        answers=UNCOVERED,
        body={ZIP: BYTES},
        links=(Link("read_letter_upload", MADE_ID),),
    ),
    "list_letter_uploads": own_list("Uploads, oldest first.", UPLOAD, UPLOAD_ID),
    "read_letter_upload": own("One upload.", {200: json_of(UPLOAD), **OWN_NOT_FOUND}, path={"id": UPLOAD_ID}),
    "list_letters": own_list("Letters, oldest first.", LETTER, LETTER_ID, query=FILTERS),
    "read_letter": own("One letter as it stands.", {200: json_of(LETTER), **OWN_NOT_FOUND}, path=HERE),
    "read_letter_document": own("The document.", {200: {PDF: BYTES}, **OWN_NOT_FOUND}, path=HERE),
    "read_letter_signature": own(
        "The detached signature.", {200: {"application/pkcs7-signature": BYTES}, **OWN_NOT_FOUND}, path=HERE
    ),
    "read_letter_notice": own("The notice of the hand-over.", {200: json_of(NOTICE), **OWN_NOT_FOUND}, path=HERE),
    "withdraw_letter": own_write(
        "Withdraw a letter that is being checked.",
        {200: json_of(LETTER), **OWN_NOT_FOUND},
        path=HERE,
        body=NOTHING,
        example={},
    ),
    "create_recipient": own_made(
        "Give somebody an inbox.",
        RECIPIENT,
        body={
            JSON: asked(
                "LetterRecipientAsked",
                {"name": text(1, 160), "address": text(1, 500), "inn?": INN, "consents": FLAG},
            )
        },
        example=RECIPIENT_EXAMPLE,
        links=(
            Link("read_recipient", MADE_ID),
            Link("change_consent", MADE_ID, body={"consents": False}),
            Link("read_inbox", MADE_ID),
        ),
    ),
    "list_recipients": own_list("Everybody who has an inbox.", RECIPIENT, RECIPIENT_ID),
    "read_recipient": own("One recipient.", {200: json_of(RECIPIENT), **OWN_NOT_FOUND}, path=RECIPIENT_HERE),
    "change_consent": own(
        "Give or withdraw consent.",
        {200: json_of(RECIPIENT), **OWN_WRITE, **OWN_NOT_FOUND},
        path=RECIPIENT_HERE,
        body={JSON: asked("Consent", {"consents": FLAG})},
        example={"consents": True},
    ),
    "read_inbox": own(
        "What lies in an inbox.",
        {200: json_of(shape("Inbox", {"data": rows(INBOX_LETTER), "next": one_of(None)})), **OWN_NOT_FOUND},
        path=RECIPIENT_HERE,
    ),
    "open_letter": own_write(
        "Open a letter: it is handed over.",
        {200: json_of(OPENED), **OWN_NOT_FOUND},
        path=IN_INBOX,
        body=NOTHING,
        example={},
    ),
    "refuse_letter": own_write(
        "Refuse an unopened letter: it comes on paper.",
        {200: json_of(INBOX_LETTER), **OWN_NOT_FOUND},
        path=IN_INBOX,
        body=NOTHING,
        example={},
    ),
}
