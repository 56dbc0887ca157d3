"""What an order read back from CDEK says: booking, events, returns, pieces handed over.

Source: `courier_api` §1.5.2, §1.5.3, §2.1, §2.2; `statuses` §3a CDEK.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal

from ...domain.statuses import Status
from ...ports import Booked, CarrierEvent, Money, Refused, ReturnNotice, Unavailable
from .. import carrier_codes
from ..amounts import NotAnAmount, minor_of
from ..carrier_codes import Meaning
from .bodies import CURRENCY
from .session import named, raise_for
from .shapes import Order, OrderAnswer, Request, StatusShape, Trouble, moment, text

NAME = "cdek"
Count = Callable[[int, int | None], int]
DUPLICATE = "error_validate_im_dep_number_has_already_had_integration"


def order_of(answer: OrderAnswer) -> Order:
    if answer.entity is None:
        for request in answer.requests or ():
            if request.errors:
                raise_for(request.errors)
        raise Unavailable("unreadable_answer", "an order was read and its entity is missing")
    return answer.entity


def invalid(answer: OrderAnswer) -> Refused | None:
    """Return the refusal of an order that was judged invalid after it was accepted; None for any other.

    Only the making of the order counts: a change that was refused later leaves the order as it was.
    """
    for request in answer.requests or ():
        if request.type == "CREATE" and request.state == "INVALID":
            return Refused(*named(request.errors or []))
    if any(status.code == "INVALID" and not status.deleted for status in order_of(answer).statuses):
        return Refused("invalid", "the order's status is INVALID")
    return None


def removal(answer: OrderAnswer, *, since: datetime | None = None) -> Request | None:
    return asked_for(answer.requests, "DELETE", since=since)


def asked_for(requests: list[Request] | None, kind: str, *, since: datetime | None = None) -> Request | None:
    """Return the wish of a kind that stands; a refused one last, and only when it was asked after `since`."""
    asked = [request for request in requests or () if request.type == kind]
    refused = [request for request in asked if request.state == "INVALID" and not _before(request, since)]
    standing = [request for request in asked if request.state != "INVALID"]
    return next(reversed(standing or refused), None)


def _before(request: Request, since: datetime | None) -> bool:
    at = moment(request.date_time or "")
    return since is not None and at is not None and at < since


def booked(answer: OrderAnswer) -> Booked:
    """Return the booking; number and price are None until the carrier has registered the order."""
    order = order_of(answer)
    number = text(order.cdek_number) or None
    detail = order.delivery_detail
    charged = detail.total_sum if detail and number else None
    return Booked(
        carrier_id=order.uuid,
        number=number,
        label=None,
        price=Money(_minor(charged, CURRENCY), CURRENCY) if charged is not None else None,
    )


def events(order: Order, number: str, *, is_return: bool = False, direct_number: str = "") -> Iterable[CarrierEvent]:
    """Yield an order's statuses oldest first, then its delivery problem if one stands.

    The carrier lists statuses newest first; `sequence` counts from the oldest, so that ties keep its order.
    """
    for sequence, status in enumerate(reversed(order.statuses)):
        yield event(order.uuid, number, status, is_return=is_return, direct_number=direct_number, sequence=sequence)
    troubles = order.delivery_problem
    for trouble in [troubles] if isinstance(troubles, Trouble) else troubles or ():
        if trouble.code is not None and trouble.create_date and not is_return:
            yield _problem(order.uuid, number, text(trouble.code), trouble.create_date)


def event(
    uuid: str,
    number: str,
    status: StatusShape,
    *,
    is_return: bool = False,
    on_leg: bool = False,
    direct_number: str = "",
    sequence: int = 0,
) -> CarrierEvent:
    """Return one status as an event. Its id is the same from a read and from a webhook.

    `is_return`: the way back after a failed delivery, which speaks for the direct parcel too; `on_leg`: any order that
    is a return, so that its statuses are read on the way back.
    """
    at = moment(status.date_time)
    if at is None:
        raise Unavailable("unreadable_answer", f"a status has the time {status.date_time[:40]!r}")
    reason = text(status.reason_code)
    read = carrier_codes.cdek_return_meaning if is_return or on_leg else carrier_codes.cdek_meaning
    meaning: Meaning = read(status.code, reason)
    own = fingerprint(uuid, meaning.code, at)
    gone = bool(status.deleted)
    return CarrierEvent(
        id=f"{own}/deleted" if gone else own,
        carrier=NAME,
        number=number,
        code=meaning.code,
        text=status.name,
        status=meaning.status,
        occurred_at=at.astimezone(UTC),
        place=status.city or "",
        reason=reason_words(reason),
        opens_return=meaning.opens_return and not gone,
        partial=meaning.partial and not gone,
        revoked=gone,
        revokes=own if gone else "",
        is_return=is_return,
        direct_number=direct_number,
        sequence=sequence,
    )


def _problem(uuid: str, number: str, code: str, created: str) -> CarrierEvent:
    at = moment(created)
    if at is None:
        raise Unavailable("unreadable_answer", f"a delivery problem has the time {created[:40]!r}")
    return CarrierEvent(
        id=fingerprint(uuid, f"DELIV_PROBLEM/{code}", at),
        carrier=NAME,
        number=number,
        code=f"DELIV_PROBLEM/{code}",
        text="",
        status=carrier_codes.PROBLEMS.get(code, Status.UNKNOWN),
        occurred_at=at.astimezone(UTC),
    )


def fingerprint(uuid: str, code: str, at: datetime) -> str:
    return f"cdek/{uuid}/{code}/{int(at.timestamp())}"


def reason_words(code: str) -> str:
    """Return a reason as its code and words, `11 refused without explanation`; the code alone when it is unknown."""
    return f"{code} {carrier_codes.REASON_WORDS.get(code, '')}".strip()


def standing(order: Order) -> StatusShape | None:
    """Return the status that counts: a hand-over, which only a withdrawal reopens, else the latest that stands.

    The carrier's own order decides between equal times.
    """
    live = [status for status in order.statuses if not status.deleted]
    handed = next((status for status in live if status.code == "DELIVERED"), None)
    dated = [(at, -place, status) for place, status in enumerate(live) if (at := moment(status.date_time))]
    return handed or (max(dated, key=lambda row: row[:2])[2] if dated else None)


def pieces(order: Order) -> dict[str, int]:
    """Return sku -> pieces in the parcel."""
    return _counted(order, lambda amount, _: amount)


def delivered_pieces(order: Order) -> dict[str, int]:
    """Return sku -> pieces handed over: `delivery_amount`, all where the carrier states none."""
    return _counted(order, lambda amount, handed: amount if handed is None else min(handed, amount))


def _counted(order: Order, count: Count) -> dict[str, int]:
    found: dict[str, int] = {}
    for package in order.packages or ():
        for item in package.items or ():
            amount, handed = whole(item.amount), whole(item.delivery_amount)
            if amount is None:
                raise Unavailable("unreadable_answer", f"item {item.ware_key} has {item.amount} pieces")
            sku = text(item.ware_key)
            found[sku] = found.get(sku, 0) + count(amount, handed)
    return found


def whole(value: Decimal | None) -> int | None:
    """Return a count; None for a missing one and for what cannot be one (some clients take the field for a price)."""
    if value is None or not value.is_finite() or not 0 <= value < 10**9 or value != value.to_integral_value():
        return None
    return int(value)


def return_notice(order: Order, direct: Order, direct_number: str) -> ReturnNotice | None:
    """Return what a return order says of the direct one; None before it has a number."""
    number = text(order.cdek_number)
    if not number:
        return None
    handed_back = [
        at for status in order.statuses if status.code == "DELIVERED" and not status.deleted
        if (at := moment(status.date_time))
    ]  # fmt: skip
    return ReturnNotice(
        carrier=NAME,
        number=number,
        direct_number=direct_number,
        reason=return_reason(order, direct),
        received_at=max(handed_back).astimezone(UTC) if handed_back else None,
        items=pieces(order),
        origin="carrier" if order.is_return else "shipper",
    )


def return_reason(order: Order, direct: Order) -> str:
    if not order.is_return:
        return "client return"
    ends = [status for status in direct.statuses if status.code in ("NOT_DELIVERED", "DELIVERED")]
    reasons = [text(status.reason_code) for status in ends if not status.deleted and status.reason_code is not None]
    return reason_words(reasons[0]) if reasons else "not delivered"


def _minor(value: Decimal, currency: str) -> int:
    try:
        return minor_of(value, currency)
    except NotAnAmount as fault:
        raise Unavailable("unreadable_answer", f"an amount: {fault}") from fault
