"""From one line of a payout report to the documents that close its order.

`PI` money in, `SP` services accepted, `PO` money out, `SR` customer return. Source: `settlement` §4.4 to 4.9, §7.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID, uuid5

from .money import vat_inside
from .reports import FEE_KINDS, Line, Outcome, Report

NAMESPACE = UUID("0b6e5a0c-8a4f-5c53-9c0a-6f3f0e1d7b11")
DELIVERY = "delivery"  # the delivery charge as a position of the shipment


class DocumentKind(StrEnum):
    SR = "SR"
    SP = "SP"
    PI = "PI"
    PO = "PO"


class Final(StrEnum):
    DELIVERED = "delivered"
    REFUSED = "refused"
    REFUSED_PARTIAL = "refused_partial"
    LOST = "lost"


class Result(StrEnum):
    SETTLED = "settled"
    ALREADY = "already"
    EXCEPTION = "exception"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Position:
    """A document's position; `price_minor` is gross, per piece."""

    item: str
    quantity: int
    price_minor: int
    vat_rate: int | None

    @property
    def sum_minor(self) -> int:
        return self.quantity * self.price_minor

    @property
    def vat_minor(self) -> int:
        return 0 if self.vat_rate is None else vat_inside(self.sum_minor, self.vat_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document to be written. `linked` is (what, minor units): the shipment, or this line's own SP."""

    kind: DocumentKind
    counterparty: str  # "buyer" | "courier"
    currency: str
    sum_minor: int
    vat_minor: int = 0
    positions: tuple[Position, ...] = ()
    linked: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """An order's shipment as settlement sees it, with what earlier lines booked on it.

    `positions` are the goods; `returned` the pieces already back, position by position.
    """

    order: str
    tracking: str
    carrier: str
    contract: str
    currency: str
    positions: tuple[Position, ...]
    charge_minor: int
    paid_minor: int  # for a prepaid order its whole sum
    returned: tuple[int, ...]
    charge_returned: bool = False
    collected_before: bool = False
    coming_back: bool = False  # tracking says that all of it is on the way back or there

    @property
    def sum_minor(self) -> int:
        return sum(position.sum_minor for position in self.positions) + self.charge_minor

    @property
    def returned_minor(self) -> int:
        goods = sum(n * position.price_minor for n, position in zip(self.returned, self.positions, strict=True))
        return goods + (self.charge_minor if self.charge_returned else 0)

    @property
    def owed_minor(self) -> int:
        return self.sum_minor - self.returned_minor - self.paid_minor

    def still_out(self) -> tuple[int, ...]:
        return tuple(p.quantity - n for n, p in zip(self.returned, self.positions, strict=True))


class LineException(Exception):
    """The line is put aside: no document is written for it. `code` is from `settlement` §8."""

    def __init__(self, code: str, sentence: str, *, passing: bool = False) -> None:
        self.code = code
        self.sentence = sentence
        self.passing = passing  # it may pass by itself: the line stays pending
        super().__init__(f"{code}: {sentence}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a line comes to: documents in the order in which they are written (SET-040), and the final state, if any.

    With a `code` the money is booked as received, but the state is not final (SET-042, 044, 062).
    """

    drafts: tuple[Draft, ...]
    final: Final | None = None
    code: str = ""
    sentence: str = ""


def sync_id(tenant: str, report: Report, line: Line, kind: DocumentKind) -> UUID:
    """Return the identity of a document: the same whenever the same line is settled (SET-018)."""
    return uuid5(NAMESPACE, "/".join((tenant, report.identity, line.key, kind)))


def check(line: Line, report: Report) -> None:
    """Raise LineException when a line cannot be right whatever its order is (SET-011, 038, 049)."""
    if line.problem is not None:
        raise LineException(line.problem.code, line.problem.sentence)
    if line.collected is None or line.transfer is None:
        raise LineException("AMOUNT_PRECISION", f"Line {line.n} lacks an amount.")
    if line.outcome is Outcome.ADJUSTMENT or line.collected < 0 or any(fee.amount < 0 for fee in line.fees):
        raise LineException("ADJUSTMENT_UNMATCHED", f"Line {line.n} takes back money; no earlier line is named.")
    withheld = line.fees_minor if report.mode == "net" else 0
    if line.transfer != line.collected - withheld:
        formula = f"{line.collected} collected - {withheld} withheld, but {line.transfer} transferred"
        raise LineException("LINE_EQUATION", f"Line {line.n} does not add up: {formula}.")
    if unmapped := [fee.kind for fee in line.fees if fee.kind not in FEE_KINDS]:
        raise LineException(
            "FEE_UNMAPPED", f"Line {line.n}: fee kind {unmapped[0]!r} is not one of {', '.join(sorted(FEE_KINDS))}."
        )


def settle(line: Line, shipment: Shipment | None, report: Report) -> Settled:
    """Return the documents of one line that `check` let pass. Pure.

    Raises:
        LineException: nothing may be written for this line.
    """
    fees = _services(line, report)
    if shipment is None:
        if line.outcome is not Outcome.FEE_ONLY or line.collected:
            raise LineException("ORDER_UNKNOWN", f"Line {line.n} names no order.")
        return Settled(drafts=fees)
    _belongs(line, shipment, report)
    match line.outcome:
        case Outcome.DELIVERED:
            result = _delivered(line, shipment, report)
        case Outcome.PARTIAL:
            result = _partial(line, shipment, report)
        case Outcome.REFUSED:
            result = _refused(line, shipment, report)
        case Outcome.LOST:
            result = _lost(line, shipment, report)
        case Outcome.RETURN_LEG:
            back = _return(shipment, shipment.still_out(), charge=True) if shipment.coming_back else ()
            result = Settled(drafts=back)
        case _:
            result = Settled(drafts=())
    before = [draft for draft in result.drafts if draft.kind is DocumentKind.SR]
    money = [draft for draft in result.drafts if draft.kind is DocumentKind.PI]
    paid = [draft for draft in fees if draft.kind is DocumentKind.PO]
    services = [draft for draft in fees if draft.kind is DocumentKind.SP]
    return replace(result, drafts=(*before, *services, *money, *paid))


def _belongs(line: Line, shipment: Shipment, report: Report) -> None:
    if shipment.carrier != report.carrier or (shipment.contract and shipment.contract != report.contract):
        handed = f"{shipment.carrier} under contract {shipment.contract or 'unknown'}"
        raise LineException(
            "WRONG_CARRIER",
            f"Line {line.n}: order {shipment.order} went with {handed}, the report is {report.carrier}'s "
            f"under {report.contract}.",
        )
    if line.collected and shipment.currency != report.currency:
        raise LineException(
            "CURRENCY_MIXED", f"Line {line.n}: order {shipment.order} is in {shipment.currency}, not {report.currency}."
        )
    if line.collected and shipment.collected_before:
        raise LineException(
            "ALREADY_COLLECTED", f"Line {line.n}: the money of {shipment.tracking} was booked from another line."
        )
    if line.collected and line.outcome in (Outcome.FEE_ONLY, Outcome.RETURN_LEG):
        raise LineException("AMOUNT_MISMATCH", f"Line {line.n} collects money where only fees can stand.")


def _services(line: Line, report: Report) -> tuple[Draft, ...]:
    """Return services accepted, and in net mode the money out that pays them (SET-036, 047, 048)."""
    positions = tuple(Position(fee.kind, 1, fee.amount, fee.rate) for fee in line.fees if fee.amount)
    if not positions:
        return ()
    whole = sum(position.sum_minor for position in positions)
    services = Draft(
        kind=DocumentKind.SP,
        counterparty="courier",
        currency=report.currency,
        sum_minor=whole,
        vat_minor=sum(position.vat_minor for position in positions),
        positions=positions,
    )
    return (services, money_out(services, whole)) if report.mode == "net" else (services,)


def money_out(services: Draft, amount_minor: int) -> Draft:
    """Return the payment of services accepted, linked in full."""
    return Draft(
        kind=DocumentKind.PO,
        counterparty="courier",
        currency=services.currency,
        sum_minor=amount_minor,
        linked=("SP", amount_minor),
    )


def _money_in(line: Line, shipment: Shipment, report: Report, *, owed_minor: int) -> tuple[Draft, ...]:
    collected = line.collected or 0
    if not collected:
        return ()
    linked = min(collected, max(owed_minor, 0))
    return (
        Draft(
            kind=DocumentKind.PI,
            counterparty="buyer",
            currency=report.currency,
            sum_minor=collected,
            linked=("shipment", linked) if linked else None,
        ),
    )


def _delivered(line: Line, shipment: Shipment, report: Report) -> Settled:
    owed, collected = shipment.owed_minor, line.collected or 0
    drafts = _money_in(line, shipment, report, owed_minor=owed)
    if collected == owed:
        return Settled(drafts=drafts, final=Final.DELIVERED)
    code = "UNDERPAID" if collected < owed else "OVERPAID"
    sentence = f"Line {line.n}: {collected} collected, {owed} owed, {abs(owed - collected)} apart."
    return Settled(drafts=drafts, code=code, sentence=sentence)


def _partial(line: Line, shipment: Shipment, report: Report) -> Settled:
    refused = refused_pieces(line, shipment)
    goods = sum((p.quantity - n) * p.price_minor for n, p in zip(refused, shipment.positions, strict=True))
    prepaid = shipment.paid_minor >= shipment.sum_minor and not shipment.collected_before
    collected = line.collected or 0
    with_charge = collected != goods or not shipment.charge_minor
    newly = tuple(max(0, n - back) for n, back in zip(refused, shipment.returned, strict=True))
    back = _return(shipment, newly, charge=not with_charge and not prepaid)
    expected = 0 if prepaid else goods + (shipment.charge_minor if with_charge else 0)
    drafts = (*back, *_money_in(line, shipment, report, owed_minor=expected))
    if collected == expected:
        return Settled(drafts=drafts, final=Final.REFUSED_PARTIAL)
    sentence = f"Line {line.n}: {collected} collected, {expected} expected, {abs(collected - expected)} apart."
    return Settled(drafts=drafts, code="AMOUNT_MISMATCH", sentence=sentence)


def refused_pieces(line: Line, shipment: Shipment) -> tuple[int, ...]:
    """Return the refused pieces position by position; one article's positions are filled in order (SET-058, 063, 064).

    Raises:
        LineException: ITEMS_MISSING, or ITEM_UNKNOWN when an article or its count does not fit the shipment.
    """
    if not line.items:
        raise LineException("ITEMS_MISSING", f"Line {line.n} is partial but does not say which pieces were refused.")
    refused = [0] * len(shipment.positions)
    stated: Counter[str] = Counter()
    for item in line.items:
        stated[item.sku] += item.delivered + item.refused
        places = [place for place, position in enumerate(shipment.positions) if position.item == item.sku]
        shipped = sum(shipment.positions[place].quantity for place in places)
        if not places or stated[item.sku] > shipped:
            found = f"{stated[item.sku]} delivered or refused of article {item.sku}"
            raise LineException("ITEM_UNKNOWN", f"Line {line.n}: {found}, but {shipped} were shipped.")
        left = item.refused
        for place in places:
            take = min(left, shipment.positions[place].quantity - refused[place])
            refused[place] += take
            left -= take
    return tuple(refused)


def _refused(line: Line, shipment: Shipment, report: Report) -> Settled:
    collected = line.collected or 0
    kept = bool(collected) and collected == shipment.charge_minor
    back = _return(shipment, shipment.still_out(), charge=not kept)
    drafts = (*back, *_money_in(line, shipment, report, owed_minor=shipment.charge_minor if kept else 0))
    if not collected or kept:
        return Settled(drafts=drafts, final=Final.REFUSED)
    sentence = f"Line {line.n}: {collected} collected for a refused parcel; allowed is 0 or the delivery charge."
    return Settled(drafts=drafts, code="AMOUNT_MISMATCH", sentence=sentence)


def _lost(line: Line, shipment: Shipment, report: Report) -> Settled:
    """Compensation is the courier's money, never revenue of the order: no link to the shipment (SET-056)."""
    back = _return(shipment, shipment.still_out(), charge=True)
    money = _money_in(line, shipment, report, owed_minor=0)
    return Settled(drafts=(*back, *(replace(draft, counterparty="courier") for draft in money)), final=Final.LOST)


def _return(shipment: Shipment, pieces: Sequence[int], *, charge: bool) -> tuple[Draft, ...]:
    """Return the customer return made from the shipment, at the shipment's prices (SET-057 to 059, 061)."""
    positions = [replace(position, quantity=n) for n, position in zip(pieces, shipment.positions, strict=True) if n]
    if charge and shipment.charge_minor and not shipment.charge_returned:
        positions.append(Position(DELIVERY, 1, shipment.charge_minor, None))
    whole = sum(position.sum_minor for position in positions)
    if not whole:
        return ()
    return (
        Draft(
            kind=DocumentKind.SR,
            counterparty="buyer",
            currency=shipment.currency,
            sum_minor=whole,
            vat_minor=sum(position.vat_minor for position in positions),
            positions=tuple(positions),
            linked=("shipment", whole),
        ),
    )


def duplicates(lines: Sequence[Line], numbers: Mapping[str, str]) -> frozenset[int]:
    """Return the numbers of lines that name one parcel with one outcome more than once (SET-031).

    `numbers` are the carrier numbers of orders that a line names without one.
    """
    groups: dict[tuple[str, Outcome | None], list[int]] = {}
    for line in lines:
        name = line.tracking or numbers.get(line.order or "", line.order)
        if name:
            groups.setdefault((name, line.outcome), []).append(line.n)
    return frozenset(n for numbers in groups.values() if len(numbers) > 1 for n in numbers)
