"""Reports as a whole: what holds for all documents, every line's result, the payout explained, a second feeding."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..history import Finding, History
from .registry import check
from .returns import ordered
from .settlement import first_feedings, worth


@check("SET-036")
def no_document_of_zero(history: History) -> Iterator[Finding | str]:
    for document in history.documents:
        if document.sum_minor == 0 or any(row.price_minor == 0 for row in document.positions):
            found = f"{document.kind} {document.sum_minor}"
            yield Finding(requirement="SET-036", subject=document.id, expected="a sum above zero", found=found)
        else:
            yield document.id


@check("SET-038")
def nothing_negative(history: History) -> Iterator[Finding | str]:
    for document in history.documents:
        figures = [document.sum_minor, document.vat_minor]
        figures += [figure for row in document.positions for figure in (row.price_minor, row.quantity)]
        if min(figures) < 0:
            found = f"{document.kind} {figures}"
            yield Finding(requirement="SET-038", subject=document.id, expected="no negative figure", found=found)
        else:
            yield document.id


@check("SET-037")
def one_set_per_line(history: History) -> Iterator[Finding | str]:
    """INV-4: each (report, line, kind) has at most one document; as many lines are booked as have something to book."""
    for fed in first_feedings(history):
        settled = {row.n for row in (fed.result.lines if fed.result else ()) if row.result in ("settled", "already")}
        rows = [line for line in (fed.normal or {})["lines"] if line["n"] in settled]
        wanted = (sum(bool(line["collected"]) for line in rows), sum(any_fee(line) for line in rows))
        made = [row for row in fed.after if fed.result and row.report == fed.result.report and row.line in settled]
        found = tuple(sum(row.kind == kind for row in made) for kind in ("PI", "SP"))
        if found != wanted:
            expected = f"(PI, SP) = {wanted}, one for each line that needs it"
            yield Finding(requirement="SET-037", subject=fed.name, expected=expected, found=str(found))
        elif rows:
            yield fed.name
    count = Counter((row.report, row.line, row.kind) for row in history.documents)
    for (report, line, kind), number in count.items():
        subject = f"report {report} line {line} {kind}"
        if number > 1:
            yield Finding(requirement="SET-037", subject=subject, expected="one document", found=str(number))
        else:
            yield subject


def any_fee(line: Mapping[str, Any]) -> bool:
    return any(fee["amount"] for fee in line["fees"])


@check("SET-018")
def sync_ids_are_their_own(history: History) -> Iterator[Finding | str]:
    count = Counter(row.sync_id for row in history.documents)
    for document in history.documents:
        if not document.sync_id or count[document.sync_id] > 1:
            found = f"{document.sync_id!r} on {count[document.sync_id]} documents"
            yield Finding(requirement="SET-018", subject=document.id, expected="a syncId of its own", found=found)
        else:
            yield document.id


@check("SET-087")
def every_line_has_a_result(history: History) -> Iterator[Finding | str]:
    for fed in history.fed:
        if fed.result is None or fed.normal is None:
            continue
        wanted = sorted(line["n"] for line in fed.normal["lines"])
        found = sorted(row.n for row in fed.result.lines)
        mute = [row.n for row in fed.result.lines if row.result == "exception" and not (row.code and row.sentence)]
        if found != wanted or mute:
            yield Finding(
                requirement="SET-087",
                subject=f"report {fed.result.report}",
                expected=f"lines {wanted}, exceptions with code and sentence",
                found=f"lines {found}, without words: {mute}",
            )
        else:
            yield fed.name


@check("SET-088")
def the_payout_is_explained(history: History) -> Iterator[Finding | str]:
    for fed in first_feedings(history):
        if fed.result is None or fed.normal is None:
            continue
        sums = Counter({"PI": 0, "PO": 0})
        settled = {row.n for row in fed.result.lines if row.result in ("settled", "already")}
        for document in fed.after:
            if document.report == fed.result.report and document.line in settled:
                sums[document.kind] += document.sum_minor
        loose = sum(line["transfer"] for line in fed.normal["lines"] if line["n"] not in settled)
        said = fed.result.reconciliation
        figures = (said.payout_minor, said.documents_minor, said.unsettled_minor)
        wanted = (fed.normal["totals"]["payout"], sums["PI"] - sums["PO"], loose)
        if fed.normal.get("mode", "net") == "net" and figures != wanted:
            expected = "payout, documents, unsettled = " + str(wanted)
            yield Finding(
                requirement="SET-088", subject=f"report {fed.result.report}", expected=expected, found=str(figures)
            )
        elif said.payout_minor != said.documents_minor + said.unsettled_minor:
            yield Finding(
                requirement="SET-088", subject=fed.name, expected="payout = documents + unsettled", found=str(figures)
            )
        else:
            yield fed.name


@check("SET-015")
def a_second_feeding_changes_nothing(history: History) -> Iterator[Finding | str]:
    seen: set[str] = set()
    for fed in history.fed:
        if fed.result is None:
            continue
        if fed.result.report in seen:
            new = sorted({row.id for row in fed.after} - {row.id for row in fed.before})
            changed = [row.id for row in fed.before if row not in fed.after]
            if new or changed:
                found = f"{len(new)} new ({new[:3]}), {len(changed)} changed or gone"
                subject = f"report {fed.result.report} as {fed.name}"
                yield Finding(requirement="SET-015", subject=subject, expected="the same documents", found=found)
            else:
                yield fed.name
        seen.add(fed.result.report)


@check("SET-042")
def never_more_than_owed(history: History) -> Iterator[Finding | str]:
    """INV-2: what is linked to a shipment never exceeds what the buyer owed for it."""
    paid: Counter[str] = Counter()
    for document in history.documents:
        if document.kind == "PI" and document.order is not None and document.linked is not None:
            paid[document.order] += document.linked.sum_minor
    for order in history.placed:
        number = str(order["number"])
        if number not in paid:
            continue
        owed = worth_of(order)
        if paid[number] > owed:
            found = str(paid[number])
            yield Finding(requirement="SET-042", subject=number, expected=f"at most {owed}", found=found)
        else:
            yield number


def worth_of(order: Mapping[str, Any]) -> int:
    """Return the sum of a shipment: its pieces and the delivery charge."""
    charge = order.get("delivery_charge") or {"amount_minor": 0}
    return worth(order, ordered(order)) + int(charge["amount_minor"])
