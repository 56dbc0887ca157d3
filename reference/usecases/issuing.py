"""What follows when a carrier has numbered a booking: the order is issued, and people begin to follow it.

Source: `notifications` NTF-032, 073 to 080, 101 and 144.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ..domain.orders import check_email
from ..errors import EngineError, conflict, invalid
from ..ports import CarrierPort, Parcel, TellsRecipients
from ..settings import Company
from ..shop import Actor, Role, Shop
from ..storage.session import Row, Session
from ..storage.tables import orders, shipments
from .following import checked, follow, why_not
from .ordering import content_of, find, note
from .parties import ticked, unregistered

OPEN, ANSWERED, SKIPPED = "open", "answered", "skipped"


async def issue(shop: Shop, session: Session, order_id: int) -> None:
    """Issue an order, once, in the transaction that writes its number: windows of thirty days begin now (NTF-079).

    Nothing about a follower keeps an order from being issued.
    """
    mine = orders.c.id == order_id
    if not await session.change(orders, mine, orders.c.issued_at.is_(None), issued_at=session.now):
        return
    order = await session.row(orders, mine, lock=True)
    config = (await shop.ports(session)).config
    shipment = await session.row(shipments, shipments.c.order_id == order_id)
    if order is None or why_not(config, order, shipment):
        return
    for person in await _wanting(session, order):
        await _let_follow(shop, session, order, person, config)
    if config.ask_on_issue and await unregistered(session, order):
        await session.change(orders, mine, prompt=OPEN)


async def _wanting(session: Session, order: Row) -> list[Row]:
    """Return who is to follow by a tick: contacts of both parties, and a recipient who is not registered."""
    content = content_of(order)
    found = [
        {**contact, "origin": "contact", "of": name}
        for name in dict.fromkeys((content.customer, content.recipient_customer))
        for contact in (await ticked(session, name) if name else ())
    ]
    if content.wants_information and "recipient" in await unregistered(session, order):
        named = {"first_name": "", "last_name": content.recipient.name, "email": content.recipient.email}
        found.append({**named, "origin": "occasional", "of": "the recipient"})
    return found


async def _let_follow(shop: Shop, session: Session, order: Row, person: Row, config: Company) -> None:
    """Begin a window, or say on the order why there is none (NTF-080)."""
    try:
        check_email("email", person["email"])
    except EngineError:
        name = f"{person['first_name']} {person['last_name']}".strip() or "somebody"
        found = repr(person["email"][:80]) if person["email"] else "nothing"
        sentence = f"{name} ({person['of']}) cannot follow: the mail address is {found}."
        await note(session, order["id"], sentence)
        return
    told = {name: person[name] for name in ("first_name", "last_name", "email", "origin")}
    told |= {"language": config.language, "confirmed": True}
    await follow(session, order, told, shop.outside.token())


async def prompt_of(session: Session, order: Row) -> dict[str, Any] | None:
    """Return the screen that asks for followers, None where nothing was asked."""
    if order["prompt"] is None:
        return None
    return {"state": order["prompt"], "parties": await unregistered(session, order)}


async def answer(
    shop: Shop, actor: Actor, number: str, people: Mapping[str, Mapping[str, str]], *, skip: bool = False
) -> None:
    """Answer the screen that asks for followers, or skip it; it is asked once (NTF-075, 076).

    Raises:
        EngineError: nothing is asked, a person's data cannot be used, or his party is registered.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    if skip == bool(people):
        found = "both" if skip else "neither"
        raise invalid("INVALID_FOLLOW_DATA", f"Allowed is a follower or to skip, found {found}.")
    followers = {party: checked(**person, origin="issue") for party, person in people.items()}
    async with shop.store.begin(actor.company_id) as session:
        order = await find(session, actor, number, lock=True)
        if order["prompt"] != OPEN:
            state = order["prompt"] or "never asked"
            raise conflict("NOT_ASKED", f"Nothing is asked about order {number}: its screen was {state}.")
        asked = await unregistered(session, order)
        for party in followers:
            if party not in asked:
                raise invalid("INVALID_FOLLOW_DATA", f"{party}: this party is registered, its contacts have ticks.")
        if followers:
            await _follow_all(shop, session, order, [*followers.values()])
        await session.change(orders, orders.c.id == order["id"], prompt=SKIPPED if skip else ANSWERED)


async def _follow_all(shop: Shop, session: Session, order: Row, followers: Sequence[Row]) -> None:
    config = (await shop.ports(session)).config
    shipment = await session.row(shipments, shipments.c.order_id == order["id"])
    why = why_not(config, order, shipment)
    if why:
        raise conflict("NOT_OFFERED", f"Following order {order['number']} is not offered: {why}.")
    for person in followers:
        told = {**person, "language": config.language, "confirmed": True}
        await follow(session, order, told, shop.outside.token())


# -- the carrier's own notices


async def keep_notices(session: Session, order_id: int, parcel: Parcel, carrier: CarrierPort) -> None:
    """Write down what the carrier was told to tell, and say whom it cannot reach."""
    chosen = parcel.notices
    if chosen is None:
        return
    if not isinstance(carrier, TellsRecipients):
        await note(session, order_id, f"{carrier.name} has no notices of its own: what was chosen is not told.")
        return
    await session.change(orders, orders.c.id == order_id, notices=msgspec.to_builtins(chosen))
    for party, address, kinds in (
        ("recipient", parcel.recipient.email, chosen.for_recipient),
        ("sender", parcel.sender.email, chosen.for_sender),
    ):
        if kinds and not address:
            await note(session, order_id, f"The carrier tells the {party} nothing: the mail address is missing.")


async def note_controls(session: Session, order_id: int, used: Sequence[int]) -> None:
    """Write down what the recipient changed through the carrier's links (NTF-144)."""
    if not used:
        return
    row = await session.row(orders, orders.c.id == order_id, lock=True)
    notices = (row or {}).get("notices") or {}
    both = sorted({*notices.get("used", ()), *used})
    await session.change(orders, orders.c.id == order_id, notices={**notices, "used": both})
