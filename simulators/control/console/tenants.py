"""The first page: the tenants, a new one, an old one forgotten; and where the carriers are."""

from ...core.world import PARCELS, World
from ...wire.call import Answer
from ...wire.routes import Routes
from ...wire.tenants import SECRETS
from .forms import FormError, moment
from .frame import clock_of, newest, pages_of
from .pages import page
from .table import on
from .visit import Visit, address
from .words import short

routes = Routes()

KEPT_FIELDS = ("name", "seed", "start", "mode", "carrier", "id")  # what a refused form shows again; never a secret


@on(routes, "GET", "/")
async def tenants(visit: Visit) -> Answer:
    return _shown(visit)


@on(routes, "POST", "/tenants")
async def create_tenant(visit: Visit) -> Answer:
    form = visit.form
    try:
        body: dict[str, object] = {"name": form.get("name", ""), "seed": form.get("seed", "")}
        body["virtual"] = form.get("mode") != "real"
        if form.get("start"):
            body["now"] = moment(form["start"])
        if form.get("id") or form.get("secret"):
            body["credentials"] = [{name: form.get(name, "") for name in ("carrier", "id", "secret")}]
        if not body["name"]:
            raise FormError("A tenant needs a name.")
        await visit.room.ask.json("POST", "tenants", body=body)
    except FormError as error:
        return _shown(visit, wrong=error.sentence, status=error.status)
    return visit.done(f"Tenant {form['name']} is there.", "t", form["name"], "parcels")


@on(routes, "POST", "/t/{tenant}/delete")
async def delete_tenant(visit: Visit) -> Answer:
    await visit.room.ask.answer("DELETE", "tenants", visit.tenant)
    return Answer(303, b"", {"Location": address(note=visit.room.notes.keep(f"Tenant {visit.tenant} is gone."))})


@on(routes, "GET", "/t/{tenant}")
async def tenant(visit: Visit) -> Answer:
    return Answer(303, b"", {"Location": address("t", visit.world.name, "parcels")})


def _shown(visit: Visit, *, wrong: str = "", status: int = 200) -> Answer:
    wanted = visit.call.query.get("name", "")
    found = [world for world in visit.room.tenants if wanted.casefold() in world.name.casefold()]
    pages = pages_of(visit, len(found))
    rows = [_row(visit, found[index]) for index in newest(found, pages)]
    carriers = list(visit.room.carriers.values())
    kept = {name: visit.form.get(name, "") for name in KEPT_FIELDS}
    origin = visit.call.origin.removesuffix("/").removesuffix("/_console")
    return page(
        visit,
        "tenants.html",
        status=status,
        rows=rows,
        pages=pages,
        wanted=wanted,
        carriers=carriers,
        kept=kept,
        origin=origin,
        wrong=wrong,
    )


def _row(visit: Visit, world: World) -> dict[str, object]:
    joined = sorted({key.partition("/")[0] for key, _ in world.store.scan(SECRETS)})
    titles = [short(visit.room.carriers[name].sheet.title) for name in joined if name in visit.room.carriers]
    return {
        "name": world.name,
        "clock": clock_of(visit, world),
        "parcels": world.store.count(PARCELS),
        "carriers": titles,
    }
