"""Webhooks of CDEK: subscriptions, payloads, one attempt. Wire contract: `courier_api` §1.12."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.world import Outcome
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.wire import webhooks

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

URL = "http://127.0.0.1:9000/hook"


def subscribe(desk: Desk, kind: str = "ORDER_STATUS", url: str = URL) -> str:
    status, body = desk.ask("POST", "/webhooks", {"url": url, "type": kind})
    assert status == 200, body
    assert body["entity"].keys() == {"uuid"}
    uuid: str = body["entity"]["uuid"]
    return uuid


def notices(desk: Desk) -> list[dict[str, Any]]:
    """Run what is due now and return the payloads that went out since the last time."""
    desk.advance(0)
    found = [body for _, body in desk.sent]
    desk.sent.clear()
    return found


def test_subscriptions_are_listed_bare_and_read_in_an_envelope(desk: Desk) -> None:
    assert desk.ask("GET", "/webhooks") == (200, [])
    first, second = subscribe(desk), subscribe(desk, url=URL + "/2")
    assert desk.ask("GET", "/webhooks")[1] == [
        {"uuid": first, "type": "ORDER_STATUS", "url": URL, "retryable": False},
        {"uuid": second, "type": "ORDER_STATUS", "url": URL + "/2", "retryable": False},
    ]
    assert desk.ask("GET", f"/webhooks/{first}")[1]["entity"] == {"uuid": first, "type": "ORDER_STATUS", "url": URL}
    assert desk.ask("DELETE", f"/webhooks/{first}")[1]["entity"] == {"uuid": first}
    assert [row["uuid"] for row in desk.ask("GET", "/webhooks/")[1]] == [second]
    for method in ("GET", "DELETE"):
        (told,) = desk.ask(method, f"/webhooks/{first}")[1]["requests"]
        assert (told["state"], told["errors"][0]["code"]) == ("INVALID", "v2_entity_not_found")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": URL, "type": "WEATHER"}, "v2_webhook_type_incorrect"),
        ({"url": URL}, "v2_field_is_empty"),
        ({"type": "ORDER_STATUS"}, "v2_field_is_empty"),
        ({"url": "ftp://x", "type": "ORDER_STATUS"}, "v2_invalid_format"),
        ({"url": "http://169.254.169.254/", "type": "ORDER_STATUS"}, "v2_invalid_format"),
        ({"url": URL + "x" * 300, "type": "ORDER_STATUS"}, "v2_invalid_format"),
        ({"url": [URL], "type": "ORDER_STATUS"}, "v2_invalid_value_type"),
        ([], "v2_invalid_value_type"),
    ],
)
def test_a_bad_subscription_is_refused(desk: Desk, body: Any, code: str) -> None:
    status, answer = desk.ask("POST", "/webhooks", body)
    (told,) = answer["requests"]
    assert (status, told["type"], [error["code"] for error in told["errors"]]) == (400, "CREATE", [code])
    assert desk.ask("GET", "/webhooks") == (200, [])


def test_the_payload_of_a_registration_and_of_a_scan(desk: Desk) -> None:
    subscribe(desk)
    uuid = desk.order()
    (created,) = notices(desk)
    assert created == {
        "type": "ORDER_STATUS",
        "date_time": "2026-03-02T09:00:01+0000",
        "uuid": uuid,
        "attributes": {
            "is_return": False,
            "is_reverse": False,
            "is_client_return": False,
            "cdek_number": "1107000001",
            "number": "P-001",
            "code": "CREATED",
            "status_code": "1",
            "status_date_time": "2026-03-02T09:00:01+0000",
        },
    }
    desk.still(uuid)
    desk.scan(uuid, "NOT_DELIVERED", "26", late_ms=1_000)
    (lost,) = notices(desk)
    attributes = lost["attributes"]
    assert (attributes["code"], attributes["status_code"], attributes["status_reason_code"]) == (
        "NOT_DELIVERED",
        "5",
        "26",
    )
    assert attributes["status_date_time"] == "2026-03-02T09:00:00+0000"
    assert (attributes["city_name"], attributes["city_code"]) == ("Новосибирск", "270")
    assert attributes["city_uuid"]


def test_a_return_order_names_the_direct_one(desk: Desk) -> None:
    subscribe(desk)
    uuid = desk.order()
    desk.still(uuid)
    desk.scan(uuid, "TAKEN_BY_COURIER")
    desk.scan(uuid, "NOT_DELIVERED", "11")
    desk.advance(1_000)
    back = notices(desk)[-1]["attributes"]
    assert (back["is_return"], back["code"], back["cdek_number"]) == (True, "CREATED", "1107000002")
    assert back["related_entities"] == [{"type": "direct_order", "cdek_number": "1107000001", "uuid": uuid}]


def test_a_withdrawn_status_is_told_as_deleted(desk: Desk) -> None:
    uuid = desk.order()
    desk.still(uuid)
    parcel = desk.scan(uuid, "DELIVERED")
    subscribe(desk)
    CARRIER.revoke(desk.world, parcel, parcel.scans)
    (told,) = notices(desk)
    assert (told["attributes"]["code"], told["attributes"]["deleted"]) == ("DELIVERED", True)


def test_spellings_are_the_tenants(desk: Desk) -> None:
    desk.settings(cdek={"webhook_spelling": "OFFICE", "webhook_city_key": "city"})
    uuid = desk.order()
    desk.still(uuid)
    subscribe(desk)
    for code in ("TAKEN_BY_COURIER", "DELIVERED"):
        desk.scan(uuid, code)
    taken, delivered = notices(desk)
    assert (taken["attributes"]["code"], taken["attributes"]["city"]) == ("ISSUED_FOR_DELIVERY", "Новосибирск")
    assert delivered["attributes"]["code"] == "DELIVERED"
    assert desk.shown(uuid)["statuses"][1]["code"] == "TAKEN_BY_COURIER"


def test_every_subscription_of_a_type_is_told_once_and_a_failed_attempt_is_not_repeated(desk: Desk) -> None:
    desk.receiver_status = 500
    subscribe(desk), subscribe(desk, url=URL + "/2"), subscribe(desk, "PRINT_FORM")
    desk.order()
    assert [url for url, _ in desk.sent] == [URL, URL + "/2"]
    assert [attempt.status for attempt in webhooks.attempts(desk.world)] == [500, 500]
    assert [due.duty for due in desk.world.store.agenda()] == ["cdek.step"]


def test_nothing_is_told_for_invalid_orders_or_after_unsubscribing(desk: Desk) -> None:
    uuid = subscribe(desk)
    desk.order(tariff_code=99_999)
    assert notices(desk) == []
    order = desk.order()
    desk.sent.clear()
    desk.still(order)
    desk.scan(order, "TAKEN_BY_COURIER")
    desk.ask("DELETE", f"/webhooks/{uuid}")
    assert notices(desk) == []


def test_the_switches_of_the_wire_apply_by_reference(desk: Desk) -> None:
    subscribe(desk)
    only = webhooks.Only(reference=("P-2",))
    webhooks.set_switches(desk.world, "cdek", webhooks.Switches(duplicate=1, only=only))
    desk.order(), desk.order(number="P-2")
    assert [body["attributes"]["number"] for _, body in desk.sent] == ["P-001", "P-2", "P-2"]
    assert desk.sent[1] == desk.sent[2]


def test_the_effect_asks_for_fifteen_seconds_and_carries_no_signature(desk: Desk) -> None:
    subscribe(desk)
    desk.ask("POST", "/orders", desk.body())
    effect = desk.world.step(desk.world.now_ms + 1_000)
    assert effect is not None
    assert (effect.timeout_ms, effect.headers) == (15_000, {"Content-Type": "application/json"})


def test_the_older_manners_are_switches(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(cdek={"second_subscription": "replaces", "webhook_timeout_s": 3})
    subscribe(desk), subscribe(desk, "PRINT_FORM")
    second = subscribe(desk, url=URL + "/2")
    assert [row["uuid"] for row in desk.ask("GET", "/webhooks")[1] if row["type"] == "ORDER_STATUS"] == [second]
    assert len(desk.ask("GET", "/webhooks")[1]) == 2
    desk.ask("POST", "/orders", desk.body())
    effect = desk.world.step(desk.world.now_ms + 1_000)
    assert effect is not None
    assert (effect.url, effect.timeout_ms) == (URL + "/2", 3_000)


def answered(desk: Desk, status: int, error: str = "", until_ms: int = 0) -> int:
    """Run what is due until then, let every attempt end so, and return how many there were."""
    count, end_ms = 0, desk.world.now_ms + until_ms
    while (effect := desk.world.step(end_ms)) is not None:
        desk.world.learn(effect, Outcome(status, {}, b"", error))
        count += 1
    return count


@pytest.mark.parametrize(
    ("manners", "status", "error", "attempts", "left"),
    [
        ("once", 0, "timeout", 1, 2),
        ("once", 500, "", 1, 2),
        ("retries", 0, "timeout", 12, 0),
        ("retries", 500, "", 1, 1),
        ("retries", 0, "no connection", 1, 1),
        ("retries", 200, "", 1, 2),
    ],
)
def test_what_a_receiver_who_does_not_answer_is_sent(
    new_desk: Callable[..., Desk], manners: str, status: int, error: str, attempts: int, left: int
) -> None:
    desk = new_desk(cdek={"webhook_manners": manners}, mix={"stuck": 1})
    subscribe(desk), subscribe(desk, "PRINT_FORM")
    desk.ask("POST", "/orders", desk.body())
    assert answered(desk, status, error, 76 * 60_000) == attempts
    bodies = {attempt.body for attempt in webhooks.attempts(desk.world)}
    events = {attempt.event for attempt in webhooks.attempts(desk.world)}
    assert (len(bodies), events) == (1, {"ORDER_STATUS/1107000001/CREATED"})
    assert answered(desk, status, error, 86_400_000) == 0
    desk.log_in()
    assert len(desk.ask("GET", "/webhooks")[1]) == left
