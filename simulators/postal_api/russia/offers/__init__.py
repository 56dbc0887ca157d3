"""Joining the public offer: our own REST design."""

from ..answers import Operations
from ..part import Part

__all__ = ["PART", "routes"]

routes = Operations()

PART = Part(routes=routes)
