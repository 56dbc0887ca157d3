"""Staff pages at `/ui`: what waits for a person, and figures as charts."""

from .desk import Pages

__all__ = ["Pages"]
