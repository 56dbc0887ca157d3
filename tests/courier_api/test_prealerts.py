"""Hand-over lists. Wire contract: `courier_api` §1.9, §1.12 `PREALERT_CLOSED`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.labels.boxes import pages_of

from parcelproof.simulators.courier_api.cdek.offices import offices
from parcelproof.simulators.courier_api.cdek.records import CLOSED

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

HOUR_MS = 3_600_000
TODAY, TOMORROW = "2026-03-02", "2026-03-03"
OFFICE = next(code for code, office in sorted(offices().items()) if office.city.code == 44 and not office.locker)
TAKEN_IN = "RECEIVED_AT_SHIPMENT_WAREHOUSE"


def listed(desk: Desk, *orders: dict[str, Any], **changes: Any) -> str:
    """Post a list, let it be judged, and return its uuid."""
    body = {"planned_date": TOMORROW, "shipment_point": OFFICE, "orders": list(orders), **changes}
    status, answer = desk.ask("POST", "/prealert", body)
    assert status == 202, answer
    assert answer["requests"][0]["state"] == "ACCEPTED"
    desk.advance(1_000)
    uuid: str = answer["entity"]["uuid"]
    return uuid


def shown(desk: Desk, uuid: str) -> dict[str, Any]:
    status, body = desk.ask("GET", f"/prealert/{uuid}")
    assert status == 200
    entity: dict[str, Any] = body["entity"]
    return entity


def states(desk: Desk, uuid: str) -> list[str]:
    return [package["status"] for order in shown(desk, uuid)["orders"] for package in order["packages"]]


def order(desk: Desk, number: str) -> str:
    uuid = desk.order(number=number)
    desk.still(uuid)
    return uuid


def test_a_list_gets_its_number_a_moment_later_and_names_orders_and_packages(desk: Desk) -> None:
    uuids = [order(desk, f"P-{number}") for number in range(3)]
    names = [{"order_uuid": uuids[0]}, {"cdek_number": 1107000002}, {"im_number": "P-2"}]
    body = {"planned_date": TOMORROW, "shipment_point": OFFICE, "orders": names}
    _, answer = desk.ask("POST", "/prealert", body)
    early = shown(desk, answer["entity"]["uuid"])
    assert early == {
        "planned_date": TOMORROW,
        "shipment_point": OFFICE,
        "orders": [{"order_uuid": uuids[0]}, {"cdek_number": 1107000002}, {"im_number": "P-2"}],
    }
    desk.advance(1_000)
    found = shown(desk, answer["entity"]["uuid"])
    assert (found["uuid"], found["prealert_number"]) == (answer["entity"]["uuid"], "700001")
    assert [row["order_uuid"] for row in found["orders"]] == uuids
    assert found["orders"][1]["cdek_number"] == 1107000002
    assert found["orders"][1].keys() == {"order_uuid", "cdek_number", "im_number"}, "packages stand in closed lists"
    assert "closed_date" not in found
    desk.advance(48 * HOUR_MS)
    package = desk.shown(uuids[1])["packages"][0]
    assert shown(desk, answer["entity"]["uuid"])["orders"][1]["packages"] == [
        {"package_id": package["package_id"], "number": "1", "status": "Не принято"}
    ]


def test_a_list_closes_when_all_has_come_and_the_shop_is_told(desk: Desk) -> None:
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:1/", "type": "PREALERT_CLOSED"})
    first, second, gone = (order(desk, f"P-{number}") for number in range(3))
    uuid = listed(desk, {"order_uuid": first}, {"order_uuid": second}, {"order_uuid": gone})
    desk.ask("DELETE", f"/orders/{gone}")
    desk.advance(1_000)
    desk.scan(first, TAKEN_IN)
    assert "closed_date" not in shown(desk, uuid)
    desk.scan(second, TAKEN_IN)
    desk.advance(1)
    found = shown(desk, uuid)
    assert (states(desk, uuid), found["fact_shipment_point"]) == (["Принято", "Принято", "Удалено"], OFFICE)
    desk.settings(cdek={"prealert_package_words": "codes"})
    assert states(desk, uuid) == ["ACCEPTED", "ACCEPTED", "DELETED"]
    ((_, notice),) = desk.sent
    assert (notice["type"], notice["uuid"]) == ("PREALERT_CLOSED", uuid)
    assert notice["attributes"] == {
        "prealert_number": found["prealert_number"],
        "closed_date": found["closed_date"],
        "fact_shipment_point": OFFICE,
    }
    desk.advance(48 * HOUR_MS)
    assert len(desk.sent) == 1


def test_a_list_closes_with_its_day_and_what_comes_later_does_not_count(desk: Desk) -> None:
    first, second = order(desk, "P-1"), order(desk, "P-2")
    uuid = listed(desk, {"order_uuid": first}, {"order_uuid": second}, planned_date=f"{TODAY}T10:00:00+0300")
    desk.scan(first, TAKEN_IN)
    desk.advance(12 * HOUR_MS - 2_000 - 60_000)
    assert "closed_date" not in shown(desk, uuid)
    desk.advance(62_000)
    assert shown(desk, uuid)["closed_date"] == "2026-03-02T21:00:00+0000"
    desk.scan(second, TAKEN_IN)
    assert states(desk, uuid) == ["Принято", "Не принято"]


def test_goods_come_in_elsewhere_when_the_office_is_out_of_service(desk: Desk) -> None:
    uuid = listed(desk, {"order_uuid": (only := order(desk, "P-1"))})
    desk.world.store.put(CLOSED, OFFICE, desk.world.now_ms)
    desk.scan(only, TAKEN_IN)
    other = offices()[shown(desk, uuid)["fact_shipment_point"]]
    assert (other.city.code, other.locker, other.code != OFFICE) == (44, False, True)


def test_its_number_stands_on_labels_and_waybills_printed_afterwards(desk: Desk) -> None:
    uuid = order(desk, "P-1")
    for kind in ("orders", "barcodes"):
        texts = []
        for turn in range(2):
            body = {"orders": [{"order_uuid": uuid}]}
            form = desk.ask("POST", f"/print/{kind}", body)[1]["entity"]["uuid"]
            desk.advance(1_000)
            if kind == "orders" and turn == 0:
                listed(desk, {"order_uuid": uuid})
            texts.append(pages_of(desk.call("GET", f"/v2/print/{kind}/{form}.pdf").body)[0].text)
        expected = [False, True] if kind == "orders" else [True, True]
        assert ["Преалерт: 700001" in text for text in texts] == expected


def test_orders_that_cannot_be_listed_are_warnings_or_make_the_list_invalid(desk: Desk) -> None:
    good, moved, taken = (order(desk, f"P-{number}") for number in range(3))
    desk.scan(moved, TAKEN_IN)
    listed(desk, {"order_uuid": taken})
    bad = [{"order_uuid": moved}, {"order_uuid": taken}, {"cdek_number": "1"}]
    uuid = listed(desk, {"order_uuid": good}, *bad, {"im_number": "P-0"})
    _, body = desk.ask("GET", f"/prealert/{uuid}")
    assert [row["order_uuid"] for row in body["entity"]["orders"]] == [good]
    codes = ["v2_entity_invalid", "v2_entity_invalid", "v2_order_not_found"]
    assert [warning["code"] for warning in body["requests"][0]["warnings"]] == codes
    _, body = desk.ask("GET", f"/prealert/{listed(desk, *bad)}")
    assert (body["requests"][0]["state"], "prealert_number" in body["entity"]) == ("INVALID", False)
    assert [error["code"] for error in body["requests"][0]["errors"]] == codes
    other = order(desk, "P-9")
    _, body = desk.ask("GET", f"/prealert/{listed(desk, {'order_uuid': other}, shipment_point='XYZ1')}")
    assert [error["code"] for error in body["requests"][0]["errors"]] == ["shipment_location_is_not_recognized"]


def test_an_order_of_a_closed_list_can_be_put_on_another(desk: Desk) -> None:
    uuid = order(desk, "P-1")
    listed(desk, {"order_uuid": uuid}, planned_date=TODAY)
    desk.advance(12 * HOUR_MS)
    assert shown(desk, listed(desk, {"order_uuid": uuid}, planned_date=TOMORROW))["orders"][0]["order_uuid"] == uuid


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"planned_date": None}, "v2_field_is_empty"),
        ({"shipment_point": ""}, "v2_field_is_empty"),
        ({"orders": []}, "v2_field_is_empty"),
        ({"orders": [{}]}, "v2_required_param_empty"),
        ({"orders": "all"}, "v2_invalid_value_type"),
        ({"orders": [{"cdek_number": "1"}] * 1001}, "v2_invalid_format"),
        ({"planned_date": "2026-03-01"}, "v2_invalid_format"),
        ({"planned_date": "tomorrow"}, "v2_invalid_format"),
        ({"planned_date": "2026-03-02x"}, "v2_invalid_format"),
    ],
)
def test_a_bad_list_is_refused_at_once(desk: Desk, changes: dict[str, Any], code: str) -> None:
    body = {"planned_date": TODAY, "shipment_point": OFFICE, "orders": [{"cdek_number": "1"}], **changes}
    before = desk.world.store.dump()
    status, answer = desk.ask("POST", "/prealert", body)
    assert (status, answer["errors"][0]["code"]) == (400, code)
    assert desk.world.store.dump() == before


def test_a_contract_may_lack_it_and_nobody_knows_a_strange_uuid(desk: Desk) -> None:
    desk.settings(prealert_service="off")
    body = {"planned_date": TODAY, "shipment_point": OFFICE, "orders": [{"cdek_number": "1"}]}
    status, answer = desk.ask("POST", "/prealert", body)
    assert (status, answer["errors"][0]["code"]) == (400, "v2_entity_forbidden")
    assert desk.ask("GET", "/prealert/1")[1]["errors"][0]["code"] == "v2_entity_not_found"
