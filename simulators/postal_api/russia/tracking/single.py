"""Single access: five operations of one address, and its description.

Wire contract: `postal_api_russia` §4.1 to §4.5.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from lxml import etree

from ....core.errors import SimulatorError
from ....wire.call import Answer, Call
from ....wire.soap.envelopes import Version, child, text_of
from ..records import account_of
from . import money_events, notices, quota, sms, words
from .access import Service, denied, espp_fault
from .envelope import (
    DATA,
    DUTY,
    ENG,
    ESPP,
    LANGUAGES,
    MONEY,
    RUS,
    SMS,
    SPACES,
    answered,
    message_of,
    reason,
    refused,
    response,
)
from .items import NUMBER, Item, item_of
from .record_view import put_record
from .switches import SWITCHES

__all__ = ["SERVICE"]

HOUR_MS = 3_600_000
SERVICE = Service("single_access", Version.SOAP_12, ("AuthorizationHeader",), denied)


class Refused(SimulatorError):
    """A request is refused with a detail of its own, and nothing changed."""

    def __init__(self, detail: Any) -> None:
        self.detail = detail
        super().__init__(str(detail.tag))


def asked(handler: Callable[[Call, str], Answer]) -> Callable[[Call], Answer]:
    """Let a handler answer whoever may ask today, in the language that is asked for; it may raise `Refused`."""

    @wraps(handler)
    def checked(call: Call) -> Answer:
        message = message_of(call)
        if quota.exceeded(call.world):
            return denied(message, words.LIMIT)
        tongue = words.language(message)
        if not tongue and message.name != MONEY:
            return refused(reason("Language", words.said(words.LANGUAGE, ENG)))
        try:
            return handler(call, tongue or RUS)
        except Refused as error:
            return refused(error.detail)

    return checked


@SERVICE.operation("getOperationHistory")
@asked
def get_operation_history(call: Call, tongue: str) -> Answer:
    """The operations of an item (`MessageType` 0) or of its delivery notice (1), oldest first."""
    request = child(message_of(call).content, "OperationHistoryRequest")
    barcode = text_of(request, "Barcode")
    kind = text_of(request, "MessageType")
    if kind not in ("0", "1") or not NUMBER.fullmatch(barcode):
        raise Refused(reason("OperationHistory", words.said(words.FORMAT, tongue)))
    item = _item(call, barcode)
    if item is not None and item.gone_abroad and SWITCHES.choice(call.world, "goes_abroad") == "unavailable":
        raise Refused(reason("OperationHistory", words.said(words.AWAY, tongue)))
    root = response("getOperationHistory")
    if item is None and SWITCHES.choice(call.world, "unknown_number") == "missing":
        return answered(root)
    told = etree.SubElement(root, f"{{{DATA}}}OperationHistoryData")
    if item is not None:
        shown = notices.notice_of(item, _as_of(call)) if kind == "1" else item
        sparse = SWITCHES.choice(call.world, "records") == "sparse"
        sender = account_of(call.world).org_name
        for event in shown.events:
            put_record(told, shown, event, sender, tongue, sparse=sparse)
    return answered(root)


@SERVICE.operation("getLanguages")
@asked
def get_languages(call: Call, tongue: str) -> Answer:
    """The languages that names and messages can be had in."""
    root = response("getLanguages")
    told = etree.SubElement(root, f"{{{DATA}}}LanguageData")
    for code, name in LANGUAGES.items():
        language = etree.SubElement(told, f"{{{DATA}}}Language")
        language.set("code", code)
        language.set("name", name)
    return answered(root)


@SERVICE.operation(MONEY)
@asked
def postal_order_events(call: Call, tongue: str) -> Answer:
    """What became of the money of cash on delivery."""
    barcode = _attribute(call, "PostalOrderEventsForMailInput", "Barcode")
    if not barcode:
        raise Refused(espp_fault("BarcodeIsNull"))
    item = _item(call, barcode)
    root = response("PostalOrderEventsForMail")
    told = etree.SubElement(root, f"{{{ESPP}}}PostalOrderEventsForMaiOutput")
    if item is not None:
        events = money_events.cash_events(item, _as_of(call))
        money_events.put_events(told, "PostalOrderEvent", item.order.id, events, money_events.NAMES, tongue)
    return answered(root)


@SERVICE.operation("getCustomDutyEventsForMail")
@asked
def get_custom_duty_events(call: Call, tongue: str) -> Answer:
    """When customs asked for duty, and when it was paid."""
    barcode = _attribute(call, "CustomDutyEventsForMailInput", "Barcode")
    if not barcode:
        fault = etree.Element(f"{{{DUTY}}}CustomDutyEventsForMailFault", nsmap=SPACES)
        fault.set("ErrorID", "BarcodeIsNull")
        raise Refused(fault)
    item = _item(call, barcode)
    root = response("getCustomDutyEventsForMail")
    told = etree.SubElement(root, f"{{{DUTY}}}CustomDutyEventsForMailOutput")
    if item is not None:
        events = money_events.duty_events(item)
        money_events.put_events(told, "CustomDutyEvent", item.order.id, events, money_events.DUTY_NAMES, tongue)
    return answered(root)


@SERVICE.operation("getSmsHistory")
@asked
def get_sms_history(call: Call, tongue: str) -> Answer:
    """The text messages that the addressee was sent."""
    barcode = text_of(child(message_of(call).content, "SmsHistoryRequest"), "Barcode")
    if not NUMBER.fullmatch(barcode):
        fault = etree.Element(f"{{{SMS}}}SmsHistoryFaultReason", nsmap=SPACES)
        fault.text = words.said(words.FORMAT, tongue)
        raise Refused(fault)
    item = _item(call, barcode)
    root = response("getSmsHistory")
    told = etree.SubElement(root, f"{{{SMS}}}SmsHistoryData")
    if item is not None:
        for number, event in enumerate(sms.messages(item, _as_of(call)), 1):
            sms.put_message(told, item, event, number, tongue)
    return answered(root)


def _as_of(call: Call) -> int:
    """Return the moment up to which a tenant is told."""
    return call.world.now_ms - SWITCHES.number(call.world, "behind_h") * HOUR_MS


def _item(call: Call, barcode: str) -> Item | None:
    return item_of(call.world, barcode, _as_of(call))


def _attribute(call: Call, element: str, name: str) -> str:
    found = child(message_of(call).content, element)
    return "" if found is None else (found.get(name) or "").strip()
