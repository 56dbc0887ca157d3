"""Somebody who is not the carrier tells the engine that a parcel was delivered."""

import json

from parcelproof.conformance.lab import Bench

from .claims import Claims

CARRIER = "mail_alliance"
SIGNATURE = "v1,Zm9yZ2VkIGZvcmdlZCBmb3JnZWQgZm9yZ2VkIGZvcmdlZCE="  # of the right form, made without the secret


def forge(bench: Bench, claims: Claims, number: str) -> None:
    """Send a genuine notice's body, turned into the delivery of another parcel, under a signature that does not fit."""
    before = bench.order(number)
    sent = [
        row for row in bench.attempts() if row.carrier == CARRIER and row.event.startswith("tracking.") and row.body
    ]
    genuine = sent[-1]
    body = json.loads(genuine.body)
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
    answer = bench.stranger.post(genuine.url, content=json.dumps(body).encode(), headers=headers)
    refused = 400 <= answer.status_code < 500
    claims.equal("a forged webhook is refused", True, refused)
    after = bench.order(number)
    same = (after.status, len(after.history)) == (before.status, len(before.history))
    claims.equal("a forged webhook changes nothing", True, same)
