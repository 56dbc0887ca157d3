"""Which offer is taken: cheapest, fastest, a fixed carrier's cheapest, or the one a person picked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ..errors import conflict, unknown
from ..ports import Quote
from .money import Rates


class Rule(StrEnum):
    CHEAPEST = "cheapest"
    FASTEST = "fastest"
    FIXED = "fixed"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Choice:
    rule: Rule = Rule.CHEAPEST
    carrier: str | None = None  # for FIXED


def choose(quotes: Sequence[Quote], choice: Choice, rates: Rates, *, only: str | None = None) -> Quote | None:
    """Return the offer the rule takes, None when a person must pick or nothing fits.

    Offers in a currency that the table does not know cannot be compared and are left out, unless the rule is fixed and
    all of that carrier's offers share one currency. One without a price is taken only from a carrier that is given.
    Ties go to the quicker, then by carrier and service name.
    """
    carrier = only or (choice.carrier if choice.rule is Rule.FIXED else None)
    fitting = [quote for quote in quotes if carrier == quote.carrier or (carrier is None and quote.priced)]
    priced = [(value, quote) for quote in fitting if (value := rates.value(quote.total)) is not None]
    if not priced and carrier and len({quote.total.currency for quote in fitting}) == 1:
        priced = [(Fraction(quote.total.minor), quote) for quote in fitting]
    if choice.rule is Rule.BY_HAND or not priced:
        return None
    if choice.rule is Rule.FASTEST:
        return min(priced, key=lambda row: (row[1].days_max, row[1].days_min, row[0], *_name(row[1])))[1]
    return min(priced, key=lambda row: (row[0], row[1].days_max, *_name(row[1])))[1]


def _name(quote: Quote) -> tuple[str, str, str]:
    return (quote.carrier, quote.service, quote.id)


def pick(quotes: Sequence[Quote], quote_id: str, *, only: str | None = None) -> Quote:
    """Return the offer a person named.

    Raises:
        EngineError: no such offer was made for this order, or the order is bound to another carrier.
    """
    for quote in quotes:
        if quote.id == quote_id:
            if only is not None and quote.carrier != only:
                raise conflict("WRONG_CARRIER", f"The order goes with {only}; offer {quote_id} is {quote.carrier}'s.")
            return quote
    names = ", ".join(quote.id for quote in quotes) or "none; ask for quotes first"
    raise unknown("UNKNOWN_QUOTE", f"No offer {quote_id!r} was made for this order; offers: {names}.")
