"""Registered electronic letters: our own REST design. The rules are `rules.toml`."""

from ....core.world import Duty
from ..own_rest.operations import OwnRoutes
from ..part import Part
from . import desk, inboxes, intake, post, records
from .described import DESCRIBED

__all__ = ["PART", "routes"]

routes = OwnRoutes()
for _chapter in (desk, inboxes):
    routes.include(_chapter.routes)

PART = Part(
    routes=routes,
    kinds=records.KINDS,
    duties={**intake.DUTIES, post.FOLLOW: Duty(post.follow)},
    fidelity={**desk.FIDELITY, **inboxes.FIDELITY},
    described=DESCRIBED,
    body_limits_bytes=desk.BODY_LIMITS_BYTES,
    guesses=(
        "A letter's check takes 15 minutes, its printing 6 hours and its way on paper about two days; these are ours.",
        "A signature of a letter has to hold over its document; whose certificate it is, and that real ones use GOST "
        "algorithms, is not asked.",
    ),
    deviations=(
        "An upload of letters may have 64 MB, where 1,000 documents of 1 MB would have more.",
        "The recipient's side of electronic letters (consent, inbox, opening) is a double under the sender's own "
        "credentials; the partner interface that recipients have in life is not served.",
    ),
    magic={
        "comment of a letter: [story: unclaimed]": "on paper nobody takes it: it is stored 30 days and goes back, or "
        "is destroyed with no_return",
    },
)
