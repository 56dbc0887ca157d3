"""A shop before the running simulator: labels, scans, time and the mailbox, all over HTTP."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import aiohttp

from parcelproof.simulators.postal_api.swiss import CARRIER
from parcelproof.simulators.server import Options, running

from ..conftest import LABEL, SCOPES, TRACKING, merged, recorded

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
OURS = "/parcelproof/v1"
LEA, SENDER = "lea@example.ch", "shop@example.ch"
STREET = {
    "name1": "Lea Müller",
    "street": "Bahnhofstrasse",
    "houseNo": "12",
    "zip": "8001",
    "city": "Zürich",
    "country": "CH",
}
POBOX = {"name1": "Lea Müller", "pobox": "Postfach 7", "zip": "8021", "city": "Zürich", "street": None}
USED: dict[str, dict[str, str]] = {  # control option -> what a recipient writes
    "10": {"place": "Garage"},
    "14": {"neighbour": "Familie Meier"},
    "18": {"day": "2026-03-06"},
    "20": {"name": "Lea Müller", "street": "Seeweg 3", "zip": "3000", "city": "Bern"},
}
OPTIONS = list(USED)


def note(kind: int = 1, to: str = LEA, **changes: Any) -> dict[str, Any]:
    return {"communication": {"email": to}, "type": "EMAIL", "service": kind, "language": "EN", **changes}


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http\S+/my-consignments/\S+", text_of(mail))
    assert found is not None, text_of(mail)
    return found[0]


@dataclass
class Shop:
    """One tenant of a running server. `name` is its client id too."""

    http: aiohttp.ClientSession
    url: str
    name: str = "shop"
    made: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def control(self, method: str, path: str = "", body: Any = None) -> Any:
        url = f"{self.url}/_sim/v1/tenants/{self.name}/{path}".removesuffix("/")
        async with self.http.request(method, url, json=body) as reply:
            assert reply.status < 300, await reply.text()
            return await reply.json() if "json" in reply.content_type else await reply.read()

    async def open(self, seed: str, **settings: Any) -> None:
        born = {
            "name": self.name,
            "seed": seed,
            "settings": {"swiss_post": {"token_lifetime_s": 86_400, **settings}},
        }
        async with self.http.post(f"{self.url}/_sim/v1/tenants", json=born) as reply:
            assert reply.status == 201, await reply.text()

    async def sign_in(self) -> None:
        form = {"grant_type": "client_credentials", "client_id": self.name, "client_secret": "s", "scope": SCOPES}
        async with self.http.post(f"{self.url}/swiss-post/OAuth/token", data=form) as reply:
            self.headers = {"Authorization": f"Bearer {(await reply.json())['access_token']}"}

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        if not self.headers:
            await self.sign_in()
        url = f"{self.url}/swiss-post{path}"
        for _ in range(2):
            async with self.http.request(method, url, json=body, headers=self.headers) as reply:
                if reply.status != 401:
                    return reply.status, await reply.json(content_type=None)
            await self.sign_in()  # days went by
        raise AssertionError("a new token is refused")

    async def asked(self, *notes: dict[str, Any], codes: tuple[str, ...] = ("PRI",), **changes: Any) -> dict[str, Any]:
        """Ask for a label of an item that moves by hand; return the answer's item, refused or not."""
        item = {"itemID": None, "recipient": STREET, "attributes": {"przl": list(codes), "weight": 500}}
        body = merged(recorded(sendingID="[story: stuck]", item=item, labelDefinition={"labelLayout": "A5"}), changes)
        body["item"]["notification"] = list(notes)
        status, told = await self.call("POST", LABEL, body)
        assert status == 200, (status, told)
        found: dict[str, Any] = told["item"]
        self.made += "identCode" in found
        return found

    async def label(self, *notes: dict[str, Any], **changes: Any) -> str:
        """Make a label and return the parcel's id at the control API; unless a life is named it stands still."""
        item = await self.asked(*notes, **changes)
        assert "errors" not in item, item
        parcel = f"sp-{self.made}"
        if "sendingID" not in changes:
            await self.control("PATCH", f"parcels/{parcel}", {"paused": True})
        return parcel

    async def scan(self, parcel: str, *numbers: int, **more: Any) -> None:
        for number in numbers:
            await self.control("POST", f"parcels/{parcel}/scans", {"code": f"PARCEL.*.1.{number}", **more})

    async def advance(self, by_ms: int) -> None:
        await self.control("POST", "clock/advance", {"by_ms": by_ms})

    async def mails(self, to: str = "") -> list[EmailMessage]:
        """Return the mails to somebody, or all, oldest first, parsed."""
        listed = (await self.control("GET", f"mails?to={to}&limit=1000"))["mails"]
        found = []
        for row in listed:
            raw = await self.control("GET", f"mails/{row['id']}/raw")
            mail = message_from_bytes(raw, policy=default)
            assert isinstance(mail, EmailMessage)
            found.append(mail)
        return found

    async def told(self, parcel: str) -> list[tuple[int, str]]:
        """Return (kind, occurrence) of the notices of a consignment, as its sender reads them back."""
        whole = await self.read_back(parcel)
        return [(row["service"], row["occurrence"]) for row in whole["notices"]]

    async def read_back(self, parcel: str) -> dict[str, Any]:
        status, whole = await self.call("GET", f"{OURS}/consignments/{await self.number(parcel)}")
        assert status == 200
        return dict(whole)

    async def detail(self, parcel: str) -> dict[str, Any]:
        status, whole = await self.call("GET", f"{TRACKING}/mailpieces/{await self.number(parcel)}/detail")
        assert status == 200
        return dict(whole)

    async def number(self, parcel: str) -> str:
        return str((await self.control("GET", f"parcels/{parcel}"))["number"])

    async def recipient(self, **settings: Any) -> None:
        """Activate «My consignments» for somebody."""
        status, told = await self.call("PUT", f"{OURS}/my-consignments", settings)
        assert status == 200, told

    async def choose(self, link: str, option: str, **fields: str) -> int:
        async with self.http.post(link, data={"option": option, **fields}) as reply:
            return reply.status

    async def page(self, link: str) -> tuple[int, str]:
        async with self.http.get(link) as reply:
            return reply.status, await reply.text()


@asynccontextmanager
async def shop_open(seed: str = "notices", **settings: Any) -> AsyncIterator[Shop]:
    async with running(Options(port=0, virtual=True), carriers=[CARRIER]) as started, aiohttp.ClientSession() as http:
        found = Shop(http, started.url)
        await found.open(seed, **settings)
        yield found
