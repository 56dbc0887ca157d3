"""Webhooks of any carrier: switches that disturb them, planning under those switches, and a record of every attempt.

How a carrier sends one: it calls `plan` with a duty of its own. The duty's `perform` builds and signs the bytes once
and returns them as an `Effect`; the shell sends it; the duty's `learn` calls `record` and, when the attempt failed,
plans the retry with `world.later` (a retry is not disturbed a second time). The signer reads `switches_for` and, when
told so, spoils the signature or dates it in the past.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.records import Kind
from ..core.world import Effect, Outcome, World
from .targets import allowed_target, target_problem

__all__ = [
    "ATTEMPTS",
    "KINDS",
    "STALE_BY_MS",
    "SWITCHES",
    "Attempt",
    "Switches",
    "allowed_target",
    "attempts",
    "plan",
    "record",
    "set_switches",
    "switches",
    "switches_for",
    "target_problem",
]

KEPT_ATTEMPTS = 10_000  # per tenant; older ones are forgotten, the counters stay exact
STALE_BY_MS = 600_000  # a stale timestamp lies this far back: twice the tolerance of the verifier libraries


class Only(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the switches concern: parcels with one of these references of the shop."""

    reference: tuple[str, ...] = ()


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one carrier's webhooks are disturbed.

    `duplicate`: so many extra copies. `drop`: all, or the next n. `late_ms`: this much later. `reorder`: about every
    second one waits up to `reorder_within_ms` of virtual time, so that the next may overtake it.
    """

    duplicate: Annotated[int, Meta(ge=0, le=100)] = 0
    reorder: bool = False
    reorder_within_ms: Annotated[int, Meta(ge=1, le=10**12)] = 21_600_000
    late_ms: Annotated[int, Meta(ge=0, le=10**12)] = 0
    drop: bool | Annotated[int, Meta(ge=0)] = False
    corrupt_signature: bool = False
    stale_timestamp: bool = False
    only: Only | None = None


class Attempt(msgspec.Struct, frozen=True):
    """One delivery attempt: what was sent and what came back. `error` is "dropped" for one that was never sent.

    `at_ms` is virtual; `status` 0 means no answer.
    """

    sequence: int
    at_ms: int
    carrier: str
    event: str
    duty: str
    key: str
    url: str
    method: str
    headers: dict[str, str]
    body: bytes
    status: int
    error: str


SWITCHES: Kind[Switches] = Kind("wire.switches", Switches)  # carrier name -> its switches
ATTEMPTS: Kind[Attempt] = Kind("wire.attempts", Attempt)  # sequence as text -> attempt
KINDS = (SWITCHES, ATTEMPTS)

NEUTRAL = Switches()


def switches(world: World, carrier: str) -> Switches:
    """Return a carrier's switches as they are set, whomever they concern."""
    return world.store.get(SWITCHES, carrier) or NEUTRAL


def switches_for(world: World, carrier: str, reference: str) -> Switches:
    """Return the switches that concern a parcel with this reference: neutral when they are set for others only."""
    found = world.store.get(SWITCHES, carrier)
    if found is None or (found.only is not None and reference not in found.only.reference):
        return NEUTRAL
    return found


def set_switches(world: World, carrier: str, changed: Switches) -> None:
    world.store.put(SWITCHES, carrier, changed)


def plan(
    world: World, carrier: str, duty: str, key: str, *, after_ms: int = 0, note: str = "", reference: str = ""
) -> None:
    """Put a webhook on the agenda `after_ms` from now, disturbed as the tenant's switches say.

    `reference` is the shop's own number of the parcel, for switches that concern some parcels only.
    """
    found = switches_for(world, carrier, reference)
    if found is NEUTRAL:
        world.later(duty, key, after_ms=after_ms, note=note)
        return
    number = str(world.count(f"wire.planned/{carrier}"))
    if _dropped(world, carrier, found):
        _keep(world, carrier, key, Effect(duty, key, world.now_ms, "", {}, b"", 0), 0, "dropped")
        return
    for copy in range(1 + found.duplicate):
        delay_ms = after_ms + found.late_ms
        if found.reorder and world.roll("wire.reorder", f"{carrier}/{number}/{copy}", 2):
            delay_ms += 1 + world.roll("wire.reorder-by", f"{carrier}/{number}/{copy}", found.reorder_within_ms)
        world.later(duty, key, after_ms=delay_ms, note=note)


def record(world: World, carrier: str, event: str, effect: Effect, outcome: Outcome) -> None:
    """Keep what came of one attempt, at the virtual time at which it was made."""
    _keep(world, carrier, event, effect, outcome.status, outcome.error)


def attempts(world: World) -> list[Attempt]:
    """Return the attempts still kept, oldest first."""
    return [attempt for _, attempt in world.store.scan(ATTEMPTS)]


def _dropped(world: World, carrier: str, found: Switches) -> bool:
    if not found.drop:
        return False
    if found.drop is not True:
        left = msgspec.structs.replace(found, drop=found.drop - 1 or False)
        world.store.put(SWITCHES, carrier, left)
    return True


def _keep(world: World, carrier: str, event: str, effect: Effect, status: int, error: str) -> None:
    sequence = world.count("wire.attempts")
    attempt = Attempt(
        sequence,
        effect.at_ms,
        carrier,
        event,
        effect.duty,
        effect.key,
        effect.url,
        effect.method,
        effect.headers,
        effect.body,
        status,
        error,
    )
    world.store.put(ATTEMPTS, str(sequence), attempt)
    if sequence > KEPT_ATTEMPTS:
        world.store.drop(ATTEMPTS, str(sequence - KEPT_ATTEMPTS))
