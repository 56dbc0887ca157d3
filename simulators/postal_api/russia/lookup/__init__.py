"""Look-ups of Otpravka: normalisation, post offices, delivery points, time slots, returns, the short tariff."""

from ..answers import Operations
from ..part import Part

__all__ = ["PART", "routes"]

routes = Operations()

PART = Part(routes=routes)
