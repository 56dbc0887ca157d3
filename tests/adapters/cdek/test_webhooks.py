"""Webhooks in, and subscribing to them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    Untrusted,
)

from .answers import NUMBER, order, shown, status


def hook(adapter: CdekAdapter, **attributes: Any) -> Any:
    given = {"cdek_number": NUMBER, "status_date_time": "2026-03-04T10:00:00+0700", **attributes}
    body = {"type": "ORDER_STATUS", "date_time": "2026-03-04T10:00:01+0700", "uuid": "u-1", "attributes": given}
    return adapter.verify({}, json.dumps(body).encode(), {}, datetime(2026, 3, 4, tzinfo=UTC))


async def test_a_webhook_and_a_read_make_the_same_event(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    told = hook(adapter, code="ISSUED_FOR_DELIVERY", status_code="11", city_name="Москва").events[0]
    wire.get("/orders/u-1").respond(json=shown(order([status("TAKEN_BY_COURIER", "2026-03-04T03:00:00+00:00")])))
    read = (await adapter.track("u-1", NUMBER)).events[0]
    assert (told.id, told.code, told.status, told.occurred_at) == (read.id, read.code, read.status, read.occurred_at)


async def test_the_old_number_alone_is_read_where_it_is_clear_and_else_the_order_is(adapter: CdekAdapter) -> None:
    assert hook(adapter, status_code=18).events[0].status == "delivery_failed"
    notice = hook(adapter, status_code="1000")
    assert (notice.events, notice.read_again) == ((), ("u-1",))


async def test_a_webhook_of_a_return_order_asks_for_the_direct_one(adapter: CdekAdapter) -> None:
    direct = {"type": "direct_order", "cdek_number": "1107000000", "uuid": "u-0"}
    notice = hook(adapter, code="DELIVERED", is_return=True, related_entities=[direct])
    assert notice.read_again == ("u-0",)
    assert (notice.events[0].status, notice.events[0].direct_number) == ("returned", "1107000000")
    assert hook(adapter, code="DELIVERED", is_return=True, related_entities=direct).read_again == ("u-0",)
    client = hook(adapter, code="DELIVERED", is_client_return=True, related_entities=None)
    assert (client.events[0].is_return, client.read_again) == (False, ())


async def test_a_withdrawal_has_its_own_event_id(adapter: CdekAdapter) -> None:
    said, withdrawn = hook(adapter, code="DELIVERED"), hook(adapter, code="DELIVERED", deleted=True)
    assert said.event_id != withdrawn.event_id
    assert withdrawn.events[0].revokes == said.events[0].id


@pytest.mark.parametrize("kind", ["DELIV_PROBLEM", "ORDER_MODIFIED"])
async def test_news_that_stands_in_the_order_is_read_there(adapter: CdekAdapter, kind: str) -> None:
    raw = json.dumps({"type": kind, "uuid": "u-1", "date_time": "…", "attributes": {"code": "19"}}).encode()
    notice = adapter.verify({}, raw, {}, datetime(2026, 3, 4, tzinfo=UTC))
    assert (notice.events, notice.read_again) == ((), ("u-1",))


@pytest.mark.parametrize("kind", ["PRINT_FORM", "DOWNLOAD_PHOTO", "OFFICE_AVAILABILITY", "TOMORROWS_TYPE"])
async def test_other_types_say_nothing(adapter: CdekAdapter, kind: str) -> None:
    raw = json.dumps({"type": kind, "uuid": "f-1", "date_time": "…", "attributes": {"url": "…"}}).encode()
    notice = adapter.verify({}, raw, {}, datetime(2026, 3, 4, tzinfo=UTC))
    assert (notice.events, notice.read_again) == ((), ())


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b"\xff", b'{"type":"ORDER_STATUS","uuid":"u-1","attributes":{}}', b"<xml/>"]
)
async def test_a_body_of_the_wrong_shape_is_untrusted(adapter: CdekAdapter, raw: bytes) -> None:
    with pytest.raises(Untrusted):
        adapter.verify({}, raw, {}, datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize("at", ["", "yesterday", "2026-03-04T10:00:00", "0001-01-01T00:00:00+23:59"])
async def test_a_moment_without_meaning_is_untrusted(adapter: CdekAdapter, at: str) -> None:
    with pytest.raises(Untrusted, match="status_date_time"):
        hook(adapter, code="DELIVERED", status_date_time=at)


async def test_subscribing_twice_makes_one_subscription(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    url = "http://127.0.0.1:9/hooks/cdek"
    listed = wire.get("/webhooks").respond(json=[{"uuid": "w-0", "type": "PRINT_FORM", "url": url, "retryable": False}])
    made = wire.post("/webhooks").respond(json=shown({"uuid": "w-1"}))
    assert await adapter.subscribe(url, "hook") == {"subscription": "w-1"}
    listed.respond(json=[{"uuid": "w-1", "type": "ORDER_STATUS", "url": url, "retryable": False}])
    assert await adapter.subscribe(url, "hook") == {"subscription": "w-1"}
    assert made.call_count == 1
