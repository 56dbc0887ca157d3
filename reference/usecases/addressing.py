"""Addresses before shipping: the carrier takes them apart, those it is not sure of wait for a person.

A parcel is booked when its address is sure, or when somebody said how it is to go: as the carrier reads it, as it was
written, or corrected, which is read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import select

from ..domain.orders import Order, State, check_address
from ..errors import conflict, invalid, unknown
from ..ports import Address, AddressReading, ReadsAddresses, Refused, Unavailable
from ..shop import Actor, Ports, Role, Shop
from ..storage.outbox import Work, ask
from ..storage.session import Row, Session
from ..storage.tables import addresses, orders
from .ordering import content_of, find

READ_AT_ONCE = 100
HELD = "Address held: "


class Reading(StrEnum):
    """Where an address stands. Only SURE and CONFIRMED let its parcel go."""

    ASKED = "asked"
    SURE = "sure"
    HELD = "held"
    CONFIRMED = "confirmed"
    OFF = "off"  # its order was called off meanwhile


class Decision(StrEnum):
    AS_READ = "as_read"
    AS_WRITTEN = "as_written"


OPEN = (Reading.ASKED, Reading.HELD)


async def book_or_read(session: Session, ports: Ports, order: Row, carrier: str) -> None:
    """Let a parcel be booked, or have its address read first where the carrier does that and the company wants it."""
    reads = isinstance(ports.carrier(carrier), ReadsAddresses)
    if not reads or ports.config.carriers[carrier].addresses != "hold":
        await ask(session, "book", order["number"], session.now)
        return
    mine = addresses.c.order_id == order["id"]
    known = await session.row(addresses, mine, lock=True)
    written = msgspec.to_builtins(content_of(order).recipient)
    fresh = {"carrier": carrier, "state": Reading.ASKED, "address": written, "parts": {}, "asked_at": session.now}
    if known is None:
        await session.add(addresses, order_id=order["id"], **fresh)
    elif known["carrier"] != carrier or known["state"] == Reading.OFF:
        await session.change(addresses, mine, **fresh, decided_by=None)
    elif known["state"] in (Reading.SURE, Reading.CONFIRMED):
        await ask(session, "book", order["number"], session.now)
        return
    elif known["state"] == Reading.HELD:
        return
    await ask(session, "addresses", carrier, session.now)


async def read_waiting(shop: Shop, work: Work) -> None:
    """Have the carrier read the addresses that wait, many in one question; sure ones go on to be booked."""
    name = work.task.key
    waits = (addresses.c.carrier == name, addresses.c.state == Reading.ASKED)
    async with work.read() as session:
        ports = await shop.ports(session)
        waiting = await session.rows(addresses, *waits)
    asked = waiting[:READ_AT_ONCE]
    carrier = ports.carriers.get(name)
    if not asked or not isinstance(carrier, ReadsAddresses):
        await work.close()
        return
    wanted = [address_of(row) for row in asked]
    found: Sequence[AddressReading]
    try:
        found = await carrier.read_addresses(wanted)
    except Unavailable as fault:
        await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)
        return
    except Refused as fault:
        found = [AddressReading(sure=False, quality="", sentence=f"not read ({fault})", line="", parts={})] * len(asked)
    if len(waiting) > len(asked):
        work.again(shop.clock.now(), fresh=True)
    async with work.finish() as session:
        for row, reading in zip(asked, found, strict=True):
            await _take(session, row, reading)


async def _take(session: Session, row: Row, reading: AddressReading) -> None:
    mine = (addresses.c.id == row["id"], addresses.c.state == Reading.ASKED)
    values = {
        "state": Reading.SURE if reading.sure else Reading.HELD,
        "quality": reading.quality,
        "sentence": reading.sentence,
        "line": reading.line,
        "parts": dict(reading.parts),
    }
    if not await session.change(addresses, *mine, **values):
        return  # decided or called off meanwhile
    order = await session.row(orders, orders.c.id == row["order_id"])
    if order is None:
        return
    if reading.sure:
        await ask(session, "book", order["number"], session.now)
    await _tell(session, order["id"], None if reading.sure else reading.sentence)


async def _tell(session: Session, order_id: int, why: str | None) -> None:
    """Say on an order why it waits, in place of what was said before."""
    row = await session.row(orders, orders.c.id == order_id, lock=True)
    told = [sentence for sentence in (row or {}).get("problems", ()) if not sentence.startswith(HELD)]
    added = [f"{HELD}{why}; confirm or correct it."] if why else []
    await session.change(orders, orders.c.id == order_id, problems=[*told, *added])


def address_of(row: Row) -> Address:
    return msgspec.convert(row["address"], Address)


async def as_decided(session: Session, row: Row, order: Order) -> tuple[Order, Mapping[str, str]] | None:
    """Return an order as it is to be shipped, with the carrier's parts of its address; None while that is open."""
    reading = await session.row(addresses, addresses.c.order_id == row["id"])
    if reading is None:
        return order, {}
    if reading["state"] in (*OPEN, Reading.OFF):
        return None
    return replace(order, recipient=address_of(reading)), reading["parts"]


async def is_open(session: Session, order_id: int) -> bool:
    return bool(await session.count(addresses, addresses.c.order_id == order_id, addresses.c.state.in_(OPEN)))


async def call_off(session: Session, order_id: int) -> bool:
    """Stop the reading of an order's address; True when that kept its parcel back, which is not booked any more."""
    open_ = (addresses.c.order_id == order_id, addresses.c.state.in_(OPEN))
    return bool(await session.change(addresses, *open_, state=Reading.OFF))


# -- what people do


async def listed(shop: Shop, actor: Actor, state: str = Reading.HELD) -> list[dict[str, Any]]:
    """Return addresses in a state, oldest first, as they were written and as the carrier reads them.

    Raises:
        EngineError: there is no such state.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    if state not in set(Reading):
        raise invalid("INVALID_STATE", f"state: found {state[:40]!r}, allowed is one of {', '.join(Reading)}.")
    async with shop.store.read(actor.company_id) as session:
        rows = await session.rows(addresses, addresses.c.state == state)
        numbers = select(orders.c.id, orders.c.number).where(
            orders.c.company_id == session.company_id, orders.c.id.in_([row["order_id"] for row in rows])
        )
        names = {row.id: row.number for row in await session.execute(numbers)} if rows else {}
    return [_view(row, names[row["order_id"]]) for row in rows]


def _view(row: Row, number: str) -> dict[str, Any]:
    return {
        "order": number,
        "carrier": row["carrier"],
        "state": row["state"],
        "written": row["address"],
        "read": row["line"],
        "quality": row["quality"],
        "sentence": row["sentence"],
        "asked_at": row["asked_at"],
    }


async def decide(
    shop: Shop, actor: Actor, number: str, *, decision: str | None = None, address: Address | None = None
) -> str:
    """Say how a held address is to go, or correct it; return where it stands now.

    Raises:
        EngineError: it is not held, the decision is none, the correction cannot be an address, or the carrier made
            nothing out that could be confirmed.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    if (decision is None) == (address is None):
        raise invalid("INVALID_DECISION", "Give either decision (as_read or as_written) or a corrected address.")
    if decision is not None and decision not in set(Decision):
        raise invalid("INVALID_DECISION", f"decision: found {decision[:40]!r}, allowed is {' or '.join(Decision)}.")
    if address is not None:
        check_address("address", address)
    async with shop.store.begin(actor.company_id) as session:
        order = await find(session, actor, number, lock=True)
        row = await session.row(addresses, addresses.c.order_id == order["id"], lock=True)
        if row is None:
            raise unknown("NO_ADDRESS_READ", f"No carrier was asked to read the address of order {number}.")
        if row["state"] != Reading.HELD or order["state"] != State.CONFIRMED or order["cancelling"]:
            raise conflict("NOT_HELD", f"The address of order {number} is not held: it is {row['state']}.")
        state = await _decided(session, actor, order, row, decision, address)
        await _tell(session, order["id"], None)
    return state


async def _decided(
    session: Session, actor: Actor, order: Row, row: Row, decision: str | None, address: Address | None
) -> Reading:
    mine = addresses.c.id == row["id"]
    if address is not None:
        values = {"state": Reading.ASKED, "address": msgspec.to_builtins(address), "parts": {}, "asked_at": session.now}
        await session.change(addresses, mine, **values, decided_by=actor.user_id)
        await ask(session, "addresses", row["carrier"], session.now)
        return Reading.ASKED
    if decision == Decision.AS_READ and not row["parts"]:
        raise conflict("NOTHING_READ", f"The carrier made nothing out of the address of order {order['number']}.")
    parts = row["parts"] if decision == Decision.AS_READ else {}
    await session.change(addresses, mine, state=Reading.CONFIRMED, parts=parts, decided_by=actor.user_id)
    await ask(session, "book", order["number"], session.now)
    return Reading.CONFIRMED
