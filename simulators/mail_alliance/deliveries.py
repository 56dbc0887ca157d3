"""Sending webhooks (Part 6): one attempt, what is learned from it, and when the next one comes."""

import msgspec

from ..core.records import Due, Kind
from ..core.world import Effect, Outcome, World
from ..wire import webhooks
from .account_mail import tell_switched_off
from .ids import CARRIER, numbered
from .log import Event, event_at, event_id
from .payloads import payload
from .signatures import coming_secret, corrupted, signature
from .subscribers import DUTY, ENDPOINTS, Endpoint, delivery_key, tell_one
from .times import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, retry_after_ms

# Waits before attempts 2 to 10; the first attempt is at once. Contract §2.1 and Part 6.
WAITS_MS = (
    5 * SECOND_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
)
ATTEMPTS = len(WAITS_MS) + 1
JITTER_PERMILLE = 100
TIMEOUT_MS = 15 * SECOND_MS
HONOURED_MS = HOUR_MS  # a longer Retry-After is not followed
FAILING_MS = 5 * DAY_MS
RESEND = f"{CARRIER}.resend"


class Try(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One attempt; `status` 0 means no answer, and `error` says why."""

    at_ms: int
    status: int
    error: str


class Delivery(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One event for one endpoint. `planned` is the highest number of an attempt that was planned in this round."""

    id: str
    endpoint: str
    ordinal: int
    type: str
    state: str = "pending"  # pending, succeeded, failed
    tries: tuple[Try, ...] = ()
    planned: int = 1
    next_ms: int | None = None


DELIVERIES: Kind[Delivery] = Kind(f"{CARRIER}.deliveries", Delivery)  # "<endpoint>/<event ordinal>" -> delivery
KINDS = (ENDPOINTS, DELIVERIES)


def send_due(world: World, due: Due) -> Effect | None:
    """Duty: make one attempt. The duty's note is its number within the round."""
    endpoint_id, _, ordinal = due.key.rpartition("/")
    endpoint = world.store.get(ENDPOINTS, endpoint_id)
    delivery = world.store.get(DELIVERIES, due.key)
    if endpoint is None or endpoint.status != "enabled":
        if delivery is not None and delivery.state == "pending":
            _settle(world, due.key, msgspec.structs.replace(delivery, state="failed", next_ms=None))
        return None
    event = event_at(world, endpoint.livemode, int(ordinal))
    if event is None or (due.note != "1" and (delivery is None or delivery.state != "pending")):
        return None
    if delivery is None:
        number = world.count(f"{CARRIER}.messages")
        delivery = Delivery(numbered(world, "msg", endpoint.livemode, number), endpoint_id, int(ordinal), event.type)
        world.store.put(DELIVERIES, due.key, delivery)
    return _effect(world, endpoint, int(ordinal), event, due)


def _effect(world: World, endpoint: Endpoint, ordinal: int, event: Event, due: Due) -> Effect:
    parcel = world.parcel(event.parcel) if event.parcel else None
    switches = webhooks.switches_for(world, CARRIER, parcel.reference if parcel else "")
    body = msgspec.json.encode(payload(world, endpoint.livemode, ordinal, event))
    at_ms = world.now_ms - (webhooks.STALE_BY_MS if switches.stale_timestamp else 0)
    message_id, timestamp_s = event_id(world, endpoint.livemode, ordinal), at_ms // SECOND_MS
    secrets = [coming_secret(endpoint.secret)] if switches.rotate_key else []
    secrets.append(endpoint.secret)
    if endpoint.old_secret and world.now_ms < endpoint.old_until_ms:
        secrets.append(endpoint.old_secret)
    signatures = " ".join(signature(secret, message_id, timestamp_s, body) for secret in secrets)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "mail-alliance-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": corrupted(signatures) if switches.corrupt_signature else signatures,
    }
    key = f"{due.key}/{due.note}"
    return Effect(DUTY, key, world.now_ms, endpoint.url, headers, body, TIMEOUT_MS, live=endpoint.livemode)


def sent(world: World, effect: Effect, outcome: Outcome) -> None:
    """Keep what came of an attempt, and plan the next one if it failed."""
    key, _, number = effect.key.rpartition("/")
    endpoint_id = key.rpartition("/")[0]
    delivery, endpoint = world.store.get(DELIVERIES, key), world.store.get(ENDPOINTS, endpoint_id)
    webhooks.record(world, CARRIER, delivery.type if delivery else "", effect, outcome)
    if delivery is None or endpoint is None:
        return  # deleted while the request was under way
    tries = (*delivery.tries, Try(world.now_ms, outcome.status, outcome.error))
    delivery = msgspec.structs.replace(delivery, tries=tries)
    if 200 <= outcome.status < 300:
        _settle(world, key, msgspec.structs.replace(delivery, state="succeeded", next_ms=None))
        if endpoint.failing_ms is not None:
            world.store.put(ENDPOINTS, endpoint.id, msgspec.structs.replace(endpoint, failing_ms=None))
        return
    if _disabled(world, endpoint, outcome):
        _settle(world, key, msgspec.structs.replace(delivery, state="failed", next_ms=None))
        return
    _retry(world, key, delivery, int(number), outcome)


def _settle(world: World, key: str, delivery: Delivery) -> None:
    world.store.put(DELIVERIES, key, delivery)


def _disabled(world: World, endpoint: Endpoint, outcome: Outcome) -> bool:
    """Note a failure of an endpoint; switch it off after 410 or five days of nothing but failures, and tell so once."""
    since_ms = world.now_ms if endpoint.failing_ms is None else endpoint.failing_ms
    reason = ""
    if outcome.status == 410:
        reason = "The endpoint answered 410."
    elif world.now_ms - since_ms >= FAILING_MS:
        reason = "Every attempt failed for five days."
    if endpoint.status != "enabled":
        return bool(reason)  # switched off while the request was under way: that stands, and was told once
    status = "auto_disabled" if reason else "enabled"
    changed = msgspec.structs.replace(endpoint, failing_ms=since_ms, status=status, disabled_reason=reason)
    world.store.put(ENDPOINTS, endpoint.id, changed)
    if reason:
        tell_switched_off(world, changed)
    return bool(reason)


def _retry(world: World, key: str, delivery: Delivery, number: int, outcome: Outcome) -> None:
    """Plan attempt `number` + 1, unless it is planned already (two copies of one attempt) or the round is over."""
    if delivery.state == "succeeded" or delivery.planned > number:
        _settle(world, key, delivery)
        return
    if number >= ATTEMPTS:
        _settle(world, key, msgspec.structs.replace(delivery, state="failed", next_ms=None))
        return
    wait_ms = outcome.took_ms + _wait_ms(world, key, number, outcome)
    world.later(DUTY, key, after_ms=wait_ms, note=str(number + 1))
    planned = msgspec.structs.replace(delivery, state="pending", planned=number + 1, next_ms=world.now_ms + wait_ms)
    _settle(world, key, planned)


def _wait_ms(world: World, key: str, number: int, outcome: Outcome) -> int:
    """Return the wait after attempt `number`: by schedule, within 10 % around it, or longer if the receiver asks so."""
    planned_ms = WAITS_MS[number - 1]
    spread_ms = planned_ms * JITTER_PERMILLE // 1000
    wait_ms = planned_ms - spread_ms + world.roll(f"{CARRIER}.jitter", f"{key}/{number}", 2 * spread_ms + 1)
    headers = {name.lower(): value for name, value in outcome.headers.items()}
    asked_ms = retry_after_ms(headers.get("retry-after", ""), now_ms=world.now_ms)
    return max(wait_ms, asked_ms) if asked_ms is not None and asked_ms <= HONOURED_MS else wait_ms


def begin_again(world: World, endpoint: Endpoint, ordinal: int) -> None:
    """Open a new round of attempts for an event that is replayed; its old attempts stay on record."""
    key = delivery_key(endpoint, ordinal)
    delivery = world.store.get(DELIVERIES, key)
    if delivery is not None:
        _settle(world, key, msgspec.structs.replace(delivery, state="pending", planned=1, next_ms=world.now_ms))


def resend_due(world: World, due: Due) -> None:
    """Duty: send again what an attempt told, as a new round of attempts. The due's key is the attempt's sequence."""
    attempt = world.store.get(webhooks.ATTEMPTS, due.key)
    if attempt is None:
        return
    endpoint_id, ordinal, _ = attempt.key.split("/")
    endpoint = world.store.get(ENDPOINTS, endpoint_id)
    if endpoint is not None and endpoint.status == "enabled":
        begin_again(world, endpoint, int(ordinal))
        tell_one(world, endpoint, int(ordinal))


def deliveries_of(world: World, endpoint: Endpoint) -> list[Delivery]:
    """Return an endpoint's deliveries by event, newest first."""
    prefix = f"{endpoint.id}/"
    found = [delivery for key, delivery in world.store.scan(DELIVERIES) if key.startswith(prefix)]
    return sorted(found, key=lambda delivery: -delivery.ordinal)
