"""PATCH of an order: what may change, when, and what becomes different of it. Wire contract: `courier_api` §1.5.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pypdfium2 import PdfDocument

from parcelproof.simulators.courier_api.cdek.records import order_of

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

URL = "http://127.0.0.1:9000/hook"


def change(desk: Desk, uuid: str, **wanted: Any) -> list[str]:
    """Change an order, let the change be done, and return the codes of what was found wrong later."""
    status, body = desk.ask("PATCH", "/orders", {"uuid": uuid, **wanted})
    assert status == 202, body
    assert body["entity"] == {"uuid": uuid}
    assert (body["requests"][0]["type"], body["requests"][0]["state"]) == ("UPDATE", "ACCEPTED")
    desk.advance(1_000)
    return later(desk, uuid)


def later(desk: Desk, uuid: str) -> list[str]:
    request = desk.ask("GET", f"/orders/{uuid}")[1]["requests"][-1]
    errors = [error["code"] for error in request.get("errors", [])]
    assert request["state"] == ("INVALID" if errors else "SUCCESSFUL")
    return errors


def refused(desk: Desk, uuid: str, **wanted: Any) -> list[str]:
    before = desk.world.store.dump()
    status, body = desk.ask("PATCH", "/orders/", {"uuid": uuid, **wanted})
    assert (status, set(body)) == (400, {"errors"}), body
    assert desk.world.store.dump() == before
    return [error["code"] for error in body["errors"]]


def test_what_is_not_named_stays(desk: Desk) -> None:
    uuid = desk.order(comment="before", services=[{"code": "SMS", "parameter": "79130000001"}])
    before, kept = desk.shown(uuid), order_of(desk.world, uuid)
    assert change(desk, uuid, comment="after") == []
    assert order_of(desk.world, uuid).echo == {**kept.echo, "comment": "after"}
    after = desk.shown(uuid)
    assert after.pop("comment") == "after"
    assert before.pop("comment") == "before"
    assert after == before
    assert desk.ask("GET", "/orders", cdek_number=before["cdek_number"])[1]["entity"]["comment"] == "after"


def test_a_change_is_seen_only_when_it_was_done(desk: Desk) -> None:
    uuid = desk.order()
    _, body = desk.ask("PATCH", "/orders", {"cdek_number": int(desk.shown(uuid)["cdek_number"]), "comment": "x"})
    assert body["entity"] == {"uuid": uuid}
    assert "comment" not in desk.shown(uuid)
    assert desk.ask("PATCH", "/orders", {"uuid": uuid, "comment": "y"})[1]["errors"][0]["code"] == (
        "v2_similar_request_still_processed"
    )
    desk.advance(1_000)
    assert desk.shown(uuid)["comment"] == "x"


def test_a_change_of_an_order_that_waits_for_registration_waits_too(desk: Desk) -> None:
    uuid = desk.ask("POST", "/orders", desk.body())[1]["entity"]["uuid"]
    _, body = desk.ask("PATCH", "/orders", {"uuid": uuid, "comment": "x"})
    assert body["requests"][0]["state"] == "WAITING"
    desk.advance(1_000)
    assert desk.shown(uuid)["comment"] == "x"


def test_an_order_that_is_removed_first_is_not_changed(desk: Desk) -> None:
    uuid = desk.order()
    desk.ask("DELETE", f"/orders/{uuid}")
    _, body = desk.ask("PATCH", "/orders", {"uuid": uuid, "comment": "x"})
    assert body["requests"][0]["state"] == "WAITING"
    desk.advance(1_000)
    assert later(desk, uuid) == ["v2_update_forbidden"]
    assert "comment" not in desk.shown(uuid)
    assert refused(desk, uuid, comment="x") == ["v2_update_forbidden"]


def test_recipient_address_and_money_change_and_the_buyer_pays_the_new_sum(desk: Desk) -> None:
    uuid = desk.order()
    recipient = {"name": "Petrov", "phones": {"number": "+79990000000"}}
    address = {"code": 270, "address": "ул. Гоголя, 3"}
    wanted = {"recipient": recipient, "to_location": address, "delivery_recipient_cost": {"value": 10}}
    assert change(desk, uuid, type=1, **wanted) == []
    shown = desk.shown(uuid)
    assert shown["recipient"].items() >= {"name": "Petrov", "phones": [{"number": "79990000000"}]}.items()
    assert (shown["to_location"]["address"], shown["to_location"]["code"]) == ("ул. Гоголя, 3", 270)
    assert "postal_code" not in shown["to_location"]
    desk.still(uuid)
    desk.scan(uuid, "DELIVERED")
    assert float(desk.shown(uuid)["delivery_detail"]["payment_sum"]) == 2 * 1999.5 + 10


def test_a_heavier_package_costs_more_keeps_its_barcode_and_is_told(desk: Desk) -> None:
    desk.ask("POST", "/webhooks", {"url": URL, "type": "ORDER_MODIFIED"})
    uuid = desk.order()
    before = desk.shown(uuid)
    package = before["packages"][0]
    assert change(desk, uuid, packages=[{"package_id": package["package_id"], "number": "1", "weight": 9_500.4}]) == []
    after = desk.shown(uuid)
    assert after["packages"][0] == {**package, "weight": 9_501, "weight_calc": 9_501}
    assert after["delivery_detail"]["total_sum"] > before["delivery_detail"]["total_sum"]
    (told,) = [body for _, body in desk.sent]
    assert (told["type"], told["uuid"]) == ("ORDER_MODIFIED", uuid)
    value = {"type": "FLOAT", "value": str(after["delivery_detail"]["total_sum"])}
    assert told["attributes"] == {"modification_type": "DELIVERY_SUM_CHANGED", "new_value": value}


def test_packages_are_added_and_taken_away(desk: Desk) -> None:
    uuid = desk.order()
    first = desk.shown(uuid)["packages"][0]
    second = desk.package(number="2", items=[desk.item(ware_key="OTHER")])
    assert change(desk, uuid, packages=[{"package_id": first["package_id"].upper()}, second]) == []
    packages = desk.shown(uuid)["packages"]
    assert packages[0] == first
    assert (packages[1]["number"], packages[1]["barcode"]) == ("2", f"{int(first['barcode']) + 1:012}")
    assert change(desk, uuid, packages={"package_id": packages[1]["package_id"]}) == []
    assert desk.shown(uuid)["packages"] == [packages[1]]


def test_a_known_package_needs_its_id(desk: Desk) -> None:
    uuid = desk.order()
    package_id = desk.shown(uuid)["packages"][0]["package_id"]
    assert refused(desk, uuid, packages=[desk.package()]) == ["v2_package_id_is_empty"]
    assert refused(desk, uuid, packages=[{"package_id": "0000"}]) == ["v2_entity_not_found"]
    assert refused(desk, uuid, packages=[{"package_id": package_id}] * 2) == ["v2_invalid_format"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "v2_parameters_empty"),
        ({"tariff_code": 136}, "v2_invalid_format"),
        ({"delivery_point": "NSK1"}, "v2_field_is_empty"),
        ({"to_location": {"code": 44, "address": "x"}, "delivery_point": "NSK1"}, "v2_delivery_address_multivalued"),
        ({"to_location": {"code": 270}}, "v2_field_is_empty"),
        ({"to_location": {"code": 1, "address": "x"}}, "v2_recipient_location_not_recognized"),
        ({"recipient": {"name": "x"}}, "v2_field_is_empty"),
        ({"packages": []}, "v2_field_is_empty"),
        ({"packages": ["x"]}, "v2_invalid_value_type"),
        ({"services": [{"code": "MAGIC"}]}, "v2_unable_add_service"),
        ({"comment": ["x"]}, "v2_invalid_value_type"),
        ({"number": "ы"}, "v2_invalid_format"),
    ],
)
def test_what_is_refused_at_once(desk: Desk, wanted: dict[str, Any], code: str) -> None:
    assert refused(desk, desk.order(), **wanted) == [code]


def test_an_order_must_be_named_and_known(desk: Desk) -> None:
    for body, code in (
        ({"comment": "x"}, "v2_order_number_empty"),
        ({"uuid": "0000", "comment": "x"}, "v2_entity_not_found"),
        ({"cdek_number": 1, "comment": "x"}, "v2_order_not_found"),
        ([], "v2_invalid_value_type"),
    ):
        status, answer = desk.ask("PATCH", "/orders", body)
        assert (status, answer["errors"][0]["code"]) == (400, code)


def test_what_is_found_wrong_later_leaves_the_order_as_it_was(desk: Desk) -> None:
    uuid, _ = desk.order(), desk.order(number="P-2")
    before = desk.shown(uuid)
    heavy = [{"package_id": before["packages"][0]["package_id"], "weight": 31_000}]
    assert change(desk, uuid, packages=heavy) == ["ve_package_weight_too_large"]
    assert change(desk, uuid, number="P-2") == ["error_validate_im_dep_number_has_already_had_integration"]
    invoice = {"date_invoice": "2026-03-01", "shipper_name": "Shop", "shipper_address": "x"}
    assert change(desk, uuid, tariff_code=8, **invoice) == ["error_validate_tariff_not_supported_for_this_drirection"]
    assert desk.shown(uuid) == before


def test_a_new_number_is_found_and_the_old_one_free(desk: Desk) -> None:
    uuid = desk.order()
    assert change(desk, uuid, number="P-9") == []
    assert desk.ask("GET", "/orders", im_number="P-9")[1]["entity"]["uuid"] == uuid
    assert desk.ask("GET", "/orders", im_number="P-001")[1]["errors"][0]["code"] == "v2_entity_not_found_im_number"
    assert desk.errors(desk.order()) == []
    assert desk.parcel(uuid).reference == "P-9"


def test_an_order_whose_goods_move_is_not_changed(desk: Desk) -> None:
    uuid = desk.order()
    desk.ask("PATCH", "/orders", {"uuid": uuid, "comment": "x"})
    desk.scan(uuid, "RECEIVED_AT_SHIPMENT_WAREHOUSE")
    desk.advance(1_000)
    assert later(desk, uuid) == ["v2_update_forbidden"]
    assert refused(desk, uuid, comment="x") == ["v2_update_forbidden"]


def test_a_faster_tariff_of_the_same_mode_moves_the_planned_day(desk: Desk) -> None:
    desk.ask("POST", "/webhooks", {"url": URL, "type": "ORDER_MODIFIED"})
    uuid = desk.order(tariff_code=231, to_location={"city": "Владивосток", "address": "x"})
    before = desk.shown(uuid)["planned_delivery_date"]
    assert change(desk, uuid, tariff_code=480) == []
    after = desk.shown(uuid)
    assert after["planned_delivery_date"] < before
    told = {body["attributes"]["modification_type"]: body["attributes"]["new_value"] for _, body in desk.sent}
    assert told["PLANED_DELIVERY_DATE_CHANGED"] == {"type": "DATE", "value": after["planned_delivery_date"]}
    assert set(told) == {"PLANED_DELIVERY_DATE_CHANGED", "DELIVERY_SUM_CHANGED"}


def test_a_comment_may_choose_another_life(desk: Desk) -> None:
    uuid = desk.order()
    assert change(desk, uuid, comment="[story: lost]") == []
    desk.advance(8 * 86_400_000)
    assert desk.shown(uuid)["statuses"][0]["reason_code"] == "26"


def test_the_label_shows_what_was_changed(desk: Desk) -> None:
    uuid = desk.order()
    change(desk, uuid, recipient={"name": "Changed Recipient", "phones": [{"number": "1"}]})
    form = desk.ask("POST", "/print/barcodes", {"orders": [{"order_uuid": uuid}]})[1]["entity"]["uuid"]
    desk.advance(1_000)
    pdf = desk.call("GET", f"/v2/print/barcodes/{form}.pdf").body
    assert "Changed Recipient" in PdfDocument(pdf)[0].get_textpage().get_text_bounded()


def test_what_may_cost_more_is_warned_of(desk: Desk) -> None:
    uuid = desk.order()
    package_id = desk.shown(uuid)["packages"][0]["package_id"]
    wanted = {
        "comment": "x",
        "tariff_code": 480,
        "services": [{"code": "SMS", "parameter": "1"}],
        "to_location": {"code": 270, "address": "x"},
        "packages": [{"package_id": package_id, "weight": 2000}],
    }
    _, body = desk.ask("PATCH", "/orders", {"uuid": uuid, **wanted})
    codes = [row["code"] for row in body["requests"][0]["warnings"]]
    assert codes == [f"v2_cost_change_by_{of}" for of in ("tariff", "services", "location", "parameters")]
    desk.advance(1_000)
    assert desk.ask("GET", f"/orders/{uuid}")[1]["requests"][1]["warnings"] == body["requests"][0]["warnings"]
    _, body = desk.ask("PATCH", "/orders", {"uuid": uuid, "comment": "y"})
    assert "warnings" not in body["requests"][0]
