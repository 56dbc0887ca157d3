"""IML as a carrier: `CARRIER` is what the server mounts.

Wire contract: `courier_api` §3. The evidence is thin; the carrier sheet says what was guessed.
"""

from ...core.world import Duty
from ...wire.carrier import Carrier
from . import (
    access,
    answers,
    bad_days,
    calculation,
    dictionaries,
    journeys,
    labels,
    lives,
    orders,
    payouts,
    settings,
    xml_protocol,
)
from .answers import Operations
from .described import DESCRIPTION
from .records import CARRIER as NAME
from .records import KINDS
from .sheet import SHEET
from .statuses import CODES

__all__ = ["CARRIER"]


def _routes() -> Operations:
    routes = Operations()
    for chapter in (orders, labels, calculation, dictionaries, xml_protocol):
        routes.include(chapter.routes)
    return routes


CARRIER = Carrier(
    name=NAME,
    mount="iml",
    routes=_routes(),
    kinds=(*KINDS, *payouts.DESK.kinds),
    duties={f"{NAME}.step": Duty(lives.on_step), **payouts.DESK.duties},
    payouts=payouts.DESK.payouts,
    sheet=SHEET,
    admit=access.admit,
    refuse=answers.refuse,
    translate=answers.translate,
    story=journeys.story,
    scan=lives.scan,
    revoke=lives.revoke,
    stories=tuple(journeys.STORIES),
    codes=CODES,
    told=journeys.told,
    label=labels.label,
    bad_days=bad_days.BAD_DAYS,
    settings=settings.ALLOWED,
    description=DESCRIPTION,
)
