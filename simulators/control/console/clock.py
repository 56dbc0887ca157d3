"""A tenant's clock: read it, move it on, let it run."""

from ...wire.call import Answer
from ...wire.routes import Routes
from ...wire.transcript import rfc3339
from .forms import FormError, duration_ms, fraction, moment
from .frame import tenant_page
from .table import on
from .visit import Visit
from .words import moment as shown_moment

routes = Routes()

PRESETS = {"10m": "10 min", "1h": "1 hour", "6h": "6 hours", "1d": "1 day", "1w": "1 week"}


@on(routes, "GET", "/t/{tenant}/clock")
async def clock(visit: Visit) -> Answer:
    return _shown(visit)


@on(routes, "POST", "/t/{tenant}/clock/advance")
async def advance_clock(visit: Visit) -> Answer:
    """Move the clock by a length of time, to a moment, or to what is due next."""
    try:
        await visit.room.ask.json("POST", "tenants", visit.tenant, "clock", "advance", body=_where_to(visit))
    except FormError as error:
        return _shown(visit, wrong=error.sentence, status=error.status, opened="advance")
    return visit.done(f"It is {shown_moment(visit.now_ms())} (UTC) now.")


@on(routes, "POST", "/t/{tenant}/clock")
async def set_clock(visit: Visit) -> Answer:
    """Switch between virtual and real time, or change how fast real time runs."""
    form = visit.form
    try:
        speed = fraction(form, "speed", "Speed")
        body: dict[str, object] = {"virtual": form.get("mode") != "real"}
        if speed is not None:
            body["speed"] = speed
        await visit.room.ask.json("PUT", "tenants", visit.tenant, "clock", body=body)
    except FormError as error:
        return _shown(visit, wrong=error.sentence, status=error.status, opened="mode")
    mode = "runs" if form.get("mode") == "real" else "stands still until it is moved"
    return visit.done(f"The clock {mode}.", "t", visit.tenant, "clock")


def _where_to(visit: Visit) -> dict[str, object]:
    form = visit.form
    if form.get("next"):
        next_ms = visit.world.next_due_ms()
        if next_ms is None:
            raise FormError("Nothing is planned, so there is no next event to move to.")
        return {"to": rfc3339(max(next_ms, visit.now_ms()))}
    if form.get("to"):
        return {"to": moment(form["to"])}
    if form.get("by"):
        return {"by_ms": duration_ms(form["by"])}
    raise FormError("Say how far to move the clock, as 2h 30m, or to which moment.")


def _shown(visit: Visit, *, wrong: str = "", status: int = 200, opened: str = "") -> Answer:
    return tenant_page(
        visit, "clock.html", "clock", status=status, wrong=wrong, opened=opened, presets=PRESETS, form=visit.form
    )
