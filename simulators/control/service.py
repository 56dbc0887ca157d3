"""The control API as one service on the shared port: token, routes, and problems for whatever is refused."""

import hmac
from collections.abc import Awaitable, Iterable
from hashlib import sha256
from typing import cast

from ..core.errors import Reason, Rejected
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Carrier
from ..wire.pace import Pace
from ..wire.problems import problem
from ..wire.routes import Routes
from ..wire.tenants import TenantError, Tenants, Trouble
from . import clock, disturbances, evidence, mails, parcels, tenants
from .desk import PREFIX, ControlError, Desk, desk_of, on

routes = Routes()

BODY_LIMIT_BYTES = 1_048_576
SNAPSHOT_LIMIT_BYTES = 256 * 1_048_576

STATUS = {
    Reason.UNKNOWN_PARCEL: 404,
    Reason.UNKNOWN_SCAN: 404,
    Reason.UNKNOWN_STORY: 422,
    Reason.UNKNOWN_CODE: 422,
    Reason.WRONG_SNAPSHOT: 422,
    Reason.CLOCK_BACKWARDS: 422,
}
TROUBLE = {Trouble.UNKNOWN: 404, Trouble.EXISTS: 409, Trouble.CREDENTIAL_TAKEN: 409}


class Control:
    """Answers below `/_sim`. With an admin token every call must show it."""

    def __init__(
        self, carriers: Iterable[Carrier], tenants_: Tenants, pace: Pace, *, admin_token: str | None = None
    ) -> None:
        self._desk = Desk({carrier.name: carrier for carrier in carriers}, tenants_, pace)
        self._token_digest = sha256(admin_token.encode()).digest() if admin_token else None

    def limit_bytes(self, path: str) -> int:
        return SNAPSHOT_LIMIT_BYTES if path.endswith("/snapshot") else BODY_LIMIT_BYTES

    def refuses(self, call: Call) -> Answer | None:
        """Return the refusal of a call without the admin token, before its body is read."""
        if self._token_digest is None:
            return None
        shown = call.headers.get("Authorization", "").removeprefix("Bearer ")
        if hmac.compare_digest(sha256(shown.encode()).digest(), self._token_digest):
            return None
        answer = problem(401, "Admin token needed", "Send Authorization: Bearer TOKEN, as given with --admin-token.")
        answer.headers["WWW-Authenticate"] = 'Bearer realm="parcelproof control"'
        return answer

    async def __call__(self, call: Call) -> Answer:
        found = routes.find(call.path)
        if found is None:
            return problem(404, "Unknown route", f"There is no {call.path} here; start at /_sim{PREFIX}.")
        methods, call.params = found
        route = methods.get(call.method)
        if route is None:
            allowed = sorted(methods)
            answer = problem(405, "Wrong method", f"{call.method} is not allowed here.", allowed=allowed)
            answer.headers["Allow"] = ", ".join(allowed)
            return answer
        call.notes["desk"] = self._desk
        try:
            return await cast(Awaitable[Answer], route.handler(call))
        except ControlError as error:
            return problem(error.status, error.title, error.detail, **error.facts)
        except TenantError as error:
            return problem(TROUBLE[error.trouble], error.trouble, error.detail)
        except Rejected as error:
            return problem(STATUS.get(error.reason, 409), error.reason, str(error))


@on(routes, "GET", "")
async def overview(call: Call) -> Answer:
    """Show what can be driven: carriers with their mounts, operations, event codes and stories."""
    carriers = [
        {
            "name": carrier.name,
            "mount": f"/{carrier.mount}",
            "title": carrier.sheet.title,
            "operations": [route.operation for route in carrier.routes],
            "codes": list(carrier.codes),
            "stories": list(carrier.stories),
            "magic": dict(carrier.sheet.magic),
            "payouts": carrier.payouts is not None,
        }
        for carrier in desk_of(call).carriers.values()
    ]
    return json_answer({"carriers": carriers, "operations": sorted({f"{r.method} {r.template}" for r in routes})})


for part in (tenants, clock, parcels, disturbances, evidence, mails):
    routes.include(part.routes)
