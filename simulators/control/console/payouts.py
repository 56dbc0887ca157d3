"""Payout reports: what the carriers owe for cash on delivery, made now, listed, taken away."""

from ...wire.call import Answer
from ...wire.routes import Routes
from .forms import FormError
from .frame import tenant_page
from .pages import file
from .table import on
from .visit import Visit
from .words import short

routes = Routes()


@on(routes, "GET", "/t/{tenant}/payouts")
async def payouts(visit: Visit) -> Answer:
    return _shown(visit)


@on(routes, "POST", "/t/{tenant}/payouts/{carrier}")
async def make_payout(visit: Visit) -> Answer:
    carrier = visit.carrier(visit.call.params["carrier"])
    try:
        made = await visit.room.ask.json("POST", "tenants", visit.tenant, "payouts", carrier.name)
    except FormError as error:
        return _shown(visit, wrong=error.sentence, status=error.status)
    number = made["number"]
    note = (
        f"{short(carrier.sheet.title)} made report {number}."
        if number
        else f"{short(carrier.sheet.title)} owes nothing now."
    )
    return visit.done(note, "t", visit.tenant, "payouts")


@on(routes, "GET", "/t/{tenant}/payouts/{carrier}/{number}/{format}")
async def payout_file(visit: Visit) -> Answer:
    params = visit.call.params
    path = ("tenants", visit.tenant, "payouts", params["carrier"], params["number"])
    found = await visit.room.ask.answer("GET", *path, query={"format": params["format"]})
    named = found.headers.get("Content-Disposition", "").partition('filename="')[2].rstrip('"')
    return file(found.body, found.headers["Content-Type"], named or f"{params['number']}.{params['format']}")


def _shown(visit: Visit, *, wrong: str = "", status: int = 200) -> Answer:
    world = visit.world
    paying = [carrier for carrier in visit.room.carriers.values() if carrier.payouts is not None]
    reports = {carrier.name: carrier.payouts.list(world)[::-1] for carrier in paying if carrier.payouts}
    forms = {carrier.name: carrier.payouts.forms(world) for carrier in paying if carrier.payouts}
    return tenant_page(
        visit, "payouts.html", "payouts", status=status, wrong=wrong, paying=paying, reports=reports, forms=forms
    )
