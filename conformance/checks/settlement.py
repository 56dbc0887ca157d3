"""Settlement: the documents of each registry line, their sums, and what a second feeding does.

All figures are recomputed here from the report in normal form and the orders as they were placed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from ..driver.shapes import Document, LineResult
from ..history import Fed, Finding, History
from .registry import check
from .returns import ordered

# Not settled, and yet money or fees are booked: what does not fit, and what a payout below zero leaves to the next.
BOOKED_IN_SPITE = frozenset(("OVERPAID", "UNDERPAID", "AMOUNT_MISMATCH", "CARRIED_FORWARD"))
MOSCOW = timezone(timedelta(hours=3))


class Line(NamedTuple):
    """One line of a fed report with its result, its order as placed, and the documents it made."""

    fed: Fed
    normal: Mapping[str, Any]
    result: LineResult
    order: Mapping[str, Any] | None
    documents: tuple[Document, ...]

    @property
    def subject(self) -> str:
        return f"report {self.fed.result.report if self.fed.result else ''} line {self.normal['n']}"

    @property
    def fees_minor(self) -> int:
        return sum(fee["amount"] for fee in self.normal["fees"])

    def of(self, kind: str) -> list[Document]:
        return [row for row in self.documents if row.kind == kind]


def first_feedings(history: History) -> list[Fed]:
    """Return the first successful feeding of each report whose normal form is known."""
    seen: dict[str, Fed] = {}
    for fed in history.fed:
        if fed.result is not None and fed.normal is not None:
            seen.setdefault(fed.result.report, fed)
    return list(seen.values())


def lines(history: History) -> Iterator[Line]:
    by_number = {str(order["number"]): order for order in history.placed}
    by_tracking = {view.tracking_number: view.number for view in history.orders if view.tracking_number}
    made: dict[tuple[str, int], list[Document]] = defaultdict(list)
    for document in history.documents:
        made[(document.report, document.line)].append(document)
    for fed in first_feedings(history):
        if fed.result is None or fed.normal is None:
            continue
        results = {row.n: row for row in fed.result.lines}
        for normal in fed.normal["lines"]:
            result = results.get(normal["n"])
            if result is None:
                continue
            number = normal.get("order") or by_tracking.get(normal.get("tracking") or "")
            documents = tuple(made[(fed.result.report, normal["n"])])
            yield Line(fed, normal, result, by_number.get(str(number)), documents)


def done(history: History) -> Iterator[Line]:
    """Yield the lines that were settled, now or by an earlier report."""
    yield from (line for line in lines(history) if line.result.result in ("settled", "already"))


def withheld(line: Line) -> bool:
    return line.fed.normal is not None and line.fed.normal.get("mode", "net") == "net"


def expected_kinds(line: Line) -> Counter[str]:
    """Return how many documents of each kind the table of section 4.4 wants for a settled line."""
    wanted: Counter[str] = Counter()
    if line.normal["collected"]:
        wanted["PI"] = 1
    if line.fees_minor:
        wanted["SP"] = 1
        wanted["PO"] = 1 if withheld(line) else 0
    if line.normal["outcome"] in ("partial", "refused", "lost"):
        wanted["SR"] = 1
    return +wanted


@check("SET-035")
def exactly_the_documents_of_the_table(history: History) -> Iterator[Finding | str]:
    for line in lines(history):
        found = Counter(row.kind for row in line.documents)
        if line.result.result in ("settled", "already"):
            wanted = expected_kinds(line)
            if line.normal["outcome"] == "return_leg":
                found.pop("SR", None)  # made here only if no line made it before
        elif line.result.code in BOOKED_IN_SPITE:
            continue
        else:
            wanted = Counter()
        if found != wanted:
            expected = f"{dict(wanted)} for {line.normal['outcome']} ({line.result.result} {line.result.code or ''})"
            yield Finding(requirement="SET-035", subject=line.subject, expected=expected, found=f"{dict(found)}")
        else:
            yield line.subject


@check("SET-041")
def money_in_is_what_was_taken(history: History) -> Iterator[Finding | str]:
    for line in lines(history):
        for document in line.of("PI"):
            if document.sum_minor != line.normal["collected"]:
                expected = f"{line.normal['collected']} taken, before fees"
                yield Finding(
                    requirement="SET-041", subject=line.subject, expected=expected, found=str(document.sum_minor)
                )
            else:
                yield line.subject


@check("SET-045")
def money_in_comes_from_the_buyer(history: History) -> Iterator[Finding | str]:
    for line in lines(history):
        for document in line.of("PI"):
            wanted = "courier" if line.normal["outcome"] == "lost" else "buyer"
            if document.counterparty != wanted:
                yield Finding(requirement="SET-045", subject=line.subject, expected=wanted, found=document.counterparty)
            else:
                yield line.subject


@check("SET-047")
def fees_are_paid_and_linked(history: History) -> Iterator[Finding | str]:
    for line in done(history):
        services, paid = line.of("SP"), line.of("PO")
        if not services or not withheld(line):
            continue
        good = [
            row
            for row in paid
            if row.sum_minor == services[0].sum_minor
            and row.linked is not None
            and (row.linked.kind, row.linked.id, row.linked.sum_minor) == ("SP", services[0].id, row.sum_minor)
        ]
        if len(good) != 1:
            found = [f"{row.sum_minor} linked {row.linked}" for row in paid]
            expected = f"{services[0].sum_minor} linked in full to {services[0].id}"
            yield Finding(requirement="SET-047", subject=line.subject, expected=expected, found=f"{found}")
        else:
            yield line.subject


@check("SET-048")
def services_from_the_courier(history: History) -> Iterator[Finding | str]:
    for line in done(history):
        for document in line.of("SP"):
            kinds = Counter(fee["kind"] for fee in line.normal["fees"] if fee["amount"])
            prices: Counter[str] = Counter()
            for fee in line.normal["fees"]:
                prices[fee["kind"]] += fee["amount"]
            found = Counter({row.item: row.price_minor * row.quantity for row in document.positions})
            traced = line.order is None or document.order == line.order["number"]
            if (
                document.counterparty != "courier"
                or found != +prices
                or len(document.positions) != len(kinds)
                or not traced
            ):
                expected = f"courier, {dict(+prices)}, order {line.order['number'] if line.order else None}"
                said = f"{document.counterparty}, {dict(found)}, order {document.order}"
                yield Finding(requirement="SET-048", subject=line.subject, expected=expected, found=said)
            else:
                yield line.subject


@check("SET-053")
def an_agent_fee_is_a_position(history: History) -> Iterator[Finding | str]:
    for line in done(history):
        agent = sum(fee["amount"] for fee in line.normal["fees"] if fee["kind"] == "agent")
        if not agent:
            continue
        booked = sum(row.price_minor for document in line.of("SP") for row in document.positions if row.item == "agent")
        if booked != agent:
            expected = f"a position agent of {agent}"
            yield Finding(requirement="SET-053", subject=line.subject, expected=expected, found=str(booked))
        else:
            yield line.subject


def vat_inside(gross_minor: int, rate: int) -> int:
    """Return the VAT inside a gross amount, half up, in integers. Source: settlement contract, SET-074."""
    return (2 * gross_minor * rate + (100 + rate)) // (2 * (100 + rate))


@check("SET-074")
def vat_half_up_per_position(history: History) -> Iterator[Finding | str]:
    for line in done(history):
        for document in line.of("SP"):
            fees = [fee for fee in line.normal["fees"] if fee["amount"]]
            if any(fee.get("vat") and not fee["vat"].get("included", True) for fee in fees):
                continue
            wanted = sum(vat_inside(fee["amount"], fee["vat"]["rate"]) for fee in fees if fee.get("vat"))
            if document.vat_minor != wanted:
                expected = f"VAT {wanted} over {[fee['amount'] for fee in fees]}"
                yield Finding(
                    requirement="SET-074", subject=line.subject, expected=expected, found=str(document.vat_minor)
                )
            else:
                yield line.subject


def day_of(moment: str) -> str:
    """Return a moment's day at the carrier, which pays by Moscow's time; without a zone it is the carrier's already."""
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return (read.astimezone(MOSCOW) if read.tzinfo else read).date().isoformat()


@check("SET-013")
def dated_by_the_payment(history: History) -> Iterator[Finding | str]:
    for line in lines(history):
        day = str((line.fed.normal or {}).get("payment_date", ""))
        for document in line.documents:
            if day_of(document.moment) != day:
                found = document.moment
                yield Finding(requirement="SET-013", subject=line.subject, expected=f"{day} in Moscow", found=found)
            else:
                yield line.subject


def pieces_back(line: Line) -> Counter[str] | None:
    """Return the pieces that this line sends back; None when the order is not known."""
    if line.order is None:
        return None
    if line.normal["outcome"] == "partial":
        return Counter({item["sku"]: item["refused"] for item in line.normal.get("items", []) if item["refused"]})
    return ordered(line.order)


@check("SET-058")
def returns_hold_the_refused_pieces(history: History) -> Iterator[Finding | str]:
    for line in done(history):
        wanted = pieces_back(line)
        if wanted is None or line.normal["outcome"] not in ("partial", "refused"):
            continue
        for document in line.of("SR"):
            found = Counter(dict.fromkeys(wanted, 0))
            for row in document.positions:
                if row.item in wanted or row.item in ordered(line.order or {"lines": []}):
                    found[row.item] += row.quantity
            if +found != wanted:
                expected = f"{dict(wanted)}"
                yield Finding(requirement="SET-058", subject=line.subject, expected=expected, found=f"{dict(+found)}")
            else:
                yield line.subject


@check("SET-061")
def returns_are_worth_what_was_refused(history: History) -> Iterator[Finding | str]:
    """Shipment prices; the delivery charge comes back with a whole refusal, stays with a partial one."""
    for line in done(history):
        pieces = pieces_back(line)
        if pieces is None or line.order is None or line.normal["outcome"] not in ("partial", "refused"):
            continue
        wanted = worth(line.order, pieces)
        if line.normal["outcome"] == "refused" and line.order.get("delivery_charge"):
            wanted += line.order["delivery_charge"]["amount_minor"]
        for document in line.of("SR"):
            if document.sum_minor != wanted:
                found = str(document.sum_minor)
                yield Finding(requirement="SET-061", subject=line.subject, expected=str(wanted), found=found)
            else:
                yield line.subject


def worth(order: Mapping[str, Any], pieces: Counter[str]) -> int:
    """Return what these pieces cost at the shipment's prices; equal articles are filled in position order."""
    left, worth_minor = Counter(pieces), 0
    for row in order["lines"]:
        count = min(left[row["sku"]], row["quantity"])
        left[row["sku"]] -= count
        worth_minor += count * row["unit_price"]["amount_minor"]
    return worth_minor


STATE_OF = {"delivered": "delivered", "partial": "refused_partial", "refused": "refused", "lost": "lost"}


@check("SET-067")
def states_follow_the_outcome(history: History) -> Iterator[Finding | str]:
    for line in lines(history):
        wanted = STATE_OF.get(line.normal["outcome"])
        view = history.view(str(line.order["number"])) if line.order is not None else None
        if wanted is None or view is None:
            continue
        if line.result.result == "settled" and view.final_state != wanted:
            found = str(view.final_state)
            yield Finding(requirement="SET-067", subject=f"{line.subject} {view.number}", expected=wanted, found=found)
        elif line.result.result == "settled":
            yield line.subject
