"""What a case did and looked at, written down as it happens: by wrapping one bench, and nothing else."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from inspect import signature
from typing import Any

from ..bench import Bench
from ..driver.shapes import Subscription
from ..history import Attempt
from ..scenarios.connecting import offer_name

MOST_LOOKS = 400  # the last ones; what a finding speaks of was looked at shortly before
BENCH_ACTS = ("book", "place", "advance", "flush", "scan", "feed", "send", "reset", "kill")
BENCH_LOOKS = (
    "order", "parcels", "parcel", "truth", "mails", "documents", "journal", "attempts", "history", "webhook_address",
)  # fmt: skip
CONNECTOR_LOOKS = frozenset(
    ("capabilities", "orders", "order", "label", "subscriptions", "alerts", "reports", "documents", "balances",
     "profit_and_loss", "stock", "alert_monitor", "mail_account", "public_tracking", "states"),
)  # fmt: skip
CONTROL_LOOKS = frozenset(
    ("tenants", "tenant", "clock", "parcels", "parcels_page", "parcel", "timeline", "label", "journeys", "mixes",
     "faults", "bad_days", "begun_bad_days", "endpoints", "attempts", "attempt", "journal", "journal_ndjson",
     "journal_har", "journal_hash", "snapshot", "snapshots", "mails", "mail", "raw_mail", "payouts", "payout_file",
     "ledger", "overview", "openapi"),
)  # fmt: skip
MAILBOX_LOOKS = frozenset(("to", "clear"))


@dataclass(slots=True)
class Done:
    """One thing that a case did or looked at: on which side, by which call, from when until when, what came of it."""

    side: str
    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    at: datetime
    looked: bool = False
    until: datetime | None = None
    result: Any = None
    error: Exception | None = None

    @property
    def ended(self) -> datetime:
        return self.until or self.at


@dataclass(slots=True)
class Record:
    """What one example of a case did, in its order, and the last things it looked at."""

    settings: Mapping[str, Any]
    start: datetime
    seed: str
    tenant: str
    first: Mapping[str, Any] = field(default_factory=dict)  # the reset as the bench made it
    acts: list[Done] = field(default_factory=list)
    looks: deque[Done] = field(default_factory=lambda: deque(maxlen=MOST_LOOKS))
    parcels: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # id -> as the control API last told it
    offers: dict[str, str] = field(default_factory=dict)  # offer's id -> carrier and service
    followers: dict[str, tuple[str, str]] = field(default_factory=dict)  # subscription's id -> order, e-mail
    files: dict[bytes, tuple[str, str, str]] = field(default_factory=dict)  # payout file -> carrier, number, format
    addresses: dict[str, str] = field(default_factory=dict)  # carrier -> where its webhooks go
    attempts: tuple[Attempt, ...] = ()  # the webhooks as last looked at
    depth: int = 0

    def seen(self, done: Done) -> None:
        """Keep what ids stand for, whoever asked."""
        match done.name, done.result:
            case "parcels", [*rows] if done.side == "control":
                self.parcels.update((row["id"], row) for row in rows)
            case "quotes", (*offers,):
                self.offers.update((row.id, offer_name(row)) for row in offers)
            case "subscribe", Subscription() as row:
                self.followers[row.id] = (row.order, row.email)
            case "subscriptions", (*rows,):
                self.followers.update((row.id, (row.order, row.email)) for row in rows)
            case "payout_file", bytes() as content:
                _, carrier, number, form = done.args
                self.files[content] = (carrier, number, form)
            case "webhook_address", str() as url:
                self.addresses[done.args[0]] = url
            case "attempts", (*attempts,) if done.side == "bench":
                self.attempts = tuple(attempts)


def watch(bench: Bench, settings: Mapping[str, Any]) -> Record:
    """Write down from now on what is done on a bench and what is looked at there."""
    if not isinstance(settings.get("accounts"), tuple):  # the connector decides which they are, or the rule does
        settings = {**settings, "accounts": tuple(bench.settings["carriers"])}
    record = Record(settings, bench.start, bench.seed, bench.tenant, _copied(bench.settings))
    for side, looks in (("connector", CONNECTOR_LOOKS), ("control", CONTROL_LOOKS), ("mailbox", MAILBOX_LOOKS)):
        setattr(bench, side, _Watched(getattr(bench, side), side, looks, bench, record))
    for name in (*BENCH_ACTS, *BENCH_LOOKS):
        setattr(bench, name, _wrapped(getattr(bench, name), "bench", name, name in BENCH_LOOKS, bench, record))
    return record


class _Watched:
    """Stands before a client, and writes down what is called."""

    def __init__(self, thing: Any, side: str, looks: Iterable[str], bench: Bench, record: Record) -> None:
        self._thing = thing
        self._about = (side, frozenset(looks), bench, record)
        self._made: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name not in self._made:
            found = getattr(self._thing, name)
            side, looks, bench, record = self._about
            if not callable(found):
                if not record.depth:
                    record.looks.append(Done(side, name, (), {}, bench.now, True, bench.now, _copied(found)))
                return found
            self._made[name] = _wrapped(found, side, name, name in looks, bench, record)
        return self._made[name]


def _copied(found: Any) -> Any:
    """Return what was looked at as it is now, where it may still change."""
    return dict(found) if isinstance(found, dict) else found


def _in_order(
    call: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """Return arguments as they stand in the signature, however they were given."""
    if not kwargs:
        return args, kwargs
    try:
        bound = signature(call).bind(*args, **kwargs)
    except TypeError:
        return args, kwargs  # the call itself will say so
    return bound.args, bound.kwargs


def _wrapped(
    call: Callable[..., Any], side: str, name: str, looks: bool, bench: Bench, record: Record
) -> Callable[..., Any]:
    def called(*args: Any, **kwargs: Any) -> Any:
        looked = looks or (name == "switches" and not kwargs)
        done = Done(side, name, args, kwargs, bench.now, looked)
        if record.depth:
            done.result = call(*args, **kwargs)
            record.seen(done)
            return done.result
        done.args, done.kwargs = _in_order(call, args, kwargs)
        if (side, name) == ("bench", "reset"):
            done.result = _copied(bench.settings)
        if looked:
            record.looks.append(done)
        else:
            record.acts.append(done)
            record.looks.clear()  # what was looked at before is no longer so
        record.depth += 1
        try:
            made = call(*args, **kwargs)
        except Exception as error:
            done.error = error
            raise
        finally:
            record.depth -= 1
            done.until = bench.now
        done.result = made if done.result is None else done.result
        record.seen(done)
        return made

    return called
