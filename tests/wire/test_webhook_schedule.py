"""Days of retries in moments: Mail Alliance's webhooks on the tenant's clock, to receivers on real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from parcelproof.simulators.core.world import World
from parcelproof.simulators.mail_alliance import CARRIER
from parcelproof.simulators.server import Options, running
from parcelproof.simulators.wire import webhooks
from parcelproof.simulators.wire.webhooks import Attempt, ReplayError, Switches

if TYPE_CHECKING:
    from tests.wire.conftest import Answering, RawReceiver, Received

    Status = Callable[..., Answering]

SECOND_MS, HOUR_MS, DAY_MS = 1_000, 3_600_000, 86_400_000
# mail_alliance §2.1: 0 s, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; the waits before attempts 2 to 10
WAITS_S = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
T = "/_sim/v1/tenants/shop"


class Shop:
    """A client of Mail Alliance on a server of its own."""

    def __init__(self, http: httpx.AsyncClient, world: Callable[[], World]) -> None:
        self.http, self.find, self.made = http, world, 0

    async def post(self, path: str, body: Any) -> httpx.Response:
        self.made += 1
        headers = {"X-Api-Key": "mak_test_shop", "Idempotency-Key": f"key-{self.made:020}"}
        return await self.http.post(f"/mail-alliance{path}", json=body, headers=headers)

    async def hook(self, receiver: "RawReceiver") -> dict[str, Any]:
        """Make an endpoint for new parcels, and let the ping go by."""
        made = await self.post("/v1/webhook-endpoints", {"url": receiver.url, "events": ["parcel.created"]})
        assert made.status_code == 201, made.text
        await self.advance(0)
        receiver.got.clear()
        found: dict[str, Any] = made.json()
        return found

    async def book(self, **changes: Any) -> dict[str, Any]:
        there = {"name": "Anna Ernst", "street": "Am Hof", "postal_code": "10115", "city": "Berlin", "country": "DE"}
        body = {
            "service": "ma_parcel",
            "shipper": there,
            "recipient": there,
            "package": {"weight_g": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100},
            "contents": [{"sku": "TS-1", "description": "T-Shirt", "quantity": 1}],
            **changes,
        }
        made = await self.post("/v1/parcels", body)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    async def advance(self, by_ms: int) -> None:
        answer = await self.http.post(f"{T}/clock/advance", json={"by_ms": by_ms}, timeout=20)
        assert answer.status_code == 200, answer.text

    async def switch(self, **switches: Any) -> None:
        answer = await self.http.patch(f"{T}/webhooks/mail_alliance", json=switches)
        assert answer.status_code == 200, answer.text

    @property
    def world(self) -> World:
        return self.find()

    @property
    def attempts(self) -> list[Attempt]:
        return [found for found in webhooks.attempts(self.world) if found.event == "parcel.created"]


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[Shop]:
    given = {"port": 0, "virtual": True, "start": START, "seed": "schedule", **options}
    async with (
        running(Options(**given), carriers=[CARRIER]) as started,
        httpx.AsyncClient(verify=False, base_url=started.url) as http,
    ):
        yield Shop(http, lambda: started.shell.tenants.find("shop"))


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with opened() as found:
        yield found


def waits_ms(attempts: list[Attempt]) -> list[int]:
    return [later.at_ms - earlier.at_ms for earlier, later in pairwise(attempts)]


async def test_three_days_of_retries_take_moments_and_keep_the_contracts_schedule(
    receiver: "RawReceiver", with_status: "Status"
) -> None:
    found = []
    for seed in ("one", "one", "other"):
        async with asyncio.timeout(3), opened(seed=seed) as shop:
            await shop.hook(receiver)
            receiver.answers = [with_status(500)] * 10
            await shop.book()
            await shop.advance(4 * DAY_MS)
            attempts = shop.attempts
        assert len(receiver.got) == 10, "all ten went over the socket"
        assert len({got.body for got in receiver.got}) == len({got.headers["webhook-id"] for got in receiver.got}) == 1
        stamps = [int(got.headers["webhook-timestamp"]) for got in receiver.got]
        assert stamps == [attempt.at_ms // 1000 for attempt in attempts], "each attempt has its own time"
        waits = waits_ms(attempts)
        assert sum(waits) > 3 * DAY_MS * 0.9
        for wait, planned_s in zip(waits, WAITS_S, strict=True):
            assert abs(wait - planned_s * 1000) <= planned_s * 100, "within 10 %"
        found.append(waits)
        receiver.got.clear()
    assert found[0] == found[1] != found[2]
    assert all(wait != planned_s * 1000 for wait, planned_s in zip(found[0], WAITS_S, strict=True)), "jitter"


async def test_a_time_out_puts_the_next_attempt_off_by_the_carriers_time_out(receiver: "RawReceiver") -> None:
    async def hangs(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with opened(webhook_cap_s=0.5) as shop:
        await shop.hook(receiver)
        await shop.book()
        receiver.answers = [hangs]
        await shop.advance(HOUR_MS)
        first, second = shop.attempts
    assert (first.error, first.took_ms, second.status) == ("timeout", 15_000, 200)
    assert abs(second.at_ms - first.at_ms - 15_000 - 5_000) <= 500


LATER = format_datetime(START + timedelta(minutes=20), usegmt=True)


@pytest.mark.parametrize(
    ("code", "header", "wait_s"),
    [
        (503, "Retry-After: 120", 120),
        (429, f"Retry-After: {LATER}", 1_200),
        (429, "retry-after: 3600", 3_600),
        (503, "Retry-After: 3601", None),
        (503, "Retry-After: soon", None),
        (503, "Retry-After: -1", None),
        (302, "Location: http://127.0.0.1:1/", None),
        (101, "Upgrade: websocket", None),
        (404, "X: y", None),
    ],
)
async def test_what_a_receiver_answers_decides_when_it_is_asked_again(
    shop: Shop, receiver: "RawReceiver", with_status: "Status", code: int, header: str, wait_s: int | None
) -> None:
    await shop.hook(receiver)
    await shop.book()
    receiver.answers = [with_status(code, header)]
    await shop.advance(2 * HOUR_MS)
    first, second = shop.attempts
    assert (first.status, second.status) == (code, 200)
    wait_ms = second.at_ms - first.at_ms
    assert wait_ms == wait_s * 1000 if wait_s else abs(wait_ms - 5_000) <= 500


async def test_410_ends_it_and_any_2xx_settles_it(shop: Shop, receiver: "RawReceiver", with_status: "Status") -> None:
    await shop.hook(receiver)
    receiver.answers = [with_status(299, body=b"never mind what I say")]
    await shop.book()
    await shop.advance(DAY_MS)
    assert len(shop.attempts) == 1
    receiver.answers = [with_status(410)]
    await shop.book()
    await shop.book()
    await shop.advance(4 * DAY_MS)
    assert [attempt.status for attempt in shop.attempts] == [299, 410]
    assert len(receiver.got) == 2


ODD = {
    "order": "Заказ № 7 «é» \\/ a/b",
    "customer": 'one\u2028two "three" 136.0',
}


class At(datetime):
    """A clock for the verifier library, which reads the machine's."""

    fixed_s = 0

    @classmethod
    def now(cls, tz: Any = None) -> "At":
        return cls.fromtimestamp(cls.fixed_s, tz)


def verified(secret: str, got: "Received", headers: dict[str, str] | None = None) -> Any:
    sent = {**got.headers, **(headers or {})}
    At.fixed_s = int(sent["webhook-timestamp"])
    return Webhook(secret).verify(got.body, sent)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", At)


@pytest.mark.usefixtures("clock")
async def test_whatever_a_shop_writes_into_an_order_comes_back_signed(shop: Shop, receiver: "RawReceiver") -> None:
    secret = (await shop.hook(receiver))["secret"]
    made = await shop.book(references=ODD)
    await shop.advance(0)
    (got,) = receiver.got
    assert verified(secret, got)["data"]["references"] == ODD == made["references"]
    assert "Заказ № 7 «é»".encode() in got.body, "unescaped"
    (attempt,) = shop.attempts
    assert (attempt.body, attempt.headers["webhook-signature"]) == (got.body, got.headers["webhook-signature"])


@pytest.mark.usefixtures("clock")
async def test_in_the_middle_of_a_change_of_keys_a_known_one_signs_beside_an_unknown_one(
    shop: Shop, receiver: "RawReceiver"
) -> None:
    secret = (await shop.hook(receiver))["secret"]
    await shop.switch(rotate_key=True)
    await shop.book()
    await shop.advance(0)
    await shop.switch(rotate_key=False)
    await shop.book()
    await shop.advance(0)
    changing, settled = receiver.got
    unknown, known = changing.headers["webhook-signature"].split(" ")
    assert verified(secret, changing)
    assert verified(secret, changing, {"webhook-signature": known})
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        verified(secret, changing, {"webhook-signature": unknown})
    assert " " not in settled.headers["webhook-signature"]
    assert verified(secret, settled)


# -- the same bytes again


async def replayed(shop: Shop, sequence: int) -> httpx.Response:
    return await shop.http.post(f"{T}/webhook-attempts/{sequence}/replay")


async def test_a_replay_sends_the_very_bytes_again_and_moves_nothing_else(
    shop: Shop, receiver: "RawReceiver", with_status: "Status"
) -> None:
    endpoint = await shop.hook(receiver)
    receiver.answers = [with_status(500)]
    await shop.book()
    await shop.advance(SECOND_MS)
    (first,) = shop.attempts
    receiver.answers = [with_status(418, "X-Tea: yes", body="чай".encode())]
    answer = await replayed(shop, first.sequence)
    assert answer.status_code == 202
    one, two = receiver.got
    assert (two.line, two.body) == (one.line, one.body)
    assert two.headers == one.headers, "signed as then, dated as then"
    again = next(found for found in shop.attempts if found.sequence == answer.json()["sequence"])
    assert (again.replays, again.status, again.answer_body.decode()) == (first.sequence, 418, "чай")
    assert again.at_ms == first.at_ms + SECOND_MS
    path = f"/mail-alliance/v1/webhook-endpoints/{endpoint['id']}/deliveries"
    rows = (await shop.http.get(path, headers={"X-Api-Key": "mak_test_shop"})).json()["data"]
    assert len(rows[0]["attempts"]) == 1, "the carrier knows nothing of it"
    await shop.advance(HOUR_MS)
    assert [found.status for found in shop.attempts] == [500, 418, 200], "its own retry comes as planned"
    journal = (await shop.http.get(f"{T}/journal?direction=out")).json()["entries"]
    assert {line["carrier"] for line in journal} == {"mail_alliance"}
    assert [line["operation"] for line in journal].count("wire.replay") == 1


async def test_a_replay_of_a_replay_is_a_replay(shop: Shop, receiver: "RawReceiver") -> None:
    await shop.hook(receiver)
    await shop.book()
    await shop.advance(0)
    sequence = shop.attempts[0].sequence
    for _ in range(3):
        sequence = (await replayed(shop, sequence)).json()["sequence"]
    assert [found.replays for found in shop.attempts] == [0, *[found.sequence for found in shop.attempts[:-1]]]
    assert len({got.body for got in receiver.got}) == 1 and len(receiver.got) == 4


async def test_what_was_never_sent_or_is_unknown_cannot_be_replayed(shop: Shop, receiver: "RawReceiver") -> None:
    await shop.hook(receiver)
    await shop.switch(drop=True)
    await shop.book()
    await shop.advance(0)
    dropped = webhooks.attempts(shop.world)[-1]
    assert dropped.error == "dropped"
    with pytest.raises(ReplayError, match=f"attempt {dropped.sequence} was dropped and never sent"):
        webhooks.replay(shop.world, dropped.sequence)
    with pytest.raises(ReplayError, match="there is no attempt 999; the newest 10000 are kept"):
        webhooks.replay(shop.world, 999)
    assert (await replayed(shop, 999)).status_code == 404
    assert (await replayed(shop, dropped.sequence)).status_code == 409
    assert receiver.got == []


async def test_a_replay_is_checked_and_held_up_like_any_other(shop: Shop, receiver: "RawReceiver") -> None:
    await shop.hook(receiver)
    await shop.book()
    await shop.advance(0)
    (first,) = shop.attempts
    live = msgspec.structs.replace(first, live=True)
    shop.world.store.put(webhooks.ATTEMPTS, str(first.sequence), live)
    await replayed(shop, first.sequence)
    assert shop.attempts[-1].error.startswith("target refused: the scheme is 'http'")
    shop.world.store.put(webhooks.ATTEMPTS, str(first.sequence), first)
    webhooks.set_switches(shop.world, "mail_alliance", Switches(down=True))
    await replayed(shop, first.sequence)
    assert shop.attempts[-1].error == "no connection"
    assert len(receiver.got) == 1
