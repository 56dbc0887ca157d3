"""Mails to whoever asked for parcels to be fetched: a branch approved one, a branch confirmed several.

Source: `notifications` NTF-085 to 090.
"""

from collections.abc import Sequence

from ..ports import Mail
from .languages import words
from .sheet import Cover, Link, Sheet, mail


def pickup_approved(tracking: str, cover: Cover, *, branch: str, view: str, download: str) -> Mail:
    """Name the branch that approved, the parcel's number, and where its label is seen and loaded (NTF-086)."""
    _ = words(cover.language).gettext
    sheet = Sheet(
        subject=_("Pick-up approved: shipment %(number)s") % {"number": tracking},
        paragraphs=(_("Your pick-up request was approved."),),
        rows=((_("Branch"), branch), (_("Shipment"), tracking)),
        links=(Link(_("View the label"), view), Link(_("Download the label"), download)),
    )
    return mail(sheet, cover, kind="pickup_approved")


def pickups_confirmed(tracking: Sequence[str], cover: Cover, *, branch: str) -> Mail:
    """Say which and how many were confirmed by one act of a branch (NTF-088)."""
    _, several = words(cover.language).gettext, words(cover.language).ngettext
    count = len(tracking)
    sheet = Sheet(
        subject=several("%(count)d pick-up confirmed", "%(count)d pick-ups confirmed", count) % {"count": count},
        paragraphs=(
            several(
                "%(count)d pick-up that you asked for was confirmed:",
                "%(count)d pick-ups that you asked for were confirmed:",
                count,
            )
            % {"count": count},
        ),
        items=tuple(tracking),
        notes=(_("Confirmed by %(branch)s.") % {"branch": branch},),
    )
    return mail(sheet, cover, kind="pickups_confirmed")
