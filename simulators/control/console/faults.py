"""Faults: what goes wrong between the carriers and their client; and named bad days."""

import msgspec

from ...wire import bad_days
from ...wire import faults as faulty
from ...wire.call import Answer
from ...wire.faults import ANY, DEFAULT_POINT, FaultKind, Point
from ...wire.routes import Routes
from .forms import FormError, duration_ms, fraction, pairs, whole
from .frame import tenant_page
from .table import on
from .visit import Visit

routes = Routes()

KINDS = {
    FaultKind.LATENCY: "the answer comes late",
    FaultKind.STATUS: "an error is answered",
    FaultKind.RESET: "the connection is reset",
    FaultKind.STALL: "the answer hangs",
    FaultKind.TRUNCATE: "the answer breaks off",
    FaultKind.MALFORMED: "the answer cannot be parsed",
}
POINTS = {
    Point.BEFORE: "before the effect: nothing happened",
    Point.AFTER: "after the effect: it happened, the answer is lost",
    Point.DURING: "during the answer",
}


@on(routes, "GET", "/t/{tenant}/faults")
async def faults(visit: Visit) -> Answer:
    return await _shown(visit)


@on(routes, "POST", "/t/{tenant}/faults")
async def add_fault(visit: Visit) -> Answer:
    try:
        made = await visit.room.ask.json("POST", "tenants", visit.tenant, "faults", body=fault_of(visit.form))
    except FormError as error:
        return await _shown(visit, wrong=error.sentence, status=error.status, opened="fault")
    return visit.done(f"{made['id']} is set.", "t", visit.tenant, "faults")


@on(routes, "POST", "/t/{tenant}/faults/clear")
async def clear_faults(visit: Visit) -> Answer:
    await visit.room.ask.answer("DELETE", "tenants", visit.tenant, "faults")
    return visit.done("All faults are cleared.", "t", visit.tenant, "faults")


@on(routes, "POST", "/t/{tenant}/faults/{fault}/clear")
async def clear_fault(visit: Visit) -> Answer:
    wanted = visit.call.params["fault"]
    await visit.room.ask.answer("DELETE", "tenants", visit.tenant, "faults", wanted)
    return visit.done(f"{wanted} is cleared.", "t", visit.tenant, "faults")


@on(routes, "POST", "/t/{tenant}/bad-days/{name}")
async def begin_bad_day(visit: Visit) -> Answer:
    name, body = visit.call.params["name"], {"name": visit.call.params["name"]}
    if visit.form.get("carrier"):
        body["carrier"] = visit.form["carrier"]
    try:
        await visit.room.ask.json("POST", "tenants", visit.tenant, "bad-days", body=body)
    except FormError as error:
        return await _shown(visit, wrong=error.sentence, status=error.status, opened="bad-day")
    return visit.done(f"The bad day {name} has begun.", "t", visit.tenant, "faults")


@on(routes, "POST", "/t/{tenant}/bad-days/{name}/end")
async def end_bad_day(visit: Visit) -> Answer:
    name = visit.call.params["name"]
    await visit.room.ask.answer("DELETE", "tenants", visit.tenant, "bad-days", name)
    return visit.done(f"The bad day {name} is over.", "t", visit.tenant, "faults")


def fault_of(form: dict[str, str]) -> dict[str, object]:
    """Return a form as the control API's body of a fault; what was left empty is left out.

    Raises:
        FormError: a field cannot be read.
    """
    found: dict[str, object] = {name: form.get(name, "") for name in ("kind", "carrier", "operation", "point")}
    found |= {"nth": whole(form, "nth", "From call number"), "times": whole(form, "times", "Times")}
    found |= {"status": whole(form, "status", "Status")}
    percent = fraction(form, "percent", "Chance")
    found["probability"] = None if percent is None else percent / 100
    found |= _latency(form)
    found["where"] = pairs(form.get("where", ""), "Only calls with")
    found["headers"] = pairs(form.get("headers", ""), "Headers")
    found["body"] = _body(form.get("body", ""))
    return {name: value for name, value in found.items() if value not in (None, "", {})}


def _latency(form: dict[str, str]) -> dict[str, object]:
    """Return how long it takes: always the same, or with a long tail when the slowest twentieth is given, too."""
    usual_ms = duration_ms(form["latency"]) if form.get("latency") else None
    if not form.get("slowest"):
        return {"latency_ms": usual_ms}
    if usual_ms is None:
        raise FormError("Say how long it usually takes, too, when one in twenty takes longer.")
    return {"latency": {"shape": "lognormal", "median_ms": usual_ms, "p95_ms": duration_ms(form["slowest"])}}


def _body(text: str) -> object:
    if text[:1] not in ("{", "["):
        return text
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise FormError(f"The body begins like JSON and is none: {error}.") from error


async def _shown(visit: Visit, *, wrong: str = "", status: int = 200, opened: str = "") -> Answer:
    carriers = visit.room.carriers
    operations = sorted({route.operation for carrier in carriers.values() for route in carrier.routes})
    return tenant_page(
        visit,
        "faults.html",
        "faults",
        status=status,
        found=faulty.listed(visit.world),
        days=bad_days.listed(carriers),
        begun=bad_days.begun(visit.world),
        kinds=KINDS,
        points=POINTS,
        default_points=DEFAULT_POINT,
        any=ANY,
        carriers=carriers,
        operations=operations,
        form=visit.form,
        wrong=wrong,
        opened=opened,
    )
