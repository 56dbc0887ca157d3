"""A server of the real carriers with a shop on it that has something of everything the control API shows."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from parcelproof.control_client import ControlClient
from parcelproof.simulators.core.world import World
from parcelproof.simulators.server import Options, Running, running
from parcelproof.simulators.wire import mailbox

TOKEN = "a token of the tests"
SHOP = "shop"
KEY = {"X-Api-Key": f"mak_test_{SHOP}"}
SECRET = "a secret that nothing may show"
NOWHERE = "http://127.0.0.1:1/hook"
DAY_MS = 86_400_000
CDEK_ORDER: dict[str, Any] = {
    "type": 1,
    "number": "P-001",
    "tariff_code": 139,
    "recipient": {"name": "Иванова Анна", "phones": [{"number": "+79130000001"}]},
    "from_location": {"code": 44, "address": "ул. Складская, 1"},
    "to_location": {"postal_code": "630099", "city": "Новосибирск", "address": "ул. Ленина, 7"},
    "packages": [
        {
            "number": "1",
            "weight": 1500,
            "length": 30,
            "width": 20,
            "height": 10,
            "items": [
                {
                    "name": "Чайник",
                    "ware_key": "T",
                    "payment": {"value": 1999},
                    "cost": 1999,
                    "weight": 700,
                    "amount": 1,
                }
            ],
        }
    ],
}
LADEN = {"name": "Laden", "street": "Marktplatz", "postal_code": "97070", "city": "Würzburg", "country": "DE"}
MUELLER = {
    "name": "Jürgen Müller",
    "street": "Lange Straße",
    "house_number": "12a",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
}
MA_ORDER: dict[str, Any] = {
    "service": "ma_parcel",
    "shipper": LADEN,
    "recipient": MUELLER,
    "package": {"weight_g": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100},
    "references": {"order": "P-002"},
}


@dataclass(frozen=True)
class Stocked:
    """A shop whose CDEK parcel lived to its end and was paid out, whose Mail Alliance parcel has only begun."""

    running: Running
    cdek: str
    mail_alliance: str

    @property
    def world(self) -> World:
        return self.running.shell.tenants.find(SHOP)

    def client(self) -> ControlClient:
        return ControlClient(self.running.url, TOKEN)


def order(url: str) -> tuple[str, str]:
    """Order one parcel of each carrier, as a client of theirs, and be told of what becomes of them at `NOWHERE`."""
    with httpx.Client(base_url=url) as http:
        form = {"grant_type": "client_credentials", "client_id": SHOP, "client_secret": SECRET}
        token = http.post("/cdek/v2/oauth/token", data=form).raise_for_status().json()["access_token"]
        known = {"Authorization": f"Bearer {token}"}
        hook = {"url": NOWHERE, "type": "ORDER_STATUS"}
        http.post("/cdek/v2/webhooks", json=hook, headers=known).raise_for_status()
        made = http.post("/cdek/v2/orders", json=CDEK_ORDER, headers=known).raise_for_status()
        hooked = {**KEY, "Idempotency-Key": "hook" * 5}
        http.post("/mail-alliance/v1/webhook-endpoints", json={"url": NOWHERE}, headers=hooked).raise_for_status()
        keyed = {**KEY, "Idempotency-Key": "parcel" * 4}
        booked = http.post("/mail-alliance/v1/parcels", json=MA_ORDER, headers=keyed).raise_for_status()
        return made.json()["entity"]["uuid"], booked.json()["id"]


@pytest.fixture
async def stocked() -> AsyncIterator[Stocked]:
    async with running(Options(port=0, virtual=True, admin_token=TOKEN)) as started:
        found = Stocked(started, *await asyncio.to_thread(order, started.url))

        def live() -> None:
            with found.client() as control:
                control.journey(SHOP, found.mail_alliance, story="stuck")
                control.advance(SHOP, by_ms=20 * DAY_MS)
                assert control.payouts(SHOP, "cdek")

        await asyncio.to_thread(live)
        mailbox.keep(found.world, "shop@example.org", ["anna@example.org"], b"Subject: On its way\r\n\r\nTomorrow.\r\n")
        yield found
