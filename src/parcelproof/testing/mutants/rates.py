"""Bugs of the area rates; `conformance/mutants/rates.toml` says which requirements each must fail."""

from parcelproof.reference.domain import choice

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
