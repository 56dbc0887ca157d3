"""Payout reports: fetched by date or fed as files, settled line by line, each report and each line once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from ..domain import reports as normal_form
from ..domain.reports import Report, Terms
from ..domain.settlement import Result
from ..errors import EngineError, invalid
from ..ports import CarrierPort, Refused, Registry, Unavailable, Unsupported
from ..shop import Actor, Ports, Role, Shop
from ..storage.outbox import Work, ask
from ..storage.session import Row, Session
from ..storage.tables import cursors, documents, orders, report_lines, reports
from .companies import REGISTRY_EVERY
from .settling import settle_lines

LATE_DAYS = 3  # a registry may appear some days after the date it bears
PATIENCE = 3  # tries after which a day that cannot be read is passed over, and asked for again each time
NONE_EVERY = timedelta(days=30)  # for carriers that tell no registries: the next release may know how to ask
AHEAD = timedelta(hours=12)  # the carrier's date may be a day further than ours


@dataclass(frozen=True, slots=True)
class Fed:
    """What became of a report: its lines, and the payout explained to the minor unit (SET-087, 088)."""

    number: str
    state: str
    lines: tuple[dict[str, Any], ...]
    payout_minor: int
    documents_minor: int  # money in less money out of the lines that are settled
    unsettled_minor: int  # what the other lines transfer


async def feed_file(shop: Shop, actor: Actor, name: str, raw: bytes) -> Fed:
    """Take a report in any format we read.

    Raises:
        EngineError: refused whole, nothing written; the code says why.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    return await feed(shop, actor.company_id, shop.outside.read_report(name, raw))


async def feed(shop: Shop, company_id: int, registry: Registry) -> Fed:
    """Take a report in normal form: settle what can be settled; a second time changes nothing.

    Raises:
        EngineError: CONTROL_SUM, FORMAT_UNKNOWN, CURRENCY_MIXED, or REPORT_CONFLICT with another version.
    """
    async with shop.store.read(company_id) as session:
        ports = await shop.ports(session)
        terms = terms_of(ports, registry.normal)
        report = normal_form.read(registry.normal, terms)
        settled = await _is_settled(session, report)
    # A carrier shows its registries again and again; one that is settled needs no more questions about its orders.
    completed = report if settled else normal_form.read((await _complete(ports, registry)).normal, terms)
    async with shop.store.begin(company_id) as session:
        row = await _row(session, report, registry.normal, terms)
        known = normal_form.read(row["normal"], terms)
        return await _settle(session, row, normal_form.filled(known, completed))


async def _is_settled(session: Session, report: Report) -> bool:
    row = await session.row(reports, reports.c.identity == report.identity)
    if row is None or row["state"] != "done":
        return False
    return not await session.count(
        report_lines, report_lines.c.report_id == row["id"], report_lines.c.result != Result.SETTLED
    )


def terms_of(ports: Ports, normal: Mapping[str, Any]) -> Terms:
    carrier = normal.get("carrier")
    return ports.config.terms_of(carrier) if isinstance(carrier, str) else Terms()


async def _complete(ports: Ports, registry: Registry) -> Registry:
    """Let the carrier say how orders ended whose lines do not; one that cannot now leaves them open."""
    rows = registry.normal["lines"]
    carrier = ports.carriers.get(registry.normal["carrier"])
    if carrier is None or all(row.get("outcome") for row in rows):
        return registry
    try:
        return await carrier.complete(registry)
    except (Unsupported, Refused, Unavailable):
        return registry


async def _row(session: Session, report: Report, normal: Mapping[str, Any], terms: Terms) -> Row:
    """Return the report's row, locked; write it when the report is new.

    Raises:
        EngineError: REPORT_CONFLICT when another version of it was taken before.
    """
    values = {
        "identity": report.identity,
        "carrier": report.carrier,
        "number": report.number,
        "normal": msgspec.to_builtins(normal),
        "payout_minor": report.payout_minor,
        "currency": report.currency,
        "state": "pending",
        "received_at": session.now,
    }
    added = await session.add_once(reports, **values)
    row = await session.row(reports, reports.c.identity == report.identity, lock=True)
    if row is None:
        raise LookupError(f"report {report.identity} was written and is not there")
    if added is None and (difference := normal_form.differs(normal_form.read(row["normal"], terms), report)):
        sentence = (
            f"Report {report.identity} was taken on {row['received_at']:%Y-%m-%d} with other content: {difference}."
        )
        raise invalid("REPORT_CONFLICT", sentence)
    return row


async def _settle(session: Session, row: Row, report: Report) -> Fed:
    """Settle every line that is not settled yet, and say what became of each."""
    known = {line["key"]: line for line in await session.rows(report_lines, report_lines.c.report_id == row["id"])}
    done = {key for key, line in known.items() if line["result"] == Result.SETTLED or line["code"] in BOOKED_AND_OPEN}
    await settle_lines(session, row, report, [line for line in report.lines if line.key not in done])
    lines = await session.rows(report_lines, report_lines.c.report_id == row["id"])
    state = "pending" if any(line["result"] == Result.PENDING for line in lines) else "done"
    await session.change(reports, reports.c.id == row["id"], state=state)
    if any(line["result"] == Result.PENDING and line["code"] not in BOOKED_AND_OPEN for line in lines):
        await ask(session, "settle", str(row["id"]), session.now + REGISTRY_EVERY)
    return await _fed(session, row, report, lines, done, state)


# With these codes documents were written; the line stays an exception until a person looks at it.
BOOKED_AND_OPEN = frozenset({"UNDERPAID", "OVERPAID", "AMOUNT_MISMATCH", "CARRIED_FORWARD"})


async def _fed(session: Session, row: Row, report: Report, lines: list[Row], before: set[str], state: str) -> Fed:
    numbers = {order["id"]: order["number"] for order in await session.rows(orders)}
    posted = await session.rows(documents, documents.c.report_id == row["id"])
    shown = []
    for line in sorted(lines, key=lambda found: int(found["n"])):
        already = line["key"] in before and line["result"] == Result.SETTLED
        shown.append(
            {
                "n": line["n"],
                "result": Result.ALREADY if already else line["result"],
                "code": line["code"],
                "order": numbers.get(line["order_id"]),
                "sentence": line["sentence"],
            }
        )
    settled = {line["n"] for line in lines if line["result"] == Result.SETTLED}
    moved = sum({"PI": 1, "PO": -1}.get(d["kind"], 0) * d["sum_minor"] for d in posted if d["n"] in settled)
    return Fed(report.number, state, tuple(shown), report.payout_minor, moved, _loose(report, settled, moved))


def _loose(report: Report, settled: Collection[int], moved_minor: int) -> int:
    """Return what the lines that are not settled transfer; where one is unreadable, what the payout leaves for them."""
    loose = [line.transfer for line in report.lines if line.n not in settled]
    known = [amount for amount in loose if amount is not None]
    return sum(known) if len(known) == len(loose) else report.payout_minor - moved_minor


async def settle_pending(shop: Shop, work: Work) -> None:
    """Try again the lines of a report that waited for something that passes (SET-022)."""
    async with work.read() as session:
        row = await session.row(reports, reports.c.id == int(work.task.key))
        ports = await shop.ports(session)
    if row is None:
        await work.close()
        return
    terms = terms_of(ports, row["normal"])
    report = normal_form.read(row["normal"], terms)
    completed = normal_form.read((await _complete(ports, Registry(normal=row["normal"]))).normal, terms)
    async with work.finish() as session:
        locked = await session.row(reports, reports.c.id == row["id"], lock=True)
        fed = await _settle(session, locked or row, normal_form.filled(report, completed))
        if any(line["result"] == Result.PENDING and line["code"] not in BOOKED_AND_OPEN for line in fed.lines):
            work.again(session.now + REGISTRY_EVERY, fresh=True)


async def fetch_registries(shop: Shop, work: Work) -> None:
    """Ask a carrier for its registries of every day since the last one asked for, however long ago (C-09)."""
    name, now = work.task.key, shop.clock.now()
    async with work.read() as session:
        carrier = (await shop.ports(session)).carrier(name)
        cursor = await session.row(cursors, cursors.c.name == f"registries/{name}")
    since, _, asked_on = (cursor["value"] if cursor else now.date().isoformat()).partition("/")
    today = now.date()
    # The last days, whose registries may appear late, are asked for again once a day; the present one each time.
    start = today if asked_on == today.isoformat() else date.fromisoformat(since)
    try:
        found, missed, fault = await _registries(
            carrier, start, (now + AHEAD).date(), patient=work.task.attempts < PATIENCE
        )
    except Unsupported:
        work.again(now + NONE_EVERY, fresh=True)
        await work.close()
        return
    for registry in found:
        try:
            await feed(shop, work.task.company_id, registry)
        except EngineError as error:
            await _put_aside(shop, work.task.company_id, registry, error)
    work.again(now + REGISTRY_EVERY, fresh=True)
    if fault is not None:
        work.retry(now, error=str(fault), least_s=fault.retry_after_s or 0.0)
    upto = max(since, (min(missed or today, today) - timedelta(days=LATE_DAYS)).isoformat())
    async with work.finish() as session:
        value = f"{upto}/{'' if missed else today.isoformat()}"
        await session.add_once(cursors, name=f"registries/{name}", value=value)
        await session.change(cursors, cursors.c.name == f"registries/{name}", value=value)


async def _registries(
    carrier: CarrierPort, day: date, last: date, *, patient: bool
) -> tuple[list[Registry], date | None, Unavailable | None]:
    """Return the registries of some days, the first day that could not be read, and why.

    The first silence ends the walk while we are `patient`; later on, one bad day does not hide those after it.
    """
    found: list[Registry] = []
    missed: date | None = None
    fault: Unavailable | None = None
    while day <= last and not (missed and patient):
        try:
            found += await carrier.registries(day)
        except Unavailable as silent:
            missed, fault = missed or day, silent
        except Refused:
            break
        day += timedelta(days=1)
    return found, missed, fault


async def _put_aside(shop: Shop, company_id: int, registry: Registry, error: EngineError) -> None:
    """Remember why a registry was refused, for people; it holds up no other."""
    normal = registry.normal
    name = f"refused/{normal.get('carrier')}/{normal.get('number')}"[:80]
    async with shop.store.begin(company_id) as session:
        await session.add_once(cursors, name=name, value=str(error)[:500])


async def listed(shop: Shop, actor: Actor) -> list[Row]:
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        return await session.rows(reports)
