"""A carrier that tells no price is taken only where it is given."""

from dataclasses import replace

import pytest

from parcelproof.reference.domain.choice import Choice, Rule, choose
from parcelproof.reference.domain.money import Rates
from parcelproof.reference.ports import Money, Quote

RATES = Rates.read("EUR", {"RUB": "0.0102"})
NOTHING = Money(0, "RUB")
SILENT = Quote(
    id="pickpoint-1", carrier="pickpoint", service="1", net=NOTHING, surcharges=(), tax=NOTHING, total=NOTHING,
    days_min=1, days_max=1, priced=False,
)  # fmt: skip
PRICED = replace(SILENT, id="cdek-139", carrier="cdek", total=Money(50_000, "RUB"), days_max=9, priced=True)


@pytest.mark.parametrize("rule", [Rule.CHEAPEST, Rule.FASTEST])
def test_no_price_is_not_the_lowest_price(rule: Rule) -> None:
    assert choose([SILENT, PRICED], Choice(rule), RATES) == PRICED
    assert choose([SILENT], Choice(rule), RATES) is None


def test_a_carrier_that_is_given_needs_no_price() -> None:
    assert choose([SILENT, PRICED], Choice(), RATES, only="pickpoint") == SILENT
    assert choose([SILENT, PRICED], Choice(Rule.FIXED, "pickpoint"), RATES) == SILENT
