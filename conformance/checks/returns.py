"""Returns: goods that are home are in stock again, once; goods that are not, are not."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from ..driver.shapes import OrderView
from ..history import Finding, History, Truth
from ..wires import WIRES
from .registry import check
from .tracking import true_status, ways_back


def ordered(order: Mapping[str, Any]) -> Counter[str]:
    """Return the pieces of an order by article."""
    pieces: Counter[str] = Counter()
    for line in order["lines"]:
        pieces[line["sku"]] += line["quantity"]
    return pieces


def handed_over(history: History, number: str) -> Counter[str] | None:
    """Return the pieces the courier handed over, as it last told the connector; None when it never did.

    Source: CDEK `delivery_amount` of an item, read as pieces handed over; absent means all.
    """
    for entry in reversed(history.journal):
        body = (
            entry.answered() if entry.direction == "in" and entry.carrier == "cdek" and entry.method == "GET" else None
        )
        entity = body.get("entity") if isinstance(body, dict) else None
        if not isinstance(entity, dict) or entity.get("number") != number or entity.get("is_return"):
            continue
        items = [item for box in entity.get("packages", []) for item in box.get("items", [])]
        if any("delivery_amount" in item for item in items):
            pieces: Counter[str] = Counter()
            for item in items:
                pieces[str(item.get("ware_key"))] += int(item.get("delivery_amount", item.get("amount", 0)))
            return pieces
    return None


def due_back(history: History, view: OrderView, truth: Truth) -> Counter[str] | None:
    """Return the pieces that must be in stock again by now; None when the history cannot tell."""
    order = next((row for row in history.placed if row["number"] == view.number), None)
    if order is None:
        return None
    if true_status(history, truth) == "returned":
        return ordered(order)
    home = [row for row in ways_back(history, truth) if row.status == "returned"]
    if truth.status != "delivered" or not home:
        return Counter()
    asked = [row for row in view.returns if row.number in {truth.number for truth in home} and row.items]
    if truth.carrier == "cdek" and any(scan.reason == "20" for scan in truth.scans()):
        given = handed_over(history, view.number)
        return None if given is None else +(ordered(order) - given)
    return sum((Counter(dict(row.items)) for row in asked), Counter()) if asked else None


@check("RET-001")
def restored_exactly_once(history: History) -> Iterator[Finding | str]:
    if not history.settled or history.stock is None:
        return
    wanted: Counter[str] = Counter()
    touched = False
    for view, truth in history.booked():
        back = due_back(history, view, truth)
        order = next((row for row in history.placed if row["number"] == view.number), None)
        if back is None or order is None:
            return
        touched = touched or bool(back)
        wanted.subtract(ordered(order))
        wanted.update(back)
    if not touched:
        return
    for sku in sorted({*wanted, *history.stock}):
        found = history.stock.get(sku, 0)
        if found != wanted[sku]:
            expected = f"{wanted[sku]} against the start"
            yield Finding(requirement="RET-001", subject=f"article {sku}", expected=expected, found=str(found))
        else:
            yield sku


def reasons_told(truth: Truth) -> set[str]:
    """Return the reasons that Mail Alliance gave for a way back; CDEK's are numbers, which have no words of ours."""
    if truth.carrier != "mail_alliance":
        return set()
    return {scan.reason for scan in truth.scans() if scan.status == "returning" and scan.reason}


def _numbers_told(history: History) -> Mapping[str, set[str]]:
    """Return tracking number -> numbers that the carrier gave its way back, where that is no parcel of its own."""
    known: dict[str, set[str]] = defaultdict(set)
    for entry in history.journal:
        if entry.direction == "in" and entry.carrier in WIRES:
            for number, back in WIRES[entry.carrier].ways_back(entry):
                known[number].add(back)
    return known


@check("RET-002")
def kept_with_number_reason_and_date(history: History) -> Iterator[Finding | str]:
    if not history.settled:
        return
    told = _numbers_told(history)
    for view, truth in history.booked():
        if true_status(history, truth) != "returned":
            continue
        numbers = {truth.number, *(row.number for row in ways_back(history, truth)), *told.get(truth.number, ())}
        whys = reasons_told(truth)
        good = [row for row in view.returns if row.number in numbers and row.reason and row.received_at is not None]
        good = [row for row in good if not whys or row.reason in whys]
        if len(good) != 1:
            found = [f"{row.number} {row.reason!r} {row.received_at}" for row in view.returns]
            why = f"the carrier's reason ({', '.join(sorted(whys))})" if whys else "reason"
            expected = f"one return, its number of {sorted(numbers)}, with {why} and date"
            yield Finding(requirement="RET-002", subject=view.number, expected=expected, found=f"{found}")
        else:
            yield view.number


@check("RET-003")
def nothing_restored_on_the_way(history: History) -> Iterator[Finding | str]:
    for view in history.orders:
        for row in view.returns:
            subject = f"{view.number} return {row.number}"
            if row.stock_restored and (row.status != "received" or row.received_at is None):
                found = f"restored while {row.status}"
                yield Finding(requirement="RET-003", subject=subject, expected="not before it is received", found=found)
            else:
                yield subject


@check("RET-004")
def a_partial_refusal_restores_the_rest(history: History) -> Iterator[Finding | str]:
    if not history.settled:
        return
    for view, truth in history.booked():
        home = {row.number for row in ways_back(history, truth) if row.status == "returned"}
        if truth.status != "delivered" or not home or not any(scan.reason == "20" for scan in truth.scans()):
            continue
        wanted = due_back(history, view, truth)
        back = sum((Counter(dict(row.items)) for row in view.returns if row.stock_restored), Counter())
        if wanted is not None and back != wanted:
            expected = f"{dict(wanted)} restored"
            yield Finding(requirement="RET-004", subject=view.number, expected=expected, found=f"{dict(back)}")
        else:
            yield view.number


@check("RET-005")
def tied_to_the_direct_order(history: History) -> Iterator[Finding | str]:
    if not history.settled:
        return
    for view, truth in history.booked():
        if truth.carrier != "cdek":
            continue
        for row in ways_back(history, truth):
            if not row.number or not row.scans():
                continue
            if row.number not in {known.number for known in view.returns}:
                found = f"{[known.number for known in view.returns]}"
                expected = f"the return {row.number}"
                yield Finding(requirement="RET-005", subject=view.number, expected=expected, found=found)
            else:
                yield view.number


@check("RET-007")
def lost_goods_stay_lost(history: History) -> Iterator[Finding | str]:
    for view, truth in history.booked():
        if truth.status != "lost_or_damaged":
            continue
        if any(row.stock_restored for row in view.returns):
            yield Finding(requirement="RET-007", subject=view.number, expected="nothing restored", found="restored")
        else:
            yield view.number
