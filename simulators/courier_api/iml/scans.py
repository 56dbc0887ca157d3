"""The events of a parcel that still hold."""

from ...core.parcel import Parcel, Revoked, Scan


def live_scans(parcel: Parcel) -> list[Scan]:
    """Return the scans that were not withdrawn, in the order of their recording."""
    gone = {fact.revokes for fact in parcel.facts if isinstance(fact, Revoked)}
    return [fact for fact in parcel.facts if isinstance(fact, Scan) and fact.sequence not in gone]


def last(scans: list[Scan]) -> Scan:
    """Return the event that occurred last; of equal times the one recorded last."""
    return max(scans, key=lambda scan: (scan.occurred_ms, scan.sequence))
