"""CDEK API v2 as a carrier: `CARRIER` is what the server mounts.

Wire contract: `courier_api` §1 and §2. Files are named after its chapters.
"""

from ...core.world import Duty
from ...wire.carrier import Carrier
from ...wire.routes import Routes
from . import (
    agreement_life,
    agreements,
    bad_days,
    calculator,
    changes,
    deferred,
    forms,
    intake_life,
    intakes,
    intervals,
    journeys,
    lives,
    locations,
    notices,
    oauth,
    orders,
    papers,
    passports,
    payouts,
    photos,
    prealerts,
    printed,
    prints,
    registration,
    registries,
    reverse,
    settings,
    webhooks,
)
from .described import DESCRIPTION
from .envelope import refuse, translate
from .records import KINDS
from .sheet import SHEET

__all__ = ["CARRIER"]


def _routes() -> Routes:
    routes = Routes()
    for chapter in (
        oauth,
        orders,
        changes,
        reverse,
        intakes,
        agreements,
        intervals,
        prints,
        prealerts,
        passports,
        photos,
        webhooks,
        calculator,
        locations,
        registries,
    ):
        routes.include(chapter.routes)
    return routes


CARRIER = Carrier(
    name="cdek",
    mount="cdek",
    routes=_routes(),
    kinds=(*KINDS, *papers.KINDS, *payouts.DESK.kinds),
    duties={
        "cdek.step": Duty(lives.on_step),
        registration.JUDGE: Duty(registration.on_judge),
        deferred.ACT: Duty(orders.act),
        registration.REVERSE: Duty(reverse.on_due),
        agreement_life.DUTY: Duty(agreement_life.on_due),
        intake_life.DUTY: Duty(intake_life.on_due),
        forms.DUTY: Duty(prints.on_form),
        prealerts.DUTY: Duty(prealerts.on_due),
        **payouts.DESK.duties,
        notices.DUTY: Duty(notices.send, notices.learn),
        notices.UNSUBSCRIBE: Duty(notices.unsubscribe),
    },
    sheet=SHEET,
    admit=oauth.admit,
    refuse=refuse,
    translate=translate,
    story=journeys.story,
    scan=lives.scan,
    revoke=lives.revoke,
    stories=tuple(journeys.STORIES),
    codes=lives.CODES,
    label=printed.label,
    told=journeys.told,
    endpoints=webhooks.endpoints,
    payouts=payouts.DESK.payouts,
    bad_days={**payouts.DESK.bad_days, **bad_days.BAD_DAYS},
    settings=settings.ALLOWED,
    description=DESCRIPTION,
)
