"""One tenant's life over real HTTP and SMTP: create, scan, webhook, settle, mail; and all that can be seen of it.

Everything a tenant brings along carries its mark ("t-017-t"), so that a mark where it does not belong shows a leak. The
life of tenant n is the same wherever and whenever it is lived: alone in a process of its own, or among two hundred.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import aiohttp
import aiosmtplib
from aiohttp import web

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY_MS = 86_400_000
SEED = "soak"
GOOD = frozenset({200, 201, 204})
STORIES = {
    "mail_alliance": ("delivered", "returned", "stuck"),
    "cdek": ("delivered", "second-attempt", "refused", "partly-refused", "pickup"),
}
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "reset", "point": "after", "carrier": "mail_alliance", "operation": "create_parcel", "nth": 2},
    {"kind": "status", "status": 503, "carrier": "cdek", "operation": "register_order", "nth": 1},
    {"kind": "truncate", "carrier": "mail_alliance", "operation": "create_parcel", "probability": 0.4},
    {"kind": "latency", "latency_ms": 3, "carrier": "*", "operation": "*", "probability": 0.5},
    {"kind": "malformed", "carrier": "cdek", "operation": "register_order", "nth": 2},
)
SWITCHES: tuple[dict[str, Any], ...] = ({}, {"duplicate": 1}, {"reorder": True}, {"drop": 2}, {"late_ms": 60_000})


def mark_of(number: int) -> str:
    return f"t-{number:03}-t"


class Receiver:
    """One receiver of webhooks for all tenants: the path says whose it is. Every fifth of a tenant fails at first."""

    def __init__(self) -> None:
        self.got: dict[str, list[bytes]] = {}
        self.url = ""
        self.mail_room = asyncio.Semaphore(50)  # the sink takes a hundred connections
        self._seen: Counter[str] = Counter()
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> "Receiver":
        self._runner = web.ServerRunner(web.Server(self._take, access_log=None))
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def forget(self, mark: str) -> None:
        self.got.pop(mark, None)
        del self._seen[mark]

    async def _take(self, request: web.BaseRequest) -> web.Response:
        mark = request.path.split("/")[1]
        named = sorted(
            (name.lower(), value)
            for name, value in request.headers.items()
            if name.lower() not in ("host", "user-agent", "accept-encoding", "connection", "accept")
        )
        self.got.setdefault(mark, []).append(json.dumps([request.path, named]).encode() + await request.read())
        self._seen[mark] += 1
        return web.Response(status=503 if self._seen[mark] % 5 == 1 else 204)


@dataclass
class Seen:
    """What can be seen of a tenant from outside, as bytes by where it was seen.

    `same` must be the same wherever the tenant lives; `own` names ports, so that only marks in it can be compared.
    """

    same: dict[str, bytes] = field(default_factory=dict)
    own: dict[str, bytes] = field(default_factory=dict)

    def digests(self) -> dict[str, str]:
        return {name: sha256(found).hexdigest() for name, found in self.same.items()}


@dataclass
class Life:
    """The life of tenant `number`. `url` and `smtp_port` are the simulator's, `hooks` the receiver's address."""

    number: int
    http: aiohttp.ClientSession
    url: str
    smtp_port: int
    receiver: Receiver
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        return mark_of(self.number)

    async def live(self, parcels: int, days: int) -> None:
        await self._begin()
        await self._subscribe()
        for index in range(parcels):
            await self._book_letter(index)
            await self._book_box(index)
        await self._advance(2_000)
        await self._choose_lives()
        await self._mail("Booked")
        for day in range(days):
            await self._advance(DAY_MS)
            if day == 1:
                await self._scan_by_hand()
                await self._read()
        await self._control("POST", "payouts/cdek", {})
        await self._mail("Paid out")

    async def forget(self) -> None:
        await self._control("DELETE", "")
        self.receiver.forget(self.mark)

    # -- chapters

    async def _begin(self) -> None:
        start = START + timedelta(hours=self.number)
        credentials = [{"carrier": "cdek", "id": self.mark, "secret": f"secret-{self.mark}"}]
        mix = {"delivered": 1 + self.number % 3, "stuck": 1}
        body = {
            "name": self.mark,
            "seed": f"{SEED}/{self.number}",
            "now": start.isoformat(),
            "settings": {"mix": mix, "quota": "off", "cdek": {"agent_percent": self.number % 7}},
            "credentials": credentials,
        }
        await self._ask("POST", "/_sim/v1/tenants", body)
        await self._control("POST", "faults", FAULTS[self.number % len(FAULTS)])
        switches = SWITCHES[self.number % len(SWITCHES)]
        if switches:
            await self._control("PATCH", f"webhooks/{('mail_alliance', 'cdek')[self.number % 2]}", switches)
        await self._log_in()

    async def _log_in(self) -> None:
        form = {"grant_type": "client_credentials", "client_id": self.mark, "client_secret": f"secret-{self.mark}"}
        async with self.http.post(f"{self.url}/cdek/v2/oauth/token", data=form) as answer:
            token = (await answer.json())["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    async def _subscribe(self) -> None:
        hook = f"{self.receiver.url}/{self.mark}"
        await self._letters("POST", "/v1/webhook-endpoints", {"url": f"{hook}/ma"}, "hook-key-of-" + self.mark)
        await self._boxes("POST", "/webhooks", {"url": f"{hook}/cdek", "type": "ORDER_STATUS"})

    async def _book_letter(self, index: int) -> None:
        """Book at Mail Alliance until the answer is whole; the key makes it one parcel however often it is asked."""
        for _ in range(20):
            key = f"{self.mark}-{index}-idempotency-key"
            if await self._letters("POST", "/v1/parcels", letter(self.mark, index), key) is not None:
                return
        raise AssertionError(f"{self.mark}: no answer came whole")

    async def _book_box(self, index: int) -> None:
        """Book at CDEK; an answer that was lost is looked up by the shop's own number before asking again."""
        for _ in range(3):
            if await self._boxes("POST", "/orders", box(self.mark, index)) is not None:
                return
            await self._advance(1_500)
            if await self._boxes("GET", f"/orders?im_number={self.mark}-box-{index}") is not None:
                return
        raise AssertionError(f"{self.mark}: no order came about")

    async def _choose_lives(self) -> None:
        for index, parcel in enumerate(await self._parcels()):
            stories = STORIES[parcel["carrier"]]
            story = stories[(index + self.number) % len(stories)]
            await self._control("PUT", f"parcels/{parcel['id']}/journey", {"story": story})

    async def _scan_by_hand(self) -> None:
        codes = {"mail_alliance": "in_transit", "cdek": "ACCEPTED_AT_TRANSIT_WAREHOUSE"}
        for carrier, code in codes.items():
            chosen = next(row for row in await self._parcels() if row["carrier"] == carrier)
            body = {"code": code, "place": f"Place {self.mark}"}
            await self._control("POST", f"parcels/{chosen['id']}/scans", body, {*GOOD, 409})

    async def _read(self) -> None:
        """Ask both carriers for whatever they might remember between tenants: by number, labels, prices, lists."""
        await self._log_in()
        places = {
            "shipper": {"postal_code": "97070", "country": "DE"},
            "recipient": {"postal_code": "10115", "country": "DE"},
        }
        package = {"weight_g": 500 + self.number, "length_mm": 300, "width_mm": 200, "height_mm": 100}
        await self._letters("POST", "/v1/rates", {**places, "package": package}, "")
        question = {"from_location": {"code": 44}, "to_location": {"postal_code": "630099"}}
        await self._boxes("POST", "/calculator/tarifflist", {**question, "packages": [{"weight": 500 + self.number}]})
        orders = []
        for parcel in await self._parcels():
            if parcel["carrier"] == "cdek":
                await self._boxes("GET", f"/orders?cdek_number={parcel['number']}")
                orders.append({"cdek_number": int(parcel["number"])})
                continue
            await self._letters("GET", f"/v1/tracking/{parcel['number']}")
            for media in ("application/pdf", "application/zpl"):
                await self._letters("GET", f"/v1/parcels/{parcel['id']}/label", accept=media)
        asked = await self._boxes("POST", "/print/barcodes", {"orders": orders, "copy_count": 1, "format": "A6"})
        await self._advance(5_000)
        if asked is not None:
            await self._boxes("GET", f"/print/barcodes/{asked['entity']['uuid']}.pdf")
        for path in ("/v1/events", "/v1/parcels?limit=1", "/v1/tracking-events"):
            await self._letters("GET", path)

    async def _mail(self, subject: str) -> None:
        head = f"Subject: {subject} {self.mark}\r\nMessage-ID: <{subject.split()[0]}.{self.mark}@shop.example>\r\n\r\n"
        sender, to = f"{self.mark}@shop.example", [f"anna-{self.mark}@example.org"]
        smtp = aiosmtplib.SMTP(
            hostname="127.0.0.1", port=self.smtp_port, start_tls=False, username=self.mark, password=f"mail-{self.mark}"
        )
        async with self.receiver.mail_room, smtp:
            await smtp.sendmail(sender, to, f"{head}Dear {self.mark}\r\n".encode())

    # -- what can be seen

    async def seen(self) -> Seen:
        """Look at everything the tenant holds."""
        same = {name: await self._control("GET", name) for name in ("journal/hash", "mails", "payouts/cdek", "ledger")}
        same["parcels"] = json.dumps(await self._parcels(), sort_keys=True).encode()
        for row in json.loads(same["mails"])["mails"]:
            same[f"mail {row['id']}"] = await self._control("GET", f"mails/{row['id']}/raw")
        for row in json.loads(same["payouts/cdek"])["payouts"]:
            same[f"payout {row['number']}"] = await self._control("GET", f"payouts/cdek/{row['number']}?format=csv")
        same["received"] = b"\n".join(self.receiver.got.get(self.mark, []))
        own = {
            name: await self._control("GET", name) for name in ("journal?format=ndjson", "webhook-attempts", "snapshot")
        }
        return Seen(same, own)

    async def _parcels(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(await self._control("GET", "parcels"))["parcels"]
        return rows

    # -- the wire

    async def _advance(self, by_ms: int) -> None:
        await self._control("POST", "clock/advance", {"by_ms": by_ms})

    async def _control(self, method: str, path: str, body: Any = None, allowed: Collection[int] = GOOD) -> bytes:
        return await self._ask(method, f"/_sim/v1/tenants/{self.mark}/{path}".rstrip("/"), body, allowed)

    async def _ask(self, method: str, path: str, body: Any, allowed: Collection[int] = GOOD) -> bytes:
        async with self.http.request(method, self.url + path, json=body) as answer:
            found = await answer.read()
            assert answer.status in allowed, f"{method} {path}: {answer.status} {found[:300]!r}"
            return found

    async def _letters(self, method: str, path: str, body: Any = None, key: str = "", accept: str = "*/*") -> Any:
        headers = {"X-Api-Key": f"mak_test_{self.mark}", "Accept": accept} | ({"Idempotency-Key": key} if key else {})
        return await self._carrier(method, f"{self.url}/mail-alliance{path}", body, headers)

    async def _boxes(self, method: str, path: str, body: Any = None) -> Any:
        return await self._carrier(method, f"{self.url}/cdek/v2{path}", body, self.headers)

    async def _carrier(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Any:
        """Return the answer as JSON; None when it was lost, spoiled or no success."""
        try:
            async with self.http.request(method, url, json=body, headers=headers) as answer:
                found = json.loads(await answer.read())
                return found if answer.status < 300 else None
        except (aiohttp.ClientError, ValueError):
            return None


def letter(mark: str, index: int) -> dict[str, Any]:
    place = {"street": "Lange Straße", "house_number": "12a", "postal_code": "10115", "city": "Berlin", "country": "DE"}
    return {
        "service": "ma_parcel",
        "shipper": {**place, "name": f"Laden {mark}"},
        "recipient": {**place, "name": f"Anna {mark}"},
        "package": {"weight_g": 1200 + index, "length_mm": 300, "width_mm": 200, "height_mm": 100},
        "contents": [{"sku": f"SKU-{mark}", "description": "T-Shirt", "quantity": 2, "unit_weight_g": 250}],
        "references": {"order": f"{mark}-letter-{index}"},
    }


def box(mark: str, index: int) -> dict[str, Any]:
    item = {"name": f"Чайник {mark}", "ware_key": f"TEA-{mark}", "cost": 1999.5, "weight": 700, "amount": 2}
    item["payment"] = {"value": 1000 + index, "vat_rate": 20, "vat_sum": round((1000 + index) / 6, 2)}
    return {
        "type": 1,
        "number": f"{mark}-box-{index}",
        "tariff_code": 139,
        "recipient": {"name": f"Иванова {mark}", "phones": [{"number": "+79130000001"}]},
        "from_location": {"code": 44, "address": f"ул. Складская, {mark}"},
        "to_location": {"postal_code": "630099", "city": "Новосибирск", "address": "ул. Ленина, 7"},
        "packages": [{"number": "1", "weight": 1500, "length": 30, "width": 20, "height": 10, "items": [item]}],
    }
