"""Mail Alliance's webhooks: verified over the raw bytes, then read into a notice.

Source: `mail_alliance` §2.1, Part 6.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from ...ports import CarrierEvent, Notice, ReturnNotice, Untrusted
from .. import signatures
from ..exchange import parse
from .shapes import NAME, Hook, Scan, Told, aware

T = TypeVar("T")


def verify(headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
    """Return what a webhook says once its signature and age are right.

    `keys` holds one or more secrets under names that start with `secret` (two during a rotation).

    Raises:
        Untrusted: signature, time stamp or shape is wrong.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    message_id = lower.get("webhook-id", "")
    secrets = [secret for name, secret in keys.items() if name.startswith("secret") and secret]
    signatures.check(
        message_id, lower.get("webhook-timestamp", ""), lower.get("webhook-signature", ""), raw, secrets, now
    )
    return read(message_id, raw)


def read(message_id: str, raw: bytes) -> Notice:
    """Return a verified body as a notice; a type nobody told us about is an empty notice, not an error."""
    hook = shaped(raw, Hook)
    family = hook.type.partition(".")[0]
    if family not in ("tracking", "return", "parcel"):
        return Notice(event_id=message_id)
    data = shaped(bytes(hook.data), Told)
    if family == "tracking" and data.event is None:
        raise Untrusted("webhook_shape", f"{hook.type} without an event")
    if family == "return" and not (data.return_tracking_number and data.tracking_number):
        raise Untrusted("webhook_shape", f"{hook.type} without its numbers")
    if hook.type == "return.received" and data.returned_at is None:
        raise Untrusted("webhook_shape", "return.received without returned_at")
    return notice(message_id, hook.type, data)


def notice(event_id: str, kind: str, data: Told) -> Notice:
    """Return what a webhook, or the feed in its place, says.

    A return without a number of its own is the parcel itself on its way back, so its scans are the parcel's; the scans
    of any other return are not.
    """
    separate = data.return_tracking_number not in (None, data.tracking_number)
    events = (tracking_event(data, data.event),) if data.event is not None and not separate else ()
    returns = (return_notice(kind, data),) if kind.startswith("return.") else ()
    again = (data.parcel_id,) if kind == "parcel.cancelled" and data.parcel_id and not events else ()
    return Notice(event_id=event_id, events=events, returns=returns, read_again=again)


def tracking_event(data: Told, scan: Scan) -> CarrierEvent:
    """Return the scan; a withdrawal is told by `revokes` in the event or by `revoked_event_id` beside it."""
    event = scan.event(data.tracking_number)
    if data.revoked_event_id is None or event.revoked:
        return event
    own = event.id if event.id != data.revoked_event_id else f"{event.id}/revoked"
    return replace(event, id=own, revoked=True, revokes=data.revoked_event_id, opens_return=False, partial=False)


def return_notice(kind: str, data: Told) -> ReturnNotice:
    """Return a return's notice; goods count as received only when the carrier says received and when."""
    received = kind == "return.received" and data.returned_at is not None
    return ReturnNotice(
        carrier=NAME,
        number=data.return_tracking_number or "",
        direct_number=data.tracking_number,
        reason=data.reason or "",
        received_at=aware(data.returned_at) if received and data.returned_at else None,
        items={item.sku: item.quantity for item in data.items},
        origin=data.origin or "carrier",
    )


def shaped(raw: bytes, shape: type[T]) -> T:
    found = parse(raw, shape)
    if isinstance(found, str):
        raise Untrusted("webhook_shape", found)
    return found[0]
