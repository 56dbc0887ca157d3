"""Orders at the places of the table: cities that share a name, and offices of every kind. Wire: `courier_api` §1.11."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.courier_api.cdek.geography import all_named
from parcelproof.simulators.courier_api.cdek.offices import offices

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

TERMINAL = next(found.code for found in offices().values() if found.mass_min_g and found.city.code == 270)


@pytest.mark.parametrize("region", ["Кировская область", "Калининградская область"])
def test_a_scan_in_a_city_that_shares_its_name_is_told_of_the_right_one(desk: Desk, region: str) -> None:
    (city,) = (found for found in all_named("Советск") if found.region == region)
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9/hook", "type": "ORDER_STATUS"})
    uuid = desk.order(to_location={"city": "Советск", "region": region, "address": "ул. Ленина, 7"})
    desk.still(uuid)
    desk.scan(uuid, "ACCEPTED_IN_RECIPIENT_CITY")
    status = desk.shown(uuid)["statuses"][0]
    assert (status["city"], status["city_uuid"]) == ("Советск", city.uuid)
    desk.advance(1_000)
    told = [body["attributes"] for _, body in desk.sent if body["attributes"]["code"] == "ACCEPTED_IN_RECIPIENT_CITY"]
    assert [(row["city_code"], row["city_uuid"]) for row in told] == [(str(city.code), city.uuid)]


@pytest.mark.parametrize(("mass_g", "errors"), [(29_999, ["ERR_PVZ_WEIGHT_LIMIT"]), (30_000, [])])
def test_a_cargo_terminal_takes_nothing_light(desk: Desk, mass_g: int, errors: list[str]) -> None:
    package: dict[str, Any] = desk.package(weight=mass_g)
    uuid = desk.order(tariff_code=138, to_location=None, delivery_point=TERMINAL, packages=[package])
    assert desk.errors(uuid) == errors


def test_price_in_an_order_is_the_calculators_for_tariffs_of_every_kind(desk: Desk) -> None:
    package = {key: value for key, value in desk.package().items() if key not in ("items", "number")}
    moscow = {"code": 44, "address": "ул. Ленина, 7"}
    for number, tariff in enumerate((3, 58, 676, 2360, 2483)):
        asked = {
            "tariff_code": tariff,
            "from_location": {"code": 44},
            "to_location": {"code": 44},
            "packages": [package],
        }
        status, body = desk.ask("POST", "/calculator/tariff", asked)
        assert status == 200, body
        uuid = desk.order(number=f"N-{number}", tariff_code=tariff, to_location=moscow)
        detail = desk.shown(uuid)["delivery_detail"]
        assert detail["delivery_sum"] + detail["delivery_vat_sum"] == body["delivery_sum"], tariff


def test_a_parcel_goes_from_a_shut_office_to_none_that_does_not_take_it(desk: Desk) -> None:
    package = desk.package(weight=25_000)
    uuid = desk.order(tariff_code=138, to_location=None, delivery_point="NSK1", packages=[package])
    desk.still(uuid)
    points = ["NSK1"]
    while True:
        desk.scan(uuid, "OFFICE_CLOSED")
        point = desk.shown(uuid)["delivery_point"]
        if point == points[-1]:
            break
        points.append(point)
        assert offices()[point].mass_min_g <= 25_000 <= offices()[point].mass_max_g
    fitting = [row for row in offices().values() if row.city.code == 270 and row.kind == "PVZ" and row.mass_min_g == 0]
    assert sorted(points) == sorted(row.code for row in fitting if row.mass_max_g >= 25_000)
    assert len(points) < len(fitting)
