"""PickPoint as a carrier: `CARRIER` is what the server mounts.

Wire contract: `courier_api` §4. A historical service: lockers, sessions, HTTP 200 whatever happens.
"""

from ...core.world import Duty
from ...wire.carrier import Carrier
from . import journeys, lives, postamats, sendings, session, settings
from .errors import refuse, translate
from .paths import AnyCase
from .records import KINDS
from .sheet import SHEET

__all__ = ["CARRIER"]


def _routes() -> AnyCase:
    routes = AnyCase()
    for chapter in (session, sendings, postamats):
        routes.include(chapter.routes)
    return routes


CARRIER = Carrier(
    name=settings.NAME,
    mount=settings.NAME,
    routes=_routes(),
    kinds=KINDS,
    duties={"pickpoint.step": Duty(lives.on_step), lives.GOODS_BACK: Duty(lives.on_goods_back)},
    sheet=SHEET,
    admit=session.admit,
    refuse=refuse,
    translate=translate,
    story=journeys.story,
    scan=lives.scan,
    revoke=lives.revoke,
    stories=tuple(journeys.STORIES),
    codes=lives.CODES,
    told=journeys.told,
)
