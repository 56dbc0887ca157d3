"""CDEK's webhooks. They bear no signature: the engine checks the token in its own URL, this module only the shape.

Source: `courier_api` §1.12, §2.1, CF-09…CF-12.
"""

from typing import TypeVar

from ...ports import CarrierEvent, Notice, Untrusted
from .. import carrier_codes
from ..exchange import parse
from .reading import event, fingerprint
from .shapes import Hook, OrderStatus, StatusShape, moment, text

T = TypeVar("T")
ABOUT_AN_ORDER = frozenset({"DELIV_PROBLEM", "ORDER_MODIFIED"})  # what they say stands in the order; `uuid` is its own


def read(raw: bytes) -> Notice:
    """Return what a webhook says. Where it says too little (the number 1000, a return order) an order is read again.

    Raises:
        Untrusted: it isn't one of the carrier's shapes.
    """
    hook = shaped(raw, Hook)
    if hook.type in ABOUT_AN_ORDER and hook.uuid:
        return Notice(event_id=f"cdek/{hook.type}/{hook.uuid}/{hook.date_time}", read_again=(hook.uuid,))
    if hook.type != "ORDER_STATUS":
        return Notice(event_id=f"cdek/{hook.type}/{hook.uuid}/{hook.date_time}")
    said = shaped(bytes(hook.attributes), OrderStatus)
    at = moment(said.status_date_time)
    if at is None:
        raise Untrusted("webhook_shape", f"status_date_time is {said.status_date_time[:40]!r}")
    code = said.code or carrier_codes.CDEK_NUMBERS.get(text(said.status_code), "")
    event_id = fingerprint(hook.uuid, code or text(said.status_code), at) + ("/deleted" if said.deleted else "")
    read_again = _read_again(hook, said, code)
    if not code:
        return Notice(event_id=event_id, read_again=read_again)
    return Notice(event_id=event_id, events=(_event(hook, said, code),), read_again=read_again)


def _event(hook: Hook, said: OrderStatus, code: str) -> CarrierEvent:
    status = StatusShape(
        code=code,
        date_time=said.status_date_time,
        city=said.city_name or said.city,
        reason_code=said.status_reason_code,
        deleted=said.deleted,
    )
    return event(
        hook.uuid,
        text(said.cdek_number),
        status,
        is_return=said.is_return,
        on_leg=said.is_client_return or said.is_reverse,
        direct_number=text(said.direct.cdek_number) if said.direct else "",
    )


def _read_again(hook: Hook, said: OrderStatus, code: str) -> tuple[str, ...]:
    """Name the order to read: the direct one of a return, and one whose pieces or status stand only in the order."""
    if said.is_return or said.is_client_return or said.is_reverse:
        return (said.direct.uuid,) if said.direct and said.direct.uuid else ()
    partial = code == "DELIVERED" and text(said.status_reason_code) == carrier_codes.PARTIAL_REASON
    return (hook.uuid,) if partial or not code else ()


def shaped(raw: bytes, shape: type[T]) -> T:
    found = parse(raw, shape)
    if isinstance(found, str):
        raise Untrusted("webhook_shape", found)
    return found[0]
