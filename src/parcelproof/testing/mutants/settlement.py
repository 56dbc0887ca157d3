"""Bugs of the area settlement; `conformance/mutants/settlement.toml` says which requirements each must fail."""

from parcelproof.reference.domain import money, reports, settlement
from parcelproof.reference.usecases import reporting, settling

from .patching import mutant, rewrite

FRESH = '__import__("uuid").uuid4()'


@mutant
def transfer_as_collected() -> None:
    """Money in is what the courier transferred, not what it took from the recipient."""
    rewrite(
        settlement._money_in,
        ("collected = line.collected or 0", "collected = max(line.transfer or 0, 0) if line.collected else 0"),
    )


@mutant
def full_return_on_partial() -> None:
    """A partial refusal takes back every piece, also those the buyer kept."""
    rewrite(settlement._partial, ("back = _return(shipment, newly,", "back = _return(shipment, shipment.still_out(),"))


@mutant
def vat_half_even() -> None:
    """Value-added tax is rounded half to even instead of half up."""
    rewrite(
        money.vat_inside,
        (
            "return (2 * gross_minor * rate + 100 + rate) // (2 * (100 + rate))",
            "return round(Fraction(gross_minor * rate, 100 + rate))",
        ),
    )


@mutant
def second_feeding_books_again() -> None:
    """A report that is fed again is taken for a new one, and its documents have identities of their own."""
    rewrite(
        reporting._row,
        ('"identity": report.identity,', f'"identity": (fresh := str({FRESH})),'),
        ("reports.c.identity == report.identity", "reports.c.identity == fresh"),
    )
    rewrite(
        settlement.sync_id,
        ('uuid5(NAMESPACE, "/".join((tenant, report.identity, line.key, kind)))', FRESH),
    )


@mutant
def agent_fee_left_out() -> None:
    """The agent fee is left out of the services accepted."""
    rewrite(
        settlement._services,
        ("for fee in line.fees if fee.amount", "for fee in line.fees if fee.amount and fee.kind != 'agent'"),
    )


@mutant
def vat_on_total() -> None:
    """Value-added tax is computed on the document, not position by position (S19)."""
    rewrite(
        settlement._services,
        (
            "vat_minor=sum(position.vat_minor for position in positions)",
            "vat_minor=vat_inside(whole, positions[0].vat_rate or 0)",
        ),
    )


@mutant
def delivery_charge_kept() -> None:
    """A whole refusal leaves the delivery charge with the buyer."""
    rewrite(settlement._refused, ("charge=not kept", "charge=False"))


@mutant
def substring_order() -> None:
    """The order of a line is found by a part of its number (S07)."""
    rewrite(settling._by_order, ("orders.c.number == line.order", "orders.c.number.contains(line.order)"))


@mutant
def money_booked_twice() -> None:
    """Money that another report booked is booked again (S27)."""
    rewrite(settlement._belongs, ("if line.collected and shipment.collected_before:", "if False:"))


@mutant
def parcel_twice_unnoticed() -> None:
    """A parcel that stands twice in a report is settled twice."""
    rewrite(settling.settle_lines, ("if line.n in doubled:", "if False:"))


@mutant
def heading_not_checked() -> None:
    """The totals in a report's heading are not compared with its lines."""
    rewrite(reports._control, ("if stated is not None and stated != total:", "if False:"))
