"""A tenant's switches: every one has the contract's default, and a value of the wrong kind counts as not set."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.courier_api.cdek.settings import ALLOWED, CHOICES, NUMBERS, choice, number

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk


def test_cdeks_own_settings_go_before_the_general_ones(desk: Desk) -> None:
    assert [choice(desk.world, name) for name in CHOICES] == [allowed[0] for allowed in CHOICES.values()]
    assert [number(desk.world, name) for name in NUMBERS] == [default for default, _, _ in NUMBERS.values()]
    desk.settings(accept_after_ms=5, not_found_status=404)
    assert (number(desk.world, "accept_after_ms"), choice(desk.world, "not_found_status")) == (5, 404)
    desk.settings(cdek={"accept_after_ms": 7, "not_found_status": 400})
    assert (number(desk.world, "accept_after_ms"), choice(desk.world, "not_found_status")) == (7, 400)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("registry_repeats_parcel", 1),
        ("not_found_status", 404.0),
        ("not_found_status", "404"),
        ("webhook_spelling", []),
    ],
)
def test_a_value_of_another_type_counts_as_not_set(desk: Desk, name: str, value: Any) -> None:
    desk.settings(cdek={name: value})
    assert choice(desk.world, name) == CHOICES[name][0]


@pytest.mark.parametrize("value", [True, -1, 10**9, 5.0, "5", None])
def test_a_number_out_of_range_counts_as_not_set(desk: Desk, value: Any) -> None:
    desk.settings(accept_after_ms=value)
    assert number(desk.world, "accept_after_ms") == 1_000


def test_empty_lists_of_errors_stand_on_success_when_the_tenant_says_so(new_desk: Callable[..., Desk]) -> None:
    for says, keys in (("absent", set()), ("empty", {"errors", "warnings"})):
        desk = new_desk(cdek={"no_errors_key": says})
        _, body = desk.ask("POST", "/orders", desk.body())
        assert {"errors", "warnings"} & body["requests"][0].keys() == keys


def test_the_sheet_lists_every_switch_with_its_default_first() -> None:
    listed = CARRIER.sheet.switches
    assert set(listed) == {*ALLOWED}
    assert (listed["not_found_status"], listed["registry_repeats_parcel"]) == ("400, 404", "false, true")
    assert listed["token_lifetime_s"] == "3600, 1 to 86400"


def test_webhooks_may_be_ahead_of_reads(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(cdek={"status_lag_ms": 60_000})
    uuid = desk.order()
    desk.still(uuid)
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9000/", "type": "ORDER_STATUS"})
    parcel = desk.scan(uuid, "DELIVERED")
    desk.advance(0)
    assert desk.sent[-1][1]["attributes"]["code"] == "DELIVERED"
    for after_ms, known in ((59_999, False), (1, True)):
        desk.advance(after_ms)
        shown = desk.shown(uuid)
        assert (shown["statuses"][0]["code"] == "DELIVERED") is known
        assert ("date" in shown["delivery_detail"]) is known
    CARRIER.revoke(desk.world, parcel, parcel.scans)
    assert desk.shown(uuid)["statuses"][0]["deleted"] is False
    desk.advance(60_000)
    assert desk.shown(uuid)["statuses"][0]["deleted"] is True


def test_money_is_taken_by_card_where_there_is_no_till(desk: Desk) -> None:
    door = desk.order()
    locker = desk.order(number="P-2", tariff_code=366, to_location=None, delivery_point="NSK2")
    for uuid, method in ((door, "CASH"), (locker, "CARD")):
        desk.still(uuid)
        desk.scan(uuid, "DELIVERED")
        assert [row["type"] for row in desk.shown(uuid)["delivery_detail"]["payment_info"]] == [method]
        (check,) = desk.ask("GET", "/check", order_uuid=uuid)[1]["check_info"]
        assert [row["type"] for row in check["payment_info"]] == [method]


@pytest.mark.parametrize(("choice", "ending"), [("colon", "+00:00"), ("plain", "+0000")])
def test_offsets_of_statuses_are_as_recorded_or_as_older_clients_read_them(
    desk: Desk, choice: str, ending: str
) -> None:
    desk.settings(cdek={"answer_offset": choice})
    uuid = desk.order()
    desk.scan(uuid, "RECEIVED_AT_SHIPMENT_WAREHOUSE")
    moments = [status["date_time"] for status in desk.shown(uuid)["statuses"]]
    assert len(moments) == 3
    assert all(moment.endswith(ending) for moment in moments)


def test_without_a_number_left_an_order_is_found_invalid_and_a_registered_one_may_still_change(desk: Desk) -> None:
    registered = desk.order()
    desk.settings(cdek={"number_range": "exhausted"})
    assert desk.errors(desk.order(number="P-2")) == ["v2_internal_error"]
    desk.ask("PATCH", "/orders", {"uuid": registered, "comment": "x"})
    desk.advance(1_000)
    assert desk.shown(registered)["comment"] == "x"


def test_pieces_handed_over_may_be_told_before_any_were(desk: Desk) -> None:
    desk.settings(cdek={"delivery_amount": "from_registration"})
    uuid = desk.order()
    desk.still(uuid)
    (before,) = desk.shown(uuid)["packages"][0]["items"]
    desk.scan(uuid, "DELIVERED")
    (after,) = desk.shown(uuid)["packages"][0]["items"]
    assert (before["delivery_amount"], after["delivery_amount"]) == (0, 2)


def test_equal_articles_of_a_package_may_be_renamed(desk: Desk) -> None:
    twice = [desk.package(items=[desk.item(), desk.item(), desk.item(ware_key="CUP")])]
    assert desk.errors(desk.order(packages=twice)) == ["error_validate_good_article_is_not_unique"]
    desk.settings(cdek={"equal_articles": "renamed"})
    (package,) = desk.shown(desk.order(number="P-2", packages=twice))["packages"]
    first, second, third = (item["ware_key"] for item in package["items"])
    assert (first, third) == ("TEA-1", "CUP")
    assert re.fullmatch("TEA-1_[0-9a-f]{7}", second)
    uuid = desk.order(number="P-3")
    (kept,) = desk.shown(uuid)["packages"]
    desk.ask("PATCH", "/orders", {"uuid": uuid, "packages": [{**twice[0], "package_id": kept["package_id"]}]})
    desk.advance(1_000)
    (changed,) = desk.shown(uuid)["packages"]
    assert len({item["ware_key"] for item in changed["items"]}) == 3


def test_contradictions_of_the_sources_are_told_apart_from_other_switches() -> None:
    """The contract names the status of «not found» and `/payment` of the test host as such (§1.3, CF-25)."""
    sheet = CARRIER.sheet
    assert {"not_found_status", "payment_route", "webhook_timeout_s"} <= {*sheet.contradictions} <= {*sheet.switches}
    assert not {"number_range", "accept_after_ms"} & {*sheet.contradictions}
