"""What the carrier shows in its cabinet only, over a wire of our own design: signed documents, acceptance, customs.

Below `/parcelproof/v1`, as the other chapters of our own; nothing here is the carrier's.
"""

from typing import Any

from ....wire.call import Answer, Call, json_answer
from ....wire.members import Shape, Text
from ..acceptance import ACCEPTED, Acceptance, Line, acceptance_of
from ..declarations import Declaration, declaration_of
from ..filing import filed
from ..otpravka.account import account_now
from ..otpravka.moments import moment
from ..own_rest.operations import OwnRoutes, body_of
from ..own_rest.problems import unknown, wrong_state
from ..records import Order, find_order
from . import customs
from .customs_papers import currency_of, total_minor
from .customs_rule import form_of
from .documents import Document, authority_of, documents_of
from .files import PDF, pdf_answer
from .sheets_of import customs_sheets

PEM = "application/x-pem-file"
ANSWER = Shape({"text": Text(most=2_000)}, required=("text",))

routes = OwnRoutes()


@routes.get("/documents/authority")
def read_authority(call: Call) -> Answer:
    """Give the certificate that the documents' signers come from."""
    return Answer(200, authority_of(call.world).pem(), {"Content-Type": PEM})


@routes.get("/batches/{name}/documents")
def list_documents(call: Call) -> Answer:
    """List the documents of a batch, with who signed each and when."""
    return json_answer({"documents": [_shape(found) for found in _documents(call)]})


@routes.get("/batches/{name}/documents/{document}")
def read_document(call: Call) -> Answer:
    """Give one document as it is signed by now."""
    for found in _documents(call):
        if found.name == call.params["document"]:
            disposition = f'attachment; filename="{found.name}"'
            return Answer(200, found.body(), {"Content-Type": found.content_type, "Content-Disposition": disposition})
    raise unknown("document", call.params["document"])


def _documents(call: Call) -> list[Document]:
    found = documents_of(call.world, call.params["name"])
    if not found:
        raise unknown("batch that is checked in", call.params["name"])
    return found


def _shape(found: Document) -> dict[str, Any]:
    signed = [{"by": who, "at": moment(at_ms)} for who, at_ms in found.signed]
    return {"name": found.name, "content_type": found.content_type, "signed": signed}


@routes.get("/batches/{name}/acceptance")
def read_acceptance(call: Call) -> Answer:
    """Tell what the office found of each line, and what it charges."""
    name = call.params["name"]
    if filed(call.world, name) is None:
        raise unknown("batch that is checked in", name)
    found = acceptance_of(call.world, name)
    if found is None:
        raise wrong_state("The list", "open", ["closed"])
    return json_answer(_accepted(found))


def _accepted(found: Acceptance) -> dict[str, Any]:
    total = found.total
    return {
        "batch": found.batch,
        "list_number": found.list_number,
        "closed_at": moment(found.closed_ms),
        "act_number": found.act_number,
        "invoice_number": found.invoice_number,
        "accepted": len(found.of(ACCEPTED)),
        "rate_minor": total.rate_minor,
        "vat_minor": total.vat_minor,
        "total_minor": total.rate_minor + total.vat_minor,
        "lines": [_line(line) for line in found.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "place": line.place or None,
        "order_id": line.order,
        "order_num": line.order_num,
        "barcode": line.barcode,
        "verdict": line.verdict,
        "rate_minor": line.rate.rate_minor,
        "vat_minor": line.rate.vat_minor,
    }
    return {**shown, "reason": line.reason} if line.reason else shown


@routes.get("/orders/{order}/customs")
def read_customs(call: Call) -> Answer:
    """Tell which form an order needs and where its declaration stands."""
    order = _order(call)
    found = declaration_of(call.world, order)
    form = form_of(call.world, order)
    value = {"form": form or None, "value_minor": total_minor(order), "currency": (form and currency_of(order)) or None}
    return json_answer({**value, **({} if found is None else _declared(found))})


def _declared(found: Declaration) -> dict[str, Any]:
    return {
        "status": found.status,
        "sent_at": moment(found.sent_ms),
        "entry_number": found.entry_number or None,
        "decision": found.decision or None,
        "question": found.question or None,
        "answer": found.answer or None,
        "error": found.error or None,
        "parcel_waits": found.waits,
    }


@routes.get("/orders/{order}/customs-form")
def read_customs_form(call: Call) -> Answer:
    """Give the customs form of an order."""
    order = _order(call)
    form = form_of(call.world, order)
    sheets = customs_sheets(order, form, account_now(call.world), moment(call.world.now_ms)[:10])
    if not sheets:
        raise unknown("customs form of order", str(order.id))
    answer = pdf_answer(sheets, f"{form}-{order.id}")
    answer.headers["Content-Type"] = PDF
    return answer


@routes.post("/orders/{order}/customs/answer")
def answer_customs(call: Call) -> Answer:
    """Answer what customs asked."""
    order, given = _order(call), body_of(call, ANSWER)
    found = declaration_of(call.world, order)
    if found is None:
        raise unknown("declaration of order", str(order.id))
    if not found.question or found.answer or found.is_decided:
        state = "answered" if found.answer else found.status
        raise wrong_state("The declaration", state, ["asked"])
    return json_answer(_declared(customs.answer(call.world, found, given["text"])))


def _order(call: Call) -> Order:
    order = find_order(call.world, call.params["order"])
    if order is None:
        raise unknown("order", call.params["order"])
    return order
