"""Onboarding over the wire: sign-ups with their token, services beyond the offer, paper contracts."""

import re
from typing import Any

from ....core.world import World
from ....wire.call import Answer, Call, json_answer
from ....wire.members import Choice, Shape, Text
from ..access import credentials
from ..own_rest import tokens
from ..own_rest.admission import by_login
from ..own_rest.ids import new_id, rfc3339
from ..own_rest.operations import ROOT, OwnRoutes, body_of, guessed
from ..own_rest.pages import choice_of, page
from ..own_rest.problems import Refused, invalid, unknown, wrong_state
from . import coverage, lives, records
from .inn import is_inn
from .records import Contract, ServiceRequest, SignUp

ORGANISATION = Shape(
    {"name": Text(160), "inn": Text(12), "kpp": Text(9, pattern=re.compile(r"\d{9}", re.ASCII), hint="nine digits")},
    required=("name", "inn"),
)
CONTACT = Shape(
    {"name": Text(100), "phone": Text(16, pattern=re.compile(r"\+[1-9]\d{7,14}", re.ASCII), hint="E.164")},
    required=("name", "phone"),
)
SIGN_UP = Shape(
    {"kind": Choice((records.OFFER, records.PAPER)), "organisation": ORGANISATION, "contact": CONTACT},
    required=("organisation", "contact"),
)
ACCEPTANCE = Shape({"offer_version": Text(20)}, required=("offer_version",))
ASKED = Shape({"service": Text(40), "comment": Text(300, least=0)}, required=("service",))
NOTHING = Shape({})

routes = OwnRoutes()


@routes.post("/sign-ups", admits=by_login)
def create_sign_up(call: Call) -> Answer:
    """Apply for the public offer, or for a paper contract."""
    asked, world = body_of(call, SIGN_UP), call.world
    if not is_inn(asked["organisation"]["inn"]):
        raise invalid("/organisation/inn", "pattern", "is no INN: 10 or 12 digits with their check digits")
    before = records.latest_sign_up(world)
    if before is not None and before.state not in records.OVER:
        facts = {"sign_up": before.id, "state": before.state}
        raise Refused("taken", f"The account has a sign-up already; it is {before.state}.", facts)
    times = {records.CHECKING: world.now_ms}
    kind = asked.get("kind", records.OFFER)
    login, _ = credentials(call.headers.get("X-User-Authorization", ""))
    organisation, contact = asked["organisation"], asked["contact"]
    made = SignUp(new_id(world, "sgn"), kind, organisation, contact, login, records.CHECKING, times)
    lives.begin(world, made)
    return _made(call, "sign-ups", made.id, sign_up_shape(world, made))


@routes.get("/sign-ups", admits=by_login)
def list_sign_ups(call: Call) -> Answer:
    """The account's sign-ups, oldest first."""
    state = choice_of(call, "state", records.STATES)
    kind = records.SIGN_UPS
    return page(call, kind, key_of=_id, wanted=lambda one: state in (None, one.state), shape=sign_up_shape)


@routes.get("/sign-ups/{id}", admits=by_login)
def read_sign_up(call: Call) -> Answer:
    """One sign-up, with the offer's text while it can be accepted."""
    return json_answer(sign_up_shape(call.world, _sign_up(call)))


@routes.post("/sign-ups/{id}/acceptance", admits=by_login)
def accept_offer(call: Call) -> Answer:
    """Accept the offer that was made."""
    sign_up, asked = _sign_up(call), body_of(call, ACCEPTANCE)
    if sign_up.state != records.OFFERED:
        raise wrong_state("The sign-up", sign_up.state, [records.OFFERED])
    if asked["offer_version"] != lives.OFFER_VERSION:
        raise invalid("/offer_version", "enum", f"is not the version of the offer made: {lives.OFFER_VERSION}")
    return json_answer(sign_up_shape(call.world, lives.accept(call.world, sign_up)))


@routes.post("/sign-ups/{id}/withdrawal", admits=by_login)
def withdraw_sign_up(call: Call) -> Answer:
    """Withdraw a sign-up before it is active."""
    sign_up = _sign_up(call)
    body_of(call, NOTHING)
    allowed = [records.CHECKING, records.OFFERED, records.ACTIVATING, records.ON_ITS_WAY]
    if sign_up.state not in allowed:
        raise wrong_state("The sign-up", sign_up.state, allowed)
    return json_answer(sign_up_shape(call.world, lives.withdraw(call.world, sign_up)))


@routes.get("/sign-ups/{id}/token", admits=by_login)
def read_token(call: Call) -> Answer:
    """The access token, once the account is active."""
    sign_up = _sign_up(call)
    if sign_up.state != records.ACTIVE:
        raise wrong_state("The sign-up", sign_up.state, [records.ACTIVE])
    kind, number, date = lives.agreement_of(call.world)
    agreement = {"kind": kind, "number": number, "date": date}
    issued_at = rfc3339(sign_up.times[records.ACTIVE])
    return json_answer({"access_token": tokens.issued(call.world), "issued_at": issued_at, "agreement": agreement})


@routes.get("/services", admits=by_login)
def list_services(call: Call) -> Answer:
    """Every service there is, and whether the account is covered for it."""
    rows = [
        {"service": name, "what": what, "offer": name in coverage.BASE, "covered": coverage.covered(call.world, name)}
        for name, what in coverage.SERVICES.items()
    ]
    return json_answer({"data": rows, "next": None})


@routes.post("/service-requests", admits=by_login)
def ask_for_service(call: Call) -> Answer:
    """Ask the account manager for a service beyond the offer."""
    asked, world = body_of(call, ASKED), call.world
    service = asked["service"]
    if service not in coverage.SERVICES:
        raise invalid("/service", "enum", f"is {service!r}; allowed: {', '.join(coverage.SERVICES)}")
    if coverage.covered(world, service):
        raise Refused("taken", f"The account is covered for {service} already.", {"service": service})
    sign_up = records.latest_sign_up(world)
    if sign_up is None or sign_up.state != records.ACTIVE:
        raise wrong_state("The sign-up", "missing" if sign_up is None else sign_up.state, [records.ACTIVE])
    open_one = [one for one in world.store.records(records.REQUESTS) if one.service == service and _open(one)]
    if open_one:
        facts = {"service": service, "request": open_one[0].id}
        raise Refused("taken", f"{service} is asked for already.", facts)
    made = lives.ask(world, service, asked.get("comment", ""))
    return _made(call, "service-requests", made.id, request_shape(world, made))


@routes.get("/service-requests", admits=by_login)
def list_service_requests(call: Call) -> Answer:
    """What the account manager was asked for, oldest first."""
    state = choice_of(call, "state", (records.ASKED, records.ADDED, records.DECLINED))
    kind = records.REQUESTS
    return page(call, kind, key_of=_id, wanted=lambda one: state in (None, one.state), shape=request_shape)


@routes.get("/service-requests/{id}", admits=by_login)
def read_service_request(call: Call) -> Answer:
    """One service that was asked for."""
    found = call.world.store.get(records.REQUESTS, call.params["id"])
    if found is None:
        raise unknown("service request", call.params["id"])
    return json_answer(request_shape(call.world, found))


@routes.post("/contracts", admits=by_login)
def ask_for_contract(call: Call) -> Answer:
    """Ask for a paper contract in place of the offer."""
    body_of(call, NOTHING)
    world = call.world
    sign_up = records.latest_sign_up(world)
    if sign_up is None or sign_up.state != records.ACTIVE:
        raise wrong_state("The sign-up", "missing" if sign_up is None else sign_up.state, [records.ACTIVE])
    if world.store.count(records.CONTRACTS):
        before = world.store.records(records.CONTRACTS)[0]
        raise Refused("taken", f"There is a contract already; it is {before.state}.", {"contract": before.id})
    made = lives.ask_for_contract(world, sign_up)
    return _made(call, "contracts", made.id, contract_shape(world, made))


@routes.get("/contracts", admits=by_login)
def list_contracts(call: Call) -> Answer:
    """The account's paper contracts."""
    return page(call, records.CONTRACTS, key_of=_id, wanted=lambda one: True, shape=contract_shape)


@routes.get("/contracts/{id}", admits=by_login)
def read_contract(call: Call) -> Answer:
    """One paper contract."""
    found = call.world.store.get(records.CONTRACTS, call.params["id"])
    if found is None:
        raise unknown("contract", call.params["id"])
    return json_answer(contract_shape(call.world, found))


def sign_up_shape(world: World, found: SignUp) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": found.id,
        "kind": found.kind,
        "organisation": found.organisation,
        "contact": found.contact,
        "login": found.login,
        "state": found.state,
        "reason": found.reason or None,
        "agreement_number": found.agreement_number or None,
        "times": _times(found.times),
        "offer": None,
    }
    if found.state == records.OFFERED:
        until_ms = found.times[records.OFFERED] + lives.OFFER_HOLDS_MS
        covers = list(coverage.BASE)
        shape["offer"] = {"version": lives.OFFER_VERSION, "covers": covers, "accept_until": rfc3339(until_ms)}
    return shape


def request_shape(world: World, found: ServiceRequest) -> dict[str, Any]:
    return {
        "id": found.id,
        "service": found.service,
        "comment": found.comment,
        "state": found.state,
        "reason": found.reason or None,
        "times": _times(found.times),
    }


def contract_shape(world: World, found: Contract) -> dict[str, Any]:
    number = found.agreement_number or None
    return {"id": found.id, "state": found.state, "agreement_number": number, "times": _times(found.times)}


def _times(times: dict[str, int]) -> dict[str, str]:
    return {state: rfc3339(at_ms) for state, at_ms in times.items()}


def _open(request: ServiceRequest) -> bool:
    return request.state == records.ASKED


def _id(record: SignUp | ServiceRequest | Contract) -> str:
    return record.id


def _sign_up(call: Call) -> SignUp:
    found = call.world.store.get(records.SIGN_UPS, call.params["id"])
    if found is None:
        raise unknown("sign-up", call.params["id"])
    return found


def _made(call: Call, path: str, made_id: str, shape: dict[str, Any]) -> Answer:
    return json_answer(shape, 201, {"Location": f"{call.origin}{ROOT}/{path}/{made_id}"})


FIDELITY = guessed(routes)
