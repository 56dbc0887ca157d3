"""What the documents add up to: balances with couriers, the bank account, profit and loss. Pure sums."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .settlement import DocumentKind
from .statuses import Status


@dataclass(frozen=True, slots=True)
class Entry:
    """A posted document, or an order's collection by tracking when `kind` is None."""

    kind: DocumentKind
    carrier: str
    currency: str
    sum_minor: int
    items: tuple[tuple[str, int], ...] = ()  # (fee kind or article, gross sum)
    counterparty: str = "buyer"  # | "courier", who pays money in only as compensation (SET-056)


@dataclass(frozen=True, slots=True)
class Payout:
    carrier: str
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class Balance:
    """`owed_minor` = collected - fees - paid out: what the courier still has to hand over."""

    carrier: str
    currency: str
    collected_minor: int
    fees_minor: int
    paid_out_minor: int

    @property
    def owed_minor(self) -> int:
        return self.collected_minor - self.fees_minor - self.paid_out_minor


def balances(entries: Iterable[Entry], payouts: Iterable[Payout], unreported: Iterable[Payout]) -> list[Balance]:
    """Return a balance per carrier and currency. `unreported`: taken according to tracking, in no report yet."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for entry in entries:
        place = {DocumentKind.PI: 0, DocumentKind.SP: 1}.get(entry.kind)
        if place is not None:
            rows[entry.carrier, entry.currency][place] += entry.sum_minor
    for money in unreported:
        rows[money.carrier, money.currency][0] += money.minor
    for money in payouts:
        rows[money.carrier, money.currency][2] += max(money.minor, 0)
    return [Balance(*key, *row) for key, row in sorted(rows.items())]


def account(entries: Iterable[Entry]) -> dict[str, int]:
    """Return how far the bank account moved, by currency: money in less money out."""
    moved: dict[str, int] = defaultdict(int)
    for entry in entries:
        sign = {DocumentKind.PI: 1, DocumentKind.PO: -1}.get(entry.kind)
        if sign is not None:
            moved[entry.currency] += sign * entry.sum_minor
    return dict(sorted(moved.items()))


def profit_and_loss(entries: Iterable[Entry], sales: Iterable[Payout]) -> list[tuple[str, str, int]]:
    """Return (item, currency, minor): sales of closed orders and compensation plus, returns and each fee kind minus."""
    rows: dict[tuple[str, str], int] = defaultdict(int)
    for sale in sales:
        rows["sales", sale.currency] += sale.minor
    for entry in entries:
        if entry.kind is DocumentKind.SR:
            rows["returns", entry.currency] -= entry.sum_minor
        elif entry.kind is DocumentKind.PI and entry.counterparty == "courier":
            rows["compensation", entry.currency] += entry.sum_minor
        elif entry.kind is DocumentKind.SP:
            for item, amount in entry.items:
                rows[item, entry.currency] -= amount
    return [(item, currency, amount) for (item, currency), amount in sorted(rows.items())]


def outstanding(status: Status, since: datetime | None, now: datetime, *, days: int, money: bool, goods: bool) -> str:
    """Return what a courier owes for an order that no report names: "money", "goods" or "" (SET-090)."""
    if since is None or now - since < timedelta(days=days):
        return ""
    if status is Status.DELIVERED and money:
        return "money"
    if status in (Status.RETURNING, Status.UNDELIVERABLE, Status.LOST_OR_DAMAGED) and goods:
        return "goods"
    return ""
