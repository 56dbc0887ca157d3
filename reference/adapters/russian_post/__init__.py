"""The adapter for Russian Post: orders over Otpravka's REST, tracking over both SOAP services."""

from .adapter import RussianPostAdapter

__all__ = ["RussianPostAdapter"]
