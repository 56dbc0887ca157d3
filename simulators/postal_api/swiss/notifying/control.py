"""The control options as a page: `GET` shows what a recipient may choose, `POST` chooses.

Wire contract: `notifications` NTF-140 to NTF-147. The carrier's own page is not known: paths, fields and statuses are
ours. 404: no such link; 422: the option is not offered, or what was written does not do; 409: it is closed, or
something else was chosen before. The same choice again changes nothing.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from ....core.parcel import Parcel
from ....core.world import World
from ....wire.call import Answer, Call
from ....wire.tenants import TenantError, Tenants
from ..answers import Operations
from ..consignment import Consignment
from . import control_page
from .control_rules import Closed, Wrong, closed, left, read, rest
from .links import PATH, holder_of, offered, tenant_of
from .records import Choice, noticed_of, own_settings, remember_choice, same_address
from .words import done, sentence

FIELDS_MOST = 20

routes = Operations()


def by_link(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant and the consignment of a link; nobody signs in."""
    token = call.params["token"]
    name = tenant_of(token)
    try:
        world = tenants.find(name) if name else None
    except TenantError:
        world = None
    held = None if world is None else holder_of(world, token)
    if world is None or held is None or not offered(world, *held):
        return control_page.unknown()
    call.world, call.credential = world, world.name
    call.notes["held"] = held
    return None


@routes.get(f"{PATH}/{{token}}", admit=by_link)
def control_options(call: Call) -> Answer:
    """Show what the recipient may choose."""
    return _page(call)


@routes.post(f"{PATH}/{{token}}", admit=by_link)
def use_control_option(call: Call) -> Answer:
    """Use one option; the delivery changes, and the sender sees it."""
    found, address = _held(call)
    language, parcel = _language(call.world, found, address), call.world.parcel(found.id)
    given = _given(call.body)
    option = given.get("option", "")
    if not given:
        return _page(call, sentence(language, "page", "unreadable"), 422)
    if option not in offered(call.world, found, address):
        return _page(call, sentence(language, "page", "not_offered"), 422)
    try:
        choice = read(option, given, now_ms=call.world.now_ms)
    except Wrong as wrong:
        field = sentence(language, "fields", wrong.field)
        return _page(call, sentence(language, "page", wrong.why, field=field), 422)
    before = noticed_of(call.world, found.id).choice
    if before is not None:
        same = (before.option, before.details) == (choice.option, choice.details)
        return _page(call) if same else _page(call, sentence(language, "page", "taken"), 409)
    why = closed(parcel, option)
    if why is not None:
        return _page(call, sentence(language, "page", why), 409)
    use(call.world, found, parcel, choice)
    return _page(call)


def use(world: World, found: Consignment, parcel: Parcel, choice: Choice) -> None:
    """Note a choice and let the rest of the journey follow it."""
    remember_choice(world, found.id, choice)
    due = world.store.due(parcel.due) if parcel.due else None
    steps = left(parcel, None if due is None else due.at_ms, world.now_ms)
    reason = done(choice, found.shipment.language)
    changed = rest(steps, choice, reason, letter=not found.ident_code.startswith("99"))
    if changed:
        world.travel(parcel, changed)


def _held(call: Call) -> tuple[Consignment, str]:
    held = call.notes["held"]
    assert isinstance(held, tuple)
    return held


def _given(body: bytes) -> Mapping[str, str]:
    """Return the fields of the form, none when it cannot be read, or when one is given twice."""
    try:
        given = parse_qsl(body.decode(), max_num_fields=FIELDS_MOST)
    except ValueError:
        return {}
    fields = dict(given)
    return fields if len(fields) == len(given) else {}


def _language(world: World, found: Consignment, address: str) -> str:
    """Return the language in which a recipient is told of this consignment."""
    own = own_settings(world, address)
    if own is not None:
        return own.language
    notes = found.shipment.item.notification
    asked = (note.language for note in notes if same_address(note.communication.email) == address)
    return next(asked, found.shipment.language)


def _page(call: Call, wrong: str = "", status: int = 200) -> Answer:
    found, address = _held(call)
    world = call.world
    parcel = world.parcel(found.id)
    options: list[tuple[str, Closed | None]] = [
        (option, closed(parcel, option)) for option in offered(world, found, address)
    ]
    return control_page.page(
        found,
        _language(world, found, address),
        options,
        now_ms=world.now_ms,
        choice=noticed_of(world, found.id).choice,
        wrong=wrong,
        status=status,
    )
