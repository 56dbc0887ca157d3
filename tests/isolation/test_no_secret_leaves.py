"""No secret in pages, logs, journal, exports, listings: planted everywhere, looked for in every byte that comes out."""

import asyncio
import json
import os
import re
import smtplib
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
import pytest

from .life import Receiver, box, letter
from .process import Simulator, simulator
from .secrets import Planted, forms

DAY_MS = 86_400_000
LINK = re.compile(r'(?:href|src|hx-get|action|sse-connect)="([^"]+)"')
MOST_PAGES = 400
FORM = "application/x-www-form-urlencoded"
OURS = {"tenant": ["shop"], "carrier": ["cdek", "mail_alliance"], "snapshot": ["kept"], "bad_day": [], "fault": []}
BYTES_OF_A_WORLD = "/_sim/v1/tenants/{tenant}/snapshot"  # to restore it, tokens and secrets must be in it


@dataclass
class Story:
    """A shop with secrets at one simulator. `shown` are all bytes that somebody saw, by where."""

    started: Simulator
    http: aiohttp.ClientSession
    receiver: Receiver
    planted: Planted
    shown: list[tuple[str, bytes]] = field(default_factory=list)
    answered: Counter[int] = field(default_factory=Counter)  # status -> answers

    # -- planting

    async def plant(self) -> None:
        await self._make_tenant()
        await self._at_cdek()
        await self._at_mail_alliance()
        await asyncio.to_thread(self._by_mail)
        await self._wrong_ones()
        await self.control("POST", "clock/advance", {"by_ms": 9 * DAY_MS})
        await self.control("POST", "payouts/cdek", {})
        await self.control("POST", "snapshots", {"name": "kept"})

    async def _make_tenant(self) -> None:
        key = self.planted.plant("api key", "mak_test_planted-key-of-the-shop")
        wanted = {
            "cdek": ("shop", self.planted.plant("cdek secret")),
            "mail_alliance": ("shop", self.planted.plant("ma secret")),
            "smtp": ("shop", self.planted.plant("mail password")),
        }
        credentials = [{"carrier": carrier, "id": name, "secret": value} for carrier, (name, value) in wanted.items()]
        credentials.append({"carrier": "mail_alliance", "id": key, "secret": key})
        await self.control("POST", "", {"name": "shop", "credentials": credentials}, base="/_sim/v1/tenants")

    async def _at_cdek(self) -> None:
        fields = {
            "grant_type": "client_credentials",
            "client_id": "shop",
            "client_secret": self.planted.known["cdek secret"],
        }
        multipart = aiohttp.FormData(fields, default_to_multipart=True)
        for sent in (
            {"params": fields},
            {"data": fields},
            {"data": multipart},
            {"data": encoded_names(fields), "headers": {"Content-Type": FORM}},
        ):
            found = await self._json("POST", "/cdek/v2/oauth/token", **sent)
        token = self.planted.plant("cdek token", found["access_token"])
        bearer = {"Authorization": f"Bearer {token}", "Cookie": f"session={self.planted.plant('cookie')}"}
        hook = f"{self.receiver.url}/shop/cdek?secret={self.planted.plant('hook query')}"
        await self._json("POST", "/cdek/v2/webhooks", json={"url": hook, "type": "ORDER_STATUS"}, headers=bearer)
        for index in range(2):
            await self._json("POST", "/cdek/v2/orders", json=box("shop", index), headers=bearer)
        await self._json(
            "GET", "/cdek/v2/orders", params={"im_number": "shop-box-0", "access_token": token}, headers=bearer
        )

    async def _at_mail_alliance(self) -> None:
        known = self.planted.known
        basic = b64encode(f"shop:{known['ma secret']}".encode()).decode()
        grant = {"grant_type": "client_credentials"}
        headers = {"Authorization": f"Basic {basic}"}
        found = await self._json("POST", "/mail-alliance/oauth/token", data=grant, headers=headers)
        token = {"Authorization": f"Bearer {self.planted.plant('ma token', found['access_token'])}"}
        key = {"x-aPI-kEY": known["api key"]}
        hook = {"url": f"{self.receiver.url}/shop/ma?secret={known['hook query']}"}
        made = await self._letters("webhook-endpoints", hook, key, "k-hook")
        self.planted.plant("hook secret", made["secret"])
        turned = await self._letters(f"webhook-endpoints/{made['id']}/rotate-secret", {}, token, "k-rotate")
        self.planted.plant("new hook secret", turned["secret"])
        for index, credential in enumerate((key, token)):
            await self._letters("parcels", letter("shop", index), credential, f"k-parcel-{index}")
        pasted = {"password": self.planted.plant("password nobody asked for"), "remark": f"signed: {made['secret']}"}
        refused = {**letter("shop", 9), **pasted}
        await self._letters("parcels", refused, key, "k-refused")

    def _by_mail(self) -> None:
        with smtplib.SMTP("127.0.0.1", self.started.smtp_port, timeout=20) as smtp:
            smtp.login("shop", self.planted.known["mail password"])
            smtp.sendmail("a@shop.example", ["b@example.org"], b"Subject: Hello\r\n\r\nText\r\n")
        with smtplib.SMTP("127.0.0.1", self.started.smtp_port, timeout=20) as smtp:
            smtp.ehlo()
            answers = [smtp.docmd("AUTH", "LOGIN ===="), smtp.docmd(b64(self.planted.plant("stray mail password")))]
            wrong = b64(f"\0shop\0{self.planted.plant('wrong mail password')}")
            answers += [smtp.docmd("AUTH", f"PLAIN {wrong}"), smtp.docmd("VRFY", "x")]
        # aiosmtpd repeats an unknown command to the client that sent it, and to nobody else
        self.shown += [("smtp", answer[1]) for answer in (answers[0], *answers[2:])]

    async def _wrong_ones(self) -> None:
        """Show secrets that are refused: the refusals, seen by whoever guesses, must not repeat them either."""
        wrong = self.planted.plant("wrong secret")
        fields = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": wrong}
        bearer = {"Authorization": f"Bearer {self.planted.plant('wrong token')}"}
        await self.see("POST", "/cdek/v2/oauth/token", data=fields)
        await self.see("POST", "/mail-alliance/oauth/token", data=fields)
        await self.see("GET", "/cdek/v2/orders", headers=bearer)
        await self.see("GET", "/mail-alliance/v1/parcels", headers=bearer)
        await self.see("GET", "/mail-alliance/v1/parcels", headers={"X-Api-Key": self.planted.plant("wrong key")})
        await self.see("GET", "/_sim/v1/tenants", headers=bearer)
        known = {"carrier": "cdek", "id": "shop", "secret": wrong}
        for credential in (known, {**known, "secret": wrong * 40}, {**known, "carrier": "x"}, {**known, "id": ""}):
            body = {"name": "other", "credentials": [credential]}
            await self.see("POST", "/_sim/v1/tenants", json=body, headers=self.admin)
        await self._broken_framing()

    async def _broken_framing(self) -> None:
        """Send what is no HTTP, with secrets in it: servers like to log such things."""
        address = urlsplit(self.started.url)
        secret = self.planted.plant("secret in broken framing")
        for head in (
            f"GET /cdek/v2/orders HTTP/1.1\r\nAuthorization: Bearer {secret}\r\nBroken header {secret}\r\n\r\n",
            f"POST /cdek/v2/orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX-Api-Key: {secret}\r\n\r\n{secret}\r\n",
            f"{secret} \x00\x01\r\n\r\n",
            f"GET /?client_secret={secret} HTTP/9.9\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(head.encode())
            writer.write_eof()
            await reader.read()
            writer.close()
            await writer.wait_closed()

    # -- looking

    async def look(self) -> None:
        """See everything there is to see but what hands out a secret on purpose."""
        await self._control_api()
        await self._console()
        await self._live()
        await self._recording()
        for name, found in self.receiver.got.items():
            self.shown += [(f"webhook to {name}", each) for each in found]

    async def _control_api(self) -> None:
        document = json.loads(await self.see("GET", "/_sim/v1/openapi.json", headers=self.admin))
        values = {**OURS, **await self._ids()}
        for template, methods in sorted(document["paths"].items()):
            path = document["servers"][0]["url"].rstrip("/") + template
            if "get" in methods and path != BYTES_OF_A_WORLD:
                for filled in fillings(path, values):
                    await self.see("GET", filled, headers=self.admin)
        assert self.answered[200] > 60, self.answered
        assert self.answered[200] > 3 * self.answered[404], self.answered
        for query in ("format=ndjson", "format=har", "text=planted", "limit=1", "format=ndjson&direction=out"):
            await self.see("GET", f"/_sim/v1/tenants/shop/journal?{query}", headers=self.admin)

    async def _ids(self) -> dict[str, list[str]]:
        lists = {"parcel": ("parcels", "parcels", "id"), "sequence": ("webhook-attempts", "attempts", "sequence")}
        lists |= {"number": ("payouts/cdek", "payouts", "number"), "mail": ("mails", "mails", "id")}
        found = {}
        for name, (path, key, member) in lists.items():
            rows = json.loads(await self.control("GET", path))[key]
            found[name] = [str(row[member]) for row in rows]
            assert found[name], f"there is no {name} to look at"
        return found

    async def _console(self) -> None:
        """Sign in and follow every link of every page."""
        page = (await self.see("GET", "/")).decode()
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token is not None, page
        address = re.search(r'<form method="post" action="([^"]+)"', page)
        assert address is not None
        wrong = {"token": token[1], "admin_token": self.planted.plant("wrong admin token")}
        await self.see("POST", address[1], data=wrong)
        right = {"token": token[1], "admin_token": self.planted.known["admin token"]}
        await self.see("POST", address[1], data=right)
        self.planted.plant("session", next(iter(self.http.cookie_jar)).value)
        await self._json("GET", "/mail-alliance/v1/time", headers={"X-Api-Key": self.planted.known["api key"]})
        waiting, seen = ["/"], {"/"}
        while waiting and len(seen) < MOST_PAGES:
            here = waiting.pop(0)
            text = (await self.see("GET", here)).decode("utf-8", "replace")
            for link in map(unescape, LINK.findall(text)):
                there = urljoin(f"{self.started.url}{here}", link).split("#")[0].removeprefix(self.started.url)
                if there.startswith("/") and there not in seen and "live" not in there and "sign-out" not in there:
                    seen.add(there)
                    waiting.append(there)
        assert {kind for path in seen for kind in KINDS if kind in path} == KINDS, sorted(seen)

    async def _recording(self) -> None:
        """Turn the journal into a scenario, which people keep and pass on."""
        command = [sys.executable, "-m", "parcelproof", "scenario", "record", self.started.url, "--tenant", "shop"]
        environment = {**os.environ, "PARCELPROOF_ADMIN_TOKEN": self.planted.known["admin token"]}
        made = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True)
        assert b"steps:" in made.stdout, made.stderr
        self.shown.append(("scenario record", made.stdout + made.stderr))

    async def _live(self) -> None:
        """Listen to the stream of a page while things happen."""
        async with self.http.get(f"{self.started.url}/_console/live?tenant=shop") as stream:
            found = await stream.content.readany()
            for _ in range(3):
                await self.control("POST", "clock/advance", {"by_ms": DAY_MS})
                found += await stream.content.readany()
        assert found, "the stream said nothing"
        self.shown.append(("live", found))

    # -- the wire

    @property
    def admin(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.planted.known['admin token']}"}

    async def see(self, method: str, path: str, **options: Any) -> bytes:
        """Ask for something and note what is shown, headers included; a session's own cookie goes to its owner."""
        async with self.http.request(method, self.started.url + path, **options) as answer:
            found = await answer.read()
            self.answered[answer.status] += 1
            heads = [(name, text) for name, text in answer.headers.items() if name.lower() != "set-cookie"]
        self.shown.append((f"{method} {path}", f"{heads}".encode() + found))
        return found

    async def control(self, method: str, path: str, body: Any = None, base: str = "/_sim/v1/tenants/shop/") -> bytes:
        async with self.http.request(method, self.started.url + base + path, json=body, headers=self.admin) as answer:
            found = await answer.read()
            assert answer.status < 300, (path, answer.status, found[:300])
            return found

    async def _letters(self, path: str, body: Any, credential: dict[str, str], key: str) -> Any:
        headers = {**credential, "Idempotency-Key": key.ljust(20, "-")}
        return await self._json("POST", f"/mail-alliance/v1/{path}", json=body, headers=headers)

    async def _json(self, method: str, path: str, **options: Any) -> Any:
        """Ask for what its owner may see, a token for one; it is not noted."""
        async with self.http.request(method, self.started.url + path, **options) as answer:
            found = json.loads(await answer.read())
            assert answer.status < 300 or answer.status == 422, (path, answer.status, found)
            return found


KINDS = {"/parcels/", "/journal/", "/webhooks/attempts/", "/mails/", "/payouts/", "/faults", "/clock", "/assets/"}


def fillings(template: str, values: dict[str, list[str]]) -> Iterator[str]:
    """Yield a path template with each combination of what its segments may be."""
    name = re.search(r"\{(\w+)\}", template)
    if name is None:
        yield template
        return
    for value in values[name[1]]:
        yield from fillings(template.replace(name[0], value), values)


def encoded_names(fields: dict[str, str]) -> str:
    """Return the fields as a form whose names are percent-encoded."""
    return "&".join(f"{'%63' + name[1:] if name[0] == 'c' else name}={value}" for name, value in fields.items())


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


@asynccontextmanager
async def story(folder: Path) -> AsyncIterator[Story]:
    planted = Planted()
    token = planted.plant("admin token")
    files = {"stdout": folder / "stdout", "stderr": folder / "stderr"}
    with simulator("--virtual", "--admin-token", token, **files) as started:
        async with Receiver() as receiver, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            yield Story(started, http, receiver, planted)


async def test_no_secret_leaves_by_any_door(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.plant()
        await told.look()
    told.shown += [(name, (tmp_path / name).read_bytes()) for name in ("stdout", "stderr")]
    leaks = {where: found for where, shown in told.shown if (found := told.planted.where(shown))}
    assert leaks == {}, "\n".join(f"{where}: {found}" for where, found in leaks.items())
    assert len(told.shown) > 150, "too little was looked at to say so"
    assert sum("webhook" in where for where, _ in told.shown) > 10
    seen_bytes = sum(len(shown) for _, shown in told.shown)
    print(f"{len(told.planted.known)} secrets in none of {len(told.shown)} answers, {seen_bytes} bytes")


@pytest.mark.parametrize("before", ["", "x", "xy", "shop:"])
def test_a_secret_is_found_in_every_shape(before: str) -> None:
    planted = Planted()
    value = planted.plant("secret", "s3cr3t/with+odd=letters")
    whole = (before + value + "tail").encode()
    for shown in (whole, b64encode(whole), whole.hex().encode(), b'{"a": "s3cr3t%2Fwith%2Bodd%3Dletters"}'):
        assert planted.where(shown) == ["secret"], shown
    assert planted.where(b"nothing of the kind") == []
    assert all(len(form) > 12 for form in forms(value))
