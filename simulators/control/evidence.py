"""What happened: the journal, its hash, and the truth about money."""

from ..core.parcel import Collected, PaidOut, Parcel
from ..core.world import PARCELS
from ..wire import transcript
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Payouts
from ..wire.routes import Routes
from .desk import ControlError, desk_of, on
from .reading import only_known, whole_number

routes = Routes()

FORMATS = ("json", "csv", "csv-cp1251", "xlsx")


@on(routes, "GET", "/tenants/{tenant}/journal")
async def read_journal(call: Call) -> Answer:
    only_known(call, "after", "format")
    desk = desk_of(call)
    journal = desk.tenants.journal(desk.world(call))
    after = whole_number(call.query.get("after", "0"), "after")
    lines = journal.lines(after=after)
    wanted = call.query.get("format", "json")
    if wanted == "ndjson":
        return Answer(200, transcript.ndjson(lines), {"Content-Type": "application/x-ndjson"})
    if wanted != "json":
        raise ControlError(422, "Unknown format", f"the journal has no format {wanted!r}; allowed: json, ndjson")
    entries = [transcript.view(line) for line in lines]
    return json_answer({"entries": entries, "last": journal.sequence, "counters": journal.counters()})


@on(routes, "GET", "/tenants/{tenant}/journal/hash")
async def read_hash(call: Call) -> Answer:
    desk = desk_of(call)
    journal = desk.tenants.journal(desk.world(call))
    return json_answer({"sha256": journal.hash(), "entries": len(journal)})


@on(routes, "GET", "/tenants/{tenant}/payouts/{carrier}")
async def list_payouts(call: Call) -> Answer:
    return json_answer({"payouts": _payouts(call).list(desk_of(call).world(call))})


@on(routes, "POST", "/tenants/{tenant}/payouts/{carrier}")
async def make_payout(call: Call) -> Answer:
    world = desk_of(call).world(call)
    return json_answer({"number": _payouts(call).make(world)}, 201)


@on(routes, "GET", "/tenants/{tenant}/payouts/{carrier}/{number}")
async def read_payout(call: Call) -> Answer:
    only_known(call, "format")
    world, payouts, number = desk_of(call).world(call), _payouts(call), call.params["number"]
    wanted = call.query.get("format", "json")
    if wanted not in FORMATS:
        raise ControlError(422, "Unknown format", f"no format {wanted!r}; allowed: {', '.join(FORMATS)}")
    known = [str(row["number"]) for row in payouts.list(world)]
    if number not in known:
        listed = ", ".join(known) or "none"
        raise ControlError(404, "Unknown payout", f"there is no payout {number!r}; payouts: {listed}")
    file = payouts.file(world, number, wanted)
    disposition = f'attachment; filename="{file.name}"'
    return Answer(200, file.body, {"Content-Type": file.content_type, "Content-Disposition": disposition})


@on(routes, "GET", "/tenants/{tenant}/ledger")
async def read_ledger(call: Call) -> Answer:
    """Show per parcel what was collected and in which reports it was paid out: the truth to compare with."""
    world = desk_of(call).world(call)
    return json_answer({"parcels": [_ledger_row(parcel) for _, parcel in world.store.scan(PARCELS)]})


def _payouts(call: Call) -> Payouts:
    carrier = desk_of(call).carrier(call.params["carrier"])
    if carrier.payouts is None:
        raise ControlError(404, "No payouts", f"{carrier.name} collects no cash and pays nothing out")
    return carrier.payouts


def _ledger_row(parcel: Parcel) -> dict[str, object]:
    collected = [fact for fact in parcel.facts if isinstance(fact, Collected)]
    return {
        "id": parcel.id,
        "carrier": parcel.carrier,
        "number": parcel.number,
        "reference": parcel.reference,
        "status": parcel.status,
        "collected_minor": sum(fact.amount_minor for fact in collected),
        "currency": collected[-1].currency if collected else None,
        "paid_out": [fact.report for fact in parcel.facts if isinstance(fact, PaidOut)],
    }
