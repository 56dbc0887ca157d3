"""What an order puts into a payout report.

Wire contract: `courier_api` §3 (money facts stand per order; no call gives a report), §5. The carrier's report exists
as a file only. Its sums are those of `CashReceiptAmount`, `FullDeliveryAmount` and `Commission`.
"""

from ...core.parcel import Parcel
from ...core.world import World
from ...wire.paydesk import Line, Outcome, PayDesk, Pieces
from .jobs import JOBS
from .money import collected_minor, full_cost_minor
from .order_view import pair_of
from .records import CARRIER, Item, Order, order_of
from .scans import last, live_scans
from .wire_values import new_barcode

FOREIGN = "7509999999914"  # no order of ours ever has it


def lines_of(world: World, parcel: Parcel) -> tuple[Line, ...]:
    """Return the one line of an order that has ended."""
    order, scans = order_of(world, parcel.id), live_scans(parcel)
    return (
        DESK.line(
            world,
            order.barcode,
            _outcome(order, pair_of(parcel)[1]),
            collected_minor=collected_minor(parcel),
            services_minor=full_cost_minor(order, parcel),
            order=order.number,
            parcel=parcel.id,
            items=_pieces(order, handed_over=pair_of(parcel)[1] == 1),
            at_ms=last(scans).occurred_ms if scans else None,
        ),
    )


def _outcome(order: Order, outcome: int) -> Outcome:
    if outcome != 1:
        return Outcome.REFUSED
    return Outcome.PARTIAL if any(item.refused for item in order.items) else Outcome.DELIVERED


def _pieces(order: Order, *, handed_over: bool) -> tuple[Pieces, ...]:
    """Return what became of each article: a line a piece, so that lines of one article are added up."""
    found: dict[str, tuple[int, int]] = {}
    for item in order.goods:
        delivered, refused = found.get(_sku(item), (0, 0))
        taken = handed_over and not item.refused
        found[_sku(item)] = (delivered + item.pieces * taken, refused + item.pieces * (not taken))
    return tuple(Pieces(sku, *pieces) for sku, pieces in found.items())


def _sku(item: Item) -> str:
    return item.number or str(item.echo.get("productBarCode", "")) or item.name


def ahead(world: World, parcel: Parcel) -> tuple[Line, ...]:
    """Return the line of an order on its way as if it had been delivered in full."""
    order = order_of(world, parcel.id)
    return (
        DESK.line(
            world,
            order.barcode,
            Outcome.DELIVERED,
            collected_minor=order.amount_minor if JOBS[order.job].cash else 0,
            services_minor=order.cost_minor,
            order=order.number,
            parcel=parcel.id,
            items=_pieces(order, handed_over=True),
            at_ms=world.now_ms,
        ),
    )


DESK = PayDesk(carrier=CARRIER, lines=lines_of, ahead=ahead, foreign=FOREIGN, first_number=31_001, pickup=new_barcode)
