"""The adapter for Swiss Post: labels through the Digital Commerce API «Barcode», tracking through the business API."""

from .adapter import SwissPostAdapter

__all__ = ["SwissPostAdapter"]
