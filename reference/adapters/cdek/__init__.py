"""CDEK as a carrier port."""

from .adapter import CdekAdapter

__all__ = ["CdekAdapter"]
