"""What is found wrong with an order after it was taken in. Wire contract: `courier_api` §1.5.2, §2.8, §2.10."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.status import Status

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

DUPLICATE = "error_validate_im_dep_number_has_already_had_integration"
TARIFF = "error_validate_tariff_not_supported_for_this_drirection"
LOCKER = {"tariff_code": 366, "to_location": None, "delivery_point": "NSK2"}
BERLIN = {"country_code": "DE", "postal_code": "10115", "city": "Berlin", "address": "Invalidenstr. 1"}

INVOICE = {"date_invoice": "2026-03-01", "shipper_name": "Shop", "shipper_address": "ул. Складская, 1"}


def package(desk: Desk, **changes: Any) -> list[dict[str, Any]]:
    return [desk.package(items=[desk.item(**changes)])]


def cases(desk: Desk) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return what breaks an order: name -> (code, changes)."""
    twice = [desk.package(), desk.package()]
    same_article = [desk.package(items=[desk.item(), desk.item()])]
    other_rate = desk.item(payment={"value": 10, "vat_rate": 10})
    two_rates = [desk.package(number="1"), desk.package(number="2", items=[other_rate])]
    prepaid = desk.item(payment={"value": 0})
    free = {"packages": [desk.package(items=[prepaid])], "delivery_recipient_cost": None}
    banned = [{"code": "BAN_ATTACHMENT_INSPECTION"}]
    return {
        "tariff of nobody": (TARIFF, {"tariff_code": 99_999}),
        "domestic tariff abroad": (TARIFF, {"to_location": BERLIN, **free}),
        "international tariff at home": (TARIFF, {"tariff_code": 8, **INVOICE}),
        "documents as a shop order": (TARIFF, {"tariff_code": 533, "packages": [desk.package(weight=400)]}),
        "groupage without its type": (TARIFF, {"tariff_code": 748, "packages": [desk.package(weight=70_000)]}),
        "locker tariff to an office": (TARIFF, {**LOCKER, "delivery_point": "NSK1"}),
        "office tariff to a locker": (TARIFF, {**LOCKER, "tariff_code": 138}),
        "too heavy": ("ve_package_weight_too_large", {"packages": [desk.package(weight=30_001)]}),
        "too heavy for the office": ("ERR_PVZ_WEIGHT_LIMIT", {**LOCKER, "packages": [desk.package(weight=15_001)]}),
        "unknown office": ("delivery_location_is_not_recognized", {**LOCKER, "delivery_point": "NSK999"}),
        "unknown drop-off": (
            "shipment_location_is_not_recognized",
            {"tariff_code": 137, "from_location": None, "shipment_point": "MSK999"},
        ),
        "no cash in the city": (
            "error_validate_method_of_payment_receiver_city_limit_payment_exceeded",
            {"to_location": {"city": "Магас", "address": "x"}},
        ),
        "too much cash for the city": (
            "error_validate_receiver_city_cash_limit",
            {
                "to_location": {"city": "Грозный", "address": "x"},
                "packages": package(desk, payment={"value": 50_000}, amount=2),
            },
        ),
        "package numbers": ("error_validate_package_number_not_unique", {"packages": twice}),
        "articles": ("error_validate_good_article_is_not_unique", {"packages": same_article}),
        "sum of VAT": (
            "error_validate_good_vat_rate_summ_not_appropriate",
            {"packages": package(desk, payment={"value": 1000, "vat_rate": 20, "vat_sum": 200})},
        ),
        "rates of one article": ("error_validate_good_vat_rate_diff", {"packages": two_rates}),
        "gross below net": (
            "error_validate_good_gros_weight_less_than_net_weight",
            {"packages": package(desk, weight=700, weight_gross=699)},
        ),
        "ban and part delivery": (
            "err_addservice_ban_attachment_inspection_incompatible_part_deliv",
            {"services": [*banned, {"code": "PART_DELIV"}]},
        ),
        "ban and trying on": (
            "err_addservice_ban_attachment_inspection_incompatible_trying_on",
            {"services": [*banned, {"code": "TRYING_ON"}]},
        ),
        "part of one piece": (
            "ve_as_part_deliv_count",
            {"services": [{"code": "PART_DELIV"}], "packages": package(desk, amount=1)},
        ),
        "two packages in a locker": (
            "error_validate_postamat_package_count",
            {**LOCKER, "packages": [desk.package(number="1"), desk.package(number="2")]},
        ),
        "part delivery from a locker": (
            "error_validate_delivery_detail_postamat_part_delivery",
            {**LOCKER, "services": [{"code": "PART_DELIV"}]},
        ),
    }


def test_each_error_comes_later_alone_and_leaves_a_dead_order(desk: Desk) -> None:
    for number, (name, (code, changes)) in enumerate(cases(desk).items()):
        status, body = desk.ask("POST", "/orders", desk.body(number=f"J-{number}", **changes))
        assert status == 202, (name, body)
        uuid = body["entity"]["uuid"]
        assert desk.errors(uuid) == [], name
        desk.advance(1_000)
        assert desk.errors(uuid) == [code], name
        shown = desk.shown(uuid)
        assert [row["code"] for row in shown["statuses"]] == ["INVALID", "ACCEPTED"], name
        assert "cdek_number" not in shown, name
        assert desk.parcel(uuid).status is Status.CANCELLED, name


def test_international_goods_take_tariff_8_and_an_invoice(desk: Desk) -> None:
    free = [desk.package(items=[desk.item(payment={"value": 0})])]
    abroad = {"tariff_code": 8, "to_location": BERLIN, "packages": free, "delivery_recipient_cost": None}
    uuid = desk.order(**abroad, **INVOICE)
    assert desk.shown(uuid)["cdek_number"]
    for changes, missing in (({}, 3), ({"date_invoice": "2026-03-01"}, 2), ({**INVOICE, "date_invoice": "soon"}, 2)):
        status, body = desk.ask("POST", "/orders", desk.body(number="P-2", **abroad, **changes))
        assert (status, len(body["requests"][0]["errors"])) == (400, missing)
    plain = desk.body(number="P-3", type=2, sender={"name": "x"}, **abroad)
    assert desk.ask("POST", "/orders", plain)[0] == 202


def test_goods_with_an_invoice_go_through_customs_at_a_border(desk: Desk) -> None:
    minsk = {"to_location": {"country_code": "BY", "city": "Минск", "address": "x"}}
    declared = desk.order(comment="[story: delivered]", **minsk, **INVOICE)
    plain = desk.order(number="P-2", comment="[story: delivered]", **minsk)
    home = desk.order(number="P-3", comment="[story: delivered]", **INVOICE)
    desk.advance(9 * 86_400_000)
    passed = [
        "CUSTOMS_COMPLETE" in [row["code"] for row in desk.shown(uuid)["statuses"]] for uuid in (declared, plain, home)
    ]
    assert passed == [True, False, False]
    assert desk.shown(declared)["date_invoice"] == "2026-03-01"


def test_a_number_is_free_again_when_its_order_ended(desk: Desk) -> None:
    first = desk.order()
    second = desk.order()
    assert desk.errors(second) == [DUPLICATE]
    desk.still(first)
    desk.scan(first, "TAKEN_BY_COURIER")
    desk.scan(first, "NOT_DELIVERED", "11")
    third = desk.order()
    assert desk.errors(third) == []
    assert desk.errors(desk.order()) == [DUPLICATE]


def test_a_number_is_free_again_after_removal(desk: Desk) -> None:
    first = desk.order()
    assert desk.ask("DELETE", f"/orders/{first}")[0] == 202
    desk.advance(1_000)
    assert desk.errors(desk.order()) == []


def test_of_two_orders_under_way_the_first_gets_the_number(desk: Desk) -> None:
    first = desk.ask("POST", "/orders", desk.body())[1]["entity"]["uuid"]
    second = desk.ask("POST", "/orders", desk.body())[1]["entity"]["uuid"]
    desk.advance(1_000)
    assert (desk.errors(first), desk.errors(second)) == ([], [DUPLICATE])
    assert desk.ask("GET", "/orders", im_number="P-001")[1]["entity"]["uuid"] == second


def test_orders_of_plain_delivery_may_share_a_number(desk: Desk) -> None:
    for _ in range(2):
        assert desk.errors(desk.order(type=2, sender={"name": "Shop"})) == []


def test_the_delay_is_the_tenants(desk: Desk) -> None:
    desk.settings(accept_after_ms=7_000)
    uuid = desk.ask("POST", "/orders", desk.body())[1]["entity"]["uuid"]
    desk.advance(6_999)
    assert "cdek_number" not in desk.shown(uuid)
    desk.advance(1)
    assert desk.shown(uuid)["cdek_number"] == "1107000001"


@pytest.mark.parametrize(
    ("sides_cm", "mass_g", "says"),
    [
        ((40, 60, 40), 2_000, ""),  # turned; by its volume 19.2 kg
        ((61, 10, 10), 1_500, "NSK2 принимает места до 60×40×40 см, найдено 61×10×10 см"),
        ((45, 45, 10), 1_500, "NSK2 принимает места до 60×40×40 см, найдено 45×45×10 см"),
        ((100, 50, 50), 1_500, "NSK2 принимает места до 60×40×40 см, найдено 100×50×50 см"),
        ((30, 20, 10), 15_001, "Вес места вне допустимого для NSK2"),
    ],
)
def test_a_locker_takes_what_fits_its_cells(desk: Desk, sides_cm: tuple[int, int, int], mass_g: int, says: str) -> None:
    sides = dict(zip(("length", "width", "height"), sides_cm, strict=True))
    (locker,) = desk.ask("GET", "/deliverypoints", code="NSK2")[1]
    fits = any(
        all(side <= limit for side, limit in zip(sorted(sides_cm), sorted(cell.values()), strict=True))
        for cell in locker["dimensions"]
    )
    assert fits == ("см" not in says)
    uuid = desk.order(**LOCKER, packages=[desk.package(weight=mass_g, **sides)])
    errors = desk.ask("GET", f"/orders/{uuid}")[1]["requests"][0].get("errors", [])
    assert [(error["code"], error["message"]) for error in errors] == ([("ERR_PVZ_WEIGHT_LIMIT", says)] if says else [])


def test_a_locker_takes_a_package_without_sizes(desk: Desk) -> None:
    package = {key: value for key, value in desk.package().items() if key not in ("length", "width", "height")}
    assert desk.errors(desk.order(**LOCKER, packages=[package])) == []
