"""How the judge speaks with a connector. What the author of a connector in Python needs of it stands here."""

from .protocol import ConnectorObject, Imports, Notifications, Orders, Refusal, Session, Settlement

__all__ = ["ConnectorObject", "Imports", "Notifications", "Orders", "Refusal", "Session", "Settlement"]
