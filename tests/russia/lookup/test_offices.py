"""Post offices, lockers and points over the wire: recorded shapes, odd queries of clients, laws of distance."""

import io
import json
import zipfile
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.russia.lookup import make_offices
from parcelproof.simulators.postal_api.russia.lookup.offices import HOURS, TYPES, offices, place_of
from parcelproof.simulators.postal_api.russia.lookup.places import apart_km, places, regions

from .conftest import Desk

LOCKER = "912471"
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_table_is_what_the_generator_makes() -> None:
    assert make_offices.main(["--check"]) == 0


def test_every_town_has_an_office_and_every_office_a_place_in_its_town() -> None:
    assert len(offices()) > 2_000
    assert {office.place.number for office in offices().values()} == {place.number for place in places()}
    assert {place.region.code for place in places()} == set(regions())
    for office in offices().values():
        assert place_of(office.index) is office.place
        assert office.kind in TYPES
        assert office.hours in HOURS
        assert office.away_m(office.place.latitude, office.place.longitude) < 60_000


def test_an_office_is_told_as_recorded(desk: Desk) -> None:
    found = desk.ask("GET", "/postoffice/1.0/125047")
    assert (found["postal-code"], found["type-code"], found["type-id"]) == ("125047", "ГОПС", 8)
    assert (found["works-on-saturdays"], found["works-on-sundays"]) == (True, False)
    assert [day["weekday-id"] for day in found["working-hours"]] == [*range(1, 8)]
    assert found["working-hours"][0]["begin-worktime"] == "08:00:00.000"
    assert found["working-hours"][6] == {"weekday-id": 7}
    assert {group["group-id"] for group in found["service-groups"]} == {2101, 2259, 2315}
    assert "distance" not in found
    assert "ufps-code" not in found
    more = desk.ask("GET", "/postoffice/1.0/125047", query="latitude=55.75&longitude=37.62&ufps-postal-code=true")
    assert more["distance"] == pytest.approx(3_100, rel=0.2)
    assert more["ufps-code"] == "101000"


def test_an_unknown_index_is_the_services_own_404(desk: Desk) -> None:
    found = desk.ask("GET", "/postoffice/1.0/900000", status=404)
    assert found == {"code": "1004", "desc": "Post office not found for '900000'"}


def test_services_go_by_groups_and_a_locker_has_none(desk: Desk) -> None:
    every = desk.ask("GET", "/postoffice/1.0/125047/services")
    assert {"1010700", "1090300", "2010400", "3060100", "3060400"} <= {service["code"] for service in every}
    for group in (2101, 2259, 2315):
        some = desk.ask("GET", f"/postoffice/1.0/125047/services/{group}")
        assert some == [service for service in every if service["group-id"] == group] != []
    assert desk.ask("GET", f"/postoffice/1.0/{LOCKER}/services") == []
    assert desk.ask("GET", f"/postoffice/1.0/{LOCKER}/services/2101") == []
    assert desk.ask("GET", "/postoffice/1.0/125047/services/x", status=400)["status"] == 400


def test_an_address_finds_the_office_that_serves_it_first(desk: Desk) -> None:
    found = desk.ask("GET", "/postoffice/1.0/by-address/", query="address=Москва, Варшавское шоссе, 37&top=5")
    assert found["postoffices"][0] == "117105"
    assert len(found["postoffices"]) == len(set(found["postoffices"])) == 5
    assert found["is-matched"] is True  # the office's own house
    other = desk.ask("GET", "/postoffice/1.0/by-address", query="address=г Москва, ш Волоколамское, дом 92 к. 2")
    assert (other["is-matched"], len(other["postoffices"])) == (False, 3)
    real = desk.ask("GET", "/postoffice/1.0/by-address", query="address=420199, Казань, ул. Советская, 5")
    assert all(index.startswith("42") for index in real["postoffices"])
    assert len(real["postoffices"]) == 3  # though that index has no office of its own here
    assert desk.ask("GET", "/postoffice/1.0/by-address", query="address=нигде")["postoffices"] == []
    assert "address" in desk.ask("GET", "/postoffice/1.0/by-address", status=400)["message"]


def nearby(desk: Desk, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.ask("GET", "/postoffice/1.0/nearby", query=query)
    return found


@settings(SHARED, max_examples=25)
@given(st.floats(42, 69), st.floats(20, 179), st.integers(0, 30), st.floats(0, 500))
def test_nearby_offices_come_in_the_order_of_their_distance(
    desk: Desk, latitude: float, longitude: float, top: int, radius_km: float
) -> None:
    rows = nearby(desk, f"latitude={latitude}&longitude={longitude}&top={top}&search-radius={radius_km}")
    assert len(rows) <= top
    assert all(one["distance"] <= other["distance"] for one, other in pairwise(rows))
    for row in rows:
        exact_m = 1_000 * apart_km((row["latitude"], row["longitude"]), (latitude, longitude))
        assert row["distance"] == pytest.approx(exact_m)
        assert row["distance"] <= radius_km * 1_000
    left_out = [
        office.away_m(latitude, longitude)
        for office in offices().values()
        if office.kind in "GSA" and office.index not in {row["postal-code"] for row in rows}
    ]
    if len(rows) == top and rows:
        assert min(left_out) >= rows[-1]["distance"]
    if len(rows) < top:
        assert min(left_out) > radius_km * 1_000


def test_queries_are_read_as_clients_write_them(desk: Desk) -> None:
    plain = nearby(desk, "latitude=55.825927&longitude=37.434163")
    assert plain[0]["postal-code"] == LOCKER
    assert nearby(desk, "filter=ALL?latitude=55.825927&longitude=37.434163") == plain
    assert nearby(desk, "lat=55.825927&lng=37.434163") == plain
    assert nearby(desk, "latitude=55,825927&longitude=37,434163&top=3") == plain
    every = nearby(desk, "latitude=55.8274&longitude=37.435&filter-by-office-type=False&top=50")
    assert {"ПВЗ", "ПОЧТОМАТ", "ГОПС"} <= {row["type-code"] for row in every}


def test_filters_look_at_the_clients_own_time(desk: Desk) -> None:
    where = "latitude=55.75&longitude=37.62&top=200&search-radius=40&current-date-time="
    at_night = nearby(desk, where + "2026-08-02T03:00:00&filter=CURRENTLY_WORKING")  # a Sunday
    at_noon = nearby(desk, where + "2026-08-03T12:00:00&filter=CURRENTLY_WORKING")
    assert {row["type-code"] for row in at_night} == {"ПОЧТОМАТ"}
    assert len(at_noon) > len(at_night)
    weekend = nearby(desk, where + "2026-08-03T12:00:00&filter=WORK_ON_WEEKENDS")
    assert all(row["works-on-saturdays"] or row["works-on-sundays"] for row in weekend)
    assert {row["type-code"] for row in nearby(desk, where + "2026-08-03T12:00:00&filter=ROUND_THE_CLOCK")} == {
        "ПОЧТОМАТ"
    }


@pytest.mark.parametrize(
    "query",
    ["", "latitude=55", "latitude=x&longitude=1", "latitude=91&longitude=1", "latitude=nan&longitude=1",
     "latitude=1&longitude=1&top=x", "latitude=1&longitude=1&filter=SOME", "latitude=1&longitude=1&search-radius=-1",
     "latitude=1&longitude=1&current-date-time=now"],
)  # fmt: skip
def test_what_no_place_can_be_is_told(desk: Desk, query: str) -> None:
    found = desk.ask("GET", "/postoffice/1.0/nearby", query=query, status=400)
    assert found["error"] == "Bad Request"
    assert "'" in found["message"]


def test_a_settlement_lists_its_indexes(desk: Desk) -> None:
    def codes(query: str) -> list[str]:
        found: list[str] = desk.ask("GET", "/postoffice/1.0/settlement.offices.codes", query=query)
        return found

    assert {"410001", "410002", "410012"} <= set(codes("settlement=Саратов&region=Саратовская область"))
    assert {"350000", "350053"} <= set(codes("settlement=Краснодар"))
    assert codes("settlement=Пластуновская") == ["353206"]
    assert {"125009", "125047"} <= set(codes("settlement=Москва&district=Тверская область"))
    two, one = codes("settlement=Кировск"), codes("settlement=Кировск&region=Мурманская")
    assert set(one) < set(two)
    assert codes("settlement=Нигде") == []
    assert LOCKER not in codes("settlement=Москва")


def test_points_are_lockers_and_staffed_points_and_need_no_key(desk: Desk) -> None:
    rows = desk.ask("GET", "/1.0/delivery-point/findAll")
    kinds = {row["delivery-point-type"] for row in rows}
    assert kinds == {"DELIVERY_POINT", "PICKUP_POINT"}
    locker = next(row for row in rows if row["delivery-point-index"] == LOCKER)
    assert locker["delivery-point-type"] == "PICKUP_POINT"
    assert locker["address"]["addressType"] == "DEFAULT"
    answer = desk.call("GET", "/1.0/delivery-point/findAll", headers={"Authorization": "AccessToken token-1"})
    assert answer.status == 200
    desk.settings(delivery_points="gone")
    assert desk.ask("GET", "/1.0/delivery-point/findAll", status=404)["error"] == "Not Found"


@pytest.mark.parametrize(
    ("kind", "types"),
    [("ALL", {"ГОПС", "СОПС", "УКД", "Почтомат", "ПВЗ"}), ("OPS", {"ГОПС", "СОПС", "УКД"}), ("PVZ", {"ПВЗ"}),
     ("APS", {"Почтомат"})],
)  # fmt: skip
def test_the_dump_is_a_zip_of_one_json(desk: Desk, kind: str, types: set[str]) -> None:
    answer = desk.call("GET", "/1.0/unloading-passport/zip", query=f"type={kind}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        (name,) = archive.namelist()
        found = json.loads(archive.read(name))
    assert name == f"{kind}01_August_2026.txt"
    assert set(found) == {"passportElements", "unloadingDate", "vsnapshot"}
    assert {element["type"] for element in found["passportElements"]} == types
    assert all(len(element["workTime"]) == 7 for element in found["passportElements"])


def test_the_dumps_type_follows_accept_and_its_address_is_a_switch(desk: Desk) -> None:
    other = "/postoffice/1.0/unloading-passport/zip"
    octets = desk.call("GET", other, query="type=PVZ", headers=desk.headers(Accept="application/octet-stream"))
    assert octets.headers["Content-Type"] == "application/octet-stream"
    desk.settings(unloading_passport_address="otpravka")
    assert desk.call("GET", other).status == 404
    assert desk.call("GET", "/1.0/unloading-passport/zip", query="type=PVZ").status == 200
    assert desk.call("GET", "/1.0/unloading-passport/zip", query="type=ANY").status == 400
