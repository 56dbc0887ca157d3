"""Orders: what is told back, what is refused, which numbers they get. Wire contract: `courier_api` §3."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.courier_api.iml.records import order_of
from parcelproof.simulators.courier_api.iml.wire_values import is_barcode

if TYPE_CHECKING:
    from tests.iml.conftest import Desk

RECORDED = {  # an answer that a client's page shows; its empty values are left out here
    "Job": "24КО",
    "CustomerOrder": "9999111",
    "DeliveryDate": "15.05.2019 0:00:00",
    "Volume": 1,
    "Weight": Decimal("1.5"),
    "Phone": "89992223344",
    "Email": "test@test.ru",
    "Contact": "Иванов Петр",
    "IndexTo": "115551",
    "IndexFrom": "115551",
    "RegionCodeTo": "МОСКВА",
    "RegionCodeFrom": "МОСКВА",
    "Address": "Красная пл. д. 1 кв. 1",
    "TimeTo": "19:00:00",
    "TimeFrom": "10:00:00",
    "ValuatedAmount": 1000,
    "Amount": 1000,
    "State": 999,
    "OrderStatus": 0,
    "Comment": "Текст комментария",
    "ForLocation": "МОСКВА",
}
RECORDED_ITEM = {
    "productNo": "12345",
    "productName": "Тестовый товар",
    "productVariant": "красная коробка",
    "productNote": "красная коробка",
    "discount": 0,
    "amountLine": 1000,
    "statisticalValueLine": 1000,
    "deliveryService": 1,
    "itemQuantity": 1,
    "itemType": 0,
    "allowed": "True",
    "Length": 0,
    "Height": 0,
    "Width": 0,
    "PaymentItemUnit": "шт.",
    "PaymentItemSign": "1",
}
KEYS = (
    "Job CustomerOrder DeliveryDate Volume Weight BarCode DeliveryPoint Phone Email Contact IndexTo IndexFrom "
    "RegionCodeTo RegionCodeFrom Address TimeTo TimeFrom ValuatedAmount Amount State OrderStatus Comment GoodItems "
    "ForLocation Draft DeliveryAmount Commission PostIdentifier PaymentType FullDeliveryAmount"
)
ITEM_KEYS = (
    "productNo productName productVariant productNote productBarCode couponCode discount weightLine amountLine "
    "statisticalValueLine deliveryService itemQuantity itemType itemNote allowed VATRate VATAmount Length Height Width "
    "GoodsClass PaymentItemUnit VendorName VendorINN VendorPhone PaymentItemSign ExciseAmount ItemCountryOrigin "
    "CustomsDeclaration"
)


def recorded_request() -> dict[str, Any]:
    """Return what the client sent for the recorded answer."""
    item = {
        "productNo": 12345,
        "productName": "Тестовый товар",
        "productVariant": "красная коробка",
        "discount": 0,
        "amountLine": 1000,
        "statisticalValueLine": 1000,
        "itemQuantity": 1,
        "deliveryService": True,
        "itemType": 0,
        "VATRate": 20,
        "Length": 0,
        "Height": 0,
        "Width": 0,
        "PaymentItemUnit": "шт.",
    }
    return {
        "Test": "True",
        "Job": "24КО",
        "CustomerOrder": 9999111,
        "DeliveryDate": "15.05.2019",
        "Volume": 1,
        "Weight": 1.5,
        "Phone": "89992223344",
        "Email": "test@test.ru",
        "Contact": "Иванов Петр",
        "IndexFrom": 115551,
        "IndexTo": 115551,
        "address": "Красная пл. д. 1 кв. 1",
        "TimeFrom": "10:00",
        "TimeTo": "19:00",
        "Amount": 1000,
        "ValuatedAmount": 1000,
        "Comment": "Текст комментария",
        "Draft": 0,
        "GoodItems": [item],
    }


def test_the_recorded_request_gets_the_recorded_answer(desk: Desk) -> None:
    told = desk.ask("/CreateOrder", recorded_request())
    order = told["Order"]
    assert (list(told), told["Result"], " ".join(order)) == (["Result", "Order"], "OK", KEYS)
    assert {key: order[key] for key in RECORDED} == RECORDED
    assert {key: value for key, value in order.items() if key not in RECORDED and value is None}.keys() == {
        *("DeliveryPoint", "DeliveryAmount", "Commission", "PostIdentifier", "PaymentType", "FullDeliveryAmount"),
    }
    (item,) = order["GoodItems"]
    assert " ".join(item) == ITEM_KEYS
    assert {key: item[key] for key in RECORDED_ITEM} == RECORDED_ITEM


def test_a_form_and_json_make_the_same_order(desk: Desk) -> None:
    first = desk.ask("/json/CreateOrder", desk.body())
    second = desk.ask("/json/CreateOrder", desk.body(CustomerOrder="A-2"), as_json=True)
    changed = {"CustomerOrder": "A-2", "BarCode": second["Order"]["BarCode"]}
    assert {**first["Order"], **changed} == second["Order"]
    assert desk.listed() == [first["Order"], second["Order"]]


def test_what_a_client_calculated_with_floats_is_taken_for_what_it_means(desk: Desk) -> None:
    wanted = {"Weight": 0.1 + 0.2, "Amount": 1000.1 + 1000.2, "ValuatedAmount": 1.1 + 2.2}
    assert any(len(str(value)) > 12 for value in wanted.values())
    found = desk.ask("/json/CreateOrder", desk.body(**wanted), as_json=True)["Order"]
    assert [found[key] for key in wanted] == [Decimal("0.3"), Decimal("2000.3"), Decimal("3.3")]


def test_names_of_fields_may_be_written_in_any_case(desk: Desk) -> None:
    body = {key.swapcase(): value for key, value in desk.body().items()}
    assert desk.ask("/json/CreateOrder", body)["Result"] == "OK"


# -- numbers


def test_a_number_given_out_is_ean_13_and_counts_places(desk: Desk) -> None:
    one, other = desk.made(Volume=3), desk.made(CustomerOrder="A-2")
    for barcode in (one["BarCode"], other["BarCode"]):
        assert is_barcode(barcode)
        assert (barcode[:4], barcode[11]) == ("7500", "1")
    assert one["BarCode"] != other["BarCode"]
    parcel = desk.parcel(one)
    places = [key for key in ("2", "3") for code in [one["BarCode"][:11] + key] if _number(desk, code) == parcel.id]
    assert places == ["2", "3"]


def _number(desk: Desk, stem: str) -> str | None:
    found = next(
        (desk.world.by_number("iml", stem + digit) for digit in "0123456789" if is_barcode(stem + digit)), None
    )
    return None if found is None else found.id


def test_the_shops_own_barcode_is_kept_and_not_given_out_again(desk: Desk) -> None:
    order = desk.made(BarCode="7500190300117")
    assert order["BarCode"] == "7500190300117"
    assert desk.made(CustomerOrder="A-2")["BarCode"] != "7500190300117"
    assert "занят" in desk.wrong(CustomerOrder="A-3", BarCode="7500190300117")["BarCode"]


def test_places_of_the_shops_own_barcode_have_numbers_of_their_own(desk: Desk) -> None:
    desk.made(BarCode="4006381333931", Volume=3)  # its twelfth digit is none of 1 and 2
    second = "4006381333917"
    assert "занят" in desk.wrong(CustomerOrder="A-3", BarCode=second)["BarCode"]
    assert [row["Number"] for row in desk.ask("/json/GetStatuses", {"BarCode": second})] == ["A-1"]
    desk.made(CustomerOrder="A-4", BarCode="2624028597823", Volume=2)  # its twelfth digit is 2
    assert len(set(order_of(desk.world, desk.parcel(desk.listed()[1]).id).barcodes)) == 2


@pytest.mark.parametrize("barcode", ["7500190300118", "123", "75001903001170", "750019030011x"])
def test_a_barcode_that_is_none_is_refused(desk: Desk, barcode: str) -> None:
    assert set(desk.wrong(BarCode=barcode)) == {"BarCode"}


def test_a_number_range_can_be_exhausted(desk: Desk) -> None:
    desk.settings(iml={"number_range": "exhausted"})
    assert set(desk.wrong()) == {"BarCode"}
    assert desk.made(BarCode="7500190300117")


# -- refusals


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Job", "25"),
        ("Job", "C24"),  # a Latin letter
        ("Job", None),
        ("CustomerOrder", None),
        ("CustomerOrder", "x" * 51),
        ("Contact", ""),
        ("Phone", None),
        ("Address", None),
        ("Volume", 10),
        ("Volume", 0),
        ("Volume", "1.5"),
        ("Weight", "heavy"),
        ("Weight", -1),
        ("Weight", 27.001),
        ("Amount", "12.345"),
        ("Amount", 0),
        ("Amount", "300000.01"),
        ("ValuatedAmount", "300001"),
        ("DeliveryDate", "2026/03/09"),
        ("DeliveryDate", "31.02.2026"),
        ("TimeFrom", "10"),
        ("TimeTo", "25:00"),
        ("RegionCodeFrom", "ATLANTIS"),
        ("RegionCodeTo", None),
        ("GoodItems", "x"),
    ],
)
def test_what_is_wrong_is_named_by_its_field_inside_a_200(desk: Desk, field: str, value: Any) -> None:
    errors = desk.wrong(**{field: value})
    assert set(errors) == {field}
    assert errors[field].startswith(f"{field}: ")


def test_everything_that_is_wrong_is_told_at_once(desk: Desk) -> None:
    assert set(desk.wrong(Job="1", Volume=99, Phone=None)) == {"Job", "Volume", "Phone"}


@pytest.mark.parametrize("job", ["24", "С24"])
def test_a_prepaid_service_takes_no_money(desk: Desk, job: str) -> None:
    assert "только 0" in desk.wrong(Job=job, DeliveryPointID=1000002, Amount=1)["Amount"]
    assert desk.made(Job=job, DeliveryPointID=1000002, Amount=0)["Amount"] == 0


def test_a_second_order_of_a_number_is_refused_while_the_first_lives(desk: Desk) -> None:
    desk.made()
    assert set(desk.wrong()) == {"CustomerOrder"}


def test_pieces_go_one_a_line_unless_the_tenant_says_otherwise(desk: Desk) -> None:
    items = [desk.item(itemQuantity=3)]
    assert "Позиция 1" in desk.wrong(GoodItems=items)["itemQuantity"]
    desk.settings(iml={"item_quantity": "many"})
    assert desk.made(GoodItems=items)["GoodItems"][0]["itemQuantity"] == 3


@pytest.mark.parametrize("wrong", [{"itemType": 5}, {"amountLine": "x"}, {"productName": ""}, {"deliveryService": "2"}])
def test_a_line_that_is_wrong_says_which_it_is(desk: Desk, wrong: dict[str, Any]) -> None:
    errors = desk.wrong(GoodItems=[desk.item(), desk.item(**wrong)])
    assert set(errors) == set(wrong)
    assert all("Позиция 2" in message for message in errors.values())


# -- where it goes


def test_a_point_is_named_in_three_ways(desk: Desk) -> None:
    ways: tuple[dict[str, Any], ...] = (
        {"DeliveryPoint": "3"},
        {"DeliveryPointID": 1000002},
        {"DeliveryPointCode": "АБАКАН_ПС3"},
    )
    for number, way in enumerate(ways):
        order = desk.made(Job="С24КО", CustomerOrder=f"P-{number}", RegionCodeTo="АБАКАН", Address=None, **way)
        assert (order["DeliveryPoint"], order["RegionCodeTo"]) == ("3", "АБАКАН")
        assert order["Address"] == "ул. Кати Перекрещенко, д. 10"


def test_a_request_code_is_the_regions_own(desk: Desk) -> None:
    assert set(desk.wrong(Job="С24КО", DeliveryPoint="3", RegionCodeTo="МОСКВА")) == {"DeliveryPoint"}
    assert set(desk.wrong(Job="С24КО", DeliveryPoint=None)) == {"DeliveryPoint"}


def test_a_locker_takes_no_money(desk: Desk) -> None:
    locker = next(row for row in desk.dictionary("sd", "sdType=12") if row["RegionCode"] == "МОСКВА")
    assert "нельзя оплатить" in desk.wrong(Job="С24КО", DeliveryPointID=locker["ID"])["DeliveryPoint"]
    assert desk.made(Job="С24", DeliveryPointID=locker["ID"], Amount=0)["RegionCodeTo"] == "МОСКВА"


def test_the_postal_service_carries_to_an_index_under_a_number_of_its_own(desk: Desk) -> None:
    to = {"City": "Бердск", "PostCode": "633010", "PostRegion": "НСО", "PostArea": "", "RegionCodeTo": None}
    order = desk.made(Job="ПОЧТА", Amount=0, Address="ул. Мира, 1", **to)
    assert (order["RegionCodeTo"], len(order["PostIdentifier"])) == ("НОВОСИБИРСК", 14)
    assert set(desk.wrong(Job="ПОЧТА", Amount=0, CustomerOrder="A-2", **{**to, "City": None})) == {"City"}
    assert set(desk.wrong(Job="ПОЧТА", Amount=0, CustomerOrder="A-2", **{**to, "PostCode": "1"})) == {"PostCode"}


def test_without_a_day_the_nearest_is_taken(desk: Desk) -> None:
    near, far = desk.made(RegionCodeTo="ТВЕРЬ"), desk.made(CustomerOrder="A-2")
    assert near["DeliveryDate"] == "05.03.2026 0:00:00"
    assert near["DeliveryDate"][:10] < far["DeliveryDate"][:10]


# -- asking for orders


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["1", "2", "3"]),
        ({"CustomerOrder": "2"}, ["2"]),
        ({"CustomerOrder": "9"}, []),
        ({"Job": "24"}, ["3"]),
        ({"State": 999, "OrderStatus": 0, "Job": "", "BarCode": ""}, ["2", "3"]),
        ({"State": "1"}, ["1"]),
        ({"OrderStatus": 1}, []),
        ({"RegionTo": "ТВЕРЬ"}, ["2"]),
        ({"RegionFrom": "ТВЕРЬ"}, []),
        ({"DeliveryDateStart": "10.03.2026", "DeliveryDateEnd": "12.03.2026"}, ["1", "2"]),
        ({"DeliveryDateStart": "12.03.2026"}, ["2", "3"]),
        ({"CreationDateEnd": "02.03.2026"}, ["1", "2", "3"]),
        ({"CreationDateStart": "2026-03-03"}, []),
    ],
)
def test_every_filter_chooses(desk: Desk, filters: dict[str, Any], found: list[str]) -> None:
    first = desk.made(CustomerOrder="1", DeliveryDate="10.03.2026")
    desk.made(CustomerOrder="2", DeliveryDate="12.03.2026", RegionCodeTo="ТВЕРЬ")
    desk.made(CustomerOrder="3", DeliveryDate="13.03.2026", Job="24", Amount=0)
    desk.scan(first, "1/0")
    assert [row["CustomerOrder"] for row in desk.listed(**filters)] == found
    assert [row["Number"] for row in desk.ask("/json/GetStatuses", filters)] == found


def test_several_barcodes_are_joined_by_a_bar(desk: Desk) -> None:
    codes = [desk.made(CustomerOrder=number)["BarCode"] for number in "123"]
    rows = desk.ask("/json/GetStatuses", {"BarCode": f"{codes[2]}|{codes[0]}|2624028597816"})
    assert [row["Number"] for row in rows] == ["1", "3"]


def test_a_filter_that_cannot_be_read_is_refused(desk: Desk) -> None:
    told = desk.ask("/json/GetStatuses", {"DeliveryDateStart": "yesterday"})
    assert (told["Result"], [error["Code"] for error in told["Errors"]]) == ("Error", ["DeliveryDateStart"])
