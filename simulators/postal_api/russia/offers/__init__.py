"""Joining the public offer, services beyond it, and paper contracts: our own REST design.

The rules are `rules.toml`. Otpravka asks `coverage.lacking` before it takes an order; what is refused by
name stands in the account.
"""

from ..part import Part
from . import desk, lives, records, settings
from .described import DESCRIBED

__all__ = ["PART", "routes"]

routes = desk.routes

PART = Part(
    routes=routes,
    kinds=records.KINDS,
    duties=lives.DUTIES,
    fidelity=desk.FIDELITY,
    described=DESCRIBED,
    switches=settings.SWITCHES,
    guesses=(
        "Which mail types belong to home, office, surface and accelerated, and the hours of checking, activating and "
        "adding a service, are ours; the two weeks of a paper contract are the issue's.",
    ),
    magic={
        "INN of a sign-up beginning with 00": "the register does not know it, and the sign-up is rejected by the check",
    },
)
