"""PickPoint's lockers as a carrier of the engine."""

from .adapter import PickPointAdapter

__all__ = ["PickPointAdapter"]
