"""Bugs of the area returns; `conformance/mutants/returns.toml` says which requirements each must fail."""

from typing import Any

from parcelproof.reference.adapters.cdek.adapter import CdekAdapter
from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.usecases import ordering, returning, tracking
from parcelproof.reference.usecases.booking import move_stock

from .patching import mutant, rewrite


@mutant
def stock_restored_twice() -> None:
    """Every piece that comes back is put into stock twice."""
    rewrite(returning.restore, ("sku=sku, pieces=pieces,", "sku=sku, pieces=2 * pieces,"))


@mutant
def return_without_reason() -> None:
    """The reason of a return is not kept."""
    rewrite(
        returning.take_return,
        ('"reason": notice.reason,', '"reason": "",'),
        ("if notice.reason and notice.reason != row", "if False and notice.reason != row"),
    )


@mutant
def return_reason_other() -> None:
    """Every return that a carrier tells of has the reason «other»."""
    rewrite(
        returning.take_return,
        ('"reason": notice.reason,', '"reason": notice.reason and "other",'),
        ('(not row["reason"] or row["origin"] == "carrier")', 'not row["reason"]'),
        ('news["reason"] = notice.reason', 'news["reason"] = "other"'),
    )


@mutant
def restored_on_the_way() -> None:
    """Goods are back in stock as soon as they turn back."""
    rewrite(returning.restore, ('if row["received_at"] is None or row["stock_restored"]:', 'if row["stock_restored"]:'))


@mutant
def partial_restores_all() -> None:
    """After a partial delivery every piece is put back into stock."""
    rewrite(
        returning.restore,
        ('            row["items"],\n', "            {},\n"),
        ('delivered=shipment["delivered"] if shipment["partial"] else None', "delivered=None"),
    )


@mutant
def return_leg_unlinked() -> None:
    """The carrier's link from an order to its return order is not followed."""
    rewrite(CdekAdapter._returns, ("in answer.related(*RETURNS):", "in ():"))
    rewrite(tracking._take_event, ("if event.number != shipment", "if False and event.number != shipment"))


@mutant
def return_kept_here() -> None:
    """A return that the buyer asks for is noted in the shop and not announced at the carrier."""
    rewrite(ordering.send_back, ('await ask(session, "return", key, session.now)', "pass"))


@mutant
def lost_goods_restored() -> None:
    """A lost parcel puts its goods back into stock."""
    rewrite(
        tracking.fold,
        (
            "    now = await picture_of(session, shipment)",
            "    now = await picture_of(session, shipment)\n    await _lost(session, shipment, now)",
        ),
        _lost=_lost,
    )


async def _lost(session: Any, shipment: dict[str, Any], now: Any) -> None:
    if now.status is Status.LOST_OR_DAMAGED:
        await move_stock(session, f"lost/{shipment['key']}", await returning._shipped(session, shipment))
