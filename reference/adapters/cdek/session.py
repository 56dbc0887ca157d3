"""Talking to CDEK with a token: fetched, kept, renewed ten seconds early and once after a 401.

Source: `courier_api` §1.1, §1.2, §1.3, §2.10.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlencode

import msgspec

from ...ports import Refused, Unavailable
from .. import exchange
from ..exchange import Exchange, Reply, decode
from .shapes import Errors, ErrorShape, Token, TokenRefusal

EARLY_S = 10.0
NO_WORDS = "the carrier gave no reason"
STALE = frozenset({"v2_token_expired", "unauthorized"})
PASSING = frozenset({"v2_similar_request_still_processed", "v2_internal_error"})
NOT_FOUND = frozenset({"v2_entity_not_found", "v2_order_not_found", "v2_entity_not_found_im_number"})
EXPIRED = frozenset({"v2_print_form_expired", "v2_entity_expired"})

_encode = msgspec.json.Encoder(decimal_format="number").encode


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

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        return await self.send("GET", path, params=params)

    async def post(self, path: str, body: Any) -> Reply:
        return await self.send("POST", path, body=body)

    async def send(self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None) -> Reply:
        """Send one call and return its answer below 400 that tells no errors.

        Raises:
            Refused: the carrier's own errors, the first one's code as `code`.
            Unavailable: no usable answer, or an error that passes.
        """
        token = await self._valid_token()
        reply = await self._with(token, method, path, params, body)
        if reply.status == 401 or (reply.status >= 400 and STALE & {error.code for error in _told(reply)}):
            self._drop(token)
            reply = await self._with(await self._valid_token(), method, path, params, body)
            if reply.status == 401:
                raise Unavailable("unauthenticated", f"{method} {path}: 401 with a token granted just now")
        if reply.status >= 400:
            refuse(reply)
        if b'"errors"' in reply.body and (errors := _top_errors(reply)):
            raise_for(errors)
        return reply

    async def _with(self, token: str, method: str, path: str, params: Mapping[str, str] | None, body: Any) -> Reply:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = _encode(body)
        return await self._exchange.send(method, path, headers=headers, params=params, content=content)

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
        form = urlencode({"grant_type": "client_credentials", **self._credentials}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        reply = await self._exchange.send("POST", "/oauth/token", headers=headers, content=form)
        if reply.status >= 400:
            found = exchange.parse(reply.body, TokenRefusal)
            if isinstance(found, str):
                raise Unavailable("unreadable_answer", f"token: {reply.status} {reply.excerpt!r}")
            raise Refused(found[0].error or "unnamed_error", found[0].error_description or NO_WORDS)
        token = decode(reply, Token)
        if not _sendable(token.access_token):
            raise Unavailable("unreadable_answer", "the token is empty or can't stand in a header")
        self._token = token.access_token
        self._until_s = asked_s + token.expires_in - EARLY_S


def _sendable(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def _told(reply: Reply) -> list[ErrorShape]:
    found = exchange.parse(reply.body, Errors)
    return [] if isinstance(found, str) else found[0].told


def _top_errors(reply: Reply) -> list[ErrorShape]:
    """Return the errors at the top of a successful answer; those inside requests[] are the reader's to judge."""
    found = exchange.parse(reply.body, Errors)
    return [] if isinstance(found, str) else found[0].errors or []


def refuse(reply: Reply) -> NoReturn:
    """Raise what an answer of 400 and above means. A body that isn't the carrier's decides nothing."""
    found = exchange.parse(reply.body, Errors)
    if isinstance(found, str) or (not found[0].told and found[0].error is None):
        raise Unavailable("unreadable_answer", f"{reply.status} without the carrier's errors: {reply.excerpt!r}")
    if not found[0].told:
        raise Refused(f"http_{reply.status}", f"{found[0].error}: {reply.excerpt}")
    raise_for(found[0].told)


def raise_for(errors: list[ErrorShape]) -> NoReturn:
    """Raise the carrier's errors as one fault, Unavailable where they pass."""
    code, words = named(errors)
    if code in PASSING:
        raise Unavailable(code, words)
    raise Refused(code, words)


def named(errors: list[ErrorShape]) -> tuple[str, str]:
    """Return the first error's code and the words of all; the carrier may have named none."""
    code = (errors[0].code if errors else "") or "unnamed_error"
    return code, "; ".join(f"{error.code}: {error.message}" for error in errors) or NO_WORDS
