"""Look-ups of Otpravka: normalisation, post offices, delivery points, time slots, returns, the short tariff."""

from ..answers import Operations
from ..part import Part
from . import cleaning, points, post_offices, recipients, returns, tariff_call, time_slots
from .described import DESCRIBED
from .sheet_part import DEVIATIONS, FIDELITY, GUESSES, MAGIC, STATIC
from .switches import SWITCHES

__all__ = ["PART", "routes"]

routes = Operations()
for chapter in (cleaning, recipients, post_offices, points, time_slots, returns, tariff_call):
    routes.include(chapter.routes)

PART = Part(
    routes=routes,
    kinds=time_slots.KINDS,
    fidelity=FIDELITY,
    guesses=GUESSES,
    deviations=DEVIATIONS,
    magic=MAGIC,
    static=STATIC,
    switches=SWITCHES,
    described=DESCRIBED,
)
