"""Batch access: a ticket for up to 3000 numbers, and later the answer to it.

Wire contract: `postal_api_russia` §4.6. Everything that is wrong is told inside HTTP 200.
"""

from typing import Any

from lxml import etree

from ....core.world import World
from ....wire.call import Answer, Call
from ....wire.moscow import local
from ....wire.soap.envelopes import Version, child, enclosed, printable, text_of
from . import quota, words
from .access import Service
from .envelope import BATCH_SPACES, FCLIENT, LANGUAGES, POSTSERVER, RUS, Message, message_of
from .items import NUMBER, item_of
from .switches import SWITCHES
from .tickets import Ticket, find, issue

__all__ = ["SERVICE"]

HOUR_MS = 3_600_000
LONGEST_NUMBER, LONGEST_NAME = 14, 255
FORMAT, DENIED, NOT_READY, NO_DATA, INTERNAL, GONE, TOO_MANY, TONGUE, LONG, NAME = 2, 3, 6, 12, 16, 17, 18, 20, 21, 22
ERRORS = {
    FORMAT: "Формат данных запроса не соответствует установленному протоколом",
    DENIED: "Ошибка авторизации",
    NOT_READY: "Ответ по билету ещё не готов",
    NO_DATA: "Сообщение не найдено",
    INTERNAL: "Внутренняя ошибка работы Сервиса отслеживания",
    GONE: "Билет не существует, истёк срок хранения ответа или ответ удалён",
    TOO_MANY: "Превышено максимально допустимое количество отправлений в запросе",
    TONGUE: "Недопустимый идентификатор языка",
    LONG: "Длина одного или нескольких из запрошенных идентификаторов отправлений превышает максимальный размер",
    NAME: "Длина имени файла превышает максимальный размер",
}
NO_RIGHT = "Ошибка авторизации: Нет доступа к пакетной обработке"


def _denied(message: Message, told: str) -> Answer:
    return _wrong(_root(message), DENIED, words.said(told, RUS))


SERVICE = Service("batch_access", Version.SOAP_11, (), _denied)


@SERVICE.operation("ticketRequest")
def get_ticket(call: Call) -> Answer:
    """A ticket for the histories of many items; the answer is fetched by it later."""
    message = message_of(call)
    root, world = _root(message), call.world
    if (refused := _may_not(world, root)) is not None:
        return refused
    request = child(message.content, "request")
    language = text_of(message.content, "language") or RUS
    barcodes = tuple(item.get("Barcode") or "" for item in (() if request is None else request))
    if code := _problem(world, barcodes, language, "" if request is None else request.get("FileName") or ""):
        return _wrong(root, code)
    ticket = issue(world, message.login, tuple(code.upper() for code in barcodes), language)
    if ticket is not None:
        etree.SubElement(root, "value").text = ticket.number
    return enclosed(Version.SOAP_11, root)


@SERVICE.operation("answerByTicketRequest")
def get_response_by_ticket(call: Call) -> Answer:
    """The histories asked for by a ticket, as they were when the answer was prepared."""
    message = message_of(call)
    root, world = _root(message), call.world
    if (refused := _may_not(world, root)) is not None:
        return refused
    ticket = find(world, text_of(message.content, "ticket"))
    if ticket is None:
        return _wrong(root, GONE)
    if world.now_ms < ticket.ready_ms:
        return _wrong(root, NOT_READY)
    if len(ticket.barcodes) > SWITCHES.number(world, "answer_most"):
        return _wrong(root, INTERNAL)
    _put_answer(root, world, ticket)
    return enclosed(Version.SOAP_11, root)


def _root(message: Message) -> Any:
    name = {"ticketRequest": "ticketResponse"}.get(message.name, "answerByTicketResponse")
    return etree.Element(f"{{{POSTSERVER}}}{name}", nsmap=BATCH_SPACES)


def _wrong(root: Any, code: int, told: str = "") -> Answer:
    error = etree.SubElement(root, "error")
    error.set("ErrorTypeID", str(code))
    error.set("ErrorName", told or ERRORS[code])
    return enclosed(Version.SOAP_11, root)


def _may_not(world: World, root: Any) -> Answer | None:
    if quota.exceeded(world):
        return _wrong(root, DENIED, words.said(words.LIMIT, RUS))
    if SWITCHES.choice(world, "batch_access") == "not-requested":
        return _wrong(root, DENIED, NO_RIGHT)
    return None


def _problem(world: World, barcodes: tuple[str, ...], language: str, file_name: str) -> int:
    """Return the code of the first thing that is wrong with a request, 0 for nothing."""
    if language not in LANGUAGES:
        return TONGUE
    if len(file_name) > LONGEST_NAME:
        return NAME
    if len(barcodes) > SWITCHES.number(world, "ticket_most"):
        return TOO_MANY
    if any(len(barcode) > LONGEST_NUMBER for barcode in barcodes):
        return LONG
    if not barcodes or not all(NUMBER.fullmatch(barcode.upper()) for barcode in barcodes):
        return FORMAT
    return 0


def _put_answer(root: Any, world: World, ticket: Ticket) -> None:
    value = etree.SubElement(root, "value")
    prepared = local(ticket.ready_ms)
    value.set("FileName", f"{ticket.number}.xml")
    value.set("FileTypeID", "2")
    value.set("FileNumber", "1")
    value.set("RecipientID", "1")
    value.set("DatePreparation", f"{prepared:%d.%m.%Y %H:%M:%S}")
    as_of_ms = ticket.ready_ms - SWITCHES.number(world, "behind_h") * HOUR_MS
    for barcode in ticket.barcodes:
        _put_item(value, world, barcode, as_of_ms, ticket.language)


def _put_item(parent: Any, world: World, barcode: str, as_of_ms: int, tongue: str) -> None:
    told = etree.SubElement(parent, f"{{{FCLIENT}}}Item")
    told.set("Barcode", barcode)
    item = item_of(world, barcode, as_of_ms)
    if item is None or not item.events:
        error = etree.SubElement(told, f"{{{FCLIENT}}}Error")
        error.set("ErrorTypeID", str(NO_DATA))
        error.set("ErrorName", ERRORS[NO_DATA])
        return
    for event in item.events:
        done = etree.SubElement(told, f"{{{FCLIENT}}}Operation")
        done.set("OperTypeID", str(event.operation.type))
        done.set("OperCtgID", str(event.operation.attribute))
        done.set("OperName", words.type_name(event.operation, tongue))
        done.set("DateOper", f"{event.spot.local(event.at_ms):%d.%m.%Y %H:%M:%S}")
        if event.spot.index:
            done.set("IndexOper", printable(event.spot.index))
