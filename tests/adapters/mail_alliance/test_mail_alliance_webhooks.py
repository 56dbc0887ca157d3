"""Webhooks of Mail Alliance: signed, and understood or not trusted."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from parcelproof.reference.adapters.mail_alliance import MailAllianceAdapter
from parcelproof.reference.ports import (
    Untrusted,
)

from .answers import NOW, SECRET, scan


def hook(adapter: MailAllianceAdapter, body: dict[str, Any], **keys: str) -> Any:
    raw = json.dumps(body, ensure_ascii=False)
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(NOW.timestamp())),
        "Webhook-Signature": Webhook(SECRET).sign("msg_1", NOW, raw),
    }
    return adapter.verify(headers, raw.encode(), keys or {"secret": SECRET}, NOW)


def told(kind: str, **data: Any) -> dict[str, Any]:
    return {"type": kind, "timestamp": "2026-03-02T09:00:00Z",
            "data": {"parcel_id": "par_1", "tracking_number": "MAL1", **data}}  # fmt: skip


async def test_a_signed_scan_is_an_event(adapter: MailAllianceAdapter) -> None:
    notice = hook(adapter, told("tracking.delivered", event=scan(3, "delivered", "2026-03-02T08:59:00Z")))
    (event,) = notice.events
    assert (notice.event_id, event.id, event.number, event.status) == ("msg_1", "evt_3", "MAL1", "delivered")


async def test_either_secret_of_a_rotation_verifies(adapter: MailAllianceAdapter) -> None:
    assert hook(adapter, told("endpoint.ping"), secret="whsec_b2xk", secret_before=SECRET).events == ()
    with pytest.raises(Untrusted):
        hook(adapter, told("endpoint.ping"), secret="whsec_b2xk", endpoint_id=SECRET)


async def test_a_withdrawn_scan_names_what_it_withdraws(adapter: MailAllianceAdapter) -> None:
    body = told("tracking.revoked", event=scan(3, "delivered", "2026-03-02T08:59:00Z"), revoked_event_id="evt_3")
    (event,) = hook(adapter, body).events
    assert event.revoked and event.revokes == "evt_3" and event.id != "evt_3"


async def test_a_parcel_on_its_way_back_is_an_event_and_a_return(adapter: MailAllianceAdapter) -> None:
    data = {"return_id": "ret_1", "reason": "refused", "origin": "carrier", "returned_at": None}
    event = scan(4, "returning", "2026-03-02T08:00:00Z", reason="refused")
    notice = hook(adapter, told("return.in_transit", event=event, return_tracking_number="MAL1", **data))
    assert notice.events[0].opens_return and notice.returns[0].received_at is None
    notice = hook(adapter, told("return.in_transit", event=event, return_tracking_number="MAL7", **data))
    assert notice.events == () and notice.returns[0].number == "MAL7"


async def test_received_goods_need_a_date(adapter: MailAllianceAdapter) -> None:
    data = {"return_id": "ret_1", "return_tracking_number": "MAL7", "reason": "damaged"}
    notice = hook(adapter, told("return.received", returned_at="2026-03-02T08:00:00Z", **data))
    assert notice.returns[0].received_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    with pytest.raises(Untrusted, match="returned_at"):
        hook(adapter, told("return.received", returned_at=None, **data))


async def test_a_cancelled_parcel_is_read_again_and_a_new_kind_is_nothing(adapter: MailAllianceAdapter) -> None:
    assert hook(adapter, told("parcel.cancelled")).read_again == ("par_1",)
    assert hook(adapter, {"type": "billing.closed", "timestamp": "2026-03-02T09:00:00Z", "data": []}).events == ()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "tracking.delivered", "timestamp": "yesterday", "data": {}},
        told("tracking.delivered"),
        told("tracking.delivered", event={"id": 3}),
        told("tracking.delivered", event=scan(3, "delivered", "0001-01-01T00:00:00+23:59")),
        told("return.created", tracking_number=None),
        told("return.created"),
    ],
)
async def test_a_signed_body_of_the_wrong_shape_is_untrusted(
    adapter: MailAllianceAdapter, body: dict[str, Any]
) -> None:
    with pytest.raises(Untrusted, match="webhook_shape"):
        hook(adapter, body)
