"""What every use case stands on: the store, the clock, the outside world of a company, and who is acting."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select

from . import settings
from .clock import SystemClock
from .domain.orders import Order
from .errors import EngineError, Kind
from .ports import CarrierPort, Mailer, Registry
from .settings import Account, Company, Smtp
from .storage.session import Session
from .storage.store import Store
from .storage.tables import companies

VERSION = select(companies.c.version).where(companies.c.id == bindparam("company_id"))  # asked for every task
CONFIG = select(companies.c.config).where(companies.c.id == bindparam("company_id"))


class Role(StrEnum):
    ADMIN = "admin"
    STAFF = "staff"
    BRANCH = "branch"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in user: every command is done by one, in his company."""

    company_id: int
    user_id: int
    name: str
    role: Role
    branch: str | None = None
    customer: str | None = None

    def need(self, *roles: Role) -> None:
        """Raise EngineError unless the actor has one of these roles."""
        if self.role not in roles:
            allowed = ", ".join(roles)
            raise EngineError(Kind.FORBIDDEN, "FORBIDDEN", f"{self.name} is {self.role}; this needs one of: {allowed}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A list of orders as its reader found it.

    Problems stand as (row, column, sentence), and `listed` is every row with its order's
    number, in the order of the file.
    """

    orders: tuple[Order, ...]
    problems: tuple[tuple[int, str, str], ...]
    listed: tuple[tuple[int, str], ...] = ()
    base: str
    currencies: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """How the outside world is built and read: the composition root gives the real ones, tests give fakes."""

    carrier: Callable[[str, Account], CarrierPort]
    carriers: frozenset[str]
    mailer: Callable[[Smtp], Mailer | None]  # None: it lacks host or port
    read_report: Callable[[str, bytes], Registry]
    read_orders: Callable[[str, bytes], Sheet]
    token: Callable[[], str]  # unguessable, URL-safe
    seal: Callable[[str], str]  # a secret as it lies in the database
    unseal: Callable[[str], str]
    merge: Callable[[Sequence[bytes]], Awaitable[tuple[bytes, frozenset[int]]]]  # PDFs -> one, and which are unreadable


@dataclass(frozen=True, slots=True)
class Ports:
    """A company's carriers and mailer as configured."""

    config: Company
    carriers: dict[str, CarrierPort]
    mailer: Mailer | None

    def carrier(self, name: str) -> CarrierPort:
        found = self.carriers.get(name)
        if found is None:
            allowed = ", ".join(sorted(self.carriers)) or "none is set up"
            raise EngineError(Kind.INVALID, "UNKNOWN_CARRIER", f"No carrier is called {name!r}; carriers: {allowed}.")
        return found


@dataclass
class Shop:
    """The engine without its edges."""

    store: Store
    clock: SystemClock
    outside: Outside
    own_url: str = ""
    parallel: int = 1  # carrier reads at once within one poll
    _built: dict[int, tuple[int, Ports]] = field(default_factory=dict)

    async def ports(self, session: Session) -> Ports:
        """Return the company's ports, built again when its configuration changed."""
        mine = {"company_id": session.company_id}
        version = (await session.execute(VERSION, mine)).scalar_one()
        known, built = self._built.get(session.company_id, (0, None))
        if built is not None and known == version:
            return built
        config = (await session.execute(CONFIG, mine)).scalar_one()
        opened = settings.over_secrets(config, self.outside.unseal)
        company = settings.read(opened, known=self.outside.carriers)
        ports = Ports(
            company,
            {name: self.outside.carrier(name, account) for name, account in company.carriers.items()},
            self.outside.mailer(company.smtp) if company.smtp else None,
        )
        if built is not None:
            await close(built.carriers.values())
        self._built[session.company_id] = (version, ports)
        return ports

    def sealed(self, config: Company) -> dict[str, Any]:
        """Return settings as they are stored: secrets can be read with the engine's key only."""
        found: dict[str, Any] = settings.over_secrets(settings.stored(config), self.outside.seal)
        return found

    async def forget_ports(self) -> None:
        """Close every carrier's connections."""
        built, self._built = self._built, {}
        for _, ports in built.values():
            await close(ports.carriers.values())


async def close(carriers: Iterable[CarrierPort]) -> None:
    for carrier in carriers:
        await carrier.close()
