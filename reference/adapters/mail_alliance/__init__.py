"""Mail Alliance as a carrier port."""

from .adapter import MailAllianceAdapter

__all__ = ["MailAllianceAdapter"]
