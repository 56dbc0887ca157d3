"""What POST /orders refuses at once, and what it takes leniently. Wire contract: `courier_api` §1.1, §1.3, §1.5.1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk


def refusal(desk: Desk, body: Any) -> list[tuple[str, str]]:
    """Return [(code, message)] of a refusal, having checked its envelope and that nothing was kept."""
    before = desk.world.store.dump()
    status, answer = desk.ask("POST", "/orders", body)
    assert status == 400, answer
    assert answer.keys() == {"requests", "related_entities"}
    assert answer["related_entities"] == []
    (request,) = answer["requests"]
    assert request.keys() == {"type", "date_time", "state", "errors"}
    assert (request["type"], request["state"]) == ("CREATE", "INVALID")
    assert desk.world.store.dump() == before
    return [(error["code"], error["message"]) for error in request["errors"]]


def test_the_recorded_refusal_names_the_path_in_brackets(desk: Desk) -> None:
    item = desk.item()
    del item["ware_key"]
    found = refusal(desk, desk.body(packages=[desk.package(items=[item])]))
    assert found == [("v2_field_is_empty", "[packages[0].items[0].ware_key] is empty")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("tariff_code", None),
        ("recipient", None),
        ("recipient.name", None),
        ("recipient.phones", []),
        ("recipient.phones[0].number", ""),
        ("packages", []),
        ("packages[0].number", None),
        ("packages[0].weight", None),
        ("packages[0].items", []),
        ("packages[0].items[0].name", "  "),
        ("packages[0].items[0].payment", None),
        ("packages[0].items[0].payment.value", None),
        ("packages[0].items[0].cost", None),
        ("packages[0].items[0].weight", None),
        ("packages[0].items[0].amount", None),
        ("from_location.address", None),
        ("to_location.address", None),
        ("delivery_recipient_cost.value", None),
    ],
)
def test_a_missing_required_field_is_named(desk: Desk, path: str, value: Any) -> None:
    found = refusal(desk, changed(desk.body(), path, value))
    assert ("v2_field_is_empty", f"[{path}] is empty") in found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("number", "x" * 41),
        ("number", "Заказ-1"),
        ("type", 3),
        ("comment", "x" * 256),
        ("recipient.name", "x" * 256),
        ("recipient.contragent_type", "ROBOT"),
        ("recipient.phones[0].number", "1" * 25),
        ("recipient.phones", [{"number": "1"}] * 11),
        ("to_location.address", "x" * 256),
        ("packages[0].weight", 0),
        ("packages[0].weight", -5),
        ("packages[0].items[0].amount", 0),
        ("packages[0].items[0].amount", 1.5),
        ("packages[0].items[0].cost", -1),
        ("packages[0].items[0].cost", 10.005),
        ("packages[0].items[0].payment.vat_rate", 19),
        ("delivery_recipient_cost.value", 50_000_001),
        ("additional_order_types", [3]),
        ("print", "POSTER"),
    ],
)
def test_a_value_outside_its_limits_is_named(desk: Desk, path: str, value: Any) -> None:
    (found,) = refusal(desk, changed(desk.body(), path, value))
    assert found[0] == "v2_invalid_format"
    assert f"in [{path}" in found[1]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("tariff_code", {}),
        ("tariff_code", True),
        ("tariff_code", "door"),
        ("number", ["P-1"]),
        ("recipient", "Anna"),
        ("recipient.name", {"first": "Anna"}),
        ("recipient.phones", "+7913"),
        ("packages", "none"),
        ("packages[0].items", 7),
        ("packages[0].weight", "heavy"),
        ("packages[0].items[0].payment", 100),
        ("is_client_return", "perhaps"),
        ("from_location.code", []),
    ],
)
def test_a_value_of_the_wrong_type_is_named(desk: Desk, path: str, value: Any) -> None:
    found = refusal(desk, changed(desk.body(), path, value))
    assert {code for code, _ in found} <= {"v2_invalid_value_type", "v2_sender_location_not_recognized"}
    assert any(f"[{path}" in message for _, message in found)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"shipment_point": "MSK1"}, "v2_shipment_address_multivalued"),
        ({"delivery_point": "NSK1"}, "v2_delivery_address_multivalued"),
        ({"from_location": None}, "v2_order_location_from_and_shipment_point_empty"),
        ({"to_location": None}, "v2_order_location_to_and_delivery_point_empty"),
        ({"from_location": {"code": 1, "address": "x"}}, "v2_sender_location_not_recognized"),
        ({"to_location": {"city": "Атлантида", "address": "x"}}, "v2_recipient_location_not_recognized"),
        (
            {"to_location": {"country_code": "ZZ", "postal_code": "1", "address": "x"}},
            "v2_recipient_location_not_recognized",
        ),
        ({"services": [{"code": "MAGIC_CARPET"}]}, "v2_unable_add_service"),
        ({"delivery_recipient_cost_adv": [{"threshold": 100, "sum": 5}]}, "v2_unable_add_service"),
        ({"tariff_code": 136}, "v2_field_is_empty"),
        ({"tariff_code": 139, "to_location": None, "delivery_point": "NSK1"}, "v2_field_is_empty"),
        ({"type": 2}, "v2_field_is_empty"),
        ({"shipper_name": "Shop"}, "v2_field_is_empty"),
        ({"seller": {"inn": "7700000000"}}, "v2_field_is_empty"),
        ({"delivery_recipient_cost": {"value": 1, "vat_rate": 20}}, "v2_field_is_empty"),
    ],
)
def test_fields_that_need_or_exclude_each_other(desk: Desk, changes: dict[str, Any], code: str) -> None:
    assert code in [found for found, _ in refusal(desk, desk.body(**changes))]


def test_more_than_126_positions_are_refused_over_all_packages(desk: Desk) -> None:
    items = [desk.item(ware_key=str(n)) for n in range(64)]
    packages = [desk.package(number="1", items=items), desk.package(number="2", items=items)]
    assert refusal(desk, desk.body(packages=packages)) == [
        ("v2_number_items_is_more_126", "The number of items is more than 126")
    ]
    fits = [desk.package(number="1", items=items[:63]), desk.package(number="2", items=items[:63])]
    assert desk.ask("POST", "/orders", desk.body(packages=fits))[0] == 202


@pytest.mark.parametrize("count", [0, 256])
def test_one_to_255_packages(desk: Desk, count: int) -> None:
    packages = [desk.package(number=str(n), items=[]) for n in range(count)]
    body = desk.body(type=2, sender={"name": "Shop"}, packages=packages)
    assert refusal(desk, body)[0][0] == ("v2_field_is_empty" if count == 0 else "v2_invalid_format")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"x"', b"\xff", b"[" * 100_000, b'{"tariff_code": 1e999999}', b'{"a":"\\ud800"}'],
)
def test_an_unreadable_or_empty_body_is_refused(desk: Desk, body: bytes) -> None:
    answer = desk.call("POST", "/v2/orders", body)
    assert answer.status == 400
    assert b"INVALID" in answer.body


def test_every_error_of_a_body_comes_at_once(desk: Desk) -> None:
    body = changed(changed(desk.body(), "recipient.name", None), "packages[0].weight", "heavy")
    assert [code for code, _ in refusal(desk, body)] == ["v2_field_is_empty", "v2_invalid_value_type"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("recipient.phones", {"number": "+79130000001"}),
        ("packages", None),
        ("number", 17),
        ("tariff_code", "139"),
        ("packages[0].items[0].ware_key", 4711),
        ("packages[0].weight", 1500.2),
        ("packages[0].length", 30.5),
        ("packages[0].items[0].weight", 699.9),
        ("services", {"code": "SMS", "parameter": 79130000001}),
        ("to_location.code", "270"),
        ("packages[0].items[0].payment.value", "1999,50"),
    ],
)
def test_lenient_shapes_are_taken(desk: Desk, path: str, value: Any) -> None:
    if path == "packages":
        value = desk.package()
    status, body = desk.ask("POST", "/orders", changed(desk.body(), path, value))
    assert status == 202, body


def test_a_trailing_slash_is_the_same_path(desk: Desk) -> None:
    assert desk.ask("POST", "/orders/", desk.body())[0] == 202


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the body with the value at a path like `packages[0].items[0].name` replaced."""
    *way, last = path.replace("[", ".").replace("]", "").split(".")
    node: Any = body
    for part in way:
        node = node[int(part)] if isinstance(node, list) else node[part]
    node[int(last) if isinstance(node, list) else last] = value
    return body


@pytest.mark.parametrize("number", ["1e999999", "-1e999999", "1e-999999", "1e25", "9" * 400])
@pytest.mark.parametrize("field", ["cost", "weight", "amount"])
def test_a_number_of_any_size_is_refused_as_a_value(desk: Desk, field: str, number: str) -> None:
    text = json.dumps(desk.body(packages=[desk.package(items=[desk.item(**{field: "@"})])]))
    answer = desk.call("POST", "/v2/orders", text.replace('"@"', number).encode())
    assert answer.status == 400
    codes = [error["code"] for error in json.loads(answer.body)["requests"][0]["errors"]]
    assert codes in (["v2_invalid_format"], ["v2_bad_request"])
