"""What is wrong with an order, code by code. Wire contract: `postal_api_russia` §2.19, §2.18, §2.17."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.postal_api.russia.otpravka import products
from parcelproof.simulators.postal_api.russia.records import account_of
from parcelproof.simulators.postal_api.russia.tariff.rates import KINDS

from .test_orders import abroad_order

if TYPE_CHECKING:
    from tests.russia.otpravka.conftest import Desk

COD = {"mail_category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY", "payment": 5000, "insr_value": 5000}
LOCKER = {
    "mail_type": "ONLINE_PARCEL",
    "mail_category": "COMBINED_ORDINARY",
    "dimension_type": "S",
    "ecom_data": {"delivery-point-index": "912471"},
    "index_to": None,
}
LETTER = {"mail_type": "LETTER", "mail_category": "ORDERED", "mass": 20}
WRONG: list[tuple[list[str], dict[str, Any]]] = [
    (["EMPTY_MAIL_TYPE"], {"mail_type": None}),
    (["ILLEGAL_MAIL_TYPE"], {"mail_type": "PIGEON", "mail_category": "ORDINARY"}),
    (["ILLEGAL_MAIL_TYPE"], {"mail_type": "EASY_RETURN"}),
    (["EMPTY_MAIL_CATEGORY"], {"mail_category": None}),
    (["ILLEGAL_MAIL_CATEGORY"], {"mail_category": "CHEAP"}),
    (["ILLEGAL_MAIL_CATEGORY"], {"mail_category": "ORDERED"}),
    (["ILLEGAL_MAIL_CATEGORY"], {"mail_type": "SMALL_PACKET", "mail_category": "ORDERED"}),
    (["ILLEGAL_POSTOFFICE_CODE"], {"postoffice_code": "690000"}),
    (["ILLEGAL_RECIPIENT_NAME"], {"surname": None, "given_name": None, "middle_name": None}),
    (["ILLEGAL_INITIALS"], {"surname": "Иванов2"}),
    (["EMPTY_ADDRESS_TYPE_TO"], {"address_type_to": None}),
    (["ILLEGAL_ADDRESS_TYPE_TO"], {"address_type_to": "HOME"}),
    (["EMPTY_REGION_TO"], {"region_to": None}),
    (["EMPTY_PLACE_TO"], {"place_to": None}),
    (["EMPTY_STREET_TO"], {"street_to": None, "house_to": None}),
    (["EMPTY_NUM_ADDRESS_TYPE"], {"address_type_to": "PO_BOX"}),
    (["ILLEGAL_ADDRESS_LETTER"], {"letter_to": "А" * 21}),
    (["ILLEGAL_ADDRESS_SLASH"], {"slash_to": "<1>"}),
    (["ILLEGAL_ADDRESS_CORPUS"], {"corpus_to": "!"}),
    (["ILLEGAL_ADDRESS_BUILDING"], {"building_to": "?"}),
    (["ILLEGAL_ADDRESS_ROOM"], {"room_to": "№"}),
    (["EMPTY_MAIL_DIRECT"], {"mail_direct": None}),
    (["EMPTY_INDEX_TO"], {"index_to": None}),
    (["ILLEGAL_INDEX_TO"], {"index_to": 999999}),
    (["ILLEGAL_INDEX_TO"], {"index_to": 12}),
    (["EMPTY_TELADDRESS"], {"mail_type": "EMS", "tel_address": None}),
    (["EMPTY_MASS"], {"mass": 0}),
    (["ILLEGAL_MASS"], {"mass": -1}),
    (["ILLEGAL_MASS_EXCESS"], {"mass": 50_001}),
    (["EMPTY_INSR_VALUE"], {"mail_category": "WITH_DECLARED_VALUE"}),
    (["ILLEGAL_INSR_VALUE"], {"mail_category": "WITH_DECLARED_VALUE", "insr_value": -5}),
    (["INSR_VALUE_EXCEEDS_MAX"], {"mail_category": "WITH_DECLARED_VALUE", "insr_value": 50_000_001}),
    (["EMPTY_PAYMENT"], {**COD, "payment": None}),
    (["ILLEGAL_PAYMENT"], {**COD, "payment": -1}),
    (["NOT_INSURED_PAYMENT"], {**COD, "payment": 5001}),
    (["EMPTY_PAYMENT"], {"mail_category": "WITH_DECLARED_VALUE_AND_COMPULSORY_PAYMENT", "insr_value": 1}),
    (["ILLEGAL_PAYMENT_METHOD"], {"payment_method": "BARTER"}),
    (["ILLEGAL_NOTICE_PAYMENT_METHOD"], {"notice_payment_method": "BARTER"}),
    (["ILLEGAL_TRANSPORT_TYPE"], {"transport_type": "SLEDGE"}),
    (["ILLEGAL_ENVELOPE_TYPE"], {"envelope_type": "C5"}),
    (["ILLEGAL_SMS_NOTICE_RECIPIENT_VALUE"], {"sms_notice_recipient": 2}),
    (["ILLEGAL_FRAGILE"], {**LETTER, "fragile": True}),
    (["DIMENSION_NOT_SUPPORTED"], {**LETTER, "dimension": {"length": 1}}),
    (["DIMENSION_NOT_SUPPORTED"], {"dimension": {"length": -1}}),
    (["EMPTY_DIMENSION_TYPE"], {"dimension_type": "HUGE"}),
    (["EMPTY_DIMENSION_TYPE"], {**LOCKER, "dimension_type": None}),
    (["EMPTY_DELIVERY_POINT_INDEX"], {**LOCKER, "ecom_data": None}),
    (["TARIFF_ERROR"], {"mail_type": "EMS", "ecom_data": {"delivery-point-index": "912471"}}),
    (["EMPTY_GOODS_ITEMS_LIST"], {"goods": {"items": []}}),
    (["EMPTY_GOODS_ITEMS_LIST", "EMPTY_FISCAL_DATA"], {**COD, "delivery_with_cod": True}),
]  # fmt: skip


@pytest.mark.parametrize(("codes", "changes"), WRONG, ids=[f"{row[0][0]}-{n}" for n, row in enumerate(WRONG)])
def test_each_wrong_thing_has_its_code(desk: Desk, codes: list[str], changes: dict[str, Any]) -> None:
    assert desk.codes(**changes) == codes
    assert desk.world.store.header.counters.get("russian_post.order") is None


ABROAD = [
    ("ILLEGAL_RECIPIENT_NAME_INTL", {"surname": "Мустер"}),
    ("ILLEGAL_RECIPIENT_NAME_INTL", {"place_to": "Берлин"}),
    ("EMPTY_TRANSPORT_TYPE", {"transport_type": None}),
    ("EMPTY_CUSTOMS_ENTRIES", {"customs_declaration": None}),
    ("ILLEGAL_MAIL_DIRECT", {"mail_direct": 999}),
    ("ILLEGAL_MAIL_CATEGORY", {"mail_type": "ONLINE_PARCEL"}),
]


@pytest.mark.parametrize(("code", "changes"), ABROAD)
def test_orders_abroad_have_codes_of_their_own(desk: Desk, code: str, changes: dict[str, Any]) -> None:
    found = desk.ask("PUT", "/1.0/user/backlog", [abroad_order(desk, **changes)])
    assert [one["code"] for one in found["errors"][0]["error-codes"]] == [code]


@pytest.mark.parametrize("code", ["XXX", "rub", "RUR", "978", "EURO", "", None])
def test_a_declaration_tells_a_currency_that_there_is(desk: Desk, code: str | None) -> None:
    order = abroad_order(desk)
    order["customs-declaration"]["currency"] = code
    found = desk.ask("PUT", "/1.0/user/backlog", [order, abroad_order(desk)])
    assert len(found["result-ids"]) == 1
    (wrong,) = found["errors"][0]["error-codes"]
    what = f"{code!r} не подходит" if code else "не указана"
    sentence = f"Валюта таможенной декларации {what}: нужен код ISO 4217 из трёх заглавных латинских букв"
    assert wrong["code"] == "UNDEFINED" and wrong["description"].startswith(sentence)


def test_an_edit_cannot_bring_another_currency_in(desk: Desk) -> None:
    (order_id,) = desk.ask("PUT", "/1.0/user/backlog", [abroad_order(desk)])["result-ids"]
    wrong = abroad_order(desk)
    wrong["customs-declaration"]["currency"] = "XTS"
    found = desk.ask("PUT", f"/1.0/backlog/{order_id}", wrong)
    assert [one["code"] for one in found["error-codes"]] == ["UNDEFINED"]
    assert desk.ask("GET", f"/1.0/backlog/{order_id}")["customs-declaration"]["currency"] == "RUB"


def test_an_order_abroad_is_taken_in(desk: Desk) -> None:
    found = desk.ask("PUT", "/2.0/user/backlog", [abroad_order(desk)])
    (order,) = found["orders"]
    shown = desk.ask("GET", f"/1.0/backlog/{order['result-id']}")
    assert shown["str-index-to"] == "10115" and "index-to" not in shown
    assert order["barcode"][:2] == "CC" and shown["customs-declaration"]["customs-entries"][0]["tnved-code"] == "090210"


def test_everything_that_is_wrong_is_told_at_once_and_in_the_recorded_order(desk: Desk) -> None:
    found = desk.codes(
        mail_category="ORDERED", surname=None, given_name=None, middle_name=None, region_to=None, place_to=None, mass=0
    )
    recorded = ["ILLEGAL_MAIL_CATEGORY", "ILLEGAL_RECIPIENT_NAME", "EMPTY_REGION_TO", "EMPTY_PLACE_TO", "EMPTY_MASS"]
    assert found == recorded


def test_cash_on_delivery_needs_a_number_of_the_payment_system(desk: Desk) -> None:
    assert desk.codes(**COD) == []
    desk.settings(espp_number="absent")
    assert desk.codes(**COD) == ["RESTRICTED_MAIL_CATEGORY"]
    assert "espp-code" not in desk.ask("GET", "/1.0/settings")


def test_an_account_without_defaults_wants_to_be_told(desk: Desk) -> None:
    three = {"def-envelope-type", "def-payment-method", "mail-rank"}
    assert three <= set(desk.ask("GET", "/1.0/settings"))
    parcel, told = desk.made(), {"payment_method": "CASHLESS", "wo_mail_rank": True}
    assert desk.codes(**LETTER) == []
    desk.settings(account_defaults="absent")
    assert not three & set(desk.ask("GET", "/1.0/settings"))
    assert desk.codes() == ["EMPTY_MAIL_RANK", "EMPTY_PAYMENT_METHOD"]
    assert desk.codes(**told) == desk.codes(payment_method="CASHLESS", mail_rank="WO_RANK") == []
    assert desk.codes(**LETTER, **told) == ["EMPTY_ENVELOPE_TYPE"]
    assert desk.codes(**LETTER, **told, envelope_type="C5") == []
    edit = desk.ask("PUT", f"/1.0/backlog/{parcel}", desk.order(wo_mail_rank=True))
    assert [one["code"] for one in edit["error-codes"]] == ["EMPTY_PAYMENT_METHOD"]


def test_the_offices_are_the_accounts(desk: Desk) -> None:
    desk.settings(shipping_points="690000 630099")
    found = desk.ask("PUT", "/1.0/user/backlog", [desk.order()])["errors"][0]["error-codes"]
    assert [(one["code"], one["details"]) for one in found] == [("ILLEGAL_POSTOFFICE_CODE", "690000 630099")]
    assert desk.codes(postoffice_code="630099") == []
    points = desk.ask("GET", "/1.0/user-shipping-points")
    assert [point["operator-postcode"] for point in points] == ["690000", "630099"]


def test_a_locker_needs_no_address(desk: Desk) -> None:
    gone = dict.fromkeys(("region_to", "place_to", "street_to", "house_to"))
    order_id = desk.made(**LOCKER, **gone)
    shown = desk.ask("GET", f"/1.0/backlog/{order_id}")
    assert (shown["index-to"], shown["str-index-to"]) == (912471, "912471")


@pytest.mark.parametrize("product", products.products(), ids=lambda product: product.id)
def test_every_product_of_the_table_can_be_sent(desk: Desk, product: products.Product) -> None:
    most = KINDS[product.mail_type].most_g
    changes: dict[str, Any] = {"mail_type": product.mail_type, "mail_category": product.mail_category}
    changes |= {"mass": min(100, most), "insr_value": 10_000, "payment": 10_000, "compulsory_payment": 1}
    if products.is_to_point(product.mail_type, product.mail_category):
        changes |= {"ecom_data": {"delivery-point-index": "912471"}, "dimension_type": "S"}
    if product.mail_type in products.NEVER_ORDERED:
        assert "ILLEGAL_MAIL_TYPE" in desk.codes(**changes)
        return
    order = abroad_order(desk, **changes) if product.abroad else desk.order(**{"index_to": 630099, **changes})
    assert "errors" not in (found := desk.ask("PUT", "/1.0/user/backlog", [order])), found


def test_the_settings_name_the_products(desk: Desk) -> None:
    found = desk.ask("GET", "/1.0/settings")
    assert len(found) > 95
    shapes = found["shipping-points"][0]["available-products"]
    assert {shape["product-type"] for shape in shapes} == {product.id for product in products.products()}
    assert {"api_enabled", "delivery_with-cod_enabled", "is-delivery-to-door-allowed", "deliveryToDoorAllowed"} <= set(
        found
    )
    account = account_of(desk.world)
    assert (found["org-inn"], found["espp-code"]) == (account.inn, account.espp_code)
    assert (found["apig_access_token"], found["contact-email"]) == ("token-1", "shop@example.org")
