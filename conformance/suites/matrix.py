"""The answer-loss and kill matrix: its flows are cases too."""

from ..matrix import flows, lists, mails, money

__all__ = ["flows", "lists", "mails", "money"]
