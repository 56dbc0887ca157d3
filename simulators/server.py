"""The simulator as a process: its ports, its loop, its start and its stop."""

import asyncio
import gc
import signal
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address

from aiohttp import web

from .control import scans
from .control.console import Console
from .control.service import Control
from .wire import bad_days, webhooks
from .wire.carrier import Carrier
from .wire.connection_log import connections
from .wire.dispatcher import Dispatcher
from .wire.feed import Feed, Telling, telling, telling_send
from .wire.pace import Pace
from .wire.shell import Service, Shell, Sleep
from .wire.tenants import Tenants

Serve = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

DEFAULT_START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday; tenants on virtual time are born then
STOP_S = 2.0


class StartError(Exception):
    """The server cannot start; the text is one sentence that says what to do. The command exits with 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What `simulate` was asked for.

    `listens` maps a carrier's name or mount to "host:port", where it answers at the root, alone. `virtual` is how
    tenants are born that a carrier's client brings along, and `start` (aware) is when, on virtual time.
    `webhook_cap_s` bounds the real time that one hanging receiver costs a tenant on virtual time. `smtp_port` is where
    mails are taken, on `host`; None takes none.
    """

    host: str = "127.0.0.1"
    port: int = 8400
    listens: Mapping[str, str] = field(default_factory=dict)
    tls: bool = False
    admin_token: str | None = None
    virtual: bool = False
    seed: str = "parcelproof"
    start: datetime = DEFAULT_START
    webhook_cap_s: float = 5.0
    smtp_port: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that listens: `url` is the shared port's, `urls` those of carriers with a port of their own.

    `smtp` is where mails are taken, "smtp://127.0.0.1:2525", or "".
    """

    url: str
    urls: Mapping[str, str]
    shell: Shell
    smtp: str = ""


def run(options: Options) -> None:
    """Serve until SIGTERM or SIGINT; print one line when all ports listen.

    Raises:
        StartError: a port is in use, or the options do not fit together.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(options))


def main(options: Options) -> int:
    """Run, and return the exit code: 0 stopped, 2 could not start (said on stderr in one sentence)."""
    try:
        run(options)
    except StartError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


@asynccontextmanager
async def running(
    options: Options,
    *,
    carriers: Iterable[Carrier] | None = None,
    sleep: Sleep = asyncio.sleep,
    wall_ms: Callable[[], int] | None = None,
) -> AsyncIterator[Running]:
    """Serve in this process for as long as the block lasts; port 0 takes a free one.

    Raises:
        StartError: as `run`.
    """
    if carriers is None:
        from .registry import CARRIERS

        carriers = CARRIERS
    chosen = tuple(carriers)
    _check(options, chosen)
    feed = Feed()
    shell, dispatcher = _assemble(options, chosen, sleep, wall_ms or _wall_ms, feed)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(dispatcher.close)
        stack.push_async_callback(shell.pace.stop)
        context = _tls(options)
        url = await _listen(stack, shell.serve, options.host, options.port, context)
        urls = {}
        for name, address in options.listens.items():
            host, port = _address(name, address)
            carrier = _named(chosen, name)
            urls[name] = await _listen(stack, shell.root(carrier), host, port, context)
        smtp = "" if options.smtp_port is None else await _take_mails(stack, shell.tenants, options, context, feed)
        stack.callback(feed.close)  # first of all when it stops: listeners would hold up the ports
        shell.pace.start()
        yield Running(url, urls, shell, smtp)


async def _serve(options: Options) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(options) as started:
        _tune_collector()
        own = "".join(f", {name} on {url}" for name, url in started.urls.items())
        mails = f", mails on {started.smtp}" if started.smtp else ""
        print(f"simulator ready on {started.url}{own}{mails}", flush=True)
        await stop.wait()


def _assemble(
    options: Options, carriers: tuple[Carrier, ...], sleep: Sleep, wall_ms: Callable[[], int], feed: Feed
) -> tuple[Shell, Dispatcher]:
    own = (webhooks.DUTIES, bad_days.DUTIES, scans.duties(carriers))
    found = (*own, *(carrier.duties for carrier in carriers))
    tenants = Tenants(
        duties=telling({name: duty for duties in found for name, duty in duties.items()}, feed),
        kinds=[kind for carrier in carriers for kind in carrier.kinds],
        virtual=options.virtual,
        now_ms=int(options.start.timestamp() * 1000),
        seed=options.seed,
        wall_ms=wall_ms,
    )
    dispatcher = Dispatcher(tenants, longest_s=options.webhook_cap_s)
    pace = Pace(tenants, telling_send(dispatcher.send, feed), wall_ms)
    scheme = "https" if options.tls else "http"
    control = Telling(Control(carriers, tenants, pace, admin_token=options.admin_token), feed)
    console = Console(carriers, tenants, pace, control, feed, admin_token=options.admin_token, secure=options.tls)
    services: dict[str, Service] = {"": console, "_console": console, "_sim": control}
    return Shell(carriers, tenants, pace, services=services, feed=feed, sleep=sleep, scheme=scheme), dispatcher


def _check(options: Options, carriers: tuple[Carrier, ...]) -> None:
    for name, address in options.listens.items():
        _named(carriers, name)
        _address(name, address)
    if not options.admin_token and not _is_loopback(options.host):
        raise StartError(
            f"listening on {options.host} lets others drive the control API: give --admin-token TOKEN, "
            "or listen on 127.0.0.1"
        )
    if options.smtp_port is not None and not options.tls and not _is_loopback(options.host):
        raise StartError(
            f"taking mails on {options.host} would have passwords sent in the clear: give --tls, "
            "which offers STARTTLS, or listen on 127.0.0.1"
        )
    if options.start.tzinfo is None:
        raise StartError("the start time needs a time zone, as in 2026-03-02T09:00:00Z")


def _named(carriers: tuple[Carrier, ...], name: str) -> Carrier:
    for carrier in carriers:
        if name in (carrier.name, carrier.mount):
            return carrier
    known = ", ".join(sorted(carrier.name for carrier in carriers))
    raise StartError(f"--listen names no carrier {name!r}; carriers: {known}")


def _address(name: str, address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise StartError(f"--listen {name}={address} is no address: write it as {name}=127.0.0.1:8401")
    return host.strip("[]") or "127.0.0.1", int(port)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _listen(stack: AsyncExitStack, serve: Serve, host: str, port: int, context: ssl.SSLContext | None) -> str:
    server = web.Server(serve, access_log=None, auto_decompress=False, logger=connections)
    listener = await _bound(server, host, port, context)
    stack.push_async_callback(server.shutdown, STOP_S)
    stack.callback(server.pre_shutdown)
    stack.callback(listener.close)
    return f"{'http' if context is None else 'https'}://{_shown(host, listener)}"


async def _take_mails(
    stack: AsyncExitStack, tenants: Tenants, options: Options, context: ssl.SSLContext | None, feed: Feed
) -> str:
    from .wire.smtp_sink import SmtpSink

    sink = SmtpSink(tenants, context=context, open_to_network=not _is_loopback(options.host), feed=feed)
    listener = await _bound(sink.connection, options.host, options.smtp_port or 0, None)
    stack.push_async_callback(sink.close)
    stack.callback(listener.close)
    return f"smtp://{_shown(options.host, listener)}"


async def _bound(
    protocol: Callable[[], asyncio.BaseProtocol], host: str, port: int, context: ssl.SSLContext | None
) -> asyncio.Server:
    try:
        return await asyncio.get_running_loop().create_server(protocol, host, port, ssl=context, backlog=1024)
    except OSError as error:
        raise StartError(
            f"cannot listen on {host}:{port} ({error.strerror or error}): choose another port, "
            "or 0 for a free one, or stop what uses it"
        ) from error


def _shown(host: str, listener: asyncio.Server) -> str:
    port = listener.sockets[0].getsockname()[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _tls(options: Options) -> ssl.SSLContext | None:
    if not options.tls:
        return None
    from .certificate import throw_away_context

    return throw_away_context()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _tune_collector() -> None:
    """Keep the cyclic collector off the hot path: its pauses made up the tail of the create path."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
