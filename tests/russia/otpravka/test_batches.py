"""Batches and their life. Wire contract: `postal_api_russia` §2.4, §2.5, §2.7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .test_orders import RECORDED as OF_ORDER
from .test_orders import abroad_order

if TYPE_CHECKING:
    from tests.russia.otpravka.conftest import Desk

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
MARKS: dict[str, tuple[dict[str, Any], str]] = {
    "OVERSIZED": ({"dimension_type": "OVERSIZED"}, "OVERSIZE"),
    "COURIER_DELIVERY": ({"courier": True}, "COURIER_DELIVERY"),
    "CAUTION_FRAGILE": ({"fragile": True}, "FRAGILE"),
    "WITH_ORDER_OF_NOTICE": ({"with_order_of_notice": True}, "ORDER_OF_NOTICE"),
    "WITH_SIMPLE_NOTICE": ({"with_simple_notice": True}, "SIMPLE_NOTICE"),
}
SUMS = (
    "avia completeness-checking contents-checking functionality-checking ground insure inventory mass notice "
    "partial-redemption pre-postal-preparation sms-notice unloading with-fitting"
)
RECORDED = {  # the keys of a new batch as recorded in July 2026
    "batch-name", "batch-status", "batch-status-date", "can-be-unarchived", "combined-batch-mail-types",
    "courier-order-statuses", "delivery-notice-payment-method", "delivery-to-door", "delivery-to-door-rate-sum",
    "delivery-to-door-rate-vat-sum", "electronic-f103", "form-document-id", "has-timeslots", "international",
    "is-postoffice-ukd", "list-number-date", "mail-category", "mail-category-text", "mail-rank", "mail-type",
    "mail-type-text", "payment-method", "postmarks", "postoffice-code", "postoffice-name", "ppk-total-rate",
    "ppk-total-rate-vat", "pre-postal-preparation", "shipment-count", "shipment-mass", "shipping-notice-type",
    "transport-type", "ukd", "use-online-balance", "wo-mass",
    *(f"shipment-{name}-rate{kind}-sum" for name in SUMS.split() for kind in ("", "-vat")),
}  # fmt: skip
BESIDES = {"fragile-rate", "fragile-rate-vat", "is-hyper-local", "shipment-volume"}  # of other recordings
IN_BATCH = {  # what an order has besides while it is in a batch
    "batch-category", "batch-name", "batch-status", "house-from", "index-from", "is-dogovor", "legal-hid",
    "place-from", "pochtaid-hid", "region-from", "renewal-shelf-life", "returned-partial", "street-from",
    "tel-address-from", "track-by-group", "human-operation-name", "last-oper-type", "last-oper-attr", "last-oper-date",
}  # fmt: skip


def test_orders_that_are_all_on_their_way_are_told_so(desk: Desk) -> None:
    ids = [desk.made(), desk.made(order_num="A-2")]
    name = desk.checked_in(*ids)
    other = desk.batched(desk.made(order_num="A-3"))

    def told(path: str, *wanted: int) -> list[str]:
        found = desk.ask("POST", path, [*wanted])
        assert "result-ids" not in found and all(row["error-description"] for row in found["errors"])
        return [row["error-code"] for row in found["errors"]]

    for path in ("/1.0/user/shipment", f"/1.0/batch/{other}/shipment"):
        assert told(path, *ids) == ["NOT_FOUND"] * 2
    desk.advance(3 * DAY_MS)
    for path in ("/1.0/user/shipment", f"/1.0/batch/{other}/shipment"):
        assert told(path, *ids) == ["ALL_SHIPMENTS_SENT"] * 2
        assert told(path, *ids, 5) == ["NOT_FOUND"] * 3
    assert told(f"/1.0/batch/{name}/shipment", *ids) == ["UNDEFINED"] * 2


def test_a_new_batch_has_the_recorded_keys_and_sums(desk: Desk) -> None:
    found = desk.ask("POST", "/1.0/user/shipment", [desk.made()])
    assert set(found) == {"batches", "result-ids"}
    (batch,) = found["batches"]
    assert set(batch) == RECORDED | BESIDES
    assert (batch["batch-status"], batch["mail-type"], batch["mail-category"]) == ("CREATED", "COMBINED", "COMBINED")
    assert (batch["mail-type-text"], batch["postoffice-name"]) == ("Комбинированно", "ОПС ЗТ 109012")
    assert batch["batch-name"].isdigit() and batch["batch-status-date"] == "2026-08-01T06:00:00.000Z"
    assert (batch["shipment-ground-rate-sum"], batch["shipment-ground-rate-vat-sum"]) == (64590, 14210)
    assert (batch["list-number-date"], batch["shipment-count"], batch["shipment-mass"]) == ("2026-08-01", 1, 1000)
    again = desk.ask("GET", f"/1.0/batch/{batch['batch-name']}")
    assert set(again) == set(batch) - {"ppk-total-rate", "ppk-total-rate-vat"} | {"postoffice-address"}
    assert desk.ask("GET", "/1.0/batch") == [again]


def test_an_order_of_a_batch_has_the_recorded_keys(desk: Desk) -> None:
    order_id = desk.made()
    name = desk.batched(order_id)
    (found,) = desk.ask("GET", f"/1.0/batch/{name}/shipment")
    assert set(found) == set(OF_ORDER) - {"address-changed"} | IN_BATCH
    assert (found["human-operation-name"], found["last-oper-type"], found["last-oper-attr"]) == (
        "Присвоен трек-номер",
        "ID_ASSIGNMENT",
        "ID_ASSIGNED",
    )
    assert desk.ask("GET", f"/1.0/shipment/{order_id}") == found
    for query in ("A-1", found["barcode"]):
        assert desk.ask("GET", "/1.0/shipment/search", query=f"query={query}") == [found]
    assert desk.ask("GET", "/1.0/shipment/search", query="query=B") == []
    assert desk.ask("GET", "/1.0/shipment/5", status=404)["code"] == "1001"


def test_orders_that_are_not_there_are_told_with_words(desk: Desk) -> None:
    order_id = desk.made()
    found = desk.ask("POST", "/1.0/user/shipment", [5, order_id, order_id])
    row = {"error-code": "NOT_FOUND", "error-description": "Отправление не найдено", "position": 0}
    assert found["errors"] == [row, {**row, "position": 2}] and found["result-ids"] == [order_id]
    assert desk.ask("POST", "/1.0/user/shipment", [order_id]) == {"errors": [row]}
    desk.settings(batch_error_text="error-details")
    assert "error-details" in desk.ask("POST", "/1.0/user/shipment", [5])["errors"][0]


def test_the_day_may_be_told_and_not_be_past(desk: Desk) -> None:
    query = "sending-date=2026-08-05&timezone-offset=10800&use-online-balance=false"
    name = desk.batched(desk.made(), query=query)
    assert desk.ask("GET", f"/1.0/batch/{name}")["list-number-date"] == "2026-08-05"
    found = desk.ask("POST", "/1.0/user/shipment", [desk.made()], "sending-date=2026-07-31")
    assert found["errors"][0]["error-code"] == "PAST_DUE_DATE" and "batches" not in found
    for wrong in ("sending-date=soon", "timezone-offset=x"):
        desk.ask("POST", "/1.0/user/shipment", [], wrong, status=400)


@pytest.mark.parametrize("date", ["2026/8/9", "2026/08/09"])
def test_the_day_can_be_changed_with_and_without_zeros(desk: Desk, date: str) -> None:
    name = desk.batched(desk.made())
    assert desk.ask("POST", f"/1.0/batch/{name}/sending/{date}") == {}
    assert desk.ask("GET", f"/1.0/batch/{name}")["list-number-date"] == "2026-08-09"
    past = desk.ask("POST", f"/1.0/batch/{name}/sending/2026/7/1")
    assert past == {"error-code": "PAST_DUE_DATE", "f103-sent": False}
    desk.ask("POST", f"/1.0/batch/{name}/sending/2026/13/1", status=400)
    found = desk.ask("POST", "/1.0/batch/77/sending/2026/9/1", status=404)
    assert found["desc"] == "Instance ShipmentBatchTuple not found for params: 77"
    desk.settings(sending_answer="f103-sent")
    assert desk.ask("POST", f"/1.0/batch/{name}/sending/{date}") == {"f103-sent": False}


def test_orders_of_different_offices_and_countries_go_into_batches_of_their_own(desk: Desk) -> None:
    ids = [desk.made(), desk.made(postoffice_code="102961"), desk.made(mail_type="EMS")]
    (abroad,) = desk.ask("PUT", "/1.0/user/backlog", [abroad_order(desk)])["result-ids"]
    found = desk.ask("POST", "/1.0/user/shipment", [*ids, abroad])
    shown = {(batch["postoffice-code"], batch["international"]): batch["shipment-count"] for batch in found["batches"]}
    assert shown == {("109012", False): 2, ("102961", False): 1, ("109012", True): 1}
    assert sorted(found["result-ids"]) == sorted([*ids, abroad])


def test_an_older_account_has_a_batch_for_each_type_and_category(desk: Desk) -> None:
    desk.settings(batches="by-type")
    ids = [desk.made(), desk.made(mail_type="EMS"), desk.made(mail_type="EMS")]
    found = desk.ask("POST", "/1.0/user/shipment", ids)
    assert {batch["mail-type"]: batch["shipment-count"] for batch in found["batches"]} == {"POSTAL_PARCEL": 1, "EMS": 2}
    (ems,) = desk.ask("GET", "/1.0/batch", query="mailType=EMS&mailCategory=ORDINARY")
    assert (ems["mail-category"], ems["mail-type-text"]) == ("ORDINARY", "Отправление EMS")
    assert desk.ask("GET", "/1.0/batch", query="mailType=EMS&mailCategory=ORDERED") == []
    path = f"/1.0/batch/{ems['batch-name']}/shipment"
    assert desk.ask("POST", path, [desk.made()])["errors"][0]["error-code"] == "DIFFERENT_MAIL_TYPE"
    found = desk.ask("PUT", path, [desk.order()])
    assert found["errors"][0]["error-codes"][0]["code"] == "DIFFERENT_MAIL_TYPE"
    assert desk.ask("GET", "/1.0/backlog/search", query="query=A-1")[1:] == [], "no order was made on the way"


@pytest.mark.parametrize("mark", MARKS)
def test_batches_of_one_kind_keep_marks_apart(desk: Desk, mark: str) -> None:
    changes, code = MARKS[mark]
    desk.settings(batches="by-type")
    plain, marked = desk.batched(desk.made()), desk.batched(desk.made(**changes))
    assert desk.ask("GET", f"/1.0/batch/{marked}")["postmarks"] == sorted([mark, "NONSTANDARD"])
    wrong = desk.ask("POST", f"/1.0/batch/{marked}/shipment", [desk.made()])["errors"][0]["error-code"]
    other = desk.ask("POST", f"/1.0/batch/{plain}/shipment", [desk.made(**changes)])["errors"][0]["error-code"]
    assert (wrong, other) == (f"ABSENT_{code}_POSTMARK", f"UNEXPECTED_{code}_POSTMARK")
    assert len(desk.ask("POST", "/1.0/user/shipment", [desk.made(), desk.made(**changes)])["batches"]) == 2


def test_goods_have_ids_in_a_batch_and_tell_whether_they_came_back(desk: Desk) -> None:
    goods = {"items": [{"description": "Чай", "quantity": 2}, {"description": "Чашка", "quantity": 1.5}]}
    order_id = desk.made(goods=goods, comment="[story: refused]")
    assert desk.ask("GET", f"/1.0/backlog/{order_id}")["goods"] == goods
    desk.checked_in(order_id)

    def shown() -> list[tuple[Any, ...]]:
        items = desk.ask("GET", f"/1.0/shipment/{order_id}")["goods"]["items"]
        assert len({item["id"] for item in items}) == 2
        return [(item["description"], item["quantity"], item["returned"]) for item in items]

    assert shown() == [("Чай", 2, False), ("Чашка", 1.5, False)]
    desk.advance(200 * DAY_MS)
    assert shown() == [("Чай", 2, True), ("Чашка", 1.5, True)]


def test_orders_move_into_a_batch(desk: Desk) -> None:
    name = desk.batched(desk.made(group_name="G-1"))
    second, third = desk.made(), desk.made(postoffice_code="102961")
    path = f"/1.0/batch/{name}/shipment"
    assert desk.ask("POST", path, [second]) == {"result-ids": [second]}
    assert desk.ask("POST", path, [second])["errors"][0]["error-description"] == "null"
    assert desk.ask("POST", path, [5])["errors"][0]["error-code"] == "NOT_FOUND"
    assert desk.ask("POST", path, [third])["errors"][0]["error-code"] == "DIFFERENT_POSTCODE"
    fourth = desk.made()
    unknown = desk.ask("POST", path, [fourth], "group-name=G-2")
    assert unknown["errors"][0]["error-code"] == "GROUP_NOT_FOUND"
    assert desk.ask("POST", path, [fourth], "group-name=G-1") == {"result-ids": [fourth]}
    assert len(desk.ask("GET", "/1.0/shipment/by-group-name/G-1")) == 2
    assert desk.ask("GET", f"/1.0/batch/{name}")["shipment-count"] == 3
    desk.ask("POST", "/1.0/batch/77/shipment", [fourth], status=404)


def test_orders_can_be_made_inside_a_batch_but_ids_are_no_orders(desk: Desk) -> None:
    name = desk.batched(desk.made())
    path = f"/1.0/batch/{name}/shipment"
    found = desk.ask("PUT", path, [desk.order(postoffice_code=None), desk.order(mass=None)])
    assert len(found["result-ids"]) == 1 and found["errors"][0]["position"] == 1
    bad = desk.ask("PUT", path, [5], status=400)
    assert (bad["error"], bad["path"]) == ("Bad Request", path)
    assert len(desk.ask("GET", path)) == 2


def test_orders_leave_a_batch_and_an_empty_one_is_no_more(desk: Desk) -> None:
    one, two = desk.made(), desk.made()
    name = desk.batched(one, two)
    found = desk.ask("POST", "/1.0/user/backlog", [one, 5])
    assert found == {"result-ids": [one], "errors": [{"error-code": "NOT_FOUND", "position": 1}]}
    assert desk.ask("GET", f"/1.0/backlog/{one}")["id"] == one
    assert desk.ask("DELETE", "/1.0/shipment", [two, one]) == {
        "result-ids": [two],
        "errors": [{"error-code": "NOT_FOUND", "position": 1}],
    }
    found = desk.ask("GET", f"/1.0/batch/{name}", status=404)
    assert found["desc"] == f"Instance ShipmentBatchTuple not found for params: {name}"
    desk.ask("GET", f"/1.0/shipment/{two}", status=404)


def test_pages_are_counted_from_nothing_and_a_misspelled_order_is_ascending(desk: Desk) -> None:
    ids = [desk.made() for _ in range(5)]
    name = desk.batched(*ids)
    path = f"/1.0/batch/{name}/shipment"

    def shown(query: str) -> list[int]:
        return [row["id"] for row in desk.ask("GET", path, query=query)]

    assert shown("") == shown("sort=ask&size=10&page=0") == shown("size=&page=") == ids
    assert shown("size=2&page=1") == ids[2:4] and shown("size=2&page=2") == ids[4:] and shown("size=2&page=9") == []
    assert shown("sort=desc&size=2") == ids[:2:-1]
    desk.ask("GET", path, query="size=many", status=400)


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_check_in_freezes_a_batch_under_a_list_number(desk: Desk, method: str) -> None:
    order_id = desk.made()
    name = desk.batched(order_id)
    assert "list-number" not in desk.ask("GET", f"/1.0/batch/{name}")
    path = f"/1.0/batch/{name}/checkin"
    assert desk.ask(method, path, query="useOnlineBalance=") == {"f103-sent": True}
    found = desk.ask("GET", f"/1.0/batch/{name}")
    assert (found["batch-status"], found["list-number"], found["electronic-f103"]) == ("FROZEN", 1, True)
    assert desk.ask(method, path) == {"error-code": "BATCH_NOT_CHANGED", "f103-sent": False}
    readonly = [{"error-code": "READONLY_STATE", "position": 0}]
    assert desk.ask("POST", "/1.0/user/backlog", [order_id]) == {"errors": readonly}
    assert desk.ask("DELETE", "/1.0/shipment", [order_id]) == {"errors": readonly}
    moved = desk.ask("POST", f"/1.0/batch/{name}/shipment", [desk.made()])
    assert moved["errors"][0]["error-code"] == "READONLY_STATE"
    assert desk.ask("PUT", f"/1.0/batch/{name}/shipment", [desk.order()]) == {"errors": readonly}
    dated = desk.ask("POST", f"/1.0/batch/{name}/sending/2026/9/1")
    assert dated == {"error-code": "READONLY_STATE", "f103-sent": False}
    second = desk.checked_in(desk.made())
    assert desk.ask("GET", f"/1.0/batch/{second}")["list-number"] == 2


def test_check_in_of_nothing_and_without_a_mail(desk: Desk) -> None:
    found = desk.ask("POST", "/1.0/batch/000/checkin", status=404)
    assert found["desc"] == "Instance ShipmentBatchTuple not found for params: 000"
    name = desk.batched(desk.made())
    assert desk.ask("POST", f"/1.0/batch/{name}/checkin", query="sendEmail=false") == {"f103-sent": False}
    assert desk.ask("GET", f"/1.0/batch/{name}")["batch-status"] == "FROZEN"


def test_a_batch_that_freezes_later_can_be_changed_and_checked_in_again(desk: Desk) -> None:
    desk.settings(freeze_after_ms=HOUR_MS)
    name = desk.checked_in(desk.made())
    path = f"/1.0/batch/{name}/checkin"
    assert desk.ask("POST", path)["error-code"] == "BATCH_NOT_CHANGED"
    desk.ask("POST", f"/1.0/batch/{name}/shipment", [desk.made()])
    assert desk.ask("POST", path) == {"f103-sent": True}
    desk.advance(HOUR_MS)
    assert desk.ask("GET", f"/1.0/batch/{name}")["batch-status"] == "FROZEN"


def test_the_online_balance_pays_with_tax_or_refuses(desk: Desk) -> None:
    desk.settings(balance="online", online_balance_minor=100_000, balance_call="answered")
    first, second = desk.batched(desk.made()), desk.batched(desk.made())
    refused = desk.ask("POST", f"/1.0/batch/{first}/checkin")
    assert refused == {"error-code": "OFFLINE_BALANCE_FORBIDDEN", "f103-sent": False}
    assert desk.ask("POST", f"/1.0/batch/{first}/checkin", query="useOnlineBalance=True") == {"f103-sent": True}
    balance = desk.ask("GET", "/1.0/counterpart/balance")
    assert balance == {"balance": 100_000 - 78_800, "balance-date": "2026-08-01", "work-with-balance": True}
    found = desk.ask("POST", f"/1.0/batch/{second}/checkin", query="useOnlineBalance=1", status=400)
    assert set(found) == {"code", "desc"} and found["code"] == "1024"
    assert found["desc"].endswith("Requested 78800 but available 21200'")
    assert desk.ask("GET", f"/1.0/batch/{second}")["batch-status"] == "CREATED", "nothing was done"
    assert desk.ask("GET", "/1.0/counterpart/balance") == balance


@pytest.mark.parametrize(("manner", "status"), [("not-found", 404), ("not-found-inside-200", 200)])
def test_the_balance_is_not_found_since_2019(desk: Desk, manner: str, status: int) -> None:
    desk.settings(balance_call=manner)
    found = desk.ask("GET", "/1.0/counterpart/balance", status=status)
    assert found == {
        "timestamp": "2026-08-01T09:00:00+0300",
        "status": 404,
        "error": "Not Found",
        "message": "Not Found",
        "path": "/1.0/counterpart/balance",
    }


def test_batches_go_into_the_archive_and_come_back(desk: Desk) -> None:
    name = desk.checked_in(desk.made())
    assert desk.ask("PUT", "/1.0/archive", [int(name), "99"]) == [
        {"batch-name": name},
        {"batch-name": "99", "error-code": "NOT_FOUND"},
    ]
    (archived,) = desk.ask("GET", "/1.0/archive")
    assert (archived["batch-name"], archived["batch-status"]) == (name, "ARCHIVED")
    assert desk.ask("GET", "/1.0/batch") == [] and desk.ask("GET", f"/1.0/batch/{name}") == archived
    assert desk.ask("POST", "/1.0/archive/revert", [name]) == [{"batch-name": name}]
    assert desk.ask("GET", f"/1.0/batch/{name}")["batch-status"] == "FROZEN"
    assert desk.ask("POST", "/1.0/archive/revert", [name])[0]["error-code"] == "NOT_FOUND"
    desk.settings(revert_answer="names")
    desk.ask("PUT", "/1.0/archive", [name])
    assert desk.ask("POST", "/1.0/archive/revert", [name]) == [name]


def test_an_archive_that_is_old_gives_its_orders_to_the_long_term_one(desk: Desk) -> None:
    order_id = desk.made()
    name = desk.checked_in(order_id)
    desk.ask("PUT", "/1.0/archive", [name])
    path = "/1.0/long-term-archive/shipment/search"
    assert desk.ask("GET", path, query="query=A-1") == []
    desk.advance(181 * DAY_MS)
    (found,) = desk.ask("GET", path, query="query=A-1")
    assert found["id"] == order_id
    assert desk.ask("GET", "/1.0/archive") == [] and desk.ask("GET", "/1.0/shipment/search", query="query=A-1") == []
    desk.ask("GET", f"/1.0/shipment/{order_id}", status=404)
    desk.settings(long_term_archive="empty")
    assert desk.ask("GET", path, query="query=A-1") == []


def test_a_batch_taken_back_from_the_archive_does_not_grow_old_there(desk: Desk) -> None:
    name = desk.checked_in(desk.made(comment="[story: stuck]"))
    desk.ask("PUT", "/1.0/archive", [name])
    desk.ask("POST", "/1.0/archive/revert", [name])
    desk.advance(181 * DAY_MS)
    desk.ask("GET", f"/1.0/batch/{name}")


def test_the_marks_of_its_orders_are_the_batches(desk: Desk) -> None:
    plain, marked = desk.made(), desk.made(fragile=True, with_order_of_notice=True, inventory=True)
    found = desk.ask("POST", "/1.0/user/shipment", [plain, marked])["batches"][0]
    assert found["postmarks"] == ["CAUTION_FRAGILE", "NONSTANDARD", "WITH_INVENTORY", "WITH_ORDER_OF_NOTICE"]
    assert found["shipping-notice-type"] == "ORDERED" and found["fragile-rate"] > 0
    assert found["shipment-notice-rate-sum"] > 0 and found["shipment-inventory-rate-vat-sum"] > 0


BODIES: list[Any] = [{}, [[1]], [None], ["x"], [1.5], [True], [{"id": 1}], "1", b"[1", [2**60]]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/1.0/user/shipment"),
        ("POST", "/1.0/user/backlog"),
        ("DELETE", "/1.0/backlog"),
        ("DELETE", "/1.0/shipment"),
    ],
)
def test_ids_that_are_none_are_refused_by_the_framework(desk: Desk, method: str, path: str, body: Any) -> None:
    assert desk.ask(method, path, body, status=400)["error"] == "Bad Request"
