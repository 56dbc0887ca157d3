"""Parties that are registered: customers who send or get parcels, and their contacts with the tick.

Source: `notifications` NTF-072, 073 and 077.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Any

import msgspec

from ..domain.orders import check_email
from ..errors import EngineError, conflict, invalid, unknown
from ..shop import Actor, Role, Shop
from ..storage.session import Row, Session
from ..storage.tables import contacts, customers
from .ordering import content_of

LONGEST_NAME = 100
LONGEST_EMAIL = 254
NEW = "new"  # a version: the party is not registered yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody at a customer. `email` is kept as it was typed; whether it is an address shows at issuing (NTF-080)."""

    first_name: str
    last_name: str
    email: str
    wants_information: bool = False


def version(party: Mapping[str, Any]) -> str:
    """Return a fingerprint of a party as `one` shows it: what a form says that it was filled in from."""
    return sha256(msgspec.json.encode([party["email"], party["contacts"]])).hexdigest()


async def register(
    shop: Shop,
    actor: Actor,
    name: str,
    contacts_now: Sequence[Contact],
    *,
    email: str = "",
    seen: str | None = None,
) -> None:
    """Register a party, or replace what was known of it; its ticks count for what is issued from now on.

    Args:
        seen: the `version` that is replaced, `NEW` for none; without it whatever is there is replaced.

    Raises:
        EngineError: a name or an address is too long, or not printable; or it is not as it was seen.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    _text("name", name, LONGEST_NAME, least=1)
    if email:
        check_email("email", email)
    for place, contact in enumerate(contacts_now):
        _check(f"contacts[{place}]", contact)
    async with shop.store.begin(actor.company_id) as session:
        added = await session.add_once(customers, name=name, email=email)
        row = await session.row(customers, customers.c.name == name, lock=True)
        if row is None:
            raise LookupError(f"customer {name!r} was written and is not there")
        (there,) = _with_contacts([row], await session.rows(contacts, contacts.c.customer_id == row["id"], lock=True))
        if seen not in (None, version(there) if added is None else NEW):
            raise _changed(name, seen)
        await session.change(customers, customers.c.id == row["id"], email=email)
        await session.drop(contacts, contacts.c.customer_id == row["id"])
        await session.add_many(contacts, [{"customer_id": row["id"], **asdict(contact)} for contact in contacts_now])


def _changed(name: str, seen: str | None) -> EngineError:
    if seen == NEW:
        return conflict("CUSTOMER_KNOWN", f"{name!r} is registered already; change that party, or take another name.")
    return conflict("CUSTOMER_CHANGED", f"Somebody changed {name!r} meanwhile: look at it again, and change that.")


def _check(where: str, contact: Contact) -> None:
    _text(f"{where}.first_name", contact.first_name, LONGEST_NAME)
    _text(f"{where}.last_name", contact.last_name, LONGEST_NAME)
    _text(f"{where}.email", contact.email, LONGEST_EMAIL)


def _text(where: str, text: str, longest: int, *, least: int = 0) -> None:
    if not least <= len(text.strip()) <= len(text) <= longest or not (text == "" or text.isprintable()):
        found = f"found {len(text)} characters, allowed are {least} to {longest} printable ones"
        raise invalid("INVALID_CUSTOMER", f"{where}: {found}.", field=where)


async def tick(shop: Shop, actor: Actor, contact_id: str, *, wanted: bool, email: str | None = None) -> dict[str, Any]:
    """Set or take away the tick «wants shipment information» of one contact.

    Raises:
        EngineError: there is none, or not with this address: an id may be another's once a party's contacts changed.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.begin(actor.company_id) as session:
        mine = contacts.c.id == (int(contact_id) if contact_id.isascii() and contact_id.isdigit() else 0)
        same = () if email is None else (contacts.c.email == email,)
        if not 0 < len(contact_id) <= 18 or not await session.change(contacts, mine, *same, wants_information=wanted):
            raise unknown("UNKNOWN_CONTACT", f"No contact has the id {contact_id[:40]}.")
        row = await session.row(contacts, mine)
        return _shown(row or {})


async def forget(shop: Shop, actor: Actor, name: str) -> None:
    """Take a party and its contacts off the list; who follows already goes on.

    Raises:
        EngineError: none is registered under this name.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.begin(actor.company_id) as session:
        row = await session.row(customers, customers.c.name == name, lock=True)
        if row is None:
            raise _nobody(name)
        await session.drop(contacts, contacts.c.customer_id == row["id"])
        await session.drop(customers, customers.c.id == row["id"])


async def listed(shop: Shop, actor: Actor) -> list[dict[str, Any]]:
    """Return every registered party with its contacts, in the order in which they were registered."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        return _with_contacts(await session.rows(customers), await session.rows(contacts))


async def search(shop: Shop, actor: Actor, text: str, *, most: int) -> tuple[list[dict[str, Any]], int]:
    """Return parties with a text in their name or address, by name, at most so many; and how many there are in all."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        told = [(f"{row['name']}\n{row['email']}".casefold(), row["id"], row) for row in await session.rows(customers)]
        fit = [row for words, _, row in sorted(told, key=itemgetter(0, 1)) if text.casefold() in words]
        mine = contacts.c.customer_id.in_([row["id"] for row in fit[:most]])
        return _with_contacts(fit[:most], await session.rows(contacts, mine)), len(fit)


async def one(shop: Shop, actor: Actor, name: str) -> dict[str, Any]:
    """Return a registered party with its contacts.

    Raises:
        EngineError: none is registered under this name.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        row = await session.row(customers, customers.c.name == name)
        if row is None:
            raise _nobody(name)
        return _with_contacts([row], await session.rows(contacts, contacts.c.customer_id == row["id"]))[0]


def _with_contacts(parties: Sequence[Row], found: Sequence[Row]) -> list[dict[str, Any]]:
    people: dict[int, list[dict[str, Any]]] = {}
    for row in found:
        people.setdefault(row["customer_id"], []).append(_shown(row))
    return [{"name": row["name"], "email": row["email"], "contacts": people.get(row["id"], [])} for row in parties]


def _nobody(name: str) -> EngineError:
    return unknown("UNKNOWN_CUSTOMER", f"No customer is registered as {name[:LONGEST_NAME]!r}.")


def _shown(row: Row) -> dict[str, Any]:
    names = ("first_name", "last_name", "email", "wants_information")
    return {"id": str(row["id"]), **{name: row[name] for name in names}}


async def ticked(session: Session, name: str) -> list[Row]:
    """Return the contacts of a registered party that want shipment information."""
    row = await session.row(customers, customers.c.name == name)
    if row is None:
        return []
    return await session.rows(contacts, contacts.c.customer_id == row["id"], contacts.c.wants_information.is_(True))


async def unregistered(session: Session, order: Row) -> list[str]:
    """Return which parties of an order were typed by hand: sender, recipient, both or none (NTF-077).

    An order that names no sending party is the company's own.
    """
    content = content_of(order)
    named = {"sender": content.customer, "recipient": content.recipient_customer}
    known = {row["name"] for row in await session.rows(customers, customers.c.name.in_([*named.values()]))}
    return [party for party, name in named.items() if name not in known and (name or party == "recipient")]
