"""The mail for one novelty: its state and remark and the shipment's number, nothing else of its history (NTF-011)."""

from datetime import datetime
from html import escape
from uuid import UUID, uuid5

from .domain.notices import Told
from .domain.statuses import Status
from .ports import Mail

NAMESPACE = UUID("6f0a3c1e-52f1-5d0b-9f0e-3a6f0c1e7d52")
WORDS = {
    Status.UNKNOWN: "Status unknown",
    Status.EXPIRED: "No news for a long time",
    Status.ANNOUNCED: "Announced to the carrier",
    Status.ACCEPTED: "Accepted by the carrier",
    Status.IN_TRANSIT: "On its way",
    Status.CUSTOMS: "At customs",
    Status.HELD: "Held",
    Status.OUT_FOR_DELIVERY: "Out for delivery",
    Status.DELIVERY_FAILED: "Delivery attempted without success",
    Status.READY_FOR_PICKUP: "Ready for pick-up",
    Status.RETURNING: "On its way back",
    Status.UNDELIVERABLE: "Cannot be delivered",
    Status.LOST_OR_DAMAGED: "Lost or damaged",
    Status.DELIVERED: "Delivered",
    Status.RETURNED: "Returned to the sender",
    Status.CANCELLED: "Cancelled",
}


def message_id(sender: str, subscription: str, event_id: str) -> str:
    """Return the Message-ID of one novelty for one subscription: the same at every try (NTF-202)."""
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{uuid5(NAMESPACE, f'{subscription}/{event_id}').hex}@{domain}>"


def compose(
    told: Told, *, tracking: str, name: str, email: str, sender: str, id: str, date: datetime, unsubscribe: str | None
) -> Mail:
    """Return the finished mail. Whatever people or carriers wrote is one line of text and escaped in HTML (NTF-240)."""
    word = WORDS[told.state]
    lead = "Correction: an earlier notice was withdrawn. Status now" if told.correction else "Status"
    if told.correction and told.state is Status.UNKNOWN:  # what holds now is not for mailing
        lead, word = "Correction", "An earlier notice was withdrawn; news follows"
    rows = [("Shipment", tracking), (lead, word)]
    rows += [(label, line(text)) for label, text in (("Reason", told.reason), ("Remark", told.observation)) if text]
    greeting = f"Hello {line(name)}," if line(name) else "Hello,"
    text = "\n".join([greeting, "", *(f"{label}: {value}" for label, value in rows), ""])
    cells = "".join(f"<tr><th align='left'>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in rows)
    headers = {"Auto-Submitted": "auto-generated", "X-Parcelproof-State": told.state.value}
    if unsubscribe is not None:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        text += f"\nNo more mails about this shipment: {unsubscribe}\n"
        cells += f"<tr><td colspan='2'><a href='{escape(unsubscribe)}'>No more mails about this shipment</a></td></tr>"
    html = f"<!doctype html><html><body><p>{escape(greeting)}</p><table>{cells}</table></body></html>"
    return Mail(
        message_id=id,
        sender=sender,
        recipient=email,
        subject=line(f"{word}: shipment {tracking}"),
        text=text,
        html=html,
        date=date,
        headers=headers,
    )


def line(text: str) -> str:
    """Return text as one printable line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
