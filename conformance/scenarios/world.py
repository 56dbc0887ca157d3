"""One scenario's world while it runs: its tenant, its clock, what its names stand for, and who acts in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import msgspec

from parcelproof.control_client import ControlClient, ControlError
from parcelproof.scenario.acts import Reply as Telling
from parcelproof.scenario.references import DATE, filled, filled_texts
from parcelproof.scenario.shapes import Scenario
from parcelproof.scenario.times import date_of, moment, start_of, zone_of

from ..bench import Bench, NotBooked
from ..case import EVERY
from ..driver.http import Connector
from ..history import History, ReceivedMail
from ..lab import Lab
from ..wires import WIRES
from .bodies import Whole, reference_of, whole
from .cdek import Cdek
from .iml import Iml
from .mail_alliance import MailAlliance
from .naming import Names
from .pickpoint import PickPoint
from .receiver import Receivers
from .russian_post import RussianPost
from .swiss_post import SwissPost
from .wire import Account, Reply, StepError

SECRET = "scenario-secret"
ACCOUNTS: dict[str, Callable[[str, str, str, "World"], Account]] = {
    made.carrier: made for made in (MailAlliance, Cdek, Iml, PickPoint, RussianPost, SwissPost)
}
STILL = {"mix": {"stuck": 1}}  # parcels move when told


class Mail(msgspec.Struct, frozen=True):
    """What a scenario can expect of a mail."""

    recipients: tuple[str, ...]
    subject: str
    text: str


class World:
    """What a running scenario works with. Use as a context manager."""

    def __init__(
        self, scenario: Scenario, *, control: ControlClient, simulator_url: str, tenant: str, lab: Lab | None
    ) -> None:
        self.scenario = scenario
        self.control = control
        self.tenant = tenant
        self.zone = zone_of(scenario.zone)
        self.start = self.now = start_of(scenario.start, self.zone)
        self.receivers = Receivers({name: made.path or f"/{name}" for name, made in scenario.receivers.items()})
        self.reply: Reply | None = None  # of the step that is being done
        self.before = 0  # webhooks received before the step
        self.offers: dict[str, dict[str, str]] = {}  # parcel -> carrier and service -> the offer's id
        self._url = simulator_url
        self._lab = lab
        self._bench: Bench | None = None
        self._names: dict[str, Any] = {}
        self._accounts: dict[str, Account] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.receivers)
            for name, receiver in self.scenario.receivers.items():
                for answer in receiver.answers:
                    told = Telling(status=answer) if isinstance(answer, int) else answer
                    self.receivers.tell(name, msgspec.structs.replace(told, times=told.times or 1))
            self._open(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for account in self._accounts.values():
            account.close()
        self._stack.close()

    def _open(self, stack: ExitStack) -> None:
        settings = {**STILL, **self.scenario.tenant.settings}
        settings |= {name: dict(own) for name, own in self.scenario.carriers.items()}
        if self._lab is not None:
            self._bench = self._bench_of(self._lab, settings)
            stack.callback(self._bench.close)
            return
        if not self.scenario.tenant.name:  # a name of somebody's own may be somebody's tenant
            with suppress(ControlError):
                self.control.delete_tenant(self.tenant)
        self.control.create_tenant(
            self.tenant, seed=self.scenario.seed, now=self.start, virtual=True, settings=settings
        )
        stack.callback(self.control.delete_tenant, self.tenant)

    def _bench_of(self, lab: Lab, settings: dict[str, Any]) -> Bench:
        wanted = self.scenario.connector
        reset: dict[str, Any] = {"tenant": settings, "accounts": EVERY}
        if wanted is not None:
            reset["accounts"] = wanted.accounts or EVERY
            reset |= {
                "channels": {"webhook": wanted.webhook, "poll": wanted.poll},
                "poll_minutes": wanted.poll_minutes,
                "alert": {"enabled": True, "frequency_minutes": wanted.alert_minutes},
                "choice": {"rule": wanted.choice},
                **wanted.reset,
            }
            if wanted.label_format != "PDF":  # PDF is left to the connector: one that has none takes its own first
                reset.setdefault("label_format", wanted.label_format)
        profiles = frozenset(lab.capabilities.profiles)
        return Bench(lab, self.tenant, reset, profiles=profiles, seed=self.scenario.seed, start=self.start)

    # -- time

    def move(self, when: str) -> None:
        """Let time pass until then."""
        to = moment(when, after=self.now, start=self.start, zone=self.zone)
        if self.scenario.settle or to != self.now:
            self._advance(to)

    def settle(self, wanted: bool | None = None) -> None:
        """Let what is due at this very moment happen, unless the step or the scenario says that it waits."""
        if self.scenario.settle if wanted is None else wanted:
            self._advance(self.now)

    def pass_time(self, by_ms: int) -> None:
        self._advance(self.now + timedelta(milliseconds=by_ms))

    def passed(self) -> None:
        """Take over the time of the bench, which something that waits has moved."""
        self.now = self.bench.now

    def _advance(self, to: datetime) -> None:
        if self._bench is not None:
            self._bench.advance(to=to)
        else:
            self.control.advance(self.tenant, to=to)
        self.now = to

    # -- names

    def learn(self, name: str, value: Any) -> None:
        self._names[name] = value

    def value(self, name: str) -> str:
        """Return what a reference stands for, as text.

        Raises:
            StepError: nothing yet.
        """
        return str(self.known(name))

    def known(self, name: str) -> Any:
        if name in self._names:
            return self._names[name]
        if name.startswith(DATE):
            return date_of(name[len(DATE) :], after=self.now, start=self.start, zone=self.zone)
        if name == "now":
            return self.now.isoformat().replace("+00:00", "Z")
        if name in ("tenant", "secret"):
            return self.tenant if name == "tenant" else SECRET
        head, _, attribute = name.rpartition(".")
        if attribute == "url" and head in self.scenario.receivers:
            return self.receivers.url(head)
        if attribute == "reference" and head in self.scenario.parcels:
            return reference_of(self.scenario, head)
        if attribute in ("id", "number"):
            return str(self.parcel(head)[attribute])
        raise StepError(f"{name} is not known yet: no step before told it")

    def filled(self, value: Any) -> Any:
        return filled(value, self.known)

    def filled_texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        return filled_texts(texts, self.known)

    def parcel(self, name: str) -> dict[str, Any]:
        """Return a parcel as the carrier knows it, by its symbolic name.

        Raises:
            StepError: the carrier has none, or several.
        """
        if f"{name}.id" in self._names:
            return self.control.parcel(self.tenant, self._names[f"{name}.id"])
        if (known := self._numbered(name)) is not None:
            return known
        if name.endswith(".return"):
            direct = self.parcel(name.removesuffix(".return"))["id"]
            found = [row for row in self.control.parcels(self.tenant) if row["return_of"] == direct]
        else:
            found = self.parcels(name)
        if len(found) != 1 and self._bench is not None and not name.endswith(".return"):
            raise NotBooked(f"order {self.value(f'{name}.reference')} has {len(found)} parcels at the carriers")
        if len(found) != 1:
            raise StepError(f"the carrier has {len(found)} parcels that could be {name}")
        return found[0]

    def _numbered(self, name: str) -> dict[str, Any] | None:
        """Return a parcel by the number that an answer told, where the carrier tells no other id."""
        carrier = self.scenario.parcels[name.removesuffix(".return")].carrier
        number = self._names.get(f"{name}.number", "")
        found = self.control.parcels(self.tenant, carrier=carrier, number=number) if number else []
        return found[0] if len(found) == 1 else None

    def parcels(self, name: str) -> list[dict[str, Any]]:
        """Return the live parcels under a parcel's reference, ways back left out."""
        wanted = self.scenario.parcels[name]
        reference = reference_of(self.scenario, name)
        where = {"carrier": wanted.carrier} if wanted.order.get("carrier", "") is not None else {}
        found = self.control.parcels(self.tenant, reference=reference, **where)
        return [row for row in found if not row["return_of"] and row["status"] != "cancelled"]

    def whole(self, name: str) -> Whole:
        return whole(self.scenario, name)

    # -- who acts

    def account(self, carrier: str) -> Account:
        """Return the shop's account at a carrier."""
        if carrier not in self._accounts:
            known = {} if self._bench is None else WIRES[carrier].account(self._url, self.tenant)
            own = known.get("client_secret", SECRET)
            self._accounts[carrier] = ACCOUNTS[carrier](self._url, self.tenant, own, self)
        return self._accounts[carrier]

    @property
    def bench(self) -> Bench:
        if self._bench is None:
            raise StepError("this run has no connector")
        return self._bench

    @property
    def connector(self) -> Connector:
        return self.bench.connector

    def names(self) -> Names:
        """Return what stands for ids and numbers in texts for people."""
        orders: dict[str, str] = {}
        for name in self.scenario.parcels:
            orders.setdefault(reference_of(self.scenario, name), name)
        return Names(orders, self.control.parcels(self.tenant))

    def history(self, requirements: Iterable[str]) -> History:
        """Return all that is known of this run, for the checks of these requirements."""
        return self.bench.history(read_labels=any(number.startswith("LBL") for number in requirements))

    def sent_mails(self) -> Sequence[ReceivedMail]:
        return () if self._bench is None else self._bench.mails()

    def mails(self) -> list[Mail]:
        """Return the mails in the tenant's mailbox, and those that the connector sent."""
        shown = [self.control.mail(self.tenant, row["id"]) for row in self.control.mails(self.tenant)]
        found = [Mail(tuple(mail["rcpt_to"]), mail["subject"], mail["text"]) for mail in shown]
        return [*found, *(Mail(mail.recipients, mail.subject, mail.text) for mail in self.sent_mails())]

    def received_by(self, receiver: str | None) -> Mapping[int, Any]:
        """Return the webhooks received, by their place in the order in which they came."""
        rows = enumerate(self.receivers.received)
        return {place: row for place, row in rows if receiver is None or row.receiver == receiver}
