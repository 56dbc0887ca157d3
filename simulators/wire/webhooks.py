"""Webhooks of any carrier: switches that disturb them, planning under those switches, and a record of every attempt.

How a carrier sends one: it calls `plan` with a duty of its own. The duty's `perform` builds and signs the bytes once
and returns them as an `Effect`; the shell sends it; the duty's `learn` calls `record` and, when the attempt failed,
plans the retry with `world.later` (a retry is not disturbed a second time). The signer reads `switches_for` and, when
told so, spoils the signature or dates it in the past, or signs as during a change of keys.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from ..core.errors import SimulatorError
from ..core.records import Due, Instant, Kind
from ..core.world import Duty, Effect, Outcome, World
from .targets import allowed_target, target_problem

__all__ = [
    "ATTEMPTS",
    "DUTIES",
    "KINDS",
    "STALE_BY_MS",
    "SWITCHES",
    "Attempt",
    "ReplayError",
    "Switches",
    "allowed_target",
    "attempts",
    "carrier_of",
    "is_down",
    "plan",
    "record",
    "replay",
    "set_switches",
    "switches",
    "switches_for",
    "switches_problem",
    "target_problem",
    "tell_again",
]

KEPT_ATTEMPTS = 10_000  # per tenant; older ones are forgotten, the counters stay exact
KEPT_HEADERS = 50  # of an answer; more are left out
KEPT_HEADER_CHARS = 1_000  # of one header's value
KEPT_BODY_BYTES = 4_096  # of an answer
REPLAY = "wire.replay"
STALE_BY_MS = 600_000  # a stale timestamp lies this far back: twice the tolerance of the verifier libraries


class Only(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the switches concern: parcels with one of these references of the shop."""

    reference: tuple[str, ...] = ()


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one carrier's webhooks are disturbed.

    `duplicate`: so many extra copies. `drop`: all, or the next n. `late_ms`: this much later. `reorder`: about every
    second one waits up to `reorder_within_ms` of virtual time, so that the next may overtake it. `rotate_key`: signed
    with a key that the receiver does not know yet and, beside it, with the one it knows. `down`: no attempt reaches
    its receiver, whomever `only` names; the carrier sees "no connection" and does what it does then.
    """

    duplicate: Annotated[int, Meta(ge=0, le=100)] = 0
    reorder: bool = False
    reorder_within_ms: Annotated[int, Meta(ge=1, le=10**12)] = 21_600_000
    late_ms: Annotated[int, Meta(ge=0, le=10**12)] = 0
    drop: bool | Annotated[int, Meta(ge=0)] = False
    corrupt_signature: bool = False
    stale_timestamp: bool = False
    rotate_key: bool = False
    down: bool = False
    only: Only | None = None


class Attempt(msgspec.Struct, frozen=True):
    """One delivery attempt: what was sent and what came back. `error` is "dropped" for one that was never sent.

    `at_ms` is virtual; `status` 0 means no answer, and `error` says why. Of a long answer the beginning is kept:
    `answer_size_bytes` is how much of the body was read. `replays` is the attempt that this one repeats, or 0.
    """

    sequence: int
    at_ms: Instant
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
    answer_headers: dict[str, str] = {}
    answer_body: bytes = b""
    answer_size_bytes: int = 0
    took_ms: int = 0
    timeout_ms: int = 15_000
    live: bool = False
    replays: int = 0


class ReplayError(SimulatorError):
    """An attempt cannot be repeated; the text is one sentence that says why."""


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


def switches_problem(wanted: Switches, carrier: str, *, signs: bool) -> str:
    """Return why a carrier cannot have these switches, in one sentence, or "": what is not signed cannot be spoiled."""
    named = [name for name in ("corrupt_signature", "stale_timestamp", "rotate_key") if getattr(wanted, name)]
    return f"{carrier} signs no webhooks, so it has no {', '.join(named)}" if named and not signs else ""


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
        _keep(world, carrier, key, Effect(duty, key, world.now_ms, "", {}, b"", 0), Outcome(0, {}, b"", "dropped"))
        return
    for copy in range(1 + found.duplicate):
        delay_ms = after_ms + found.late_ms
        if found.reorder and world.roll("wire.reorder", f"{carrier}/{number}/{copy}", 2):
            delay_ms += 1 + world.roll("wire.reorder-by", f"{carrier}/{number}/{copy}", found.reorder_within_ms)
        world.later(duty, key, after_ms=delay_ms, note=note)


def record(world: World, carrier: str, event: str, effect: Effect, outcome: Outcome) -> None:
    """Keep what came of one attempt, at the virtual time at which it was made."""
    _keep(world, carrier, event, effect, outcome)


def attempts(world: World) -> list[Attempt]:
    """Return the attempts still kept, in the order of their sequences."""
    return sorted((attempt for _, attempt in world.store.scan(ATTEMPTS)), key=lambda attempt: attempt.sequence)


def _dropped(world: World, carrier: str, found: Switches) -> bool:
    if not found.drop:
        return False
    if found.drop is not True:
        left = msgspec.structs.replace(found, drop=found.drop - 1 or False)
        world.store.put(SWITCHES, carrier, left)
    return True


def _keep(
    world: World,
    carrier: str,
    event: str,
    effect: Effect,
    outcome: Outcome,
    *,
    sequence: int = 0,
    replays: int = 0,
) -> None:
    sequence = sequence or world.count("wire.attempts")
    headers = [(name, text[:KEPT_HEADER_CHARS]) for name, text in outcome.headers.items()]
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
        outcome.status,
        outcome.error,
        dict(headers[:KEPT_HEADERS]),
        outcome.body[:KEPT_BODY_BYTES],
        len(outcome.body),
        outcome.took_ms,
        effect.timeout_ms,
        effect.live,
        replays,
    )
    world.store.put(ATTEMPTS, str(sequence), attempt)
    if sequence > KEPT_ATTEMPTS:
        world.store.drop(ATTEMPTS, str(sequence - KEPT_ATTEMPTS))


# -- the same again


def replay(world: World, sequence: int) -> int:
    """Plan the very bytes of an attempt once more, now, signed as they were; return the new attempt's sequence.

    It is nothing to the carrier: no retry follows, and its own record of deliveries does not change.

    Raises:
        ReplayError: nobody knows the attempt (any more), or it was never sent.
    """
    found = world.store.get(ATTEMPTS, str(sequence))
    if found is None:
        raise ReplayError(f"there is no attempt {sequence}; the newest {KEPT_ATTEMPTS} are kept")
    if not found.url:
        raise ReplayError(f"attempt {sequence} was {found.error} and never sent, so there are no bytes to repeat")
    again = world.count("wire.attempts")
    world.later(REPLAY, f"{found.carrier}/{sequence}/{again}", after_ms=0)
    return again


def tell_again(world: World, carrier: str) -> int:
    """Send everything again that is still on record, each event once to each receiver; return how much that is.

    A carrier with a duty `<carrier>.resend` (its key is an attempt's sequence) does it in its own way, signed anew;
    for others it is the same bytes.
    """
    told: dict[tuple[str, bytes], int] = {}
    for attempt in attempts(world):
        if attempt.carrier == carrier and attempt.url and not attempt.replays:
            told.setdefault((attempt.url, attempt.body), attempt.sequence)
    own = f"{carrier}.resend"
    for sequence in told.values():
        if own in world.duties:
            world.later(own, str(sequence), after_ms=0)
        else:
            replay(world, sequence)
    return len(told)


def carrier_of(effect: Effect) -> str:
    """Return whose webhook an effect is."""
    return effect.key.partition("/")[0] if effect.duty == REPLAY else effect.duty.partition(".")[0]


def is_down(world: World, effect: Effect) -> bool:
    """Tell whether the switches say that no attempt of this carrier reaches its receiver."""
    return switches(world, carrier_of(effect)).down


def _replay_due(world: World, due: Due) -> Effect | None:
    found = world.store.get(ATTEMPTS, due.key.split("/")[1])
    if found is None:
        return None
    return Effect(
        REPLAY, due.key, world.now_ms, found.url, found.headers, found.body, found.timeout_ms, found.method, found.live
    )


def _replayed(world: World, effect: Effect, outcome: Outcome) -> None:
    carrier, original, again = effect.key.split("/")
    found = world.store.get(ATTEMPTS, original)
    event = found.event if found is not None else ""
    _keep(world, carrier, event, effect, outcome, sequence=int(again), replays=int(original))


DUTIES = {REPLAY: Duty(_replay_due, _replayed)}
