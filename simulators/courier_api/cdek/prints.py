"""Print forms: waybills and labels, made a moment later, gone after an hour.

Wire contract: `courier_api` §1.7, §2.4, §2.5; v2_entity_not_ready: the vendor's OpenAPI description (as stored in
GitHub wishboxcdek). Statuses stand oldest first here, the reverse of orders.
"""

from typing import Any

from msgspec.structs import replace

from ...core.records import Due
from ...core.world import World
from ...wire.call import Answer, Call
from . import notices, settings
from .body import Reader, document
from .deferred import by_number, by_uuid
from .envelope import Error, Operations, Refused, enveloped, not_found, request_row, wrong_value
from .forms import DUTY, order_form
from .order_view import form_url
from .papers import PRINTED
from .printed import paper_of, pdf_of
from .records import FORMS, FORMS_OF, ORDERS, Form, Order
from .wire_values import moment

LIVES_MS = 3_600_000
ORDERS_MOST = 100
COPIES_MOST = 100
LABELS_MOST = 5_000
NAMES = {
    "ACCEPTED": "Принят",
    "PROCESSING": "Формируется",
    "READY": "Сформирован",
    "REMOVED": "Удален",
    "INVALID": "Некорректный запрос",
}
TEMPLATES = tuple(
    f"tpl_{name}"
    for name in (
        "russia",
        "china",
        "armenia",
        "english",
        "italian",
        "korean",
        "latvian",
        "lithuanian",
        "german",
        "turkish",
        "czech",
        "thailand",
        "invoice",
    )
)
LOOKS = {"orders": TEMPLATES, "barcodes": ("A4", "A5", "A6", "A7")}
LANGUAGES = ("RUS", "ENG", "DEU", "ITA", "TUR", "CES", "KOR", "LIT", "LAV")
EMPTY = "Print form is empty: no order can be printed"
EXPIRED = "Print form is expired"
NOT_READY = Error("v2_entity_empty", "Print form is not ready")

routes = Operations()


@routes.post("/v2/print/orders")
def print_waybills(call: Call) -> Answer:
    return _asked_for(call, "orders", "type", 2)


@routes.post("/v2/print/barcodes")
def print_labels(call: Call) -> Answer:
    return _asked_for(call, "barcodes", "format", 1)


@routes.get("/v2/print/orders/{uuid}")
def get_waybills(call: Call) -> Answer:
    return _got(call, "orders")


@routes.get("/v2/print/barcodes/{uuid}")
def get_labels(call: Call) -> Answer:
    return _got(call, "barcodes")


def _asked_for(call: Call, kind: str, look_key: str, copies: int) -> Answer:
    reader = Reader(document(call))
    rows = reader.children("orders", required=True, most=ORDERS_MOST)
    named = tuple(((row.text("order_uuid") or "").lower(), row.text("cdek_number") or "") for row in rows)
    for row, names in zip(rows, named, strict=True):
        if not any(names):
            reader.errors.append(Error("v2_required_param_empty", f"[{row.path}] needs order_uuid or cdek_number"))
    count = reader.whole("copy_count", least=1, most=COPIES_MOST)
    look, lang = reader.text(look_key) or LOOKS[kind][0], reader.text("lang") or LANGUAGES[0]
    for key, value, allowed in ((look_key, look, LOOKS[kind]), ("lang", lang, LANGUAGES)):
        if value not in allowed:
            reader.errors.append(wrong_value(key, value))
    reader.refuse_if_wrong()
    form = order_form(call.world, kind, named, count or copies, look, lang, call.origin)
    row_shape = request_row(form.request.uuid, "CREATE", form.made_ms, "ACCEPTED")
    return enveloped(call.world, {"uuid": form.uuid}, [row_shape], status=202)


def on_form(world: World, due: Due) -> None:
    """Bring a form to its next state: being made, ready or invalid, removed after an hour."""
    form = world.store.get(FORMS, due.key)
    if form is None:
        return
    form = replace(form, statuses=(*form.statuses, (due.note, world.now_ms)))
    if due.note == "PROCESSING":
        after_ms = settings.number(world, "print_after_ms")
        world.later(DUTY, form.uuid, after_ms=after_ms - after_ms // 2, note="READY")
    elif due.note == "READY":
        form = _made(world, form)
    elif due.note == "REMOVED":
        world.store.drop(PRINTED, form.uuid)
    world.store.put(FORMS, form.uuid, form)


def _made(world: World, form: Form) -> Form:
    found = [_order_of(world, *names) for names in form.orders]
    orders = tuple(order for order in found if isinstance(order, Order))
    missing = tuple(dict.fromkeys(error for error in found if isinstance(error, Error)))
    labels = form.copies * sum(len(order.packages) if form.kind == "barcodes" else 1 for order in orders)
    if not labels:
        return _invalid(world, form, _problem(world, "empty", EMPTY), *missing)
    if labels > LABELS_MOST:
        message = f"Print form would have {labels} labels or waybills, {LABELS_MOST} at most"
        return _invalid(world, form, Error("v2_entity_invalid", message))
    printed = tuple(dict.fromkeys(order.uuid for order in orders))
    form = replace(form, printed=printed, request=replace(form.request, state="SUCCESSFUL", warnings=missing))
    world.store.put(PRINTED, form.uuid, tuple(paper_of(world, order) for order in orders))
    for uuid in printed:
        world.store.put(FORMS_OF, uuid, (*(world.store.get(FORMS_OF, uuid) or ()), form.uuid))
    world.later(DUTY, form.uuid, after_ms=LIVES_MS, note="REMOVED")
    notices.form_notice(world, form, form_url(form))
    return form


def _problem(world: World, what: str, message: str) -> Error:
    """The sources know two families of codes for what is wrong with a form."""
    return Error(f"v2_{settings.choice(world, 'print_error_family')}_{what}", message)


def _invalid(world: World, form: Form, *errors: Error) -> Form:
    request = replace(form.request, state="INVALID", errors=errors)
    return replace(form, statuses=(*form.statuses[:-1], ("INVALID", world.now_ms)), request=request)


def _order_of(world: World, uuid: str, number: str) -> Order | Error:
    """Return a registered order by its uuid, else its number, or why it cannot be printed."""
    known = world.store.get(ORDERS, uuid) is not None
    try:
        found = by_uuid(world, uuid) if known or not number else by_number(world, number)
    except Refused as refused:
        return refused.errors[0]
    if found.state == "CREATED":
        return found
    if found.state == "ACCEPTED":
        return Error("v2_entity_not_ready", f"Order {number or uuid} has no number yet")
    return Error("v2_entity_invalid", f"Order {number or uuid} is invalid, or was removed")


def _got(call: Call, kind: str) -> Answer:
    uuid, dot, ending = call.params["uuid"].lower().partition(".")
    form = call.world.store.get(FORMS, uuid)
    if form is None or form.kind != kind or (dot and ending != "pdf"):
        raise not_found(call.world, uuid)
    if dot:
        return _file(call.world, form)
    row = form.request
    shown = request_row(row.uuid, row.kind, row.at_ms, row.state, row.errors, row.warnings)
    return enveloped(call.world, _entity(form), [shown])


def _entity(form: Form) -> dict[str, Any]:
    found: dict[str, Any] = {
        "uuid": form.uuid,
        "orders": [_named(*names) for names in form.orders],
        "copy_count": form.copies,
    }
    found["type" if form.kind == "orders" else "format"] = form.look
    if form.kind == "barcodes":
        found["lang"] = form.lang
    if form.statuses[-1][0] == "READY":
        found["url"] = form_url(form)
    found["statuses"] = [
        {"code": code, "name": NAMES[code], "date_time": moment(at_ms)} for code, at_ms in form.statuses
    ]
    return found


def _named(uuid: str, number: str) -> dict[str, str | int]:
    """Return an order as it was asked for; the carrier's number is a number here, as typed clients have it."""
    found: dict[str, str | int] = {"order_uuid": uuid} if uuid else {}
    if number:
        found["cdek_number"] = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else number
    return found


def _file(world: World, form: Form) -> Answer:
    state = form.statuses[-1][0]
    if state == "REMOVED":
        raise Refused(_problem(world, "expired", EXPIRED))
    if state == "INVALID":
        raise Refused(*form.request.errors)
    if state != "READY":
        raise Refused(NOT_READY)
    papers = world.store.get(PRINTED, form.uuid)
    body = pdf_of(world, form, papers or ())
    name = f'attachment; filename="{form.uuid}.pdf"'
    return Answer(200, body, {"Content-Type": "application/pdf", "Content-Disposition": name})
