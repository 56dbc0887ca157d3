"""«My consignments»: recipients with settings of their own, as this tenant knows them.

How the carrier's recipients sign in is no part of the wire: these two calls are an extension of ours, and stand for it.
With them a recipient is told as he wishes and may use every control option (NTF-120, NTF-121).
"""

from typing import Any

from msgspec import to_builtins

from ....core.world import World
from ....wire.call import Answer, Call
from ..access import LABEL_SCOPES
from ..answers import Operations, json, schema_faults
from ..consignment import CONSIGNMENTS
from ..fields import Faults, Fields, Unreadable, document
from ..judgement_notices import MAIL_PATTERN
from ..notices import LANGUAGES
from ..read_back import OURS
from .links import link_of, recipients_of
from .records import OWN, OwnSettings, same_address
from .rules import OF_RECIPIENTS, in_order

MOBILE = r"(07|0041|00423|0033|0039|0043|0049)[0-9 ]{8,18}"
RECIPIENTS_MOST, CONSIGNMENTS_MOST = 1_000, 100
PATH = f"{OURS}/my-consignments"

routes = Operations()


@routes.put(PATH, scopes=LABEL_SCOPES)
def set_my_consignments(call: Call) -> Answer:
    """Activate «My consignments» for a recipient, or change his settings; `active` false ends it."""
    store = call.world.store
    try:
        wanted = _read(document(call.body))
        if store.get(OWN, wanted.email) is None and store.count(OWN) >= RECIPIENTS_MOST:
            faults = Faults()
            faults.add("email", f"at most {RECIPIENTS_MOST} recipients are kept", wanted.email)
            raise Unreadable(faults)
    except Unreadable as unreadable:
        return schema_faults(unreadable.faults)
    store.put(OWN, wanted.email, wanted)
    return json({**to_builtins(wanted), "consignments": _consignments(call.world).get(wanted.email, [])})


@routes.get(PATH, scopes=LABEL_SCOPES)
def list_my_consignments(call: Call) -> Answer:
    """List those recipients with the newest consignments that go to them, each with its link to the control options.

    The link stands for what a recipient finds once he has signed in.
    """
    mine = _consignments(call.world)
    rows = [{**to_builtins(one), "consignments": mine.get(key, [])} for key, one in call.world.store.scan(OWN)]
    return json({"recipients": rows})


def _consignments(world: World) -> dict[str, list[dict[str, str]]]:
    """Return the newest consignments by their recipients' addresses."""
    total = world.store.count(CONSIGNMENTS)
    mine: dict[str, list[dict[str, str]]] = {}
    for found in world.store.records(CONSIGNMENTS, max(0, total - CONSIGNMENTS_MOST)):
        for address in recipients_of(world, found):
            row = {"identCode": found.ident_code, "controlLink": link_of(world, found, address)}
            mine.setdefault(address, []).append(row)
    return mine


def _read(body: dict[str, Any]) -> OwnSettings:
    """Return the settings that a body describes.

    Raises:
        Unreadable: it does not fit.
    """
    faults = Faults()
    root = Fields(body, faults)
    kinds = root.texts("kinds", len(OF_RECIPIENTS), 3)
    allowed = [str(kind) for kind in OF_RECIPIENTS]
    if not set(kinds) <= set(allowed):
        root.wrong("kinds", f"must be some of {', '.join(allowed)}")
    email = root.text("email", 160, pattern=MAIL_PATTERN, required=True)
    mobile = root.text("mobile", 20, pattern=MOBILE)
    language = root.choice("language", LANGUAGES, default=LANGUAGES[0])
    active = root.flag("active", default=True)
    if faults:
        raise Unreadable(faults)
    return OwnSettings(same_address(email), in_order([int(kind) for kind in kinds]), language, mobile, active)
