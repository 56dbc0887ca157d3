"""Printed forms, signed documents and customs as we declare them: every route, what it takes, every answer.

Wire contract: `postal_api_russia` §2.6; below /parcelproof our own design.
"""

from ....wire.call import JSON
from ....wire.description import BYTES, PDF, PLAIN, Content, Described, Link, json_of
from ....wire.schemas import FLAG, Schema, asked, either, nullable, one_of, rows, shape, text, whole
from ..described import (
    CONFLICT,
    DAY_ASKED,
    FRAMEWORK,
    ID,
    INTERNAL,
    MOMENT,
    NAME,
    NOT_FOUND,
    NUMBER_OF_ITEM,
    OWN_NOT_FOUND,
    own,
    own_write,
    told,
)
from ..otpravka.described_shapes import COUNT

ZIP, ZPL, PEM, SIGNATURE = "application/zip", "application/zpl", "application/x-pem-file", "application/pkcs7-signature"
NO_FORM: dict[int, Content] = {400: json_of(either(INTERNAL, FRAMEWORK))}
NO_BATCH: dict[int, Content] = {500: json_of(INTERNAL)}  # E1b, where a batch is not known
ITS_NAME = {"Content-Disposition": "The file's name, without quotes and ending."}
ORDER_KEY = {"key": text(like="^[0-9]{1,12}$")}
BATCH_KEY = {"key": text(like="^[0-9]{1,9}$")}
PRINTING: dict[str, Schema] = {"print-type?": one_of("PAPER", "THERMO")}
SIDES: dict[str, Schema] = {"print-type-form?": one_of("ONE_SIDED", "TWO_SIDED")}
DAY: dict[str, Schema] = {"sending-date?": DAY_ASKED}
PRINTED: Content = {PDF: BYTES}


def form(
    summary: str, key: dict[str, Schema], query: dict[str, Schema], good: Content, *, batch: bool = False
) -> Described:
    missing = NO_BATCH if batch else NOT_FOUND
    return told(summary, {200: good, **NO_FORM, **missing}, path=key, query=query, headers=ITS_NAME)


FORMS = {
    "f7": form("Give an order's address label F7.", ORDER_KEY, {**DAY, **PRINTING}, {PDF: BYTES, ZPL: BYTES}),
    "f112": form("Give an order's money order F112.", ORDER_KEY, DAY, PRINTED),
    "forms_before_batching": form(
        'Give the forms of an order in the folder "new".', ORDER_KEY, {**DAY, **PRINTING, **SIDES}, PRINTED
    ),
    "forms_after_batching": form(
        "Give the forms of an order in a batch.", ORDER_KEY, {**DAY, **PRINTING, **SIDES}, PRINTED
    ),
    "f103": form("Give a batch's list F103.", BATCH_KEY, {}, PRINTED, batch=True),
    "zip_all": form("Give all forms of a batch.", BATCH_KEY, {**PRINTING, **SIDES}, {ZIP: BYTES}, batch=True),
    "completeness_form": form("Give a batch's act of checking contents.", BATCH_KEY, {}, PRINTED, batch=True),
    "easy_return": told(
        "Give the label of a return.",
        {200: PRINTED, **NO_FORM, **NOT_FOUND},
        path={"key": NUMBER_OF_ITEM},
        query=PRINTING,
        headers=ITS_NAME,
    ),
}

# -- our own paths

SIGNED = shape("Signed", {"by": NAME, "at": MOMENT})
DOCUMENT = shape("Document", {"name": NAME, "content_type": NAME, "signed": rows(SIGNED)})
VERDICT = one_of("accepted", "missing", "refused", "extra")
LINE = shape(
    "AcceptedLine",
    {
        "place": nullable(ID),
        "order_id": COUNT,
        "order_num": text(),
        "barcode": NUMBER_OF_ITEM,
        "verdict": VERDICT,
        "rate_minor": COUNT,
        "vat_minor": COUNT,
        "reason?": NAME,
    },
)
ACCEPTANCE = shape(
    "Acceptance",
    {
        "batch": NAME,
        "list_number": ID,
        "closed_at": MOMENT,
        "act_number": ID,
        "invoice_number": ID,
        **dict.fromkeys(("accepted", "rate_minor", "vat_minor", "total_minor"), COUNT),
        "lines": rows(LINE, 1),
    },
)
STATUS = one_of("NEW", "IN_PROGRESS", "DONE", "REJECTED", "ILLEGAL_DATA", "CANCELED")
DECLARED: dict[str, Schema] = {
    "status": STATUS,
    "sent_at": MOMENT,
    **dict.fromkeys(("entry_number", "decision", "question", "answer", "error"), nullable(NAME)),
    "parcel_waits": FLAG,
}
CUSTOMS = shape(
    "Customs",
    {
        "form": nullable(one_of("CN22", "CN23")),
        "value_minor": whole(None),
        "currency": nullable(text(like="^[A-Z]{3}$")),
        **{f"{name}?": schema for name, schema in DECLARED.items()},
    },
)
OF_BATCH = {"name": text(like="^[0-9]{1,9}$")}
OF_ORDER = {"order": text(like="^[0-9]{1,12}$")}
FIRST_DOCUMENT = {"name": "$request.path.name", "document": "$response.body#/documents/0/name"}
OWN = {
    "read_authority": own("Give the certificate that signers come from.", {200: {PEM: BYTES}}),
    "list_documents": own(
        "List a batch's documents and who signed them.",
        {200: json_of(shape("Documents", {"documents": rows(DOCUMENT, 1)})), **OWN_NOT_FOUND},
        path=OF_BATCH,
        links=(Link("read_document", FIRST_DOCUMENT),),
    ),
    "read_document": own(
        "Give a document as it is signed by now.",
        {200: {PDF: BYTES, SIGNATURE: BYTES, PLAIN: BYTES}, **OWN_NOT_FOUND},
        path={**OF_BATCH, "document": text(1, 60)},
        headers={"Content-Disposition": "The file's name."},
    ),
    "read_acceptance": own(
        "Tell what the office found of each line.",
        {200: json_of(ACCEPTANCE), **OWN_NOT_FOUND, **CONFLICT},
        path=OF_BATCH,
    ),
    "read_customs": own(
        "Tell where an order's declaration stands.", {200: json_of(CUSTOMS), **OWN_NOT_FOUND}, path=OF_ORDER
    ),
    "read_customs_form": own("Give an order's customs form.", {200: PRINTED, **OWN_NOT_FOUND}, path=OF_ORDER),
    "answer_customs": own_write(
        "Answer what customs asked.",
        {200: json_of(shape("Declared", DECLARED)), **OWN_NOT_FOUND},
        path=OF_ORDER,
        body={JSON: asked("CustomsAnswer", {"text": text(1, 2_000)})},
        example={"text": "Счёт приложен"},
    ),
}

DESCRIBED: dict[str, Described] = {**FORMS, **OWN}
