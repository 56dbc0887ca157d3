"""Idempotency keys: the first result of a key is the result of every repeat, for 24 hours (`mail_alliance` §3.4).

A key belongs to a credential and a path. Calls run one after another, so none is ever in flight.
"""

import re
from collections.abc import Callable
from hashlib import sha256

import msgspec

from ....core.records import Due, Kind
from ....core.world import Duty, Effect, World
from ....wire.call import Answer, Call
from .ids import DAY_MS, named
from .problems import Refused

FORGET = named("own.forget")
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
LASTING = ("Content-Type", "Location")


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A first result."""

    at_ms: int
    fingerprint: bytes
    status: int
    body: bytes
    headers: dict[str, str]


KEPT: Kind[Kept] = Kind(named("own_kept"), Kept)  # "<credential><path>/<key>" -> first result
KINDS = (KEPT,)


def once(call: Call, perform: Callable[[], Answer]) -> Answer:
    """Perform a write, or answer it as the first call with its key was answered.

    Raises:
        Refused: idempotency-key-missing, idempotency-key-reused.
    """
    key = _key(call)
    place, fingerprint, world = f"{call.credential}{call.path}/{key}", sha256(call.body).digest(), call.world
    kept = world.store.get(KEPT, place)
    if kept is not None and world.now_ms - kept.at_ms < DAY_MS:
        if kept.fingerprint != fingerprint:
            detail = "The first call with this key had another body; use a new key for another call."
            raise Refused("idempotency-key-reused", detail, {"idempotency_key": key})
        status = 200 if kept.status == 201 else kept.status
        return Answer(status, kept.body, {**kept.headers, "Idempotent-Replayed": "true"})
    try:
        answer = perform()
    except Refused as refused:
        answer = refused.answer()
    if answer.status not in (403, 409):
        _keep(world, place, fingerprint, answer)
    return answer


def _key(call: Call) -> str:
    """Return the key, quoted as the draft wants it or bare as many clients send it."""
    given = call.headers.get("Idempotency-Key", "").strip()
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if KEY.fullmatch(key) is None:
        found = f"found {given[:80]!r}" if given else "there is none"
        detail = f"Idempotency-Key must be 16 to 64 characters of A-Z a-z 0-9 _ -, in quotes or not; {found}."
        raise Refused("idempotency-key-missing", detail)
    return key


def _keep(world: World, place: str, fingerprint: bytes, answer: Answer) -> None:
    if not world.store.count(KEPT):
        world.later(FORGET, "", after_ms=DAY_MS)
    headers = {name: answer.headers[name] for name in LASTING if name in answer.headers}
    world.store.put(KEPT, place, Kept(world.now_ms, fingerprint, answer.status, answer.body, headers))


def _forget(world: World, due: Due) -> Effect | None:
    """Duty: drop the results that are too old to be repeated, once a day while there are any."""
    for place, kept in world.store.scan(KEPT):
        if world.now_ms - kept.at_ms >= DAY_MS:
            world.store.drop(KEPT, place)
    if world.store.count(KEPT):
        world.later(due.duty, "", after_ms=DAY_MS)
    return None


DUTIES = {FORGET: Duty(_forget)}
