"""Tracking over SOAP: single access and batch access with tickets."""

from ....wire.routes import Routes
from ..part import Part

__all__ = ["PART", "routes"]

routes = Routes()

PART = Part(routes=routes)
