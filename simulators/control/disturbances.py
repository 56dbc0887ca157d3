"""Faults and webhook switches: what goes wrong between a carrier and its client, both ways."""

import msgspec

from ..wire import faults, webhooks
from ..wire.call import Answer, Call, json_answer
from ..wire.fault_rules import fault_problem
from ..wire.faults import ANY, Fault
from ..wire.masking import mask_header
from ..wire.routes import Routes
from ..wire.transcript import body_of, rfc3339
from ..wire.webhooks import Attempt, Switches
from .desk import ControlError, Desk, desk_of, on
from .reading import body_as, converted

routes = Routes()


@on(routes, "GET", "/tenants/{tenant}/faults")
async def list_faults(call: Call) -> Answer:
    return json_answer({"faults": faults.listed(desk_of(call).world(call))})


@on(routes, "POST", "/tenants/{tenant}/faults")
async def add_fault(call: Call) -> Answer:
    desk = desk_of(call)
    world, fault = desk.world(call), body_as(call, Fault)
    _check(desk, fault)
    return json_answer(faults.add(world, fault), 201)


@on(routes, "DELETE", "/tenants/{tenant}/faults")
async def clear_faults(call: Call) -> Answer:
    world = desk_of(call).world(call)
    faults.clear(world, [fault.id for fault in faults.listed(world)])
    return Answer(204)


@on(routes, "DELETE", "/tenants/{tenant}/faults/{fault}")
async def drop_fault(call: Call) -> Answer:
    world, wanted = desk_of(call).world(call), call.params["fault"]
    if wanted not in {fault.id for fault in faults.listed(world)}:
        raise ControlError(404, "Unknown fault", f"there is no fault {wanted!r}")
    faults.clear(world, [wanted])
    return Answer(204)


@on(routes, "GET", "/tenants/{tenant}/webhooks/{carrier}")
async def read_switches(call: Call) -> Answer:
    desk = desk_of(call)
    return json_answer(webhooks.switches(desk.world(call), desk.carrier(call.params["carrier"]).name))


@on(routes, "PATCH", "/tenants/{tenant}/webhooks/{carrier}")
async def set_switches(call: Call) -> Answer:
    desk = desk_of(call)
    world, carrier = desk.world(call), desk.carrier(call.params["carrier"]).name
    changed = body_as(call, dict[str, object])
    merged = {**msgspec.to_builtins(webhooks.switches(world, carrier)), **changed}
    webhooks.set_switches(world, carrier, converted(merged, Switches))
    return json_answer(webhooks.switches(world, carrier))


@on(routes, "GET", "/tenants/{tenant}/webhook-attempts")
async def list_attempts(call: Call) -> Answer:
    found = webhooks.attempts(desk_of(call).world(call))
    return json_answer({"attempts": [_attempt_view(attempt) for attempt in found]})


def _check(desk: Desk, fault: Fault) -> None:
    known = [desk.carrier(fault.carrier)] if fault.carrier != ANY else list(desk.carriers.values())
    operations = sorted({route.operation for carrier in known for route in carrier.routes})
    if fault.operation != ANY and fault.operation not in operations:
        allowed = ", ".join(operations)
        raise ControlError(422, "Unknown operation", f"no operation {fault.operation!r}; allowed: *, {allowed}")
    if trouble := fault_problem(fault):
        raise ControlError(422, "Invalid fault", trouble)


def _attempt_view(attempt: Attempt) -> dict[str, object]:
    shown = msgspec.structs.asdict(attempt)
    sequence, at_ms = shown.pop("sequence"), shown.pop("at_ms")
    shown["headers"] = {name: mask_header(name, value) for name, value in attempt.headers.items()}
    shown["body"] = body_of(attempt.body)
    shown["answer_headers"] = {name: mask_header(name, value) for name, value in attempt.answer_headers.items()}
    shown["answer_body"] = body_of(attempt.answer_body)
    return {"sequence": sequence, "at": rfc3339(at_ms), **shown}
