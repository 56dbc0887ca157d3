"""For tests: what the author of a connector in Python needs, the pytest plugin's parts, and faulty connectors."""

from parcelproof.conformance.driver import ConnectorObject, Imports, Notifications, Orders, Refusal, Session, Settlement

__all__ = ["ConnectorObject", "Imports", "Notifications", "Orders", "Refusal", "Session", "Settlement"]
