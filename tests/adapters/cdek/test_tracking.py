"""Statuses in either spelling, returns, pieces handed over."""

from datetime import UTC, datetime

import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    Unsupported,
)

from .answers import CREATED, NUMBER, errors, order, shown, status


async def test_statuses_come_out_oldest_first_in_either_spelling_with_their_reason(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    statuses = [
        status("NEW_WORD", "2026-03-04T12:00:00+0700"),
        status("RETURNED_TO_DELIVERY_WAREHOUSE", "2026-03-04T10:00:00+07:00", reason_code="2"),
        status("ISSUED_FOR_DELIVERY", "2026-03-04T09:00:00+0700", deleted=True),
        status("RETURNED_TO_SENDER_CITY_WAREHOUSE", "2026-03-03T09:00:00+0700"),
        *CREATED,
    ]
    wire.get("/orders/u-1").respond(json=shown(order(statuses)))
    tracking = await adapter.track("u-1", NUMBER)
    assert [(event.code, event.status) for event in tracking.events] == [
        ("ACCEPTED", "announced"), ("CREATED", "announced"), ("RETURNED_TO_SENDER_CITY_WAREHOUSE", "in_transit"),
        ("TAKEN_BY_COURIER", "out_for_delivery"), ("RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", "delivery_failed"),
        ("NEW_WORD", "unknown")]  # fmt: skip
    withdrawn = tracking.events[3]
    assert withdrawn.revoked and withdrawn.id == f"{withdrawn.revokes}/deleted"
    assert tracking.events[4].reason == "2 could not be reached by phone"
    assert tracking.events[4].occurred_at == datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
    assert [event.sequence for event in tracking.events] == list(range(6))


async def test_a_return_order_is_read_too_and_says_what_came_back(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    refused = [status("NOT_DELIVERED", "2026-03-05T10:00:00+0000", reason_code=11), *CREATED]
    related = [{"type": "return_order", "uuid": "u-9", "cdek_number": "1107000009"},
               {"type": "reverse_order", "uuid": "u-8"}, {"type": "waybill", "uuid": "w-1"}]  # fmt: skip
    wire.get("/orders/u-1").respond(json=shown(order(refused), related=related))
    back = [status("DELIVERED", "2026-03-09T10:00:00+0000"), status("TAKEN_BY_COURIER", "2026-03-09T08:00:00+0000")]
    wire.get("/orders/u-9").respond(json=shown(order(back, uuid="u-9", cdek_number=1107000009, is_return=True)))
    wire.get("/orders/u-8").respond(400, json=errors("v2_entity_not_found"))
    tracking = await adapter.track("u-1", NUMBER)
    opening, courier, home = tracking.events[2:]
    assert (opening.status, opening.opens_return, opening.reason[:2]) == ("returning", True, "11")
    assert (courier.status, courier.is_return, courier.direct_number) == ("returning", True, NUMBER)
    assert (home.status, home.number) == ("returned", "1107000009")
    (notice,) = tracking.returns
    assert (notice.number, notice.direct_number) == ("1107000009", NUMBER)
    assert notice.reason == "11 refused without explanation"
    assert notice.received_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert dict(notice.items) == {"MUG-01": 2, "LMP-07": 1}


async def test_pieces_handed_over_are_told_apart_from_pieces_shipped(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    items = [{"ware_key": "MUG-01", "amount": 2, "delivery_amount": 1}, {"ware_key": 7, "amount": 1},
             {"ware_key": "LMP-07", "amount": 1, "delivery_amount": 890.5}]  # fmt: skip
    handed = [status("DELIVERED", "2026-03-05T10:00:00+0000", reason_code="20"), *CREATED]
    wire.get("/orders/u-1").respond(json=shown(order(handed, packages=[{"items": items}])))
    tracking = await adapter.track("u-1", NUMBER)
    assert dict(tracking.delivered_by_sku) == {"MUG-01": 1, "7": 1, "LMP-07": 1}
    assert tracking.events[-1].partial


@pytest.mark.parametrize("shape", ["object", "list"])
async def test_a_delivery_problem_is_an_event_in_either_shape(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, shape: str
) -> None:
    trouble = {"code": "19", "create_date": "2026-03-04T10:00:00+0000"}
    wire.get("/orders/u-1").respond(json=shown(order(delivery_problem=trouble if shape == "object" else [trouble])))
    last = (await adapter.track("u-1", NUMBER)).events[-1]
    assert (last.code, last.status) == ("DELIV_PROBLEM/19", "held")


async def test_there_is_no_feed(adapter: CdekAdapter) -> None:
    with pytest.raises(Unsupported):
        await adapter.changes("")
