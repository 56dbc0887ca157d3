"""Otpravka: orders, batches and their check-in, the archive, settings, shipping points, balance."""

from ....core.world import Duty
from .. import access, numbers, records
from .. import batches as batch_fold
from ..answers import Operations
from ..part import Part
from . import archive, batch_life, batches, body, limits, orders, ranges, settings_view
from .account import SWITCHES
from .bad_days import BAD_DAYS
from .described import DESCRIBED
from .sheet import DEVIATIONS, FIDELITY, GUESSES, MAGIC, STATIC

__all__ = ["PART", "routes"]

routes = Operations()
for chapter in (orders, batches, archive, limits, settings_view, ranges):
    routes.include(chapter.routes)

PART = Part(
    routes=routes,
    kinds=(*records.KINDS, *numbers.KINDS),
    duties={
        batch_life.FREEZE: Duty(batch_life.on_freeze),
        batch_fold.CLOSING: Duty(batch_fold.on_closing),
        batch_life.LONG_ARCHIVE: Duty(batch_life.on_long_archive),
    },
    fidelity=FIDELITY,
    guesses=(*access.GUESSES, *GUESSES),
    deviations=DEVIATIONS,
    magic=MAGIC,
    static=STATIC,
    switches=SWITCHES,
    bad_days=BAD_DAYS,
    described=DESCRIBED,
    body_limits_bytes=body.LIMITS_BYTES,
)
