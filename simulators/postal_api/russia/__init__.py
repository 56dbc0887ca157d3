"""Russian Post: three mounts of one carrier, put together from its chapters.

Wire contract: `postal_api_russia`. Otpravka (`/pochta`) owns the parcels; tracking (`/pochta-tracking`) and the public
calculator (`/pochta-tariff`) have neither lives nor events of their own.
"""

from collections.abc import Iterable
from typing import NoReturn

from ...core.errors import Reason, Rejected
from ...core.parcel import Parcel, Step
from ...core.world import Duty, World
from ...wire.call import Answer, Call
from ...wire.carrier import Carrier
from ...wire.problems import plain
from ...wire.routes import Routes
from . import (
    access,
    answers,
    described,
    forms,
    fulfilment,
    journeys,
    letters,
    lives,
    offers,
    otpravka,
    own_rest,
    payouts,
    tracking,
)
from .lookup import chapter as lookup
from .names import CALCULATOR, OTPRAVKA, TRACKING
from .operations import by_code
from .part import Part, merged
from .sheet import CALCULATOR_SOURCES, OTPRAVKA_SOURCES, TRACKING_SOURCES, sheet
from .tariff import access as calculator_access
from .tariff import chapter as tariff
from .tracking import access as tracking_access

__all__ = ["CARRIERS"]

OTPRAVKA_PARTS: tuple[Part, ...] = (
    otpravka.PART,
    lookup.PART,
    forms.PART,
    own_rest.PART,
    letters.PART,
    offers.PART,
    fulfilment.PART,
)


def _routes(parts: Iterable[Part]) -> Routes:
    routes = answers.Operations()
    for part in parts:
        routes.include(part.routes)
    return routes


OWN_DUTIES = {f"{OTPRAVKA}.step": Duty(lives.on_step), **payouts.DESK.duties}


def _no_story(world: World, parcel: Parcel, name: str) -> NoReturn:
    raise Rejected(Reason.UNKNOWN_STORY, story=name, allowed=[])


def _no_scan(world: World, parcel: Parcel, step: Step) -> NoReturn:
    raise Rejected(Reason.UNKNOWN_CODE, code=step.code, allowed=[])


def _no_revoke(world: World, parcel: Parcel, sequence: int) -> NoReturn:
    raise Rejected(Reason.UNKNOWN_SCAN, parcel=parcel.id, sequence=sequence, allowed=[])


def _plain(call: Call, rejected: Rejected) -> Answer:
    return plain(400)


POST = Carrier(
    name=OTPRAVKA,
    mount="pochta",
    routes=_routes(OTPRAVKA_PARTS),
    kinds=(*(kind for part in OTPRAVKA_PARTS for kind in part.kinds), *payouts.DESK.kinds),
    duties=merged([OWN_DUTIES, *(part.duties for part in OTPRAVKA_PARTS)]),
    payouts=payouts.DESK.payouts,
    sheet=sheet("Russian Post, Otpravka API", OTPRAVKA_SOURCES, OTPRAVKA_PARTS, switches=payouts.SWITCHES.listed()),
    admit=access.admit,
    refuse=answers.refuse,
    translate=answers.translate,
    story=journeys.story,
    scan=lives.scan,
    revoke=lives.revoke,
    stories=tuple(journeys.STORIES),
    codes=tuple(by_code()),
    told=journeys.told,
    label=forms.label,
    bad_days=merged([*(part.bad_days for part in OTPRAVKA_PARTS), payouts.BAD_DAYS]),
    body_limits_bytes=merged(part.body_limits_bytes for part in OTPRAVKA_PARTS),
    description=described.described(OTPRAVKA_PARTS),
    settings=merged([*(part.switches.allowed() for part in OTPRAVKA_PARTS), payouts.SWITCHES.allowed()]),
)

TRACKED = Carrier(
    name=TRACKING,
    mount="pochta-tracking",
    routes=tracking.routes,
    kinds=tracking.PART.kinds,
    duties=tracking.PART.duties,
    sheet=sheet("Russian Post, tracking (SOAP)", TRACKING_SOURCES, [tracking.PART]),
    admit=tracking_access.admit,
    refuse=tracking_access.refuse,
    translate=_plain,
    story=_no_story,
    scan=_no_scan,
    revoke=_no_revoke,
    stories=(),
    codes=(),
    bad_days=tracking.PART.bad_days,
    settings=tracking.PART.switches.allowed(),
)

CALCULATED = Carrier(
    name=CALCULATOR,
    mount="pochta-tariff",
    routes=tariff.routes,
    kinds=tariff.PART.kinds,
    duties=tariff.PART.duties,
    sheet=sheet("Russian Post, public calculator", CALCULATOR_SOURCES, [tariff.PART]),
    admit=calculator_access.admit,
    refuse=calculator_access.refuse,
    translate=_plain,
    story=_no_story,
    scan=_no_scan,
    revoke=_no_revoke,
    stories=(),
    codes=(),
    bad_days=tariff.PART.bad_days,
    description=described.calculator_described(tariff.PART),
    settings=tariff.PART.switches.allowed(),
)

CARRIERS = (POST, TRACKED, CALCULATED)
