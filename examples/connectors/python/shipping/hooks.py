"""Where the carriers send their news. A notice is believed only as far as it is proved."""

import base64
import binascii
import hmac
import json
from hashlib import sha256
from typing import Any

from aiohttp import web

from . import cdek, mail_alliance
from .engine import Engine
from .orders import Order

CLOCK_MAY_DIFFER_S = 300


def routes(engine: Engine) -> list[web.RouteDef]:
    async def alliance(request: web.Request) -> web.Response:
        return _alliance(engine, request.headers, await request.read())

    async def courier(request: web.Request) -> web.Response:
        return _courier(engine, request.match_info["secret"], await request.read())

    return [web.post("/hooks/mail-alliance", alliance), web.post("/hooks/cdek/{secret}", courier)]


def _alliance(engine: Engine, headers: Any, body: bytes) -> web.Response:
    secret = (engine.store.setting("hook:mail_alliance") or {}).get("secret", "")
    notice_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not signed(secret, notice_id, sent_at, body, headers.get("webhook-signature", "")):
        return web.Response(status=401, text="The signature does not fit.")
    if abs(int(sent_at) - engine.now.timestamp()) > CLOCK_MAY_DIFFER_S:
        return web.Response(status=400, text="The time stamp is too far from now.")
    try:
        notice = json.loads(body)
        data = dict(notice["data"])
        event = mail_alliance.read_event(data["event"]) if data.get("event") else None
        own = data.get("return_tracking_number") in (None, data.get("tracking_number"))
    except (ValueError, KeyError, TypeError, RecursionError):
        return web.Response(status=400, text="This is no notice.")
    with engine.store.together():
        order = _order_of(engine, str(data.get("parcel_id", "")), (data.get("references") or {}).get("order"))
        if order is not None and engine.store.first_time(notice_id) and event is not None and own:
            if notice.get("type") == "tracking.revoked":
                engine.store.withdraw(order.number, str(data.get("revoked_event_id")))
            else:
                engine.learn_one(order.number, event, "webhook")
    return web.Response(status=204)


def signed(secret: str, notice_id: str, sent_at: str, body: bytes, signatures: str) -> bool:
    """Tell whether one of the signatures is ours, by Standard Webhooks: HMAC-SHA256 over id, time and the raw body."""
    if not (notice_id and sent_at.isascii() and sent_at.isdigit() and len(sent_at) < 12):
        return False
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return False  # the answer to our subscription is still on its way
    text = f"{notice_id}.{sent_at}.".encode("utf-8", "surrogateescape") + body
    wanted = b"v1," + base64.b64encode(hmac.digest(key, text, sha256))
    given = [part.encode("utf-8", "surrogateescape") for part in signatures.split()]
    return any(hmac.compare_digest(wanted, one) for one in given)


def _courier(engine: Engine, secret: str, body: bytes) -> web.Response:
    """CDEK signs nothing: what proves a notice is the secret in its address."""
    wanted = (engine.store.setting("hook:cdek") or {}).get("secret", "")
    if not wanted or not hmac.compare_digest(wanted.encode(), secret.encode("utf-8", "surrogateescape")):
        return web.Response(status=404)
    try:
        notice = json.loads(body)
        row, uuid = dict(notice["attributes"]), str(notice["uuid"])
        if notice["type"] != "ORDER_STATUS":
            return web.Response(status=204)
        back = bool(row.get("is_return"))
        about = _direct(row) if back else uuid
        event = cdek.read_event(uuid, row, row["status_date_time"], row.get("status_reason_code"), way_back=back)
    except (ValueError, KeyError, TypeError, RecursionError):
        return web.Response(status=400, text="This is no notice.")
    with engine.store.together():
        order = _order_of(engine, about, None if back else row.get("number"))
        if order is not None and (not back or cdek.mirrored(event["status"])):
            engine.learn_one(order.number, event, "webhook")
    return web.Response(status=204)


def _direct(row: dict[str, Any]) -> str:
    """Return the uuid of the order whose goods come back."""
    return next((str(r.get("uuid")) for r in row.get("related_entities") or () if r.get("type") == "direct_order"), "")


def _order_of(engine: Engine, remote_id: str, number: object) -> Order | None:
    """Find the order by the carrier's id, or by ours when the answer that tells the carrier's is still on its way."""
    found = engine.store.order_at_carrier(remote_id)
    if found is None and number:
        found = engine.store.order(str(number))
    return found
