"""Otpravka: orders, batches and their check-in, the archive, settings, shipping points, balance."""

from ..answers import Operations
from ..part import Part

__all__ = ["PART", "routes"]

routes = Operations()

PART = Part(routes=routes)
