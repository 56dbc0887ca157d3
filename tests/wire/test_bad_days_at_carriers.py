"""Bad days at Mail Alliance and CDEK, over real sockets: what a connector meets, and that it ends."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest
from standardwebhooks.webhooks import Webhook

from parcelproof.simulators.core.world import World
from parcelproof.simulators.courier_api.cdek.payouts import DESK
from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.server import Options, Running, running
from parcelproof.simulators.wire import webhooks
from parcelproof.simulators.wire.dispatcher import NO_CONNECTION

if TYPE_CHECKING:
    from tests.wire.conftest import Answering, RawReceiver

    Status = Callable[..., Answering]

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
T = "/_sim/v1/tenants/shop"


class Street:
    """One server with both carriers, and one shop that is a client of both."""

    def __init__(self, started: Running, http: httpx.AsyncClient, slept: list[float]) -> None:
        self.started, self.http, self.slept = started, http, slept
        self.key = {"X-Api-Key": "mak_test_shop"}
        self.token: dict[str, str] = {}
        self.made = 0

    @property
    def world(self) -> World:
        return self.started.shell.tenants.find("shop")

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.world.now_ms / 1000, UTC).date()

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.http.request(method, path, json=body, headers=headers)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.ask(method, f"{T}/{path}", body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def begin(self, name: str, **at: str) -> Any:
        return await self.control("POST", "bad-days", {"name": name, **at})

    async def end(self, name: str) -> Any:
        return await self.control("DELETE", f"bad-days/{name}")

    async def advance(self, by_ms: int) -> None:
        await self.control("POST", "clock/advance", {"by_ms": by_ms})
        await self.log_in()

    # -- Mail Alliance

    async def ma(self, method: str, path: str, body: Any = None, key: str = "") -> httpx.Response:
        self.made += 1
        headers = {**self.key, "Idempotency-Key": key or f"key-{self.made:020}"}
        return await self.http.request(method, f"/mail-alliance{path}", json=body, headers=headers)

    async def ma_token(self) -> httpx.Response:
        form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s3cret"}
        return await self.http.post("/mail-alliance/oauth/token", data=form)

    @staticmethod
    def ma_order() -> dict[str, Any]:
        there = {"name": "Anna Ernst", "street": "Am Hof", "postal_code": "10115", "city": "Berlin", "country": "DE"}
        return {
            "service": "ma_parcel",
            "shipper": there,
            "recipient": there,
            "package": {"weight_g": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100},
            "contents": [{"sku": "TS-1", "description": "T-Shirt", "quantity": 1}],
        }

    # -- CDEK

    async def log_in(self) -> httpx.Response:
        form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
        answer = await self.http.post("/cdek/v2/oauth/token", data=form)
        if answer.status_code == 200:
            self.token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return answer

    async def cdek(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self.http.request(method, f"/cdek/v2{path}", json=body, headers=self.token)

    async def patiently(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask CDEK again while it answers 503, as a good client does."""
        for _ in range(10):
            answer = await self.cdek(method, path, body)
            if answer.status_code != 503:
                return answer
        raise AssertionError("nothing but 503")

    async def cdek_order(self) -> str:
        """Register an order and return its uuid; its number comes later."""
        self.made += 1
        item = {
            "name": "Чайник",
            "ware_key": "T-1",
            "payment": {"value": 1999},
            "cost": 1999,
            "weight": 700,
            "amount": 1,
        }
        package = {"number": "1", "weight": 1500, "length": 30, "width": 20, "height": 10, "items": [item]}
        body = {
            "type": 1,
            "number": f"P-{self.made}",
            "tariff_code": 139,
            "recipient": {"name": "Иванова Анна", "phones": [{"number": "+79130000001"}]},
            "from_location": {"code": 44, "address": "ул. Складская, 1"},
            "to_location": {"postal_code": "630099", "city": "Новосибирск", "address": "ул. Ленина, 7"},
            "packages": [package],
        }
        answer = await self.patiently("POST", "/orders", body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["entity"]["uuid"])

    async def creation(self, uuid: str) -> dict[str, Any]:
        """Return how the creation of an order stands."""
        request: dict[str, Any] = (await self.patiently("GET", f"/orders/{uuid}")).json()["requests"][0]
        return request


@asynccontextmanager
async def opened() -> AsyncIterator[Street]:
    slept: list[float] = []

    async def pass_by(delay_s: float) -> None:
        slept.append(delay_s)

    async with (
        running(Options(port=0, virtual=True), sleep=pass_by) as started,
        httpx.AsyncClient(verify=False, base_url=started.url, timeout=20) as http,
    ):
        found = Street(started, http, slept)
        await found.log_in()
        yield found


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    async with opened() as found:
        yield found


async def test_number_range_exhausted(street: Street) -> None:
    await street.begin("number-range-exhausted")
    refused = await street.ma("POST", "/v1/parcels", street.ma_order(), key="the-key-of-this-order")
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/unavailable")
    assert refused.headers["Retry-After"] == "3600" and "tracking numbers" in refused.json()["detail"]
    invalid = await street.ma("POST", "/v1/parcels", {**street.ma_order(), "service": "air"})
    assert invalid.status_code == 422, "what is wrong with an order is still told first"
    uuid = await street.cdek_order()
    await street.advance(MINUTE_MS)
    found = await street.creation(uuid)
    assert (found["state"], [error["code"] for error in found["errors"]]) == ("INVALID", ["v2_internal_error"])
    assert not [p for p in (await street.control("GET", "parcels"))["parcels"] if p["number"]]

    ended = await street.end("number-range-exhausted")
    assert {"cdek", "mail_alliance"} <= {day["carrier"] for day in ended["bad_days"]}
    again = await street.ma("POST", "/v1/parcels", street.ma_order(), key="the-key-of-this-order")
    assert again.status_code == 201 and again.json()["tracking_number"]
    uuid = await street.cdek_order()
    await street.advance(MINUTE_MS)
    assert (await street.creation(uuid))["state"] == "SUCCESSFUL"


async def test_token_endpoint_down(street: Street) -> None:
    await street.begin("token-endpoint-down")
    for _ in range(2):
        cdek, ma = await street.log_in(), await street.ma_token()
        assert (cdek.status_code, cdek.text) == (503, "Service Unavailable")
        assert (ma.status_code, ma.json()["type"], ma.headers["Retry-After"]) == (503, "/problems/unavailable", "30")
    assert (await street.cdek("GET", "/location/cities?city=Москва")).status_code == 200, "the old token is good"
    assert (await street.ma("GET", "/v1/parcels")).status_code == 200, "a key is good"
    await street.end("token-endpoint-down")
    assert ((await street.log_in()).status_code, (await street.ma_token()).status_code) == (200, 200)


async def test_quota_exhausted(street: Street) -> None:
    begun = await street.begin("quota-exhausted")
    assert [day["carrier"] for day in begun["bad_days"]] == ["mail_alliance"]
    for answer in (await street.ma("GET", "/v1/parcels"), await street.ma("POST", "/v1/parcels", street.ma_order())):
        assert (answer.status_code, answer.json()["type"]) == (429, "/problems/quota-exceeded")
        assert answer.json()["violated-policies"]
        assert answer.headers["Retry-After"] == "60" and ";r=0;t=60" in answer.headers["RateLimit"]
    assert (await street.ma_token()).status_code == 429
    await street.advance(DAY_MS)
    assert (await street.ma("GET", "/v1/parcels")).status_code == 429, "it is no matter of waiting"
    await street.end("quota-exhausted")
    assert (await street.ma("POST", "/v1/parcels", street.ma_order())).status_code == 201


async def registry(street: Street, on: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await street.cdek("GET", f"/registries?date={on}")).json()["registries"]
    return found


async def test_registry_reissued(street: Street) -> None:
    await street.begin("registry-reissued")
    await street.cdek_order()
    await street.cdek_order()
    number, day = "", 0
    while not number:
        day += 1
        await street.advance(DAY_MS)
        rows = (await street.control("GET", "payouts/cdek"))["payouts"]
        number = rows[0]["number"] if rows else ""
        assert day < 30
    paid_on, next_day = rows[0]["payment_date"], (street.today + timedelta(days=1)).isoformat()
    (first,) = await registry(street, paid_on)
    first_file = await street.ask("GET", f"{T}/payouts/cdek/{number}?format=csv")
    assert await registry(street, next_day) == []

    await street.advance(DAY_MS)
    (again,) = await registry(street, next_day)
    assert [again] == await registry(street, paid_on), "whoever asks for the old day gets the corrected one too"
    assert again["registry_number"] == first["registry_number"]
    one, other = first["orders"][0], again["orders"][0]
    assert other["total_sum_without_agent"] == one["total_sum_without_agent"] + 50
    assert other["transfer_sum"] == one["transfer_sum"] - 50
    assert again["orders"][1:] == first["orders"][1:]
    assert again["sum"] == pytest.approx(first["sum"] - 50)
    assert sum(line["transfer_sum"] for line in again["orders"]) == pytest.approx(again["sum"])
    assert (await street.ask("GET", f"{T}/payouts/cdek/{number}?format=csv")).content != first_file.content
    listed = (await street.control("GET", "payouts/cdek"))["payouts"]
    assert listed[0]["sum_minor"] == rows[0]["sum_minor"] - 5_000
    assert (await street.end("registry-reissued"))["bad_days"]


async def test_registry_late_and_with_odd_lines(street: Street) -> None:
    await street.begin("registry-late")
    await street.begin("registry-odd-lines")
    await street.cdek_order()
    world = street.world
    while not (made := [found for _, found in world.store.scan(DESK.made)]):
        await street.advance(DAY_MS)
        assert world.now_ms < 1_780_000_000_000
    assert await registry(street, made[0].payment_date) == []
    assert (await street.control("GET", "payouts/cdek"))["payouts"] == []
    await street.advance(2 * DAY_MS)
    assert await registry(street, made[0].payment_date) == []
    await street.advance(DAY_MS)
    (found,) = await registry(street, made[0].payment_date)
    own, again, foreign = [line["cdek_number"] for line in found["orders"]]
    assert own == again != foreign
    assert (await street.cdek("GET", f"/orders?cdek_number={foreign}")).status_code == 400


async def hooked(street: Street, receiver: "RawReceiver") -> str:
    """Have both carriers tell the receiver; return Mail Alliance's secret."""
    made = await street.ma("POST", "/v1/webhook-endpoints", {"url": receiver.url, "events": ["parcel.created"]})
    assert made.status_code == 201, made.text
    told = await street.cdek("POST", "/webhooks", {"url": receiver.url, "type": "ORDER_STATUS"})
    assert told.status_code == 200, told.text
    await street.advance(0)
    receiver.got.clear()
    return str(made.json()["secret"])


def of(street: Street, carrier: str) -> list[webhooks.Attempt]:
    return [attempt for attempt in webhooks.attempts(street.world) if attempt.carrier == carrier]


async def test_webhook_endpoint_down_for_a_day(street: Street, receiver: "RawReceiver") -> None:
    await hooked(street, receiver)
    before = len(of(street, "mail_alliance"))
    await street.begin("webhook-endpoint-down")
    began_ms = street.world.now_ms
    await street.ma("POST", "/v1/parcels", street.ma_order())
    await street.cdek_order()
    connections = receiver.connections
    await street.advance(DAY_MS - 1)
    assert receiver.connections == connections, "not even a connection"
    failed = of(street, "mail_alliance")[before:]
    assert [attempt.error for attempt in failed] == [NO_CONNECTION] * 7, "at 0 s, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h"
    lost = [attempt for attempt in of(street, "cdek") if attempt.at_ms >= began_ms]
    assert {attempt.error for attempt in lost} == {NO_CONNECTION}

    await street.advance(DAY_MS)
    assert (await street.control("GET", "bad-days"))["bad_days"] == []
    (late,) = [got for got in receiver.got if "webhook-id" in got.headers]
    assert late.headers["webhook-id"] == failed[0].headers["webhook-id"] and late.body == failed[0].body
    bodies = {attempt.body for attempt in lost}
    assert not bodies & {got.body for got in receiver.got}, "this carrier never sends an event again"


class At(datetime):
    """A clock for the verifier library, which reads the machine's."""

    fixed_s = 0

    @classmethod
    def now(cls, tz: Any = None) -> "At":
        return cls.fromtimestamp(cls.fixed_s, tz)


async def test_night_batch_resends_everything(
    street: Street, receiver: "RawReceiver", with_status: "Status", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", At)
    secret = await hooked(street, receiver)
    receiver.answers = [with_status(500)]  # so that one event is on record with two attempts
    for _ in range(2):
        await street.ma("POST", "/v1/parcels", street.ma_order())
        await street.cdek_order()
    await street.advance(MINUTE_MS)
    assert receiver.got.pop(0).headers["webhook-id"] in [got.headers.get("webhook-id") for got in receiver.got]
    by_day = [*receiver.got]
    signed = [got for got in by_day if "webhook-id" in got.headers]
    assert (len(signed), len(by_day)) == (2, 4)
    begun = (await street.begin("night-batch"))["bad_days"]
    assert {day["until"] for day in begun} == {"2026-03-03T02:00:00.000Z"} and len(begun) == len(CARRIERS)
    for world_parcel in (await street.control("GET", "parcels"))["parcels"]:
        await street.control("PATCH", f"parcels/{world_parcel['id']}", {"paused": True})
    receiver.got.clear()
    await street.advance(17 * HOUR_MS - MINUTE_MS - 1_000)
    assert receiver.got == []
    receiver.answers = [with_status(200), with_status(200), with_status(500)]  # CDEK's two come first
    await street.advance(1_000)
    assert street.world.now_ms == int(datetime(2026, 3, 3, 2, tzinfo=UTC).timestamp() * 1000)
    again = [*receiver.got]
    plain = [got.body for got in again if "webhook-id" not in got.headers]
    assert plain == [got.body for got in by_day if "webhook-id" not in got.headers], "the very same bytes"
    repeated = [got for got in again if "webhook-id" in got.headers if b"parcel.created" in got.body]
    told = sorted((got.headers["webhook-id"], got.body) for got in signed)
    assert sorted((got.headers["webhook-id"], got.body) for got in repeated) == told
    for got in repeated:
        At.fixed_s = street.world.now_ms // 1000
        assert got.headers["webhook-timestamp"] == str(At.fixed_s), "signed anew"
        assert Webhook(secret).verify(got.body, dict(got.headers)) == msgspec.json.decode(got.body)
    assert (await street.control("GET", "bad-days"))["bad_days"] == []
    receiver.got.clear()
    await street.advance(2 * DAY_MS)
    (retried,) = receiver.got
    assert retried.body == again[2].body, "what failed by night is tried again as by day; a batch runs once"


async def test_black_friday_queue(street: Street) -> None:
    begun = (await street.begin("black-friday-queue"))["bad_days"]
    late, busy = next(day["faults"] for day in begun if day["carrier"] == "mail_alliance")
    codes = [(await street.ma("POST", "/v1/parcels", street.ma_order())).status_code for _ in range(60)]
    assert set(codes) == {201, 503}
    waits = sorted(street.slept)
    assert len(waits) >= codes.count(201) and 2 < waits[len(waits) // 2] < 8 and 10 < waits[-1] <= 30
    journal = (await street.control("GET", "journal?carrier=mail_alliance"))["entries"]
    assert {line["fault"] for line in journal} == {
        f"{late} latency after black-friday-queue",
        f"{late} latency after black-friday-queue, {busy} status before black-friday-queue",
    }
    made = (await street.control("GET", "parcels?carrier=mail_alliance"))["parcels"]
    assert len(made) == codes.count(201)
    uuid = await street.cdek_order()
    await street.advance(9 * MINUTE_MS)
    assert (await street.creation(uuid))["state"] == "ACCEPTED", "its number takes ten minutes"
    await street.advance(MINUTE_MS)
    assert (await street.creation(uuid))["state"] == "SUCCESSFUL"
    await street.end("black-friday-queue")
    street.slept.clear()
    assert (await street.ma("POST", "/v1/parcels", street.ma_order())).status_code == 201
    assert street.slept == []


async def test_two_runs_of_a_bad_day_are_the_same() -> None:
    hashes = set()
    for _ in range(2):
        async with opened() as one:
            for name in ("black-friday-queue", "answers-lost", "gateway-errors", "webhooks-in-disorder"):
                await one.begin(name, carrier="mail_alliance")
            for _ in range(30):
                with suppress(httpx.TransportError):
                    await one.ma("POST", "/v1/parcels", one.ma_order())
            hashes.add((await one.control("GET", "journal/hash"))["sha256"])
    assert len(hashes) == 1
