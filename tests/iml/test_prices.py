"""Prices: monotone, and the same in the question and on the bill. Wire contract: `courier_api` §3."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.iml import prices
from parcelproof.simulators.courier_api.iml.jobs import JOBS
from parcelproof.simulators.courier_api.iml.regions import distance_km, regions

if TYPE_CHECKING:
    from tests.iml.conftest import Desk

codes = st.sampled_from(sorted(regions()))
jobs = st.sampled_from(sorted(JOBS))


@given(jobs, codes, codes, codes, st.integers(0, 30_000), st.integers(0, 5_000))
def test_more_mass_and_more_way_never_cost_less(job: str, a: str, b: str, c: str, mass_g: int, more_g: int) -> None:
    start, near, far = (
        regions()[a],
        *sorted((regions()[b], regions()[c]), key=lambda end: distance_km(regions()[a], end)),
    )
    light = prices.delivery_minor(JOBS[job], start, near, mass_g)
    assert light <= prices.delivery_minor(JOBS[job], start, near, mass_g + more_g)
    assert light <= prices.delivery_minor(JOBS[job], start, far, mass_g)


def quoted(desk: Desk, path: str = "/v5/GetPlantCostOrder", **changes: Any) -> tuple[int, Any]:
    answer = desk.call(
        "POST",
        path,
        json.dumps(desk.body(**changes)).encode(),
        desk.credentials(**{"Content-Type": "application/json"}),
    )
    return answer.status, json.loads(answer.body, parse_float=Decimal)


def test_what_is_quoted_is_what_is_billed(desk: Desk) -> None:
    status, found = quoted(desk)
    assert status == 200
    price = found["PriceTypes"][0]
    assert sum(part["Cost"] for part in price["AccountNoItems"]) == price["DeliveryCost"]
    order = desk.made()
    desk.scan(order, "1/0")
    desk.scan(order, "3/1")
    (row,) = desk.listed()
    assert row["FullDeliveryAmount"] + row["Commission"] == price["DeliveryCost"]


def test_a_large_package_is_charged_by_its_volume(desk: Desk) -> None:
    package = {"itemType": 7, "productNo": 1, "weightLine": 1, "Side1": 60, "Side2": 50, "Side3": 40}
    _, small = quoted(desk)
    _, large = quoted(desk, GoodItems=[package])
    assert large["PriceTypes"][0]["DeliveryCost"] > small["PriceTypes"][0]["DeliveryCost"]


def test_the_short_question_agrees_with_the_long(desk: Desk) -> None:
    short = {
        "job": "24КО",
        "weigth": 1.5,
        "regionFrom": "МОСКВА",
        "regionTo": "НОВОСИБИРСК",
        "receiptAmount": 2000.5,
        "declaredValue": 2000,
    }
    found = desk.ask("/v5/GetPrice", short)
    assert found == desk.ask("/json/GetPrice", short)
    assert found["Price"] == quoted(desk)[1]["PriceTypes"][0]["DeliveryCost"]
    assert found["DeliveryDate"] == "2026-03-08T00:00:00"
    later = desk.ask("/v5/GetPrice", {**short, "ReceiveDate": "2026-03-10T18:00"})
    assert later["DeliveryDate"] == "2026-03-16T00:00:00"


def test_each_call_refuses_in_its_own_way(desk: Desk) -> None:
    short = desk.ask("/v5/GetPrice", {"Job": "24"})
    assert (set(short), short["Code"]) == ({"Code", "Mess"}, "RegionCodeFrom")
    status, long = quoted(desk, Job="?")
    assert (status, long["Errors"][0]["Code"], set(long["Errors"][0])) == (400, "Job", {"Code", "ErrorMessage"})


def test_asking_changes_nothing(desk: Desk) -> None:
    desk.made()
    before = desk.world.store.dump()
    quoted(desk)
    desk.ask("/v5/GetPrice", {"Job": "24", "regionFrom": "МОСКВА", "regionTo": "ТВЕРЬ"})
    for name in ("sd", "zone", "status"):
        desk.dictionary(name)
    desk.ask("/json/GetStatuses")
    assert desk.wrong()
    assert desk.world.store.dump() == before
