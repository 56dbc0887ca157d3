"""The settlement checks over the worked example: as the contract has it all hold, with one thing wrong one fails."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from parcelproof.conformance.checks import CHECKS, judge, look
from parcelproof.conformance.checks.settlement import day_of
from parcelproof.conformance.driver.shapes import Document, LineResult, OrderView, Reconciliation, ReportResult
from parcelproof.conformance.history import Fed, History
from parcelproof.conformance.reports import report, worked_lines, worked_orders

T0 = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
VIEW: dict[str, Any] = {
    "state": "booked", "carrier": "cdek", "service": "139", "tracking_numbers": [], "status": "delivered",
    "partial": False, "label": None, "quote": None, "booked": None, "history": [], "returns": [], "problems": [],
    "acting_user": None,
}  # fmt: skip
Break = Callable[[History], History]


def documents_of(lines: list[dict[str, Any]]) -> list[Document]:
    """Return the fourteen documents of the worked example, as the contract's section 7 has them."""
    goods = {"A3": ("A3-BACK", 189_900, 0), "A4": ("A4-S", 249_900, 35_000)}
    made = []
    vats = {1: 9_270, 2: 4_675, 3: 11_925, 4: 8_750, 5: 5_000}
    for line in lines:
        n, number = line["n"], line["order"] or None
        fees = sum(row["amount"] for row in line["fees"])
        services = [{"item": row["kind"], "quantity": 1, "price_minor": row["amount"]} for row in line["fees"]]
        rows: list[dict[str, Any]] = [
            {"kind": "SP", "counterparty": "courier", "sum_minor": fees, "vat_minor": vats[n], "positions": services},
            {"kind": "PO", "counterparty": "courier", "sum_minor": fees,
             "linked": {"kind": "SP", "id": f"{n}-SP", "sum_minor": fees}},
        ]  # fmt: skip
        if line["collected"]:
            paid = {"kind": "shipment", "id": line["tracking"], "sum_minor": line["collected"]}
            rows.append({"kind": "PI", "counterparty": "buyer", "sum_minor": line["collected"], "linked": paid})
        if number in goods:
            sku, price, charge = goods[number]
            back = [{"item": sku, "quantity": 1, "price_minor": price}]
            back += [{"item": "delivery", "quantity": 1, "price_minor": charge}] if charge else []
            rows.append({"kind": "SR", "counterparty": "buyer", "sum_minor": price + charge, "positions": back})
        for row in rows:
            base = {
                "id": f"{n}-{row['kind']}", "order": number, "tracking": line["tracking"], "vat_minor": 0,
                "currency": "RUB", "linked": None, "positions": [], "moment": "2026-03-02", "report": "4711",
                "line": n, "sync_id": f"sync-{n}-{row['kind']}",
            }  # fmt: skip
            made.append(msgspec.convert({**base, **row}, Document))
    return made


def registry() -> History:
    """The worked example, fed twice."""
    orders = worked_orders()
    tracking = {row["number"]: f"10000000{place}" for place, row in enumerate(orders, start=1)}
    normal = report("4711", worked_lines(tracking))
    documents = tuple(documents_of(normal["lines"]))
    result = ReportResult(
        report="4711",
        state="done",
        lines=tuple(LineResult(n=line["n"], result="settled", order=line["order"] or None) for line in normal["lines"]),
        reconciliation=msgspec.convert(
            {"payout_minor": 647_082, "documents_minor": 647_082, "unsettled_minor": 0}, Reconciliation
        ),
    )
    finals = {"A1": "delivered", "A2": "delivered", "A3": "refused_partial", "A4": "refused"}
    views = [
        {**VIEW, "number": number, "tracking_number": tracking[number], "final_state": final}
        for number, final in finals.items()
    ]
    return History(
        started_at=T0,
        ended_at=T0,
        placed=tuple(orders),
        orders=msgspec.convert(views, tuple[OrderView, ...]),
        documents=documents,
        fed=(
            Fed(name="first.json", normal=normal, result=result, after=documents),
            Fed(name="again.json", normal=normal, result=result, before=documents, after=documents),
        ),
    )


def document(kind: str, line: int, **changed: Any) -> Break:
    """Change one document of the registry, in what the connector lists now."""

    def broken(history: History) -> History:
        documents = tuple(
            msgspec.convert({**msgspec.to_builtins(row), **changed}, Document)
            if (row.kind, row.line) == (kind, line)
            else row
            for row in history.documents
        )
        return replace(history, documents=documents)

    return broken


def final_state(number: str, state: str | None) -> Break:
    def broken(history: History) -> History:
        orders = tuple(replace(row, final_state=state) if row.number == number else row for row in history.orders)
        return replace(history, orders=orders)

    return broken


def new_document(history: History) -> History:
    again = history.fed[1]
    return replace(
        history, fed=(history.fed[0], replace(again, after=(*again.after, replace(again.after[0], id="new"))))
    )


def mute_exception(history: History) -> History:
    result = history.fed[0].result
    assert result is not None
    lines = (replace(result.lines[0], result="exception"), *result.lines[1:])
    return replace(history, fed=(replace(history.fed[0], result=replace(result, lines=lines)), *history.fed[1:]))


def unexplained(history: History) -> History:
    result = history.fed[0].result
    assert result is not None
    said = replace(result.reconciliation, documents_minor=647_081)
    return replace(
        history, fed=(replace(history.fed[0], result=replace(result, reconciliation=said)), *history.fed[1:])
    )


REGISTRY: dict[str, Break] = {
    "SET-013": document("PI", 1, moment="2026-03-05"),
    "SET-015": new_document,
    "SET-018": document("PI", 1, sync_id="sync-1-SP"),
    "SET-035": lambda history: replace(history, documents=history.documents[1:]),
    "SET-036": document("SP", 2, positions=[{"item": "delivery", "quantity": 1, "price_minor": 0}]),
    "SET-037": lambda history: replace(
        history, documents=(*history.documents, replace(history.documents[0], id="second", sync_id="s"))
    ),
    "SET-038": document("SP", 2, positions=[{"item": "delivery", "quantity": 1, "price_minor": -5}]),
    "SET-041": document("PI", 1, sum_minor=494_279),
    "SET-042": document("PI", 1, linked={"kind": "shipment", "id": "x", "sum_minor": 549_901}),
    "SET-045": document("PI", 1, counterparty="courier"),
    "SET-047": document("PO", 1, linked={"kind": "SP", "id": "2-SP", "sum_minor": 55_621}),
    "SET-048": document("SP", 1, order="A2"),
    "SET-053": document("SP", 1, positions=[{"item": "delivery", "quantity": 1, "price_minor": 55_621}]),
    "SET-058": document("SR", 3, positions=[{"item": "A3-KEPT", "quantity": 1, "price_minor": 189_900}]),
    "SET-061": document("SR", 4, sum_minor=249_900),
    "SET-067": final_state("A3", "refused"),
    "SET-074": document("SP", 1, vat_minor=9_269),
    "SET-087": mute_exception,
    "SET-088": unexplained,
}


def test_the_worked_registry_holds_every_check_it_speaks_of() -> None:
    verdicts = {row.requirement: (row.verdict, row.findings) for row in judge(registry(), REGISTRY)}
    assert {number: found for number, found in verdicts.items() if found[0] != "passed"} == {}


def test_every_settlement_check_has_a_report_that_breaks_it() -> None:
    assert set(REGISTRY) == {number for number in CHECKS if number.startswith("SET-")}


@pytest.mark.parametrize("number", REGISTRY)
def test_a_registry_with_one_thing_wrong_fails(number: str) -> None:
    judged = look(number, REGISTRY[number](registry()))
    assert judged.verdict == "failed", judged
    assert all(row.requirement == number and row.subject and row.expected and row.found for row in judged.findings)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02T00:00:00", "2026-03-02"),
        ("2026-03-01T21:00:00Z", "2026-03-02"),  # midnight in Moscow
        ("2026-03-02T21:30:00Z", "2026-03-03"),
        ("2 March", "2 March"),
    ],
)
def test_a_moment_has_its_day_in_moscow(moment: str, day: str) -> None:
    assert day_of(moment) == day
