"""Buttons that move a parcel: the next step, any scan, a pause, another story, a scan withdrawn."""

from collections.abc import Callable

from ...wire.call import Answer
from ...wire.routes import Routes
from .forms import FormError, duration_ms, moment
from .parcel import shown
from .table import Page, on
from .visit import Visit
from .words import plain

routes = Routes()

TEMPLATE = "/t/{tenant}/parcels/{parcel}"


def _move(name: str) -> Callable[[Page], Page]:
    """Put a move on the table; one that is refused shows the parcel's page again with the sentence."""

    def register(move: Page) -> Page:
        async def moved(visit: Visit) -> Answer:
            visit.world.parcel(visit.call.params["parcel"])  # one that is gone is told as such
            try:
                return await move(visit)
            except FormError as error:
                return shown(visit, wrong=error.sentence, status=error.status, opened=name)

        moved.__name__ = f"{name}_parcel"
        return on(routes, "POST", f"{TEMPLATE}/{name}")(moved)

    return register


@_move("step")
async def step(visit: Visit) -> Answer:
    found = await _ask(visit, "POST", "step")
    return _done(visit, f"The next step was taken: the parcel is {plain(found['status'])}.")


@_move("scan")
async def scan(visit: Visit) -> Answer:
    form = visit.form
    body: dict[str, object] = {name: form.get(name, "") for name in ("code", "place", "reason")}
    if form.get("occurred_at"):
        body["occurred_at"] = moment(form["occurred_at"])
    if form.get("delay"):
        body["delay_recorded_ms"] = duration_ms(form["delay"])
    if form.get("duplicate"):
        body["duplicate"] = _copies(form["duplicate"])
    if form.get("reorder"):
        body["reorder"] = True
    found = await _ask(visit, "POST", "scans", body=body)
    return _done(visit, f"Scanned as {plain(body['code'])}: the parcel is {plain(found['status'])}.")


@_move("pause")
async def pause(visit: Visit) -> Answer:
    await _ask(visit, "PATCH", body={"paused": True})
    return _done(visit, "The journey is paused; buttons still move the parcel.")


@_move("resume")
async def resume(visit: Visit) -> Answer:
    await _ask(visit, "PATCH", body={"paused": False})
    return _done(visit, "The journey goes on.")


@_move("story")
async def story(visit: Visit) -> Answer:
    name = visit.form.get("story", "")
    await _ask(visit, "PUT", "journey", body={"story": name})
    return _done(visit, f"From here on the parcel lives the story {plain(name)}.")


@_move("revoke")
async def revoke(visit: Visit) -> Answer:
    sequence = visit.form.get("sequence", "") or "0"
    await _ask(visit, "DELETE", "scans", sequence)
    return _done(visit, f"Scan {sequence} was withdrawn.")


async def _ask(visit: Visit, method: str, *path: str, body: object = None) -> dict[str, object]:
    found = await visit.room.ask.json(
        method, "tenants", visit.tenant, "parcels", visit.call.params["parcel"], *path, body=body
    )
    return dict(found)


def _copies(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= 100):
        raise FormError(f"Copies are a whole number from 0 to 100, not {text!r}.")
    return int(text)


def _done(visit: Visit, note: str) -> Answer:
    return visit.done(note, "t", visit.tenant, "parcels", visit.call.params["parcel"])
