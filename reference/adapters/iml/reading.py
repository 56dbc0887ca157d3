"""What IML's answers say: bookings, the one event that a present state is, pieces handed over.

Source: `courier_api` §3; `statuses` §3a IML. Each reading is a snapshot of two axes: a changed pair is one event.
"""

from collections.abc import Mapping
from hashlib import sha256

from ...domain.statuses import Status
from ...ports import Booked, CarrierEvent, Money, ReturnNotice, Tracking, Unavailable
from ..amounts import NotAnAmount, minor_of
from ..carrier_codes import iml_meaning
from .bodies import CURRENCY
from .shapes import Made, Piece, Standing, moment, sum_of, text, yes

NAME = "iml"


def booked(barcode: str, made: Made | None) -> Booked:
    """Return a booking: its bar code is what the carrier knows it by, and its number."""
    price = None if made is None else _price(made)
    return Booked(carrier_id=barcode, number=barcode, label=None, price=price)


def _price(made: Made) -> Money | None:
    """Return what the delivery costs: the full amount, or the delivery and the commission together."""
    full = sum_of(made.FullDeliveryAmount)
    if full is None:
        delivery, commission = sum_of(made.DeliveryAmount), sum_of(made.Commission)
        full = None if delivery is None else delivery + (commission or 0)
    if full is None:
        return None
    try:
        return Money(minor_of(full, CURRENCY), CURRENCY)
    except NotAnAmount:
        return None


def tracking(row: Standing) -> Tracking:
    """Return all that the carrier tells of an order now."""
    found = event(row)
    return Tracking(
        number=found.number,
        events=(found,),
        returns=(_back(row, found),) if found.status == Status.RETURNED else (),
        delivered_by_sku=_handed_over(row.Details or []) if found.status == Status.DELIVERED else {},
    )


def _back(row: Standing, found: CarrierEvent) -> ReturnNotice:
    """Return the way back of goods that are at the shop again: it has no number but the parcel's, and no date but this.

    Before that nothing is said of it, since a refusal can be corrected yet (`statuses` §3a IML).
    """
    return ReturnNotice(
        carrier=NAME,
        number=found.number,
        direct_number=found.number,
        reason=text(row.OrderStatusDescription) or found.reason or "refused",
        received_at=found.occurred_at,
    )


def event(row: Standing) -> CarrierEvent:
    """Return the present state as an event, whose id is the same at every reading of that state.

    Raises:
        Unavailable: it has no moment.
    """
    barcode, state, outcome = text(row.BarCode), text(row.State), text(row.OrderStatus)
    at = moment(row.StatusDate)
    if at is None:
        raise Unavailable("unreadable_answer", f"order {barcode}: its status has the time {row.StatusDate[:40]!r}")
    meaning = iml_meaning(state, outcome, refused_pieces=any(map(_refused, row.Details or ())))
    words = (row.StateDescription, row.OrderStatusDescription if outcome not in ("", "0") else None)
    return CarrierEvent(
        id=sha256(f"{NAME}/{barcode}/{meaning.code}/{at.isoformat()}".encode()).hexdigest()[:32],
        carrier=NAME,
        number=barcode,
        occurred_at=at,
        text="; ".join(word for word in words if word),
        place=text(row.LocationCode),
        reason=text(row.ReturnStatus) if yes(row.ReturnStatus) else "",
        **meaning._asdict(),
    )


def _refused(piece: Piece) -> bool:
    """Tell whether the buyer left a piece behind; a line without an article is no piece but a charge."""
    return bool(text(piece.productNo)) and (yes(piece.cancel) or yes(piece.returnCode))


def _handed_over(pieces: list[Piece]) -> Mapping[str, int]:
    """Return the pieces that the buyer took, by article; empty where the carrier gives no detail."""
    found: dict[str, int] = {}
    for piece in pieces:
        sku = text(piece.productNo)
        if sku:
            found[sku] = found.get(sku, 0) + (0 if _refused(piece) else _count(piece))
    return found


def _count(piece: Piece) -> int:
    """Return how many pieces a line stands for: one, unless it says otherwise."""
    count = sum_of(piece.quantity)
    return int(count) if count is not None and count == int(count) and 0 < count < 1_000_000 else 1
