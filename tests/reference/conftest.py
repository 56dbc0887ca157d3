"""The engine over fake carriers and a fake mail server, on a fresh SQLite file or a real PostgreSQL.

The fakes are the outside world: they outlive a killed engine. Every write they take is an effect that a test can break
before or after it happens.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parcelproof.reference import settings
from parcelproof.reference.clock import SystemClock
from parcelproof.reference.domain.orders import Order
from parcelproof.reference.http import views
from parcelproof.reference.ports import (
    Address,
    Booked,
    CarrierEvent,
    CarrierPort,
    Label,
    LabelFormat,
    Line,
    Mail,
    Money,
    Notice,
    Parcel,
    Quote,
    Refused,
    Registry,
    ReturnNotice,
    Tracking,
    Unavailable,
    Unsupported,
    Untrusted,
)
from parcelproof.reference.shop import Actor, Outside, Sheet, Shop
from parcelproof.reference.storage.store import Store
from parcelproof.reference.usecases import accounts, alerting, companies, following, ordering, tracking
from parcelproof.reference.worker import Worker

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BERLIN = Address(
    name="Jörg Müller", street="Torstraße", house_number="12", postal_code="10115", city="Berlin", country="DE"
)
KAZAN = Address(
    name="Анна Смирнова", street="Баумана", house_number="7", postal_code="420111", city="Казань", country="RU"
)
SENDER = {"name": "Shop", "street": "Ringstr.", "postal_code": "97070", "city": "Würzburg", "country": "DE"}


class Killed(BaseException):
    """The process is gone: nothing after this line ran."""


@dataclass
class Effects:
    """Counts effects on the outside world and breaks the one a test names."""

    count: int = 0
    kill_at: int = 0
    after: bool = False
    log: list[str] = field(default_factory=list)

    def before(self, name: str) -> None:
        self.count += 1
        if self.count == self.kill_at and not self.after:
            raise Killed(name)

    def done(self, name: str) -> None:
        self.log.append(name)
        if self.count == self.kill_at and self.after:
            raise Killed(name)


class FakeCarrier:
    """A carrier in memory. `late` bookings get number and label when `ripen` is called."""

    def __init__(self, name: str, effects: Effects, *, currency: str = "EUR", price_minor: int = 500) -> None:
        self.name = name
        self.effects = effects
        self.currency = currency
        self.price_minor = price_minor
        self.days_max = 3
        self.late = False
        self.feed = False
        self.faults: list[Exception] = []  # raised before the next writes, first first
        self.lost: list[Exception] = []  # raised after the effect of the next writes
        self.silent: set[str] = set()  # operations that answer nothing
        self.parcels: dict[str, Parcel] = {}
        self.numbers: dict[str, str] = {}
        self.invalid: set[str] = set()
        self.cancelled: list[str] = []
        self.events: dict[str, list[CarrierEvent]] = {}
        self.notices: list[Notice] = []
        self.returned: dict[str, ReturnNotice] = {}
        self.handed: dict[str, dict[str, int]] = {}
        self.payouts: dict[date, list[Registry]] = {}
        self.asked_days: list[date] = []
        self.hooks: list[str] = []
        self.closed = False

    def _answer(self, operation: str) -> None:
        if operation in self.silent:
            raise Unavailable("silent", f"{operation} gave no answer")

    def _write(self, name: str) -> None:
        self._answer(name)
        if self.faults:
            raise self.faults.pop(0)
        self.effects.before(name)

    def _written(self, name: str) -> None:
        self.effects.done(name)
        if self.lost:
            raise self.lost.pop(0)

    async def quote(self, parcel: Parcel) -> Sequence[Quote]:
        self._answer("quote")
        if parcel.collect is not None and self.currency != "RUB":
            return ()
        money = Money(self.price_minor, self.currency)
        offer = Quote(
            id=f"q-{self.name}",
            carrier=self.name,
            service="standard",
            net=money,
            surcharges=(),
            tax=Money(0, self.currency),
            total=money,
            days_min=1,
            days_max=self.days_max,
        )
        return (offer,)

    def id_of(self, key: str) -> str:
        return f"{self.name}-{key}"

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        self._write("create")
        carrier_id = self.id_of(parcel.key)
        if carrier_id not in self.parcels:
            self.parcels[carrier_id] = parcel
            if not self.late:
                self.numbers[carrier_id] = f"N{len(self.parcels):05}{self.name[:2].upper()}"
        self._written("create")
        return await self.read(carrier_id)

    def ripen(self) -> None:
        for carrier_id in self.parcels:
            self.numbers.setdefault(carrier_id, f"N{len(self.numbers) + 1:05}{self.name[:2].upper()}")

    async def read(self, carrier_id: str) -> Booked:
        self._answer("read")
        if carrier_id in self.invalid:
            raise Refused("invalid", "the address cannot be served")
        number = self.numbers.get(carrier_id)
        label = Label(LabelFormat.PDF, f"%PDF-{number}".encode()) if number else None
        price = Money(self.price_minor, self.currency) if number else None
        return Booked(carrier_id=carrier_id, number=number, label=label, price=price)

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        return (await self.read(carrier_id)).label

    async def cancel(self, carrier_id: str, key: str) -> None:
        self._write("cancel")
        if carrier_id not in self.cancelled:
            self.cancelled.append(carrier_id)
        self._written("cancel")

    async def track(self, carrier_id: str, number: str) -> Tracking:
        self._answer("track")
        back = tuple(notice for notice in self.returned.values() if notice.direct_number == number)
        legs = [event for notice in back for event in self.events.get(notice.number, ())]
        told = (*self.events.get(number, ()), *legs)
        return Tracking(number=number, events=told, returns=back, delivered_by_sku=self.handed.get(number, {}))

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        self._answer("changes")
        if not self.feed:
            raise Unsupported("changes", "no feed")
        return tuple(self.notices[int(cursor or 0) :]), str(len(self.notices))

    async def create_return(self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]) -> ReturnNotice:
        self._write("return")
        number = f"R-{key}"
        direct = self.numbers[carrier_id]
        notice = ReturnNotice(
            carrier=self.name,
            number=number,
            direct_number=direct,
            reason=reason,
            received_at=None,
            items=items,
            origin="shipper",
        )
        self.returned.setdefault(number, notice)
        self._written("return")
        return self.returned[number]

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        self._answer("subscribe")
        if url not in self.hooks:
            self.hooks.append(url)
        return {"secret": "sound"}

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        if headers.get("x-signature") != keys.get("secret", "-"):
            raise Untrusted("webhook_signature", "the signature does not fit")
        try:
            return msgspec.json.decode(raw, type=Notice)
        except msgspec.DecodeError as error:
            raise Untrusted("webhook_shape", str(error)) from error

    async def registries(self, day: date) -> Sequence[Registry]:
        self._answer("registries")
        self.asked_days.append(day)
        return self.payouts.get(day, [])

    async def complete(self, registry: Registry) -> Registry:
        self._answer("complete")
        return registry

    async def close(self) -> None:
        self.closed = True

    def scan(self, number: str, status: str, at: datetime, **more: Any) -> CarrierEvent:
        """Record one event and return it."""
        code = more.pop("code", status.upper())
        own = f"{self.name}/{number}/{code}/{at.timestamp():.0f}"
        event = CarrierEvent(
            id=more.pop("id", own),
            carrier=self.name,
            number=number,
            code=code,
            text=code.title(),
            status=status,
            occurred_at=at,
            **more,
        )
        self.events.setdefault(number, []).append(event)
        self.notices.append(Notice(event_id=event.id, events=(event,)))
        return event


class FakeMailer:
    """A mail server in memory. `refuses` maps an address to what it raises, once for each entry."""

    def __init__(self, effects: Effects) -> None:
        self.effects = effects
        self.mails: list[Mail] = []
        self.refuses: dict[str, list[Exception]] = {}

    async def send(self, mail: Mail) -> None:
        waiting = self.refuses.get(mail.recipient, [])
        if waiting:
            raise waiting.pop(0)
        self.effects.before("mail")
        self.mails.append(mail)
        self.effects.done("mail")


@dataclass
class World:
    """The outside world: it outlives every engine."""

    effects: Effects = field(default_factory=Effects)

    def __post_init__(self) -> None:
        self.near = FakeCarrier("mail_alliance", self.effects)
        self.far = FakeCarrier("cdek", self.effects, currency="RUB", price_minor=40_000)
        self.mailer = FakeMailer(self.effects)

    @property
    def carriers(self) -> dict[str, FakeCarrier]:
        return {"mail_alliance": self.near, "cdek": self.far}


CONFIG: dict[str, Any] = {
    "carriers": {
        "mail_alliance": {"base_url": "http://carrier.test/ma", "api_key": "k", "sender": SENDER},
        "cdek": {"base_url": "http://carrier.test/cdek", "client_id": "c", "client_secret": "hush", "sender": SENDER},
    },
    "smtp": {"host": "mail.test", "port": 25, "sender": "alerts@shop.example", "password": "hush"},
    "terms": {"cdek": {"contract": "IM-7", "mode": "net"}},
    "currencies": {"base": "EUR", "rates": {"RUB": "0.0102"}},
    "callback_url": "http://engine.test",
}


class Rig:
    """An engine without its HTTP edge, over the fakes. `restart` is what follows a kill."""

    def __init__(self, url: str, world: World, config: dict[str, Any]) -> None:
        self.url = url
        self.world = world
        self.config = config
        self.tokens = iter(f"token-{n:04}" for n in range(10_000))
        self.clock = SystemClock(NOW)
        self.actor: Actor

    def _build(self) -> None:
        self.store = Store(self.url, self.clock, alone=True)
        outside = Outside(
            carrier=lambda name, _: self.carrier(name),
            carriers=frozenset(self.world.carriers),
            mailer=lambda _: self.world.mailer,
            read_report=lambda _, raw: Registry(normal=msgspec.json.decode(raw)),
            read_orders=lambda _, raw: Sheet(orders=(), problems=(), base="EUR", currencies={}),
            token=lambda: next(self.tokens),
        )
        self.shop = Shop(self.store, self.clock, outside)
        self.worker = Worker(self.shop)

    def carrier(self, name: str) -> CarrierPort:
        return self.world.carriers[name]

    async def start(self) -> None:
        self._build()
        await self.store.start()
        await self.store.forget_everything()
        read = settings.read(self.config, known=frozenset(self.world.carriers))
        self.actor = await companies.found(self.shop, "shop", read, admin="boss", token="boss-token")

    async def restart(self) -> None:
        """The process was killed: what was in memory is gone, database and outside world are not."""
        await self.store.close()
        self._build()
        await self.store.start()

    async def stop(self) -> None:
        await self.store.close()

    async def run(self, **by: float) -> None:
        await self.worker.run_until(self.clock.now() + timedelta(**by))

    # -- what people do

    def order(self, number: str, **changed: Any) -> Order:
        line = Line(sku="TEE", description="Tea", quantity=2, unit_price=Money(990, "EUR"), unit_mass_g=250, vat_rate=7)
        order = Order(
            number=number, recipient=BERLIN, lines=(line,), cod=False, mass_g=600, sides_mm=(200, 150, 100),
            carrier="mail_alliance",
        )  # fmt: skip
        return replace(order, **changed)

    async def book(self, number: str, **changed: Any) -> str:
        """Place and book an order and return its tracking number."""
        await ordering.place(self.shop, self.actor, self.order(number, **changed), confirm=True)
        await self.run(seconds=1)
        found = (await self.view(number))["tracking_number"]
        assert isinstance(found, str), await self.view(number)
        return found

    async def view(self, number: str) -> dict[str, Any]:
        return await views.one(self.shop, self.actor, number)

    async def follow(self, number: str, email: str = "erika@example.org", **person: str) -> dict[str, Any]:
        person = {"first_name": "Erika", "last_name": "Muster", "origin": "staff", **person}
        found, _ = await following.subscribe(self.shop, self.actor, number, email=email, **person)
        return found

    async def enter(self, number: str, state: str, *, at: datetime | None = None, **words: str) -> str:
        words = {"reason": "", "observation": "", **words}
        return await tracking.enter(self.shop, self.actor, number, state=state, at=at, **words)

    async def alerts(self) -> alerting.Counts:
        counts = await alerting.run_by_hand(self.shop, self.actor)
        await self.worker.run_until(self.clock.now())
        return counts

    async def documents(self, number: str | None = None) -> list[dict[str, Any]]:
        return await accounts.document_list(self.shop, self.actor, number)

    async def stock(self) -> dict[str, int]:
        return await accounts.stock(self.shop, self.actor)

    def told(self) -> list[tuple[str, str]]:
        """Return (address, state) of every mail sent."""
        return [(mail.recipient, mail.headers["X-Parcelproof-State"]) for mail in self.world.mailer.mails]


# -- databases


@dataclass(frozen=True)
class Postgres:
    url: str


def _container() -> tuple[str, Callable[[], None]] | None:
    """Start PostgreSQL in a container when a Docker daemon answers."""
    if not os.environ.get("DOCKER_HOST") and not Path("/var/run/docker.sock").exists():
        return None
    try:
        from testcontainers.postgres import PostgresContainer

        container = PostgresContainer("postgres:16-alpine", driver=None)
        container.start()
    except Exception:  # no daemon, no rights, no image: whatever it is, another way is tried
        return None
    return container.get_connection_url(), container.stop


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def _account() -> dict[str, Any]:
    """PostgreSQL refuses root: return what makes a child run as somebody else then."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise LookupError("running as root and there is neither a user postgres nor nobody")


def _local() -> tuple[str, Callable[[], None]] | None:
    """Start PostgreSQL from local binaries, reachable through a socket in a folder of its own."""
    folder = _binaries()
    if folder is None:
        return None
    account = _account()
    home = Path(tempfile.mkdtemp(prefix="pp-pg-"))
    if account:
        os.chown(home, account["user"], account["group"])

    def call(*argv: str) -> None:
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": home, **account}
        subprocess.run(argv, check=True, timeout=120, **quiet)

    data = str(home / "data")
    call(str(folder / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
    call(str(folder / "pg_ctl"), "-D", data, "-o", options, "-w", "-l", str(home / "log"), "start")

    def stop() -> None:
        call(str(folder / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)

    return f"postgresql://postgres@/postgres?host={home}", stop


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL: a container, else local binaries, else a URL, else the tests are shown as skipped."""
    started = _container() or _local()
    given = os.environ.get("PARCELPROOF_POSTGRES_URL")
    if started is None and given is None:
        reason = "no Docker daemon, no PostgreSQL binaries, no PARCELPROOF_POSTGRES_URL"
        if "postgresql" in os.environ.get("PARCELPROOF_MUST", ""):
            pytest.fail(f"PostgreSQL must not be skipped here, but there is {reason}")
        pytest.skip(reason)
    if started is None:
        yield str(given)
        return
    url, stop = started
    yield url
    stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.ci)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database; emptied by whoever starts on it."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'engine.db'}"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def rig(database: str, world: World) -> AsyncIterator[Rig]:
    made = Rig(database, world, CONFIG)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def new_rig(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Make rigs on SQLite files of their own, each over a new world."""
    made: list[Rig] = []

    async def make(world: World | None = None, **changed: Any) -> Rig:
        url = f"sqlite:///{tmp_path / f'engine-{len(made)}.db'}"
        rig = Rig(url, world or World(), {**CONFIG, **changed})
        made.append(rig)
        await rig.start()
        return rig

    yield make
    for rig in made:
        await rig.stop()


@pytest.fixture
def killed() -> type[BaseException]:
    return Killed


@pytest.fixture
def effects() -> type[Effects]:
    return Effects
