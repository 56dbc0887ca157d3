"""Bugs of the area settlement: the documents, states and sums that a report's lines come to.

`conformance/mutants/settlement.toml` says which requirements each must fail.
"""

from parcelproof.reference.domain import ledger, money, reports, settlement
from parcelproof.reference.usecases import reporting, settling, tracking

from .patching import mutant, rewrite


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
def money_booked_twice() -> None:
    """Money that another report booked is booked again (S27)."""
    rewrite(settlement._belongs, ("if line.collected and shipment.collected_before:", "if False:"))


@mutant
def dated_by_the_clock() -> None:
    """Documents are dated on the day on which the report comes in (S24)."""
    rewrite(
        settling._post,
        ('"moment": report.payment_date.isoformat()', '"moment": session.now.date().isoformat()'),
    )


@mutant
def return_fee_is_a_return() -> None:
    """A fee for a return, though it stands alone, sends the goods back."""
    rewrite(
        settlement.settle,
        (
            "            result = Settled(drafts=())",
            "            fee = any(fee.kind == 'return' for fee in line.fees)\n"
            "            back = _return(shipment, shipment.still_out(), charge=True) if fee else ()\n"
            "            result = Settled(drafts=back)",
        ),
    )


@mutant
def money_in_of_nothing() -> None:
    """A line that collected nothing has money in of zero."""
    rewrite(settlement._money_in, ("if not collected:", "if line.collected is None:"))


@mutant
def services_in_one_lump() -> None:
    """The fees of the whole report are services of its first line."""
    rewrite(
        settlement._services,
        (
            "for fee in line.fees if fee.amount",
            "for row in report.lines if line.n == min(one.n for one in report.lines) for fee in row.fees if fee.amount",
        ),
    )


@mutant
def fee_taken_back_is_negative() -> None:
    """What a line takes back is booked as documents of negative sums (S28)."""
    rewrite(
        settlement.check,
        ("if line.outcome is Outcome.ADJUSTMENT or line.collected < 0 or any(fee.amount < 0 for fee in line.fees):",
         "if line.collected < 0:"),
    )  # fmt: skip


@mutant
def linked_above_the_debt() -> None:
    """All that was collected is linked to the shipment, whatever is owed (S12)."""
    rewrite(settlement._money_in, ("linked = min(collected, max(owed_minor, 0))", "linked = collected"))


@mutant
def linked_without_fees() -> None:
    """Money in is linked to the shipment without the fees that were kept back."""
    rewrite(
        settlement._delivered,
        ("report, owed_minor=owed)", "report, owed_minor=owed - line.fees_minor)"),
    )


@mutant
def charge_of_partial_not_linked() -> None:
    """The delivery charge that a partial line collects is not linked to the shipment."""
    rewrite(settlement._partial, ("report, owed_minor=expected)", "report, owed_minor=goods)"))


@mutant
def one_kopeck_less_is_paid() -> None:
    """One minor unit less than owed counts as paid in full."""
    rewrite(settlement._delivered, ("if collected == owed:", "if 0 <= owed - collected <= 1:"))


@mutant
def courier_as_payer() -> None:
    """The money that a courier hands over is the courier's."""
    rewrite(settlement._money_in, ('counterparty="buyer"', 'counterparty="courier"'))


@mutant
def money_out_without_tax() -> None:
    """Services are paid without the tax that their prices hold."""
    rewrite(settlement._services, ("money_out(services, whole)", "money_out(services, whole - services.vat_minor)"))


@mutant
def money_out_not_linked() -> None:
    """Money out does not say which services it pays."""
    rewrite(settlement.money_out, ('linked=("SP", amount_minor)', "linked=None"))


@mutant
def return_priced_by_the_report() -> None:
    """A return is worth what the report did not collect, shared by pieces (S14)."""
    rewrite(
        settlement._partial,
        (
            "    back = _return(shipment, newly,",
            "    each = (shipment.sum_minor - collected) // max(sum(newly), 1)\n"
            "    positions = tuple(replace(position, price_minor=each) for position in shipment.positions)\n"
            "    priced = replace(shipment, positions=positions)\n"
            "    back = _return(priced, newly,",
        ),
    )


@mutant
def partial_one_kopeck_off() -> None:
    """The money of a partial line may be one minor unit off its pieces."""
    rewrite(settlement._partial, ("if collected == expected:", "if abs(collected - expected) <= 1:"))


@mutant
def pieces_guessed_by_sum() -> None:
    """Which pieces a partial line sent back is guessed from its money (S23)."""
    rewrite(
        settlement.refused_pieces,
        (
            """if not line.items:
        raise LineException("ITEMS_MISSING", f"Line {line.n} is partial but does not say which pieces were refused.")
""",
            """if not line.items:
        left, back = (line.collected or 0) - shipment.charge_minor, []
        for position in shipment.positions:
            kept = min(position.quantity, max(left, 0) // max(position.price_minor, 1))
            left -= kept * position.price_minor
            back.append(position.quantity - kept)
        return tuple(back)
""",
        ),
    )


@mutant
def partial_is_delivered() -> None:
    """A partial refusal ends as delivered."""
    rewrite(settlement._partial, ("final=Final.REFUSED_PARTIAL", "final=Final.DELIVERED"))


@mutant
def vat_on_top_is_left_out() -> None:
    """A fee to which VAT comes on top is booked without it."""
    rewrite(reports.Fee.gross, ("self.amount + vat_on_top(self.amount, vat.rate)", "self.amount"))


@mutant
def fees_not_in_the_balance() -> None:
    """The balances leave out what a carrier kept, so that it owes its fees for ever."""
    rewrite(ledger.balances, ("{DocumentKind.PI: 0, DocumentKind.SP: 1}", "{DocumentKind.PI: 0}"))


@mutant
def news_reopens_the_order() -> None:
    """News of a parcel that is under way clears the final state that a report set."""
    rewrite(
        tracking.fold,
        (
            "    if now.status in (Status.RETURNING, Status.RETURNED):",
            "    if now.status in (Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY):\n"
            "        await session.change(orders, orders.c.id == shipment['order_id'], final_state=None)\n"
            "    if now.status in (Status.RETURNING, Status.RETURNED):",
        ),
    )


@mutant
def open_lines_explain_the_payout() -> None:
    """Documents of lines that are put aside or carried forward count as explained, and their transfers once more."""
    rewrite(reporting._fed, (' for d in posted if d["n"] in settled)', " for d in posted)"))


@mutant
def outstanding_by_the_wrong_sign() -> None:
    """The days after which a courier owes are compared the wrong way round."""
    rewrite(ledger.outstanding, ("now - since < timedelta(days=days)", "now - since > timedelta(days=days)"))
