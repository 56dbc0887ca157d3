"""What the public calculator hands over."""

from ..part import Part
from . import calculator
from .described import DESCRIBED
from .sheet_part import FIDELITY, GUESSES, STATIC
from .switches import SWITCHES

__all__ = ["PART", "routes"]

routes = calculator.routes

PART = Part(routes=routes, fidelity=FIDELITY, guesses=GUESSES, static=STATIC, switches=SWITCHES, described=DESCRIBED)
