"""The request path: from bytes on a socket to a carrier's handler and back, for every mount of one server.

Low-level aiohttp (`web.Server`), measured here at 27 microseconds a GET against 46 for an `Application` with
sub-applications and a middleware.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from time import perf_counter
from typing import Protocol

from aiohttp import web

from ..core.errors import Rejected
from . import faults
from .body import Broken, TooLarge, read_body
from .call import Answer, Call
from .carrier import Carrier, Refusal
from .disturbance import Disturbed, after, before
from .faults import FAULTS
from .feed import Feed
from .pace import Pace
from .problems import broken_framing, problem, unknown_mount
from .request_line import (
    NO_QUERY,
    SLASH,
    Heads,
    decoded_path,
    query_of,
    split_mount,
    split_target,
    with_slashes,
)
from .routes import Found
from .sending import Ending, cut, first_half, second_half, whole
from .streaming import Stream, streamed
from .tenants import Tenants

log = logging.getLogger(__name__)

LONGEST_DELAY_S = 30.0  # bound of the real time that one simulated slowness costs

Sleep = Callable[[float], Awaitable[None]]


class Service(Protocol):
    """Something of our own on the shared port, beside the carriers: the control API."""

    def limit_bytes(self, path: str) -> int: ...
    def refuses(self, call: Call) -> Answer | None:
        """Return the refusal of a call whose body is not worth reading."""
        ...

    async def __call__(self, call: Call) -> Answer: ...


class Shell:
    """All mounts of one server. `sleep` is what a simulated slowness waits with; tests pass one that does not wait."""

    def __init__(
        self,
        carriers: Iterable[Carrier],
        tenants: Tenants,
        pace: Pace,
        *,
        services: Mapping[str, Service] | None = None,
        feed: Feed | None = None,
        sleep: Sleep = asyncio.sleep,
        scheme: str = "http",
    ) -> None:
        self.tenants = tenants
        self.pace = pace
        self._mounts = {carrier.mount: carrier for carrier in carriers}
        self._services = dict(services or {})
        self._feed = Feed() if feed is None else feed
        self._sleep = sleep
        self._heads = Heads(scheme)

    # -- entry points

    def serve(self, request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
        """Answer a request on the shared port: the first path segment says which mount."""
        started_s = perf_counter()
        path, query = split_target(request.raw_path)
        mount, rest = split_mount(path)
        carrier = self._mounts.get(mount)
        if carrier is not None:
            return self._carrier_call(request, carrier, self._headed(request, f"/{mount}", rest, query), started_s)
        return self._own_call(request, mount, rest, query)

    def root(self, carrier: Carrier) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        """Return the entry point of a port of the carrier's own: only this carrier, at the root."""

        def serve(request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
            started_s = perf_counter()
            path, query = split_target(request.raw_path)
            return self._carrier_call(request, carrier, self._headed(request, "", path, query), started_s)

        return serve

    # -- one call

    def _headed(self, request: web.BaseRequest, prefix: str, path: str, query: str) -> Call:
        """Return the call as far as its head tells."""
        raw, headers, origin = self._heads.of(request)
        return Call(
            request.method,
            decoded_path(path) if "%" in path else path,
            query_of(query) if query else NO_QUERY,
            headers,
            b"",
            origin + prefix,
            raw_headers=raw,
        )

    async def _own_call(self, request: web.BaseRequest, mount: str, path: str, query: str) -> web.StreamResponse:
        service = self._services.get(mount)
        if service is None:
            known = [f"/{name}" for name in (*self._mounts, *self._services)]
            return whole(request, unknown_mount(mount, known))
        call = self._headed(request, f"/{mount}", path, query)
        limit_bytes = service.limit_bytes(call.path)
        try:
            refused = service.refuses(call)
            if refused is None:
                call.body = await read_body(request, limit_bytes) if request.can_read_body else b""
                refused = await service(call)
            if isinstance(refused, Stream):
                return await streamed(request, refused)
            return whole(request, refused)
        except TooLarge:
            detail = f"At most {limit_bytes} bytes are allowed."
            return whole(request, problem(413, "Body too large", detail, limit_bytes=limit_bytes))
        except Broken:
            return whole(request, broken_framing())
        except ConnectionError:
            raise
        except Exception:
            log.exception("%s %s broke", call.method, call.path)
            return whole(request, problem(500, "The simulator broke", "See its log."))

    async def _carrier_call(
        self, request: web.BaseRequest, carrier: Carrier, call: Call, started_s: float
    ) -> web.StreamResponse:
        refusal = None
        routes = carrier.routes.find(call.path)
        if request.can_read_body:
            limit_bytes = carrier.limit_bytes(routes)
            try:
                call.body = await read_body(request, limit_bytes)
            except TooLarge:
                call.notes["limit_bytes"] = limit_bytes
                refusal = Refusal.TOO_LARGE
            except Broken:
                return whole(request, broken_framing())
        answer = self._routed(carrier, call, routes, refusal)
        known = call.admitted
        hits = self._hits(carrier, call) if known else None
        if hits:
            found = before(hits, lambda status: _own(carrier, call, status))
            found.started_s = started_s
            return await self._disturbed(request, carrier, call, answer, found)
        if answer is None:
            answer = await self._handled(carrier, call)
            if not known and call.admitted:
                hits = self._hits(carrier, call)
        if hits or answer.delay_ms:
            found = Disturbed(hits=hits or [], after_ms=answer.delay_ms, started_s=started_s)
            after(found, answer, lambda status: _own(carrier, call, status), late=True)
            return await self._sent(request, carrier, call, found)
        if carrier.finish is not None:
            self._finish(carrier, call, answer)
        if call.admitted:
            self._note(request, carrier, call, answer.status, answer.headers, answer.body, "")
        return whole(request, answer, f"delay;dur=0, own;dur={(perf_counter() - started_s) * 1000:.3f}")

    # -- the steps of a call

    def _routed(self, carrier: Carrier, call: Call, found: Found | None, refusal: Refusal | None) -> Answer | None:
        """Note the call's route and find its tenant; return the refusal when there is none."""
        try:
            if found is not None:
                methods, params = found
                call.route = methods.get(call.method)
                call.params = params
                if call.route is None:
                    call.notes["allowed"] = sorted(methods)
            if SLASH in call.path:
                call.path = with_slashes(call.path)
                call.params = {name: with_slashes(value) for name, value in call.params.items()}
            if refusal is None:
                if call.route is not None:
                    return carrier.admit(self.tenants, call)
                refusal = Refusal.NO_ROUTE if found is None else Refusal.WRONG_METHOD
            with suppress(Rejected):  # a stranger's is refused alike; a tenant's stands in its journal
                carrier.admit(self.tenants, call)
            return carrier.refuse(call, refusal)
        except Rejected as rejected:
            return carrier.translate(call, rejected)
        except Exception:
            return _broken(carrier, call, logged=True)

    def _hits(self, carrier: Carrier, call: Call) -> list[faults.Fault] | None:
        """Return the faults that hit the call."""
        world = call.world
        if not world.store.count(FAULTS):
            return None
        return faults.hits(world, carrier.name, _operation(call), call)

    async def _handled(self, carrier: Carrier, call: Call) -> Answer:
        """Return the handler's answer; a body that takes long is made beside the loop."""
        route = call.route
        assert route is not None
        try:
            answer = route.handler(call)
            return answer if answer.later is None else await asyncio.to_thread(answer.finished)
        except Rejected as rejected:
            return carrier.translate(call, rejected)
        except Exception:
            return _broken(carrier, call, logged=True)

    def _finish(self, carrier: Carrier, call: Call, answer: Answer) -> None:
        try:
            if carrier.finish is not None:
                carrier.finish(call, answer)
        except Exception:
            log.exception("%s: finishing %s %s broke", carrier.name, call.method, call.path)

    def _note(
        self,
        request: web.BaseRequest,
        carrier: Carrier,
        call: Call,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        fault: str,
    ) -> None:
        if not call.admitted:
            return
        world, route = call.world, call.route
        self.tenants.journal(world).append(
            world.store.header.now_ms,
            "in",
            carrier.name,
            "" if route is None else route.operation,
            call.method,
            request.raw_path,
            call.credential,
            call.raw_headers,
            call.body,
            status,
            headers,
            body,
            fault,
        )
        if self._feed.listeners:
            self._feed.touch(world.name)

    # -- a call under faults

    async def _disturbed(
        self, request: web.BaseRequest, carrier: Carrier, call: Call, refused: Answer | None, found: Disturbed
    ) -> web.StreamResponse:
        await self._pass(found, found.before_ms)
        if found.answer is None and found.ending is Ending.WHOLE:
            answer = refused or await self._handled(carrier, call)
            after(found, answer, lambda status: _own(carrier, call, status))
            found.after_ms += answer.delay_ms
        return await self._sent(request, carrier, call, found)

    async def _sent(
        self, request: web.BaseRequest, carrier: Carrier, call: Call, found: Disturbed
    ) -> web.StreamResponse:
        """Journal a slow or spoiled answer as soon as it is known what is sent, then send it."""
        answer = found.answer or Answer(500)
        self._finish(carrier, call, answer)
        own_ms = (perf_counter() - found.started_s - found.waited_s) * 1000
        timing = f"delay;dur={found.before_ms + found.after_ms + found.stall_ms}, own;dur={own_ms:.3f}"
        fault = faults.named(found.hits)
        if found.ending is Ending.NOTHING:
            self._note(request, carrier, call, 0, {}, b"", fault)
        else:
            self._note(request, carrier, call, answer.status, answer.headers, answer.body, fault)
        await self._pass(found, found.after_ms)
        return await self._ended(request, answer, found, timing)

    async def _ended(
        self, request: web.BaseRequest, answer: Answer, found: Disturbed, timing: str
    ) -> web.StreamResponse:
        if found.ending is Ending.WHOLE and not found.stall_ms:
            return whole(request, answer, timing)
        if found.ending is Ending.NOTHING:
            cut(request, reset=True)
            return whole(request, answer)
        response = await first_half(request, answer, timing)
        await self._pass(found, found.stall_ms)
        if found.ending is Ending.WHOLE:
            await second_half(response, answer)
            return response
        cut(request, reset=found.ending is Ending.RESET)
        return response

    async def _pass(self, found: Disturbed, delay_ms: int) -> None:
        if delay_ms:
            began_s = perf_counter()
            await self._sleep(min(delay_ms / 1000, LONGEST_DELAY_S))
            found.waited_s += perf_counter() - began_s


def _operation(call: Call) -> str:
    return call.route.operation if call.route is not None else ""


def _own(carrier: Carrier, call: Call, status: int) -> Answer | None:
    """Return the carrier's own answer for a status that a fault gives, if it has one."""
    refusal = {500: Refusal.BROKEN, 503: Refusal.UNAVAILABLE}.get(status)
    return None if refusal is None else carrier.refuse(call, refusal)


def _broken(carrier: Carrier, call: Call, *, logged: bool = False) -> Answer:
    """Return the carrier's own 500. With `logged` it is a defect of ours, and its traceback goes to the log."""
    if logged:
        log.exception("%s %s %s broke", carrier.name, call.method, call.path)
    return carrier.refuse(call, Refusal.BROKEN)
