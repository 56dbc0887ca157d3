"""Tickets of batch access: issued, prepared after a while, answered until they are deleted.

Wire contract: `postal_api_russia` §4.6. An answer is what was known when it was prepared, however late it is fetched.
"""

import msgspec

from ....core.records import Due, Instant, Kind
from ....core.world import World
from ....wire.moscow import local
from .switches import SWITCHES, ready_s

EXPIRE = "russian_post_tracking.expire"
HOUR_MS = 3_600_000


class Ticket(msgspec.Struct, frozen=True):
    """What was asked for, and when the answer is ready."""

    number: str
    barcodes: tuple[str, ...]
    language: str
    ready_ms: Instant


TICKETS: Kind[Ticket] = Kind("russian_post_tracking.tickets", Ticket)  # number -> ticket


def issue(world: World, login: str, barcodes: tuple[str, ...], language: str) -> Ticket | None:
    """Issue a ticket; None for one of those that are silently not issued."""
    count, every = world.count("russian_post_tracking.tickets"), SWITCHES.number(world, "no_ticket_every")
    if every and count % every == 0:
        return None
    at_ms = world.now_ms
    while world.store.get(TICKETS, _number(at_ms, login)) is not None:
        at_ms += 1
    ticket = Ticket(_number(at_ms, login), barcodes, language, world.now_ms + ready_s(world) * 1000)
    world.store.put(TICKETS, ticket.number, ticket)
    lives_ms = SWITCHES.number(world, "ticket_lives_h") * HOUR_MS
    world.later(EXPIRE, ticket.number, after_ms=ticket.ready_ms + lives_ms - world.now_ms)
    return ticket


def find(world: World, number: str) -> Ticket | None:
    return world.store.get(TICKETS, number)


def on_expire(world: World, due: Due) -> None:
    """Delete a ticket and with it the answer."""
    world.store.drop(TICKETS, due.key)


def _number(at_ms: int, login: str) -> str:
    return f"{local(at_ms):%Y%m%d%H%M%S}{at_ms % 1000:03d}{login.upper()}"
