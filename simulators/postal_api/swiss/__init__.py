"""Swiss Post as a carrier: `CARRIER` is what the server mounts.

Wire contract: `postal_api_swiss`.
"""

from ...core.parcel import Parcel
from ...core.world import Duty, World
from ...wire.carrier import Carrier, ReportFile
from . import access, answers, described, journeys, labels, lives, settings, ways
from .answers import Operations
from .bad_days import BAD_DAYS
from .chapter import Chapter, merged
from .chapters import CHAPTERS as OWN
from .consignment import CONSIGNMENTS
from .names import CARRIER as NAME
from .names import MOUNT
from .notifying.described import OPERATIONS as NOTIFYING
from .sheet import sheet
from .statuses import CODES
from .ways.described import OPERATIONS as WAYS

__all__ = ["CARRIER"]

CHAPTERS: tuple[Chapter, ...] = (*OWN, ways.CHAPTER)
ON_SCREEN_DPI = 200
FORMS = {"pdf": "PDF", "zpl": "ZPL2"}


def _routes() -> Operations:
    routes = Operations()
    for chapter in CHAPTERS:
        routes.include(chapter.routes)
    return routes


def _label(world: World, parcel: Parcel, form: str) -> ReportFile | None:
    """Return a consignment's label as the control API and `label preview` show it; ZPL for a printer of 203 dpi."""
    found = world.store.get(CONSIGNMENTS, parcel.id)
    if found is None or form not in FORMS or not found.layout:
        return None
    body = labels.label(found, FORMS[form], ON_SCREEN_DPI if form == "zpl" else 0)
    return ReportFile(f"{found.ident_code}.{form}", f"application/{form}", body)


CARRIER = Carrier(
    name=NAME,
    mount=MOUNT,
    routes=_routes(),
    kinds=tuple(kind for chapter in CHAPTERS for kind in chapter.kinds),
    duties=merged([{f"{NAME}.step": Duty(lives.on_step)}, *(chapter.duties for chapter in CHAPTERS)]),
    sheet=sheet(CHAPTERS),
    admit=access.admit,
    refuse=answers.refuse,
    translate=answers.translate,
    story=journeys.story,
    scan=lives.scan,
    revoke=lives.revoke,
    stories=tuple(journeys.STORIES),
    codes=CODES,
    told=journeys.told,
    label=_label,
    bad_days=merged([BAD_DAYS, *(chapter.bad_days for chapter in CHAPTERS)]),
    settings={**settings.ALLOWED, **merged(chapter.settings for chapter in CHAPTERS)},
    description=described.description({**WAYS, **NOTIFYING}),
)
