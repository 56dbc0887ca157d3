"""Prices: shapes, and the laws that tie them together. Wire contract: `courier_api` §1.10, §2.7."""

from __future__ import annotations

from collections.abc import Callable
from time import tzset
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.cdek.geography import UNION, cities, distance_km
from parcelproof.simulators.courier_api.cdek.prices import Load, billed_g, offer
from parcelproof.simulators.courier_api.cdek.tariffs import FAMILIES, MODES, TARIFFS

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

MOSCOW, NOVOSIBIRSK = {"code": 44}, {"postal_code": "630099"}
HOME = sorted(code for code, city in cities().items() if city.country == "RU")
ABROAD = sorted(code for code, city in cities().items() if city.country not in UNION)
PARCEL = 136


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
    assert set(rows(desk, packages=[{"weight": 40_000}])) == {231, 232, 233, 234, 376, 378}
    assert 533 in rows(desk, type=2, packages=[{"weight": 300}])
    assert 748 in rows(desk, packages=[{"weight": 70_000}], additional_order_types=[2])


def test_one_tariff_the_list_and_the_order_agree(desk: Desk) -> None:
    package = {key: value for key, value in desk.package().items() if key != "items" and key != "number"}
    listed = rows(desk, packages=[package])[139]
    insured = {"tariff_code": 139, "services": [{"code": "INSURANCE", "parameter": "3999"}], "packages": [package]}
    single = desk.ask("POST", "/calculator/tariff", question(**insured))[1]
    booked = desk.shown(desk.order())["delivery_detail"]
    assert listed["delivery_sum"] == single["delivery_sum"] == booked["delivery_sum"]
    assert single["total_sum"] == booked["total_sum"]
    both = desk.ask("POST", "/calculator/tariffAndService", question(**insured))[1]["tariff_codes"]
    assert next(row for row in both if row["tariff_code"] == 139)["total_sum"] == booked["total_sum"]


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


def test_other_currencies_are_converted(desk: Desk) -> None:
    roubles, tenge = rows(desk)[139]["delivery_sum"], rows(desk, currency=2)[139]["delivery_sum"]
    assert round(tenge * 16) == roubles * 100
    assert desk.ask("POST", "/calculator/tariff", question(tariff_code=139, currency=2))[1]["currency"] == "KZT"


def test_the_tariff_table_is_consistent(desk: Desk) -> None:
    assert len(TARIFFS) == sum(len(family.codes) for family in FAMILIES)
    assert sorted(MODES) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    listed = desk.ask("GET", "/calculator/alltariffs")[1]["tariff_codes"]
    assert {mode["tariff_code"] for row in listed for mode in row["delivery_modes"]} == set(TARIFFS)


codes_home, codes_abroad = st.sampled_from(HOME), st.sampled_from(ABROAD)
masses = st.integers(1, 29_000)


@settings(max_examples=150, deadline=None)
@given(codes_home, st.one_of(codes_home, codes_abroad), masses, masses, st.sampled_from([PARCEL, 231, 480, 8]))
def test_a_heavier_parcel_never_costs_less(start: int, end: int, one_g: int, other_g: int, tariff: int) -> None:
    light, heavy = sorted((one_g, other_g))
    offers = [offer(tariff, cities()[start], cities()[end], [Load(mass)]) for mass in (light, heavy)]
    if offers[0] is None or offers[1] is None:
        assert offers == [None, None]
        return
    assert offers[0].delivery_minor <= offers[1].delivery_minor


@settings(max_examples=150, deadline=None)
@given(codes_home, codes_home, codes_home, masses, st.sampled_from([PARCEL, 139, 231, 480]))
def test_a_farther_city_never_costs_less_nor_comes_sooner(
    start: int, one: int, other: int, mass_g: int, tariff: int
) -> None:
    begin = cities()[start]
    near, far = sorted((cities()[one], cities()[other]), key=lambda city: distance_km(begin, city))
    offers = [offer(tariff, begin, end, [Load(mass_g)]) for end in (near, far)]
    assert offers[0] is not None
    assert offers[1] is not None
    assert offers[0].delivery_minor <= offers[1].delivery_minor
    assert offers[0].days_min <= offers[1].days_min <= offers[1].days_max


@settings(deadline=None)
@given(masses, st.tuples(*[st.integers(1, 150)] * 3))
def test_the_billed_mass_is_the_larger_of_scale_and_volume(mass_g: int, sides_cm: tuple[int, int, int]) -> None:
    volume = sides_cm[0] * sides_cm[1] * sides_cm[2] / 5
    assert billed_g(Load(mass_g, sides_cm)) == max(mass_g, -int(-volume // 1))
    assert billed_g(Load(mass_g)) == mass_g


def test_every_two_cities_of_the_union_have_a_price(new_desk: Callable[..., Desk]) -> None:
    union = [city for city in cities().values() if city.country in UNION]
    assert all(offer(139, union[0], city, [Load(1000)]) for city in union)
    assert all(offer(8, union[0], cities()[code], [Load(1000)]) for code in ABROAD)
