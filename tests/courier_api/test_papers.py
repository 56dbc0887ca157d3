"""Passports, photos of signed papers, papers of the line haul. Wire contract: `courier_api` §1.9, §1.12."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from tests.labels.boxes import pages_of

from parcelproof.simulators.core.records import Kind, MemoryStore
from parcelproof.simulators.core.world import KINDS, World
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.courier_api.cdek.papers import PHOTOS, PRINTED
from parcelproof.simulators.courier_api.cdek.printed import pdf_of
from parcelproof.simulators.courier_api.cdek.records import FORMS
from parcelproof.simulators.wire.tenants import WIRE_KINDS

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

DAY_MS = 86_400_000
PASSPORT = {
    "passport_series": "4509",
    "passport_number": "123456",
    "passport_date_of_issue": "2012-05-05",
    "passport_organization": "ОВД Арбат",
    "passport_date_of_birth": "1985-01-01",
    "tin": "770000000001",
}
ALMATY = {"country_code": "KZ", "city": "Алматы", "address": "ул. Абая, 1"}
PHOTOGRAPHED = {"services": [{"code": "PHOTO_OF_DOCUMENTS"}]}


def recipient(**papers: Any) -> dict[str, Any]:
    return {"name": "Иванова Анна", "phones": [{"number": "+79130000001"}], **papers}


def satisfied(desk: Desk, **query: str) -> list[tuple[str, bool]]:
    status, body = desk.ask("GET", "/passport", **query)
    assert status == 200, body
    return [
        (row["client"], row["passport_requirements_satisfied"]) for order in body["orders"] for row in order["passport"]
    ]


# -- passports


def test_papers_are_asked_for_across_a_border_only(desk: Desk) -> None:
    uuid = desk.order()
    assert satisfied(desk, order_uuid=uuid, client="ALL") == [("SENDER", True), ("RECEIVER", True)]
    abroad = desk.order(number="P-2", to_location=ALMATY, tariff_code=139, sender=recipient(**PASSPORT))
    assert desk.errors(abroad) == []
    assert satisfied(desk, cdek_number="1107000002") == [("SENDER", True), ("RECEIVER", False)]
    assert satisfied(desk, order_uuid=abroad, client="receiver") == [("RECEIVER", False)]


@pytest.mark.parametrize("missing", [None, *PASSPORT])
def test_all_papers_are_needed_and_a_change_of_the_order_brings_them(desk: Desk, missing: str | None) -> None:
    papers = {key: value for key, value in PASSPORT.items() if key != missing}
    uuid = desk.order(to_location=ALMATY, recipient=recipient(**papers))
    assert satisfied(desk, order_uuid=uuid, client="RECEIVER") == [("RECEIVER", missing is None)]
    status, _ = desk.ask("PATCH", "/orders", {"uuid": uuid, "type": 1, "recipient": recipient(**PASSPORT)})
    assert status == 202
    desk.advance(1_000)
    assert satisfied(desk, order_uuid=uuid, client="RECEIVER") == [("RECEIVER", True)]


def test_several_orders_are_answered_and_unknown_ones_are_warnings(desk: Desk) -> None:
    uuids = [desk.order(number=f"P-{number}") for number in range(2)]
    status, body = desk.ask("GET", "/passport", order_uuid=",".join([*uuids, "x"]), cdek_number="1107000001")
    assert (status, [row["order_uuid"] for row in body["orders"]]) == (200, uuids)
    assert body["orders"][0]["cdek_number"] == 1107000001
    assert [warning["code"] for warning in body["warnings"]] == ["v2_entity_not_found"]
    assert "warnings" not in desk.ask("GET", "/passport", order_uuid=uuids[0])[1]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "v2_parameters_empty"),
        ({"order_uuid": "1"}, "v2_entity_not_found"),
        ({"cdek_number": "1"}, "v2_order_not_found"),
        ({"cdek_number": "1", "client": "COURIER"}, "v2_invalid_format"),
    ],
)
def test_a_bad_question_about_papers(desk: Desk, query: dict[str, str], code: str) -> None:
    status, body = desk.ask("GET", "/passport", **query)
    assert (status, body["errors"][0]["code"]) == (400, code)


# -- photos


def delivered(desk: Desk, number: str, **changes: Any) -> str:
    uuid = desk.order(number=number, **changes)
    desk.still(uuid)
    desk.scan(uuid, "DELIVERED")
    return uuid


def links(desk: Desk, body: dict[str, Any]) -> dict[str, str]:
    status, answer = desk.ask("POST", "/photoDocument", body)
    assert status == 200, answer
    return {row["order_uuid"]: row["link"] for row in answer["orders"]}


def test_papers_are_photographed_at_the_hand_over_where_this_was_ordered_and_the_shop_is_told(desk: Desk) -> None:
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:1/", "type": "DOWNLOAD_PHOTO"})
    uuid = delivered(desk, "P-1", **PHOTOGRAPHED)
    plain = delivered(desk, "P-2")
    desk.advance(1)
    ((_, notice),) = desk.sent
    link = links(desk, {"orders": [{"order_uuid": uuid}]})[uuid]
    assert notice["attributes"]["cdek_number"] == "1107000001"
    assert notice["attributes"]["link"] == link == f"http://127.0.0.1:8400/cdek/v2/photoDocument/{notice['uuid']}"
    _, answer = desk.ask("POST", "/photoDocument", {"orders": [{"order_uuid": plain}, {"cdek_number": 1107000001}]})
    (row,) = answer["orders"]
    assert (row["cdek_number"], row["status"]) == ("1107000001", "DONE")
    assert row["create_date"] == "2026-03-02T09:00:01+00:00"
    assert [warning["code"] for warning in answer["warnings"]] == ["v2_entity_empty"]


def test_the_archive_holds_the_waybill_and_who_signed_it(desk: Desk) -> None:
    uuid = delivered(desk, "P-1", **PHOTOGRAPHED)
    path = links(desk, {"orders": [{"order_uuid": uuid}]})[uuid].removeprefix("http://127.0.0.1:8400/cdek")
    answer = desk.call("GET", path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    assert desk.call("GET", path).body == answer.body
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.namelist() == ["1107000001.pdf"]
        (page,) = pages_of(archive.read("1107000001.pdf"))
    assert "НАКЛАДНАЯ 1107000001" in page.text
    assert "Иванова Анна 2026-03-02T09:00:01+0000" in page.text
    assert page.collisions() == []
    desk.headers = {}
    assert desk.call("GET", path).status == 401


def test_photos_of_a_period_are_those_of_its_days_and_orders_go_before_it(desk: Desk) -> None:
    first = delivered(desk, "P-1", **PHOTOGRAPHED)
    desk.advance(DAY_MS)
    second = delivered(desk, "P-2", **PHOTOGRAPHED)
    period = {"period_begin": "2026-03-02", "period_end": "2026-03-02"}
    assert [*links(desk, period)] == [first]
    assert [*links(desk, {"periodBegin": "2026-03-03T00:00:00+0300", "periodEnd": "2026-03-09"})] == [second]
    assert [*links(desk, {"period_begin": "2026-03-01"})] == [first, second]
    assert [*links(desk, {**period, "orders": [{"order_uuid": second}]})] == [second]
    assert links(desk, {"period_end": "2026-03-01"}) == {}


def test_a_withdrawn_hand_over_takes_its_photos_along(desk: Desk) -> None:
    uuid = delivered(desk, "P-1", **PHOTOGRAPHED)
    CARRIER.revoke(desk.world, desk.parcel(uuid), 1)
    assert links(desk, {"orders": [{"order_uuid": uuid}]}) == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "v2_parameters_empty"),
        ([], "v2_invalid_value_type"),
        ({"period_begin": "March"}, "v2_invalid_format"),
        ({"period_begin": "2026-03-02", "period_end": "2026-03-01"}, "v2_invalid_format"),
        ({"orders": [{"cdek_number": "1"}]}, "v2_order_not_found"),
        ({"orders": [{"order_uuid": "1"}]}, "v2_entity_not_found"),
        ({"orders": [{}]}, "v2_order_number_empty"),
        ({"orders": "all"}, "v2_invalid_value_type"),
    ],
)
def test_a_bad_question_about_photos(desk: Desk, body: Any, code: str) -> None:
    status, answer = desk.ask("POST", "/photoDocument", body)
    assert (status, answer["errors"][0]["code"]) == (400, code)


def test_a_contract_may_lack_photos_and_nobody_knows_a_strange_uuid(desk: Desk) -> None:
    desk.settings(photo_service="off")
    delivered(desk, "P-1", **PHOTOGRAPHED)
    assert desk.ask("POST", "/photoDocument", {"period_begin": "2026-03-01"})[1]["errors"][0]["code"] == (
        "v2_entity_forbidden"
    )
    desk.settings(photo_service="on")
    assert links(desk, {"period_begin": "2026-03-01"}) == {}
    status, body = desk.ask("GET", "/photoDocument/1")
    assert (status, body["errors"][0]["code"]) == (404, "v2_entity_not_found")


# -- the line haul


@pytest.mark.parametrize(("city", "flies"), [("Новосибирск", True), ("Санкт-Петербург", False)])
def test_the_papers_of_the_line_haul_are_told_and_stand_in_the_order(desk: Desk, city: str, flies: bool) -> None:
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:1/", "type": "ACCOMPANYING_WAYBILL"})
    uuid = desk.order(to_location={"city": city, "address": "ул. Ленина, 7"})
    desk.still(uuid)
    desk.scan(uuid, "READY_FOR_SHIPMENT_IN_SENDER_CITY")
    assert "accompanying_waybill" not in desk.shown(uuid)
    desk.scan(uuid, "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY")
    desk.advance(1)
    ((_, notice),) = desk.sent
    found = desk.shown(uuid)["accompanying_waybill"]
    assert notice["uuid"] == uuid
    departs = "planned_departure_date_time"
    assert notice["attributes"] == {"cdek_number": "1107000001", **found, departs: "2026-03-02T11:00:01+0000"}
    assert found["client_name"] == "shop"
    assert found[departs] == "2026-03-02T11:00:01+00:00"
    desk.settings(cdek={"answer_offset": "plain"})
    assert desk.shown(uuid)["accompanying_waybill"][departs] == "2026-03-02T11:00:01+0000"
    way = {"flight_number", "air_waybill_numbers"} if flies else {"vehicle_numbers", "vehicle_driver"}
    assert found.keys() == {"client_name", "planned_departure_date_time", *way}


def test_documents_come_back_from_a_snapshot(desk: Desk) -> None:
    uuid = delivered(desk, "P-1", **PHOTOGRAPHED)
    form = desk.ask("POST", "/print/orders", {"orders": [{"order_uuid": uuid}]})[1]["entity"]["uuid"]
    desk.advance(1_000)
    path = links(desk, {"orders": [{"order_uuid": uuid}]})[uuid].removeprefix("http://127.0.0.1:8400/cdek")
    kinds: list[Kind[Any]] = [*KINDS, *WIRE_KINDS, *CARRIER.kinds]
    restored = World(MemoryStore.load(desk.world.store.dump(), kinds), CARRIER.duties)
    papers = restored.store.get(PRINTED, form)
    photo = restored.store.get(PHOTOS, path.rpartition("/")[2])
    assert papers is not None
    assert photo is not None
    assert photo.signed_by == "Иванова Анна"
    shown = restored.store.get(FORMS, form)
    assert shown is not None
    assert pdf_of(restored, shown, papers) == desk.call("GET", f"/v2/print/orders/{form}.pdf").body
