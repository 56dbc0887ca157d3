"""Events, the feed and returns of Mail Alliance."""

import json
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.mail_alliance import MailAllianceAdapter
from parcelproof.reference.ports import (
    Unsupported,
)

from .answers import SECRET, problem, scan


async def test_events_keep_the_carriers_words_beside_the_canonical_status(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    events = [
        scan(1, "shipped", "2026-03-02T10:00:00Z", location={"city": "Würzburg"}),
        scan(2, "teleported", "2026-03-02T11:00:00Z"),
        scan(3, "delivered", "2026-03-03T10:00:00+01:00"),
        scan(4, "in_transit", "2026-03-03T12:00:00Z", code="revoked", revokes="evt_3"),
        scan(5, "returning", "2026-03-04T09:00:00Z", reason="refused"),
    ]
    wire.get("/v1/parcels/par_1/tracking").respond(json={"tracking_number": "MAL1", "events": events})
    back = {"id": "ret_1", "return_tracking_number": "MAL1", "original_tracking_number": "MAL1", "status": "received",
            "reason": "refused", "requested_at": "2026-03-04T09:00:00Z", "returned_at": "2026-03-06T09:00:00Z",
            "origin": "carrier", "items": [{"sku": "MUG-01", "quantity": 2}]}  # fmt: skip
    other = {**back, "id": "ret_2", "original_tracking_number": "MAL2"}
    wire.get("/v1/returns").respond(json={"data": [other, back], "next_cursor": None})
    tracking = await adapter.track("par_1", "MAL1")
    assert [event.status for event in tracking.events] == [
        "accepted", "unknown", "delivered", "in_transit", "returning"]  # fmt: skip
    assert tracking.events[2].occurred_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert (tracking.events[3].revoked, tracking.events[3].revokes) == (True, "evt_3")
    assert tracking.events[4].opens_return
    (notice,) = tracking.returns
    assert (notice.number, notice.reason, dict(notice.items)) == ("MAL1", "refused", {"MUG-01": 2})
    assert notice.received_at == datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


async def test_the_feed_is_walked_to_its_end_and_goes_on_from_there(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    def entry(number: int, status: str) -> dict[str, Any]:
        return {**scan(number, status, "2026-03-02T10:00:00Z"), "tracking_number": "MAL1", "type": f"tracking.{status}"}

    feed = wire.get("/v1/tracking-events")
    feed.mock(
        side_effect=[
            httpx.Response(200, json={"data": [entry(1, "shipped")], "next_cursor": "c1"}),
            httpx.Response(200, json={"data": [entry(2, "delivered")], "next_cursor": None}),
            httpx.Response(200, json={"data": [], "next_cursor": None}),
        ]
    )
    wire.get("/v1/returns").respond(json={"data": [], "next_cursor": None})
    notices, cursor = await adapter.changes("")
    assert [event.status for notice in notices for event in notice.events] == ["accepted", "delivered"]
    again, _ = await adapter.changes(cursor)
    assert again == []
    assert [dict(call.request.url.params) for call in feed.calls] == [
        {"limit": "200"}, {"limit": "200", "cursor": "c1"}, {"limit": "200", "after": "evt_2"}]  # fmt: skip


async def test_the_feed_goes_on_from_an_entry_whose_id_can_be_kept(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    entries = [{**scan(n, "shipped", "2026-03-02T10:00:00Z"), "tracking_number": "MAL1"} for n in (1, 2)]
    entries[1]["id"] = "e" * 500
    wire.get("/v1/tracking-events").respond(json={"data": entries, "next_cursor": None})
    wire.get("/v1/returns").respond(json={"data": [], "next_cursor": None})
    notices, cursor = await adapter.changes("")
    assert (len(notices), json.loads(cursor)["after"]) == (2, "evt_1")


async def test_an_entry_older_than_the_feed_starts_it_over(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    feed = wire.get("/v1/tracking-events")
    feed.mock(side_effect=[problem("validation", 422), httpx.Response(200, json={"data": [], "next_cursor": None})])
    wire.get("/v1/returns").respond(json={"data": [], "next_cursor": None})
    notices, _ = await adapter.changes('{"after": "evt_gone"}')
    assert list(notices) == []


async def test_open_returns_are_looked_at_again_and_finished_ones_are_not(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    def back(number: int, status: str) -> dict[str, Any]:
        return {"id": f"ret_{number}", "return_tracking_number": f"R{number}", "original_tracking_number": "MAL1",
                "status": status, "reason": "damaged", "requested_at": f"2026-03-0{number}T09:00:00Z",
                "returned_at": "2026-03-08T09:00:00Z" if status == "received" else None}  # fmt: skip

    wire.get("/v1/tracking-events").respond(json={"data": [], "next_cursor": None})
    returns = wire.get("/v1/returns")
    first = [back(4, "received"), back(3, "in_transit"), back(2, "closed"), back(1, "received")]
    returns.mock(return_value=httpx.Response(200, json={"data": first, "next_cursor": None}))
    notices, cursor = await adapter.changes("")
    assert [notice.returns[0].number for notice in notices] == ["R1", "R2", "R3", "R4"]
    second = [back(4, "received"), back(3, "received"), back(2, "closed")]
    returns.mock(return_value=httpx.Response(200, json={"data": second, "next_cursor": "more"}))
    notices, cursor = await adapter.changes(cursor)
    assert [notice.returns[0].number for notice in notices] == ["R3", "R4"]
    assert notices[0].event_id == "ret_3/received"
    assert returns.call_count == 2


async def test_a_foreign_reason_is_told_as_other_with_its_words(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    made = {"id": "ret_1", "return_tracking_number": "R1", "original_tracking_number": "MAL1", "reason": "other",
            "status": "label_created", "requested_at": "2026-03-02T09:00:00Z", "returned_at": None}  # fmt: skip
    route = wire.post("/v1/returns").respond(201, json=made)
    notice = await adapter.create_return("par_1", key="ret/P-100", reason="cat dislikes it", items={"MUG-01": 1})
    sent = json.loads(route.calls[0].request.content)
    assert (sent["reason"], sent["reason_text"]) == ("other", "cat dislikes it")
    assert sent["items"] == [{"sku": "MUG-01", "quantity": 1}]
    assert notice.number == "R1" and notice.received_at is None


async def test_an_endpoint_that_is_there_gets_a_new_secret_instead_of_a_twin(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    url = "http://127.0.0.1:9/hooks/mail_alliance"
    listed = wire.get("/v1/webhook-endpoints").respond(json={"data": [], "next_cursor": None})
    made = wire.post("/v1/webhook-endpoints").respond(201, json={"id": "whe_1", "url": url, "secret": SECRET})
    keys = await adapter.subscribe(url, "hook")
    assert keys["secret"] == SECRET
    listed.respond(json={"data": [{"id": "whe_1", "url": url}], "next_cursor": None})
    wire.post("/v1/webhook-endpoints/whe_1/rotate-secret").respond(json={"secret": "whsec_bmV3"})
    assert (await adapter.subscribe(url, "hook"))["secret"] == "whsec_bmV3"
    assert made.call_count == 1


async def test_this_carrier_pays_nothing_out(adapter: MailAllianceAdapter) -> None:
    with pytest.raises(Unsupported):
        await adapter.registries(date(2026, 3, 2))
