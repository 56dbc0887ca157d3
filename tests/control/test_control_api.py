"""The control API, driven by its own client against a server of parrots."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest

from parcelproof.control_client import ControlClient, ControlError
from parcelproof.simulators.server import Running

Start = Callable[..., AbstractAsyncContextManager[Running]]
T = TypeVar("T")

NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
HOUR_MS = 3_600_000
SHOP: Any = {"carrier": "parrot", "id": "shop", "secret": "s3cret"}


@pytest.fixture
async def started(parrot_server: Start) -> AsyncIterator[Running]:
    async with parrot_server() as running:
        yield running


async def drive(started: Running, script: Callable[[ControlClient], T], **options: Any) -> T:
    """Run a script of synchronous control calls beside the server."""

    def run() -> T:
        with ControlClient(started.url, **options) as control:
            return script(control)

    return await asyncio.to_thread(run)


def token(started: Running, secret: str = "s3cret", name: str = "shop") -> httpx.Response:
    form = {"client_id": name, "client_secret": secret}
    return httpx.post(f"{started.url}/par-rot/token", data=form, verify=False)


def book(started: Running, reference: str = "R1") -> str:
    headers = {"Authorization": f"Bearer {token(started).json()['access_token']}"}
    answer = httpx.post(f"{started.url}/par-rot/parcels", json={"reference": reference}, headers=headers, verify=False)
    return str(answer.json()["id"])


async def test_a_tenant_is_made_changed_listed_and_forgotten(started: Running) -> None:
    def script(control: ControlClient) -> None:
        made = control.create_tenant("t", seed="x", now=NOW, settings={"mix": {"stuck": 1}}, credentials=[SHOP])
        assert (made["name"], made["seed"], made["now"], made["virtual"]) == ("t", "x", NOW, True)
        assert made["credentials"] == [{"carrier": "parrot", "id": "shop"}]
        assert "s3cret" not in str(made)
        assert (token(started).status_code, token(started, "wrong").status_code) == (200, 403)
        changed = control.change_settings("t", {"mix": None, "accept_after_ms": 5})
        assert changed["settings"] == {"accept_after_ms": 5} == control.tenant("t")["settings"]
        assert [row["name"] for row in control.tenants()] == ["t"]
        control.delete_tenant("t")
        assert control.tenants() == []

    await drive(started, script)


async def test_a_parcel_is_moved_by_hand(started: Running) -> None:
    def script(control: ControlClient) -> None:
        control.create_tenant("t", now=NOW, credentials=[SHOP])
        parcel = book(started)
        control.advance("t", by_ms=2 * HOUR_MS)
        late = control.scan("t", parcel, "held", occurred_at=NOW, reason="7", place="Würzburg")
        assert (late["scans"], late["status"]) == (3, "in_transit")
        fact = late["facts"][-1]
        assert (fact["fact"], fact["at"], fact["occurred_at"]) == ("scan", NOW + timedelta(hours=2), NOW)
        assert (fact["code"], fact["reason"], fact["sequence"]) == ("held", "7", 3)
        assert control.revoke("t", parcel, 2)["status"] == "accepted"
        assert [row["id"] for row in control.parcels("t", reference="R1", carrier="parrot")] == [parcel]
        assert control.parcels("t", reference="R2") == []
        assert control.parcel("t", parcel)["facts"][-1]["fact"] == "revoked"

    await drive(started, script)


async def test_a_parcel_gets_another_life(started: Running) -> None:
    def script(control: ControlClient) -> None:
        control.create_tenant("t", now=NOW, credentials=[SHOP])
        parcel = book(started)
        assert control.journey("t", parcel, story="stuck")["journey"] == []
        assert control.clock("t")["next_due"] is None
        control.journey("t", parcel, steps=[{"after_ms": 5, "code": "accepted"}, {"after_ms": 5, "code": "held"}])
        assert control.advance("t", by_ms=7)["next_due"] == NOW + timedelta(milliseconds=10)
        at = [NOW + timedelta(hours=hours) for hours in (1, 3)]
        table = [{"at": at[0], "code": "in_transit"}, {"at": at[1], "code": "held"}]
        control.journey("t", parcel, table=table)
        control.advance("t", to=NOW + timedelta(days=1))
        facts = control.parcel("t", parcel)["facts"]
        assert [(fact["code"], fact["at"]) for fact in facts] == [
            ("accepted", NOW + timedelta(milliseconds=5)),
            ("in_transit", at[0]),
            ("held", at[1]),
        ]

    await drive(started, script)


async def test_a_journey_is_paused_and_taken_step_by_step(started: Running) -> None:
    def script(control: ControlClient) -> None:
        control.create_tenant("t", now=NOW, credentials=[SHOP])
        parcel = book(started)
        assert control.pause("t", parcel)["paused"]
        control.advance("t", by_ms=9 * HOUR_MS)
        assert control.parcel("t", parcel)["scans"] == 0
        stepped = control.step("t", parcel)
        assert (stepped["status"], stepped["step"], stepped["scans"]) == ("accepted", 1, 1)
        control.pause("t", parcel, paused=False)
        control.advance("t", by_ms=9 * HOUR_MS)
        assert control.parcel("t", parcel)["status"] == "delivered"
        with pytest.raises(ControlError) as over:
            control.step("t", parcel)
        assert over.value.status == 409

    await drive(started, script)


async def test_faults_and_switches_are_set_shown_and_cleared(started: Running) -> None:
    def script(control: ControlClient) -> None:
        control.create_tenant("t", credentials=[SHOP])
        fault = control.add_fault("t", carrier="parrot", operation="read", kind="reset", point="after", nth=2)
        assert control.faults("t") == [fault]
        assert (fault["id"], fault["seen"], fault["fired"]) == ("fault-1", 0, 0)
        second = control.add_fault("t", kind="latency", latency_ms=5)
        control.drop_fault("t", second["id"])
        assert control.faults("t") == [fault]
        control.clear_faults("t")
        assert control.faults("t") == []
        assert control.switches("t", "parrot")["drop"] is False
        assert control.switches("t", "parrot", drop=2, late_ms=5)["drop"] == 2
        kept = control.switches("t", "parrot", only={"reference": ["R1"]})
        assert (kept["drop"], kept["late_ms"], kept["only"]) == (2, 5, {"reference": ["R1"]})
        assert control.switches("t", "parrot", drop=True, only=None)["only"] is None
        assert control.attempts("t") == []

    await drive(started, script)


async def test_journal_and_hash_tell_the_same_story(started: Running) -> None:
    def script(control: ControlClient) -> None:
        control.create_tenant("t", credentials=[SHOP])
        book(started)
        entries = control.journal("t")
        shown = [(row["seq"], row["operation"], row["status"]) for row in entries]
        assert shown == [(1, "token", 200), (2, "book", 201)]
        assert control.journal("t", after=1) == entries[1:]
        assert "s3cret" not in str(entries)
        rows = [json.loads(row) for row in control.journal_ndjson("t").splitlines()]
        assert [row["path"] for row in rows] == ["/par-rot/token", "/par-rot/parcels"]
        first = control.journal_hash("t")
        assert (first["entries"], first) == (2, control.journal_hash("t"))
        book(started)
        assert control.journal_hash("t")["sha256"] != first["sha256"]

    await drive(started, script)


async def test_a_snapshot_is_bytes_that_bring_the_tenant_back(started: Running) -> None:
    def script(control: ControlClient) -> None:
        control.create_tenant("t", now=NOW, credentials=[SHOP])
        parcel = book(started)
        dump, before = control.snapshot("t"), control.parcels("t")
        control.advance("t", by_ms=5 * HOUR_MS)
        control.delete_tenant("t")
        assert control.restore("t", dump)["parcels"] == 1
        assert control.parcels("t") == before
        assert control.clock("t")["now"] == NOW
        assert [row["operation"] for row in control.journal("t")] == ["token", "book"]
        assert control.restore("elsewhere", dump)["name"] == "elsewhere"
        assert book(started) != parcel

    await drive(started, script)


async def test_payouts_and_the_ledger(started: Running) -> None:
    def script(control: ControlClient) -> None:
        control.create_tenant("t", credentials=[SHOP])
        assert control.make_payout("t", "parrot") is None
        book(started)
        control.advance("t", by_ms=5 * HOUR_MS)
        assert control.make_payout("t", "parrot") == "1"
        assert control.payouts("t", "parrot") == [{"number": "1"}]
        assert control.payout_file("t", "parrot", "1", "csv-cp1251") == b"1 as csv-cp1251"
        row = control.ledger("t")[0]
        assert (row["collected_minor"], row["currency"], row["paid_out"], row["reference"]) == (100, "EUR", [], "R1")

    await drive(started, script)


async def test_the_overview_names_what_can_be_driven(started: Running) -> None:
    carriers = (await drive(started, lambda control: control.overview()))["carriers"]
    assert [(row["name"], row["mount"], row["stories"]) for row in carriers] == [
        ("parrot", "/par-rot", ["delivered", "stuck"])
    ]
    assert "book" in carriers[0]["operations"]


async def test_the_document_is_one_call_away(started: Running) -> None:
    def script(control: ControlClient) -> None:
        found = control.openapi()
        assert found["openapi"] == "3.1.0"
        assert found["components"]["schemas"]["ScanBody"]["properties"]["code"]["enum"]

    await drive(started, script)


async def test_a_carrier_that_describes_no_wire_has_no_document(started: Running) -> None:
    def script(control: ControlClient) -> None:
        for carrier, why in (("parrot", "does not describe its wire"), ("nobody", "there is no carrier")):
            with pytest.raises(ControlError, match=why) as refused:
                control.carrier_openapi(carrier)
            assert refused.value.status == 404

    await drive(started, script)


async def test_a_clock_is_set_and_switched(started: Running) -> None:
    def script(control: ControlClient) -> None:
        control.create_tenant("t", now=NOW, credentials=[SHOP])
        parcel = book(started)
        moved = control.set_clock("t", now=NOW + timedelta(hours=2))
        assert moved["now"] == NOW + timedelta(hours=2)
        assert control.parcel("t", parcel)["scans"] == 2
        running = control.set_clock("t", virtual=False, speed=0.001)
        assert (running["virtual"], running["speed"]) == (False, 0.001)
        for refused in ({"by_ms": 1}, {"to": NOW + timedelta(days=1)}):
            with pytest.raises(ControlError) as found:
                control.advance("t", **refused)
            assert found.value.status == 409
        assert control.set_clock("t", virtual=True)["virtual"] is True

    await drive(started, script)


async def test_the_admin_token_guards_every_call(parrot_server: Start) -> None:
    async with parrot_server(admin_token="tök") as started:
        for shown in (None, "wrong", "t"):
            with pytest.raises(ControlError) as refused:
                await drive(started, lambda control: control.tenants(), admin_token=shown)
            assert refused.value.status == 401
        huge = await asyncio.to_thread(
            httpx.put, f"{started.url}/_sim/v1/tenants/t/snapshot", content=b"x" * 2_000_000, verify=False
        )
        assert huge.status_code == 401
        answer = await asyncio.to_thread(
            httpx.get,
            f"{started.url}/_sim/v1/tenants",
            headers={b"Authorization": "Bearer tök".encode()},
            verify=False,
        )
        assert answer.status_code == 200
        assert (await asyncio.to_thread(token, started)).status_code == 200


async def test_nobody_there_is_an_error_with_the_address() -> None:
    with ControlClient("http://127.0.0.1:1") as control, pytest.raises(ControlError) as refused:
        control.tenants()
    assert "http://127.0.0.1:1/_sim/v1/tenants" in str(refused.value)
    assert refused.value.status == 0
