"""Printed forms, signatures, customs and closing documents."""

from ..answers import Operations
from ..part import Part

__all__ = ["PART", "routes"]

routes = Operations()

PART = Part(routes=routes)
