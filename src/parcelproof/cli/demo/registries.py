"""The carrier's payout registries: by its API, and as a spreadsheet in a forwarded mail; and both again."""

import json
import smtplib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from email.message import EmailMessage
from typing import Any

from parcelproof.conformance.bench import Bench
from parcelproof.conformance.driver.shapes import Document

from .claims import Claims

CARRIER = "cdek"
SUMS = (  # ours, the carrier's
    ("transfer_minor", "transfer_sum"),
    ("collected_minor", "payment_sum"),
    ("cost_minor", "total_sum_without_agent"),
    ("agent_minor", "agent_commission_sum"),
)
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def mail_in(bench: Bench, claims: Claims) -> str:
    """Let the carrier pay now, and forward its registry before the engine asks the API; empty if nothing is due."""
    number = bench.control.make_payout(bench.tenant, CARRIER)
    if number is None:
        return ""
    before = bench.connector.documents()
    send(bench, number)
    bench.flush()
    made = bench.connector.documents()
    claims.equal(f"the registry {number} in a forwarded mail is booked", True, len(made) > len(before))
    send(bench, number)
    bench.flush()
    claims.equal(f"the same mail again changes nothing ({number})", made, bench.connector.documents())
    return number


def send(bench: Bench, number: str) -> None:
    """Forward a registry's spreadsheet to the address that the engine reads."""
    target = bench.lab.capabilities.mail_in
    if target is None:
        return
    mail = EmailMessage()
    mail["From"], mail["To"] = "accounts@shop.example", target.address
    mail["Subject"] = f"Fwd: Реестр {number}"
    mail.set_content("See attached.\n\n---------- Forwarded message ----------\nFrom: CDEK\n")
    content = bench.control.payout_file(bench.tenant, CARRIER, number, "xlsx")
    mail.add_attachment(content, maintype=XLSX[0], subtype=XLSX[1], filename=f"registry-{number}.xlsx")
    with smtplib.SMTP(target.host, target.port, timeout=30) as server:
        server.send_message(mail)


def feed_again(bench: Bench, claims: Claims) -> None:
    """Feed every registry again as a spreadsheet and as CSV in CP1251: nothing may change."""
    before = state(bench)
    numbers = [str(row["number"]) for row in bench.control.payouts(bench.tenant, CARRIER)]
    for number in numbers:
        for form in ("xlsx", "csv-cp1251"):
            bench.feed(f"{number}.{form}", bench.control.payout_file(bench.tenant, CARRIER, number, form))
    claims.equal("a second feeding of every registry changes nothing", before, state(bench))
    claims.none("there were several registries", [] if len(numbers) > 1 else [numbers], looked_at=len(numbers))
    hold_documents(bench, claims)


def state(bench: Bench) -> tuple[object, ...]:
    connector = bench.connector
    return (connector.documents(), connector.balances(), connector.profit_and_loss(), connector.stock())


def hold_documents(bench: Bench, claims: Claims) -> None:
    """Hold the documents of each line against the carrier's own registry, to the kopeck."""
    made: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for document in bench.connector.documents():
        made[document.report, document.tracking or ""].append(document)
    wrong, looked_at, movement_minor = [], 0, 0
    for number, rows in registries(bench):
        payout_minor = sum(row["transfer_minor"] for row in rows)
        movement_minor += max(payout_minor, 0)  # a debt moves no money: the carrier carries it forward
        for row in rows:
            looked_at += 1
            documents = made[number, row["tracking"]]
            found = {kind: sum(one.sum_minor for one in documents if one.kind == kind) for kind in ("PI", "SP", "PO")}
            wanted = expected(row, found["PO"] if payout_minor < 0 else None)
            if found != wanted:
                wrong.append(f"registry {number}, {row['tracking']}: expected {wanted}, found {found}")
    claims.none("every registry line made exactly its documents, to the kopeck", wrong, looked_at=looked_at)
    account = {row.currency: row.movement_minor for row in bench.connector.balances().account}
    claims.equal("the account moved by exactly what was paid out", {"RUB": movement_minor}, account)


def expected(row: Mapping[str, Any], carried_minor: int | None) -> dict[str, int]:
    """Return kind -> sum of a net line: what was collected, the services, and the money out for them.

    In a registry that pays nothing out, money goes out only as far as it came in (`carried_minor` of it).
    """
    fees_minor = row["cost_minor"] + row["agent_minor"]
    return {
        "PI": row["collected_minor"],
        "SP": fees_minor,
        "PO": fees_minor if carried_minor is None else carried_minor,
    }


def registries(bench: Bench) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield (number, rows) of each registry that the carrier paid, with amounts in kopecks."""
    for listed in bench.control.payouts(bench.tenant, CARRIER):
        number = str(listed["number"])
        content = bench.control.payout_file(bench.tenant, CARRIER, number, "json")
        for registry in json.loads(content, parse_float=Decimal)["registries"]:
            rows = []
            for entry in registry["orders"]:
                sums = {ours: minor(entry[theirs]) for ours, theirs in SUMS}
                rows.append({"tracking": entry["cdek_number"], **sums})
            yield number, rows


def minor(amount: Decimal | int) -> int:
    """Return roubles as kopecks. JSON numbers are read as decimals, never as binary floats."""
    return int(Decimal(amount).scaleb(2))
