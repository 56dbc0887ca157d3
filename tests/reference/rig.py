"""An engine without its HTTP edge, over the world of `outside`, on a database of the test's choice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from parcelproof.reference import settings
from parcelproof.reference.adapters.merging import merged
from parcelproof.reference.clock import SystemClock
from parcelproof.reference.domain.orders import Order
from parcelproof.reference.http import views
from parcelproof.reference.ports import Address, CarrierPort, Line, Mailer, Money, Registry
from parcelproof.reference.shop import Actor, Outside, Sheet, Shop
from parcelproof.reference.storage.store import Store
from parcelproof.reference.usecases import accounts, alerting, companies, following, ordering, tracking
from parcelproof.reference.worker import Worker

from .outside import World

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BERLIN = Address(
    name="Jörg Müller", street="Torstraße", house_number="12", postal_code="10115", city="Berlin", country="DE"
)
KAZAN = Address(
    name="Анна Смирнова", street="Баумана", house_number="7", postal_code="420111", city="Казань", country="RU"
)
SENDER = {"name": "Shop", "street": "Ringstr.", "postal_code": "97070", "city": "Würzburg", "country": "DE"}
CONFIG: dict[str, Any] = {
    "carriers": {
        "mail_alliance": {"base_url": "http://carrier.test/ma", "api_key": "k", "sender": SENDER},
        "cdek": {"base_url": "http://carrier.test/cdek", "client_id": "c", "client_secret": "hush", "sender": SENDER},
    },
    "smtp": {"host": "mail.test", "port": 25, "sender": "alerts@shop.example", "username": "shop", "password": "hush"},
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
            mailer=lambda _: self.mailer(),
            read_report=lambda _, raw: Registry(normal=msgspec.json.decode(raw)),
            read_orders=lambda _, raw: Sheet(orders=(), problems=(), base="EUR", currencies={}),
            token=lambda: next(self.tokens),
            seal=lambda text: f"sealed:{text[::-1]}",
            unseal=lambda text: text.removeprefix("sealed:")[::-1],
            merge=merged,
        )
        self.shop = Shop(self.store, self.clock, outside)
        self.worker = Worker(self.shop)

    def mailer(self) -> Mailer:
        return self.world.mailer

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

    async def poll_seldom(self, **changed: Any) -> None:
        """Let carriers be read twice a day: for tests that let weeks pass and do not ask what polls bring."""
        config = settings.read({**self.config, "poll_minutes": 720, **changed}, known=frozenset(self.world.carriers))
        await companies.configure(self.shop, self.actor, config)

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

    async def follow_early(self, number: str, email: str = "erika@example.org") -> None:
        """Let somebody follow before the parcel has a number, which is offered to nobody: kills hit its booking too."""
        named = {"first_name": "Erika", "last_name": "Muster", "language": "en", "confirmed": True}
        async with self.store.begin(self.actor.company_id) as session:
            order = await ordering.find(session, self.actor, number)
            await following.follow(session, order, {"email": email, "origin": "contact", **named}, next(self.tokens))

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
