"""Counterexamples: what a case did is recorded, made small, told to people, and written so that it fails again."""

from .files import UNTOLD, file_name, write

__all__ = ["UNTOLD", "file_name", "write"]
