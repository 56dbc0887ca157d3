"""Batches and their list F103: made, checked in, found again, with what the carrier leaves out told."""

import io
from typing import Any

import httpx
import pypdfium2 as pdfium
import pytest
import respx

from parcelproof.reference.adapters.russian_post import RussianPostAdapter
from parcelproof.reference.ports import Refused, Unavailable

from .answers import ID, OTHER_ID, body_of, missing, ok, order

PDF = b"%PDF-1.7 list\n%%EOF\n"
IDS = [ID, OTHER_ID]


def batched(*names: str, ids: list[str] | None = None, errors: list[dict[str, Any]] | None = None) -> httpx.Response:
    found: dict[str, Any] = {"batches": [{"batch-name": name, "batch-status": "CREATED"} for name in names]}
    if ids is not None:
        found["result-ids"] = [int(one) for one in ids]
    return ok({**found, **({"errors": errors} if errors else {})})


def not_found(*places: int) -> list[dict[str, Any]]:
    words = "Отправление не найдено"
    return [{"error-code": "NOT_FOUND", "error-description": words, "position": place} for place in places]


def batch(wire: respx.MockRouter, name: str, number: int) -> tuple[respx.Route, respx.Route]:
    checked = wire.post(f"/1.0/batch/{name}/checkin").mock(return_value=ok({"f103-sent": True}))
    wire.get(f"/1.0/batch/{name}").mock(return_value=ok({"batch-name": name, "list-number": number}))
    form = wire.get(f"/1.0/forms/{name}/f103pdf").mock(return_value=httpx.Response(200, content=PDF))
    return checked, form


async def test_ready_parcels_become_a_batch_that_is_checked_in_and_its_list(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    asked = wire.post("/1.0/user/shipment").mock(return_value=batched("25", ids=IDS))
    checked, _ = batch(wire, "25", 7)
    paper = await adapter.hand_over(IDS, "k")
    assert paper is not None and (paper.content, paper.number, paper.left_out) == (PDF, "7", {})
    assert body_of(asked.calls[0].request) == [int(ID), int(OTHER_ID)]
    assert dict(asked.calls[0].request.url.params) == {"sending-date": "2026-03-02"}
    assert dict(checked.calls[0].request.url.params) == {"useOnlineBalance": "false"}


async def test_a_batch_of_an_earlier_try_is_found_and_its_second_check_in_is_none(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    wire.post("/1.0/user/shipment").mock(return_value=ok({"errors": not_found(0, 1)}))
    where = wire.get(f"/1.0/shipment/{ID}").mock(return_value=ok(order(**{"batch-name": "25"})))
    inside = wire.get("/1.0/batch/25/shipment").mock(return_value=ok([order(), order(id=int(OTHER_ID))]))
    checked, _ = batch(wire, "25", 7)
    checked.mock(return_value=ok({"error-code": "BATCH_NOT_CHANGED", "f103-sent": False}))
    paper = await adapter.hand_over(IDS, "k")
    assert paper is not None and (paper.number, paper.left_out) == ("7", {})
    assert (where.call_count, inside.call_count) == (1, 1), "one look tells of a whole batch"


async def test_a_batch_of_more_orders_than_a_page_is_read_to_its_end(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    ids = [str(1_456_000_000 + n) for n in range(250)]
    rows = [order(id=int(one)) for one in ids]
    wire.post("/1.0/user/shipment").mock(return_value=ok({"errors": not_found(*range(250))}))
    where = wire.get(url__regex=r".*/1\.0/shipment/\d+$").mock(return_value=ok(order(**{"batch-name": "25"})))
    wire.get("/1.0/batch/25/shipment").mock(side_effect=[ok(rows[:200]), ok(rows[200:])])
    batch(wire, "25", 7)
    paper = await adapter.hand_over(ids, "k")
    assert paper is not None and paper.left_out == {} and where.call_count == 1


async def test_what_the_carrier_leaves_out_is_told_and_the_others_go(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    wrong = [{"error-code": "EMPTY_INDEX_TO", "error-description": "Нет индекса", "position": 1}]
    wire.post("/1.0/user/shipment").mock(return_value=batched("25", ids=[ID], errors=wrong))
    wire.get(f"/1.0/shipment/{OTHER_ID}").mock(return_value=missing())
    batch(wire, "25", 7)
    paper = await adapter.hand_over(IDS, "k")
    assert paper is not None and paper.left_out == {OTHER_ID: "EMPTY_INDEX_TO: Нет индекса"}


async def test_where_none_is_taken_the_list_is_refused(adapter: RussianPostAdapter, wire: respx.MockRouter) -> None:
    wire.post("/1.0/user/shipment").mock(return_value=ok({"errors": not_found(0, 1)}))
    wire.get(url__regex=r".*/1\.0/shipment/\d+$").mock(return_value=missing())
    with pytest.raises(Refused) as caught:
        await adapter.hand_over(IDS, "k")
    assert caught.value.code == "not_batched" and caught.value.detail.count("не найдено") == 1


async def test_without_credit_the_money_paid_in_pays(adapter: RussianPostAdapter, wire: respx.MockRouter) -> None:
    wire.post("/1.0/user/shipment").mock(return_value=batched("25", ids=IDS))
    checked, _ = batch(wire, "25", 7)
    no = ok({"error-code": "OFFLINE_BALANCE_FORBIDDEN", "f103-sent": False})
    checked.mock(side_effect=[no, ok({"f103-sent": True})])
    assert await adapter.hand_over(IDS, "k") is not None
    assert [call.request.url.params["useOnlineBalance"] for call in checked.calls] == ["false", "true"]
    poor = httpx.Response(400, json={"code": "1024", "desc": "Requested 82674 but available 0"})
    checked.mock(side_effect=[no, poor])
    with pytest.raises(Refused) as caught:
        await adapter.hand_over(IDS, "k")
    assert caught.value.code == "no_money" and "82674" in caught.value.detail


async def test_an_older_account_has_a_batch_for_each_kind_and_gets_one_file(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    page = pdfium.PdfDocument.new()
    page.new_page(100, 100)
    out = io.BytesIO()
    page.save(out)
    wire.post("/1.0/user/shipment").mock(return_value=batched("25", "26", ids=IDS))
    for name, number in (("25", 7), ("26", 8)):
        _, form = batch(wire, name, number)
        form.mock(return_value=httpx.Response(200, content=out.getvalue()))
    paper = await adapter.hand_over(IDS, "k")
    assert paper is not None and paper.number == "7, 8"
    assert len(pdfium.PdfDocument(paper.content)) == 2


async def test_a_lost_answer_at_any_step_leaves_the_list_for_another_try(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    for step in range(4):
        made = wire.post("/1.0/user/shipment").mock(return_value=batched("25", ids=IDS))
        checked, form = batch(wire, "25", 7)
        named = wire.get("/1.0/batch/25")
        routes = (made, checked, named, form)
        routes[step].mock(side_effect=[httpx.ReadTimeout("slow")])
        with pytest.raises(Unavailable):
            await adapter.hand_over(IDS, "k")


async def test_a_batch_that_is_not_taken_in_is_a_refusal(adapter: RussianPostAdapter, wire: respx.MockRouter) -> None:
    wire.post("/1.0/user/shipment").mock(return_value=batched("25", ids=IDS))
    checked, _ = batch(wire, "25", 7)
    checked.mock(return_value=ok({"error-code": "UNDEFINED", "f103-sent": False}))
    with pytest.raises(Refused, match="UNDEFINED"):
        await adapter.hand_over(IDS, "k")
    assert checked.call_count == 1, "only a missing credit is worth the other way of paying"
