"""Mail Alliance: a parcel carrier with a modern API. Its wire contract is our own design, no real carrier's."""

from .wiring import CARRIER

__all__ = ["CARRIER"]
