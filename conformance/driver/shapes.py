"""The answers of the driver contract as types. `openapi.yaml` is the contract; a test holds the two equal.

Money is whole minor units; times are aware; unknown members are ignored.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
StatusWord = Literal[
    "announced", "accepted", "in_transit", "customs", "held", "out_for_delivery", "delivery_failed", "ready_for_pickup",
    "returning", "undeliverable", "lost_or_damaged", "delivered", "returned", "cancelled", "unknown", "expired",
]  # fmt: skip


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """An answer or a part of one."""


class Money(Shape, frozen=True, kw_only=True):
    amount_minor: int
    currency: str


class MailIn(Shape, frozen=True, kw_only=True):
    host: str
    port: int
    address: str


class Capabilities(Shape, frozen=True, kw_only=True):
    protocol: Literal["1"]
    name: str
    version: str
    language: str
    profiles: tuple[str, ...]
    carriers: tuple[str, ...]
    claims: tuple[str, ...]
    label_formats: tuple[str, ...] = ("PDF", "ZPL")
    mail_in: MailIn | None = None


class Now(Shape, frozen=True, kw_only=True):
    now: Moment


class Nothing(Shape, frozen=True, kw_only=True):
    pass


class OrderNumber(Shape, frozen=True, kw_only=True):
    number: str


class ImportProblem(Shape, frozen=True, kw_only=True):
    row: int
    column: str
    sentence: str


class Import(Shape, frozen=True, kw_only=True):
    accepted: tuple[str, ...]
    problems: tuple[ImportProblem, ...]
    currencies: Mapping[str, str]


class Surcharge(Shape, frozen=True, kw_only=True):
    code: str
    amount: Money


class Quote(Shape, frozen=True, kw_only=True):
    id: str
    carrier: str
    service: str
    net: Money
    surcharges: tuple[Surcharge, ...]
    tax: Money
    total: Money
    days_min: int
    days_max: int
    chosen: bool


class Quotes(Shape, frozen=True, kw_only=True):
    quotes: tuple[Quote, ...]


class HistoryEvent(Shape, frozen=True, kw_only=True):
    event_id: str
    status: StatusWord
    code: str
    text: str
    reason: str
    occurred_at: Moment
    received_at: Moment
    source: Literal["webhook", "poll", "staff"]
    withdrawn: bool = False


class ReturnView(Shape, frozen=True, kw_only=True):
    number: str
    reason: str
    status: Literal["announced", "returning", "received"]
    received_at: Moment | None
    items: Mapping[str, int]
    stock_restored: bool


class LabelView(Shape, frozen=True, kw_only=True):
    format: Literal["PDF", "ZPL", "PNG"]
    sha256: str
    size_bytes: int


class FollowPrompt(Shape, frozen=True, kw_only=True):
    """The screen that asks for followers at issuing."""

    state: Literal["open", "answered", "skipped"]
    parties: tuple[Literal["sender", "recipient"], ...]


class OrderView(Shape, frozen=True, kw_only=True):
    number: str
    state: Literal["draft", "confirmed", "booked", "cancelled", "failed"]
    carrier: str | None
    service: str | None
    tracking_number: str | None
    tracking_numbers: tuple[str, ...]
    status: StatusWord | None
    partial: bool
    label: LabelView | None
    quote: Quote | None
    booked: Money | None
    history: tuple[HistoryEvent, ...]
    returns: tuple[ReturnView, ...]
    final_state: Literal["delivered", "refused", "refused_partial", "lost"] | None
    problems: tuple[str, ...]
    acting_user: str | None
    follow_prompt: FollowPrompt | None = None
    controls_used: tuple[int, ...] = ()


class Orders(Shape, frozen=True, kw_only=True):
    orders: tuple[OrderView, ...]


class Novelty(Shape, frozen=True, kw_only=True):
    event_id: str


class Subscription(Shape, frozen=True, kw_only=True):
    id: str
    order: str
    email: str
    origin: str
    requested_at: Moment
    ends_at: Moment
    active: bool
    confirmed: bool = True


class Subscriptions(Shape, frozen=True, kw_only=True):
    subscriptions: tuple[Subscription, ...]


class Alert(Shape, frozen=True, kw_only=True):
    subscription: str
    order: str
    email: str
    state: StatusWord
    sent_at: Moment | None
    message_id: str
    result: Literal["waiting", "sent", "superseded", "suppressed", "deferred", "failed"]


class Alerts(Shape, frozen=True, kw_only=True):
    alerts: tuple[Alert, ...]


class AlertCounts(Shape, frozen=True, kw_only=True):
    considered: int
    sent: int
    superseded: int
    suppressed: int
    failed: int


class StateRule(Shape, frozen=True, kw_only=True):
    """One state as a company has it. An empty name is the connector's own word."""

    state: StatusWord
    name: str
    visibility: Literal["hidden", "visible", "with_reason", "with_observations"]
    mailed: bool


class StateRules(Shape, frozen=True, kw_only=True):
    states: tuple[StateRule, ...]


class Queue(Shape, frozen=True, kw_only=True):
    count: int
    oldest_at: Moment | None


class MonitoredAlert(Shape, frozen=True, kw_only=True):
    id: str
    enabled: bool
    frequency_minutes: int
    offered: bool
    last_run_at: Moment | None
    last_error: str | None
    waiting: Queue


class AlertMonitor(Shape, frozen=True, kw_only=True):
    alerts: tuple[MonitoredAlert, ...]


class MailAccount(Shape, frozen=True, kw_only=True):
    host: str
    port: int | None
    sender: str
    username: str
    complete: bool
    warnings: tuple[str, ...]


class PublicEvent(Shape, frozen=True, kw_only=True):
    state: StatusWord
    name: str
    reason: str
    observation: str
    occurred_at: Moment


class PublicTrace(Shape, frozen=True, kw_only=True):
    number: str
    follow: bool
    events: tuple[PublicEvent, ...]
    page: str | None = None


class PickupRequest(Shape, frozen=True, kw_only=True):
    id: str
    order: str
    state: Literal["asked", "approved", "confirmed"]
    branch: str | None


class PickupRequests(Shape, frozen=True, kw_only=True):
    requests: tuple[PickupRequest, ...]


class Confirmed(Shape, frozen=True, kw_only=True):
    confirmed: int


class LineResult(Shape, frozen=True, kw_only=True):
    n: int
    result: Literal["settled", "already", "exception", "pending"]
    code: str | None = None
    order: str | None = None
    sentence: str | None = None


class Reconciliation(Shape, frozen=True, kw_only=True):
    payout_minor: int
    documents_minor: int
    unsettled_minor: int


class ReportResult(Shape, frozen=True, kw_only=True):
    report: str
    state: Literal["done", "pending"]
    lines: tuple[LineResult, ...]
    reconciliation: Reconciliation


class ReportRow(Shape, frozen=True, kw_only=True):
    report: str
    carrier: str
    state: str
    payout_minor: int | None = None
    currency: str | None = None


class Reports(Shape, frozen=True, kw_only=True):
    reports: tuple[ReportRow, ...]


class Linked(Shape, frozen=True, kw_only=True):
    kind: str
    id: str
    sum_minor: int


class Position(Shape, frozen=True, kw_only=True):
    item: str
    quantity: int
    price_minor: int
    vat_minor: int | None = None


class Document(Shape, frozen=True, kw_only=True):
    id: str
    kind: Literal["PI", "SP", "PO", "SR"]
    order: str | None
    tracking: str | None
    counterparty: Literal["buyer", "courier"]
    sum_minor: int
    vat_minor: int
    currency: str
    linked: Linked | None
    positions: tuple[Position, ...]
    moment: str
    report: str
    line: int
    sync_id: str


class Documents(Shape, frozen=True, kw_only=True):
    documents: tuple[Document, ...]


class CarrierBalance(Shape, frozen=True, kw_only=True):
    carrier: str
    currency: str
    collected_minor: int
    fees_minor: int
    paid_out_minor: int
    owed_minor: int


class Outstanding(Shape, frozen=True, kw_only=True):
    order: str
    tracking: str | None
    why: str
    since: Moment | None


class AccountMovement(Shape, frozen=True, kw_only=True):
    currency: str
    movement_minor: int


class HandOver(Shape, frozen=True, kw_only=True):
    """A hand-over list. `orders` are the shop's order numbers."""

    id: str
    carrier: str
    state: Literal["asked", "made", "failed"]
    orders: tuple[str, ...]
    number: str | None = None
    problem: str | None = None


class HandOvers(Shape, frozen=True, kw_only=True):
    hand_overs: tuple[HandOver, ...]


class Balances(Shape, frozen=True, kw_only=True):
    carriers: tuple[CarrierBalance, ...]
    outstanding: tuple[Outstanding, ...]
    account: tuple[AccountMovement, ...]


class ProfitRow(Shape, frozen=True, kw_only=True):
    item: str
    currency: str
    amount_minor: int


class ProfitAndLoss(Shape, frozen=True, kw_only=True):
    rows: tuple[ProfitRow, ...]


class Stock(Shape, frozen=True, kw_only=True):
    stock: Mapping[str, int]


class Problem(Shape, frozen=True, kw_only=True):
    """RFC 9457, with our stable `code`."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    code: str = ""


Order = Mapping[str, Any]  # the body of POST /orders, as `NewOrder` of the contract describes it
