"""Text messages that an item's addressee was sent: one on arrival, one when it is about to go back.

Wire contract: `postal_api_russia` §4.4, last paragraph. Only the fields of a record are known; types, statuses and
which operations send one are ours.
"""

from typing import Any

from lxml import etree

from ....wire.soap.envelopes import printable
from .envelope import ENG, SMS
from .items import Event, Item

FLAG = "sms-notice-recipient"
DELIVERED = 2
SENT_BY = {  # operation -> type, its name in both languages
    "8/2": (1, ("О поступлении отправления", "The item has arrived")),
    "8/9": (1, ("О поступлении отправления", "The item has arrived")),
    "8/28": (2, ("Об истечении срока хранения", "The time of storage is running out")),
    "2/1": (3, ("О вручении отправления", "The item was handed over")),
}
STATUS = ("Доставлено", "Delivered")
TOOK_MS = 60_000


def messages(item: Item, at_ms: int) -> list[Event]:
    """Return the operations of which the addressee was told until a moment; none where nobody ordered it."""
    if not (item.order.flag(FLAG) and item.order.phone):
        return []
    return [event for event in item.events if event.operation.code in SENT_BY and event.at_ms + TOOK_MS <= at_ms]


def put_message(parent: Any, item: Item, event: Event, number: int, tongue: str) -> None:
    kind, names = SENT_BY[event.operation.code]
    record = etree.SubElement(parent, f"{{{SMS}}}historyRecord")
    fields = {
        "Id": number,
        "Number": item.order.phone,
        "NotificationTypeID": kind,
        "NotificationTypeName": names[tongue == ENG],
        "NotificationStatusID": DELIVERED,
        "NotificationStatusName": STATUS[tongue == ENG],
        "NotificationStatusDate": event.spot.local(event.at_ms + TOOK_MS).isoformat(timespec="milliseconds"),
        "SendedID": f"{item.order.id}-{number}",
        "SourceOperation": event.operation.code,
    }
    for name, value in fields.items():
        etree.SubElement(record, f"{{{SMS}}}{name}").text = printable(str(value))
