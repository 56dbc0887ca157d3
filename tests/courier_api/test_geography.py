"""Cities, regions, postal codes. Wire contract: `courier_api` §1.11."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.cdek.geography import (
    COUNTRIES,
    COUNTRIES_IN,
    POSTAL_LENGTH,
    City,
    all_named,
    by_postal_code,
    cities,
    distance_km,
    named,
    regions,
    resolve,
)

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk


def test_the_published_codes() -> None:
    found = {name: city.code for name in ("Москва", "Санкт-Петербург", "Новосибирск", "Ростов-на-Дону", "Калининград")
             if (city := named(name))}  # fmt: skip
    assert list(found.values()) == [44, 137, 270, 438, 152]
    assert (cities()[44].region_code, cities()[270].region_code) == (81, 23)


def test_the_table_is_sound() -> None:
    table = cities().values()
    assert len(table) >= 500
    assert {city.country for city in table} == set(COUNTRIES) == set(POSTAL_LENGTH)
    assert all(names.keys() == COUNTRIES.keys() for names in COUNTRIES_IN.values())
    assert len({(city.region_code, city.name) for city in table}) == len(table)
    assert len({city.uuid for city in table} | {city.fias_guid for city in table}) == 2 * len(table)
    assert {city.region_code for city in table} == set(regions())
    assert all(city.region_of.country == city.country for city in table)
    for city in table:
        ZoneInfo(city.time_zone)
        assert -90 < city.latitude < 90
        assert city.thousands > 0
        assert city.postal_codes, city.name
        assert all(by_postal_code(code, city.country) is city for code in city.postal_codes)
        assert all(len(first) == len(last) for first, last in city.prefixes)


def test_no_two_cities_have_a_prefix_or_a_classifiers_code_in_common() -> None:
    spread = [
        (city.country, str(number).zfill(len(first)))
        for city in cities().values()
        for first, last in city.prefixes
        for number in range(int(first), int(last) + 1)
    ]
    assert len(spread) == len(set(spread))
    codes = [city.kladr_code for city in cities().values() if city.country == "RU"]
    assert len(codes) == len(set(codes))
    assert (cities()[44].kladr_code, cities()[270].kladr_code) == ("7700000000000", "5400000100000")


def test_towns_lie_in_their_regions() -> None:
    """No town is farther from its region's first city than the largest region is wide."""
    first: dict[int, City] = {}
    for city in cities().values():
        assert distance_km(first.setdefault(city.region_code, city), city) < 1_700, city


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ({"code": 270}, "Новосибирск"),
        ({"code": 270, "city": "Москва"}, "Новосибирск"),
        ({"city": "санкт-петербург"}, "Санкт-Петербург"),
        ({"city": "г. Орел"}, "Орёл"),
        ({"city": "Деревня", "postal_code": "101000"}, "Москва"),
        ({"postal_code": "690001"}, "Владивосток"),
        ({"country_code": "de", "city": "München"}, "Мюнхен"),
        ({"country_code": "DE", "postal_code": "97070"}, "Вюрцбург"),
        ({"country_code": "IT", "postal_code": "00184"}, "Рим"),
        ({"country_code": "KZ", "postal_code": "050000"}, "Алматы"),
        ({"country_code": "DE", "city": "Москва"}, None),
        ({"postal_code": "97070"}, None),
        ({"postal_code": "000000"}, None),
        ({"postal_code": "999999"}, None),
        ({"code": 1, "city": "Москва"}, None),
        ({"postal_code": "633010"}, "Бердск"),
        ({"postal_code": "633900"}, "Новосибирск"),
        ({"fias_guid": "not-one-of-ours", "city": "Казань"}, "Казань"),
        ({"kladr_code": "5400000100000"}, "Новосибирск"),
        ({"country_code": "UZ", "city": "Самарканд"}, "Самарканд"),
        ({"country_code": "ZZ", "postal_code": "31000", "city": "Toulouse"}, None),
        ({"address": "somewhere"}, None),
        ({"address": "630099, г Новосибирск, ул. Ленина, 7"}, "Новосибирск"),
        ({"address": "г Новосибирск, ул. Ленина, 7"}, "Новосибирск"),
        ({"address": "Россия, г. Казань, ул. Баумана, 1"}, "Казань"),
        ({"address": "Москва", "fias_guid": "not-one-of-ours"}, "Москва"),
        ({"latitude": 59.94, "longitude": 30.31}, "Санкт-Петербург"),
        ({"latitude": 59.94, "longitude": 30.31, "city": "Москва"}, "Москва"),
        ({"latitude": 59.94, "longitude": 30.31, "city": "Нигде"}, None),
        ({"latitude": 59.94, "address": "Казань"}, "Казань"),
    ],
)
def test_how_a_location_resolves(location: dict[str, Any], name: str | None) -> None:
    city = resolve(location)
    assert (city.name if city else None) == name


@pytest.mark.parametrize(
    ("more", "region"),
    [
        ({}, "Кировская область"),
        ({"region": "Калининградская область"}, "Калининградская область"),
        ({"region_code": 903}, "Калининградская область"),
        ({"postal_code": "238750"}, "Калининградская область"),
        ({"region": "somewhere that is not known"}, "Кировская область"),
    ],
)
def test_of_several_cities_of_one_name_the_region_or_the_postal_code_tells_which(
    more: dict[str, Any], region: str
) -> None:
    assert {city.region for city in all_named("Советск")} == {"Кировская область", "Калининградская область"}
    city = resolve({"city": "Советск", **more})
    assert city is not None
    assert (city.name, city.region) == ("Советск", region)
    assert named("Советск", among=[city]) is city


def test_every_city_resolves_by_each_of_its_names_with_its_postal_code() -> None:
    for city in cities().values():
        for spelling in (city.name, city.name_eng):
            place = {"city": spelling, "country_code": city.country, "postal_code": city.postal_code}
            assert resolve(place) is city, place


@given(st.text(), st.sampled_from([*POSTAL_LENGTH, "ZZ", ""]))
def test_any_text_may_be_a_postal_code(text: str, country: str) -> None:
    city = by_postal_code(text, country)
    assert city is None or city.country == country


@given(st.sampled_from(sorted(cities())), st.sampled_from(sorted(cities())))
def test_distance_is_the_same_both_ways(one: int, other: int) -> None:
    there, back = distance_km(cities()[one], cities()[other]), distance_km(cities()[other], cities()[one])
    assert there == back
    assert (there == 0) <= (one == other or distance_km(cities()[one], cities()[other]) == 0)


CITY = {
    "code",
    "city_uuid",
    "city",
    "fias_guid",
    "kladr_code",
    "country_code",
    "country",
    "region",
    "region_code",
    "longitude",
    "latitude",
    "time_zone",
    "payment_limit",
}


def test_cities_over_the_wire(desk: Desk) -> None:
    (moscow,) = desk.ask("GET", "/location/cities", code="44")[1]
    assert moscow.keys() == CITY
    assert (moscow["city"], moscow["payment_limit"], moscow["region_code"]) == ("Москва", -1, 81)
    assert desk.ask("GET", "/location/cities", city="Moscow", lang="eng")[1][0]["city"] == "Moscow"
    for key in ("fias_guid", "kladr_code"):
        assert desk.ask("GET", "/location/cities", **{key: moscow[key]})[1] == [moscow]
    assert desk.ask("GET", "/location/cities", postal_code="101000", country_codes="RU")[1] == [moscow]
    both = desk.ask("GET", "/location/cities", country_codes="KZ,BY")[1]
    assert {row["country_code"] for row in both} == {"KZ", "BY"}
    answer = desk.call("GET", "/v2/location/cities", query="country_codes=KZ&country_codes=BY")
    assert answer.body.count(b'"code"') == len(both)
    (town,) = desk.ask("GET", "/location/cities", city="бердск")[1]
    assert (town.keys(), town["sub_region"]) == (CITY | {"sub_region"}, "городской округ Бердск")
    (abroad,) = desk.ask("GET", "/location/cities", city="München")[1]
    assert abroad.keys() == CITY - {"kladr_code"}


def test_a_name_that_several_cities_have_finds_them_all_and_the_region_one(desk: Desk) -> None:
    rows = desk.ask("GET", "/location/cities", city="Советск")[1]
    assert [row["region"] for row in rows] == ["Кировская область", "Калининградская область"]
    assert desk.ask("GET", "/location/cities", city="Советск", region_code="903")[1] == rows[1:]


@pytest.mark.parametrize("limit", ["-1", "0", "100000", "250000.0"])
def test_cities_by_their_limit_of_payment(desk: Desk, limit: str) -> None:
    rows = desk.ask("GET", "/location/cities", payment_limit=limit)[1]
    assert {row["payment_limit"] for row in rows} == {Decimal(limit)}
    assert len(rows) == sum(city.payment_limit == float(limit) for city in cities().values()) > 0


@pytest.mark.parametrize(
    ("lang", "country", "region"),
    [
        ("rus", "Казахстан", "Карагандинская область"),
        ("eng", "Kazakhstan", "Karaganda Region"),
        ("zho", "哈萨克斯坦", ""),
    ],
)
def test_regions_speak_the_language_that_is_asked_for(desk: Desk, lang: str, country: str, region: str) -> None:
    rows = desk.ask("GET", "/location/regions", country_codes="KZ", lang=lang)[1]
    assert {row["country"] for row in rows} == {country}
    assert not region or region in {row["region"] for row in rows}
    assert all(row.keys() == {"country_code", "country", "region", "region_code"} for row in rows)


@pytest.mark.parametrize("path", ["/location/cities", "/location/regions", "/deliverypoints"])
@pytest.mark.parametrize("size", [50, 333, 1000])
def test_pages_put_together_are_the_whole(desk: Desk, path: str, size: int) -> None:
    whole = desk.ask("GET", path, size="10000")[1]
    pages, page = [], 0
    while rows := desk.ask("GET", path, size=str(size), page=str(page), country_codes="", country_code="")[1]:
        assert len(rows) <= size
        pages.append(rows)
        page += 1
        assert page <= len(whole) // size + 1
    assert [row for rows in pages for row in rows] == whole
    assert all(len(rows) == size for rows in pages[:-1])


def test_a_page_needs_a_size(desk: Desk) -> None:
    for path in ("/location/cities", "/location/regions"):
        status, body = desk.ask("GET", path, page="1")
        assert (status, body["errors"][0]["message"]) == (400, "[size] is empty")
        assert desk.ask("GET", path, size="-1")[0] == 400
        assert desk.ask("GET", path, size="0")[1] == []
    assert len(desk.ask("GET", "/deliverypoints", page="0")[1]) > 2_000
    assert desk.ask("GET", "/deliverypoints", page="1") == (200, [])


def test_a_page_of_cities_has_ten_thousand_at_most(desk: Desk) -> None:
    status, body = desk.ask("GET", "/location/cities", size="10001")
    assert (status, body["errors"][0]["code"]) == (400, "v2_exceeded_size")
    assert body["errors"][0]["message"] == "The size parameter cannot exceed 10000"


@pytest.mark.parametrize("code", ["54", "5400000000000"])
def test_cities_of_a_region_by_its_classifiers_code(desk: Desk, code: str) -> None:
    rows = desk.ask("GET", "/location/cities", kladr_region_code=code)[1]
    assert {row["region"] for row in rows} == {cities()[270].region}


@pytest.mark.parametrize("written", ["[RU, KZ]", "RU,KZ", "[ RU,KZ ]"])
def test_a_list_may_stand_in_brackets_as_in_the_vendors_example(desk: Desk, written: str) -> None:
    rows = desk.ask("GET", "/location/regions", country_codes=written)[1]
    assert {row["country_code"] for row in rows} == {"RU", "KZ"}


def test_suggestions_regions_codes_and_points(desk: Desk) -> None:
    suggested = desk.ask("GET", "/location/suggest/cities", name="ново", country_code="RU")[1]
    assert suggested[0].keys() == {"city_uuid", "code", "full_name", "country_code"}
    assert suggested[0]["full_name"] == "Новосибирск, Новосибирская область, Россия"
    assert desk.ask("GET", "/location/suggest/cities")[1]["errors"][0]["code"] == "v2_field_is_empty"
    regions = desk.ask("GET", "/location/regions", country_codes="RU")[1]
    assert {row["region_code"]: row["region"] for row in regions}[81] == "Москва"
    found = desk.ask("GET", "/location/postalcodes", code="44")[1]
    assert (found.keys(), found["code"], found["postal_codes"][0]) == ({"code", "postal_codes"}, 44, "101000")
    assert desk.ask("GET", "/location/postalcodes", city_code="44")[1]["code"] == 44
    near = {"latitude": "55.1", "longitude": "82.9"}
    assert desk.ask("GET", "/location/coordinates", **near)[1]["city"] == "Новосибирск"
    desk.settings(cdek={"postalcodes_shape": "list", "coordinates_shape": "list"})
    assert desk.ask("GET", "/location/postalcodes", code="44")[1] == [
        {"code": 44, "postal_code": found["postal_codes"]}
    ]
    assert desk.ask("GET", "/location/coordinates", **near)[1][0]["code"] == 270


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/location/postalcodes", {}),
        ("/location/postalcodes", {"code": "1"}),
        ("/location/postalcodes", {"code": "x"}),
        ("/location/coordinates", {}),
        ("/location/coordinates", {"latitude": "x", "longitude": "1"}),
        ("/location/coordinates", {"latitude": "nan", "longitude": "1"}),
        ("/location/coordinates", {"latitude": "91", "longitude": "1"}),
        ("/location/cities", {"size": "9" * 30}),
        ("/location/regions", {"size": "1.5"}),
        ("/location/cities", {"payment_limit": "much"}),
    ],
)
def test_bad_questions_about_places(desk: Desk, path: str, query: dict[str, str]) -> None:
    assert desk.ask("GET", path, **query)[0] == 400
