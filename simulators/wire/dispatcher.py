"""Sending webhooks: one pooled client, no redirects, checked targets, bounded real time-outs, attempts journalled.

A target is checked twice: as it is written, and, whatever the client made of that, in the very address that a socket is
opened for. So a name that leads inward, or first here and then there, leads nowhere.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from ipaddress import ip_address

import aiohttp
import msgspec

from ..core.world import Effect, Outcome, World
from . import webhooks
from .patience import Patience
from .targets import address_problem, target_problem
from .tenants import Tenants

ANSWER_LIMIT_BYTES = 65_536  # so much of a receiver's answer is kept
USER_AGENT = "parcelproof-simulator"
KEEPALIVE_S = 1.0  # shorter than any receiver's own: one that hangs up just then would look like one that lost it
TIMEOUT, NO_CONNECTION = "timeout", "no connection"


def checked_socket(live: bool) -> Callable[[aiohttp.AddrInfoType], socket.socket]:
    """Return what opens sockets for the client, to allowed addresses only."""

    def open_socket(found: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = found
        if trouble := address_problem(ip_address(str(address[0]).split("%")[0]), live=live):
            raise OSError(trouble)
        return socket.socket(family, kind, protocol)

    return open_socket


class Dispatcher:
    """Performs effects. `longest_s` bounds the real time that one attempt of a virtual tenant can cost."""

    def __init__(self, tenants: Tenants, *, longest_s: float = 5.0) -> None:
        self._tenants = tenants
        self._patience = Patience(longest_s)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def send(self, world: World, effect: Effect) -> Outcome:
        """Send the request and return what came of it. Never raises for a receiver's fault."""
        trouble = target_problem(effect.url, live=effect.live)
        if trouble:
            outcome = Outcome(0, {}, b"", f"target refused: {trouble}")
        elif webhooks.is_down(world, effect):
            outcome = Outcome(0, {}, b"", NO_CONNECTION)
        elif world.store.header.virtual:
            outcome = await self._hurried(effect)
        else:
            outcome = await self._attempt(effect, effect.timeout_ms / 1000)
        self._tenants.journal(world).append(
            effect.at_ms,
            "out",
            webhooks.carrier_of(effect),
            effect.duty,
            effect.method,
            effect.url,
            effect.key,
            effect.headers,
            effect.body,
            outcome.status,
            outcome.headers,
            outcome.body,
            outcome.error,
        )
        return outcome

    async def _hurried(self, effect: Effect) -> Outcome:
        """Attempt on virtual time: a time-out costs the carrier's own there, and little in real time."""
        outcome = await self._attempt(effect, min(effect.timeout_ms / 1000, self._patience.seconds(effect.url)))
        hung = outcome.error == TIMEOUT
        self._patience.learn(effect.url, hung=hung)
        return msgspec.structs.replace(outcome, took_ms=effect.timeout_ms) if hung else outcome

    async def _attempt(self, effect: Effect, timeout_s: float) -> Outcome:
        try:
            async with asyncio.timeout(timeout_s):
                return await self._exchange(effect)
        except TimeoutError:
            return Outcome(0, {}, b"", TIMEOUT)
        except (aiohttp.ClientSSLError, ssl.SSLError):  # before its base class, the next one
            return Outcome(0, {}, b"", "no trusted TLS connection")
        except aiohttp.ClientConnectorError:
            return Outcome(0, {}, b"", NO_CONNECTION)
        except (aiohttp.ClientError, aiohttp.http_exceptions.HttpProcessingError, ValueError, OSError):
            return Outcome(0, {}, b"", "connection lost or broken answer")

    async def _exchange(self, effect: Effect) -> Outcome:
        headers = {"User-Agent": USER_AGENT, **effect.headers}
        session = self._session(effect.live)
        async with session.request(
            effect.method, effect.url, data=effect.body, headers=headers, allow_redirects=False
        ) as response:
            return Outcome(response.status, _shown(response.headers), await _beginning(response.content))

    def _session(self, live: bool) -> aiohttp.ClientSession:
        session = self._sessions.get(live)
        if session is None:
            session = self._sessions[live] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=100,
                    resolver=aiohttp.ThreadedResolver(),
                    use_dns_cache=False,
                    keepalive_timeout=KEEPALIVE_S,
                    socket_factory=checked_socket(live),
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
            )
        return session


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """Return an answer's body up to the limit, in however many pieces it comes; the rest is not read."""
    pieces, left_bytes = [], ANSWER_LIMIT_BYTES
    while left_bytes and (piece := await content.read(left_bytes)):
        pieces.append(piece)
        left_bytes -= len(piece)
    return b"".join(pieces)


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers in one spelling, as text that can be encoded; what came several times is joined by a comma."""
    found: dict[str, str] = {}
    for name, raw in headers.items():
        text = raw if raw.isascii() else raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        spelled = "-".join(map(str.capitalize, name.split("-")))
        found[spelled] = f"{found[spelled]}, {text}" if spelled in found else text
    return found
