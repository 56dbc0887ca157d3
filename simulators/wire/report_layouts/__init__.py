"""Payout reports as files: descriptions as data, and one writer for all of them."""

from .layout import Form, Layout, LayoutError, own, shipped
from .writer import written

__all__ = ["Form", "Layout", "LayoutError", "own", "shipped", "written"]
