"""Faults: what goes wrong between a carrier and its client, one by one or as a named bad day."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..wire import bad_days, faults
from ..wire.bad_days import Begun
from ..wire.call import Answer, Call, json_answer
from ..wire.fault_rules import fault_problem
from ..wire.faults import ANY, Fault
from ..wire.routes import Routes
from ..wire.transcript import rfc3339
from .desk import ControlError, Desk, desk_of, on
from .fault_shapes import RULES, FaultBody
from .operations import Parsed
from .reading import Body
from .shapes import Stamp

routes = Routes()


class FaultsView(msgspec.Struct):
    """A tenant's faults, oldest first."""

    faults: list[Fault]


class BadDayView(msgspec.Struct):
    """A bad day that can be had: `does` tells per carrier what is set when it begins."""

    name: str
    title: str
    sentence: str
    carriers: list[str]
    does: dict[str, dict[str, Any]]


class BadDaysView(msgspec.Struct):
    """The bad days that there are, by name."""

    bad_days: list[BadDayView]


class BadDayBody(Body):
    """Which bad day begins, and where: without a carrier, at all that can have it."""

    name: Annotated[str, Meta(extra_json_schema={"x-known": "bad_days"})]
    carrier: Annotated[str, Meta(extra_json_schema={"x-known": "carriers"})] | UnsetType = UNSET


class BegunView(msgspec.Struct):
    """A bad day that is on at one carrier, with the faults it brought. `until` null: until it is ended."""

    name: str
    carrier: str
    at: Stamp
    until: Stamp | None
    faults: list[str]


class BegunDaysView(msgspec.Struct):
    """The bad days that are on."""

    bad_days: list[BegunView]


@on(routes, "GET", "/tenants/{tenant}/faults", answers={200: FaultsView})
async def list_faults(call: Call) -> Answer:
    """List a tenant's faults, with how often each was met and fired."""
    return json_answer(FaultsView(faults.listed(desk_of(call).world(call))))


@on(
    routes,
    "POST",
    "/tenants/{tenant}/faults",
    body=Parsed(Fault, FaultBody, RULES),
    answers={201: Fault},
    refuses=(409,),
    gives={"fault": "id"},
)
async def add_fault(call: Call, body: Fault) -> Answer:
    """Add a fault: which calls of which carrier go wrong, how, and on which side of the effect."""
    desk = desk_of(call)
    world = desk.world(call)
    _check(desk, body)
    return json_answer(faults.add(world, body), 201)


@on(routes, "DELETE", "/tenants/{tenant}/faults", answers={204: None})
async def clear_faults(call: Call) -> Answer:
    """Take all faults away."""
    world = desk_of(call).world(call)
    faults.clear(world, [fault.id for fault in faults.listed(world)])
    return Answer(204)


@on(routes, "DELETE", "/tenants/{tenant}/faults/{fault}", answers={204: None})
async def drop_fault(call: Call) -> Answer:
    """Take one fault away."""
    world, wanted = desk_of(call).world(call), call.params["fault"]
    if wanted not in {fault.id for fault in faults.listed(world)}:
        raise ControlError(404, "Unknown fault", f"there is no fault {wanted!r}")
    faults.clear(world, [wanted])
    return Answer(204)


@on(routes, "GET", "/bad-days", answers={200: BadDaysView})
async def list_bad_days(call: Call) -> Answer:
    """List the bad days that can be had: what really went wrong with carriers, as one thing each."""
    return json_answer({"bad_days": bad_days.listed(desk_of(call).carriers)})


@on(routes, "GET", "/tenants/{tenant}/bad-days", answers={200: BegunDaysView})
async def list_begun_days(call: Call) -> Answer:
    """List the bad days that are on."""
    return _begun(bad_days.begun(desk_of(call).world(call)))


@on(routes, "POST", "/tenants/{tenant}/bad-days", answers={201: BegunDaysView}, refuses=(409,))
async def begin_bad_day(call: Call, body: BadDayBody) -> Answer:
    """Let a bad day begin; it brings faults, webhook switches and settings, and takes them back when it ends."""
    desk = desk_of(call)
    world = desk.world(call)
    carrier = "" if body.carrier is UNSET else desk.carrier(body.carrier).name
    return _begun(bad_days.begin(world, desk.carriers, body.name, carrier), 201)


@on(routes, "DELETE", "/tenants/{tenant}/bad-days/{bad_day}", answers={200: BegunDaysView})
async def end_bad_day(call: Call) -> Answer:
    """End a bad day wherever it is on; what was ended is answered."""
    world = desk_of(call).world(call)
    return _begun(bad_days.end(world, call.params["bad_day"]))


def _begun(found: list[Begun], status: int = 200) -> Answer:
    rows = [
        BegunView(
            day.name,
            day.carrier,
            rfc3339(day.at_ms),
            None if day.until_ms is None else rfc3339(day.until_ms),
            list(day.faults),
        )
        for day in found
    ]
    return json_answer(BegunDaysView(rows), status)


def _check(desk: Desk, fault: Fault) -> None:
    known = [desk.carrier(fault.carrier)] if fault.carrier != ANY else list(desk.carriers.values())
    operations = sorted({route.operation for carrier in known for route in carrier.routes})
    if fault.operation != ANY and fault.operation not in operations:
        elsewhere = any(fault.operation in desk.operations(carrier) for carrier in desk.carriers.values())
        detail = f"no operation {fault.operation!r}; allowed: *, {', '.join(operations)}"
        raise ControlError(409 if elsewhere else 422, "Unknown operation", detail)
    if trouble := fault_problem(fault):
        raise ControlError(422, "Invalid fault", trouble)
    for name, value in fault.headers.items():
        if not value.isascii():
            raise ControlError(422, "Invalid fault", f"{name}: {value!r} is no header value; use printable ASCII")
