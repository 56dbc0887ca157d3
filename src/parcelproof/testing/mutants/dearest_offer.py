"""The rule «cheapest» takes the dearest offer."""

from parcelproof.reference.domain import choice

from .patching import rewrite


def apply() -> None:
    rewrite(
        choice.choose,
        (
            "return min(priced, key=lambda row: (row[0], row[1].days_max, *_name(row[1])))[1]",
            "return max(priced, key=lambda row: (row[0], row[1].days_max, *_name(row[1])))[1]",
        ),
    )
