"""The control API as one service on the shared port: token, routes, and problems for whatever is refused."""

import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec

from ..core.errors import Reason, Rejected
from ..wire.bad_days import BadDayError
from ..wire.bad_days import Trouble as BadDayTrouble
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Carrier
from ..wire.description import document as carrier_document
from ..wire.pace import Pace
from ..wire.problems import problem
from ..wire.request_line import with_slashes
from ..wire.routes import Route, Routes
from ..wire.tenants import TenantError, Tenants, Trouble
from ..wire.webhooks import ReplayError
from . import clock, depot, faults, journal, journeys, mails, parcels, payouts, scans, snapshots, tenants, webhooks
from .desk import ControlError, Desk, desk_of
from .openapi import document
from .operations import PREFIX, Parsed, on, operation_of
from .origins import rebound, strayed
from .reading import body_as, query_as
from .shelf import ShelfError, Shortage

routes = Routes()

BODY_LIMIT_BYTES = 1_048_576
SNAPSHOT_LIMIT_BYTES = 256 * 1_048_576

STATUS = {Reason.UNKNOWN_PARCEL: 404, Reason.UNKNOWN_SCAN: 404, Reason.WRONG_SNAPSHOT: 422}  # others: 409
TROUBLE = {Trouble.UNKNOWN: 404, Trouble.EXISTS: 409, Trouble.CREDENTIAL_TAKEN: 409}
BAD_DAY = {
    BadDayTrouble.UNKNOWN: 422,
    BadDayTrouble.NOT_THERE: 409,
    BadDayTrouble.ON: 409,
    BadDayTrouble.NOT_ON: 404,
}
SHORTAGE = {Shortage.UNKNOWN: 404, Shortage.TAKEN: 409, Shortage.NUMBER: 409, Shortage.SIZE: 409}


class CarrierView(msgspec.Struct):
    """A carrier: where it answers, what its operations, events and stories are called, what magic values do."""

    name: str
    mount: str
    title: str
    operations: list[str]
    codes: tuple[str, ...]
    stories: tuple[str, ...]
    magic: dict[str, str]
    payouts: bool


class OverviewView(msgspec.Struct):
    """What can be driven."""

    carriers: list[CarrierView]
    operations: list[str]


class Control:
    """Answers below `/_sim`. With an admin token every call must show it."""

    def __init__(
        self, carriers: Iterable[Carrier], tenants_: Tenants, pace: Pace, *, admin_token: str | None = None
    ) -> None:
        known = {carrier.name: carrier for carrier in carriers}
        self.desk = Desk(known, tenants_, pace, guarded=bool(admin_token))
        self._token_digest = sha256(admin_token.encode()).digest() if admin_token else None

    def limit_bytes(self, path: str) -> int:
        return SNAPSHOT_LIMIT_BYTES if path.endswith("/snapshot") else BODY_LIMIT_BYTES

    def refuses(self, call: Call) -> Answer | None:
        """Return the refusal of a call without the admin token, or of another site's page, before its body is read."""
        if self._token_digest is None:
            trouble = rebound(call) or strayed(call)
            return problem(403, "Not from here", trouble) if trouble else None
        shown = call.headers.get("Authorization", "").removeprefix("Bearer ")
        if hmac.compare_digest(sha256(shown.encode()).digest(), self._token_digest):
            return None
        answer = problem(401, "Admin token needed", "Send Authorization: Bearer TOKEN, as given with --admin-token.")
        answer.headers["WWW-Authenticate"] = 'Bearer realm="parcelproof control"'
        return answer

    async def __call__(self, call: Call) -> Answer:
        found = routes.find(call.path)
        if found is None:
            shown = with_slashes(call.path)
            return problem(404, "Unknown route", f"There is no {shown} here; start at /_sim{PREFIX}.")
        methods, params = found
        route = methods.get(call.method)
        if route is None:
            return wrong_method(call.method, sorted(methods))
        call.params = {name: with_slashes(value) for name, value in params.items()}
        call.notes["desk"] = self.desk
        try:
            return await performed(route, call)
        except ControlError as error:
            return problem(error.status, error.title, error.detail, **error.facts)
        except TenantError as error:
            return problem(TROUBLE[error.trouble], error.trouble, error.detail)
        except BadDayError as error:
            return problem(BAD_DAY[error.trouble], error.trouble, error.detail)
        except ShelfError as error:
            return problem(SHORTAGE[error.shortage], error.shortage, error.detail)
        except ReplayError as error:
            return problem(409, "Nothing to repeat", str(error))
        except Rejected as error:
            return problem(STATUS.get(error.reason, 409), error.reason, str(error))


async def performed(route: Route, call: Call) -> Answer:
    """Parse what the operation declares, and hand it to its handler."""
    operation = operation_of(route)
    given: dict[str, Any] = {}
    query = query_as(call, operation.query)
    if operation.query is not None:
        given["query"] = query
    if operation.body is not None:
        shape = operation.body.shape if isinstance(operation.body, Parsed) else operation.body
        given["body"] = body_as(call, shape)
    return await operation.handler(call, **given)


def wrong_method(method: str, allowed: list[str]) -> Answer:
    answer = problem(405, "Wrong method", f"{method} is not allowed here.", allowed=allowed)
    answer.headers["Allow"] = ", ".join(allowed)
    return answer


@on(routes, "GET", "", answers={200: OverviewView})
async def overview(call: Call) -> Answer:
    """Show what can be driven: carriers with their mounts, operations, event codes and stories."""
    carriers = [
        CarrierView(
            carrier.name,
            f"/{carrier.mount}",
            carrier.sheet.title,
            [route.operation for route in carrier.routes],
            carrier.codes,
            carrier.stories,
            dict(carrier.sheet.magic),
            carrier.payouts is not None,
        )
        for carrier in desk_of(call).carriers.values()
    ]
    return json_answer(OverviewView(carriers, sorted({f"{route.method} {route.template}" for route in routes})))


@on(routes, "GET", "/openapi.json", answers={200: dict[str, Any]})
async def read_openapi(call: Call) -> Answer:
    """Read this API's OpenAPI 3.1 document."""
    desk = desk_of(call)
    return json_answer(document(routes, desk.carriers, guarded=desk.guarded))


@on(routes, "GET", "/carriers/{carrier}/openapi.json", answers={200: dict[str, Any]})
async def read_carrier_openapi(call: Call) -> Answer:
    """Read the OpenAPI 3.1 document of a carrier's mount; a carrier that describes none has no such document."""
    carrier = desk_of(call).carrier(call.params["carrier"])
    if carrier.description is None:
        raise ControlError(404, "No such document", f"{carrier.name} does not describe its wire.")
    return json_answer(carrier_document(carrier))


for part in (tenants, clock, parcels, scans, depot, journeys, faults, webhooks, journal, snapshots, payouts, mails):
    routes.include(part.routes)
