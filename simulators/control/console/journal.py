"""The journal: every exchange in both directions, to search, to read side by side, to take away."""

from ...wire.call import Answer
from ...wire.routes import Routes
from .exchanges import FILTERS, MOST_SAYING, line_of, one, selected
from .frame import newest, pages_of, tenant_page
from .pages import file
from .table import on
from .visit import Visit

routes = Routes()

FORMS = {"ndjson": "application/x-ndjson", "har": "application/json"}


@on(routes, "GET", "/t/{tenant}/journal")
async def journal(visit: Visit) -> Answer:
    wanted = {name: visit.call.query.get(name, "").strip() for name in FILTERS}
    kept = visit.room.tenants.journal(visit.world)
    found = selected(visit, wanted)
    pages = pages_of(visit, len(found))
    return tenant_page(
        visit,
        "journal.html",
        "journal",
        rows=[line_of(found[index]) for index in newest(found, pages)],
        pages=pages,
        wanted=wanted,
        filtered=any(wanted.values()),
        cut=bool(wanted["text"]) and len(found) == MOST_SAYING,
        carriers=visit.room.carriers,
        operations=sorted({key.split(" ")[2] for key in kept.counters()} - {""}),
        sequence=kept.sequence,
        kept=len(kept),
        digest=kept.hash if visit.call.query.get("hash") else None,  # dear: not for the live part
    )


@on(routes, "GET", "/t/{tenant}/journal/{sequence}")
async def exchange(visit: Visit) -> Answer:
    return tenant_page(visit, "exchange.html", "journal", line=one(visit, visit.call.params["sequence"]))


@on(routes, "GET", "/t/{tenant}/journal.ndjson")
async def journal_ndjson(visit: Visit) -> Answer:
    return await _taken(visit, "ndjson")


@on(routes, "GET", "/t/{tenant}/journal.har")
async def journal_har(visit: Visit) -> Answer:
    return await _taken(visit, "har")


async def _taken(visit: Visit, form: str) -> Answer:
    found = await visit.room.ask.answer("GET", "tenants", visit.tenant, "journal", query={"format": form})
    return file(found.body, FORMS[form], f"{visit.tenant}-journal.{form}")
