"""Normalisation, recipients, slots, returns and the short tariff over the wire: written, read back, refused."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Desk

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 10**6), st.text(max_size=12))
WAY = "postIndexFrom=109012&postIndexTo=410012&contractNumber=1&address=x&workTypeCode=delivery&mailTypeCode=24"
BOOK = "/external/v1/booking-by-postindex"
SLOTS = "/external/v1/timeslots-by-postindex"
DELIVERED, RETURNED = "2/1", "3/1"


@SHARED
@given(
    st.sampled_from(["address/original-address", "physical/original-fio", "phone/original-phone"]),
    st.lists(st.tuples(SCALARS, SCALARS), max_size=14),
)
def test_each_item_comes_back_once_under_its_own_id(desk: Desk, call: str, pairs: list[tuple[Any, Any]]) -> None:
    kind, name = call.split("/")
    sent = [{"id": f"{number}/{key}", name: told} for number, (key, told) in enumerate(pairs)]
    found = desk.ask("POST", f"/1.0/clean/{kind}", sent)
    told_of = {item["id"]: item[name] for item in sent}
    assert sorted(row["id"] for row in found) == sorted(told_of)
    for row in found:
        told = told_of[row["id"]]
        assert row[name] == (told if isinstance(told, str) else str(told) if type(told) is int else "")
        assert row["quality-code"]


@pytest.mark.parametrize(
    ("path", "member"),
    [
        *((f"/1.0/clean/{kind}", "id") for kind in ("address", "physical", "phone")),
        ("/1.0/unreliable-recipient", "raw-address"),
    ],
)
def test_what_is_told_back_is_text_or_a_number(desk: Desk, path: str, member: str) -> None:
    for wrong in ([1], {"a": 1}):
        refused = desk.ask("POST", path, [{member: wrong}], status=400)
        assert member in refused["message"]
    for right in ("x", 7, None):
        assert desk.ask("POST", path, [{member: right}])[0][member] == right


def test_long_lists_come_back_in_another_order(desk: Desk) -> None:
    def ids(count: int) -> list[int]:
        sent = [{"id": number, "original-fio": "Иванов Иван Иванович"} for number in range(count)]
        return [row["id"] for row in desk.ask("POST", "/1.0/clean/physical", sent)]

    assert ids(10) == [*range(10)]
    assert sorted(ids(40)) == [*range(40)] != ids(40)
    desk.settings(clean_answer_order="as-asked")
    assert ids(40) == [*range(40)]
    desk.settings(clean_answer_order="shuffled")
    assert any(ids(count) != [*range(count)] for count in range(2, 9))


def test_an_address_is_told_as_recorded_in_either_spelling(desk: Desk) -> None:
    line = "обл. Саратовская, г. Саратов, ул. Московская, д. 109"
    (found,) = desk.ask("POST", "/1.0/clean/address", [{"id": "a", "original-address": line}])
    assert (found["region"], found["place"], found["street"]) == ("обл. Саратовская", "г. Саратов", "ул. Московская")
    assert (found["quality-code"], found["validation-code"], found["address-type"]) == ("GOOD", "VALIDATED", "DEFAULT")
    assert {"region-guid", "place-guid", "street-guid", "address-guid", "index", "house"} <= set(found)
    assert "room" not in found
    desk.settings(address_type_words="bare")
    (bare,) = desk.ask("POST", "/1.0/clean/address", [{"id": "a", "original-address": line}])
    assert (bare["region"], bare["street"]) == ("обл Саратовская", "ул Московская")


def test_a_person_can_confirm_what_is_doubtful(desk: Desk) -> None:
    doubtful = "Москва, ул. Несуществующая, 5"
    desk.settings(confirmed_manually=f"Иван Рылов\n{doubtful}\n1234567")
    (address,) = desk.ask("POST", "/1.0/clean/address", [{"id": 1, "original-address": doubtful}])
    assert (address["quality-code"], address["validation-code"]) == ("GOOD", "CONFIRMED_MANUALLY")
    (name,) = desk.ask("POST", "/1.0/clean/physical", [{"id": 1, "original-fio": "Иван Рылов"}])
    (phone,) = desk.ask("POST", "/1.0/clean/phone", [{"id": 1, "original-phone": "1234567"}])
    assert name["quality-code"] == phone["quality-code"] == "CONFIRMED_MANUALLY"


@pytest.mark.parametrize("body", [b"", b"{", b"[[]]", b"[1]", b'"x"', b"null", b"[{}", b"\xff"])
@pytest.mark.parametrize("path", ["clean/address", "clean/physical", "clean/phone", "unreliable-recipient"])
def test_what_is_no_list_of_objects_is_a_400(desk: Desk, path: str, body: bytes) -> None:
    assert desk.call("POST", f"/1.0/{path}", body).status == 400


def test_a_recipient_to_whom_parcels_come_back_is_not_relied_on(desk: Desk) -> None:
    one = {"raw-address": "Москва", "raw-full-name": "Иванов", "raw-telephone": "+7 (987) 123-45-67"}

    def verdict() -> str:
        (found,) = desk.ask("POST", "/1.0/unreliable-recipient", [one])
        assert {key: found[key] for key in one} == one
        return str(found["unreliability"])

    assert verdict() == "RELIABLE"
    desk.settings(unclaimed_parcels_of_a_fraud=2)
    for number in range(2):
        assert verdict() == "RELIABLE"
        order = desk.made(order_num=f"R-{number}", tel_address=79871234567)
        desk.checked_in(order)
        for code in ("1/1", "8/2", RETURNED, "2/2"):
            desk.scan(order, code)
    assert verdict() == "FRAUD"
    (bare,) = desk.ask("POST", "/1.0/unreliable-recipient", {"raw-telephone": "89990000000"})
    assert bare["unreliability"] == "RELIABLE"
    desk.settings(unreliable_phones="8 999 000-00-00")
    (marked,) = desk.ask("POST", "/1.0/unreliable-recipient", {"raw-telephone": "89990000000"})
    assert marked["unreliability"] == "FRAUD"


def slots(desk: Desk, on: str = "2026-08-02") -> dict[str, Any]:
    found: dict[str, Any] = desk.ask("GET", SLOTS, query=f"{WAY}&plannedShippingDate={on}")
    return found


def booking(found: dict[str, Any], slot: int) -> dict[str, Any]:
    return {
        "uuid": found["uuid"], "timeslotId": slot, "phone": "79871234567", "postIndexFrom": "109012",
        "postIndexTo": "410012", "contractNumber": "1", "plannedShippingDate": "2026-08-02", "address": "Саратов",
        "workTypeCode": "delivery", "mailTypeCode": 24, "mailCtgCode": 3,
    }  # fmt: skip


def capacity(desk: Desk, slot: int) -> int:
    return next((one["capacity"] for one in slots(desk)["timeslots"] if one["id"] == slot), 0)


def test_a_booking_takes_room_and_gives_it_back(desk: Desk) -> None:
    desk.settings(time_slot_capacity=2)
    first, second = slots(desk), slots(desk)
    slot = first["timeslots"][0]["id"]
    assert set(first["timeslots"][0]) == {"id", "date", "beginTime", "endTime", "capacity"}
    assert first["uuid"] != second["uuid"]
    assert desk.ask("POST", BOOK, booking(first, slot)) == {}
    assert capacity(desk, slot) == 1
    assert desk.ask("POST", BOOK, booking(first, slot), status=409)["code"] == "BOOKING_ALREADY_EXISTS"
    assert desk.ask("POST", BOOK, booking(second, slot)) == {}
    assert slot not in [one["id"] for one in slots(desk)["timeslots"]]
    full = desk.ask("POST", BOOK, booking(slots(desk), slot), status=404)
    assert full["code"] == "TIMESLOT_NOT_FOUND"

    order = desk.made()
    barcode = desk.ask("GET", f"/1.0/backlog/{order}")["barcode"]
    named = {"barcode": barcode, "contractNumber": "1"}
    assert desk.ask("PUT", f"{BOOK}/", named, query=f"uuid={first['uuid']}") == {}
    assert desk.ask("PUT", BOOK, named, query=f"uuid={first['uuid']}", status=404)["code"] == "BOOKING_NOT_FOUND"

    asked = f"uuidOrBarcode={barcode}&contractNumber=1&plannedShippingDate=2026-08-03"
    free = desk.ask("GET", "/external/v1/timeslots-for-rebooking", query=asked)["timeslots"]
    move = {"uuidOrBarcode": barcode, "timeslotId": free[-1]["id"], "contractNumber": "1"}
    assert desk.ask("POST", BOOK, {**move, "plannedShippingDate": "2026-08-03"}) == {}
    assert capacity(desk, slot) == 1
    assert desk.ask("DELETE", f"{BOOK}/{barcode}") == {}
    assert desk.ask("DELETE", f"{BOOK}/{barcode}", status=404)["code"] == "BOOKING_NOT_FOUND"
    assert desk.ask("DELETE", f"{BOOK}/{second['uuid']}") == {}
    assert capacity(desk, slot) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "postIndexFrom"),
        (f"{WAY}&plannedShippingDate=2026-07-31", "plannedShippingDate"),
        (f"{WAY}&plannedShippingDate=soon", "plannedShippingDate"),
        (f"{WAY}&plannedShippingDate=9999-12-31", "plannedShippingDate"),
        (f"{WAY.replace('410012', '900000')}&plannedShippingDate=2026-08-02", "postIndexTo"),
        (f"{WAY.replace('delivery', 'pickup')}&plannedShippingDate=2026-08-02", "workTypeCode"),
        (f"{WAY.replace('24', '7')}&plannedShippingDate=2026-08-02", "mailTypeCode"),
    ],
)
def test_what_has_no_slots_is_told_by_field(desk: Desk, query: str, field: str) -> None:
    found = desk.ask("GET", SLOTS, query=query, status=400)
    assert set(found) == {"code", "message", "errors"}
    assert found["errors"][0]["field"] == field


@SHARED
@given(st.dictionaries(st.sampled_from([*booking({"uuid": ""}, 0), "uuidOrBarcode"]), st.one_of(SCALARS, st.just([1]))))
def test_any_booking_is_made_or_told_why_not(desk: Desk, body: dict[str, Any]) -> None:
    answer = desk.call("POST", BOOK, body)
    assert answer.status in (400, 404)


def shipped(desk: Desk) -> str:
    return str(
        desk.ask("GET", f"/1.0/backlog/{desk.made(mail_category='WITH_DECLARED_VALUE', insr_value=50_000)}")["barcode"]
    )


def test_a_direct_item_comes_back_once(desk: Desk) -> None:
    direct = shipped(desk)
    wanted = {"direct-barcode": direct, "mail-type": "UNDEFINED"}
    back = desk.ask("PUT", "/1.0/returns", wanted)["return-barcode"]
    assert back != direct
    (order,) = desk.ask("GET", "/1.0/backlog/search", query=f"query={back}")
    assert (order["mail-type"], order["mail-category"], order["insr-value"]) == (
        "EASY_RETURN",
        "WITH_DECLARED_VALUE",
        50_000,
    )
    assert (order["index-to"], order["mass"], order["order-num"]) == (109012, 1_000, "A-1")
    assert order["ground-rate"] > 0
    again = desk.ask("PUT", "/1.0/returns", wanted)
    assert again == {"errors": [{"code": "ALREADY_EXISTS", "description": "Возвратное отправление уже создано"}]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"direct-barcode": "00000000000000", "mail-type": "UNDEFINED"}, "DIRECT_SHIPMENT_NOT_FOUND"),
        ({"direct-barcode": "", "mail-type": "UNDEFINED"}, "DIRECT_SHIPMENT_NOT_FOUND"),
        ({"direct-barcode": "1", "mail-type": "PIGEON"}, "INVALID_MAIL_TYPE"),
        ([], "DIRECT_SHIPMENT_NOT_FOUND"),
    ],
)
def test_a_return_of_nothing_is_an_error_inside_200(desk: Desk, body: Any, code: str) -> None:
    assert desk.ask("PUT", "/1.0/returns", body)["errors"][0]["code"] == code


def address(index: str) -> dict[str, str]:
    return {"address-type": "DEFAULT", "index": index, "place": "г Саратов", "region": "обл Саратовская", "house": "1"}


def separate(**changes: Any) -> dict[str, Any]:
    known = {"address_from": address("410012"), "mail_type": "EASY_RETURN", "recipient_name": "ООО", "sender_name": "Я"}
    return {name.replace("_", "-"): value for name, value in {**known, **changes}.items() if value is not None}


def test_a_return_without_a_direct_item_has_to_be_switched_on(desk: Desk) -> None:
    path = "/1.0/returns/return-without-direct"
    assert desk.ask("PUT", path, [[]]) == [
        {
            "errors": [{"code": "FREE_ER_ADDRESS_NOT_ENABLED", "description": "Свободный ввод адреса не доступен"}],
            "position": 0,
        }
    ]
    desk.settings(free_return_address="on")
    wrong, right = desk.ask("PUT", path, [separate(sender_name=None), separate(order_num="V-1")])
    assert (wrong["position"], right["position"], "return-barcode" in wrong) == (0, 1, False)
    barcode = right["return-barcode"]
    (order,) = desk.ask("GET", "/1.0/backlog/search", query="query=V-1")
    assert order["barcode"] == barcode

    for method, where in (("POST", f"/1.0/returns/?barcode={barcode}"), ("PUT", f"/1.0/returns/{barcode}")):
        bare, _, query = where.partition("?")
        assert desk.ask(method, bare, separate(order_num=f"V-{method}", insr_value=700), query) == {}
        (edited,) = desk.ask("GET", "/1.0/backlog/search", query=f"query=V-{method}")
        assert (edited["barcode"], edited["insr-value"]) == (barcode, 700)
    assert desk.ask("GET", "/1.0/backlog/search", query="query=V-1") == []
    gone = "/1.0/returns/delete-separate-return"
    assert desk.ask("DELETE", gone, query=f"barcode={barcode}") == {}
    assert desk.ask("DELETE", gone, query=f"barcode={barcode}")["code"] == "RETURN_SHIPMENT_NOT_FOUND"
    assert desk.ask("GET", "/1.0/backlog/search", query=f"query={barcode}") == []


def test_returns_can_be_switched_off_and_numbers_run_out(desk: Desk) -> None:
    direct = shipped(desk)
    wanted = {"direct-barcode": direct, "mail-type": "UNDEFINED"}
    desk.settings(number_range="exhausted")
    assert desk.ask("PUT", "/1.0/returns", wanted)["errors"][0]["code"] == "INTERNAL_ERROR"
    desk.settings(number_range="open", easy_return="off")
    assert desk.ask("PUT", "/1.0/returns", wanted)["errors"][0]["code"] == "RETURN_NOT_ALLOWED"
    desk.settings(easy_return="on")
    assert "return-barcode" in desk.ask("PUT", "/1.0/returns", wanted)


@SHARED
@given(
    st.lists(
        st.one_of(SCALARS, st.dictionaries(st.sampled_from([*separate(), "address-to", "insr-value"]), SCALARS)),
        max_size=3,
    )
)
def test_any_separate_returns_are_made_or_told_why_not(desk: Desk, body: list[Any]) -> None:
    desk.settings(free_return_address="on")
    assert desk.call("PUT", "/1.0/returns/return-without-direct", body).status in (200, 400)


TARIFF = {
    "index-from": "109012",
    "index-to": "685000",
    "mail-type": "POSTAL_PARCEL",
    "mail-category": "ORDINARY",
    "mass": 1000,
}


def test_the_short_tariff_is_told_as_recorded(desk: Desk) -> None:
    found = desk.ask("POST", "/1.0/tariff", {**TARIFF, "dimension": {}, "courier": "false", "unknown": 1})
    assert found == {
        "delivery-time": {"max-days": 45, "min-days": 43},
        "ground-rate": {"rate": 64_590, "vat": 14_210},
        "no-counters-coupon": False,
        "notice-payment-method": "CASHLESS",
        "payment-method": "CASHLESS",
        "tariff-count": 1,
        "tariffAdditionalFieldsJson": {"is-size": 0, "weight-pay": 1000},
        "total-rate": 64_590,
        "total-vat": 14_210,
        "with-discount": False,
    }


def test_the_short_tariff_and_an_order_cost_the_same(desk: Desk) -> None:
    flags = {"fragile": True, "with-order-of-notice": True, "inventory": True}
    found = desk.ask("POST", "/1.0/tariff", {**TARIFF, **flags, "sms-notice-recipient": 1, "mass": "2300"})
    order = desk.ask(
        "GET",
        "/1.0/backlog/"
        + str(desk.made(mass=2300, fragile=True, with_order_of_notice=True, inventory=True, sms_notice_recipient=1)),
    )
    assert (order["total-rate-wo-vat"], order["total-vat"]) == (found["total-rate"], found["total-vat"])
    assert found["notice-rate"]["rate"] == order["notice-rate-wo-vat"]


@pytest.mark.parametrize(
    ("changes", "status", "code", "sub"),
    [
        ({"index-from": "190000"}, 404, "1001", "RESOURCE_NOT_FOUND"),
        ({"index-to": "900000"}, 400, "1001", "UNDEFINED"),
        ({"mass": 999_999}, 400, "1001", "UNDEFINED"),
        ({"mail-type": "EMS_TENDER", "index-to": "689000"}, 400, "1001", "CODE_1372"),
        (
            {"mail-type": "PARCEL_CLASS_1", "mail-category": "WITH_DECLARED_VALUE", "index-to": "912521"},
            400,
            "1001",
            "UNDEFINED",
        ),
    ],
)
def test_the_short_tariff_does_not_tell_why_it_failed(
    desk: Desk, changes: dict[str, Any], status: int, code: str, sub: str
) -> None:
    found = desk.ask("POST", "/1.0/tariff", {**TARIFF, **changes}, status=status)
    assert (found["code"], found["sub-code"]) == (code, sub)
    assert status == 404 or found["desc"] == "Ошибка при расчете тарифа"


def test_a_locker_is_priced_by_its_own_index(desk: Desk) -> None:
    point = {"delivery-point-index": "920178", "index-to": "912521", "mail-category": "COMBINED_WITH_DECLARED_VALUE"}
    found = desk.ask("POST", "/1.0/tariff", {**TARIFF, **point, "mail-type": "ONLINE_PARCEL", "declared-value": 10_000})
    assert found["insurance-rate"]["rate"] == 300
    far = {**TARIFF, **point, "mail-type": "ONLINE_PARCEL", "declared-value": 10_000, "index-to": "685000"}
    assert desk.ask("POST", "/1.0/tariff", far) == found  # the point's index goes before the recipient's


@SHARED
@given(st.dictionaries(st.sampled_from([*TARIFF, "dimension", "mail-direct", "declared-value", "courier"]), SCALARS))
def test_any_tariff_is_told_or_refused(desk: Desk, changes: dict[str, Any]) -> None:
    assert desk.call("POST", "/1.0/tariff", {**TARIFF, **changes}).status in (200, 400, 404)
