"""Money: payout reports, and per parcel the truth to compare them with."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.parcel import Collected, PaidOut, Parcel
from ..core.status import Status
from ..core.world import PARCELS
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Payouts
from ..wire.routes import Routes
from .desk import ControlError, desk_of, on
from .operations import Raw
from .reading import Query

routes = Routes()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REPORTS = ("application/json", "text/csv", XLSX, "application/vnd.ms-excel", "application/xml")


class PayoutQuery(Query):
    """As what kind of file: one of the forms that the list of the carrier's payouts names; else the first of them."""

    format: Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9.-]*\Z", max_length=40)] | UnsetType = UNSET


class PayoutView(msgspec.Struct):
    """A payout report, as the carrier lists it; days are the carrier's own."""

    number: str
    payment_date: str | UnsetType = UNSET
    sum_minor: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    lines: int | UnsetType = UNSET


class PayoutsView(msgspec.Struct):
    """A carrier's payout reports, and the forms in which each can be downloaded."""

    payouts: list[PayoutView]
    forms: list[str]


class MadeView(msgspec.Struct):
    """The number of the report that was made; null: nothing is payable."""

    number: str | None


class LedgerRow(msgspec.Struct):
    """What was collected for a parcel, and the reports in which it was paid out."""

    id: str
    carrier: str
    number: str
    reference: str
    status: Status
    collected_minor: int
    currency: str | None
    paid_out: list[str]


class LedgerView(msgspec.Struct):
    """The truth about money, parcel by parcel."""

    parcels: list[LedgerRow]


@on(routes, "GET", "/tenants/{tenant}/payouts/{carrier}", answers={200: PayoutsView})
async def list_payouts(call: Call) -> Answer:
    """List a carrier's payout reports."""
    world, payouts = desk_of(call).world(call), _payouts(call)
    rows = [msgspec.convert(row, PayoutView) for row in payouts.list(world)]
    return json_answer(PayoutsView(rows, list(payouts.forms(world))))


@on(routes, "POST", "/tenants/{tenant}/payouts/{carrier}", answers={201: MadeView}, refuses=(409,))
async def make_payout(call: Call) -> Answer:
    """Pay out now what is payable."""
    world = desk_of(call).world(call)
    return json_answer(MadeView(_payouts(call).make(world)), 201)


@on(routes, "GET", "/tenants/{tenant}/payouts/{carrier}/{number}", answers={200: Raw(REPORTS, attached=True)})
async def read_payout(call: Call, query: PayoutQuery) -> Answer:
    """Download a payout report as the carrier gives it out."""
    world, payouts, number = desk_of(call).world(call), _payouts(call), call.params["number"]
    forms = payouts.forms(world)
    form = forms[0] if query.format is UNSET else query.format
    if form not in forms:
        raise ControlError(422, "Unknown format", f"format is {form!r}; allowed: {', '.join(forms)}")
    known = [str(row["number"]) for row in payouts.list(world)]
    if number not in known:
        listed = ", ".join(known) or "none"
        raise ControlError(404, "Unknown payout", f"there is no payout {number!r}; payouts: {listed}")
    file = payouts.file(world, number, form)
    disposition = f'attachment; filename="{file.name}"'
    return Answer(200, file.body, {"Content-Type": file.content_type, "Content-Disposition": disposition})


@on(routes, "GET", "/tenants/{tenant}/ledger", answers={200: LedgerView})
async def read_ledger(call: Call) -> Answer:
    """Read per parcel what was collected and in which reports it was paid out: the truth to compare with."""
    world = desk_of(call).world(call)
    return json_answer(LedgerView([_ledger_row(parcel) for _, parcel in world.store.scan(PARCELS)]))


def _payouts(call: Call) -> Payouts:
    carrier = desk_of(call).carrier(call.params["carrier"])
    if carrier.payouts is None:
        raise ControlError(404, "No payouts", f"{carrier.name} collects no cash and pays nothing out")
    return carrier.payouts


def _ledger_row(parcel: Parcel) -> LedgerRow:
    collected = [fact for fact in parcel.facts if isinstance(fact, Collected)]
    return LedgerRow(
        parcel.id,
        parcel.carrier,
        parcel.number,
        parcel.reference,
        parcel.status,
        sum(fact.amount_minor for fact in collected),
        collected[-1].currency if collected else None,
        [fact.report for fact in parcel.facts if isinstance(fact, PaidOut)],
    )
