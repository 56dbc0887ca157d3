"""Talking to Swiss Post with a token: fetched, kept, renewed five seconds early and once after a 401.

Source: `postal_api_swiss` §1, §5. A token lives 60 seconds there, so that it often ends between two calls of one flow.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlencode

from ...ports import Refused, Unavailable
from ..exchange import Exchange, Reply, decode, encode, parse
from .shapes import Invalid, Labelled, Token, TokenRefusal, text

EARLY_S = 5.0
LEAST_LIFE_S, MOST_LIFE_S = 0.0, 86_400.0
SCOPES = "DCAPI_BARCODE_READ MYSB_MAILPIECE_TRACKING_B2B_READ"
TOKEN = "/OAuth/token"
NO_WORDS = "the carrier gave no reason"
GATEWAY = "400 with an empty body: the gateway takes no unknown members, or wants a subscription key"


class Session:
    """One account's token over one exchange. `now_s` measures the token's age; any steady clock in seconds will do."""

    def __init__(
        self, over: Exchange, client_id: str, client_secret: str, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._exchange = over
        self._credentials = {"client_id": client_id, "client_secret": client_secret}
        self._now_s = now_s
        self._token = ""
        self._until_s = 0.0
        self._renewing = asyncio.Lock()

    async def get(self, path: str) -> Reply:
        return await self._send("GET", path)

    async def post(self, path: str, body: Any) -> Reply:
        return await self._send("POST", path, encode(body))

    async def _send(self, method: str, path: str, content: bytes | None = None) -> Reply:
        """Send one call and return its answer below 400; what an answer of 200 says of errors is the reader's.

        Raises:
            Refused: the carrier or its gateway takes no such request.
            Unavailable: no usable answer.
        """
        token = await self._valid_token()
        reply = await self._with(token, method, path, content)
        if reply.status == 401:
            self._drop(token)
            reply = await self._with(await self._valid_token(), method, path, content)
            if reply.status == 401:
                raise Unavailable("unauthenticated", f"{method} {path}: 401 with a token granted just now")
        if reply.status >= 400:
            refuse(reply, f"{method} {path}")
        return reply

    async def _with(self, token: str, method: str, path: str, content: bytes | None) -> Reply:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Accept-Language": "en"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        return await self._exchange.send(method, path, headers=headers, content=content)

    async def _valid_token(self) -> str:
        async with self._renewing:
            if not self._token or self._now_s() >= self._until_s:
                await self._renew()
            return self._token

    def _drop(self, token: str) -> None:
        """Forget a token the carrier no longer takes, unless another call renewed it meanwhile."""
        if self._token == token:
            self._token = ""

    async def _renew(self) -> None:
        asked_s = self._now_s()
        form = urlencode({"grant_type": "client_credentials", **self._credentials, "scope": SCOPES}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        reply = await self._exchange.send("POST", TOKEN, headers=headers, content=form)
        if reply.status >= 400:
            found = parse(reply.body, TokenRefusal)
            told = None if isinstance(found, str) else found[0]
            code = (told.error if told else "") or ("unauthorized" if reply.status == 401 else f"http_{reply.status}")
            words = (told.error_description if told else "") or reply.excerpt or NO_WORDS
            raise Refused(code, f"no token: {words}")
        token = decode(reply, Token)
        if not _sendable(token.access_token):
            raise Unavailable("unreadable_answer", "the token is empty or can't stand in a header")
        self._token = token.access_token
        self._until_s = asked_s + min(max(token.life_s, LEAST_LIFE_S), MOST_LIFE_S) - EARLY_S


def _sendable(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def refuse(reply: Reply, what: str) -> NoReturn:
    """Raise what an answer of 400 and above means: a list of fields, the gateway's empty body, or a plain no."""
    if reply.status == 400 and not reply.body.strip():
        raise Refused("http_400", f"{what}: {GATEWAY}")
    fields = parse(reply.body, list[Invalid])
    if not isinstance(fields, str) and fields[0]:
        raise Refused("invalid_request", "; ".join(str(one) for one in fields[0])[:1000])
    found = parse(reply.body, Labelled)
    if not isinstance(found, str) and found[0].told:
        told = found[0].told
        raise Refused(text(told[0].code) or "unnamed_error", "; ".join(str(one) for one in told)[:1000])
    code = {403: "forbidden", 404: "not_found"}.get(reply.status, f"http_{reply.status}")
    raise Refused(code, f"{what}: {reply.status} {reply.excerpt or NO_WORDS}")
