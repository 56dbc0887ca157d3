"""Orders of the folder "new". Wire contract: `postal_api_russia` §2.2, §2.3, §2.5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.status import Status

if TYPE_CHECKING:
    from tests.russia.otpravka.conftest import Desk

RECORDED = {  # the keys of an order as recorded in July 2026, with their JSON types
    "add-to-mmo": bool, "address-changed": bool, "address-type-from": str, "address-type-to": str, "barcode": str,
    "completeness-checking": bool, "delivery-time": dict, "delivery-to-door": bool,
    "easy-return-recipient-payment": bool, "forbidden-esp": bool, "given-name": str, "ground-rate": int,
    "ground-rate-with-vat": int, "ground-rate-wo-vat": int, "house-to": str, "id": int, "in-mmo": bool,
    "index-to": int, "mail-category": str, "mail-direct": int, "mail-rank": str, "mail-type": str,
    "manual-address-input": bool, "mass": int, "mass-rate": int, "mass-rate-with-vat": int, "mass-rate-wo-vat": int,
    "middle-name": str, "order-num": str, "payment-method": str, "place-to": str, "postmarks": list,
    "postoffice-code": str, "pre-postal-preparation": bool, "prepayment-return": bool, "recipient-name": str,
    "region-to": str, "str-index-to": str, "street-to": str, "surname": str, "tariff-count": int, "tariff-type": str,
    "tel-address": int, "total-rate-wo-vat": int, "total-vat": int, "transport-type": str, "unloading": bool,
    "version": int, "weight-pay": int, "with-client-return": bool, "with-discount": bool,
}  # fmt: skip


def test_an_order_has_the_recorded_keys_and_price(desk: Desk) -> None:
    found = desk.ask("GET", f"/1.0/backlog/{desk.made()}")
    assert {name: type(value) for name, value in found.items()} == RECORDED
    assert (found["ground-rate"], found["ground-rate-with-vat"], found["total-vat"]) == (64590, 78800, 14210)
    assert found["delivery-time"] == {"max-days": 45, "min-days": 43}
    assert (found["postmarks"], found["transport-type"], found["tariff-type"]) == (["NONSTANDARD"], "SURFACE", "MASS")
    assert (found["index-to"], found["str-index-to"], found["weight-pay"]) == (685000, "685000", 1000)
    assert len(str(found["id"])) == 10 and len(found["barcode"]) == 14


def test_version_two_tells_numbers_too(desk: Desk) -> None:
    found = desk.ask("PUT", "/2.0/user/backlog", [desk.order(), desk.order(order_num="A-2", group_name="G")])
    assert set(found) == {"orders"}
    one, two = found["orders"]
    assert set(one) == {"barcode", "order-num", "result-id"} and set(two) == {*one, "group-name"}
    assert desk.ask("GET", f"/1.0/backlog/{one['result-id']}")["barcode"] == one["barcode"]
    desk.settings(v2_orders="object")
    assert set(desk.ask("PUT", "/2.0/user/backlog", [desk.order()])["orders"]) == set(one)


def test_an_empty_request_is_an_empty_success(desk: Desk) -> None:
    assert desk.ask("PUT", "/1.0/user/backlog", []) == {"result-ids": []}
    assert desk.ask("PUT", "/2.0/user/backlog", []) == {"orders": []}
    assert desk.ask("DELETE", "/1.0/backlog", []) == {"result-ids": []}


def test_some_orders_are_made_though_others_are_wrong(desk: Desk) -> None:
    found = desk.ask("PUT", "/1.0/user/backlog", [desk.order(mass=None), desk.order(), desk.order(index_to=None)])
    assert len(found["result-ids"]) == 1
    assert [error["position"] for error in found["errors"]] == [0, 2]
    (code,) = found["errors"][0]["error-codes"]
    assert code == {"code": "EMPTY_MASS", "description": "Масса не указана", "position": 0}
    assert set(desk.ask("PUT", "/1.0/user/backlog", [desk.order(mass=None)])) == {"errors"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ([[]], 500, "1002"),
        ([1], 400, None),
        ([0], 400, None),
        ({}, 400, None),
        (b"", 400, None),
        (b"{", 400, None),
        (b'["\xff"]', 400, None),
        (None, 400, None),
        ([{"mass": "heavy"}], 400, None),
        ([{"mass": 1.5}], 400, None),
        ([{"mass": True}], 400, None),
        ([{"fragile": "perhaps"}], 400, None),
        ([{"order-num": ["A"]}], 400, None),
        ([{"goods": {"items": [1]}}], 400, None),
        ([{"mass": 10**30}], 400, None),
        ([{"comment": "a" * 4001}], 400, None),
    ],
)
def test_what_cannot_be_read_is_refused_whole(desk: Desk, body: Any, status: int, code: str | None) -> None:
    found = desk.ask("PUT", "/1.0/user/backlog", body, status=status)
    if code is None:
        assert {"timestamp", "status", "error", "message", "path"} <= set(found)
        assert (found["status"], found["error"], found["path"]) == (400, "Bad Request", "/1.0/user/backlog")
    else:
        assert set(found) == {"code", "desc", "sub-code"} and found["code"] == code
    assert desk.world.store.header.counters.get("russian_post.order") is None


def test_one_unreadable_order_leaves_nothing_of_the_request(desk: Desk) -> None:
    desk.ask("PUT", "/1.0/user/backlog", [desk.order(), desk.order(mass="heavy")], status=400)
    assert desk.ask("GET", "/1.0/backlog/search", query="query=A-1") == []


def test_numbers_and_flags_may_come_as_text(desk: Desk) -> None:
    changes = {"index_to": "685000", "mail_direct": "643", "mass": "1000", "fragile": "false", "inventory": "1"}
    order_id = desk.made(tel_address="+7 (987) 123-45-67", dimension=[], sms_notice_recipient=True, **changes)
    found = desk.ask("GET", f"/1.0/backlog/{order_id}")
    assert (found["index-to"], found["mail-direct"], found["mass"]) == (685000, 643, 1000)
    assert (found["tel-address"], found["inventory"], found["sms-notice-recipient"]) == (79871234567, True, 1)
    assert "fragile" not in found and "dimension" not in found


def test_unknown_fields_are_ignored_and_empty_ones_are_none(desk: Desk) -> None:
    order_id = desk.made(entries="type", comment="", letter_to=None, area_to="  ")
    found = desk.ask("GET", f"/1.0/backlog/{order_id}")
    assert {"entries", "comment", "letter-to", "area-to"}.isdisjoint(found)


def test_an_order_that_is_not_there_is_told_with_its_id(desk: Desk) -> None:
    found = desk.ask("GET", "/1.0/backlog/123", status=404)
    desc = "Instance ComplexOrderV2 not found for params: 123"
    assert found == {"code": "1001", "desc": desc, "sub-code": "RESOURCE_NOT_FOUND"}
    assert desk.ask("PUT", "/1.0/backlog/123", desk.order(), status=404) == found


def test_an_order_in_a_batch_is_not_in_the_folder_new(desk: Desk) -> None:
    order_id = desk.made()
    desk.batched(order_id)
    desk.ask("GET", f"/1.0/backlog/{order_id}", status=404)
    assert desk.ask("GET", "/1.0/backlog/search", query="query=A-1") == []
    errors = [{"error-code": "NOT_FOUND", "position": 0}]
    assert desk.ask("DELETE", "/1.0/backlog", [order_id]) == {"errors": errors}


@pytest.mark.parametrize("path", ["/1.0/backlog/{}", "/1.0/user/backlog/{}"])
def test_an_edit_puts_other_fields_in_place_and_grows_the_version(desk: Desk, path: str) -> None:
    order_id = desk.made(comment="first")
    number = desk.ask("GET", f"/1.0/backlog/{order_id}")["barcode"]
    assert desk.ask("PUT", path.format(order_id), desk.order(mass=2500, order_num="B-1")) == []
    found = desk.ask("GET", f"/1.0/backlog/{order_id}")
    assert (found["mass"], found["version"], found["barcode"], "comment" in found) == (2500, 2, number, False)
    assert found["ground-rate"] > 64590
    assert desk.ask("GET", "/1.0/backlog/search", query="query=A-1") == []
    assert [row["id"] for row in desk.ask("GET", "/1.0/backlog/search", query="query=B-1")] == [order_id]
    assert desk.parcel(order_id).reference == "B-1"
    assert desk.ask("PUT", path.format(order_id), [desk.order()]) == [], "as one client sends it"
    desk.settings(edit_answer="result-ids")
    assert desk.ask("PUT", path.format(order_id), desk.order()) == {"result-ids": [order_id]}


def test_a_wrong_edit_tells_codes_without_a_list_around_and_changes_nothing(desk: Desk) -> None:
    order_id = desk.made()
    before = desk.ask("GET", f"/1.0/backlog/{order_id}")
    found = desk.ask("PUT", f"/1.0/backlog/{order_id}", desk.order(mail_type="ONLINE_PARCEL", mail_category="ORDERED"))
    assert set(found) == {"error-codes", "position"} and found["position"] == 0
    (code,) = found["error-codes"]
    assert (code["code"], code["details"]) == ("ILLEGAL_MAIL_CATEGORY", "ORDERED") and "не поддерж" in code[
        "description"
    ]
    assert desk.ask("GET", f"/1.0/backlog/{order_id}") == before


def test_an_edit_that_sends_it_abroad_gives_another_number(desk: Desk) -> None:
    order_id = desk.made()
    number = desk.ask("GET", f"/1.0/backlog/{order_id}")["barcode"]
    abroad = abroad_order(desk)
    assert desk.ask("PUT", f"/1.0/backlog/{order_id}", abroad) == []
    found = desk.ask("GET", f"/1.0/backlog/{order_id}")["barcode"]
    assert len(found) == 13 and found.endswith("RU")
    assert desk.world.by_number("russian_post", number) is None
    parcel = desk.world.by_number("russian_post", found)
    assert parcel is not None and parcel.id == f"russian_post-{order_id}"


def abroad_order(desk: Desk, **changes: Any) -> dict[str, Any]:
    entry = {"amount": 1, "description": "Tea", "tnved-code": "090210", "value": 10000, "weight": 500}
    declaration = {"currency": "RUB", "entries-type": "SALE_OF_GOODS", "customs-entries": [entry]}
    names = {"given_name": "Hans", "surname": "Muster", "middle_name": None, "street_to": "Hauptstr."}
    place = {"mail_direct": 276, "index_to": None, "str_index_to": "10115", "place_to": "Berlin", "region_to": "Berlin"}
    return desk.order(**{**names, **place, "transport_type": "SURFACE", "customs_declaration": declaration, **changes})


@pytest.mark.parametrize("path", ["/1.0/backlog", "/1.0/user/backlog"])
def test_orders_are_deleted_at_both_paths(desk: Desk, path: str) -> None:
    order_id, other = desk.made(), desk.made(order_num="A-2")
    number = desk.ask("GET", f"/1.0/backlog/{order_id}")["barcode"]
    found = desk.ask("DELETE", path, [str(order_id), 5])
    assert found == {"result-ids": [order_id], "errors": [{"error-code": "NOT_FOUND", "position": 1}]}
    desk.ask("GET", f"/1.0/backlog/{order_id}", status=404)
    desk.ask("GET", f"/1.0/backlog/{other}")
    assert desk.parcel(order_id).status is Status.CANCELLED
    assert desk.ask("GET", "/1.0/backlog/search", query=f"query={number}") == []
    assert desk.ask("GET", f"/1.0/backlog/{desk.made()}")["barcode"] != number


def test_orders_are_found_by_either_number_and_by_group(desk: Desk) -> None:
    order_id = desk.made(group_name="G-1")
    number = desk.ask("GET", f"/1.0/backlog/{order_id}")["barcode"]
    for query in ("A-1", number):
        assert [row["id"] for row in desk.ask("GET", "/1.0/backlog/search", query=f"query={query}")] == [order_id]
    assert desk.ask("GET", "/1.0/backlog/search", query="query=A") == []
    assert desk.ask("GET", "/1.0/backlog/search") == []
    assert [row["id"] for row in desk.ask("GET", "/1.0/backlog/by-group-name/G-1")] == [order_id]
    desk.batched(order_id)
    assert desk.ask("GET", "/1.0/backlog/by-group-name/G-1") == []
    assert [row["id"] for row in desk.ask("GET", "/1.0/shipment/by-group-name/G-1")] == [order_id]


def test_the_pieces_of_one_shipment_have_to_agree(desk: Desk) -> None:
    piece = {"add_to_mmo": True, "group_name": "G-1", "mail_type": "ONLINE_COURIER", "index_to": 630099}
    order_id = desk.made(**piece)
    assert desk.ask("GET", f"/1.0/backlog/{order_id}")["in-mmo"] is True
    assert desk.codes(**piece) == []
    assert desk.codes(**{**piece, "index_to": 685000}) != []
    assert desk.codes(**{**piece, "mail_category": "WITH_DECLARED_VALUE", "insr_value": 1}) == ["GROUPING_TO_MMO_ERROR"]
    assert desk.codes(**{**piece, "group_name": None}) == ["GROUPING_TO_MMO_ERROR"]


def test_a_number_may_wait_for_the_batch(desk: Desk) -> None:
    desk.settings(number_in_new="on-batching")
    order_id = desk.made()
    assert "barcode" not in desk.ask("GET", f"/1.0/backlog/{order_id}") and not desk.parcel(order_id).facts[1:]
    name = desk.batched(order_id)
    (found,) = desk.ask("GET", f"/1.0/batch/{name}/shipment")
    assert desk.parcel(order_id).number == found["barcode"] != ""


def test_version_one_takes_the_first_office_and_version_two_asks_for_one(desk: Desk) -> None:
    order_id = desk.made(postoffice_code=None)
    assert desk.ask("GET", f"/1.0/backlog/{order_id}")["postoffice-code"] == "109012"
    found = desk.ask("PUT", "/2.0/user/backlog", [desk.order(postoffice_code=None)])
    (code,) = found["errors"][0]["error-codes"]
    assert code["code"] == "EMPTY_POSTOFFICE_CODE" and code["details"].split()[0] == "109012"
