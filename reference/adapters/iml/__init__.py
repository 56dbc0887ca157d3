"""The adapter for IML's JSON API."""

from .adapter import ImlAdapter

__all__ = ["ImlAdapter"]
