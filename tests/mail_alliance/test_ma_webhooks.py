"""Webhooks (Part 6): signatures by an independent library, schedule, rotation, switching off, replay."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from parcelproof.simulators.core.world import Effect, Outcome
from parcelproof.simulators.mail_alliance.deliveries import WAITS_MS
from parcelproof.simulators.wire import webhooks
from parcelproof.simulators.wire.webhooks import Switches

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


class At(datetime):
    """A clock for the verifier library, which reads the machine's."""

    fixed_ms = 0

    @classmethod
    def now(cls, tz: Any = None) -> "At":
        return cls.fromtimestamp(cls.fixed_ms / 1000, tz)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> type[At]:
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", At)
    return At


def verify(at: type[At], secret: str, effect: Effect, *, later_s: int = 0, body: bytes | None = None) -> Any:
    at.fixed_ms = effect.at_ms + later_s * 1000
    return Webhook(secret).verify(effect.body if body is None else body, effect.headers)


def body_of(effect: Effect) -> Any:
    return msgspec.json.decode(effect.body)


def failing(status: int, **headers: str) -> Any:
    return lambda effect: Outcome(status, {name.replace("_", "-"): text for name, text in headers.items()}, b"")


def types(sent: list[Effect]) -> list[str]:
    return [body_of(effect)["type"] for effect in sent]


def test_a_new_endpoint_shows_its_secret_once_and_is_pinged(desk: Any, at: type[At]) -> None:
    made = desk.endpoint(description="hook", events=["tracking.delivered"])
    assert made["secret"].startswith("whsec_") and (made["status"], made["api_version"]) == ("enabled", "v1")
    assert desk.get(f"/v1/webhook-endpoints/{made['id']}").json == {
        name: value for name, value in made.items() if name != "secret"
    }
    assert "secret" not in desk.get("/v1/webhook-endpoints").json["data"][0]
    (ping,) = desk.advance(0)
    assert (ping.url, ping.timeout_ms, ping.live) == ("https://shop.example/hook", 15_000, False)
    assert verify(at, made["secret"], ping)["type"] == "endpoint.ping"
    assert body_of(ping)["data"]["message"]


def test_every_webhook_verifies_and_none_that_was_tampered_with(desk: Any, at: type[At]) -> None:
    secret = desk.endpoint()["secret"]
    made = desk.book()
    desk.live(made["id"], "refused")
    sent = desk.advance(12 * DAY)
    assert set(types(sent)) >= {"parcel.created", "tracking.shipped", "return.received"}
    for effect in sent:
        assert verify(at, secret, effect) == body_of(effect)
        assert effect.headers["webhook-timestamp"] == str(effect.at_ms // 1000)
        for wrong in (effect.body.replace(b":", b": ", 1), effect.body[:-1] + b" "):
            with pytest.raises(WebhookVerificationError):
                verify(at, secret, effect, body=wrong)
        with pytest.raises(WebhookVerificationError):
            verify(at, secret, effect, later_s=301)
        assert verify(at, secret, effect, later_s=299)


def test_the_payload_says_what_the_contract_says_and_can_be_read_back(desk: Any) -> None:
    desk.endpoint(events=["tracking.in_transit", "parcel.created"])
    made = desk.book()
    desk.advance(HOUR)
    desk.scan(made["id"], "shipped")
    desk.advance(HOUR)
    desk.scan(made["id"], "in_transit")
    desk.scan(made["id"], "in_transit", late_ms=MINUTE)
    desk.advance(0)
    created, moved, late = [
        body_of(effect) for effect in desk.received if effect.key.count("/") and b"ping" not in effect.body
    ]
    assert created["data"]["status"] == "announced" and created["data"]["service"] == "ma_parcel"
    assert moved["type"] == "tracking.in_transit" and moved["timestamp"] == "2026-03-02T11:00:00.000Z"
    data = moved["data"]
    assert (data["parcel_id"], data["tracking_number"]) == (made["id"], made["tracking_number"])
    assert (data["references"], data["sequence"], data["status"]) == ({"order": "P-001"}, 2, "in_transit")
    assert (data["previous_status"], data["is_current"], data["first_in_status"]) == ("shipped", True, True)
    assert (late["data"]["is_current"], late["data"]["first_in_status"]) == (False, False)
    assert late["timestamp"] == "2026-03-02T10:59:00.000Z"
    assert data["event"] in desk.seen(made["id"])["events"]


def test_what_a_webhook_says_can_be_read_when_it_arrives(desk: Any) -> None:
    desk.endpoint()
    made = desk.book()
    desk.live(made["id"], "delivered")
    read_back = []

    def receiver(effect: Effect) -> Outcome:
        told = body_of(effect)
        if told["type"].startswith("tracking."):
            read_back.append(told["data"]["event"] in desk.seen(made["id"])["events"])
        return Outcome(200, {}, b"")

    desk.advance(9 * DAY, receiver)
    assert read_back == [True] * 5


def test_an_endpoint_gets_what_it_asked_for_and_only_of_its_environment(desk: Any) -> None:
    desk.endpoint("https://a.example/", events=["tracking.delivered", "tracking.shipped"])
    desk.endpoint("https://b.example/")
    live = {"X-Api-Key": "mak_live_shop"}
    desk.post("/v1/webhook-endpoints", {"url": "https://live.example/"}, credential=live)
    made = desk.book()
    desk.live(made["id"], "delivered")
    sent = [effect for effect in desk.advance(9 * DAY) if b"ping" not in effect.body]
    by_url: dict[str, list[str]] = {}
    for effect in sent:
        by_url.setdefault(effect.url, []).append(body_of(effect)["type"])
    assert by_url["https://a.example/"] == ["tracking.shipped", "tracking.delivered"]
    assert len(by_url["https://b.example/"]) == 6 and "https://live.example/" not in by_url


def test_attempts_follow_the_schedule_with_jitter_under_one_id_and_end_after_ten(desk: Any) -> None:
    endpoint = desk.endpoint(events=["parcel.created"])
    desk.advance(0)
    desk.book()
    desk.received.clear()
    sent = desk.advance(4 * DAY, failing(500))
    assert len(sent) == 10 and len({effect.headers["webhook-id"] for effect in sent}) == 1
    assert len({effect.body for effect in sent}) == 1
    waits = [later.at_ms - earlier.at_ms for earlier, later in pairwise(sent)]
    for wait, planned in zip(waits, WAITS_MS, strict=True):
        assert abs(wait - planned) <= planned // 10
    assert any(wait != planned for wait, planned in zip(waits, WAITS_MS, strict=True))
    assert abs(sum(WAITS_MS) / HOUR - 75.6) < 0.1
    (row, _ping) = desk.get(f"/v1/webhook-endpoints/{endpoint['id']}/deliveries").json["data"]
    assert (row["status"], len(row["attempts"]), row["next_attempt_at"]) == ("failed", 10, None)
    assert row["id"].startswith("msg_") and row["attempts"][0]["status"] == 500
    assert desk.advance(2 * DAY) == []


def test_three_failures_and_then_success(desk: Any) -> None:
    endpoint = desk.endpoint()
    desk.advance(0)
    desk.book(references={"order": "slow"})
    answers = iter([500, 302, 0, 200])
    desk.live(desk.get("/v1/parcels").json["data"][0]["id"], "stuck")
    sent = desk.advance(DAY, lambda effect: Outcome(next(answers), {}, b"", ""))
    assert len(sent) == 4 and len({effect.headers["webhook-id"] for effect in sent}) == 1
    row = desk.get(f"/v1/webhook-endpoints/{endpoint['id']}/deliveries").json["data"][0]
    assert (row["status"], [one["status"] for one in row["attempts"]]) == ("succeeded", [500, 302, None, 200])


@pytest.mark.parametrize(
    ("value", "waits_ms"),
    [
        ("120", 120 * SECOND),
        ("3600", HOUR),
        ("1", None),
        ("3601", None),
        ("Mon, 02 Mar 2026 09:10:00 GMT", 10 * MINUTE),
        ("soon", None),
        ("-5", None),
        ("9" * 30, None),
    ],
)
def test_retry_after_up_to_an_hour_is_honoured(desk: Any, value: str, waits_ms: int | None) -> None:
    desk.endpoint(events=["parcel.created"])
    desk.advance(0)
    desk.book()
    first, second, *_ = desk.advance(2 * HOUR, failing(429, Retry_After=value))
    wait = second.at_ms - first.at_ms
    assert wait == waits_ms if waits_ms else abs(wait - 5 * SECOND) <= SECOND // 2


def test_during_a_rotation_both_secrets_sign_and_a_day_later_the_new_one_alone(desk: Any, at: type[At]) -> None:
    endpoint = desk.endpoint()
    desk.advance(0)
    path = f"/v1/webhook-endpoints/{endpoint['id']}/rotate-secret"
    rotated = desk.post(path, key=None)
    assert rotated.status == 200 and rotated.json["secret"] != endpoint["secret"]
    again = desk.post(path, key=None)
    assert (again.status, again.problem, again.json["state"]) == (409, "invalid-state", "rotating")
    desk.book()
    (during,) = desk.advance(0)
    assert len(during.headers["webhook-signature"].split(" ")) == 2
    for secret in (endpoint["secret"], rotated.json["secret"]):
        assert verify(at, secret, during)["type"] == "parcel.created"
    desk.advance(DAY)
    desk.received.clear()
    desk.book()
    after = desk.advance(0)[-1]
    assert verify(at, rotated.json["secret"], after)["type"] == "parcel.created"
    with pytest.raises(WebhookVerificationError):
        verify(at, endpoint["secret"], after)
    assert desk.post(path, key=None).status == 200


def test_410_switches_the_endpoint_off_but_events_are_kept_and_can_be_replayed(desk: Any) -> None:
    endpoint = desk.endpoint()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    desk.advance(0, failing(410))
    off = desk.get(path).json
    assert off["status"] == "auto_disabled" and "410" in off["disabled_reason"]
    made = desk.book()
    assert desk.advance(HOUR) == []
    event = desk.get("/v1/events", query={"type": "parcel.created"}).json["data"][0]
    refused = desk.post(f"/v1/events/{event['id']}/replay")
    assert (refused.status, refused.problem) == (409, "invalid-state")
    assert desk.post(f"{path}/ping").problem == "invalid-state"
    on = desk.call("PATCH", path, {"status": "enabled"})
    assert (on.status, on.json["status"], on.json["disabled_reason"]) == (200, "enabled", None)
    replayed = desk.post(f"/v1/events/{event['id']}/replay")
    assert replayed.status == 202 and replayed.json["endpoints"] == [endpoint["id"]]
    (sent,) = desk.advance(0)
    assert sent.headers["webhook-id"] == event["id"] and body_of(sent)["data"]["parcel_id"] == made["id"]
    assert {name: body_of(sent)[name] for name in ("type", "timestamp", "data")} == {
        name: event[name] for name in ("type", "timestamp", "data")
    }


def test_five_days_of_nothing_but_failures_switch_it_off_and_one_success_starts_anew(desk: Any) -> None:
    endpoint = desk.endpoint(events=["parcel.created"])
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    desk.advance(0)

    def days(count: int, receiver: Any) -> str:
        for _ in range(count):
            desk.post("/v1/parcels", desk.order(references=None))
            desk.advance(DAY, receiver)
        return str(desk.get(path).json["status"])

    assert days(4, failing(500)) == "enabled"
    assert days(1, failing(200)) == "enabled"
    assert days(4, failing(500)) == "enabled"
    assert days(2, failing(500)) == "auto_disabled"
    assert "five days" in desk.get(path).json["disabled_reason"]


def test_a_disabled_endpoint_gets_nothing_and_an_enabled_one_again_what_comes(desk: Any) -> None:
    endpoint = desk.endpoint()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    desk.advance(0)
    desk.call("PATCH", path, {"status": "disabled"})
    desk.book()
    assert desk.advance(MINUTE) == []
    desk.call("PATCH", path, {"status": "enabled", "events": ["parcel.created"], "url": "https://new.example/"})
    desk.book()
    assert [effect.url for effect in desk.advance(MINUTE)] == ["https://new.example/"]


def test_a_ping_on_request(desk: Any) -> None:
    endpoint = desk.endpoint(events=["tracking.lost"])
    desk.advance(0)
    reply = desk.post(f"/v1/webhook-endpoints/{endpoint['id']}/ping", key=None)
    (sent,) = desk.advance(0)
    assert reply.status == 202 and sent.headers["webhook-id"] == reply.json["event_id"]


def test_a_deleted_endpoint_is_gone_with_its_retries(desk: Any) -> None:
    endpoint = desk.endpoint()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    desk.advance(SECOND, failing(500))
    assert desk.call("DELETE", path).status == 204
    assert desk.get(path).problem == "not-found"
    assert desk.call("DELETE", path).status == 404
    assert desk.advance(DAY) == []


def test_an_endpoint_deleted_while_its_webhook_is_under_way_is_no_trouble(desk: Any) -> None:
    endpoint = desk.endpoint()

    def receiver(effect: Effect) -> Outcome:
        desk.call("DELETE", f"/v1/webhook-endpoints/{endpoint['id']}")
        return Outcome(500, {}, b"")

    assert len(desk.advance(DAY, receiver)) == 1


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/url", "required")),
        ({"url": 5}, ("/url", "type")),
        ({"url": "shop.example"}, ("/url", "pattern")),
        ({"url": "ftp://shop.example/"}, ("/url", "pattern")),
        ({"url": "http://shop.example/"}, ("/url", "pattern")),
        ({"url": "http://10.0.0.1/"}, ("/url", "pattern")),
        ({"url": "https://u:p@shop.example/"}, ("/url", "pattern")),
        ({"url": "https://shop.example:99999/"}, ("/url", "pattern")),
        ({"url": "https://" + "x" * 2000}, ("/url", "too_long")),
        ({"url": "https://a.example/", "description": "x" * 101}, ("/description", "too_long")),
        ({"url": "https://a.example/", "events": []}, ("/events", "too_short")),
        ({"url": "https://a.example/", "events": ["tracking.*"]}, ("/events/0", "enum")),
        ({"url": "https://a.example/", "secret": "mine"}, ("/secret", "unknown_member")),
    ],
)
def test_a_bad_endpoint_is_refused(desk: Any, body: dict[str, Any], fault: tuple[str, str]) -> None:
    reply = desk.post("/v1/webhook-endpoints", body)
    assert reply.status == 422 and reply.faults == [fault]
    assert desk.get("/v1/webhook-endpoints").json["data"] == []
    endpoint = desk.endpoint()
    if "url" in body:
        changed = desk.call("PATCH", f"/v1/webhook-endpoints/{endpoint['id']}", body)
        assert changed.faults == [fault]
        assert desk.get(f"/v1/webhook-endpoints/{endpoint['id']}").json["url"] == endpoint["url"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/h", "http://localhost/h", "http://[::1]:1/h", "https://10.0.0.1/"]
)
def test_loopback_by_http_is_for_test_only(desk: Any, url: str) -> None:
    assert desk.post("/v1/webhook-endpoints", {"url": url}).status == 201
    live = desk.post("/v1/webhook-endpoints", {"url": url}, credential={"X-Api-Key": "mak_live_shop"})
    assert live.status == 422 and live.faults == [("/url", "pattern")]


def test_there_are_ten_endpoints_at_most(desk: Any) -> None:
    for number in range(10):
        desk.endpoint(f"https://shop.example/{number}")
    reply = desk.post("/v1/webhook-endpoints", {"url": "https://shop.example/10"})
    assert (reply.status, reply.problem, reply.json["limit"]) == (422, "limits-exceeded", 10)
    listed = desk.get("/v1/webhook-endpoints").json["data"]
    assert [row["url"][-1] for row in listed] == list("9876543210")


def test_the_switches_spoil_what_they_say(desk: Any, at: type[At]) -> None:
    secret = desk.endpoint(events=["parcel.created"])["secret"]
    desk.advance(0)

    def sent(**switches: Any) -> list[Effect]:
        webhooks.set_switches(desk.world, "mail_alliance", Switches(**switches))
        desk.post("/v1/parcels", desk.order(references=None))
        found: list[Effect] = desk.advance(MINUTE)
        return found

    (corrupt,) = sent(corrupt_signature=True)
    with pytest.raises(WebhookVerificationError):
        verify(at, secret, corrupt)
    (stale,) = sent(stale_timestamp=True)
    with pytest.raises(WebhookVerificationError, match="too old"):
        verify(at, secret, stale)
    assert verify(at, secret, stale, later_s=-600)  # but rightly signed for its old time
    copies = sent(duplicate=2)
    assert len(copies) == 3 and len({effect.headers["webhook-id"] for effect in copies}) == 1
    assert sent(drop=True) == []
    assert sent(late_ms=HOUR) == []
    assert len(desk.get("/v1/tracking-events").json["data"]) == 5


def test_two_failing_copies_are_retried_once(desk: Any) -> None:
    desk.endpoint(events=["parcel.created"])
    desk.advance(0)
    webhooks.set_switches(desk.world, "mail_alliance", Switches(duplicate=1))
    desk.book()
    sent = desk.advance(10 * SECOND, failing(503))
    assert len(sent) == 3  # two copies at once, one second attempt


def test_a_recipient_twice_gets_every_scan_sent_twice_in_test(desk: Any) -> None:
    desk.endpoint()
    desk.post("/v1/webhook-endpoints", {"url": "https://live.example/"}, credential={"X-Api-Key": "mak_live_shop"})
    body = desk.order(recipient=desk.address(name="TWICE"))
    test = desk.post("/v1/parcels", body).json["id"]
    live = desk.post("/v1/parcels", body, credential={"X-Api-Key": "mak_live_shop"}).json["id"]
    desk.advance(0)
    desk.scan(test, "shipped")
    desk.scan(live, "shipped")
    sent = desk.advance(0)
    assert sorted(effect.url for effect in sent) == ["https://live.example/", *["https://shop.example/hook"] * 2]
    assert len({effect.headers["webhook-id"] for effect in sent if "shop" in effect.url}) == 1


def test_timestamps_in_payloads_are_moments(desk: Any) -> None:
    desk.endpoint()
    (ping,) = desk.advance(0)
    assert datetime.fromisoformat(body_of(ping)["timestamp"]) == datetime(2026, 3, 2, 9, tzinfo=UTC)
