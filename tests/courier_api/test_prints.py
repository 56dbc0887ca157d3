"""Print forms and what stands on them. Wire contract: `courier_api` §1.7, §2.4, §2.5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.labelscan import scan_pdf

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

HOUR_MS = 3_600_000
KINDS = ("orders", "barcodes")


def asked(desk: Desk, kind: str, uuid: str, **changes: Any) -> str:
    status, body = desk.ask("POST", f"/print/{kind}", {"orders": [{"order_uuid": uuid}], **changes})
    assert status == 202, body
    assert body["requests"][0]["state"] == "ACCEPTED"
    form: str = body["entity"]["uuid"]
    return form


def entity(desk: Desk, kind: str, form: str) -> dict[str, Any]:
    status, body = desk.ask("GET", f"/print/{kind}/{form}")
    assert status == 200
    found: dict[str, Any] = body["entity"]
    return found


def states(shown: dict[str, Any]) -> list[str]:
    return [row["code"] for row in shown["statuses"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_ready_a_moment_later_oldest_state_first_and_gone_after_an_hour(desk: Desk, kind: str) -> None:
    uuid = desk.order()
    form = asked(desk, kind, uuid)
    early = entity(desk, kind, form)
    assert (states(early), "url" in early) == (["ACCEPTED"], False)
    desk.advance(500)
    assert states(entity(desk, kind, form)) == ["ACCEPTED", "PROCESSING"]
    assert desk.ask("GET", f"/print/{kind}/{form}.pdf")[1]["errors"][0]["code"] == "v2_entity_empty"
    desk.advance(500)
    ready = entity(desk, kind, form)
    assert states(ready) == ["ACCEPTED", "PROCESSING", "READY"]
    assert [row["name"] for row in ready["statuses"]] == ["Принят", "Формируется", "Сформирован"]
    assert ready["url"] == f"http://127.0.0.1:8400/cdek/v2/print/{kind}/{form}.pdf"
    (link,) = desk.ask("GET", f"/orders/{uuid}")[1]["related_entities"]
    assert (link["type"], link["url"]) == ("waybill" if kind == "orders" else "barcode", ready["url"])
    desk.advance(HOUR_MS - 1)
    assert states(entity(desk, kind, form))[-1] == "READY"
    desk.advance(1)
    gone = entity(desk, kind, form)
    assert (states(gone)[-1], "url" in gone) == ("REMOVED", False)
    status, body = desk.ask("GET", f"/print/{kind}/{form}.pdf")
    assert (status, body["errors"][0]["code"]) == (400, "v2_print_form_expired")
    assert desk.ask("GET", f"/orders/{uuid}")[1]["related_entities"] == []


@pytest.mark.parametrize("look", ["A4", "A5", "A6", "A7"])
def test_a_label_of_any_format_scans_to_the_carriers_number_on_every_copy(desk: Desk, look: str) -> None:
    packages = [desk.package(number="1"), desk.package(number="2", items=[desk.item(ware_key="T2")])]
    form = asked(desk, "barcodes", desk.order(packages=packages), format=look, copy_count=2)
    desk.advance(1_000)
    answer = desk.call("GET", f"/v2/print/barcodes/{form}.pdf")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    found = scan_pdf(answer.body)
    assert {code.text for code in found} == {"1107000001"}
    assert len(found) == 4


def test_the_pdf_needs_the_token(desk: Desk) -> None:
    form = asked(desk, "barcodes", desk.order())
    desk.advance(1_000)
    desk.headers = {}
    assert desk.ask("GET", f"/print/barcodes/{form}.pdf")[0] == 401


def test_waybills_have_two_copies_unless_asked_otherwise(desk: Desk) -> None:
    form = asked(desk, "orders", desk.order())
    assert (entity(desk, "orders", form)["copy_count"], entity(desk, "orders", form)["type"]) == (2, "tpl_russia")
    desk.advance(1_000)
    assert len(scan_pdf(desk.call("GET", f"/v2/print/orders/{form}.pdf").body)) == 2


def test_a_form_of_no_printable_order_becomes_invalid(desk: Desk) -> None:
    status, body = desk.ask("POST", "/print/barcodes", {"orders": {"cdek_number": 999}})
    assert status == 202
    form = body["entity"]["uuid"]
    desk.advance(1_000)
    _, body = desk.ask("GET", f"/print/barcodes/{form}")
    assert states(body["entity"])[-1] == "INVALID"
    assert body["requests"][0]["errors"][0]["code"] == "v2_print_form_empty"
    assert desk.ask("GET", f"/print/barcodes/{form}.pdf")[1]["errors"][0]["code"] == "v2_print_form_empty"


def test_an_order_that_is_missing_is_a_warning_beside_one_that_is_there(desk: Desk) -> None:
    desk.order()
    rows = [{"cdek_number": "1107000001"}, {"cdek_number": "1"}]
    form = desk.ask("POST", "/print/barcodes", {"orders": rows})[1]["entity"]["uuid"]
    desk.advance(1_000)
    _, body = desk.ask("GET", f"/print/barcodes/{form}")
    assert states(body["entity"])[-1] == "READY"
    assert body["requests"][0]["warnings"][0]["code"] == "v2_order_not_found"
    assert "errors" not in body["requests"][0]


def test_a_form_may_come_with_the_order(desk: Desk) -> None:
    uuid = desk.order(print="BARCODE")
    desk.advance(1_000)
    (link,) = desk.ask("GET", f"/orders/{uuid}")[1]["related_entities"]
    assert link.keys() == {"uuid", "type", "url", "create_time"}


def test_a_ready_form_is_told(desk: Desk) -> None:
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:1/", "type": "PRINT_FORM"})
    form = asked(desk, "orders", desk.order())
    desk.advance(1_000)
    ((_, notice),) = desk.sent
    assert (notice["type"], notice["uuid"]) == ("PRINT_FORM", form)
    assert notice["attributes"] == {"type": "WAYBILL", "url": entity(desk, "orders", form)["url"]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "v2_field_is_empty"),
        ({"orders": []}, "v2_field_is_empty"),
        ({"orders": [{}]}, "v2_required_param_empty"),
        ({"orders": [{"cdek_number": "1"}] * 101}, "v2_invalid_format"),
        ({"orders": [{"cdek_number": "1"}], "format": "A9"}, "v2_invalid_format"),
        ({"orders": [{"cdek_number": "1"}], "lang": "XXX"}, "v2_invalid_format"),
        ({"orders": [{"cdek_number": "1"}], "copy_count": 0}, "v2_invalid_format"),
        ({"orders": "all"}, "v2_invalid_value_type"),
        ("x", "v2_invalid_value_type"),
    ],
)
def test_a_bad_request_for_a_form(desk: Desk, body: Any, code: str) -> None:
    before = desk.world.store.dump()
    status, answer = desk.ask("POST", "/print/barcodes", body)
    assert (status, answer["errors"][0]["code"]) == (400, code)
    assert desk.world.store.dump() == before


def test_a_form_of_the_other_kind_or_of_nobody_is_not_found(desk: Desk) -> None:
    form = asked(desk, "orders", desk.order())
    for path in (f"/print/barcodes/{form}", f"/print/orders/{form}.png", "/print/orders/1"):
        status, body = desk.ask("GET", path)
        assert (status, body["errors"][0]["code"]) == (400, "v2_entity_not_found")
