"""Webhook attempts and their replay, bad days, named snapshots, settings and a running clock, over the API."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest
from aiohttp import web
from tests.control.conftest import TOKEN

from parcelproof.control_client import ControlClient, ControlError
from parcelproof.simulators.control.shelf import Shelf, ShelfError, Shortage
from parcelproof.simulators.core.parcel import Parcel, Step
from parcelproof.simulators.core.world import Effect, Outcome, World
from parcelproof.simulators.wire import webhooks
from parcelproof.simulators.wire.paydesk import switches

T = TypeVar("T")
SHOP = "shop"
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)


async def drive(stocked: Any, script: Callable[[ControlClient], T]) -> T:
    def run() -> T:
        with stocked.client() as control:
            return script(control)

    return await asyncio.to_thread(run)


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[str, list[tuple[bytes, dict[str, str]]]]]:
    """A receiver of webhooks that says no and keeps what it got."""
    got: list[tuple[bytes, dict[str, str]]] = []

    async def take(request: web.BaseRequest) -> web.Response:
        got.append((await request.read(), dict(request.headers)))
        return web.Response(status=418, text="short and stout", headers={"X-Pot": "tea", "Set-Cookie": "s=secret"})

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}/hook", got
    await runner.cleanup()


def book(url: str, hook: str) -> str:
    """Book a parcel of the parrot as tenant `t`, its scans told to `hook`."""
    with httpx.Client(base_url=url) as http:
        token = http.post("/par-rot/token", data={"client_id": "t", "client_secret": "s"}).json()["access_token"]
        known = {"Authorization": f"Bearer {token}"}
        return str(http.post("/par-rot/parcels", json={"reference": "R", "hook": hook}, headers=known).json()["id"])


async def test_an_attempt_is_seen_whole_and_sent_again(parrot_server: Any, receiver: Any) -> None:
    url, got = receiver

    def script() -> None:
        with ControlClient(started.url) as control:
            parcel = book(started.url, url)
            known = {"carrier": "parrot", "id": parcel, "url": url, "events": ["scan"], "status": "enabled"}
            assert control.endpoints("t") == [known]
            control.advance("t", by_ms=3_600_000)
            (row,) = control.attempts("t")
            whole = control.attempt("t", row["sequence"])
            assert {name: whole[name] for name in row} == row
            assert (whole["url"], whole["event"], whole["status"], whole["method"]) == (url, "scan", 418, "POST")
            assert (whole["body"], whole["headers"]["Signature"]) == (f'{{"parcel":"{parcel}","sequence":1}}', "sound")
            answer = whole["answer"]
            assert (answer["status"], answer["body"], answer["size_bytes"]) == (418, "short and stout", 15)
            assert (answer["headers"]["X-Pot"], answer["headers"]["Set-Cookie"]) == ("tea", "***")
            control.switches("t", "parrot", corrupt_signature=True)
            now = control.clock("t")["now"]
            sequence = control.replay("t", row["sequence"])
            assert control.clock("t")["now"] == now
            again = control.attempt("t", sequence)
            assert (again["replays"], again["body"], again["headers"]) == (1, row["body"], row["headers"])
            assert [attempt["sequence"] for attempt in control.attempts("t")] == [1, 2]
            assert control.attempts("t", event="other") == control.attempts("t", carrier="other") == []
            assert len(control.attempts("t", event="scan", carrier="parrot")) == 2

    async with parrot_server() as started:
        await asyncio.to_thread(script)
    assert [body for body, _ in got] == [got[0][0]] * 2
    assert {headers["Signature"] for _, headers in got} == {"sound"}


async def test_a_secret_in_a_receivers_address_is_masked_and_sent(parrot_server: Any, receiver: Any) -> None:
    url, got = receiver

    def script() -> None:
        with ControlClient(started.url) as control:
            book(started.url, f"{url}?shop=1&access_token=s3cret")
            control.advance("t", by_ms=3_600_000)
            (row,), (endpoint,) = control.attempts("t"), control.endpoints("t")
            masked = f"{url}?shop=1&access_token=***"
            assert row["url"] == endpoint["url"] == control.attempt("t", 1)["url"] == masked

    async with parrot_server() as started:
        await asyncio.to_thread(script)
    assert len(got) == 1


async def test_what_was_never_sent_cannot_be_sent_again(parrot_server: Any, receiver: Any) -> None:
    url, got = receiver

    def script() -> None:
        with ControlClient(started.url) as control:
            book(started.url, url)
            control.switches("t", "parrot", drop=True)
            control.advance("t", by_ms=3_600_000)
            (row,) = control.attempts("t")
            assert row["error"] == "dropped"
            with pytest.raises(ControlError) as refused:
                control.replay("t", row["sequence"])
            assert (refused.value.status, "never sent" in refused.value.detail) == (409, True)

    async with parrot_server() as started:
        await asyncio.to_thread(script)
    assert got == []


async def test_attempts_come_page_by_page(parrot_server: Any) -> None:
    def script() -> None:
        with ControlClient(started.url) as control:
            control.create_tenant("t")
            world = started.shell.tenants.find("t")
            for number in range(2_345):
                effect = Effect("parrot.webhook", str(number), 0, "http://x", {}, b"", 1)
                webhooks.record(world, "parrot", "scan", effect, Outcome(200, {}, b""))
            assert [row["key"] for row in control.attempts("t")] == [str(number) for number in range(2_345)]

    async with parrot_server() as started:
        await asyncio.to_thread(script)


async def test_a_bad_day_begins_is_seen_and_ends(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        offered = {row["name"]: row for row in control.bad_days()}
        name = next(name for name, row in sorted(offered.items()) if row["does"].get("cdek", {}).get("faults"))
        assert offered[name]["sentence"]
        control.begin_bad_day(SHOP, name, "cdek")
        (begun,) = control.begun_bad_days(SHOP)
        assert (begun["name"], begun["carrier"], begun["at"]) == (name, "cdek", control.clock(SHOP)["now"])
        assert begun["faults"] == [fault["id"] for fault in control.faults(SHOP)]
        assert begun["faults"]
        with pytest.raises(ControlError) as refused:
            control.begin_bad_day(SHOP, name, "cdek")
        assert refused.value.status == 409
        control.end_bad_day(SHOP, name)
        assert control.begun_bad_days(SHOP) == control.faults(SHOP) == []

    await drive(stocked, script)


async def test_named_snapshots_are_kept_restored_and_dropped(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        kept = control.keep_snapshot(SHOP, "before the storm")
        assert (kept["name"], kept["at"]) == ("before the storm", control.clock(SHOP)["now"])
        assert kept["size_bytes"] == len(control.snapshot(SHOP))
        assert control.snapshots(SHOP) == [kept]
        before = control.parcels(SHOP), control.journal_hash(SHOP)
        control.scan(SHOP, stocked.mail_alliance, "lost")
        with pytest.raises(ControlError) as taken:
            control.keep_snapshot(SHOP, "before the storm")
        assert taken.value.status == 409
        restored = control.restore_snapshot(SHOP, "before the storm")
        assert restored["name"] == SHOP
        assert (control.parcels(SHOP), control.journal_hash(SHOP)) == before
        control.drop_snapshot(SHOP, "before the storm")
        assert control.snapshots(SHOP) == []
        control.keep_snapshot(SHOP, "again")
        control.delete_tenant(SHOP)
        control.create_tenant(SHOP)
        assert control.snapshots(SHOP) == []  # nobody inherits them

    await drive(stocked, script)


async def test_named_snapshots_are_bounded_in_number(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        for number in range(20):
            control.keep_snapshot(SHOP, str(number))
        with pytest.raises(ControlError) as refused:
            control.keep_snapshot(SHOP, "one more")
        assert (refused.value.status, "20" in refused.value.detail) == (409, True)
        control.drop_snapshot(SHOP, "7")
        control.keep_snapshot(SHOP, "one more")
        assert [row["name"] for row in control.snapshots(SHOP)][-1] == "one more"

    await drive(stocked, script)


def test_named_snapshots_of_all_tenants_are_bounded_in_size() -> None:
    shelf = Shelf(most_bytes=10)
    shelf.keep("a", "1", 0, lambda: b"12345")
    shelf.keep("b", "1", 0, lambda: b"12345")
    with pytest.raises(ShelfError) as refused:
        shelf.keep("c", "1", 0, lambda: b"1")
    assert refused.value.shortage is Shortage.SIZE
    shelf.forget("a")
    shelf.keep("c", "1", 0, lambda: b"12345")
    assert (shelf.size_bytes, shelf.listed("a")) == (10, [])


async def test_payouts_may_be_off_for_everybody_or_for_one_carrier(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        for settings in ({"payout_after_days": "off"}, {"cdek": {"payout_after_days": "off"}}):
            name = "own" if "cdek" in settings else "all"
            made = control.create_tenant(name, settings=settings)
            assert made["settings"] == settings
            assert switches.payout_after_days(stocked.running.shell.tenants.find(name), "cdek") is None
        assert control.change_settings("all", {"payout_after_days": 3.0})["settings"] == {"payout_after_days": 3}

    await drive(stocked, script)


async def test_a_clock_runs_at_its_speed(parrot_server: Any) -> None:
    wall_ms = [1_000_000]

    def script() -> None:
        with ControlClient(started.url) as control:
            control.create_tenant("t", now=NOW, virtual=False)
            control.set_clock("t", speed=60)
            parcel = book_directly(started.shell.tenants.find("t"))
            wall_ms[0] += 60_000 - 1
            assert control.clock("t")["now"] == NOW + timedelta(hours=1) - timedelta(milliseconds=60)
            assert control.parcel("t", parcel)["scans"] == 0
            wall_ms[0] += 1
            assert control.parcel("t", parcel)["scans"] == 1
            found = control.set_clock("t", speed=3_600)
            assert (found["now"], found["speed"]) == (NOW + timedelta(hours=1), 3_600)
            wall_ms[0] += 1_000
            assert control.clock("t")["now"] == NOW + timedelta(hours=2)
            stopped = control.set_clock("t", virtual=True)
            wall_ms[0] += 10**6
            assert control.clock("t") == stopped
            assert control.parcel("t", parcel)["scans"] == 2

    async with parrot_server(wall_ms=lambda: wall_ms[0]) as started:
        await asyncio.to_thread(script)


def book_directly(world: World) -> str:
    parcel = world.add(Parcel("p", "parrot", "P", "R"))
    world.travel(parcel, (Step(3_600_000, "accepted"), Step(3_600_000, "in_transit"), Step(3_600_000, "delivered")))
    return parcel.id


async def test_a_clock_that_cannot_be_set_stays_as_it_was(parrot_server: Any) -> None:
    def script() -> None:
        with ControlClient(started.url) as control:
            control.create_tenant("t", now=NOW, virtual=False)
            for now in (NOW - timedelta(days=1), NOW + timedelta(days=366 * 30)):
                with pytest.raises(ControlError) as refused:
                    control.set_clock("t", now=now, virtual=True)
                assert (refused.value.status, control.clock("t")["virtual"]) == (409, False)
            control.create_tenant("late", now=datetime(8990, 1, 1, tzinfo=UTC))
            control.advance("late", to=datetime(9000, 1, 1, tzinfo=UTC))
            with pytest.raises(ControlError) as ended:
                control.advance("late", by_ms=1)
            assert (ended.value.status, control.clock("late")["now"].year) == (409, 9000)

    async with parrot_server(wall_ms=lambda: 5) as started:
        await asyncio.to_thread(script)


async def test_a_payout_is_given_in_every_form_that_its_list_names(stocked: Any) -> None:
    def downloads(control: ControlClient) -> dict[str, bytes]:
        (row,) = control.payouts(SHOP, "cdek")
        with pytest.raises(ControlError, match="format is 'pdf'; allowed: json, csv"):
            control.payout_file(SHOP, "cdek", row["number"], "pdf")
        return {
            form: control.payout_file(SHOP, "cdek", row["number"], form) for form in control.payout_forms(SHOP, "cdek")
        }

    found = await drive(stocked, downloads)
    assert {"json", "csv", "csv-cp1251", "xlsx", "xls", "xml"} < set(found)
    assert len(set(found.values())) == len(found), "each is another file"


async def test_a_payout_says_what_kind_of_file_it_is(stocked: Any) -> None:
    def kinds(control: ControlClient) -> set[str]:
        paths = control.openapi()["paths"]
        (path,) = [path for path in paths if path.endswith("/payouts/{carrier}/{number}")]
        return set(paths[path]["get"]["responses"]["200"]["content"])

    documented, path = await drive(stocked, kinds), f"/_sim/v1/tenants/{SHOP}/payouts/cdek/700101"
    known = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=stocked.running.url) as http:
        for form in ("json", "csv", "xlsx", "xls", "xml"):
            answer = await http.get(path, params={"format": form}, headers=known)
            assert answer.headers["Content-Type"].partition(";")[0] in documented
            assert answer.headers["Content-Disposition"] == f'attachment; filename="registry-700101.{form}"'
