"""The public calculator, and what things cost."""

from ..part import Part
from .access import Operations

__all__ = ["PART", "routes"]

routes = Operations()

PART = Part(routes=routes)
