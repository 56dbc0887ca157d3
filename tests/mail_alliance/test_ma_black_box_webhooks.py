"""The contract's checks (Part 9) from outside: webhooks MA-T06 to MA-T08, and the guarantees of Part 5.

MA-T06 is held by three verifiers that are not ours: Python's `standardwebhooks`, npm's `standardwebhooks` (`make ci`),
and, where there is Node.js, one written by the specification.
"""

import json
import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ..needed import missing
from .sockets import DAY, HOUR, MINUTE, SECOND, Hook, Street, served

VERIFIERS = Path(__file__).parent / "verifiers"
LIBRARY = "standardwebhooks@1.1.1"
ODD = 'Заказ 136.0 "\\" \N{LINE SEPARATOR} \N{GRINNING FACE}'  # raw bytes differ from what most encoders write again
SCHEDULE_MS = [
    5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR
]  # fmt: skip

SOUND = {"corrupt_signature": False, "stale_timestamp": False}
CORRUPT, STALE = {**SOUND, "corrupt_signature": True}, {**SOUND, "stale_timestamp": True}
FAR = {"name": "x", "street": "Weg", "postal_code": "10115", "city": "Berlin", "country": "DE"}


@dataclass(frozen=True)
class Delivered:
    """One webhook as a receiver got it, and the time at which it looks."""

    secret: str
    headers: dict[str, str]
    body: bytes
    now_s: int


Verify = Callable[[Sequence[Delivered]], list[bool]]


class At(datetime):
    """A clock for the Python library, which reads the machine's."""

    fixed_s = 0

    @classmethod
    def now(cls, tz: Any = None) -> "At":
        return cls.fromtimestamp(cls.fixed_s, tz)


def by_python(cases: Sequence[Delivered]) -> list[bool]:
    return [_python_takes(case) for case in cases]


def _python_takes(case: Delivered) -> bool:
    At.fixed_s = case.now_s
    try:
        Webhook(case.secret).verify(case.body, case.headers)
    except (WebhookVerificationError, json.JSONDecodeError):
        return False
    return True


def node(script: str, cases: Sequence[Delivered], *, folder: Path) -> list[bool]:
    rows = [{**vars(case), "body": b64encode(case.body).decode()} for case in cases]
    command = [shutil.which("node") or "node", str(VERIFIERS / script)]
    ran = subprocess.run(
        command,
        input=json.dumps(rows).encode(),
        capture_output=True,
        env={**os.environ, "NODE_PATH": str(folder)},
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    found: list[bool] = json.loads(ran.stdout)
    return found


@pytest.fixture(scope="session")
def npm_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """npm's `standardwebhooks`, installed for this run; without npm the test is skipped, unless it must not be."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        missing("node", "there is no Node.js with npm here, so the JavaScript library cannot be asked")
    folder = tmp_path_factory.mktemp("npm")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=2", "--fetch-timeout=20000"]
    command = ["npm", "install", "--prefix", str(folder), *quiet, LIBRARY]
    installed = subprocess.run(command, capture_output=True, cwd=folder, timeout=120, check=False)
    assert installed.returncode == 0, installed.stderr.decode()
    return folder / "node_modules"


@pytest.fixture(
    params=["python", pytest.param("javascript", marks=pytest.mark.ci), "specification"],
)
def verify(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Verify]:
    if request.param == "python":
        monkeypatch.setattr("standardwebhooks.webhooks.datetime", At)
        yield by_python
    elif request.param == "javascript":
        folder = request.getfixturevalue("npm_library")
        yield lambda cases: node("by_library.js", cases, folder=folder)
    else:
        if shutil.which("node") is None:
            pytest.skip("there is no Node.js here")
        yield lambda cases: node("by_specification.js", cases, folder=tmp_path)


async def subscribe(street: Street, hook: Hook, *events: str) -> dict[str, Any]:
    """Create an endpoint, let its ping arrive and forget it."""
    asked = {"url": hook.url, **({"events": list(events)} if events else {})}
    reply = await street.post("/v1/webhook-endpoints", asked)
    assert reply.status == 201, reply.body
    await street.wait(0)
    hook.got.clear()
    found: dict[str, Any] = reply.json
    return found


def seen(secret: str, got: tuple[dict[str, str], bytes], *, late_s: int = 0, body: bytes | None = None) -> Delivered:
    headers, raw = got
    named = {name: headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    at_s = int(headers["webhook-timestamp"]) + late_s
    return Delivered(secret, named, raw if body is None else body, at_s)


# -- MA-T06, MA-T07: signatures


async def test_ma_t06_a_webhook_verifies_and_no_spoiled_or_old_one_does(
    street: Street, hook: Hook, verify: Verify
) -> None:
    secret = (await subscribe(street, hook))["secret"]
    made = await street.create(references={"order": ODD, "customer": "Müller & Söhne"})
    for code in ("shipped", "out_for_delivery", "delivered"):
        await street.wait(HOUR)
        await street.scan(made, code, place="DE-10115 Берлин", reason=ODD)
    await street.wait(0)
    assert len(hook.got) == 4 and hook.told[-1]["data"]["references"]["order"] == ODD
    good = [seen(secret, got) for got in hook.got]
    assert verify(good) == [True] * 4
    assert verify([seen(secret, got, late_s=299) for got in hook.got]) == [True] * 4
    bad = []
    for got in hook.got:
        body, headers = got[1], got[0]
        bad += [
            seen(secret, got, body=body.replace(b":", b": ", 1)),  # one blank more, and the same JSON
            seen(secret, got, body=body + b" "),
            seen(secret, got, body=body[:-1]),
            seen(secret, got, late_s=301),
            seen(secret, got, late_s=-301),
            seen(secret, ({**headers, "webhook-id": "evt_other"}, body)),
            seen("whsec_" + b64encode(b"x" * 32).decode(), got),
        ]
    assert verify(bad) == [False] * len(bad)


async def test_ma_t06_switches_spoil_signature_and_time_for_every_verifier(
    street: Street, hook: Hook, verify: Verify
) -> None:
    secret = (await subscribe(street, hook))["secret"]
    now_s = int((await street.now()).timestamp())
    found = []
    for switches in (CORRUPT, STALE, SOUND):
        await street.sim("PATCH", "/webhooks/mail_alliance", switches)
        await street.create()
        await street.wait(0)
        found.append(Delivered(secret, seen(secret, hook.got[-1]).headers, hook.got[-1][1], now_s))
    assert verify(found) == [False, False, True]


async def test_ma_t07_during_a_rotation_both_secrets_verify_and_after_24_hours_the_new_one_alone(
    street: Street, hook: Hook, verify: Verify
) -> None:
    endpoint = await subscribe(street, hook)
    path = f"/v1/webhook-endpoints/{endpoint['id']}/rotate-secret"
    rotated = await street.post(path, key=None)
    old, new = endpoint["secret"], rotated.json["secret"]
    assert (rotated.status, (await street.post(path, key=None)).status) == (200, 409) and old != new
    for wait_ms in (0, DAY - 1, 1):
        await street.wait(wait_ms)
        await street.create()
        await street.wait(0)
    now, last_ms, after = hook.got
    assert verify([seen(old, now), seen(new, now), seen(old, last_ms), seen(new, last_ms)]) == [True] * 4
    assert verify([seen(old, after), seen(new, after)]) == [False, True]
    assert len(now[0]["webhook-signature"].split(" ")) == 2 and " " not in after[0]["webhook-signature"]


# -- MA-T08: the schedule


async def test_ma_t08_three_failures_and_a_success_are_four_attempts_by_schedule_and_one_event(street: Street) -> None:
    async with served(Hook(statuses=(204, 500, 500, 500, 200))) as hook:
        endpoint = await subscribe_failing(street, hook)
        made = await street.create()
        await street.wait(DAY)
        assert len(set(hook.ids[1:])) == 1 and len(hook.ids) == 5 and len({body for _, body in hook.got[1:]}) == 1
        processed = {headers["webhook-id"]: json.loads(body) for headers, body in hook.got[1:]}
        (event,) = processed.values()
        assert event["data"]["parcel_id"] == made["id"]
        (row, _) = await street.rows(f"/v1/webhook-endpoints/{endpoint['id']}/deliveries")
        assert row["status"] == "succeeded" and [one["status"] for one in row["attempts"]] == [500, 500, 500, 200]
        assert on_schedule(row)


async def test_ma_t08_ten_attempts_at_most_and_then_the_event_waits_for_a_replay(street: Street) -> None:
    async with served(Hook(statuses=(204, *[500] * 10, 204))) as hook:
        endpoint = await subscribe_failing(street, hook)
        await street.create()
        await street.wait(4 * DAY)
        (row, _) = await street.rows(f"/v1/webhook-endpoints/{endpoint['id']}/deliveries")
        assert (row["status"], len(row["attempts"]), row["next_attempt_at"]) == ("failed", 10, None)
        assert on_schedule(row) and len(hook.got) == 11
        timestamps = [int(headers["webhook-timestamp"]) for headers, _ in hook.got[1:]]
        assert timestamps == sorted(set(timestamps))  # each attempt has its own time
        replayed = await street.post(f"/v1/events/{row['event_id']}/replay")
        await street.wait(0)
        assert replayed.status == 202 and hook.ids[-1] == row["event_id"] == hook.ids[1]
        assert hook.got[-1][1] == hook.got[1][1]


async def subscribe_failing(street: Street, hook: Hook) -> dict[str, Any]:
    """As `subscribe`, for a receiver whose first answer is meant for the ping, which stays in `got`."""
    reply = await street.post("/v1/webhook-endpoints", {"url": hook.url})
    await street.wait(0)
    found: dict[str, Any] = reply.json
    return found


def on_schedule(row: dict[str, Any]) -> bool:
    """Tell whether each wait is within ten per cent of the published one."""
    at_ms = [round(datetime.fromisoformat(one["at"]).timestamp() * 1000) for one in row["attempts"]]
    waits = [later - earlier for earlier, later in pairwise(at_ms)]
    return all(abs(wait - wanted) <= wanted // 10 for wait, wanted in zip(waits, SCHEDULE_MS, strict=False))


# -- switched off, and everything there again afterwards (Part 6)


async def test_410_switches_an_endpoint_off_with_one_mail_and_no_event_is_lost(street: Street) -> None:
    await street.settings(account_email="it@shop.example")
    async with served(Hook(statuses=(204, 410, 204))) as hook:
        endpoint = await subscribe_failing(street, hook)
        path = f"/v1/webhook-endpoints/{endpoint['id']}"
        made = await street.create()
        await street.wait(0)
        assert (await street.get(path)).json["status"] == "auto_disabled"
        (mail,) = (await street.sim("GET", "/mails"))["mails"]
        assert mail["rcpt_to"] == ["it@shop.example"] and endpoint["id"] in mail["subject"]
        for code in ("shipped", "delivered"):
            await street.wait(HOUR)
            await street.scan(made, code)
        await street.wait(DAY)
        assert len(hook.got) == 2 and len((await street.sim("GET", "/mails"))["mails"]) == 1
        assert (await street.call("PATCH", path, {"status": "enabled"})).json["status"] == "enabled"
        missed = [row for row in await street.rows("/v1/events") if row["type"] != "endpoint.ping"]
        for row in missed:
            assert (await street.post(f"/v1/events/{row['id']}/replay")).status == 202
            assert (await street.post(f"/v1/events/{row['id']}/replay")).status == 202
            await street.wait(0)
        assert [told["type"] for told in hook.told[2:]] == [
            kind for kind in ("parcel.created", "tracking.shipped", "tracking.delivered") for _ in range(2)
        ]
        assert hook.ids[2:] == [row["id"] for row in missed for _ in range(2)]
        assert hook.ids[1] == missed[0]["id"]  # replays and retries carry one id (Part 5, 1)


async def test_five_days_of_nothing_but_failures_switch_an_endpoint_off(street: Street) -> None:
    async with served(Hook(statuses=(500,))) as hook:
        endpoint = await subscribe_failing(street, hook)
        for _ in range(5):
            assert (await street.get(f"/v1/webhook-endpoints/{endpoint['id']}")).json["status"] == "enabled"
            await street.create()
            await street.wait(DAY)
        await street.create()
        await street.wait(DAY)
        assert (await street.get(f"/v1/webhook-endpoints/{endpoint['id']}")).json["status"] == "auto_disabled"
        assert len((await street.sim("GET", "/mails"))["mails"]) == 1


# -- the guarantees of Part 5


async def test_what_a_webhook_says_can_be_read_before_it_is_answered(street: Street, hook: Hook) -> None:
    """Read your events: the receiver asks back while the webhook's answer is still owed."""
    read: list[bool] = []

    async def asking(request: web.Request) -> web.Response:
        told = json.loads(await request.read())
        data = told["data"]
        if told["type"].startswith(("tracking.", "return.")):
            about = data.get("return_id") if data.get("origin") else None
            tracking = await street.get(f"/v1/parcels/{data['parcel_id']}/tracking")
            events = {event["id"]: event for event in tracking.json["events"]}
            read.append(data["event"] == events.get(data["event"]["id"]) if "event" in data else True)
            read.append(tracking.json["status"] == data["status"] if data.get("is_current") else True)
            if about:
                read.append((await street.get(f"/v1/returns/{about}")).json["reason"] == data["reason"])
        elif told["type"] == "parcel.created":
            read.append((await street.get(f"/v1/parcels/{data['parcel_id']}")).status == 200)
        read.append((await street.get(f"/v1/events/{request.headers['webhook-id']}")).json["data"] == data)
        return web.Response(status=204)

    hook.receive = asking  # type: ignore[method-assign]
    async with served(hook):
        await subscribe(street, hook)
        made = await street.create()
        await street.sim("PUT", f"/parcels/{made['id']}/journey", {"story": "refused"})
        await street.wait(9 * DAY)
    assert len(read) > 20 and all(read)


async def test_a_receiver_that_never_accepts_still_sees_every_event_once_in_the_feed(street: Street) -> None:
    async with served(Hook(statuses=(503,))) as refusing, served(Hook()) as taking:
        await subscribe_failing(street, refusing)
        await subscribe(street, taking)
        made = [await street.create() for _ in range(3)]
        for parcel, story in zip(made, ("delivered", "refused", "lost"), strict=True):
            await street.sim("PUT", f"/parcels/{parcel['id']}/journey", {"story": story})
        await street.wait(9 * DAY)
        fed = await street.rows("/v1/tracking-events", query={"limit": "7"})
        assert [row["id"] for row in fed] == list(dict.fromkeys(taking.ids))
        assert [row["recorded_at"] for row in fed] == sorted(row["recorded_at"] for row in fed)
        told = {headers["webhook-id"]: json.loads(body)["data"] for headers, body in taking.got}
        assert [row["data"] for row in fed] == [told[row["id"]] for row in fed]
        for parcel in made:
            sequences = [row["sequence"] for row in fed if row["parcel_id"] == parcel["id"] and row["sequence"]]
            assert sequences == list(range(1, len(sequences) + 1))


async def test_webhooks_come_at_least_once_and_in_any_order_but_can_be_sorted(street: Street, hook: Hook) -> None:
    await subscribe(street, hook, "tracking.in_transit", "tracking.shipped", "tracking.delivered")
    made = await street.create()
    await street.sim("PATCH", "/webhooks/mail_alliance", {"duplicate": 2, "reorder": True})
    for code in ("shipped", "in_transit", "in_transit", "delivered"):
        await street.wait(HOUR)
        await street.scan(made, code)
    await street.wait(DAY)
    assert len(hook.got) == 12 and len(set(hook.ids)) == 4
    sequences = [told["data"]["sequence"] for told in hook.told]
    assert sequences != sorted(sequences)
    by_moment = sorted(hook.told, key=lambda told: (told["data"]["occurred_at"], told["data"]["sequence"]))
    assert [told["data"]["sequence"] for told in by_moment] == sorted(sequences)


async def test_magic_twice_sends_every_scan_twice_and_slow_costs_20_seconds(
    street: Street, hook: Hook, slept: list[float]
) -> None:
    await subscribe(street, hook)
    twice = await street.create(recipient={**FAR, "name": "TWICE"})
    await street.scan(twice, "shipped")
    await street.wait(0)
    assert [told["type"] for told in hook.told] == ["parcel.created", "tracking.shipped", "tracking.shipped"]
    assert slept == []
    await street.create(recipient={**FAR, "name": "SLOW"})
    assert slept == [20.0]


async def test_a_scan_may_be_recorded_late_told_several_times_and_overtaken(street: Street, hook: Hook) -> None:
    """Part 8: `delay_recorded`, `duplicate`, `reorder`; the feed stays strictly by the moment of recording."""
    await subscribe(street, hook, "tracking.shipped", "tracking.in_transit", "tracking.out_for_delivery")
    made = await street.create()
    await street.scan(made, "shipped", delay_recorded_ms=2 * HOUR, duplicate=2)
    await street.wait(HOUR)
    await street.scan(made, "in_transit", reorder=True)
    await street.wait(2 * HOUR)
    await street.scan(made, "out_for_delivery")
    await street.wait(7 * HOUR)
    fed = await street.rows("/v1/tracking-events", query={"limit": "1"})
    assert [row["type"] for row in fed[1:]] == ["tracking.in_transit", "tracking.shipped", "tracking.out_for_delivery"]
    assert [row["recorded_at"][11:16] for row in fed] == ["09:00", "10:00", "11:00", "12:00"]
    assert [row["occurred_at"][11:16] for row in fed[1:]] == ["10:00", "09:00", "12:00"]
    types = [told["type"] for told in hook.told]
    assert sorted(types) == ["tracking.in_transit", "tracking.out_for_delivery", *["tracking.shipped"] * 3]
    assert types[0] == "tracking.shipped" and len(set(hook.ids)) == 3  # the scan before it was overtaken
    late = next(told["data"] for told in hook.told if told["type"] == "tracking.shipped")
    assert (late["is_current"], late["status"], late["sequence"]) == (False, "in_transit", 2)
    tracking = (await street.get(f"/v1/parcels/{made['id']}/tracking")).json
    assert [event["status"] for event in tracking["events"]] == ["shipped", "in_transit", "out_for_delivery"]
