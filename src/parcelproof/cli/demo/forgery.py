"""Somebody who is not the carrier sends webhooks: one forged, and one recorded earlier."""

import json
from collections.abc import Mapping
from datetime import timedelta

from parcelproof.conformance.bench import Bench
from parcelproof.conformance.history import Attempt

from .claims import Claims

CARRIER = "mail_alliance"  # it signs its webhooks
SIGNATURE = "v1,Zm9yZ2VkIGZvcmdlZCBmb3JnZWQgZm9yZ2VkIGZvcmdlZCE="  # of the right form, made without the secret
LONG_AGO = timedelta(hours=1)


def attack(bench: Bench, claims: Claims, number: str) -> None:
    """Forge the delivery of a parcel, then send a genuine notice again that is hours old: both must be refused."""
    before = bench.order(number)
    sent = [row for row in bench.attempts() if row.carrier == CARRIER and row.body]
    tracked = [row for row in sent if row.event.startswith("tracking.")]
    body = json.loads(tracked[-1].body)
    body["type"] = "tracking.delivered"
    parcel = {"tracking_number": before.tracking_number, "parcel_id": bench.parcel(number).id}
    body["data"] |= {**parcel, "status": "delivered"}
    body["data"]["event"] |= {"id": "evt_forged", "status": "delivered", "code": "delivered"}
    headers = {
        "Content-Type": "application/json",
        "webhook-id": "msg_forged",
        "webhook-timestamp": str(int(bench.now.timestamp())),
        "webhook-signature": SIGNATURE,
    }
    claims.equal("a forged webhook is refused", True, refused(bench, tracked[-1], json.dumps(body), headers))
    old = [row for row in tracked if row.at < bench.now - LONG_AGO]
    recorded = old[-1]
    claims.equal(
        "a recorded webhook is refused hours later", True, refused(bench, recorded, recorded.body, recorded.headers)
    )
    after = bench.order(number)
    same = (after.status, len(after.history)) == (before.status, len(before.history))
    claims.equal("a forged webhook changes nothing", True, same)


def refused(bench: Bench, like: Attempt, body: str, headers: Mapping[str, str]) -> bool:
    """Send bytes to where a genuine notice went, and tell whether they were refused."""
    answer = bench.stranger.post(like.url, content=body.encode(), headers=dict(headers))
    return 400 <= answer.status_code < 500
