"""Payout reports as files: descriptions as data, and one writer for all of them."""

from .layout import MOST_OWN, Clash, Form, Layout, LayoutError, TooLarge, own, shipped
from .schema import of_settings, schemas
from .writer import written

__all__ = [
    "MOST_OWN",
    "Clash",
    "Form",
    "Layout",
    "LayoutError",
    "TooLarge",
    "of_settings",
    "own",
    "schemas",
    "shipped",
    "written",
]
