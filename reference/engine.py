"""The engine as a process: options, wiring, one line when it listens, a clean stop."""

import asyncio
import contextlib
import gc
import secrets
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

from aiohttp import web
from sqlalchemy.engine import make_url

from .adapters.cdek import CdekAdapter
from .adapters.iml import ImlAdapter
from .adapters.mail_alliance import MailAllianceAdapter
from .adapters.merging import merged
from .adapters.orders_sheet import SheetRefused, read_orders
from .adapters.pickpoint import PickPointAdapter
from .adapters.report_layouts import LayoutError, Layouts
from .adapters.report_layouts import known as known_layouts
from .adapters.reports import ReportRefused, read_report
from .adapters.russian_post import RussianPostAdapter
from .adapters.sealing import Sealer, WrongKey, sealer
from .adapters.smtp_bound import BoundedMailer, UnderWay
from .adapters.smtp_in import MailRejected, ReportInbox
from .adapters.smtp_out import SmtpMailer
from .adapters.swiss_post import SwissPostAdapter
from .clock import SystemClock
from .domain.orders import Order
from .errors import EngineError, invalid
from .http.desk import Desk
from .http.driver import STARTS, Driver
from .http.driver_notices import NoticeDriver
from .http.hooks import Hooks
from .http.packing import Packing
from .http.pages import PAGES
from .http.parties import DriverParties, LabelLinks, Parties
from .http.problems import refusals
from .http.public import PublicPages
from .http.staff import Staff
from .http.visitors import TrustedProxies, WrongProxy
from .ports import CarrierPort, Clock, Mailer, Registry
from .settings import Account, Company, Smtp, callable_address
from .shop import Actor, Outside, Sheet, Shop
from .storage.store import CannotOpen, Store
from .usecases import companies, reporting
from .worker import Worker

COMPANY = "shop"
REPORTS_ADDRESS = "reports@localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the engine runs. `port` 0 takes a free one; `mail_in_port` None means that no mail is taken in.

    `key_file` holds the key of the secrets in the database, by default beside a SQLite file, else in this folder.
    `operator_token` may found companies through the staff API; `admin_token` signs in the administrator of the first
    company, which is founded at the first start. `report_layouts` is a folder that describes further report forms.
    `trusted_proxies` are the addresses and networks of reverse proxies that say whom a request came from.
    """

    host: str = "127.0.0.1"
    port: int = 8500
    database: str = "sqlite:///parcelproof.db"
    driver: bool = False
    public_url: str | None = None
    key_file: str | None = None
    operator_token: str | None = None
    admin_token: str | None = None
    mail_in_port: int | None = None
    report_layouts: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    worker: bool = True


ADAPTERS: Mapping[str, Callable[[Account, Clock], CarrierPort]] = {  # a further carrier is one line
    "cdek": lambda own, clock: CdekAdapter(own.base_url, own.client_id, own.client_secret, own.sender, clock=clock),
    "iml": lambda own, clock: ImlAdapter(own.base_url, own.client_id, own.client_secret, own.sender, clock=clock),
    "mail_alliance": lambda own, _: MailAllianceAdapter(own.base_url, own.api_key, own.sender),
    "pickpoint": lambda own, clock: PickPointAdapter(
        own.base_url, own.client_id, own.client_secret, own.ikn, own.sender, clock=clock
    ),
    "russian_post": lambda own, clock: RussianPostAdapter(
        own.base_url,
        own.api_key,
        own.client_id,
        own.client_secret,
        own.tracking_url or own.base_url,
        own.sender,
        kinds=own.services,
        clock=clock,
    ),
    "swiss_post": lambda own, clock: SwissPostAdapter(
        own.base_url, own.client_id, own.client_secret, own.franking_license, own.sender, clock=clock
    ),
}


def carrier(clock: Clock, name: str, account: Account) -> CarrierPort:
    """Return the adapter of a carrier as a company set it up."""
    return ADAPTERS[name](account, clock)


def mailer(under_way: UnderWay, smtp: Smtp) -> Mailer | None:
    if not smtp.host or smtp.port is None:
        return None
    inner = SmtpMailer(smtp.host, smtp.port, smtp.username, smtp.password, smtp.tls)
    return BoundedMailer(inner, (smtp.host, smtp.port), under_way)


def report(name: str, raw: bytes, layouts: Layouts | None = None) -> Registry:
    try:
        return read_report(name, raw, layouts)
    except ReportRefused as refusal:
        raise invalid(refusal.code, refusal.sentence) from refusal


def orders(name: str, raw: bytes) -> Sheet:
    """Read a list of orders for the use case that takes it."""
    try:
        found = read_orders(name, raw)
    except SheetRefused as refusal:
        raise invalid("SHEET_UNREADABLE", str(refusal)) from refusal
    return Sheet(
        orders=tuple(map(_order, found.orders)),
        problems=tuple((problem.row, problem.column, problem.sentence) for problem in found.problems),
        listed=found.listed,
        base=found.base,
        currencies=dict(found.currencies),
    )


def _order(row: Any) -> Order:
    return Order(
        number=row.number,
        recipient=row.recipient,
        lines=row.lines,
        cod=row.cod,
        mass_g=row.mass_g,
        sides_mm=row.sides_mm,
        delivery_charge=row.delivery_charge,
        carrier=row.carrier or None,
        for_return=row.for_return,
        point=row.point,
    )


def repeatable_tokens(start: int) -> Callable[[], str]:
    """Return a source of tokens that are the same in every run: under the driver a whole run repeats to the byte.

    The driver lets anyone who reaches it do anything, so there is nothing left for an unguessable token to protect.
    `start` counts how often the engine was started on its database, so that no token comes twice.
    """
    drawn = count(1)
    return lambda: sha256(f"driver/{start}/{next(drawn)}".encode()).hexdigest()[:32]


def sealing(options: Options) -> Sealer:
    """Return what seals the secrets of this engine's database."""
    if options.key_file is not None:
        return sealer(Path(options.key_file))
    url = make_url(options.database)
    beside = url.database if url.get_backend_name() == "sqlite" else None
    return sealer(Path(f"{beside}.key" if beside else "parcelproof.key"))


class Engine:
    """A wired engine. `start` listens, `stop` ends it cleanly; tests run many in one process."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.layouts = known_layouts(options.report_layouts)
        self.proxies = TrustedProxies(options.trusted_proxies)
        self.clock = SystemClock()
        self.store = Store(options.database, self.clock, worker=secrets.token_hex(8), alone=options.driver)
        outside = Outside(
            seal=lambda text: self.sealer.seal(text),
            unseal=lambda text: self.sealer.unseal(text),
            carrier=lambda name, account: carrier(self.clock, name, account),
            carriers=frozenset(ADAPTERS),
            mailer=partial(mailer, UnderWay()),
            read_report=partial(report, layouts=self.layouts),
            read_orders=orders,
            token=lambda: secrets.token_urlsafe(24),
            merge=merged,
        )
        self.shop = Shop(self.store, self.clock, outside, parallel=1 if options.driver else 8)
        self.worker = Worker(self.shop)
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._inbox: ReportInbox | None = None
        self._working: asyncio.Task[None] | None = None
        self._driver: Driver | None = None
        self._first: Actor | None = None

    @cached_property
    def sealer(self) -> Sealer:
        """What seals the secrets; its key is made when the first is stored."""
        return sealing(self.options)

    async def start(self) -> None:
        """Migrate, listen, and work.

        Raises:
            CannotOpen: the database cannot be used.
            WrongKey: its secrets were sealed with another key.
            OSError: the address cannot be listened on.
        """
        await self.store.start()
        await companies.open_secrets(self.shop)
        options = self.options
        if options.driver:
            starts = (await self.store.recall(STARTS) or 0) + 1
            await self.store.remember(STARTS, starts)
            self.shop.outside = replace(self.shop.outside, token=repeatable_tokens(starts))
        mail_in = await self._listen_for_mail()
        if not options.driver:
            self._first = await self._first_company()
        app = web.Application(middlewares=[refusals], client_max_size=32 * 1024 * 1024)
        app.add_routes(Hooks(self.shop, self.worker).routes())
        app.add_routes(PublicPages(self.shop, self.worker, self.proxies).routes())
        app.add_routes(Packing(self.shop, self.worker).routes())
        app.add_routes(Desk(self.shop, self.worker).routes())
        for pages in PAGES:
            app.add_routes(pages(self.shop, self.worker).routes())
        staff = Staff(self.shop, self.worker, operator_token=options.operator_token)
        app.add_routes(staff.routes())
        app.add_routes(Parties(self.shop, self.worker, base="/api/v1", who=staff.actor).routes())
        app.add_routes(LabelLinks(self.shop).routes())
        if options.driver:
            self._driver = Driver(self.shop, self.worker, version=own_version(), mail_in=mail_in)
            app.add_routes(self._driver.routes())
            app.add_routes(NoticeDriver(self.shop, self._driver.who).routes())
            app.add_routes(DriverParties(self.shop, self.worker, self._driver.who).routes())
            await self._driver.start()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, options.host, options.port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://{options.host}:{port}"
        self.shop.own_url = options.public_url or self.url
        await companies.tell_new_address(self.shop)
        if options.worker:
            self._working = asyncio.create_task(self.worker.run_forever())

    async def _first_company(self) -> Actor | None:
        """Found the first company when its administrator can sign in."""
        token = self.options.admin_token
        if token is None:
            return None
        try:
            return await companies.sign_in(self.shop, token)
        except EngineError:
            return await companies.found(self.shop, COMPANY, Company(), admin="admin", token=token)

    async def _listen_for_mail(self) -> dict[str, Any] | None:
        port = 0 if self.options.driver and self.options.mail_in_port is None else self.options.mail_in_port
        if port is None:
            return None
        self._inbox = ReportInbox(self.options.host, port, self._take_report, layouts=self.layouts)
        await self._inbox.start()
        return {"host": self.options.host, "port": self._inbox.port, "address": REPORTS_ADDRESS}

    async def _take_report(self, name: str, raw: bytes) -> None:
        actor = self._driver.actor if self._driver else self._first
        if actor is None:
            raise MailRejected("No company takes reports by mail here.")
        try:
            await reporting.feed_file(self.shop, actor, name, raw)
        except EngineError as error:
            raise MailRejected(str(error)) from error

    async def stop(self) -> None:
        """Take no more calls, let the task at hand end, close what is open."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._inbox is not None:
            await self._inbox.close()
        if self._working is not None:
            async with self.worker.pause():
                self._working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._working
        await self.shop.forget_ports()
        await self.store.close()


def own_version() -> str:
    try:
        return version("parcelproof")
    except PackageNotFoundError:
        return "unknown"


def run(options: Options) -> None:
    """Run until told to stop. What keeps it from starting is one sentence on stderr and exit code 2."""
    gc.set_threshold(50_000, 50, 1000)  # the default walks the many small objects of SQL texts again and again
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(options))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # where it is not built, the standard loop does
        return None
    return uvloop.new_event_loop


async def _serve(options: Options) -> None:
    if options.public_url is not None and not callable_address(options.public_url):
        _refuse(f"--public-url {options.public_url!r} cannot be called; write it like https://shop.example.")
    try:
        engine = Engine(options)
    except LayoutError as error:
        _refuse(f"--report-layouts: {error}")
    except WrongProxy as error:
        _refuse(f"--trusted-proxy {error}")
    except (CannotOpen, WrongKey) as error:
        _refuse(str(error))
    try:
        await engine.start()
    except (CannotOpen, WrongKey, OSError) as error:
        await engine.stop()
        if not isinstance(error, OSError):
            _refuse(str(error))
        _refuse(
            f"{options.host}:{options.port} cannot be listened on ({error.strerror or error}); choose another port."
        )
    print(f"engine ready on {engine.url}", flush=True)
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    await stopped.wait()
    await engine.stop()


def _refuse(sentence: str) -> NoReturn:
    print(f"Error: {sentence}", file=sys.stderr)
    raise SystemExit(2)
