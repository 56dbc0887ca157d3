"""Swiss Post as a carrier: `CARRIER` is what the server mounts.

Wire contract: `postal_api_swiss`.
"""

from typing import NoReturn

from ...core.errors import Reason, Rejected
from ...core.parcel import Parcel, Step
from ...core.world import World
from ...wire.carrier import Carrier, Fidelity
from . import access, answers, settings, ways
from .answers import Operations
from .chapter import Chapter, merged
from .names import CARRIER as NAME
from .names import MOUNT
from .sheet import sheet

__all__ = ["CARRIER"]

TOKENS = Chapter(
    routes=access.routes,
    fidelity={"token": Fidelity.RECORDED, "old_token": Fidelity.DOCUMENTED},
    guesses=(
        "A refused token call is answered with OAuth's own errors: 400 for grant type and scope, 401 for the client.",
        "A token without the scope of the call is answered with 403 and no body.",
    ),
)
CHAPTERS: tuple[Chapter, ...] = (TOKENS, ways.CHAPTER)


def _routes() -> Operations:
    routes = Operations()
    for chapter in CHAPTERS:
        routes.include(chapter.routes)
    return routes


def _no_story(world: World, parcel: Parcel, name: str) -> NoReturn:
    raise Rejected(Reason.UNKNOWN_STORY, story=name, allowed=[])


def _no_scan(world: World, parcel: Parcel, step: Step) -> NoReturn:
    raise Rejected(Reason.UNKNOWN_CODE, code=step.code, allowed=[])


def _no_revoke(world: World, parcel: Parcel, sequence: int) -> NoReturn:
    raise Rejected(Reason.UNKNOWN_SCAN, parcel=parcel.id, sequence=sequence, allowed=[])


CARRIER = Carrier(
    name=NAME,
    mount=MOUNT,
    routes=_routes(),
    kinds=tuple(kind for chapter in CHAPTERS for kind in chapter.kinds),
    duties=merged(chapter.duties for chapter in CHAPTERS),
    sheet=sheet(CHAPTERS),
    admit=access.admit,
    refuse=answers.refuse,
    translate=answers.translate,
    story=_no_story,
    scan=_no_scan,
    revoke=_no_revoke,
    stories=(),
    codes=(),
    bad_days=merged(chapter.bad_days for chapter in CHAPTERS),
    settings={**settings.ALLOWED, **merged(chapter.settings for chapter in CHAPTERS)},
)
