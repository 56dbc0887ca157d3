"""A mail carries the remarks of all earlier events."""

from parcelproof.reference.domain import notices

from .patching import rewrite

ALL_REMARKS = "' '.join(reading.event.text for reading in picture.readings)"


def apply() -> None:
    rewrite(
        notices.decide,
        (
            "send = _told(newest, by_event[newest.event.id])",
            f"send = Told(by_event[newest.event.id], newest.status, '', {ALL_REMARKS})",
        ),
    )
