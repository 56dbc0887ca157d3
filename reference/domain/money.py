"""Money in whole minor units: exponents, value-added tax, sharing, a fixed currency table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..ports import Money

DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")
# ISO 4217 minor units that are not two; every other currency has two.
EXPONENTS: Mapping[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def exponent(currency: str) -> int:
    return EXPONENTS.get(currency, 2)


def vat_inside(gross_minor: int, rate: int) -> int:
    """Return the tax contained in a gross amount at `rate` whole percent, half up, in integers (SET-074)."""
    return (2 * gross_minor * rate + 100 + rate) // (2 * (100 + rate))


def vat_on_top(net_minor: int, rate: int) -> int:
    """Return the tax to add to a net amount at `rate` whole percent, half up."""
    return (2 * net_minor * rate + 100) // 200


def share(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights so that the parts add up: largest remainder, ties to the earlier part (SET-077)."""
    whole = sum(weights)
    if total_minor < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError(f"need an amount and weights that are not negative: {total_minor=}, {weights=}")
    parts = [total_minor * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total_minor * weights[place] % whole), place))
    for place in by_remainder[: total_minor - sum(parts)]:
        parts[place] += 1
    return parts


@dataclass(frozen=True, slots=True)
class Rates:
    """A fixed table: the value of one unit of each currency in `base`, exact."""

    base: str
    values: Mapping[str, Fraction]

    @classmethod
    def read(cls, base: str, texts: Mapping[str, str]) -> "Rates":
        """Read decimal texts.

        Raises:
            ValueError: a rate is no decimal number above zero. An exponent is none: 1e999999999 would take for ever.
        """
        values = {base: Fraction(1)}
        for code, text in texts.items():
            value = Fraction(text) if DECIMAL.fullmatch(text) else Fraction(0)
            if not value:
                raise ValueError(f"the rate of {code} is {text[:40]!r}; allowed is a decimal number above 0")
            values[code] = value
        return cls(base, values)

    def value(self, money: Money) -> Fraction | None:
        """Return an amount in units of the base currency, or None when the table does not know its currency."""
        rate = self.values.get(money.currency)
        return None if rate is None else Fraction(money.minor, 10 ** exponent(money.currency)) * rate
