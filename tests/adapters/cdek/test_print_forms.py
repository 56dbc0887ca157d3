"""Labels: asked for, awaited, expired, refused."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    LabelFormat,
    Refused,
    Unavailable,
)

from .answers import Clock, errors, shown


def form(*codes: str) -> dict[str, Any]:
    """A form as read; its link leads elsewhere on purpose: the token must not follow it."""
    statuses = [{"code": code, "date_time": "2026-03-02T09:00:00+00:00"} for code in codes]
    found: dict[str, Any] = shown({"uuid": "f-1", "statuses": statuses, "url": "http://elsewhere.example/f-1.pdf"})
    return found


async def test_a_label_is_asked_for_awaited_and_fetched_from_our_own_base_address(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    made = wire.post("/print/barcodes").respond(202, json=shown({"uuid": "f-1"}, state="ACCEPTED"))
    polls = [form("ACCEPTED"), form("ACCEPTED", "PROCESSING"), form("ACCEPTED", "PROCESSING", "READY")]
    wire.get("/print/barcodes/f-1").mock(side_effect=[httpx.Response(200, json=found) for found in polls])
    pdf = wire.get("/print/barcodes/f-1.pdf").respond(content=b"%PDF-1.7", content_type="application/pdf")
    assert [await adapter.label("u-1", LabelFormat.PDF) for _ in range(3)] == [None, None, None]
    label = await adapter.label("u-1", LabelFormat.PDF)
    assert label is not None and (label.format, label.content) == (LabelFormat.PDF, b"%PDF-1.7")
    assert json.loads(made.calls[0].request.content)["orders"] == [{"order_uuid": "u-1"}]
    assert pdf.calls[0].request.headers["authorization"] == "Bearer t1"
    assert {call.request.url.host for call in wire.calls} == {"carrier.example"}


@pytest.mark.parametrize(
    "dead",
    [httpx.Response(200, json=form("ACCEPTED", "READY", "REMOVED")),
     httpx.Response(400, json=errors("v2_print_form_expired")), httpx.Response(400, json=errors("v2_entity_expired")),
     httpx.Response(404, json=errors("v2_entity_not_found"))],
    ids=["removed", "form-expired", "entity-expired", "not-found"],
)  # fmt: skip
async def test_a_form_that_expired_is_made_anew(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, dead: httpx.Response
) -> None:
    made = wire.post("/print/barcodes").respond(202, json=shown({"uuid": "f-1"}, state="ACCEPTED"))
    wire.get("/print/barcodes/f-1").mock(return_value=dead)
    assert [await adapter.label("u-1", LabelFormat.PDF) for _ in range(2)] == [None, None]
    assert made.call_count == 2


async def test_a_form_of_nothing_is_refused(adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route) -> None:
    wire.post("/print/barcodes").respond(202, json=shown({"uuid": "f-1"}, state="ACCEPTED"))
    invalid = {"entity": form("ACCEPTED", "INVALID")["entity"], **shown(None, **errors("v2_print_form_empty"))}
    wire.get("/print/barcodes/f-1").respond(json=invalid)
    assert await adapter.label("u-1", LabelFormat.PDF) is None
    with pytest.raises(Refused, match="v2_print_form_empty"):
        await adapter.label("u-1", LabelFormat.PDF)


async def test_a_page_in_place_of_the_pdf_is_no_label(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    wire.post("/print/barcodes").respond(202, json=shown({"uuid": "f-1"}, state="ACCEPTED"))
    wire.get("/print/barcodes/f-1").respond(json=form("ACCEPTED", "READY"))
    wire.get("/print/barcodes/f-1.pdf").respond(html="<b>sorry</b>")
    assert await adapter.label("u-1", LabelFormat.PDF) is None
    with pytest.raises(Unavailable, match="no PDF"):
        await adapter.label("u-1", LabelFormat.PDF)


@pytest.mark.parametrize("stuck", [("ACCEPTED",), ("ACCEPTED", "PROCESSING")], ids=["accepted", "processing"])
async def test_a_form_that_never_gets_ready_is_asked_for_anew_every_ten_minutes(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, clock: Clock, stuck: tuple[str, ...]
) -> None:
    names = iter(range(1, 99))
    made = wire.post("/print/barcodes").mock(
        side_effect=lambda _: httpx.Response(202, json=shown({"uuid": f"f-{next(names)}"}, state="ACCEPTED"))
    )
    for name in ("f-1", "f-2"):
        wire.get(f"/print/barcodes/{name}").respond(json=form(*stuck))
    wire.get("/print/barcodes/f-3").respond(json=form("ACCEPTED", "READY"))
    wire.get("/print/barcodes/f-3.pdf").respond(content=b"%PDF-1.7")
    asked = []
    for _ in range(22):
        label = await adapter.label("u-1", LabelFormat.PDF)
        asked.append(made.call_count)
        clock.at += timedelta(minutes=1)
        if label is not None:
            break
    assert asked == [1] * 10 + [2] * 10 + [3] * 2, "and the third was ready"


async def test_a_waybill_is_two_copies_of_a_form_of_its_own(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    made = wire.post("/print/orders").respond(202, json=shown({"uuid": "w-1"}, state="ACCEPTED"))
    wire.post("/print/barcodes").respond(202, json=shown({"uuid": "f-1"}, state="ACCEPTED"))
    wire.get("/print/orders/w-1").respond(json=form("ACCEPTED", "READY"))
    wire.get("/print/orders/w-1.pdf").respond(content=b"%PDF-waybill")
    assert await adapter.label("u-1", LabelFormat.PDF) is None
    assert await adapter.waybill("u-1") is None
    paper = await adapter.waybill("u-1")
    assert paper is not None and paper.content == b"%PDF-waybill"
    assert json.loads(made.calls[0].request.content) == {"orders": [{"order_uuid": "u-1"}], "copy_count": 2}
