"""What a run left behind, and the judgement over it. Pure: no HTTP, no clock; written histories test it.

A history joins what the connector did (the simulator's journal, received mails), what it said (its driver's views) and
what was true (the simulator's own parcels). `judge_history` holds every check against it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from .driver import shapes

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a history."""


class Exchange(Record, frozen=True, kw_only=True):
    """One request and its answer, as the simulator's journal has it. `direction` "in" came from the connector."""

    seq: int
    at: Moment
    direction: str
    carrier: str
    operation: str
    method: str
    path: str
    query: Any = None
    request_headers: Mapping[str, str] = {}
    request_body: Any = None  # text, or {"sha256", "size_bytes"} when it was no text
    status: int = 0
    response_headers: Mapping[str, str] = {}
    response_body: Any = None
    fault: Any = None
    service: str = ""  # the simulator's own name of the part of a carrier that was asked, where it is not the carrier's

    def asked(self) -> Any:
        """Return the request's JSON, or None when it has none."""
        return as_json(self.request_body)

    def answered(self) -> Any:
        """Return the answer's JSON, or None when it has none."""
        return as_json(self.response_body)

    def asked_header(self, name: str) -> str | None:
        lowered = {key.lower(): value for key, value in self.request_headers.items()}
        return lowered.get(name.lower())

    def answered_header(self, name: str) -> str | None:
        lowered = {key.lower(): value for key, value in self.response_headers.items()}
        return lowered.get(name.lower())


def as_json(body: Any) -> Any:
    """Return a journal body as JSON data; None when it is absent or no JSON."""
    if not isinstance(body, str):
        return None
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None


class Fact(Record, frozen=True, kw_only=True):
    """One fact of a parcel: what the carrier recorded at `at`; scans also say when it `occurred_at`."""

    fact: str
    at: Moment
    occurred_at: Moment | None = None
    sequence: int = 0
    status: str = ""
    code: str = ""
    reason: str = ""
    revokes: int = 0
    opens_return: bool = False
    amount_minor: int = 0
    currency: str = ""
    report: str = ""


class Truth(Record, frozen=True, kw_only=True):
    """One parcel as the carrier knows it. `return_of` is the id of the parcel it brings back."""

    id: str
    carrier: str
    number: str
    reference: str
    status: str
    facts: tuple[Fact, ...] = ()
    return_of: str = ""

    def scans(self) -> tuple[Fact, ...]:
        """Return the scans that were not withdrawn, in the order in which they were recorded."""
        gone = {fact.revokes for fact in self.facts if fact.revokes}
        return tuple(fact for fact in self.facts if fact.fact == "scan" and fact.sequence not in gone)


class Attempt(Record, frozen=True, kw_only=True):
    """One webhook as the carrier sent it, or did not ("dropped")."""

    at: Moment
    carrier: str
    event: str = ""
    key: str = ""
    url: str = ""
    headers: Mapping[str, str] = {}
    body: str = ""
    status: int = 0
    error: str = ""


class ReceivedMail(Record, frozen=True, kw_only=True):
    """One mail that the judge's SMTP server accepted. `at` is the clock of the run in which it came, at the latest."""

    at: Moment
    sender: str
    recipients: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    subject: str
    text: str
    html: str
    since: Moment | None = None  # the run in which it came began here
    content: bytes = b""  # the mail as it came over the wire

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Label(Record, frozen=True, kw_only=True):
    """One label: its bytes at each read, and the texts of the codes on it."""

    order: str
    reads: tuple[bytes, ...]
    codes: tuple[str, ...] | None = None  # None: nothing here can decode this format
    sizes_mm: tuple[tuple[float, float], ...] = ()  # of its pages, where it says how large they are
    problem: str = ""  # why it could not be read


class Fed(Record, frozen=True, kw_only=True):
    """One report that was fed: in normal form where it is known, what came back, and the documents around it."""

    name: str
    normal: Mapping[str, Any] | None = None
    result: shapes.ReportResult | None = None
    refusal: str = ""  # the problem's code when it was refused whole
    before: tuple[shapes.Document, ...] = ()
    after: tuple[shapes.Document, ...] = ()


class History(Record, frozen=True, kw_only=True):
    """Everything that is known of one run. What was not collected stays empty, and its checks are skipped."""

    started_at: Moment
    ended_at: Moment
    journal: tuple[Exchange, ...] = ()
    mails: tuple[ReceivedMail, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    truth: tuple[Truth, ...] = ()
    placed: tuple[Mapping[str, Any], ...] = ()  # the orders as they were given to the connector
    orders: tuple[shapes.OrderView, ...] = ()
    quotes: Mapping[str, tuple[shapes.Quote, ...]] = {}  # order -> the offers shown before it was validated
    labels: tuple[Label, ...] = ()
    subscriptions: tuple[shapes.Subscription, ...] = ()
    alerts: tuple[shapes.Alert, ...] = ()
    documents: tuple[shapes.Document, ...] = ()
    balances: shapes.Balances | None = None
    stock: Mapping[str, int] | None = None
    fed: tuple[Fed, ...] = ()
    rates: Mapping[str, str] = {}  # currency -> value of one unit in the base currency, decimal text
    poll_minutes: int = 60
    alert_minutes: int = 60
    label_format: str = "PDF"
    choice: str = ""  # the rule by which offers were picked: cheapest, fastest, fixed, by_hand
    secrets: Mapping[str, tuple[str, ...]] = {}  # carrier -> the credentials that it and the connector share
    channels: Mapping[str, bool] = {}  # webhook, poll: whether each is switched on; on when it is not named
    steps: tuple[Moment, ...] = ()  # where the connector's clock was made to stand, one after another
    kills: int = 0  # how often the connector was killed
    settled: bool = True  # every poll and run had its turn after the last event

    def parcels_of(self, order: str) -> tuple[Truth, ...]:
        """Return the carrier's own parcels for an order, ways back left out."""
        return tuple(row for row in self.truth if row.reference == order and not row.return_of)

    def view(self, order: str) -> shapes.OrderView | None:
        return next((row for row in self.orders if row.number == order), None)

    def booked(self) -> Sequence[tuple[shapes.OrderView, Truth]]:
        """Return each order with its one live parcel at the carrier, where both exist."""
        pairs = []
        for view in self.orders:
            live = [row for row in self.parcels_of(view.number) if row.status != "cancelled"]
            if len(live) == 1:
                pairs.append((view, live[0]))
        return pairs


def judge_history(history: History) -> "list[Judgement]":
    """Hold every check against a history and return one judgement per requirement that a check proves."""
    from .checks import judge

    return judge(history)


class Finding(Record, frozen=True, kw_only=True):
    """One thing that is wrong: what was expected, what was found, and what went before."""

    requirement: str
    subject: str  # which order, parcel, mail …
    expected: str
    found: str
    after: str = ""

    def __str__(self) -> str:
        tail = f" (after {self.after})" if self.after else ""
        return f"{self.requirement} {self.subject}: expected {self.expected}, found {self.found}{tail}"


class Judgement(Record, frozen=True, kw_only=True):
    """One requirement over one history. `verdict` is passed, failed, warned or skipped (with `reason`)."""

    requirement: str
    verdict: str
    checked: int = 0  # how many subjects were looked at
    findings: tuple[Finding, ...] = ()
    reason: str = ""
