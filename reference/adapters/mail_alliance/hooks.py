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
from .shapes import NAME, Hook, ParcelHook, ReturnHook, TrackingHook, aware

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
    kind = hook.type.partition(".")[0]
    if kind == "tracking":
        return Notice(event_id=message_id, events=(tracking_event(shaped(bytes(hook.data), TrackingHook)),))
    if kind == "return":
        return Notice(event_id=message_id, returns=(return_notice(hook.type, shaped(bytes(hook.data), ReturnHook)),))
    if hook.type == "parcel.cancelled":
        return Notice(event_id=message_id, read_again=(shaped(bytes(hook.data), ParcelHook).parcel_id,))
    return Notice(event_id=message_id)


def tracking_event(hook: TrackingHook) -> CarrierEvent:
    """Return the scan; a withdrawal is told by `revokes` in the event or by `revoked_event_id` beside it."""
    event = hook.event.event(hook.tracking_number)
    if hook.revoked_event_id is None or event.revoked:
        return event
    own = event.id if event.id != hook.revoked_event_id else f"{event.id}/revoked"
    return replace(event, id=own, revoked=True, revokes=hook.revoked_event_id, opens_return=False)


def return_notice(kind: str, hook: ReturnHook) -> ReturnNotice:
    """Return a return's notice; goods count as received only when the carrier says received and when."""
    received = kind == "return.received"
    if received and hook.returned_at is None:
        raise Untrusted("webhook_shape", "return.received without returned_at")
    return ReturnNotice(
        carrier=NAME,
        number=hook.return_tracking_number,
        direct_number=hook.tracking_number,
        reason=hook.reason,
        received_at=aware(hook.returned_at) if received and hook.returned_at else None,
        items={item.sku: item.quantity for item in hook.items},
        origin=hook.origin or "carrier",
    )


def shaped(raw: bytes, shape: type[T]) -> T:
    found = parse(raw, shape)
    if isinstance(found, str):
        raise Untrusted("webhook_shape", found)
    return found[0]
