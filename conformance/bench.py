"""A bench: one example's world, a tenant at the carriers and the connector reset to it, on virtual time."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import httpx

from parcelproof.control_client import ControlError

from .case import EVERY, ONE
from .driver.http import Refused
from .driver.shapes import Document, OrderView, Quote
from .evidence import attempts_of, collect, journal_of, truth_of
from .history import Attempt, Exchange, Fed, History, ReceivedMail, Truth
from .mailbox import Window
from .processes import InstrumentError
from .warden import Warden
from .wires import WIRES, with_webhooks

if TYPE_CHECKING:
    from .lab import Lab

START = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)  # a Friday; thirty days from here hold Easter and a clock change
AHEAD = timedelta(minutes=4)  # the connector's clock may lead this far: webhooks then pass the ±5 minutes check
SENDER = "alerts@shop.example"
LOGIN = {"username": "alerts", "password": "of the alerts"}  # following is offered with a whole account only (NTF-030)
RATES_BASE = "EUR"
RATES_TABLE = {"RUB": "0.0102", "CHF": "1.04"}  # value of one unit in the base currency
LEAST_STEP = timedelta(minutes=1)
MOST_STRIDE = timedelta(hours=12)
GROWTH = 4  # of a stride after which nothing new came up
OURS = ("tenant", "accounts")  # settings of the laboratory, not of the reset


class NotBooked(Exception):
    """An order did not come as far as the case needs: what the case would prove cannot be seen."""


class Bench:
    """One example's world: a tenant at the carriers, the connector reset to it, a clock that moves when told."""

    def __init__(
        self,
        lab: "Lab",
        tenant: str,
        settings: Mapping[str, Any],
        *,
        profiles: frozenset[str],
        seed: str = "",
        start: datetime = START,
        reset: bool = True,
    ) -> None:
        self.lab = lab
        self.tenant = tenant
        self.seed = seed or tenant
        self.control = lab.control
        self.connector = lab.connector
        self.mailbox = lab.mailbox
        self.profiles = profiles
        self.start = start
        self.now = start  # the connector's clock, and the simulator's within AHEAD
        self.placed: list[dict[str, Any]] = []
        self.shown: dict[str, tuple[Quote, ...]] = {}
        self.fed: list[Fed] = []
        self.looked_at: History | None = None  # the last history that was collected
        self.steps: list[datetime] = []
        self.warden: Warden | None = None
        self.kills = 0
        self._since = start
        own = {key: settings[key] for key in settings if key not in OURS}
        self.settings = {**self._addresses(), **own}
        self.served = _served(lab)
        accounts = _accounts(settings.get("accounts"), self.served)
        self.settings["carriers"] = {key: row for key, row in self.settings["carriers"].items() if key in accounts}
        self._open(dict(settings.get("tenant") or {}))
        if reset:
            try:
                self.reset()
            except BaseException:  # nobody gets this bench, so nobody would close it
                with suppress(InstrumentError):
                    self.close()
                raise

    def reset(self) -> None:
        """Let the connector forget everything and take this world's addresses."""
        self.connector.reset(self.settings)

    def _open(self, tenant_settings: dict[str, Any]) -> None:
        try:
            self._create(tenant_settings)
        except ControlError as refusal:
            if refusal.status != 409:
                raise
            self.control.delete_tenant(self.tenant)  # an earlier run on this simulator was cut off
            self._create(tenant_settings)
        self.mailbox.clear()
        self.mailbox.window = self._window

    def _create(self, tenant_settings: dict[str, Any]) -> None:
        own = {"mix": {"stuck": 1}, **tenant_settings}
        self.control.create_tenant(self.tenant, seed=self.seed, now=self.start, virtual=True, settings=own)

    def _window(self) -> Window:
        return (self._since, self.now)

    def _addresses(self) -> dict[str, Any]:
        root = self.lab.simulator_url
        return {
            "now": self.start.isoformat(),
            "carriers": {name: wire.account(root, self.tenant) for name, wire in WIRES.items()},
            "smtp": {"host": self.mailbox.host, "port": self.mailbox.port, "sender": SENDER, **LOGIN},
            "channels": {"webhook": True, "poll": True},
            "poll_minutes": 60,
            "alert": {"enabled": True, "frequency_minutes": 60},
            "choice": {"rule": "cheapest"},
            "label_format": usual_format(self.lab.capabilities.label_formats),
            "terms": {"cdek": {"contract": "IM-7", "mode": "net"}},
            "currencies": {"base": RATES_BASE, "rates": RATES_TABLE},
        }

    # -- time

    def advance(self, to: datetime | None = None, **by: float) -> None:
        """Move both clocks to a time, or by a timedelta's keywords, so that each thing happens in its turn.

        The connector goes first, at most four minutes ahead of the carriers' next event; then the carriers follow. A
        connector may plan things that nobody else knows of, a retry for one: so steps begin small, grow while nothing
        new comes up, and begin small again when something does.
        """
        until = self.now + timedelta(**by) if to is None else to
        stride, due = AHEAD, self._next_due()
        while True:
            step = min(until, self.now + stride)
            if due is not None:
                step = min(step, max(due + AHEAD, self.now))
            self._run(step)
            before, due = due, self._carriers_advance(step)
            expected = before is not None and before <= step  # then another time is due now, and tells nothing
            stride = min(stride * GROWTH, MOST_STRIDE) if expected or due == before else AHEAD
            if step >= until:
                break
        self._run(until)

    def leap(self, **by: float) -> None:
        """Move both clocks a long way in one stride, as nothing is under way that anybody could tell meanwhile."""
        until = self.now + timedelta(**by)
        self._run(until)
        self._carriers_advance(until)

    def _carriers_advance(self, to: datetime) -> datetime | None:
        """Let the carriers' time pass and return when they have something to do next."""
        if self.warden is None:
            return _due(self.control.advance(self.tenant, to=to))
        clocks: list[dict[str, Any]] = []
        self.warden.watched(lambda: clocks.append(self.control.advance(self.tenant, to=to)))
        self.warden.pause()
        return _due(clocks[-1])

    def _next_due(self) -> datetime | None:
        return _due(self.control.clock(self.tenant))

    def _run(self, until: datetime) -> None:
        self._since, self.now = self.now, until
        self.steps.append(until)
        if self.warden is None:
            self.connector.run(until)
        else:
            self.warden.run(lambda: self.connector.run(until))

    def flush(self) -> None:
        """Let what is due at this very moment happen, webhooks included."""
        self.advance(to=self.now)

    # -- kills

    def kill(self, operation: str = "", *, carrier: str = "", when: Literal["before", "after"] = "after") -> None:
        """Kill the connector and start it again: now, or before or after the next request for this operation.

        Raises:
            ConnectorError: it does not come back.
        """
        from . import kills

        if operation:
            kills.kill_at(self, carrier, operation, when)
        else:
            kills.kill(self)

    # -- orders

    @property
    def usual(self) -> str:
        """The carrier of a case to which any carrier will do: one that the connector serves."""
        return self.served[0]

    def place(self, *orders: dict[str, Any]) -> None:
        for body in orders:
            if body.get("carrier") not in (None, *self.settings["carriers"]):
                raise AssertionError(f"the case places an order at {body['carrier']}, which it does not declare")
            self._ask_for(body)
            self.placed.append(body)

    def _ask_for(self, body: dict[str, Any]) -> None:
        if self.warden is None:
            self.connector.place(body)
        else:
            self.warden.call(lambda: self.connector.place(body), stands=lambda: self._knows(body["number"]))

    def _knows(self, number: str) -> bool:
        """Whether the connector has an order of this number."""
        with suppress(Refused):
            return bool(self.order(number).number)
        return False

    def book(self, *orders: dict[str, Any], within: timedelta = timedelta(hours=2)) -> list[OrderView]:
        """Place orders and wait until each is booked and has its label.

        Raises:
            NotBooked: one is not, by then.
        """
        self.place(*orders)
        numbers = [body["number"] for body in orders]
        deadline = self.now + within
        step = LEAST_STEP
        while True:
            self.advance(to=min(deadline, self.now + step))
            views = [self.order(number) for number in numbers]
            if all(view.state == "booked" and view.label is not None for view in views):
                self._stand(numbers)
                return views
            if self.now >= deadline:
                late = [f"{v.number}: {v.state}, label {v.label is not None}, {list(v.problems)}" for v in views]
                raise NotBooked(f"not booked within {within}: {late}")
            step *= 2

    def _stand(self, numbers: Iterable[str]) -> None:
        """Refuse to go on with orders that only the connector calls booked."""
        known = {row.reference for row in self.truth()}
        missing = [number for number in numbers if number not in known]
        if missing:
            raise NotBooked(f"said to be booked, but no carrier ever had a parcel of {', '.join(missing)}")

    def order(self, number: str) -> OrderView:
        return self.connector.order(number)

    # -- the carriers' side

    def parcels(self, number: str) -> list[Truth]:
        """Return the carriers' parcels for an order, ways back left out."""
        return [row for row in self.truth() if row.reference == number and not row.return_of]

    def parcel(self, number: str) -> Truth:
        live = [row for row in self.parcels(number) if row.status != "cancelled"]
        if len(live) != 1:
            raise NotBooked(f"order {number} has {len(live)} parcels at the carriers")
        return live[0]

    def truth(self) -> tuple[Truth, ...]:
        return truth_of(self.control, self.tenant)

    def scan(self, number: str, code: str, **details: Any) -> None:
        """Make one carrier event happen now. `details`: occurred_at, reason, place."""
        self.control.scan(self.tenant, self.parcel(number).id, code, **details)

    def journal(self) -> tuple[Exchange, ...]:
        return journal_of(self.control, self.tenant)

    def attempts(self) -> tuple[Attempt, ...]:
        return attempts_of(self.control, self.tenant)

    # -- evidence

    def mails(self, address: str | None = None) -> Sequence[ReceivedMail]:
        return list(self.mailbox.mails) if address is None else self.mailbox.to(address)

    def feed(self, name: str, content: bytes, normal: Mapping[str, Any] | None = None) -> Fed:
        """Feed a report and keep what came of it, with the documents before and after.

        Raises:
            Refused: it was refused whole (kept in the history all the same).
        """
        before = self.connector.documents()
        try:
            result = self.connector.feed(name, content)
        except Exception as refusal:
            self.fed.append(
                Fed(name=name, normal=normal, refusal=str(refusal), before=before, after=self.connector.documents())
            )
            raise
        made = Fed(name=name, normal=normal, result=result, before=before, after=self.connector.documents())
        self.fed.append(made)
        return made

    @property
    def secrets(self) -> dict[str, tuple[str, ...]]:
        """Return the credentials that the connector was given, by carrier."""
        kinds = ("client_secret", "api_key")
        return {
            name: tuple(str(account[kind]) for kind in kinds if account.get(kind))
            for name, account in self.settings["carriers"].items()
        }

    def documents(self, order: str | None = None) -> tuple[Document, ...]:
        return self.connector.documents(order)

    def history(self, *, read_labels: bool = False) -> History:
        self.looked_at = collect(
            control=self.control,
            tenant=self.tenant,
            connector=self.connector,
            mails=self.mails(),
            started_at=self.start,
            ended_at=self.now,
            placed=self.placed,
            quotes=self.shown,
            fed=self.fed,
            read_labels=read_labels,
            profiles=self.profiles,
            rates={self.settings["currencies"]["base"]: "1", **self.settings["currencies"]["rates"]},
            choice=str(self.settings["choice"]["rule"]),
            label_format=str(self.settings["label_format"]),
            poll_minutes=int(self.settings["poll_minutes"]),
            alert_minutes=int(self.settings["alert"]["frequency_minutes"]),
            channels=dict(self.settings["channels"]),
            steps=tuple(self.steps),
            secrets=self.secrets,
            kills=self.kills,
        )
        return self.looked_at

    # -- somebody else on the wire

    @cached_property
    def stranger(self) -> httpx.Client:
        """A client for requests that no carrier made."""
        return httpx.Client(timeout=10, trust_env=False)

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """POST as a stranger; return the answer's status, 0 when the connection was cut."""
        try:
            return self.stranger.post(url, content=body, headers=dict(headers)).status_code
        except httpx.TransportError:
            return 0

    def webhook_address(self, carrier: str) -> str:
        """Return where the connector asked this carrier to send its webhooks."""
        found = [
            body["url"]
            for entry in self.journal()
            if entry.direction == "in" and entry.carrier == carrier and entry.method == "POST"
            and isinstance(body := entry.asked(), dict) and "url" in body and 200 <= entry.status < 300
        ]  # fmt: skip
        if not found:
            raise NotBooked(f"the connector never subscribed to the webhooks of {carrier}")
        return str(found[-1])

    def close(self) -> None:
        if "stranger" in self.__dict__:
            self.stranger.close()
        try:
            self.control.delete_tenant(self.tenant)
        except ControlError as error:
            raise InstrumentError(f"the tenant {self.tenant} cannot be deleted: {error}") from error


def _served(lab: "Lab") -> tuple[str, ...]:
    """Return the carriers that the connector serves, among those that there are here; all when it names none."""
    return tuple(name for name in WIRES if name in lab.capabilities.carriers) or tuple(WIRES)


def usual_format(formats: Sequence[str]) -> str:
    """Return the format of labels where a case is about none in particular."""
    return "PDF" if "PDF" in formats else formats[0]


def _accounts(wanted: str | Sequence[str] | None, served: tuple[str, ...]) -> tuple[str, ...]:
    if wanted == ONE:
        return served[:1]
    if wanted == EVERY:
        return served
    chosen = tuple(wanted or with_webhooks())
    return tuple(name for name in chosen if name in served) or chosen


def _due(clock: Mapping[str, Any]) -> datetime | None:
    """Return when a clock of the control API says that something happens next."""
    return None if clock["next_due"] is None else _moment(clock["next_due"])


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value.replace("Z", "+00:00"))
