"""Bugs of the area rates; `conformance/mutants/rates.toml` says which requirements each must fail."""

from typing import Any

from parcelproof.reference.adapters.cdek import bodies as cdek
from parcelproof.reference.adapters.mail_alliance import adapter as mail_alliance
from parcelproof.reference.adapters.mail_alliance import shapes
from parcelproof.reference.adapters.mail_alliance.adapter import MailAllianceAdapter
from parcelproof.reference.domain import choice
from parcelproof.reference.domain.orders import Order, State
from parcelproof.reference.storage.outbox import ask
from parcelproof.reference.storage.tables import orders
from parcelproof.reference.usecases import booking, ordering, quoting

from .patching import mutant, rewrite


@mutant
def dearest_offer() -> None:
    """The rule «cheapest» takes the dearest offer."""
    rewrite(
        choice.choose,
        (
            "return min(priced, key=lambda row: (row[0], row[1].days_max, *_name(row[1])))[1]",
            "return max(priced, key=lambda row: (row[0], row[1].days_max, *_name(row[1])))[1]",
        ),
    )


@mutant
def currencies_compared_bare() -> None:
    """Totals are compared as bare numbers, whatever their currency."""
    rewrite(
        choice.choose, ("(value := rates.value(quote.total)) is not None", "(value := Fraction(quote.total.minor))")
    )


@mutant
def first_offers_suffice() -> None:
    """The first carrier that offers anything is the last one asked."""
    rewrite(
        quoting.ask_carriers,
        ("if order.carrier not in (None, name):", "if found or order.carrier not in (None, name):"),
    )


@mutant
def offers_book() -> None:
    """Looking at the offers of a draft sends it on its way."""
    rewrite(
        quoting.show_quotes,
        (
            'await _keep_quotes(session, row["id"], found)',
            'await _keep_quotes(session, row["id"], found); await _send(session, row)',
        ),
        _send=_send,
    )


async def _send(session: Any, row: dict[str, Any]) -> None:
    await session.change(orders, orders.c.id == row["id"], state=State.CONFIRMED)
    await ask(session, "choose", row["number"], session.now)


@mutant
def price_in_whole_units() -> None:
    """The price of a booking is kept in whole units of its currency."""
    rewrite(booking._complete, ("price_minor=booked.price.minor,", "price_minor=booked.price.minor // 100 * 100,"))


@mutant
def cash_left_with_the_buyer() -> None:
    """A parcel is handed to the carrier without the money to collect, so any carrier seems to do."""
    rewrite(Order.parcel, ("collect=Money(self.total_minor, self.currency) if self.cod else None", "collect=None"))


@mutant
def cash_not_asked_for() -> None:
    """CDEK gets an order with cash on delivery without the sums to collect."""
    rewrite(cdek.item, ("major(price if collect else 0)", "major(0)"))
    rewrite(cdek.order, ("if parcel.collect and parcel.delivery_charge and", "if False and parcel.delivery_charge and"))


@mutant
def priced_anew_in_silence() -> None:
    """An offer that ran out is asked for again and booked at its new price."""
    rewrite(
        MailAllianceAdapter.create,
        (
            '        if fault.code != "invalid-state":\n',
            "        now = {offer.service: offer for offer in await self.quote(parcel)}.get(quote.service, quote)\n"
            '        if fault.code != "invalid-state" and now.id != quote.id:\n'
            "            return await self.create(parcel, now, format=format)\n"
            '        if fault.code != "invalid-state":\n',
        ),
    )


@mutant
def unserved_in_silence() -> None:
    """An order that no carrier takes fails without a word."""
    rewrite(quoting._chosen, ('problems=[f"Not booked: {why}."]', "problems=[]"))


@mutant
def fixed_carrier_ignored() -> None:
    """The rule «fixed» is read as «cheapest»."""
    rewrite(choice.choose, ("only or (choice.carrier if choice.rule is Rule.FIXED else None)", "only"))


@mutant
def tax_left_out() -> None:
    """An offer shows no tax, though its total holds it."""
    rewrite(
        mail_alliance.offer,
        ("rate.tax.amount.money if rate.tax else Money(0, total.currency)", "Money(0, total.currency)"),
    )


@mutant
def surcharge_twice() -> None:
    """A surcharge is shown apart and in the net price too."""
    rewrite(
        mail_alliance.offer,
        (
            "net=rate.net.money,",
            "net=Money(rate.net.money.minor + sum(s.amount.money.minor for s in rate.surcharges), total.currency),",
        ),
    )


@mutant
def float_money() -> None:
    """Amounts pass through a binary float and are cut."""
    rewrite(
        vars(shapes.Amount)["money"].fget,
        ("minor_of(self.amount, self.currency)", "int(100 * float(self.amount))"),
    )


@mutant
def fastest_at_best() -> None:
    """The rule «fastest» looks at the days an offer takes at best."""
    rewrite(
        choice.choose,
        ("key=lambda row: (row[1].days_max, row[1].days_min, row[0]", "key=lambda row: (row[1].days_min, row[0]"),
    )


@mutant
def fastest_is_cheapest() -> None:
    """The rule «fastest» is not known and falls through to «cheapest»."""
    rewrite(choice.choose, ("if choice.rule is Rule.FASTEST:", "if False:"))


@mutant
def picked_by_hand_ignored() -> None:
    """Whatever offer a person picked, the cheapest is booked."""
    rewrite(
        ordering.set_going,
        (
            'picked = pick(await offers(session, row["id"]), quote_id, only=content_of(row).carrier)',
            'picked = min(await offers(session, row["id"]), key=lambda quote: quote.total.minor)',
        ),
    )
