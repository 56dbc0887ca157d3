"""An alert run takes as long as there is to decide, whatever is stored: counted here, timed under `make long`."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, event, text

from parcelproof.reference.domain.notices import Fate, ends_at
from parcelproof.reference.ports import CarrierEvent
from parcelproof.reference.storage.tables import OF_A_COMPANY, events, notices, orders, shipments, subscriptions
from parcelproof.reference.usecases import alerting

from .outside import World
from .rig import CONFIG, Rig

AT_ONCE = 5_000


async def fill(rig: Rig, people: int, novelties: int, due: int) -> None:
    """Store so many followers of parcels of their own, with stories told before; of so many the newest waits."""
    each = novelties // people
    now = rig.clock.now()
    for start in range(0, people, AT_ONCE):
        batch = range(start, min(start + AT_ONCE, people))
        async with rig.store.begin(rig.actor.company_id) as session:
            await _write(session, rig.actor.user_id, batch, each, due, now)


async def _write(session: Any, user: int, batch: range, each: int, due: int, now: Any) -> None:
    content = {"recipient": {"name": "E", "city": "B"}}
    common = {"company_id": session.company_id}
    order = {"acting_user_id": user, "content": content, "digest": "d", "state": "booked", "problems": []}
    await session.add_many(
        orders,
        [{**common, **order, "id": n + 1, "number": f"S-{n}", "cancelling": False, "placed_at": now} for n in batch],
    )
    parcel = {"carrier": "mail_alliance", "contract": "", "status": "in_transit", "partial": False, "delivered": {}}
    rows = [
        {
            **common,
            **parcel,
            "id": n + 1,
            "order_id": n + 1,
            "key": f"S-{n}",
            "carrier_id": f"C{n}",
            "number": f"N{n}",
            "booked_at": now,
        }
        for n in batch
    ]
    await session.add_many(shipments, rows)
    person = {
        "first_name": "E",
        "last_name": "M",
        "origin": "staff",
        "ended": False,
        "confirmed": True,
        "language": "en",
    }
    window = {"requested_at": now, "ends_at": ends_at(now)}
    rows = [
        {**common, **person, **window, "id": n + 1, "order_id": n + 1, "uid": f"u{n}", "token": f"t{n}"}
        | {"email": f"e{n}@example.org", "email_key": f"e{n}@example.org"}
        for n in batch
    ]
    await session.add_many(subscriptions, rows)
    told, waiting = [], []
    for n in batch:
        for place in range(each):
            at = now + timedelta(minutes=place)
            newest = place == each - 1
            status = "out_for_delivery" if newest else "in_transit"
            found = CarrierEvent(
                id=f"{n}/{place}",
                carrier="mail_alliance",
                number=f"N{n}",
                code=status,
                text="",
                status=status,
                occurred_at=at,
            )
            key = n * each + place + 1
            told.append(
                {
                    **common,
                    "id": key,
                    "shipment_id": n + 1,
                    "order_id": n + 1,
                    "carrier": "mail_alliance",
                    "number": f"N{n}",
                }
                | {"event_id": found.id, "revoked": False, "occurred_at": at, "received_at": at, "source": "poll"}
                | {"event": msgspec.to_builtins(found)}
            )
            fate = Fate.WAITING if newest and n < due else Fate.SUPPRESSED
            waiting.append({**common, "subscription_id": n + 1, "event_id": key, "fate": fate})
    await session.add_many(events, told)
    await session.add_many(notices, waiting)


async def statements_of(rig: Rig, people: int, due: int) -> tuple[int, alerting.Counts]:
    """Return how many statements a run makes over so many followers, and what it did."""
    await fill(rig, people, people * 3, due)
    counted: list[str] = []

    def note(_connection: Connection, clause: Any, *_rest: Any) -> None:
        counted.append(str(clause))

    event.listen(rig.store.engine, "before_execute", note)
    counts = await alerting.run_by_hand(rig.shop, rig.actor)
    return len(counted), counts


async def test_a_run_asks_as_often_as_there_is_to_send_whatever_is_stored(new_rig: Any) -> None:
    few, counts = await statements_of(await new_rig(), people=40, due=10)
    assert (counts.considered, counts.sent) == (10, 10)
    many, counts = await statements_of(await new_rig(), people=400, due=10)
    assert (counts.considered, counts.sent) == (10, 10)
    more, counts = await statements_of(await new_rig(), people=400, due=20)
    assert few == many
    assert more == pytest.approx(2 * many, rel=0.2)


async def test_no_question_of_a_run_reads_a_whole_table(new_rig: Any) -> None:
    """By the plan of every statement that touches what grows: each finds its rows by an index."""
    rig = await new_rig()
    await fill(rig, 40, 120, 5)
    asked: set[tuple[str, Any]] = set()

    def note(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            asked.add((statement, parameters if isinstance(parameters, tuple) else tuple(parameters)))

    event.listen(rig.store.engine, "before_cursor_execute", note)
    await alerting.run_by_hand(rig.shop, rig.actor)
    event.remove(rig.store.engine, "before_cursor_execute", note)
    assert len({statement for statement, _ in asked}) > 5
    scans = []
    with rig.store.engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            steps = [row[3] for row in plan if "companies" not in row[3]]
            scans += [(statement, step) for step in steps if step.startswith("SCAN") or step.endswith("(company_id=?)")]
    assert scans == []


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_run_that_has_one_in_a_hundred_to_send(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> None:
    """Prints the seconds of a run by what is stored and what is due, and how they grow with each."""
    url = f"sqlite:///{tmp_path / 'engine.db'}" if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))
    taken: dict[tuple[int, int], float] = {}
    for stored, due in ((10_000, 100), (100_000, 100), (1_000_000, 100), (100_000, 1_000), (1_000_000, 1_000)):
        rig = Rig(url, World(), CONFIG)
        await rig.start()
        await fill(rig, stored // 10, stored, due)
        if kind == "postgresql":
            async with rig.store.whole() as connection:
                await connection.execute(text("ANALYZE"))
        began = time.perf_counter()
        counts = await alerting.run_by_hand(rig.shop, rig.actor)
        taken[stored, due] = time.perf_counter() - began
        assert counts.sent == due
        print(
            f"{kind}: {stored:>9,} novelties of {stored // 10:>7,} followers, "
            f"{due:>5,} to send: {taken[stored, due]:.2f} s"
        )
        if kind == "postgresql":  # deleting so much row by row takes longer than all else
            async with rig.store.whole() as connection:
                await connection.execute(text(f"TRUNCATE {', '.join(table.name for table in OF_A_COMPANY)}"))
        await rig.stop()
    by_stored = taken[1_000_000, 100] / taken[10_000, 100]
    by_due = taken[1_000_000, 1_000] / taken[1_000_000, 100]
    print(
        f"{kind}: a hundred times as much stored takes {by_stored:.2f} times, ten times as much due {by_due:.1f} times"
    )
    assert by_stored < 2 and 4 < by_due < 20
