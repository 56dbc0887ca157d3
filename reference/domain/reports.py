"""A payout report in normal form: parsed once, control sums checked, compared with what came before.

Source: `settlement` §3, SET-010, 011, 014, 016, 017, 076.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec

from ..errors import invalid
from .money import exponent, vat_on_top

FEE_KINDS = frozenset({"delivery", "agent", "insurance", "return", "partial", "storage", "pickup", "packing", "other"})


Name = Annotated[str, msgspec.Meta(max_length=100, pattern=r"\A[^\x00]*\Z")]
Minor = Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]
Sum = Annotated[int, msgspec.Meta(ge=-(10**18), le=10**18)]


class Outcome(StrEnum):
    DELIVERED = "delivered"
    PARTIAL = "partial"
    REFUSED = "refused"
    LOST = "lost"
    RETURN_LEG = "return_leg"
    FEE_ONLY = "fee_only"
    ADJUSTMENT = "adjustment"


class Vat(msgspec.Struct, frozen=True):
    rate: Annotated[int, msgspec.Meta(ge=0, le=100)]
    included: bool = True


class Fee(msgspec.Struct, frozen=True):
    """One fee; `vat` None is "without VAT", left out it is the contract's own."""

    kind: str
    amount: Minor
    vat: Vat | msgspec.UnsetType | None = msgspec.UNSET

    def gross(self, contract: Vat | None) -> "Fee":
        """Return the fee with its tax inside, so that both ways of writing it give one total (SET-076)."""
        vat = contract if isinstance(self.vat, msgspec.UnsetType) else self.vat
        if vat is None or vat.included:
            return Fee(self.kind, self.amount, vat)
        return Fee(self.kind, self.amount + vat_on_top(self.amount, vat.rate), Vat(vat.rate, True))

    @property
    def rate(self) -> int | None:
        return self.vat.rate if isinstance(self.vat, Vat) else None


class Item(msgspec.Struct, frozen=True):
    sku: str
    delivered: Annotated[int, msgspec.Meta(ge=0)] = 0
    refused: Annotated[int, msgspec.Meta(ge=0)] = 0
    unit: str | None = None


class Flaw(msgspec.Struct, frozen=True):
    code: str
    sentence: str


class Line(msgspec.Struct, frozen=True):
    """One row. `outcome` None is not known yet; a `problem` says which cell could not be read exactly."""

    n: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    outcome: Outcome | None = None
    tracking: Name | None = None
    order: Name | None = None
    collected: Minor | None = 0
    transfer: Minor | None = 0
    fees: tuple[Fee, ...] = ()
    items: tuple[Item, ...] = ()
    at: str | None = None
    problem: Flaw | None = None
    key: str = ""
    direct: Name | None = None  # of a return leg: the carrier number of the parcel it belongs to
    pending: str | None = None  # why the carrier could not say yet how the order ended

    @property
    def fees_minor(self) -> int:
        return sum(fee.amount for fee in self.fees)


class Totals(msgspec.Struct, frozen=True):
    collected: Sum | None = None
    fees: Sum | None = None
    payout: Sum | None = None


class _Report(msgspec.Struct, frozen=True):
    carrier: Annotated[str, msgspec.Meta(max_length=40, pattern=r"\A[^\x00]*\Z")]
    currency: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
    payment_date: date
    lines: list[dict[str, Any]]
    contract: Name | None = None
    number: Name | Sum | None = None
    mode: Literal["net", "gross"] | None = None
    exponent: int | None = None
    payment_order: Name | None = None
    totals: Totals = Totals()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Parameters of one courier contract (`settlement` §6), as far as this engine knows them."""

    contract: Annotated[str, msgspec.Meta(max_length=100)] = ""
    mode: Literal["net", "gross"] = "net"
    vat: Vat | None = None
    outstanding_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that may be settled: its control sums hold. Amounts are gross, in minor units of `currency`."""

    carrier: str
    contract: str
    number: str
    mode: str
    currency: str
    payment_date: date
    payment_order: str
    payout_minor: int
    lines: tuple[Line, ...]

    @property
    def identity(self) -> str:
        """What makes two files one report: carrier, contract and number (SET-014), told apart whatever they hold."""
        parts = (self.carrier, self.contract, self.number)
        lengths = ".".join(str(len(part)) for part in parts)  # where one holds the slash that parts them
        return "/".join((lengths, *parts) if any("/" in part for part in parts) else parts)


def read(normal: Mapping[str, Any], terms: Terms) -> Report:
    """Parse a normal form and check it whole.

    Raises:
        EngineError: FORMAT_UNKNOWN, CURRENCY_MIXED or CONTROL_SUM; nothing may be written then.
    """
    try:
        head = msgspec.convert(normal, _Report, strict=True)
        lines = [msgspec.convert(row, Line, strict=True) for row in head.lines]
    except msgspec.ValidationError as error:
        raise invalid("FORMAT_UNKNOWN", f"The report is not in the normal form: {error}.") from error
    if head.exponent not in (None, exponent(head.currency)):
        allowed = exponent(head.currency)
        raise invalid("CURRENCY_MIXED", f"{head.currency} has {allowed} decimals, the report says {head.exponent}.")
    if len({line.n for line in lines}) < len(lines):  # documents name their line by it
        raise invalid("FORMAT_UNKNOWN", "The report is not in the normal form: two lines bear the same number n.")
    lines = [replace_fees(line, terms.vat) for line in lines]
    _control(head.totals, lines)
    report = Report(
        carrier=head.carrier,
        contract=head.contract or terms.contract,
        number=str(head.number or ""),
        mode=head.mode or terms.mode,
        currency=head.currency,
        payment_date=head.payment_date,
        payment_order=head.payment_order or "",
        payout_minor=_sum(lines, "transfer") if head.totals.payout is None else head.totals.payout,
        lines=_keyed(lines),
    )
    return report if report.number else replace(report, number=f"sha256:{digest(report)[:32]}")


def replace_fees(line: Line, contract: Vat | None) -> Line:
    """Bring fees to gross, one per kind and rate, zeros left out (SET-037, SET-054, SET-076)."""
    merged: dict[tuple[str, int | None], Fee] = {}
    for fee in line.fees:
        gross = fee.gross(contract)
        known = merged.get((gross.kind, gross.rate))
        merged[gross.kind, gross.rate] = Fee(gross.kind, gross.amount + (known.amount if known else 0), gross.vat)
    return msgspec.structs.replace(line, fees=tuple(fee for fee in merged.values() if fee.amount))


def _sum(lines: Sequence[Line], column: str) -> int:
    return sum(getattr(line, column) or 0 for line in lines)


def _control(totals: Totals, lines: Sequence[Line]) -> None:
    if any(line.problem is not None and None in (line.collected, line.transfer) for line in lines):
        return  # the reader checked the sums over the exact decimals; a cell that is not exact has no minor units
    found = {
        "collected": _sum(lines, "collected"),
        "fees": _sum(lines, "fees_minor"),
        "payout": _sum(lines, "transfer"),
    }
    for column, total in found.items():
        stated = getattr(totals, column)
        if stated is not None and stated != total:
            raise invalid(
                "CONTROL_SUM",
                f"The lines add up to {column} {total}, the heading says {stated}.",
                column=column, found=total, allowed=stated,
            )  # fmt: skip


def _keyed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give each line a key that does not depend on the order of rows: what it is about, counted when repeated."""
    seen: Counter[str] = Counter()
    keyed = {}
    for line in sorted(lines, key=_content):
        name = line.tracking or line.order or f"fees:{_digest_of(_content(line))[:16]}"
        seen[name] += 1
        keyed[id(line)] = name if seen[name] == 1 else f"{name}#{seen[name]}"
    return tuple(msgspec.structs.replace(line, key=keyed[id(line)]) for line in lines)


def _content(line: Line) -> str:
    fees = sorted((fee.kind, fee.amount, fee.rate) for fee in line.fees)
    rows = [line.tracking or line.order or "", line.outcome or "", line.collected, line.transfer, fees, line.at or ""]
    return repr(rows)


def _digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def digest(report: Report) -> str:
    """Return a digest of a report's content that ignores the order of rows."""
    head = [report.carrier, report.contract, report.currency, report.payment_date.isoformat(), report.payment_order]
    return _digest_of(repr([head, sorted(_content(line) for line in report.lines)]))


def differs(old: Report, new: Report) -> str:
    """Return what distinguishes two versions of one report, "" when they say the same.

    A version may leave out what the other one tells (an API registry names no orders, a file no outcomes): only what
    both state can differ. Row order, spaces and file format never do (SET-016).
    """
    for field in ("currency", "payment_date", "payout_minor"):
        if getattr(old, field) != getattr(new, field):
            return f"{field} {getattr(old, field)} and {getattr(new, field)}"
    if old.payment_order and new.payment_order and old.payment_order != new.payment_order:
        return f"payment order {old.payment_order} and {new.payment_order}"
    pairs = list(zip(sorted(old.lines, key=_money), sorted(new.lines, key=_money), strict=False))
    if len(old.lines) != len(new.lines):
        return f"{len(old.lines)} lines and {len(new.lines)}"
    return next((f"line {a.n} and line {b.n}" for a, b in pairs if not _same(a, b)), "")


def _money(line: Line) -> tuple[str, int, int, int]:
    return (line.tracking or "", line.transfer or 0, line.collected or 0, line.fees_minor)


def filled(report: Report, other: Report) -> Report:
    """Return the report with what another version of it knows of lines whose outcome is open; keys stay."""
    pairs = zip(sorted(report.lines, key=_money), sorted(other.lines, key=_money), strict=True)
    known = {old.key: new for old, new in pairs}
    lines = [line if line.outcome is not None else _told(line, known[line.key]) for line in report.lines]
    return replace(report, lines=tuple(lines))


def _told(line: Line, by: Line) -> Line:
    return msgspec.structs.replace(
        line, outcome=by.outcome, items=by.items or line.items, order=line.order or by.order, direct=by.direct,
        pending=by.pending,
    )  # fmt: skip


def _same(a: Line, b: Line) -> bool:
    stated = [(a.tracking, b.tracking), (a.order, b.order), (a.outcome, b.outcome), (a.items, b.items)]
    fees = [sorted((fee.kind, fee.amount, fee.rate or 0) for fee in line.fees) for line in (a, b)]
    both = all(x == y for x, y in stated if x and y)
    return both and (a.collected, a.transfer) == (b.collected, b.transfer) and fees[0] == fees[1]
