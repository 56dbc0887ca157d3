"""Whose call of the calculator it is: nobody signs in, so everybody shares the world `public`.

A tenant of one's own stands in the path: `/~NAME/v2/calculate/tariff` is answered from the world NAME.
"""

import re

from ....wire.call import Answer, Call
from ....wire.carrier import Refusal
from ....wire.problems import plain
from ....wire.routes import Route, Routes
from ....wire.tenants import Tenants

PUBLIC = "public"
LONGEST = 200
_OWN = re.compile(r"/+~([^/]+)(/.*)?", re.DOTALL)
_SLASHES = re.compile("/{2,}")
STATUS = {
    Refusal.NO_ROUTE: 404,
    Refusal.WRONG_METHOD: 405,
    Refusal.TOO_LARGE: 413,
    Refusal.BROKEN: 500,
    Refusal.UNAVAILABLE: 503,
}


class Operations(Routes):
    """Routes that answer below `/~NAME` too; doubled slashes are one."""

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        own = _OWN.fullmatch(path)
        plain_path = (own[2] or "/") if own else path
        return super().find(_SLASHES.sub("/", plain_path))


def admit(tenants: Tenants, call: Call) -> Answer | None:
    """Find the world that a path names, `public` for one that names none."""
    own = _OWN.fullmatch(call.path)
    name = own[1] if own else PUBLIC
    if len(name) > LONGEST:
        return plain(404)
    call.world = tenants.world(name)
    call.credential = name
    return None


def refuse(call: Call, refusal: Refusal) -> Answer:
    """Return what the server in front says where no handler ran."""
    return plain(STATUS[refusal])
