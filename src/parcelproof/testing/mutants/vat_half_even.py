"""Value-added tax is rounded half to even instead of half up."""

from parcelproof.reference.domain import money

from .patching import rewrite


def apply() -> None:
    rewrite(
        money.vat_inside,
        (
            "return (2 * gross_minor * rate + 100 + rate) // (2 * (100 + rate))",
            "return round(Fraction(gross_minor * rate, 100 + rate))",
        ),
    )
