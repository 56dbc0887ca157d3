"""Whose call of tracking it is: login and password stand in the SOAP body."""

from ....wire.call import Answer, Call
from ....wire.carrier import Refusal
from ....wire.problems import plain
from ....wire.tenants import Tenants

STATUS = {
    Refusal.NO_ROUTE: 404,
    Refusal.WRONG_METHOD: 405,
    Refusal.TOO_LARGE: 413,
    Refusal.BROKEN: 500,
    Refusal.UNAVAILABLE: 503,
}


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Nobody is known before the body is read."""
    return None


def refuse(call: Call, refusal: Refusal) -> Answer:
    """Return what the server in front says where no handler ran."""
    return plain(STATUS[refusal])
