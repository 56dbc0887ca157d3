"""PickPoint as a carrier: `CARRIER` is what the server mounts.

Wire contract: `courier_api` §4. A historical service: lockers, sessions, HTTP 200 whatever happens.
"""

from ...core.world import Duty
from ...wire.carrier import Carrier
from . import (
    acts,
    bad_days,
    changes,
    couriers,
    info,
    journeys,
    lives,
    postamats,
    printed,
    rates,
    reestrs,
    returns,
    sendings,
    session,
    settings,
    tracking,
)
from .described import DESCRIPTION
from .errors import refuse, translate
from .paths import AnyCase
from .payouts import DESK
from .records import KINDS
from .sheet import SHEET

__all__ = ["CARRIER"]


def _routes() -> AnyCase:
    routes = AnyCase()
    chapters = (session, sendings, tracking, info, changes, printed, reestrs, couriers, rates, returns, postamats, acts)
    for chapter in chapters:
        routes.include(chapter.routes)
    return routes


CARRIER = Carrier(
    name=settings.NAME,
    mount=settings.NAME,
    routes=_routes(),
    kinds=(*KINDS, *DESK.kinds),
    duties={
        "pickpoint.step": Duty(lives.on_step),
        lives.GOODS_BACK: Duty(lives.on_goods_back),
        couriers.DUTY: Duty(couriers.on_courier),
        **DESK.duties,
    },
    sheet=SHEET,
    admit=session.admit,
    refuse=refuse,
    translate=translate,
    story=journeys.story,
    scan=lives.scan,
    revoke=lives.revoke,
    stories=tuple(journeys.STORIES),
    codes=lives.CODES,
    label=printed.label,
    told=journeys.told,
    payouts=DESK.payouts,
    bad_days={**DESK.bad_days, **bad_days.BAD_DAYS},
    settings=settings.ALLOWED,
    description=DESCRIPTION,
)
