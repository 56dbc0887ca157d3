"""Sessions: log in, log out, and whose call it is by the session number in its body.

Wire contract: `courier_api` §4: hosts and test login, "Session".
"""

from uuid import UUID

from ...core.errors import Rejected
from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.tenants import GRANTS, Grant, Tenants
from . import settings
from .body import Fields, document
from .errors import LOGIN, NO_SESSION, SESSION, WRONG_LOGIN, Operations, Refused, json, refusal_of

TEST_LOGINS = {"apitest": "apitest"}  # published
TEST_IKN = "9990003041"  # the test login's client number, published with it
LONGEST_CREDENTIAL = 255
OPEN_TO_ALL = "open_to_all"  # a route's note: dictionaries ask for no session

routes = Operations()


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Find the tenant of a call by the session in its body, or by login and password of a login.

    A dictionary is everybody's: whoever presents a session there anyway is known by it.
    """
    try:
        if call.route is not None and call.route.operation == "login":
            return _admit_login(tenants, call)
        _admit_session(tenants, call)
    except Refused as refused:
        if call.route is not None and call.route.notes.get(OPEN_TO_ALL):
            return None
        return refusal_of(call, refused)
    return None


def _admit_session(tenants: Tenants, call: Call) -> None:
    text = call.query.get("SessionId", "") or document(call).text("SessionId", most=LONGEST_CREDENTIAL)
    holder = tenants.holder(text.lower())
    if holder is None or holder.grant.carrier != settings.NAME:
        raise Refused(SESSION, NO_SESSION)
    call.world, call.credential = holder.world, holder.grant.credential
    call.notes["session"] = text.lower()
    if holder.grant.expires_ms <= holder.world.now_ms:
        raise Refused(settings.choice(holder.world, "session_error"), NO_SESSION)


def _admit_login(tenants: Tenants, call: Call) -> Answer | None:
    fields = document(call)
    login, password = _credential(fields, "Login"), _credential(fields, "Password")
    wrong = json({"SessionId": None, "ErrorCode": LOGIN, "ErrorMessage": WRONG_LOGIN, "ExpiresIn": 0})
    if not login or not password or TEST_LOGINS.get(login, password) != password:
        return wrong
    try:
        call.world = tenants.open(settings.NAME, login, password)
    except Rejected:
        return wrong
    call.credential = login
    call.notes["tenants"] = tenants
    return None


def _credential(fields: Fields, key: str) -> str:
    value = fields.raw(key)
    return value if isinstance(value, str) and len(value) <= LONGEST_CREDENTIAL else ""


@routes.post("/login")
def login(call: Call) -> Answer:
    """Open a session; earlier ones stay open."""
    world, tenants = call.world, call.notes["tenants"]
    assert isinstance(tenants, Tenants)
    session = _new_session(world)
    lifetime_s = settings.number(world, "session_lifetime_s")
    tenants.grant(world, session, Grant(settings.NAME, call.credential, world.now_ms + lifetime_s * 1000))
    return json({"SessionId": session, "ErrorCode": 0, "ErrorMessage": None, "ExpiresIn": lifetime_s})


def _new_session(world: World) -> str:
    key = str(world.count("pickpoint.session"))
    return str(UUID(hex=world.token_hex("pickpoint.session", key), version=4))


@routes.post("/logout")
def logout(call: Call) -> Answer:
    """Close the session at once."""
    world, session = call.world, str(call.notes["session"])
    grant = Grant(settings.NAME, call.credential, world.now_ms)
    world.store.put(GRANTS, session, grant)
    return json({"Success": True})
