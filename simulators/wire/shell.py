"""The request path: from bytes on a socket to a carrier's handler and back, for every mount of one server.

Low-level aiohttp (`web.Server`), measured here at 27 microseconds a GET against 46 for an `Application` with
sub-applications and a middleware.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from time import perf_counter
from typing import Protocol

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from ..core.errors import Rejected
from . import faults
from .body import Broken, TooLarge, read_body
from .call import Answer, Call
from .carrier import Carrier, Refusal
from .disturbance import Disturbed, after, before
from .faults import FAULTS
from .pace import Pace
from .problems import problem
from .request_line import decoded_path, query_of, split_mount, split_target, with_slashes
from .sending import Ending, cut, first_half, whole
from .tenants import Tenants

log = logging.getLogger(__name__)

LONGEST_DELAY_S = 30.0  # bound of the real time that one simulated slowness costs
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")

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
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.tenants = tenants
        self.pace = pace
        self._mounts = {carrier.mount: carrier for carrier in carriers}
        self._services = dict(services or {})
        self._sleep = sleep
        self._origins: dict[str, str] = {}

    # -- entry points

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request on the shared port: the first path segment says which mount."""
        started_s = perf_counter()
        path, query = split_target(request.raw_path)
        mount, rest = split_mount(path)
        carrier = self._mounts.get(mount)
        if carrier is not None:
            return await self._carrier_call(request, carrier, f"/{mount}", rest, query, started_s)
        service = self._services.get(mount)
        if service is not None:
            return await self._service_call(request, service, f"/{mount}", rest, query)
        return whole(self._no_mount(mount))

    def root(self, carrier: Carrier) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        """Return the entry point of a port of the carrier's own: only this carrier, at the root."""

        async def serve(request: web.BaseRequest) -> web.StreamResponse:
            started_s = perf_counter()
            path, query = split_target(request.raw_path)
            return await self._carrier_call(request, carrier, "", path, query, started_s)

        return serve

    def _no_mount(self, mount: str) -> Answer:
        known = sorted(f"/{name}" for name in (*self._mounts, *self._services))
        detail = f"Nothing is mounted at /{with_slashes(decoded_path(mount))}; mounts: {', '.join(known)}."
        return problem(404, "Unknown mount", detail, mounts=known)

    # -- one call

    async def _call_of(
        self, request: web.BaseRequest, prefix: str, path: str, query: str, limit_bytes: int
    ) -> tuple[Call, Refusal | None]:
        """Return the call with its body, or with the refusal of one that is too long."""
        call = self._headed(request, prefix, path, query)
        if request.can_read_body:
            try:
                call.body = await read_body(request, limit_bytes)
            except TooLarge:
                call.notes["limit_bytes"] = limit_bytes
                return call, Refusal.TOO_LARGE
        return call, None

    def _headed(self, request: web.BaseRequest, prefix: str, path: str, query: str) -> Call:
        """Return the call as far as its head tells."""
        origin = self._origin(request) + prefix
        return Call(request.method, decoded_path(path), query_of(query), _readable(request), b"", origin)

    def _origin(self, request: web.BaseRequest) -> str:
        host = request.headers.get("Host", "")
        secure = request.transport is not None and request.transport.get_extra_info("sslcontext") is not None
        key = f"s{host}" if secure else host
        origin = self._origins.get(key)
        if origin is None:
            name = host if _HOST.fullmatch(host) else "localhost"
            origin = f"{'https' if secure else 'http'}://{name}"
            if len(self._origins) < 1000:
                self._origins[key] = origin
        return origin

    async def _service_call(
        self, request: web.BaseRequest, service: Service, prefix: str, path: str, query: str
    ) -> web.StreamResponse:
        call = self._headed(request, prefix, path, query)
        limit_bytes = service.limit_bytes(call.path)
        try:
            refused = service.refuses(call)
            if refused is not None:
                return whole(refused)
            call.body = await read_body(request, limit_bytes) if request.can_read_body else b""
            return whole(await service(call))
        except TooLarge:
            detail = f"At most {limit_bytes} bytes are allowed."
            return whole(problem(413, "Body too large", detail, limit_bytes=limit_bytes))
        except Broken:
            return whole(problem(400, "Malformed request", "The body's framing is broken."))
        except Exception:
            log.exception("%s %s broke", call.method, call.path)
            return whole(problem(500, "The simulator broke", "See its log."))

    async def _carrier_call(
        self, request: web.BaseRequest, carrier: Carrier, prefix: str, path: str, query: str, started_s: float
    ) -> web.StreamResponse:
        try:
            call, refusal = await self._call_of(request, prefix, path, query, carrier.body_limit_bytes)
        except Broken:
            return whole(problem(400, "Malformed request", "The body's framing is broken."))
        answer = self._routed(carrier, call, refusal)
        known = call.admitted
        hits = self._hits(carrier, call) if known else None
        if hits:
            found = before(hits, lambda: _broken(carrier, call))
            found.started_s = started_s
            return await self._disturbed(request, carrier, call, answer, found)
        if answer is None:
            answer = self._handled(carrier, call)
            if not known and call.admitted:
                hits = self._hits(carrier, call)
        if hits or answer.delay_ms:
            found = Disturbed(hits=hits or [], after_ms=answer.delay_ms, started_s=started_s)
            after(found, answer, lambda: _broken(carrier, call), late=True)
            return await self._sent(request, carrier, call, found)
        self._finish(carrier, call, answer)
        answer.headers["Server-Timing"] = f"delay;dur=0, own;dur={(perf_counter() - started_s) * 1000:.3f}"
        self._note(request, carrier, call, answer.status, answer.headers, answer.body, "")
        return whole(answer)

    # -- the steps of a call

    def _routed(self, carrier: Carrier, call: Call, refusal: Refusal | None) -> Answer | None:
        """Find the call's route and tenant; return the refusal when there is none."""
        try:
            found = carrier.routes.find(call.path)
            if found is not None:
                methods, params = found
                call.route = methods.get(call.method)
                call.params = {name: with_slashes(value) for name, value in params.items()} if params else params
                call.notes["allowed"] = sorted(methods)
            call.path = with_slashes(call.path)
            if refusal is None and call.route is None:
                refusal = Refusal.NO_ROUTE if found is None else Refusal.WRONG_METHOD
            if refusal is not None:
                return carrier.refuse(call, refusal)
            return carrier.admit(self.tenants, call)
        except Rejected as rejected:
            return carrier.translate(call, rejected)
        except Exception:
            return _broken(carrier, call, logged=True)

    def _hits(self, carrier: Carrier, call: Call) -> list[faults.Fault] | None:
        """Bring the tenant's clock to now, if it is real, and return the faults that hit the call."""
        world = call.world
        if not world.store.header.virtual:
            self.pace.catch_up(world)
        if not world.store.count(FAULTS):
            return None
        return faults.hits(world, carrier.name, _operation(call), call)

    def _handled(self, carrier: Carrier, call: Call) -> Answer:
        route = call.route
        assert route is not None
        try:
            return route.handler(call)
        except Rejected as rejected:
            return carrier.translate(call, rejected)
        except Exception:
            return _broken(carrier, call, logged=True)

    def _finish(self, carrier: Carrier, call: Call, answer: Answer) -> None:
        if carrier.finish is None:
            return
        try:
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
        world = call.world
        self.tenants.journal(world).append(
            world.store.header.now_ms,
            "in",
            carrier.name,
            _operation(call),
            call.method,
            request.raw_path,
            call.credential,
            request.raw_headers,
            call.body,
            status,
            headers,
            body,
            fault,
        )

    # -- a call under faults

    async def _disturbed(
        self, request: web.BaseRequest, carrier: Carrier, call: Call, refused: Answer | None, found: Disturbed
    ) -> web.StreamResponse:
        await self._pass(found, found.before_ms)
        if found.answer is None and found.ending is Ending.WHOLE:
            answer = refused or self._handled(carrier, call)
            after(found, answer, lambda: _broken(carrier, call))
            found.after_ms += answer.delay_ms
        return await self._sent(request, carrier, call, found)

    async def _sent(
        self, request: web.BaseRequest, carrier: Carrier, call: Call, found: Disturbed
    ) -> web.StreamResponse:
        """Journal a slow or spoiled answer as soon as it is known what is sent, then send it."""
        answer = found.answer or Answer(500)
        self._finish(carrier, call, answer)
        own_ms = (perf_counter() - found.started_s - found.waited_s) * 1000
        answer.headers["Server-Timing"] = f"delay;dur={found.before_ms + found.after_ms}, own;dur={own_ms:.3f}"
        fault = faults.named(found.hits)
        if found.ending is Ending.NOTHING:
            self._note(request, carrier, call, 0, {}, b"", fault)
        else:
            self._note(request, carrier, call, answer.status, answer.headers, answer.body, fault)
        await self._pass(found, found.after_ms)
        return await self._ended(request, answer, found)

    async def _ended(self, request: web.BaseRequest, answer: Answer, found: Disturbed) -> web.StreamResponse:
        if found.ending is Ending.WHOLE:
            return whole(answer)
        if found.ending is Ending.NOTHING:
            cut(request, reset=True)
            return whole(answer)
        response = await first_half(request, answer)
        await self._pass(found, found.stall_ms)
        cut(request, reset=found.ending is Ending.RESET)
        return response

    async def _pass(self, found: Disturbed, delay_ms: int) -> None:
        if delay_ms:
            began_s = perf_counter()
            await self._sleep(min(delay_ms / 1000, LONGEST_DELAY_S))
            found.waited_s += perf_counter() - began_s


def _operation(call: Call) -> str:
    return call.route.operation if call.route is not None else ""


def _broken(carrier: Carrier, call: Call, *, logged: bool = False) -> Answer:
    """Return the carrier's own 500. With `logged` it is a defect of ours, and its traceback goes to the log."""
    if logged:
        log.exception("%s %s %s broke", carrier.name, call.method, call.path)
    return carrier.refuse(call, Refusal.BROKEN)


def _readable(request: web.BaseRequest) -> CIMultiDictProxy[str]:
    """Return the headers as text that can be encoded: bytes that are no UTF-8 come as lone surrogates."""
    for _, value in request.raw_headers:
        if not value.isascii():
            shown = [(name, _repaired(text)) for name, text in request.headers.items()]
            return CIMultiDictProxy(CIMultiDict(shown))
    return request.headers


def _repaired(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
