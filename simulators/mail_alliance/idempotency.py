"""Idempotency keys (§3.4): the first result of a key is the result of every repeat, for 24 hours.

A key belongs to a credential and a path. Calls run one after another: of two parallel ones the second gets the first
one's result. Only an answer that the carrier takes its time for (§8, SLOW) leaves its key in flight, and only in real
time, since on virtual time no time passes meanwhile.
"""

import re
from collections.abc import Callable, Mapping
from hashlib import sha256

import msgspec

from ..core.records import Due, Kind
from ..core.world import Effect, World
from ..wire.call import Answer, Call
from .ids import CARRIER, environment
from .problems import Refused, request_id
from .times import DAY_MS, SECOND_MS

KEPT_MS = DAY_MS
FORGET = f"{CARRIER}.forget"
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
REQUEST_ID = "X-Request-Id"
NOT_KEPT = frozenset({401, 403, 409, 429})

Again = Callable[[Call, str, int], Answer]


class Kept(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A first result. `subject` names the object from which the answer is made again, else `body` is the answer.

    The first answer is out at `ready_ms`; until then the key is in flight.
    """

    at_ms: int
    fingerprint: bytes
    status: int
    subject: str = ""
    body: bytes = b""
    headers: dict[str, str] = {}
    ready_ms: int = 0


KEPT: Kind[Kept] = Kind(f"{CARRIER}.kept", Kept)  # "<env>/<credential>/<path>/<key>" -> first result


def once(call: Call, canonical: bytes, perform: Callable[[], Answer], *, again: Again | None = None) -> Answer:
    """Perform a call, or answer it as the first call with its key was answered.

    Args:
        canonical: the call's body in canonical form; its SHA-256 is the fingerprint.
        perform: does the work; it may note `subject` on the call, the object's id.
        again: makes the answer of a subject anew, byte for byte; given (call, subject, status).

    Raises:
        Refused: idempotency-key-missing, idempotency-key-reused, idempotency-key-in-flight.
    """
    key = _key(call)
    place = f"{environment(bool(call.notes['livemode']))}/{call.credential}{call.path}/{key}"
    fingerprint = sha256(canonical).digest()
    world = call.world
    kept = world.store.get(KEPT, place)
    if kept is not None and world.now_ms - kept.at_ms < KEPT_MS:
        if kept.fingerprint != fingerprint:
            detail = "The first call with this key had another body; use a new key for another call."
            raise Refused("idempotency-key-reused", detail, {"idempotency_key": key})
        _require_answered(world, kept, key)
        return _replayed(call, kept, again)
    try:
        answer = perform()
    except Refused as refused:
        answer = refused.answer(call)
    if answer.status < 500 and answer.status not in NOT_KEPT:
        _keep(call, place, fingerprint, answer, str(call.notes.get("subject", "")) if again else "")
    return answer


def _key(call: Call) -> str:
    """Return the key, quoted as the draft wants it or bare as many clients send it."""
    given = call.headers.get("Idempotency-Key", "").strip()
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if KEY.fullmatch(key) is None:
        found = f"found {given[:80]!r}" if given else "there is none"
        detail = f"Idempotency-Key must be 16 to 64 characters of A-Z a-z 0-9 _ -, in quotes or not; {found}."
        raise Refused("idempotency-key-missing", detail, {"idempotency_key": given[:80] or None})
    return key


def _require_answered(world: World, kept: Kept, key: str) -> None:
    """Refuse a repeat while the first answer is still on its way, which takes time in real time only."""
    if world.now_ms < kept.ready_ms and not world.store.header.virtual:
        left_s = -(-(kept.ready_ms - world.now_ms) // SECOND_MS)
        detail = f"The first call with this key is not answered yet; try again in {left_s} s."
        raise Refused("idempotency-key-in-flight", detail, {"idempotency_key": key}, {"Retry-After": str(left_s)})


def _ready_ms(world: World, answer: Answer) -> int:
    header = world.store.header
    return header.now_ms + int(answer.delay_ms * header.speed) if answer.delay_ms and not header.virtual else 0


def _replayed(call: Call, kept: Kept, again: Again | None) -> Answer:
    status = 200 if kept.status == 201 else kept.status
    if kept.subject and again is not None:
        answer = again(call, kept.subject, status)
    else:
        answer = Answer(status, kept.body, dict(kept.headers))
        if REQUEST_ID in kept.headers:
            call.notes["request_id"] = kept.headers[REQUEST_ID]
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _keep(call: Call, place: str, fingerprint: bytes, answer: Answer, subject: str) -> None:
    world = call.world
    if not world.store.count(KEPT):
        world.later(FORGET, "", after_ms=KEPT_MS)
    if subject and answer.status < 300:
        kept = Kept(world.now_ms, fingerprint, answer.status, subject, ready_ms=_ready_ms(world, answer))
    else:
        headers = _lasting(answer.headers)
        if answer.status >= 400:
            headers[REQUEST_ID] = request_id(call)  # the body repeats it (Part 3)
        kept = Kept(world.now_ms, fingerprint, answer.status, "", answer.body, headers)
    world.store.put(KEPT, place, kept)


def _lasting(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("Content-Type", "Location") if name in headers}


def forget_due(world: World, due: Due) -> Effect | None:
    """Duty: drop the results that are too old to be repeated, once a day while there are any."""
    for place, kept in world.store.scan(KEPT):
        if world.now_ms - kept.at_ms >= KEPT_MS:
            world.store.drop(KEPT, place)
    if world.store.count(KEPT):
        world.later(due.duty, "", after_ms=KEPT_MS)
    return None
