"""Rates (§4.5) and the price that a rate locks (§4.1, MA-T12)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.mail_alliance.countries import ZONES

MINUTE, DAY = 60_000, 86_400_000
PACKAGE = {"weight_g": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100}
HOME = {"postal_code": "97070", "country": "DE"}


def asked(**changes: Any) -> dict[str, Any]:
    there = {"postal_code": "10115", "country": "DE"}
    made = {"shipper": HOME, "recipient": there, "package": PACKAGE, **changes}
    return {name: value for name, value in made.items() if value is not None}


def rates(desk: Any, **changes: Any) -> Any:
    reply = desk.post("/v1/rates", asked(**changes), key=None)
    assert reply.status == 200, reply.body
    return reply.json


def cents(money: dict[str, str]) -> int:
    assert money["currency"] == "EUR" and money["amount"][-3] == "."
    return int(Decimal(money["amount"]) * 100)


def surcharges(rate: dict[str, Any]) -> dict[str, int]:
    return {found["code"]: cents(found["amount"]) for found in rate["surcharges"]}


def test_rates_are_sorted_by_total_and_add_up(desk: Any) -> None:
    found = rates(desk)
    assert [rate["service"] for rate in found["rates"]] == ["ma_letter_parcel", "ma_parcel", "ma_parcel_tracked"]
    totals = [cents(rate["total"]) for rate in found["rates"]]
    assert totals == sorted(totals)
    for rate in found["rates"]:
        parts = cents(rate["net"]) + sum(surcharges(rate).values()) + cents(rate["tax"]["amount"])
        assert parts == cents(rate["total"])
        assert rate["transit_days"]["min"] <= rate["transit_days"]["max"] and rate["guaranteed"] is False
        assert rate["expires_at"] == "2026-03-02T09:30:00.000Z" and len(rate["id"]) <= 40
    assert (found["messages"], found["tariff_version"]) == ([], "2026-03")


def test_asking_changes_nothing_and_the_answer_is_the_same_again(desk: Any) -> None:
    counters = dict(desk.world.store.header.counters)
    first = desk.post("/v1/rates", asked(), key=None)
    second = desk.post("/v1/rates", asked(), key=None)
    assert first.body == second.body
    assert "max-age=1800" in first.headers["Cache-Control"]
    moved = {name for name, count in desk.world.store.header.counters.items() if count != counters.get(name)}
    assert moved == {"mail_alliance.requests"} and desk.world.store.agenda() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"package": {**PACKAGE, "length_mm": 1001}}, "oversize"),
        ({"recipient": {"postal_code": "25980", "country": "DE"}}, "island"),
        ({"recipient": {"postal_code": "90133", "country": "IT"}}, "island"),
        ({"insurance": {"amount": "499.99", "currency": "EUR"}}, "insurance"),
        ({"ship_date": "2026-03-07"}, "saturday"),
    ],
)
def test_every_surcharge_has_its_reason(desk: Any, changes: dict[str, Any], code: str) -> None:
    plain = {rate["service"]: surcharges(rate) for rate in rates(desk)["rates"]}
    charged = {rate["service"]: surcharges(rate) for rate in rates(desk, **changes)["rates"]}
    assert code not in plain["ma_parcel"] and charged["ma_parcel"][code] > 0


def test_a_bulky_parcel_pays_by_volume(desk: Any) -> None:
    feathers = {"weight_g": 500, "length_mm": 600, "width_mm": 500, "height_mm": 400}  # 24 kg by volume
    heavy = {"weight_g": 24_000, "length_mm": 300, "width_mm": 200, "height_mm": 100}
    nets = [
        {rate["service"]: rate["net"] for rate in rates(desk, package=package)["rates"]}["ma_parcel"]
        for package in (feathers, heavy)
    ]
    assert nets[0] == nets[1]


@pytest.mark.parametrize(
    ("recipient", "service"),
    [
        ({"postal_code": "101000", "country": "RU"}, "ma_parcel"),
        ({"postal_code": "00000", "country": "DE"}, "ma_parcel"),
        ({"postal_code": "75001", "country": "FR"}, "ma_letter_parcel"),
    ],
)
def test_an_unserved_destination_is_a_message_in_rates_and_422_in_a_create(
    desk: Any, recipient: dict[str, str], service: str
) -> None:
    found = rates(desk, recipient=recipient, services=[service])
    assert found["rates"] == []
    assert [(said["code"], said["service"]) for said in found["messages"]] == [("not_served", service)]
    reply = desk.post("/v1/parcels", desk.order(recipient=desk.address(**recipient), service=service))
    assert (reply.status, reply.problem) == (422, "not-served")
    expected = {**recipient, "service": service}
    assert {name: reply.json[name] for name in ("postal_code", "country", "service")} == expected
    assert desk.get("/v1/parcels").json["data"] == []


def test_a_letter_parcel_has_limits_of_its_own(desk: Any) -> None:
    heavy = {**PACKAGE, "weight_g": 2001}
    assert [said["code"] for said in rates(desk, package=heavy)["messages"]] == ["limits_exceeded"]
    reply = desk.post("/v1/parcels", desk.order(service="ma_letter_parcel", package=heavy))
    assert (reply.status, reply.problem) == (422, "limits-exceeded")
    assert (reply.json["limit"], reply.json["actual"]) == (2000, 2001)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"services": ["ma_parcel", "ma_rocket"]}, ("/services/1", "enum")),
        ({"recipient": {"country": "DE"}}, ("/recipient/postal_code", "required")),
        ({"package": None}, ("/package", "required")),
        ({"ship_date": "2026-03-20"}, ("/ship_date", "max")),
        ({"colour": "red"}, ("/colour", "unknown_member")),
    ],
)
def test_malformed_input_is_422(desk: Any, changes: dict[str, Any], fault: tuple[str, str]) -> None:
    reply = desk.post("/v1/rates", asked(**changes), key=None)
    assert reply.status == 422 and reply.faults == [fault]


def quote(desk: Any) -> Any:
    """A rate for the order that `desk.order()` makes."""
    body = desk.order()
    asked_for = {name: body[name] for name in ("shipper", "recipient", "package")}
    found = desk.post("/v1/rates", {**asked_for, "services": ["ma_parcel"]}, key=None)
    return found.json["rates"][0]


def test_a_rate_locks_the_price_for_half_an_hour_over_a_change_of_the_tariff(desk: Any) -> None:
    desk.advance(30 * DAY - 10 * 3_600_000 + 50 * MINUTE)  # 31 March, 23:50
    rate = quote(desk)
    desk.advance(29 * MINUTE)
    locked = desk.book(rate_id=rate["id"])
    today = desk.book()
    assert locked["price"]["total"] == rate["total"] and locked["price"]["surcharges"] == rate["surcharges"]
    assert today["price"]["total"] != rate["total"]  # April's fuel
    assert (locked["tariff_version"], today["tariff_version"]) == ("2026-04", "2026-04")


def test_after_31_minutes_the_rate_is_a_conflict(desk: Any) -> None:
    rate = quote(desk)
    desk.advance(31 * MINUTE)
    reply = desk.post("/v1/parcels", desk.order(rate_id=rate["id"]))
    assert reply.status == 422 and reply.faults == [("/rate_id", "conflict")]
    assert "expired" in reply.json["detail"]


@pytest.mark.parametrize(
    "change",
    [
        {"service": "ma_parcel_tracked"},
        {"package": {**PACKAGE, "weight_g": 1201}},
        {"insurance": {"amount": "1.00", "currency": "EUR"}},
        {"ship_date": "2026-03-02"},
    ],
)
def test_a_rate_is_for_the_shipment_that_was_quoted(desk: Any, change: dict[str, Any]) -> None:
    rate = quote(desk)
    reply = desk.post("/v1/parcels", desk.order(rate_id=rate["id"], **change))
    assert reply.status == 422 and reply.faults == [("/rate_id", "conflict")]
    assert desk.post("/v1/parcels", desk.order(rate_id=rate["id"])).status == 201


def test_a_rate_of_another_client_or_environment_or_a_made_up_one_locks_nothing(desk: Any) -> None:
    body = desk.order(rate_id=quote(desk)["id"])
    for credential in ({"X-Api-Key": "mak_test_other"}, {"X-Api-Key": "mak_live_shop"}):
        assert desk.post("/v1/parcels", body, credential=credential).faults == [("/rate_id", "conflict")]
    forged = body["rate_id"][:-1] + ("0" if body["rate_id"][-1] != "0" else "1")
    assert desk.post("/v1/parcels", {**body, "rate_id": forged}).faults == [("/rate_id", "conflict")]


packages = st.builds(
    lambda mass, sides: {"weight_g": mass, "length_mm": sides[0], "width_mm": sides[1], "height_mm": sides[2]},
    st.integers(1, 31_500),
    st.tuples(st.integers(1, 900), st.integers(1, 500), st.integers(1, 500)),
)


@given(packages, st.sampled_from(sorted(ZONES)), st.integers(0, 50_000), st.integers(1, 2_000))
def test_prices_never_fall_with_weight_and_are_kept_by_the_booking(
    new_desk: Callable[..., Any], package: dict[str, int], country: str, insured: int, more_g: int
) -> None:
    desk = new_desk()
    there = {"postal_code": "12345", "country": country}
    insurance = {"amount": f"{insured // 100}.{insured % 100:02}", "currency": "EUR"} if insured else None
    found = rates(desk, recipient=there, package=package, insurance=insurance, services=["ma_parcel"])["rates"][0]
    heavier = {**package, "weight_g": min(31_500, package["weight_g"] + more_g)}
    again = rates(desk, recipient=there, package=heavier, insurance=insurance, services=["ma_parcel"])["rates"][0]
    assert cents(again["total"]) >= cents(found["total"]) > 0
    made = desk.book(
        recipient=desk.address(**there), package=package, insurance=insurance, rate_id=found["id"], references=None
    )
    assert made["price"]["total"] == found["total"]
    assert made["price"]["tax"] == found["tax"]
