"""Lines of a report become documents in the built-in ledger: order found, line judged, all written in one go."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from ..domain.orders import Order, State
from ..domain.reports import Line, Outcome, Report
from ..domain.settlement import (
    DELIVERY,
    DocumentKind,
    Draft,
    Final,
    LineException,
    Position,
    Result,
    Settled,
    Shipment,
    check,
    duplicates,
    settle,
    sync_id,
)
from ..domain.statuses import Status
from ..storage.session import Row, Session
from ..storage.tables import companies, documents, orders, report_lines, returns, shipments

WAYS_BACK = (Status.RETURNING, Status.RETURNED, Status.UNDELIVERABLE)
OUTCOME_BY_STATUS = {
    Status.DELIVERED: Outcome.DELIVERED,
    Status.RETURNING: Outcome.REFUSED,
    Status.RETURNED: Outcome.REFUSED,
    Status.UNDELIVERABLE: Outcome.REFUSED,
    Status.LOST_OR_DAMAGED: Outcome.LOST,
}


async def settle_lines(session: Session, row: Row, report: Report, lines: Sequence[Line]) -> None:
    """Judge lines in their order and write documents, states and results. The report's row is locked.

    When the payout is below zero, money out waits until it is known how much money in there is (`settlement` §7).
    """
    query = companies.select().where(companies.c.id == session.company_id)
    tenant = str((await session.execute(query)).one().name)
    doubled = duplicates(report.lines, await _numbers(session, report) if lines else {})
    limited = report.payout_minor < 0 and report.mode == "net"
    judged: list[tuple[Line, Row | None, Settled]] = []
    for line in sorted(lines, key=lambda found: found.n):
        order: Row | None = None
        try:
            order, shipment, line = await _find(session, line, report)
            if line.n in doubled:
                raise LineException("LINE_DUPLICATE", f"Line {line.n}: {line.key.split('#')[0]} stands here twice.")
            check(line, report)
            settled = settle(line, await _view(session, order, shipment, row, line) if order else None, report)
        except LineException as fault:
            result = Result.PENDING if fault.passing else Result.EXCEPTION
            await _note(session, row, line, order, result, fault.code, fault.sentence)
            continue
        now = [draft for draft in settled.drafts if not (limited and draft.kind is DocumentKind.PO)]
        await _post(session, row, tenant, report, line, order, now)
        judged.append((line, order, settled))
    budget = await _budget(session, row) if limited else None
    for line, order, settled in judged:
        budget, carried = _within(settled, budget)
        if limited:
            paid = [draft for draft in carried.drafts if draft.kind is DocumentKind.PO]
            await _post(session, row, tenant, report, line, order, paid)
        await _conclude(session, row, line, order, carried)


async def _numbers(session: Session, report: Report) -> dict[str, str]:
    """Return the carrier numbers of orders that lines name by the order's number alone, but crossed keys."""
    numbers = {}
    named = {line.tracking: line.order for line in report.lines if line.tracking and line.order}
    for line in report.lines:
        order = None if line.tracking else await _by_order(session, line)
        number = order and await _tracking(session, order)
        if line.order and number and named.get(number, line.order) == line.order:
            numbers[line.order] = number
    return numbers


async def _budget(session: Session, row: Row) -> int:
    """Return what money out may use: the money in that this report booked, less what it paid before."""
    mine = await session.rows(documents, documents.c.report_id == row["id"])
    sign = {DocumentKind.PI: 1, DocumentKind.PO: -1}
    return sum(sign.get(DocumentKind(found["kind"]), 0) * int(found["sum_minor"]) for found in mine)


def _within(settled: Settled, budget: int | None) -> tuple[int | None, Settled]:
    """Cut money out to what is there; what is missing is carried forward (`settlement` §7)."""
    out = next((draft for draft in settled.drafts if draft.kind is DocumentKind.PO), None)
    if budget is None or out is None or out.sum_minor <= budget:
        return (None if budget is None else budget - (out.sum_minor if out else 0)), settled
    rest = [draft for draft in settled.drafts if draft is not out]
    paid = [replace(out, sum_minor=budget, linked=("SP", budget))]
    sentence = f"{out.sum_minor - budget} of {out.sum_minor} in fees are carried forward: the payout is below zero."
    said = f"{settled.sentence} {sentence}".strip()  # what was wrong with the line before stays wrong with it
    drafts = (*rest, *(paid if budget else []))
    return 0, Settled(drafts=drafts, code=settled.code or "CARRIED_FORWARD", sentence=said)


async def _find(session: Session, line: Line, report: Report) -> tuple[Row | None, Row | None, Line]:
    """Return the order and shipment a line is about, and the line with its outcome known.

    Raises:
        LineException: none, several, or not ready to be settled.
    """
    by_number = await _by_tracking(session, line, report)
    by_order = await _by_order(session, line)
    if by_number is not None and by_order is not None and by_number["id"] != by_order["id"]:
        two = f"{line.tracking} is order {by_number['number']}, {line.order} is order {by_order['number']}"
        raise LineException("KEY_CONFLICT", f"Line {line.n}: {two}.")
    order = by_number or by_order
    if order is None and (line.outcome is Outcome.FEE_ONLY and not (line.tracking or line.order)):
        return None, None, line
    if order is None and line.outcome is Outcome.FEE_ONLY and not line.order:
        return None, None, line  # a pick-up call bears a number of its own
    if order is None:
        name = " or ".join(found for found in (line.tracking, line.order) if found) or "nothing"
        if line.pending:
            raise LineException("ORDER_UNKNOWN", f"Line {line.n}: {name} could not be read yet.", passing=True)
        raise LineException("ORDER_UNKNOWN", f"Line {line.n}: no order has {name}.")
    locked = await session.row(orders, orders.c.id == order["id"], lock=True)
    shipment = await session.row(shipments, shipments.c.order_id == order["id"])
    if shipment is None or not shipment["number"] or order["state"] == State.CANCELLED:
        raise LineException("NOT_SHIPPED", f"Line {line.n}: order {order['number']} is {order['state']}, not shipped.")
    return locked, shipment, _with_outcome(line, shipment)


async def _by_tracking(session: Session, line: Line, report: Report) -> Row | None:
    """Return the order of a carrier number; a return leg belongs to the parcel its carrier links it to (SET-029)."""
    for number in (line.tracking, line.direct):
        if not number:
            continue
        found = await session.rows(shipments, shipments.c.number == number)
        mine = [row for row in found if row["carrier"] == report.carrier] or found
        legs = await session.rows(returns, returns.c.number == number, returns.c.carrier == report.carrier)
        ids = {row["order_id"] for row in (mine or legs)}
        if len(ids) > 1:
            raise LineException("ORDER_AMBIGUOUS", f"Line {line.n}: {number} belongs to {len(ids)} orders.")
        if ids:
            return await session.row(orders, orders.c.id == ids.pop())
    return None


async def _by_order(session: Session, line: Line) -> Row | None:
    return await session.row(orders, orders.c.number == line.order) if line.order else None


def _with_outcome(line: Line, shipment: Row) -> Line:
    """Fill an outcome the report does not tell from what tracking knows (`settlement` §3)."""
    if line.outcome is not None:
        return line
    outcome = OUTCOME_BY_STATUS.get(Status(shipment["status"]))
    if line.tracking and line.tracking != shipment["number"]:
        outcome = Outcome.RETURN_LEG
    elif outcome is Outcome.DELIVERED and shipment["partial"]:
        outcome = Outcome.PARTIAL
    if outcome is None:
        sentence = f"Line {line.n}: tracking still calls {shipment['number']} {shipment['status']}."
        raise LineException("ORDER_UNKNOWN", line.pending or sentence, passing=True)
    return msgspec.structs.replace(line, outcome=outcome)


async def _view(session: Session, order: Row, shipment: Row | None, report_row: Row, line: Line) -> Shipment:
    """Return the shipment with what other lines booked on it."""
    if shipment is None:
        raise LineException("NOT_SHIPPED", f"Order {order['number']} has no shipment.")
    content = msgspec.convert(order["content"], Order)
    booked = await session.rows(documents, documents.c.order_id == order["id"])
    positions = tuple(Position(row.sku, row.quantity, row.unit_price.minor, row.vat_rate) for row in content.lines)
    back = [p for found in booked if found["kind"] == DocumentKind.SR for p in found["positions"]]
    money = [found for found in booked if found["kind"] == DocumentKind.PI]  # a compensation is linked to nothing
    linked = sum((found["linked"] or {}).get("sum_minor", 0) for found in money)
    return Shipment(
        order=order["number"],
        tracking=shipment["number"],
        carrier=shipment["carrier"],
        contract=shipment["contract"],
        currency=content.currency,
        positions=positions,
        charge_minor=content.charge_minor,
        paid_minor=linked if content.cod else content.total_minor,
        returned=_returned(positions, back),
        charge_returned=any(position["item"] == DELIVERY for position in back),
        collected_before=bool(money),
        coming_back=shipment["status"] in WAYS_BACK and not shipment["partial"],
    )


def _returned(positions: Sequence[Position], back: Sequence[dict[str, Any]]) -> tuple[int, ...]:
    """Spread returned pieces over the positions of their article, in position order."""
    left: dict[str, int] = {}
    for position in back:
        left[position["item"]] = left.get(position["item"], 0) + position["quantity"]
    found = []
    for shipped in positions:
        take = min(left.get(shipped.item, 0), shipped.quantity)
        left[shipped.item] = left.get(shipped.item, 0) - take
        found.append(take)
    return tuple(found)


async def _post(
    session: Session, row: Row, tenant: str, report: Report, line: Line, order: Row | None, drafts: Sequence[Draft]
) -> None:
    """Write documents of a line (SET-035, 040)."""
    services = str(sync_id(tenant, report, line, DocumentKind.SP))
    tracking = line.tracking or (await _tracking(session, order) if order else None)
    for draft in drafts:
        identity = str(sync_id(tenant, report, line, draft.kind))
        linked = None
        if draft.linked is not None:
            what, amount = draft.linked
            target = services if what == "SP" else (await _tracking(session, order) if order else None)
            linked = {"kind": what, "id": target or "", "sum_minor": amount}
        values = {
            "report_id": row["id"],
            "n": line.n,
            "kind": draft.kind,
            "sync_id": identity,
            "order_id": order["id"] if order else None,
            "tracking": tracking,
            "carrier": report.carrier,
            "counterparty": draft.counterparty,
            "currency": draft.currency,
            "sum_minor": draft.sum_minor,
            "vat_minor": draft.vat_minor,
            "linked": linked,
            "positions": [_position(position) for position in draft.positions],
            "purpose": f"{report.carrier} report {report.number}, payment order {report.payment_order or 'unknown'}",
            "moment": report.payment_date.isoformat(),
        }
        await session.add_once(documents, **values)


async def _conclude(session: Session, row: Row, line: Line, order: Row | None, settled: Settled) -> None:
    """Write a line's result and its order's final state (SET-070)."""
    result = Result.EXCEPTION if settled.code else Result.SETTLED
    if settled.code == "CARRIED_FORWARD":
        result = Result.PENDING
    await _note(session, row, line, order, result, settled.code or None, settled.sentence or None)
    if order is not None and settled.final is not None and not settled.code:
        await _close(session, order, settled.final)


async def _close(session: Session, order: Row, final: Final) -> None:
    """Set the final state unless a line of the order is still open (SET-070); it is never taken back (SET-071)."""
    mine = (report_lines.c.order_id == order["id"], report_lines.c.result != Result.SETTLED)
    if order["final_state"] is None and not await session.count(report_lines, *mine):
        await session.change(orders, orders.c.id == order["id"], final_state=final)


async def _tracking(session: Session, order: Row) -> str | None:
    shipment = await session.row(shipments, shipments.c.order_id == order["id"])
    return shipment["number"] if shipment else None


def _position(position: Position) -> dict[str, Any]:
    return {
        "item": position.item,
        "quantity": position.quantity,
        "price_minor": position.price_minor,
        "vat_minor": position.vat_minor,
        "vat_rate": position.vat_rate,
    }


async def _note(
    session: Session, row: Row, line: Line, order: Row | None, result: Result, code: str | None, sentence: str | None
) -> None:
    mine = (report_lines.c.report_id == row["id"], report_lines.c.key == line.key)
    found = {"order_id": order["id"] if order else None, "result": result, "code": code}
    found["sentence"] = (sentence or "")[:500] or None
    if not await session.change(report_lines, *mine, **found):
        await session.add(report_lines, report_id=row["id"], n=line.n, key=line.key, **found)


async def named_in_reports(session: Session) -> set[int]:
    """Return the orders that some report names."""
    rows = await session.rows(report_lines, report_lines.c.order_id.is_not(None))
    return {row["order_id"] for row in rows}
