"""An order from POST to hand-over as GET shows it, and what can be done to it. Wire contract: `courier_api` §1.5."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.parcel import Collected
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.courier_api.cdek.problem_codes import EVENTS
from parcelproof.simulators.courier_api.cdek.statuses import ROWS, SPELLINGS

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

DAY_MS = 86_400_000


def codes(shown: dict[str, Any]) -> list[str]:
    return [row["code"] for row in shown["statuses"]]


def taken(desk: Desk, uuid: str) -> int:
    return sum(fact.amount_minor for fact in desk.parcel(uuid).facts if isinstance(fact, Collected))


def test_just_after_post_and_just_after_registration(desk: Desk) -> None:
    status, body = desk.ask("POST", "/orders", desk.body())
    assert status == 202
    (request,) = body["requests"]
    assert body["entity"].keys() == {"uuid"}
    assert (request["type"], request["state"], request["date_time"]) == (
        "CREATE",
        "ACCEPTED",
        "2026-03-02T09:00:00+00:00",
    )
    assert "errors" not in request
    uuid = body["entity"]["uuid"]

    early = desk.shown(uuid)
    assert not {"cdek_number", "items_cost_currency", "recipient_currency"} & early.keys()
    assert codes(early) == ["ACCEPTED"]
    assert early["delivery_detail"] == {"total_sum": 0, "payment_info": []}
    assert early["calls"] == {}
    assert early["services"] == []
    assert not {"package_id", "barcode", "weight_calc"} & early["packages"][0].keys()
    assert "delivery_mode" not in early

    desk.advance(1_000)
    late = desk.shown(uuid)
    assert codes(late) == ["CREATED", "ACCEPTED"]
    assert late["cdek_number"] == "1107000001"
    assert late["delivery_mode"] == "1"
    assert (late["items_cost_currency"], late["recipient_currency"]) == ("RUB", "RUB")
    assert late["recipient"]["phones"] == [{"number": "79130000001"}]
    assert late["sender"]["company"] == "shop"
    assert late["statuses"][0]["city"] == "Офис СДЭК"
    (insurance,) = late["services"]
    assert (insurance["code"], insurance["parameter"]) == ("INSURANCE", "3999.00")
    package = late["packages"][0]
    assert len(package["barcode"]) == 12
    assert package["barcode"].isdecimal()
    assert (package["weight_volume"], package["weight_calc"]) == (1200, 1500)
    assert UUID(package["package_id"])
    assert {status["deleted"] for status in late["statuses"]} == {False}
    assert late["statuses"][0]["date_time"].endswith("+00:00"), "as recorded: only webhooks write +0000"
    place = late["to_location"]
    assert (place["city"], place["region"], place["country"], place["country_code"]) == (
        "Новосибирск", "Новосибирская область", "Россия", "RU"
    )  # fmt: skip
    assert late["sender"]["name"]
    assert late["recipient"]["company"] == late["recipient"]["name"]
    assert late["transacted_payment"] is False
    detail = late["delivery_detail"]
    assert detail["total_sum"] == detail["delivery_sum"] + detail["delivery_vat_sum"] + insurance["total_sum"]
    assert insurance["total_sum"] == insurance["sum"] + insurance["vat_sum"] > insurance["sum"] > 0
    assert not {"date", "recipient_name", "payment_sum"} & detail.keys()


def test_an_order_from_office_to_office_shows_both_addresses_and_a_sender_from_the_start(desk: Desk) -> None:
    ends = {"shipment_point": "MSK1", "delivery_point": "NSK1", "from_location": None, "to_location": None}
    _, made = desk.ask("POST", "/orders", desk.body(tariff_code=136, **ends))
    uuid = made["entity"]["uuid"]
    for _ in range(2):
        shown = desk.shown(uuid)
        for key, point in (("from_location", "MSK1"), ("to_location", "NSK1")):
            (office,) = desk.ask("GET", "/deliverypoints", code=point)[1]
            place = office["location"]
            assert shown[key]["code"] == place["city_code"]
            same = ("city", "country_code", "postal_code", "address", "longitude", "latitude", "region_code")
            assert {name: shown[key][name] for name in same} == {name: place[name] for name in same}
        assert shown["sender"]["name"] == "shop"
        desk.advance(2_000)
    assert shown["cdek_number"]
    status, _ = desk.ask("PATCH", "/orders", {"uuid": uuid, "comment": "x"})
    desk.advance(1_000)
    assert (status, desk.shown(uuid)["comment"]) == (202, "x")


def test_a_tariff_from_an_office_takes_a_city_without_a_street(desk: Desk) -> None:
    uuid = desk.order(tariff_code=137, from_location={"code": 44})
    assert desk.errors(uuid) == []
    assert (desk.shown(uuid)["from_location"]["city"], desk.shown(uuid)["delivery_mode"]) == ("Москва", "3")
    status, body = desk.ask("POST", "/orders", desk.body(number="P-2", from_location={"code": 44}))
    assert (status, body["requests"][0]["errors"][0]["message"]) == (400, "[from_location.address] is empty")


def test_a_used_thing_is_told_back(desk: Desk) -> None:
    uuid = desk.order(packages=[desk.package(items=[desk.item(used=True)])])
    assert desk.shown(uuid)["packages"][0]["items"][0]["used"] is True


def test_what_the_buyer_is_charged_for_delivery_is_told_back_as_it_was_sent(desk: Desk) -> None:
    steps = [
        {"threshold": 1000, "sum": 200, "vat_rate": 20, "vat_sum": Decimal("33.33")},
        {"threshold": 2000, "sum": 0},
    ]
    free = {"value": 0}
    sent = desk.body(delivery_recipient_cost=free, delivery_recipient_cost_adv=steps, services=[{"code": "PART_DELIV"}])
    _, body = desk.ask("POST", "/orders", sent)
    uuid = body["entity"]["uuid"]
    for _ in range(2):  # before and after registration
        shown = desk.shown(uuid)
        assert (shown["delivery_recipient_cost"], shown["delivery_recipient_cost_adv"]) == (free, steps)
        desk.advance(1_000)
    assert "delivery_recipient_cost" not in desk.shown(desk.order(number="P-002", delivery_recipient_cost=None))


def test_an_order_is_found_by_its_numbers(desk: Desk) -> None:
    uuid = desk.order()
    assert desk.ask("GET", "/orders", cdek_number="1107000001")[1]["entity"]["uuid"] == uuid
    assert desk.ask("GET", "/orders", im_number="P-001")[1]["entity"]["uuid"] == uuid


@pytest.mark.parametrize(
    ("path", "query", "code", "message"),
    [
        ("/orders", {"cdek_number": "1"}, "v2_order_not_found", "Order not found by cdek_number 1"),
        ("/orders", {"im_number": "x"}, "v2_entity_not_found_im_number", "Entity is not found by im_number x"),
        ("/orders", {}, "v2_field_is_empty", "[cdek_number] is empty"),
        ("/orders/0000", {}, "v2_entity_not_found", "Entity is not found by uuid 0000"),
    ],
)
def test_what_is_not_found(desk: Desk, path: str, query: dict[str, str], code: str, message: str) -> None:
    assert desk.ask("GET", path, **query) == (400, {"errors": [{"code": code, "message": message}]})


def test_not_found_is_404_when_the_tenant_says_so(desk: Desk) -> None:
    desk.settings(not_found_status=404)
    assert desk.ask("GET", "/orders/0000")[0] == 404


def test_a_strangers_order_is_not_found(desk: Desk) -> None:
    uuid = desk.order()
    desk.log_in("stranger", "x")
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/refusal")):
        status, body = desk.ask(method, f"/orders/{uuid}{path}")
        assert (status, body["errors"][0]["code"]) == (400, "v2_entity_not_found")
    assert desk.ask("GET", "/orders", cdek_number="1107000001")[1]["errors"][0]["code"] == "v2_order_not_found"


def test_an_order_without_a_number_goes_by_its_uuid(desk: Desk) -> None:
    uuid = desk.order(number=None)
    assert desk.shown(uuid)["number"] == uuid


def test_a_delivered_order_shows_the_money_and_newest_first(desk: Desk) -> None:
    uuid = desk.order()
    desk.live(uuid, "delivered")
    desk.advance(8 * DAY_MS)
    shown = desk.shown(uuid)
    assert codes(shown) == [
        "DELIVERED",
        "TAKEN_BY_COURIER",
        "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE",
        "ACCEPTED_IN_RECIPIENT_CITY",
        "SENT_TO_RECIPIENT_CITY",
        "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY",
        "READY_FOR_SHIPMENT_IN_SENDER_CITY",
        "RECEIVED_AT_SHIPMENT_WAREHOUSE",
        "CREATED",
        "ACCEPTED",
    ]
    detail = shown["delivery_detail"]
    assert detail["recipient_name"] == "Иванова Анна"
    assert float(detail["payment_sum"]) == 2 * 1999.5 + 350
    assert [(row["type"], float(row["sum"])) for row in detail["payment_info"]] == [("CASH", 4349.0)]
    assert taken(desk, uuid) == 434_900
    assert shown["packages"][0]["items"][0]["delivery_amount"] == 2
    assert shown["statuses"][0]["city"] == "Новосибирск"
    assert shown["statuses"][-3]["city"] == "Москва"
    assert "city_uuid" in shown["statuses"][0]
    desk.settings(cdek={"status_city_key": "city_code"})
    assert desk.shown(uuid)["statuses"][0]["city_code"] == "270"


def test_a_removal_waits_for_registration_and_is_done_later(desk: Desk) -> None:
    uuid = desk.ask("POST", "/orders", desk.body())[1]["entity"]["uuid"]
    status, body = desk.ask("DELETE", f"/orders/{uuid}")
    assert (status, body["entity"], body["requests"][0]["state"]) == (202, {"uuid": uuid}, "WAITING")
    assert body["requests"][0]["type"] == "DELETE"
    status, again = desk.ask("DELETE", f"/orders/{uuid}")
    assert (status, again["errors"][0]["code"]) == (400, "v2_similar_request_still_processed")
    desk.advance(1_000)
    assert codes(desk.shown(uuid)) == ["REMOVED", "CREATED", "ACCEPTED"]
    assert desk.parcel(uuid).status is Status.CANCELLED
    requests = desk.ask("GET", f"/orders/{uuid}")[1]["requests"]
    assert [(row["type"], row["state"]) for row in requests] == [("CREATE", "SUCCESSFUL"), ("DELETE", "SUCCESSFUL")]
    desk.advance(9 * DAY_MS)
    assert codes(desk.shown(uuid))[0] == "REMOVED"


def test_an_order_that_has_moved_is_not_removed(desk: Desk) -> None:
    uuid = desk.order()
    assert desk.ask("DELETE", f"/orders/{uuid}")[0] == 202
    desk.scan(uuid, "RECEIVED_AT_SHIPMENT_WAREHOUSE")
    desk.advance(1_000)
    request = desk.ask("GET", f"/orders/{uuid}")[1]["requests"][1]
    assert (request["state"], request["errors"][0]["code"]) == ("INVALID", "error_validate_order_delete_status")
    status, body = desk.ask("DELETE", f"/orders/{uuid}")
    assert (status, body["errors"][0]["code"]) == (400, "error_validate_order_delete_status")


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"[]"])
def test_a_refusal_of_a_registered_order_needs_no_body_and_brings_nothing_back(desk: Desk, body: bytes) -> None:
    uuid = desk.order()
    answer = desk.call("POST", f"/v2/orders/{uuid}/refusal", body)
    assert answer.status == 202
    assert b'"CREATE_REFUSAL"' in answer.body
    desk.advance(1_000)
    shown = desk.shown(uuid)
    assert (shown["statuses"][0]["code"], shown["statuses"][0]["reason_code"]) == ("NOT_DELIVERED", "11")
    assert desk.ask("GET", f"/orders/{uuid}")[1]["related_entities"] == []
    assert desk.call("POST", f"/v2/orders/{uuid}/refusal", body).status == 400
    desk.advance(9 * DAY_MS)
    assert len(desk.shown(uuid)["statuses"]) == 3


@pytest.mark.parametrize("story", CARRIER.stories)
@pytest.mark.parametrize("place", ["door", "office", "locker"])
def test_every_story_ends_as_its_name_says_within_eight_days(desk: Desk, story: str, place: str) -> None:
    point = {
        "office": {"tariff_code": 138, "delivery_point": "VVO1"},
        "locker": {"tariff_code": 366, "delivery_point": "VVO2"},
    }
    changes: dict[str, Any] = {"to_location": {"city": "Владивосток", "address": "x"}}
    uuid = desk.order(**({"to_location": None, **point[place]} if place in point else changes))
    desk.live(uuid, story)
    desk.advance(8 * DAY_MS)
    ends = {
        "refused": ("NOT_DELIVERED", "11"),
        "returned": ("NOT_DELIVERED", "23"),
        "lost": ("NOT_DELIVERED", "26"),
        "partly-refused": ("NOT_DELIVERED", "11") if place == "locker" else ("DELIVERED", "20"),
        "stuck": ("CREATED", None),
    }
    newest = desk.shown(uuid)["statuses"][0]
    assert (newest["code"], newest.get("reason_code")) == ends.get(story, ("DELIVERED", None))


def test_the_mix_and_the_comment_choose_the_life(desk: Desk) -> None:
    desk.settings(mix={"lost": 1})
    drawn, named = desk.order(), desk.order(number="P-2", comment="please [story: stuck]")
    desk.advance(8 * DAY_MS)
    assert desk.parcel(drawn).status is Status.LOST_OR_DAMAGED
    assert desk.parcel(named).status is Status.ANNOUNCED


def test_an_unknown_code_reason_or_story_is_refused(desk: Desk) -> None:
    uuid = desk.order()
    for code, reason in (
        ("TELEPORTED", ""),
        ("INVALID", ""),
        ("ACCEPTED", ""),
        ("DELIVERED", "99"),
        ("DELIVERED", "20:x"),
    ):
        with pytest.raises(Rejected) as caught:
            desk.scan(uuid, code, reason)
        assert caught.value.reason is Reason.UNKNOWN_CODE
    with pytest.raises(Rejected):
        CARRIER.story(desk.world, desk.parcel(uuid), "fairy tale")
    assert desk.parcel(uuid).scans == 0


def test_a_scan_registers_a_pending_order_first(desk: Desk) -> None:
    uuid = desk.ask("POST", "/orders", desk.body())[1]["entity"]["uuid"]
    assert desk.scan(uuid, "TAKEN_BY_COURIER").status is Status.OUT_FOR_DELIVERY
    assert codes(desk.shown(uuid)) == ["TAKEN_BY_COURIER", "CREATED", "ACCEPTED"]


def test_the_status_table_is_complete() -> None:
    """Names, numbers and finals of `courier_api` §2.1: 35 statuses, 11 of them under the number 1000."""
    assert len(ROWS) == len({row.code for row in ROWS}) == 35
    assert sum(row.number == "1000" for row in ROWS) == 11
    assert len({row.name for row in ROWS}) == 35
    assert {row.code for row in ROWS if not row.number} == {"ACCEPTED", "INVALID"}
    assert len(SPELLINGS) == 35 + 20 + 1
    assert SPELLINGS["ARRIVED_AT_RECIPIENT_CITY"] is SPELLINGS["MET_AT_RECIPIENT_OFFICE"]
    assert set(CARRIER.codes) == (set(SPELLINGS) - {"ACCEPTED", "INVALID"}) | set(EVENTS)
    assert not set(SPELLINGS) & set(EVENTS)


def test_a_foreign_registration_leaves_a_chosen_life_alone(desk: Desk) -> None:
    uuid = desk.ask("POST", "/orders", desk.body())[1]["entity"]["uuid"]
    desk.live(uuid, "lost")
    desk.advance(8 * DAY_MS)
    assert desk.parcel(uuid).status is Status.LOST_OR_DAMAGED
