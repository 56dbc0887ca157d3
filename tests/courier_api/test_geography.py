"""Cities, postal codes, offices. Wire contract: `courier_api` §1.11."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.cdek.geography import (
    POSTAL_LENGTH,
    by_postal_code,
    cities,
    distance_km,
    named,
    resolve,
)
from parcelproof.simulators.courier_api.cdek.offices import offices

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk


def test_the_published_codes() -> None:
    found = {name: city.code for name in ("Москва", "Санкт-Петербург", "Новосибирск", "Ростов-на-Дону", "Калининград")
             if (city := named(name))}  # fmt: skip
    assert list(found.values()) == [44, 137, 270, 438, 152]
    assert (cities()[44].region_code, cities()[270].region_code) == (81, 23)


def test_the_table_is_sound() -> None:
    table = cities().values()
    assert len(table) == 186
    assert len({city.name for city in table}) == len(table)
    assert len({(city.country, city.name_eng) for city in table}) == len(table)
    for city in table:
        assert -90 < city.latitude < 90
        assert by_postal_code(city.postal_code, city.country) is city, city.name
        assert all(len(first) == len(last) for first, last in city.prefixes)


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
        ({"country_code": "ZZ", "postal_code": "31000", "city": "Toulouse"}, None),
        ({"address": "somewhere"}, None),
    ],
)
def test_how_a_location_resolves(location: dict[str, Any], name: str | None) -> None:
    city = resolve(location)
    assert (city.name if city else None) == name


@given(st.text(), st.sampled_from([*POSTAL_LENGTH, "ZZ", ""]))
def test_any_text_may_be_a_postal_code(text: str, country: str) -> None:
    city = by_postal_code(text, country)
    assert city is None or city.country == country


@given(st.sampled_from(sorted(cities())), st.sampled_from(sorted(cities())))
def test_distance_is_the_same_both_ways(one: int, other: int) -> None:
    there, back = distance_km(cities()[one], cities()[other]), distance_km(cities()[other], cities()[one])
    assert there == back
    assert (there == 0) == (one == other)


def test_cities_over_the_wire(desk: Desk) -> None:
    (moscow,) = desk.ask("GET", "/location/cities", code="44")[1]
    assert moscow.keys() == {
        "code",
        "city_uuid",
        "city",
        "fias_guid",
        "country_code",
        "country",
        "region",
        "region_code",
        "longitude",
        "latitude",
        "time_zone",
        "payment_limit",
    }
    assert (moscow["city"], moscow["payment_limit"], moscow["region_code"]) == ("Москва", -1, 81)
    assert desk.ask("GET", "/location/cities", city="Moscow", lang="eng")[1][0]["city"] == "Moscow"
    assert desk.ask("GET", "/location/cities", fias_guid=moscow["fias_guid"])[1] == [moscow]
    assert desk.ask("GET", "/location/cities", postal_code="101000", country_codes="RU")[1] == [moscow]
    both = desk.ask("GET", "/location/cities", country_codes="KZ,BY")[1]
    assert {row["country_code"] for row in both} == {"KZ", "BY"}
    answer = desk.call("GET", "/v2/location/cities", query="country_codes=KZ&country_codes=BY")
    assert answer.body.count(b'"code"') == len(both)


def test_pages(desk: Desk) -> None:
    size = 50
    pages = [desk.ask("GET", "/location/cities", size=str(size), page=str(page))[1] for page in range(5)]
    assert [len(page) for page in pages] == [50, 50, 50, 36, 0]
    assert len({row["code"] for page in pages for row in page}) == 186
    for path in ("/location/cities", "/location/regions", "/deliverypoints"):
        status, body = desk.ask("GET", path, page="1")
        assert (status, body["errors"][0]["message"]) == (400, "[size] is empty")
        assert desk.ask("GET", path, size="-1")[0] == 400


def test_suggestions_regions_codes_and_points(desk: Desk) -> None:
    suggested = desk.ask("GET", "/location/suggest/cities", name="ново", country_code="RU")[1]
    assert suggested[0].keys() == {"city_uuid", "code", "full_name", "country_code"}
    assert suggested[0]["full_name"] == "Новосибирск, Новосибирская область, Россия"
    assert desk.ask("GET", "/location/suggest/cities")[1]["errors"][0]["code"] == "v2_field_is_empty"
    regions = desk.ask("GET", "/location/regions", country_codes="RU")[1]
    assert {row["region_code"]: row["region"] for row in regions}[81] == "Москва"
    assert desk.ask("GET", "/location/postalcodes", code="44")[1] == {"code": 44, "postal_codes": ["101000"]}
    assert desk.ask("GET", "/location/postalcodes", city_code="44")[1]["code"] == 44
    near = {"latitude": "55.1", "longitude": "82.9"}
    assert desk.ask("GET", "/location/coordinates", **near)[1]["city"] == "Новосибирск"
    desk.settings(cdek={"postalcodes_shape": "list", "coordinates_shape": "list"})
    assert desk.ask("GET", "/location/postalcodes", code="44")[1] == [{"code": 44, "postal_code": ["101000"]}]
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
        ("/deliverypoints", {"weight_max": "heavy"}),
    ],
)
def test_bad_questions_about_places(desk: Desk, path: str, query: dict[str, str]) -> None:
    assert desk.ask("GET", path, **query)[0] == 400


def test_offices_and_lockers(desk: Desk) -> None:
    rows = desk.ask("GET", "/deliverypoints", city_code="270")[1]
    assert {row["code"]: row["type"] for row in rows} == {"NSK1": "PVZ", "NSK2": "POSTAMAT"}
    locker = rows[1]
    assert locker["dimensions"]
    assert locker["location"]["city_uuid"] == cities()[270].uuid
    assert len(locker["work_time_list"]) == 7
    assert [row["code"] for row in desk.ask("GET", "/deliverypoints", city_code="270", type="PVZ")[1]] == ["NSK1"]
    assert [row["code"] for row in desk.ask("GET", "/deliverypoints", code="nsk2")[1]] == ["NSK2"]
    cash = desk.ask("GET", "/deliverypoints", city_code="270", have_cash="True")[1]
    assert [row["code"] for row in cash] == ["NSK1"]
    assert [row["code"] for row in desk.ask("GET", "/deliverypoints", city_code="270", weight_max="20")[1]] == ["NSK1"]
    assert len(desk.ask("GET", "/deliverypoints")[1]) == len(offices())
