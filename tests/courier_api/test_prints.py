"""Print forms and what stands on them. Wire contract: `courier_api` §1.7, §2.4, §2.5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.labels.boxes import pages_of

from parcelproof.labelscan import Found, scan_pdf, scan_zpl, sizes_mm
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.courier_api.cdek.deferred import FOREIGN
from parcelproof.simulators.courier_api.cdek.papers import PRINTED

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

HOUR_MS = 3_600_000
KINDS = ("orders", "barcodes")
SIZES_MM = {"A4": (210, 297), "A5": (148, 210), "A6": (105, 148), "A7": (74, 105)}


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
    assert [*desk.world.store.scan(PRINTED)] == []


@pytest.mark.parametrize("look", ["A4", "A5", "A6", "A7"])
def test_a_label_of_any_format_scans_as_number_and_package_on_every_copy(desk: Desk, look: str) -> None:
    packages = [desk.package(number="1"), desk.package(number="2", items=[desk.item(ware_key="T2")])]
    form = asked(desk, "barcodes", desk.order(packages=packages), format=look, copy_count=2)
    desk.advance(1_000)
    answer = desk.call("GET", f"/v2/print/barcodes/{form}.pdf")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    found = scan_pdf(answer.body)
    barcodes = ["000004000001", "000004000001", "000004000002", "000004000002"]
    expected = [Found(text, "Code 128", page) for page, own in enumerate(barcodes, 1) for text in ("1107000001", own)]
    assert found == expected
    assert {tuple(map(round, size)) for size in sizes_mm(answer.body)} == {SIZES_MM[look]}


def printed(desk: Desk, kind: str, form: str) -> bytes:
    desk.advance(1_000)
    answer = desk.call("GET", f"/v2/print/{kind}/{form}.pdf")
    assert (answer.status, answer.body[:5]) == (200, b"%PDF-")
    return answer.body


def test_several_orders_of_one_form_come_in_the_order_that_was_asked(desk: Desk) -> None:
    uuids = [desk.order(number=f"P-{number}") for number in range(3)]
    rows = [{"order_uuid": uuids[2]}, {"cdek_number": 1107000001}, {"cdek_number": "1107000002"}]
    numbers = ["1107000003", "1107000001", "1107000002"]
    for kind in KINDS:
        form = desk.ask("POST", f"/print/{kind}", {"orders": rows, "copy_count": 2})[1]["entity"]["uuid"]
        assert entity(desk, kind, form)["orders"] == [rows[0], rows[1], {"cdek_number": 1107000002}]
        found = [code.text for code in scan_pdf(printed(desk, kind, form)) if len(code.text) == 10]
        assert found == [number for number in numbers for _ in range(2)]


@pytest.mark.parametrize(("lang", "word"), [(None, "ПОЛУЧАТЕЛЬ"), ("ENG", "RECIPIENT"), ("DEU", "EMPFÄNGER")])
def test_a_label_speaks_the_language_asked_for(desk: Desk, lang: str | None, word: str) -> None:
    form = asked(desk, "barcodes", desk.order(), **({"lang": lang} if lang else {}))
    (page,) = pages_of(printed(desk, "barcodes", form))
    assert word in page.text
    assert "Новосибирск" in page.text
    assert entity(desk, "barcodes", form)["lang"] == (lang or "RUS")


def test_a_form_stays_as_it_was_printed_when_the_order_changes(desk: Desk) -> None:
    uuid = desk.order()
    form = asked(desk, "orders", uuid)
    before = printed(desk, "orders", form)
    desk.ask("DELETE", f"/orders/{uuid}")
    assert printed(desk, "orders", form) == before
    assert states(entity(desk, "orders", asked(desk, "orders", uuid)))[-1] == "ACCEPTED"
    late = asked(desk, "orders", uuid)
    desk.advance(1_000)
    assert states(entity(desk, "orders", late))[-1] == "INVALID"


def test_a_form_of_too_many_labels_becomes_invalid(desk: Desk) -> None:
    packages = [desk.package(number=str(number), items=[desk.item(ware_key=str(number))]) for number in range(51)]
    form = asked(desk, "barcodes", desk.order(packages=packages), copy_count=100)
    desk.advance(1_000)
    _, body = desk.ask("GET", f"/print/barcodes/{form}")
    assert states(body["entity"])[-1] == "INVALID"
    error = {"code": "v2_entity_invalid", "message": "Print form would have 5100 labels or waybills, 5000 at most"}
    assert body["requests"][0]["errors"] == [error]
    assert desk.ask("GET", f"/print/barcodes/{form}.pdf") == (400, {"errors": [error]})


@pytest.mark.parametrize(("family", "code"), [("print_form", "v2_print_form_expired"), ("entity", "v2_entity_expired")])
def test_the_codes_of_dead_forms_are_a_switch(desk: Desk, family: str, code: str) -> None:
    desk.settings(print_error_family=family)
    form = asked(desk, "barcodes", desk.order())
    desk.advance(HOUR_MS + 1_000)
    assert desk.ask("GET", f"/print/barcodes/{form}.pdf")[1]["errors"][0]["code"] == code


def test_the_control_apis_labels_are_one_a_package_as_pdf_and_as_zpl(desk: Desk) -> None:
    packages = [desk.package(number="1"), desk.package(number="2", items=[desk.item(ware_key="T2")])]
    uuid = desk.order(packages=packages)
    for form, scan in (("pdf", scan_pdf), ("zpl", scan_zpl)):
        assert CARRIER.label is not None
        file = CARRIER.label(desk.world, desk.parcel(uuid), form)
        assert file is not None
        assert [code.text for code in scan(file.body)] == ["1107000001", "000004000001", "1107000001", "000004000002"]


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


def test_an_order_that_has_no_number_yet_is_not_ready_to_be_printed(desk: Desk) -> None:
    desk.settings(accept_after_ms=60_000)
    _, body = desk.ask("POST", "/orders", desk.body())
    form = desk.ask("POST", "/print/barcodes", {"orders": {"order_uuid": body["entity"]["uuid"]}})[1]["entity"]["uuid"]
    desk.advance(1_000)
    (request,) = desk.ask("GET", f"/print/barcodes/{form}")[1]["requests"]
    assert [error["code"] for error in request["errors"]] == ["v2_print_form_empty", "v2_entity_not_ready"]


def test_orders_that_cannot_be_printed_are_warnings_beside_one_that_can(desk: Desk) -> None:
    desk.settings(foreign_order="forbidden")
    uuid, gone = desk.order(), desk.order(number="P-2")
    desk.ask("DELETE", f"/orders/{gone}")
    desk.advance(1_000)
    bad = [{"cdek_number": "1"}, {"order_uuid": gone}, {"order_uuid": "x"}, {"cdek_number": FOREIGN}]
    codes = ["v2_order_not_found", "v2_entity_invalid", "v2_entity_not_found", "v2_order_forbidden"]
    good = [{"cdek_number": "1107000001"}, {"order_uuid": "x", "cdek_number": "1107000001"}]
    form = desk.ask("POST", "/print/barcodes", {"orders": [*good, *bad]})[1]["entity"]["uuid"]
    bare = desk.ask("POST", "/print/barcodes", {"orders": bad})[1]["entity"]["uuid"]
    desk.advance(1_000)
    _, body = desk.ask("GET", f"/print/barcodes/{form}")
    assert states(body["entity"])[-1] == "READY"
    assert [warning["code"] for warning in body["requests"][0]["warnings"]] == codes
    assert "errors" not in body["requests"][0]
    assert len(pages_of(printed(desk, "barcodes", form))) == 2
    assert [row["uuid"] for row in desk.ask("GET", f"/orders/{uuid}")[1]["related_entities"]] == [form]
    _, body = desk.ask("GET", f"/print/barcodes/{bare}")
    assert [error["code"] for error in body["requests"][0]["errors"]] == ["v2_print_form_empty", *codes]
    assert [error["code"] for error in desk.ask("GET", f"/print/barcodes/{bare}.pdf")[1]["errors"]] == [
        "v2_print_form_empty",
        *codes,
    ]


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
