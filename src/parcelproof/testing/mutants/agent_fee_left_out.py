"""The agent fee is left out of the services accepted."""

from parcelproof.reference.domain import settlement

from .patching import rewrite


def apply() -> None:
    rewrite(
        settlement._services,
        ("for fee in line.fees if fee.amount", "for fee in line.fees if fee.amount and fee.kind != 'agent'"),
    )
