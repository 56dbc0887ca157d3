"""Offices and lockers: the table, its generator, filters, pages. Wire contract: `courier_api` §1.11."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.cdek import make_offices
from parcelproof.simulators.courier_api.cdek.geography import by_postal_code, cities
from parcelproof.simulators.courier_api.cdek.offices import FLAGS, Office, office, office_shape, offices

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.courier_api.conftest import Desk

ALWAYS = {
    "code",
    "name",
    "uuid",
    "work_time",
    "phones",
    "email",
    "type",
    "owner_code",
    "take_only",
    "is_handout",
    "is_reception",
    "is_dressing_room",
    "is_ltl",
    "have_cashless",
    "have_cash",
    "have_fast_payment_system",
    "allowed_cod",
    "work_time_list",
    "work_time_exception_list",
    "location",
    "fulfillment",
}
PLACE = {
    "country_code",
    "region_code",
    "region",
    "city_code",
    "city",
    "fias_guid",
    "postal_code",
    "longitude",
    "latitude",
    "address",
    "address_full",
    "city_uuid",
}
TABLE = list(offices().values())


@pytest.fixture(scope="module")
def counter(new_desk: Callable[..., Desk]) -> Desk:
    return new_desk()


def points(desk: Desk, **query: str) -> list[dict[str, Any]]:
    status, rows = desk.ask("GET", "/deliverypoints", **query)
    assert status == 200, rows
    found: list[dict[str, Any]] = rows
    return found


def test_the_table_is_what_the_generator_makes() -> None:
    assert make_offices.FILE.read_text(encoding="utf-8") == make_offices.table()
    assert make_offices.main(["--check"]) == 0


def test_the_table_is_large_and_every_office_stands_in_its_city() -> None:
    assert len(TABLE) >= 2_000
    assert len({found.city.country for found in TABLE}) == 6
    assert {found.city.code for found in TABLE} == {city.code for city in cities().values() if city.office}
    for found in TABLE:
        assert found.locker == found.code.endswith("2"), found.code
        assert abs(found.latitude - found.city.latitude) < 0.1
        assert 0 <= found.mass_min_g < found.mass_max_g
        assert found.allowed_cod <= (found.city.payment_limit != 0)
    for city in cities().values():
        if city.office:
            first, second = office(f"{city.office}1"), office(f"{city.office}2")
            assert first is not None
            assert second is not None
            assert (first.kind, second.kind, first.city) == ("PVZ", "POSTAMAT", city)


def test_every_office_has_what_live_answers_always_have(desk: Desk) -> None:
    rows = points(desk)
    assert [row["code"] for row in rows] == [found.code for found in TABLE]
    for row in rows:
        assert row.keys() >= ALWAYS
        assert row["location"].keys() == PLACE
        assert [hours["day"] for hours in row["work_time_list"]] == sorted({h["day"] for h in row["work_time_list"]})
        assert ("dimensions" in row) == (row["type"] == "POSTAMAT")
        assert by_postal_code(row["location"]["postal_code"], row["location"]["country_code"]) is not None


def test_the_two_offices_that_scenarios_use(desk: Desk) -> None:
    rows = points(desk, city_code="270")
    assert {row["code"]: row["type"] for row in rows[:2]} == {"NSK1": "PVZ", "NSK2": "POSTAMAT"}
    assert rows[1]["location"]["city_uuid"] == cities()[270].uuid
    assert [row["code"] for row in points(desk, code="nsk2")] == ["NSK2"]
    assert rows[0]["have_cash"]
    assert not rows[1]["have_cash"]


def test_offices_tell_of_the_holidays_ahead(desk: Desk) -> None:
    def dates() -> set[tuple[str, str, bool]]:
        rows = [day for row in points(desk) for day in row["work_time_exception_list"]]
        assert all(("time_start" in day) == ("time_end" in day) == day["is_working"] for day in rows)
        return {(day["date_start"], day["date_end"], day["is_working"]) for day in rows}

    assert dates() == {("2026-12-31", "2026-12-31", True), ("2027-01-01", "2027-01-02", False)}
    desk.advance(365 * 24 * 3_600_000)
    assert dates() == {("2027-12-31", "2027-12-31", True), ("2028-01-01", "2028-01-02", False)}
    kept = [bool(row["work_time_exception_list"]) for row in points(desk, type="PVZ")]
    assert True in kept
    assert False in kept
    assert not any(row["work_time_exception_list"] for row in points(desk, type="POSTAMAT"))


def test_the_underground_is_told_where_there_is_one(desk: Desk) -> None:
    for row in points(desk):
        underground = row["location"]["city_code"] in (44, 137)
        assert ("nearest_metro_station" in row) is underground
        assert not underground or "address_comment" not in row
    assert any("address_comment" in row for row in points(desk, city_code="270"))


def test_names_are_told_in_the_language_that_is_asked_for(desk: Desk) -> None:
    (row,) = points(desk, code="NSK1", lang="eng")
    assert (row["location"]["city"], row["location"]["region"]) == ("Novosibirsk", "Novosibirsk Region")
    (russian,) = points(desk, code="NSK1")
    assert russian["location"]["city"] == "Новосибирск"
    street = russian["location"]["address"].partition(",")[0]
    assert (russian["name"], russian["owner_code"]) == (f"NSK1, Новосибирск, {street}", "CDEK"), "as recorded"
    assert (str(russian["weight_min"]), str(russian["weight_max"])) == ("0", "30")


FILTERS: dict[str, Callable[[Office], str]] = {
    "code": lambda found: found.code,
    "city_code": lambda found: str(found.city.code),
    "country_code": lambda found: found.city.country,
    "region_code": lambda found: str(found.city.region_code),
    "fias_guid": lambda found: found.city.fias_guid,
    "type": lambda found: found.kind,
}


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(TABLE),
    st.sets(st.sampled_from([*FILTERS, "postal_code"]), max_size=3),
    st.sets(st.sampled_from(FLAGS), max_size=3),
    st.sampled_from(["", "0", "1", "16", "29", "31", "51", "1001"]),
    st.sampled_from(["", "0", "29", "30"]),
)
def test_filters_let_through_exactly_the_offices_that_have_it_all(
    counter: Desk, like: Office, keys: set[str], flags: set[str], most_kg: str, least_kg: str
) -> None:
    query = {key: FILTERS[key](like) for key in keys if key in FILTERS}
    query |= {key: str(like.flags()[key]) for key in flags}
    query |= {key: value for key, value in (("weight_max", most_kg), ("weight_min", least_kg)) if value}
    if "postal_code" in keys:
        query |= {"postal_code": like.city.postal_code, "country_code": like.city.country}

    def fits(found: Office) -> bool:
        same = all(FILTERS[key](found) == FILTERS[key](like) for key in keys if key in FILTERS)
        near = "postal_code" not in keys or found.city is like.city
        able = all(found.flags()[key] == like.flags()[key] for key in flags)
        heavy = not most_kg or found.mass_max_g >= int(most_kg) * 1000
        light = not least_kg or found.mass_min_g <= int(least_kg) * 1000
        return same and near and able and heavy and light

    answer = counter.call("GET", "/v2/deliverypoints", query=urlencode(query))
    codes = re.findall(r'[{]"code":"(\w+)"', answer.body.decode())  # a tenth of the time that reading all takes
    assert codes == [found.code for found in TABLE if fits(found)]


def test_a_postal_code_alone_is_one_of_the_first_country_that_has_it(desk: Desk) -> None:
    assert {row["location"]["city_code"] for row in points(desk, postal_code="101000")} == {44}
    found = points(desk, postal_code="101000", country_code="UZ")
    assert {row["location"]["city"] for row in found} == {"Ташкент"}
    assert points(desk, postal_code="999999") == []


@pytest.mark.parametrize(
    ("query", "lockers"),
    [
        ({}, True),
        ({"length": "40", "width": "60", "height": "40"}, True),
        ({"length": "40.5", "width": "40", "height": "60"}, False),
        ({"height": "60"}, True),
        ({"height": "61"}, False),
        ({"length": "0", "width": "50", "height": "50"}, False),
    ],
)
def test_a_package_is_turned_until_it_fits_and_offices_without_limits_take_any(
    desk: Desk, query: dict[str, str], lockers: bool
) -> None:
    found = points(desk, city_code="270", **query)
    assert {row["type"] for row in found} == ({"PVZ", "POSTAMAT"} if lockers else {"PVZ"})
    for row in found:
        limits = {row.get(f"{side}_max") for side in ("length", "width", "height")}
        assert limits == ({60, 40} if row["type"] == "POSTAMAT" else {None})
    status, body = desk.ask("GET", "/deliverypoints", length="wide")
    assert (status, body["errors"][0]["code"]) == (400, "v2_invalid_format")


def test_offices_in_the_list_are_active_and_tell_of_partners_where_they_have_them(desk: Desk) -> None:
    assert {row["status"] for row in points(desk)} == {"ACTIVE"}
    for key in ("is_marketplace", "ltl_acceptance_partners", "ltl_issuance_partners"):
        assert {row.get(key) for row in points(desk, **{key: "1"})} == {True}
        assert {row.get(key) for row in points(desk, **{key: "0"})} == {None}
    assert all(row["is_ltl"] and row["is_reception"] for row in points(desk, ltl_acceptance_partners="true"))


@pytest.mark.parametrize("key", FLAGS)
def test_each_flag_tells_offices_apart(desk: Desk, key: str) -> None:
    yes, no = (points(desk, **{key: value}) for value in ("1", "False"))
    assert len(yes) + len(no) == len(TABLE)
    assert yes
    assert bool(no) == (key != "is_handout")


@pytest.mark.parametrize(("size", "page"), [(None, None), (7, 0), (7, 3), (1000, 2), (1000, 900), (0, 0)])
def test_headers_tell_of_the_page(desk: Desk, size: int | None, page: int | None) -> None:
    query = "" if size is None else f"size={size}&page={page}"
    answer = desk.call("GET", "/v2/deliverypoints", query=query)
    total, rows = len(TABLE), json.loads(answer.body)
    told = {key: int(value) for key, value in answer.headers.items() if key.startswith("X-")}
    size = total if size is None else size
    assert told == {
        "X-Current-Page": page or 0,
        "X-Page-Size": size,
        "X-Total-Elements": total,
        "X-Total-Pages": ceil(total / size) if size else 0,
    }
    assert len(rows) == max(0, min(size, total - (page or 0) * size))
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("query", [{"weight_max": "heavy"}, {"weight_min": "-1"}, {"type": "CAVE"}, {"size": "1.5"}])
def test_a_bad_question_is_refused(desk: Desk, query: dict[str, str]) -> None:
    status, body = desk.ask("GET", "/deliverypoints", **query)
    assert (status, body["errors"][0]["code"]) == (400, "v2_invalid_format")


def test_an_answer_is_the_shape_of_its_office(desk: Desk) -> None:
    for found in TABLE[::97]:
        assert points(desk, code=found.code) == json.loads(
            json.dumps([office_shape(found, "rus", 2026)]), parse_float=Decimal
        )
