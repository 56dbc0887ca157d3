"""CreateShipment and createsending: what is taken, what is refused, both in one answer (CF-32)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.pickpoint.records import SENDINGS
from parcelproof.simulators.courier_api.pickpoint.wire_values import with_check_digit

from .conftest import IKN, LOCKER, OFFICE, Desk, fresh_desk


def test_one_request_creates_and_rejects(desk: Desk) -> None:
    found = desk.register(desk.invoice(), desk.invoice(MobilePhone="12"), desk.invoice(SenderCode="A-2"))
    assert [row["EDTN"] for row in found["CreatedSendings"]] == ["1", "3"]
    assert found["RejectedSendings"] == [
        {
            "EDTN": "2",
            "ErrorCode": 20,
            "ErrorMessage": "Возможно неверный формат телефона.",
            "Error": "Возможно неверный формат телефона.",
        }
    ]


def test_numbers_and_barcodes_have_the_recorded_shape(desk: Desk) -> None:
    places = [desk.place(GCBarCode="MINE-1"), desk.place()]
    row = desk.register(desk.invoice(Places=places))["CreatedSendings"][0]
    barcodes = [place["Barcode"] for place in row["Places"]]
    assert len(row["InvoiceNumber"]) == 11 and row["InvoiceNumber"].isdigit()
    assert len(set(barcodes)) == 2 and all(with_check_digit(code[:11]) == code for code in barcodes)
    assert [place["GCBarCode"] for place in row["Places"]] == ["MINE-1", ""] and row["Barcode"] == barcodes[0]


@pytest.mark.parametrize("barcode", ["202031512624", "202031512617", "200819647155"])  # recorded by two clients
def test_recorded_barcodes_bear_out_the_check_digit(barcode: str) -> None:
    assert with_check_digit(barcode[:11]) == barcode


def test_the_older_form_is_flat_both_ways(desk: Desk) -> None:
    flat = {**desk.invoice(Places=None), "Width": 10, "Height": 10, "Depth": 10, "Weight": "0,7"}
    row = desk.register(flat, method="createsending")["CreatedSendings"][0]
    assert (row["Barcode"], row["SenderCode"]) == (row["Places"][0]["Barcode"], "A-1")
    assert float(desk.ask("encloseinfo", BarCode=row["Barcode"])["Enclose"]["Weight"]) == 0.7


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"PostageType": 10001}, 20),  # paid, but a sum
        ({"Sum": 0}, 20),
        ({"Sum": -1}, 20),
        ({"Sum": "1.005"}, 20),
        ({"Sum": None}, 20),
        ({"Sum": True}, 20),
        ({"PostageType": 10002}, 20),
        ({"GettingType": 105}, 20),
        ({"PayType": 2}, 20),
        ({"DeliveryMode": 3}, 20),
        ({"DeliveryVat": 21}, 20),
        ({"PostamatNumber": "0000-000"}, 20),
        ({"PostamatNumber": "77-1"}, 20),
        ({"PostamatNumber": None}, 20),
        ({"Description": ""}, 20),
        ({"Description": "x" * 201}, 20),
        ({"RecipientName": None}, 20),
        ({"SenderCode": "x" * 51}, 20),
        ({"MobilePhone": "+49 30 1234567"}, 20),
        ({"MobilePhone": None}, 20),
        ({"Places": [Desk.place(Weight=16)]}, 20),  # a locker holds 15 kg
        ({"Places": [Desk.place(Width=61)]}, 20),
        ({"Places": [Desk.place(SubEncloses=[{"Name": "Чашка", "Quantity": 0}])]}, 20),
        ({"Places": [Desk.place(SubEncloses=[[{"Name": "Чашка"}] * 101])]}, 20),
        ({"Places": [Desk.place(Weight="heavy")]}, 20),
        ({"Places": [Desk.place(BarCode="123456789013")]}, 20),  # wrong check digit
        ({"Places": [Desk.place(BarCode="202031512624"), Desk.place(BarCode="202031512624")]}, 20),
        ({"Places": [Desk.place()] * 6}, 20),
        ({"Places": ["box"]}, 20),
    ],
)
def test_what_is_wrong_with_a_sending_is_told_and_nothing_is_kept(desk: Desk, changes: Any, code: int) -> None:
    assert desk.refused(**changes)[0] == code


def test_a_client_number_is_ten_digits_and_the_tenants_own_where_it_has_one(desk: Desk) -> None:
    rows = [{"EDTN": "1", "IKN": "999", "Invoice": desk.invoice()}]
    assert desk.ask("CreateShipment", Sendings=rows)["RejectedSendings"][0]["ErrorCode"] == 30
    desk.settings(pickpoint={"ikn": "1234567890"})
    assert desk.refused() == (30, "Неверный номер контракта")


def test_an_office_holds_more_than_a_locker(desk: Desk) -> None:
    assert desk.sending(PostamatNumber=OFFICE, Places=[desk.place(Weight=25, Width=70)])


def test_a_barcode_of_the_clients_own_is_used_once(desk: Desk) -> None:
    assert desk.sending(Places=[desk.place(BarCode="202031512624")])
    assert "уже используется" in desk.refused(Places=[desk.place(BarCode="202031512624")])[1]


def test_misspelt_keys_are_read_where_only_letter_case_differs(desk: Desk) -> None:
    goods = [{"Line": 1, "name": "Чашка", "PRICE": "12,5"}]
    number = desk.sending(Places=[{**desk.place(), "GSBarCode": "LOST", "SuBEncloses": goods}])
    assert desk.ask("tracksendings", Invoices=[number])["Invoices"][0]["InvoiceNumber"] == number
    ((_, sending),) = desk.world.store.scan(SENDINGS)
    assert [(item.name, item.price_minor) for item in sending.goods] == [("Чашка", 1250)]
    assert sending.places[0].gc_barcode == ""


def test_a_shops_number_may_be_used_again_and_both_are_told(desk: Desk) -> None:
    first, second = desk.sending(), desk.sending()
    found = desk.ask("sendinginfo", SenderInvoiceNumber="A-1")
    assert [row["InvoiceNumber"] for row in found] == [first, second]


def test_without_numbers_everything_is_rejected(desk: Desk) -> None:
    desk.settings(pickpoint={"number_range": "exhausted"})
    assert desk.refused()[0] == -1


def test_empty_addresses_of_return_count_as_none(desk: Desk) -> None:
    number = desk.sending(ClientReturnAddress=[], UnclaimedReturnAddress={"CityName": "", "FIO": ""})
    assert desk.info(number)["ClientReturnAddress"] is desk.info(number)["UnclaimedReturnAddress"] is None
    home = {"CityName": "Тула", "RegionName": "Тульская обл.", "Address": "ул. Мира, 1", "FIO": "Склад"}
    kept = desk.info(desk.sending(UnclaimedReturnAddress=home))["UnclaimedReturnAddress"]
    assert {key: kept[key] for key in home} == home


NUMBER = "15900000001"  # what the first sending of a world is called
leaves = (
    st.just(NUMBER)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
)
KEYS = ["Sendings", "Invoices", "InvoiceNumber", "Sum", "Places", "DateFrom", "Date", "Weight", "IKN", "City", "Phone"]
METHODS = [
    *("CreateShipment", "createsending", "tracksending", "tracksendings", "getInvoicesChangeState", "sendinginfo"),
    *("makelabel", "makereestr", "makereestrnumber", "getreestr", "cancelInvoice", "updateInvoice", "courier"),
    *("couriercancel", "calctariff", "getzone", "makereturn", "getreturn", "getreturninvoiceslist", "encloseinfo"),
    *("getdeliverycost", "getmoneyreturnorder", "getproductreturnorder", "removeinvoicefromreestr", "rejectInvoice"),
]


@settings(max_examples=100)
@given(st.sampled_from(METHODS), st.dictionaries(st.sampled_from(KEYS), anything, max_size=5))
def test_any_body_is_answered_with_200(method: str, fields: dict[str, Any]) -> None:
    desk = fresh_desk()
    assert desk.sending() == NUMBER
    assert desk.ask(method, **fields) is not None


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from([*Desk.invoice(), "DeliveryFee", "DeliveryVat"]), anything, max_size=3))
def test_any_invoice_is_created_or_rejected_whole(changes: dict[str, Any]) -> None:
    desk = fresh_desk()
    before = desk.world.store.dump()
    found = desk.register({**desk.invoice(), **changes})
    created, rejected = found["CreatedSendings"], found["RejectedSendings"]
    assert len(created) + len(rejected) == 1
    assert (desk.world.store.dump() == before) is bool(rejected)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nonsense", b'{"a":', b"\xff", b'"x"', b"1", b"[" * 100_000, b'{"a":1e999}']
)
def test_a_body_that_is_no_object_is_a_business_error(desk: Desk, body: bytes) -> None:
    answer = desk.call("POST", "/api/CreateShipment", body)
    assert answer.status == 200 and b'"ErrorCode":' in answer.body


def test_what_is_there_is_where_the_locker_is(desk: Desk) -> None:
    (point,) = [row for row in desk.look("postamatlist") if row["Number"] == LOCKER]
    assert (point["CitiName"], point["TypeTitle"], point["MaxSize"]) == ("Казань", "АПТ", "36x36x60")
    assert desk.ask("clientpostamatlist", IKN=IKN) == desk.look("postamatlist")


def test_a_php_clients_order_is_taken_as_it_sends_it(desk: Desk) -> None:
    """The shape of sch-group/pickpoint-sdk: numbers as text, empty lists for objects, goods in a list within a list."""
    goods = {"ProductCode": "n 234", "GoodsCode": "", "Name": "Test", "Price": 100, "Quantity": 2, "Vat": 0, "upi": ""}
    place = {"Width": 20, "Height": 20, "Depth": 20, "Weight": 1, "GSBarCode": "", "CellStorageType": 0}
    invoice = {
        "SenderCode": "order: 123456",
        "Description": "Custom zakaz",
        "RecipientName": "Саша",
        "PostamatNumber": "5602-009",
        "MobilePhone": "+79274269590",
        "Email": "kek@mail.ru",
        "ConsultantNumber": "",
        "PostageType": "10003",
        "GettingType": "102",
        "PayType": 1,
        "Sum": 500.0,
        "PrepaymentSum": 0,
        "InsuareValue": 0,
        "DeliveryVat": 0,
        "DeliveryFee": 0,
        "DeliveryMode": "1",
        "SenderCity": {"CityName": "Москва", "RegionName": "Московская обл."},
        "UnclaimedReturnAddress": [],
        "ClientReturnAddress": {"CityName": "Казань", "PhoneNumber": "+79274269590"},
        "Places": [{**place, "SuBEncloses": [[goods]]}],
    }
    (row,) = desk.register(invoice)["CreatedSendings"]
    ((_, sending),) = desk.world.store.scan(SENDINGS)
    assert row["Barcode"] and [(item.quantity, item.sum_minor) for item in sending.goods] == [(2, 20_000)]


def test_a_ruby_clients_order_is_taken_as_it_sends_it(desk: Desk) -> None:
    """The sample of kinderly/pickpoint_api: the older form, goods beside the invoice's fields, numbers as text."""
    goods = {"Line": 1, "ProductCode": 4559802, "GoodsCode": "79380-555", "Name": "Fire extinguisher", "Price": 4290.0}
    invoice = {
        "SenderCode": 2121,
        "Description": "A description",
        "RecipientName": "John Doe",
        "Email": None,
        "PostamatNumber": "6101-004",
        "MobilePhone": "+79030000000",
        "PostageType": "10003",
        "GettingType": "101",
        "PayType": "1",
        "Sum": 4490.0,
        "SubEncloses": [goods],
    }
    (row,) = desk.ask("createsending", Sendings=[{"EDTN": 14, "IKN": "9990000000", "Invoice": invoice}])[
        "CreatedSendings"
    ]
    assert (row["EDTN"], row["SenderCode"], len(row["Barcode"])) == ("14", "2121", 12)
