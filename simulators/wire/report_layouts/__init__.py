"""Payout reports as files: descriptions as data, and one writer for all of them."""

from .layout import MOST_OWN, Form, Layout, LayoutError, TooLarge, own, shipped
from .writer import written

__all__ = ["MOST_OWN", "Form", "Layout", "LayoutError", "TooLarge", "own", "shipped", "written"]
