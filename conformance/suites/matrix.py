"""The answer-loss and kill matrix: its flows are cases too."""

from ..matrix import flows, mails, money

__all__ = ["flows", "mails", "money"]
