"""Bugs of the area notifications; `conformance/mutants/notifications.toml` says which requirements each must fail."""

from parcelproof.reference.domain import notices
from parcelproof.reference.usecases import alerting

from .patching import mutant, rewrite

ALL_REMARKS = "' '.join(reading.event.text for reading in picture.readings)"


@mutant
def duplicate_mail() -> None:
    """Each mail is handed to SMTP twice."""
    rewrite(
        alerting.send_mail,
        (
            "await ports.mailer.send(letter.mail)",
            "await ports.mailer.send(letter.mail); await ports.mailer.send(letter.mail)",
        ),
    )


@mutant
def mail_after_expiry() -> None:
    """A subscription lives a year instead of thirty days."""
    rewrite(notices.ends_at, ("requested_at + WINDOW", "requested_at + 12 * WINDOW"))


@mutant
def oldest_news() -> None:
    """A mail tells the oldest mailable news of the shipment instead of the newest."""
    rewrite(notices.decide, ("newest = max(", "newest = min("))


@mutant
def history_in_mail() -> None:
    """A mail carries the remarks of all earlier events."""
    rewrite(
        notices.decide,
        (
            "send = _told(newest, by_event[newest.event.id])",
            f"send = Told(by_event[newest.event.id], newest.status, '', {ALL_REMARKS})",
        ),
    )
