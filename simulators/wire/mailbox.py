"""The mails of a tenant: what the SMTP sink received, and what carriers themselves sent to the account.

They are records of the store, so a snapshot holds them. Bounded: the oldest are forgotten, the counters stay exact.
"""

from collections.abc import Iterable

import msgspec

from ..core.records import Instant, Kind
from ..core.world import World
from .mail_text import summary_of

KEPT_MAILS = 5_000
KEPT_BYTES = 32 * 1_048_576

RECEIVED, RECEIVED_BYTES, KEPT_NOW_BYTES = "wire.mails", "wire.mails-bytes", "wire.mails-kept-bytes"


class Mail(msgspec.Struct, frozen=True):
    """One mail as it came: `raw` byte for byte, the envelope beside it. `mail_from` is "" for the null sender.

    `id` counts from 1 per tenant and is never used again; `at_ms` is the tenant's clock.
    """

    id: int
    at_ms: Instant
    mail_from: str
    rcpt_to: tuple[str, ...]
    message_id: str
    subject: str
    raw: bytes


class Counters(msgspec.Struct, frozen=True):
    """How many mails and bytes there were in all, and how many of them are still kept."""

    received: int
    received_bytes: int
    kept: int
    kept_bytes: int


MAILS: Kind[Mail] = Kind("wire.mails", Mail)  # id as text -> mail
KINDS = (MAILS,)


def keep(world: World, mail_from: str, rcpt_to: Iterable[str], raw: bytes) -> Mail:
    """Put a mail into the tenant's mailbox, now by its clock, and forget the oldest ones that no longer fit.

    `raw` is a whole RFC 5322 message. The newest mail always stays.
    """
    summary = summary_of(raw)
    number = world.count(RECEIVED)
    mail = Mail(number, world.now_ms, mail_from, tuple(rcpt_to), summary.message_id, summary.subject, raw)
    world.store.put(MAILS, str(number), mail)
    _add(world, RECEIVED_BYTES, len(raw))
    _add(world, KEPT_NOW_BYTES, len(raw))
    _forget_oldest(world)
    return mail


def mails(world: World) -> list[Mail]:
    """Return the mails still kept, oldest first."""
    return [mail for _, mail in world.store.scan(MAILS)]


def mail(world: World, number: int) -> Mail | None:
    """Return one mail, None when there never was such a one or it was forgotten."""
    return world.store.get(MAILS, str(number))


def forget_all(world: World) -> None:
    """Empty the mailbox; the numbers go on and the counters of what was received stay."""
    for key, _ in world.store.scan(MAILS):
        world.store.drop(MAILS, key)
    world.store.header.counters[KEPT_NOW_BYTES] = 0


def counters(world: World) -> Counters:
    counted = world.store.header.counters
    return Counters(
        counted.get(RECEIVED, 0),
        counted.get(RECEIVED_BYTES, 0),
        world.store.count(MAILS),
        counted.get(KEPT_NOW_BYTES, 0),
    )


def _forget_oldest(world: World) -> None:
    store, counted = world.store, world.store.header.counters
    while (kept := store.count(MAILS)) > 1 and (kept > KEPT_MAILS or counted[KEPT_NOW_BYTES] > KEPT_BYTES):
        key, gone = next(store.scan(MAILS))
        store.drop(MAILS, key)
        _add(world, KEPT_NOW_BYTES, -len(gone.raw))


def _add(world: World, counter: str, amount: int) -> None:
    counted = world.store.header.counters
    counted[counter] = counted.get(counter, 0) + amount
