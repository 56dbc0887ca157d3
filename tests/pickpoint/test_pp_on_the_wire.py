"""PickPoint on a real server: console API, depot, bad days, payouts and snapshots work for it as for others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from parcelproof.control_client import ControlClient
from parcelproof.simulators.server import Options, running

from .conftest import DAY_MS, IKN, Desk

TOKEN, SHOP = "a token of the tests", "shop"


@dataclass(frozen=True)
class Line:
    """One client's line to the carrier, and the control API beside it."""

    control: ControlClient
    http: httpx.Client

    def ask(self, name: str, **fields: Any) -> httpx.Response:
        login = self.http.post("login", json={"Login": SHOP, "Password": "s"}).json()
        return self.http.post(name, json={"SessionId": login["SessionId"], **fields})

    def sending(self) -> str:
        rows = [{"EDTN": "1", "IKN": IKN, "Invoice": Desk.invoice()}]
        number: str = self.ask("createSHIPMENT", Sendings=rows).json()["CreatedSendings"][0]["InvoiceNumber"]
        return number


@pytest.fixture
async def drive() -> AsyncIterator[Callable[[Callable[[Line], None]], Any]]:
    async with running(Options(port=0, virtual=True, admin_token=TOKEN)) as started:

        def do(script: Callable[[Line], None]) -> None:
            with (
                ControlClient(started.url, TOKEN) as control,
                httpx.Client(base_url=f"{started.url}/pickpoint/apitest/", timeout=20) as http,
            ):
                control.create_tenant(SHOP, seed="wire", virtual=True)
                script(Line(control, http))

        yield lambda script: asyncio.to_thread(do, script)


async def test_a_sending_is_handed_in_lives_and_is_paid(drive: Any) -> None:
    def script(line: Line) -> None:
        number = line.sending()
        (row,) = line.control.parcels(SHOP, carrier="pickpoint", number=number)
        label = line.ask("makezlabel", Invoices=[number])
        assert (label.status_code, label.headers["Content-Type"]) == (200, "application/pdf")
        assert line.control.hand_over(SHOP, row["id"], label.content)["outcome"] == "accepted"
        dump = line.control.snapshot(SHOP)
        line.control.advance(SHOP, by_ms=10 * DAY_MS)
        told = line.ask("tracksending", InvoiceNumber=number).json()
        assert [state["State"] for state in told] == [101, 105, 106, 107, 108, 109, 111]
        (payout,) = line.control.payouts(SHOP, "pickpoint")
        line.control.restore(SHOP, dump)
        assert [state["State"] for state in line.ask("tracksending", InvoiceNumber=number).json()] == [101, 105]
        line.control.advance(SHOP, by_ms=10 * DAY_MS)
        assert line.ask("tracksending", InvoiceNumber=number).json() == told
        assert line.control.payouts(SHOP, "pickpoint") == [payout]

    await drive(script)


async def test_text_stands_in_place_of_a_label_on_its_bad_day(drive: Any) -> None:
    def script(line: Line) -> None:
        number = line.sending()
        line.control.begin_bad_day(SHOP, "labels-as-text", carrier="pickpoint")
        label = line.ask("makelabel", Invoices=[number])
        assert (label.status_code, label.content[:7]) == (200, b"Error: ")
        line.control.end_bad_day(SHOP, "labels-as-text")
        assert line.ask("makelabel", Invoices=[number]).content[:5] == b"%PDF-"

    await drive(script)


async def test_no_session_is_shown_in_the_journal(drive: Any) -> None:
    def script(line: Line) -> None:
        line.sending()
        session = line.http.post("login", json={"Login": SHOP, "Password": "s"}).json()["SessionId"]
        shown = str(line.control.journal(SHOP))
        assert "SessionId" in shown and session not in shown and '"s"' not in shown

    await drive(script)
