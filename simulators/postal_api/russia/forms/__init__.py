"""Printed forms, signatures, customs and closing documents."""

from .. import acceptance, declarations, filing
from ..answers import Operations
from ..own_rest.operations import guessed
from ..part import Part
from ..settings import joined
from . import customs, own_calls, printed
from .described import DESCRIBED
from .labels import label
from .sheet_part import DEVIATIONS, FIDELITY, GUESSES, MAGIC, STATIC

__all__ = ["PART", "label", "routes"]

routes = Operations()
for chapter in (printed, own_calls):
    routes.include(chapter.routes)

PART = Part(
    routes=routes,
    kinds=(*filing.KINDS, *acceptance.KINDS, *declarations.KINDS),
    duties=customs.DUTIES,
    fidelity={**FIDELITY, **guessed(own_calls.routes)},
    guesses=GUESSES,
    deviations=DEVIATIONS,
    magic=MAGIC,
    static=STATIC,
    described=DESCRIBED,
    switches=joined(acceptance.SWITCHES, declarations.SWITCHES, printed.SWITCHES),
)
