"""The calculator on the wire; its laws are in `test_price_laws`. Wire contract: `courier_api` §1.10, §2.7."""

from __future__ import annotations

import json
from decimal import Decimal
from time import tzset
from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.courier_api.cdek.geography import cities
from parcelproof.simulators.courier_api.cdek.offices import office
from parcelproof.simulators.courier_api.cdek.tariffs import FAMILIES, MODES, TARIFFS

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

MOSCOW, NOVOSIBIRSK = {"code": 44}, {"postal_code": "630099"}
PUBLISHED = {  # every tariff of the contract, §2.7, with its mode; 57, 158, 722: the vendor's OpenAPI description
    1: (
        139,
        231,
        293,
        2483,
        184,
        480,
        533,
        2261,
        7,
        8,
        121,
        748,
        19,
        3,
        57,
        58,
        59,
        60,
        61,
        676,
        686,
        696,
        706,
        716,
        2360,
    ),
    2: (138, 232, 295, 187, 481, 534, 2262, 123, 749, 2321, 677, 687, 697, 707, 717, 777, 786, 795, 804, 158),
    3: (137, 233, 141, 294, 186, 482, 535, 2263, 122, 750, 2322, 678, 688, 698, 708, 718, 778, 787, 796, 805),
    4: (
        136,
        234,
        140,
        291,
        2485,
        185,
        483,
        536,
        2264,
        62,
        751,
        2323,
        679,
        689,
        699,
        709,
        719,
        779,
        788,
        797,
        806,
        2536,
        358,
    ),
    6: (366, 376, 509, 497, 485, 2266),
    7: (722, 368, 378, 510, 498, 486, 2267),
    8: (605,),
    9: (606,),
    10: (607,),
}


def question(**changes: Any) -> dict[str, Any]:
    body = {"from_location": MOSCOW, "to_location": NOVOSIBIRSK, "packages": [{"weight": 1200}], **changes}
    return {key: value for key, value in body.items() if value is not None}


def rows(desk: Desk, **changes: Any) -> dict[int, dict[str, Any]]:
    status, body = desk.ask("POST", "/calculator/tarifflist", question(**changes))
    assert status == 200, body
    return {row["tariff_code"]: row for row in body["tariff_codes"]}


def test_a_tariff_in_the_wires_shape(desk: Desk) -> None:
    status, body = desk.ask("POST", "/calculator/tariff", question(tariff_code=139))
    assert status == 200
    assert body.keys() == {
        "delivery_sum",
        "period_min",
        "period_max",
        "calendar_min",
        "calendar_max",
        "weight_calc",
        "services",
        "total_sum",
        "currency",
        "delivery_date_range",
    }
    assert (body["weight_calc"], body["currency"], body["services"]) == (1200, "RUB", [])
    assert body["period_min"] <= body["period_max"] <= body["calendar_max"]
    assert body["delivery_date_range"]["min"] <= body["delivery_date_range"]["max"]
    assert body["total_sum"] == body["delivery_sum"] > 0


@pytest.mark.parametrize("zone", ["Asia/Vladivostok", "America/Los_Angeles"])
@pytest.mark.parametrize(
    "moment", ["2026-03-24T00:30:00+0300", "2026-03-24T03:00:00+0530", "2026-03-24T00:30:00", "2026-03-24"]
)
def test_the_day_of_hand_over_is_one_of_the_carriers_zone_whatever_the_machines_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, zone: str, moment: str
) -> None:
    noon = rows(desk, date="2026-03-24T12:00:00+0300")
    monkeypatch.setenv("TZ", zone)
    tzset()
    try:
        assert rows(desk, date=moment) == noon
    finally:
        monkeypatch.undo()
        tzset()


@pytest.mark.parametrize("place", [{"code": "x"}, "Москва", {"code": 0}])
def test_what_cannot_be_read_of_a_place_is_told_once(desk: Desk, place: object) -> None:
    status, body = desk.ask("POST", "/calculator/tarifflist", question(to_location=place))
    assert (status, len(body["errors"])) == (400, 1), body


def test_the_list_has_the_tariffs_of_the_way_with_modes_as_numbers(desk: Desk) -> None:
    home, abroad = rows(desk), rows(desk, to_location={"country_code": "DE", "postal_code": "97070"})
    assert {136, 137, 138, 139, 366, 368, 231, 480} <= home.keys()
    assert not {7, 8, 140, 141, 533, 748} & home.keys()
    assert set(abroad) == {7, 8}
    assert {code: row["delivery_mode"] for code, row in home.items()} == {
        code: TARIFFS[code][1].number for code in home
    }
    heavy = set(rows(desk, packages=[{"weight": 40_000}]))
    assert {231, 232, 233, 234, 376, 378, 291, 480, 184, 62} <= heavy
    assert not {136, 139, 366, 368, 3, 61, 716, 2536} & heavy
    heavier = rows(desk, packages=[{"weight": 400_000}])
    assert {291, 480, 184, 62} <= heavier.keys()
    assert {TARIFFS[code][1].target for code in heavier} == {"door", "office"}
    assert 533 in rows(desk, type=2, packages=[{"weight": 300}])
    assert 748 in rows(desk, packages=[{"weight": 70_000}], additional_order_types=[2])


def test_one_tariff_the_list_and_the_order_agree(desk: Desk) -> None:
    package = {key: value for key, value in desk.package().items() if key != "items" and key != "number"}
    listed = rows(desk, packages=[package])[139]
    insured = {"tariff_code": 139, "services": [{"code": "INSURANCE", "parameter": "3999"}], "packages": [package]}
    single = desk.ask("POST", "/calculator/tariff", question(**insured))[1]
    booked = desk.shown(desk.order())["delivery_detail"]
    assert listed["delivery_sum"] == single["delivery_sum"] == booked["delivery_sum"] + booked["delivery_vat_sum"]
    assert single["total_sum"] == booked["total_sum"]
    both = desk.ask("POST", "/calculator/tariffAndService", question(**insured))[1]["tariff_codes"]
    assert next(row for row in both if row["tariff_code"] == "139")["result"]["total_sum"] == booked["total_sum"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_location": None}, "v2_field_is_empty"),
        ({"from_location": {}}, "v2_field_is_empty"),
        ({"packages": []}, "v2_field_is_empty"),
        ({"tariff_code": None}, "v2_field_is_empty"),
        ({"packages": [{"weight": 0}]}, "v2_invalid_format"),
        ({"currency": 99}, "v2_invalid_format"),
        ({"type": 5}, "v2_invalid_format"),
        ({"date": "soon"}, "v2_invalid_format"),
        ({"packages": 5}, "v2_invalid_value_type"),
        ({"to_location": "Novosibirsk"}, "v2_invalid_value_type"),
        ({"services": [{"code": "MAGIC"}]}, "v2_unable_add_service"),
        ({"tariff_code": 99_999}, "ERR_INVALID_TARIFFTYPECODE"),
        ({"to_location": {"city": "Атлантида"}}, "ERR_RESULT_SERVICE_EMPTY"),
        ({"to_location": {"country_code": "DE", "city": "Berlin"}}, "ERR_RESULT_SERVICE_EMPTY"),
        ({"packages": [{"weight": 31_000}]}, "ERR_RESULT_SERVICE_EMPTY"),
    ],
)
def test_a_bad_question(desk: Desk, changes: dict[str, Any], code: str) -> None:
    status, body = desk.ask("POST", "/calculator/tariff", question(**{"tariff_code": 139, **changes}))
    assert (status, body["errors"][0]["code"]) == (400, code)
    if code == "v2_field_is_empty" and changes.get("from_location", 1) in (None, {}):
        name = "from_location" if changes["from_location"] is None else "from_location.code"
        assert body["errors"][0]["message"] == f"[{name}] is empty"


@pytest.mark.parametrize("case", ["UPPER", "lower"])
def test_the_calculators_codes_are_spelled_as_the_tenant_says(desk: Desk, case: str) -> None:
    desk.settings(cdek={"calculator_error_case": case})
    questions = (
        question(tariff_code=99_999),
        question(tariff_code=139, packages=[{"weight": 31_000}]),
        question(tariff_code=139, to_location={"city": "Атлантида"}),
        question(tariff_code=2360, date="2026-03-24T15:00:00+0300"),
    )
    codes = [desk.ask("POST", "/calculator/tariff", asked)[1]["errors"][0]["code"] for asked in questions]
    spelled = [
        "ERR_INVALID_TARIFFTYPECODE",
        "ERR_RESULT_SERVICE_EMPTY",
        "ERR_RESULT_SERVICE_EMPTY",
        "ERR_INVALID_TARIFF_WITH_DATETIMEORDERSEND",
    ]
    assert codes == (spelled if case == "UPPER" else [code.lower() for code in spelled])


def test_other_currencies_are_converted(desk: Desk) -> None:
    roubles, tenge = rows(desk)[139]["delivery_sum"], rows(desk, currency=2)[139]["delivery_sum"]
    assert round(tenge * 16) == roubles * 100
    assert desk.ask("POST", "/calculator/tariff", question(tariff_code=139, currency=2))[1]["currency"] == "KZT"


def test_a_currency_may_be_named_by_its_letters(desk: Desk) -> None:
    assert rows(desk, currency="KZT") == rows(desk, currency=2) != rows(desk)
    assert desk.ask("POST", "/calculator/tarifflist", question(currency="KZTT"))[1]["errors"]


def test_the_tariff_table_is_consistent(desk: Desk) -> None:
    assert len(TARIFFS) == sum(len(family.codes) for family in FAMILIES)
    assert sorted(MODES) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    listed = desk.ask("GET", "/calculator/alltariffs")[1]["tariff_codes"]
    assert {mode["tariff_code"] for row in listed for mode in row["delivery_modes"]} == set(TARIFFS)
    assert all(isinstance(mode["delivery_mode"], str) for row in listed for mode in row["delivery_modes"])
    ltl = next(row for row in listed if row["tariff_name"] == "Сборный груз")
    assert ltl["additional_order_types_param"] == {
        "without_additional_order_type": False,
        "additional_order_types": ["2"],
    }
    assert (ltl["weight_min"], ltl["order_types"]) == (60, ["1", "2"])


def test_tariffs_are_named_in_the_language_that_is_asked_for(desk: Desk) -> None:
    assert rows(desk)[139]["tariff_name"] == "Посылка дверь-дверь"
    assert rows(desk, lang="eng")[139]["tariff_name"] == "Parcel door to door"
    english = desk.ask("GET", "/calculator/alltariffs", lang="eng")[1]["tariff_codes"]
    assert {"Parcel", "Express"} <= {row["tariff_name"] for row in english}


def test_tariffs_by_the_hour_run_to_near_cities_of_one_country(desk: Desk) -> None:
    by_hour = {3, 58, 59, 60, 61, 676, 686, 696, 706, 716}
    near = rows(desk, to_location={"code": 137})
    assert by_hour <= near.keys()
    assert {near[code]["period_max"] for code in (3, 58, 61)} == {1}
    assert {near[code]["period_max"] for code in (676, 716)} == {2}
    assert not by_hour & rows(desk, to_location={"city": "Владивосток"}).keys()
    assert not by_hour & rows(desk, to_location={"country_code": "BY", "city": "Минск"}).keys()


def test_tariffs_within_a_city(desk: Desk) -> None:
    home = rows(desk, to_location=MOSCOW, additional_order_types=[7])
    assert {2360, 2536, 358} <= home.keys()
    assert (home[2360]["period_min"], home[2360]["calendar_max"]) == (0, 0)
    assert not {2360, 2536, 358} & rows(desk, additional_order_types=[7]).keys()
    assert 358 not in rows(desk, to_location=MOSCOW)


@pytest.mark.parametrize(
    ("tariff", "sent", "priced"),
    [
        (2360, "2026-03-24T13:59:00+0300", True),
        (2360, "2026-03-24T14:00:00+0300", False),
        (2360, "2026-03-24T12:00:00+0100", False),
        (2360, "2026-03-24", True),
        (2360, "2026-03-01T10:00:00+0300", False),
        (3, "2026-03-24T20:00:00+0300", False),
        (3, "2026-03-24T19:59:00+0300", True),
        (139, "2026-03-01T23:00:00+0300", True),
    ],
)
def test_a_tariff_by_the_hour_is_not_for_who_comes_too_late(desk: Desk, tariff: int, sent: str, priced: bool) -> None:
    asked = {"to_location": MOSCOW, "date": sent}
    status, body = desk.ask("POST", "/calculator/tariff", question(tariff_code=tariff, **asked))
    assert (tariff in rows(desk, **asked)) is priced
    if not priced:
        assert (status, body["errors"][0]["code"]) == (400, "ERR_INVALID_TARIFF_WITH_DATETIMEORDERSEND")


def test_the_header_of_the_vendors_description_chooses_the_language_of_all_tariffs(desk: Desk) -> None:
    answer = desk.call("GET", "/v2/calculator/alltariffs", headers={"X-User-Lang": "eng"})
    english, russian = (desk.ask("GET", "/calculator/alltariffs", lang=lang)[1] for lang in ("eng", "rus"))
    assert json.loads(answer.body, parse_float=Decimal) == english != russian


def test_a_locker_takes_one_package(desk: Desk) -> None:
    one, two = (rows(desk, packages=[{"weight": 500}] * number) for number in (1, 2))
    assert {6, 7, 10} <= {TARIFFS[code][1].number for code in one}
    assert two.keys() == {code for code in one if "locker" not in (TARIFFS[code][1].origin, TARIFFS[code][1].target)}


def test_a_country_with_offices_has_domestic_tariffs_and_others_only_the_way_abroad(desk: Desk) -> None:
    tashkent, samarkand = ({"country_code": "UZ", "city": city} for city in ("Ташкент", "Самарканд"))
    assert {136, 139, 368, 480} <= rows(desk, from_location=tashkent, to_location=samarkand).keys()
    assert rows(desk, to_location=samarkand).keys() == {7, 8}
    munich, berlin = ({"country_code": "DE", "city": city} for city in ("München", "Berlin"))
    assert not rows(desk, from_location=munich, to_location=berlin)


def test_a_city_without_offices_has_tariffs_to_the_door_only(desk: Desk) -> None:
    bare = next(city for city in cities().values() if city.country == "RU" and not city.office)
    assert office(f"{bare.office}1") is None
    found = rows(desk, to_location={"code": bare.code})
    assert found
    assert {TARIFFS[code][1].target for code in found} == {"door"}


def test_services_with_prices_come_as_results_with_the_code_and_the_status_as_text(desk: Desk) -> None:
    asked = question(services=[{"code": "CARTON_BOX_3KG", "parameter": "2"}])
    nested = desk.ask("POST", "/calculator/tariffAndService", asked)[1]["tariff_codes"]
    desk.settings(cdek={"tariff_and_service_rows": "flat"})
    flat = desk.ask("POST", "/calculator/tariffAndService", asked)[1]["tariff_codes"]
    assert [(row["tariff_code"], row["status"]) for row in nested] == [
        (str(row["tariff_code"]), "true") for row in flat
    ]
    names = {"tariff_code", "tariff_name", "tariff_description", "delivery_mode"}
    for row, bare in zip(nested, flat, strict=True):
        assert row.keys() == {"tariff_code", "status", "result"}
        assert row["result"] == {key: value for key, value in bare.items() if key not in names}
        assert row["result"]["total_sum"] - row["result"]["delivery_sum"] == 110


SERVICES_DESCRIBED = (  # services of the vendor's OpenAPI description, appendix 6, and of its fields `parameter`
    "TAKE_SENDER DELIV_RECEIVER TRYING_ON PART_DELIV DANGER_CARGO SMS THERMAL_MODE COURIER_PACKAGE_A2 PACKAGE_1 "
    "PACKAGE_A_2_LIGHT_EXPRESS PACKAGE_A_5_LIGHT_EXPRESS NOTIFY_ORDER_CREATED NOTIFY_ORDER_DELIVERY CARTON_BOX_XS "
    "CARTON_BOX_S_2_KILOS CARTON_BOX_L_12_KILOS BUBBLE_WRAP WASTE_PAPER CARTON_FILLER XL_BOX_INNER_CRATE "
    "20_KG_BOX_INNER_CRATE 30_KG_BOX_INNER_CRATE BAN_ATTACHMENT_INSPECTION GET_UP_FLOOR_BY_HAND DESCENT_FROM_THE_FLOOR "
    "GET_UP_FLOOR_BY_ELEVATOR ADULT_GOODS LOADING_OPERATIONS_AT_THE_SENDER LOAD_THE_OPERATION_AT_THE_RECIPIENT "
    "ENVELOPE_A4_CDEK_FREE GREEN_ENVELOPE_CDEK COURIER_SERVICE CUSTOMS_CLEARANCE SMS_NOTIFICATIONS_FOR_THE_RECIPIENT "
    "SMS_NOTIFICATIONS_FOR_EXPIRATION_DATE EXP_REGIST_WITH_DOC EXP_REGIST_WITHOUT_DOC EXP_REGIST "
    "CUSTOM_CLEARENCE_FOR_LAST_MILE_B2B_200 CUSTOMS_CLEARANCE_FOR_THE_LAST_MILE CUSTOM_CLEARENCE_FOR_B2B_1000_EXPORT "
    "SELF_CLEARING_CUSTOMS_FOR_B2B_IMPORT PHOTO_OF_DOCUMENTS"
)


def test_every_described_service_is_priced_and_packings_by_the_piece(desk: Desk) -> None:
    described = SERVICES_DESCRIBED.split()
    services = [{"code": code} for code in described]
    found = desk.ask("POST", "/calculator/tariff", question(tariff_code=139, services=services))
    assert (found[0], [row["code"] for row in found[1]["services"]]) == (200, described)
    three = [{"code": code, "parameter": "3"} for code in ("XL_BOX_INNER_CRATE", "PACKAGE_A_2_LIGHT_EXPRESS")]
    prices = {row["code"]: row["total_sum"] for row in found[1]["services"]}
    many = desk.ask("POST", "/calculator/tariff", question(tariff_code=139, services=three))[1]["services"]
    assert [row["total_sum"] for row in many] == [3 * prices[row["code"]] for row in many]


def test_lists_of_tariffs_are_empty_now_and_then_when_the_tenant_says_so(desk: Desk) -> None:
    desk.settings(cdek={"empty_tariff_lists_percent": 50})
    assert {bool(rows(desk)) for _ in range(30)} == {True, False}
    desk.settings(cdek={"empty_tariff_lists_percent": 100})
    assert not rows(desk)


def test_every_published_tariff_is_priced_in_its_mode() -> None:
    assert {code: mode.number for code, (_, mode) in TARIFFS.items()} == {
        code: mode for mode, codes in PUBLISHED.items() for code in codes
    }
