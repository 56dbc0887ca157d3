"""Envelopes of both tracking services: made here, read with entities and the network off.

Source: `postal_api_russia` §4.1–§4.6. Names count, prefixes and namespaces do not: the post's own clients disagree on
them. Where a history has one record, or none at all, the elements are simply fewer.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from ...ports import Refused, Unavailable
from ..exchange import Exchange, Reply
from .reading import Scan
from .zones import zone_of

Element: TypeAlias = Any  # lxml brings no types

HISTORY, DATA = "http://russianpost.org/operationhistory", "http://russianpost.org/operationhistory/data"
BATCH, ITEMS = "http://fclient.russianpost.org/postserver", "http://fclient.russianpost.org"
SOAP_11, SOAP_12 = "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"
FAULT = 500  # the status under which faults come
QUOTA_WORDS = "лимит"
SHOWN_CHARS = 200
_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4}) ((?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2})")


class Tracker:
    """The tracking login of one account. `base_url` is the host of `/rtm34` and `/fc`."""

    def __init__(self, over: Exchange, login: str, password: str) -> None:
        self._exchange = over
        self._login = login
        self._password = password

    async def history(self, number: str) -> list[Scan]:
        """Return one parcel's own history, as the single service tells it; empty where it knows nothing.

        Raises:
            Refused: the login is wrong, or the number is none.
            Unavailable: no usable answer, or the day's quota is used up.
        """
        body = (
            f'<oper:getOperationHistory xmlns:oper="{HISTORY}" xmlns:data="{DATA}"><data:OperationHistoryRequest>'
            f"<data:Barcode>{escape(number)}</data:Barcode><data:MessageType>0</data:MessageType>"
            "<data:Language>RUS</data:Language></data:OperationHistoryRequest>"
            '<data:AuthorizationHeader s:mustUnderstand="1">'
            f"<data:login>{escape(self._login)}</data:login><data:password>{escape(self._password)}</data:password>"
            "</data:AuthorizationHeader></oper:getOperationHistory>"
        )
        kind = "application/soap+xml; charset=utf-8"
        root = await self._call("/rtm34", SOAP_12, kind, {}, body)
        return [_record(record) for record in within(root, "historyRecord")]

    async def ticket(self, numbers: Sequence[str]) -> str:
        """Ask for the histories of many and return the ticket to fetch them by; "" where none was issued.

        Raises:
            Refused: the login is wrong, or has no right to this service.
            Unavailable: no usable answer, or the day's quota is used up.
        """
        items = "".join(f"<fcl:Item Barcode={quoteattr(number)}/>" for number in numbers)
        body = (
            f'<pos:ticketRequest xmlns:pos="{BATCH}" xmlns:fcl="{ITEMS}"><request>{items}</request>'
            f"{self._signed()}<language>RUS</language></pos:ticketRequest>"
        )
        root = await self._batch(body)
        _refuse(first(root, "error"))
        return words(first(root, "value"))

    async def answer(self, ticket: str) -> dict[str, list[Scan]] | None:
        """Return what a ticket asked for, None while it is being made.

        Raises:
            Refused: `gone` where the ticket is known no more.
            Unavailable: no usable answer.
        """
        body = (
            f'<pos:answerByTicketRequest xmlns:pos="{BATCH}"><ticket>{escape(ticket)}</ticket>'
            f"{self._signed()}</pos:answerByTicketRequest>"
        )
        root = await self._batch(body)
        error = first(root, "error")
        if error is not None and attribute(error, "ErrorTypeID") == "6":
            return None
        _refuse(error)
        return {
            attribute(item, "Barcode"): [_operation(operation) for operation in within(item, "Operation")]
            for item in within(root, "Item")
        }

    def _signed(self) -> str:
        return f"<login>{escape(self._login)}</login><password>{escape(self._password)}</password>"

    async def _batch(self, body: str) -> Element:
        return await self._call("/fc", SOAP_11, "text/xml; charset=utf-8", {"SOAPAction": '""'}, body)

    async def _call(self, path: str, envelope: str, kind: str, headers: dict[str, str], body: str) -> Element:
        content = (
            f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{envelope}"><s:Header/>'
            f"<s:Body>{body}</s:Body></s:Envelope>"
        ).encode()
        reply = await self._exchange.send(
            "POST", path, headers={"Content-Type": kind, **headers}, content=content, answers=frozenset({FAULT})
        )
        root = parsed(path, reply)
        if (fault := first(root, "Fault")) is not None:
            _raise_fault(path, fault)
        if reply.status != 200:
            raise Unavailable("unreadable_answer", f"{path}: {reply.status} {reply.excerpt}")
        return root


def parsed(path: str, reply: Reply) -> Element:
    """Return an answer's envelope.

    Raises:
        Unavailable: it is empty, no XML, or has a DTD, which no envelope may have.
    """
    if not reply.body.strip():
        raise Unavailable("empty_answer", f"{path}: {reply.status} with an empty body")
    reader = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: Element = etree.fromstring(reply.body, reader)
    except (etree.XMLSyntaxError, ValueError) as fault:
        code = "carrier_down" if reply.status >= FAULT else "unreadable_answer"
        raise Unavailable(code, f"{path}: {reply.status}, no XML: {reply.excerpt!r}") from fault
    if root.getroottree().docinfo.doctype:
        raise Unavailable("unreadable_answer", f"{path}: the answer has a DTD")
    return root


def _raise_fault(path: str, fault: Element) -> None:
    detail = first(fault, "Detail", "detail")
    reason = words(detail if detail is not None else fault) or words(fault)
    said = reason[:SHOWN_CHARS]
    if QUOTA_WORDS in reason.lower():
        raise Unavailable("quota_exceeded", f"{path}: {said}")
    if first(fault, "AuthorizationFaultReason") is not None:
        raise Refused("unauthorized", f"{path}: {said}; tracking has a login and a password of its own")
    if first(fault, "OperationHistoryFaultReason", "LanguageFaultReason") is not None:
        raise Refused("operation_history", said)
    raise Unavailable("carrier_down", f"{path}: {said}")


def _refuse(error: Element | None) -> None:
    """Raise what the batch service says is wrong: the number of the error, and its words."""
    if error is None:
        return
    code, said = attribute(error, "ErrorTypeID"), attribute(error, "ErrorName")[:SHOWN_CHARS] or "no reason"
    if QUOTA_WORDS in said.lower():  # it comes under the number of a wrong login
        raise Unavailable("quota_exceeded", said)
    if code == "3":
        raise Refused("unauthorized", said)
    if code in ("12", "17"):
        raise Refused("gone", said)
    if code == "16":
        raise Unavailable("carrier_down", said)
    raise Refused(f"batch_{code or 'error'}", said)


def _record(record: Element) -> Scan:
    """Return one record of the single service; only its operation, its time and its place are sure to be there."""
    operation, item = first(record, "OperationParameters"), first(record, "ItemParameters")
    at = _moment(words(first(operation, "OperDate")))
    kind, attribute_id = _number(operation, "OperType"), _number(operation, "OperAttr") or 0
    if at is None or kind is None:
        raise Unavailable("unreadable_answer", "a record of the history has no operation or no time")
    named = [words(first(first(operation, name), "Name")) for name in ("OperType", "OperAttr")]
    place = first(first(record, "AddressParameters"), "OperationAddress")
    marks = _number(item, "PostMark")
    return Scan(
        kind=kind,
        attribute=attribute_id,
        clock=at.replace(tzinfo=None, microsecond=0),
        at=at.astimezone(UTC),
        text=". ".join(filter(None, named)),
        place=" ".join(filter(None, (words(first(place, name)) for name in ("Index", "Description")))),
        mail_type=_number(item, "MailType"),
        marks=marks or 0,
    )


def _operation(operation: Element) -> Scan:
    """Return one operation of the batch service, whose time is the office's own without a zone."""
    kind, index = _digits(attribute(operation, "OperTypeID")), attribute(operation, "IndexOper")
    clock = _clock(attribute(operation, "DateOper"))
    if kind is None or clock is None:
        raise Unavailable("unreadable_answer", "an operation has no type or no time")
    return Scan(
        kind=kind,
        attribute=_digits(attribute(operation, "OperCtgID")) or 0,
        clock=clock,
        at=clock.replace(tzinfo=zone_of(index)).astimezone(UTC),
        text=attribute(operation, "OperName"),
        place=index,
    )


def _clock(written: str) -> datetime | None:
    """Return the time on the office's clock, without a zone."""
    match = _DATE.fullmatch(written)
    if match is None:
        return None
    day, month, year, time = match.groups()
    try:
        return datetime.fromisoformat(f"{year}-{month}-{day} {time}") if 1970 <= int(year) <= 9000 else None
    except ValueError:
        return None


def _moment(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
        found = found if found.tzinfo else found.replace(tzinfo=zone_of(""))
        return found if 1970 <= found.astimezone(UTC).year <= 9000 else None
    except (ValueError, OverflowError):
        return None


def _number(owner: Element | None, name: str) -> int | None:
    return _digits(words(first(first(owner, name), "Id")))


def _digits(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def within(root: Element | None, name: str) -> Iterator[Element]:
    """Yield every element of this name below another, in order."""
    if root is not None:
        yield from (found for found in root.iter() if _name(found) == name)


def first(root: Element | None, *names: str) -> Element | None:
    return next((found for name in names for found in within(root, name)), None)


def words(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def attribute(element: Element, name: str) -> str:
    return str(element.get(name, "")).strip()


def _name(element: Element) -> str:
    """Return the name without its namespace; a comment has none."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
