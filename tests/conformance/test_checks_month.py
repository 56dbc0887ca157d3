"""The checks over a written month: the good one passes them, one with a single thing wrong fails."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from parcelproof.conformance.checks import CHECKS, look
from parcelproof.conformance.driver.shapes import OrderView
from parcelproof.conformance.history import History, ReceivedMail, judge_history
from parcelproof.conformance.orders import order

from .test_checks_channels import CHANNELS
from .test_checks_posts import POSTS

T0 = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
EVA = "eva@example.org"
PDF = b"%PDF-1.4 label\n%%EOF"
RUB = {"amount_minor": 47_300, "currency": "RUB"}
EUR = {"amount_minor": 490, "currency": "EUR"}
NUMBERS = {"M1": "MAL000000000017", "C1": "1107000001", "C2": "1107000002", "C3": "1107000003"}


def at(hours: float) -> str:
    return (T0 + timedelta(hours=hours)).isoformat()


def quote(carrier: str, total: Mapping[str, Any], chosen: bool = True) -> dict[str, Any]:
    none = {"amount_minor": 0, "currency": total["currency"]}
    return {
        "id": f"q-{carrier}", "carrier": carrier, "service": "s", "net": total, "surcharges": [], "tax": none,
        "total": total, "days_min": 1, "days_max": 2, "chosen": chosen,
    }  # fmt: skip


def event(code: str, status: str, hours: float, **more: Any) -> dict[str, Any]:
    return {
        "event_id": f"{code}@{hours}", "status": status, "code": code, "text": "", "reason": "",
        "occurred_at": at(hours), "received_at": at(hours), "source": "webhook", **more,
    }  # fmt: skip


def view(number: str, carrier: str, status: str, history: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    total = EUR if carrier == "mail_alliance" else RUB
    return {
        "number": number, "state": "booked", "carrier": carrier, "service": "s", "tracking_number": NUMBERS[number],
        "tracking_numbers": [NUMBERS[number]], "status": status, "partial": False,
        "label": {"format": "PDF", "sha256": sha256(PDF).hexdigest(), "size_bytes": len(PDF)},
        "quote": quote(carrier, total), "booked": total, "history": history, "returns": [], "final_state": None,
        "problems": [], "acting_user": None, **more,
    }  # fmt: skip


def scan(sequence: int, code: str, status: str, hours: float, **more: Any) -> dict[str, Any]:
    return {
        "fact": "scan", "at": at(hours), "occurred_at": at(hours), "sequence": sequence, "code": code,
        "status": status, **more,
    }  # fmt: skip


def truth(number: str, carrier: str, status: str, /, *facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"p-{number}", "carrier": carrier, "number": NUMBERS.get(number, number), "reference": number,
        "status": status, "facts": list(facts), **more,
    }  # fmt: skip


def booking(carrier: str, number: str, seq: int, status: int, fault: str | None, mass_g: int = 400) -> dict[str, Any]:
    to = order(number, carrier)["recipient"]
    alliance = {
        "recipient": {key: to[key] for key in ("name", "street", "house_number", "postal_code")},
        "package": {"weight_g": mass_g, "length_mm": 300, "width_mm": 200, "height_mm": 100},
        "references": {"order": number},
    }
    address = {"postal_code": to["postal_code"], "address": f"{to['street']} {to['house_number']}"}
    items = [{"ware_key": "TEE", "payment": {"value": 990}, "amount": 1}]
    cdek = {
        "number": number, "recipient": {"name": to["name"]}, "to_location": address,
        "packages": [{"weight": mass_g, "length": 30.0, "width": 20, "height": 9.5, "items": items}],
    }  # fmt: skip
    price = {"price": {"total": {"amount": "4.90", "currency": "EUR"}}} if status == 201 else {}
    return {
        "seq": seq, "at": at(0), "direction": "in", "carrier": carrier, "operation": "book", "method": "POST",
        "path": "/v2/orders" if carrier == "cdek" else "/v1/parcels", "status": status, "fault": fault,
        "request_headers": {"Idempotency-Key": f'"key-{number}"'},
        "request_body": msgspec.json.encode(cdek if carrier == "cdek" else alliance).decode(),
        "response_body": msgspec.json.encode(price).decode(),
    }  # fmt: skip


def subscription(carrier: str, seq: int) -> dict[str, Any]:
    path = "/v2/webhooks" if carrier == "cdek" else "/v1/webhook-endpoints"
    return {
        "seq": seq, "at": at(0), "direction": "in", "carrier": carrier, "operation": "subscribe", "method": "POST",
        "path": path, "status": 201, "request_body": '{"url": "http://x"}',
    }  # fmt: skip


def delivered_pieces(number: str, seq: int) -> dict[str, Any]:
    items = [{"ware_key": "TEE", "amount": 2, "delivery_amount": 1}]
    body = {"entity": {"number": number, "packages": [{"items": items}]}}
    return {
        "seq": seq, "at": at(60), "direction": "in", "carrier": "cdek", "operation": "get_order", "method": "GET",
        "path": "/v2/orders/u", "status": 200, "response_body": msgspec.json.encode(body).decode(),
    }  # fmt: skip


def mail(number: str, state: str, hours: float, message_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a received mail and the connector's alert of it."""
    date = (T0 + timedelta(hours=hours)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    text = f"Shipment {NUMBERS[number]}: {state}"
    received = {
        "at": at(hours), "since": at(hours - 1), "sender": "shop@example.org", "recipients": [EVA],
        "headers": [
            ["Date", date], ["Message-ID", f"<{message_id}>"], ["To", EVA], ["Auto-Submitted", "auto-generated"],
        ],
        "subject": state, "text": text, "html": f"<p>{text}</p>",
    }  # fmt: skip
    alert = {
        "subscription": f"s-{number}", "order": number, "email": EVA, "state": state, "sent_at": at(hours),
        "message_id": f"<{message_id}>", "result": "sent",
    }  # fmt: skip
    return received, alert


def follows(number: str) -> dict[str, Any]:
    return {
        "id": f"s-{number}", "order": number, "email": EVA, "origin": "public", "requested_at": at(1),
        "ends_at": at(1 + 30 * 24), "active": True,
    }  # fmt: skip


def pieces(number: str, carrier: str, quantity: int) -> dict[str, Any]:
    body = order(number, carrier)
    body["lines"] = [{**body["lines"][0], "quantity": quantity}]
    return {**body, "mass_g": 400}


def month() -> History:
    """Four parcels: delivered, returned by another number, partly delivered, lost; mails, webhooks, a lost answer."""
    m1 = [scan(1, "out_for_delivery", "out_for_delivery", 20), scan(2, "delivered", "delivered", 24)]
    c1 = [
        scan(1, "TAKEN_BY_COURIER", "out_for_delivery", 20),
        scan(2, "NOT_DELIVERED", "returning", 24, reason="11", opens_return=True),
    ]
    back = [scan(1, "DELIVERED", "delivered", 90, opens_return=True)]
    c2 = [scan(1, "DELIVERED", "delivered", 24, reason="20")]
    rest = [scan(1, "DELIVERED", "delivered", 80, opens_return=True)]
    c3 = [scan(1, "NOT_DELIVERED", "lost_or_damaged", 50, reason="26")]
    returned = {
        "number": "1107000009", "reason": "refused", "status": "received", "received_at": at(90),
        "items": {"TEE": 1}, "stock_restored": True,
    }  # fmt: skip
    partly = {**returned, "number": "1107000010", "received_at": at(80), "items": {"TEE": 1}}
    first, first_alert = mail("M1", "out_for_delivery", 21, "a@shop")
    second, second_alert = mail("M1", "delivered", 25, "b@shop")
    return msgspec.convert(
        {
            "started_at": at(0),
            "ended_at": at(240),
            "kills": 1,
            "journal": [
                subscription("cdek", 1), subscription("mail_alliance", 2),
                booking("mail_alliance", "M1", 3, 503, "after"), booking("mail_alliance", "M1", 4, 201, None),
                booking("cdek", "C1", 5, 202, None), booking("cdek", "C2", 6, 202, None),
                booking("cdek", "C3", 7, 202, None), delivered_pieces("C2", 8),
            ],
            "mails": [first, second],
            "alerts": [first_alert, second_alert],
            "subscriptions": [follows("M1")],
            "attempts": [
                {"at": at(20), "carrier": "mail_alliance", "event": "tracking.out_for_delivery", "status": 204},
                {"at": at(24), "carrier": "mail_alliance", "event": "tracking.delivered", "error": "dropped"},
            ],
            "truth": [
                truth("M1", "mail_alliance", "delivered", *m1),
                truth("C1", "cdek", "returning", *c1),
                truth("B1", "cdek", "returned", *back, return_of="p-C1", number="1107000009"),
                truth("C2", "cdek", "delivered", *c2),
                truth("B2", "cdek", "returned", *rest, return_of="p-C2", number="1107000010"),
                truth("C3", "cdek", "lost_or_damaged", *c3),
            ],
            "placed": [
                {**pieces("M1", "mail_alliance", 1), "carrier": None},
                {**pieces("C1", "cdek", 1), "payment": "cod"},
                pieces("C2", "cdek", 2),
                pieces("C3", "cdek", 1),
            ],
            "orders": [
                view("M1", "mail_alliance", "delivered", [
                    event("out_for_delivery", "out_for_delivery", 20), event("delivered", "delivered", 24),
                ]),
                view("C1", "cdek", "returned", [
                    event("TAKEN_BY_COURIER", "out_for_delivery", 20), event("NOT_DELIVERED", "returning", 24),
                    event("DELIVERED", "returned", 90),
                ], returns=[returned]),
                view("C2", "cdek", "delivered", [
                    event("DELIVERED", "delivered", 24), event("DELIVERED", "delivered", 80),
                ], partial=True, returns=[partly]),
                view("C3", "cdek", "lost_or_damaged", [event("NOT_DELIVERED", "lost_or_damaged", 50)]),
            ],
            "quotes": {"M1": [
                quote("mail_alliance", EUR), quote("cdek", {"amount_minor": 900, "currency": "EUR"}, False),
            ]},
            "labels": [
                {"order": number, "reads": [PDF, PDF], "codes": [tracking], "sizes_mm": [[100, 150]]}
                for number, tracking in NUMBERS.items()
            ],
            "stock": {"TEE": -3},
            "secrets": {"cdek": ["a secret of CDEK's"], "mail_alliance": ["mak_test_month"]},
            "rates": {"EUR": "1", "RUB": "0.0102"},
            "choice": "cheapest",
        },
        History,
    )  # fmt: skip


Break = Callable[[History], History]


def edit(number: str, **changed: Any) -> Break:
    """Change one order's view."""

    def broken(history: History) -> History:
        orders = tuple(
            msgspec.convert({**msgspec.to_builtins(row), **changed}, OrderView) if row.number == number else row
            for row in history.orders
        )
        return replace(history, orders=orders)

    return broken


def history_of(number: str, *events: dict[str, Any]) -> Break:
    return edit(number, history=list(events))


def first_mail(**changed: Any) -> Break:
    return lambda history: replace(history, mails=(replace(history.mails[0], **changed), *history.mails[1:]))


def header(name: str, value: str | None) -> Break:
    """Replace one header of the first mail, or take it away."""

    def broken(history: History) -> History:
        kept = tuple((key, text) for key, text in history.mails[0].headers if key != name)
        return first_mail(headers=(*kept, (name, value)) if value else kept)(history)

    return broken


def label(**changed: Any) -> Break:
    return lambda history: replace(history, labels=(replace(history.labels[0], **changed), *history.labels[1:]))


def entry(place: int, **changed: Any) -> Break:
    """Change one exchange of the journal; without changes it is taken away."""

    def broken(history: History) -> History:
        journal = list(history.journal)
        journal[place : place + 1] = [replace(journal[place], **changed)] if changed else []
        return replace(history, journal=tuple(journal))

    return broken


def more(name: str, *added: Any) -> Break:
    return lambda history: replace(history, **{name: (*getattr(history, name), *added)})


def second_parcel(history: History) -> History:
    twin = replace(next(row for row in history.truth if row.reference == "M1"), id="p-twin", number="MAL000000000029")
    return more("truth", twin)(history)


def earlier_waits(history: History) -> History:
    waiting = replace(history.alerts[0], result="waiting")
    return replace(history, alerts=(waiting, *history.alerts[1:]))


def dear(history: History) -> History:
    offers = tuple(
        replace(row, total=replace(row.total, amount_minor=10)) if row.carrier == "cdek" else row
        for row in history.quotes["M1"]
    )
    return replace(history, quotes={"M1": offers})


def not_adding_up(history: History) -> History:
    offers = tuple(replace(row, tax=replace(row.tax, amount_minor=1)) for row in history.quotes["M1"])
    return replace(history, quotes={"M1": offers})


def dated(hours: float) -> tuple[tuple[str, str], ...]:
    """Return the headers of the first mail, dated otherwise."""
    date = (T0 + timedelta(hours=hours)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return tuple((name, date if name == "Date" else text) for name, text in month().mails[0].headers)


def late_first(history: History) -> ReceivedMail:
    """Return the first mail, sent after the second one told of something newer."""
    return replace(history.mails[0], at=T0 + timedelta(hours=27), since=T0 + timedelta(hours=26), headers=dated(27))


OUT, DONE = event("out_for_delivery", "out_for_delivery", 20), event("delivered", "delivered", 24)
SAME = {"number": "1107000009", "reason": "refused", "status": "received", "received_at": at(90), "items": {"TEE": 1}}
MONTH: dict[str, Break] = {
    "AUT-002": edit("M1", status="out_for_delivery"),
    "LBL-008": edit("M1", tracking_number="MAL000000000018"),  # its check digit is 7
    "LBL-009": label(sizes_mm=((210.0, 297.0),)),
    "TRK-013": history_of("M1", DONE),
    "TRK-017": lambda history: entry(7)(history),
    "NTF-003": lambda history: replace(history, mails=history.mails[:1]),
    "NTF-010": lambda history: first_mail(
        at=T0 + timedelta(hours=19), since=T0 + timedelta(hours=18), headers=dated(19)
    )(history),
    "NTF-211": lambda history: replace(history, mails=(late_first(history), history.mails[1])),
    "SEC-010": first_mail(text="Shipment for Jörg Müller"),
    "SEC-011": entry(3, request_headers={"X-Old-Key": "a secret of CDEK's"}),
    "SEC-012": entry(7, query="client_secret=***"),
    "LBL-001": edit("M1", label={"format": "PDF", "sha256": "0" * 64, "size_bytes": len(PDF)}),
    "LBL-002": label(codes=("1107000001",)),
    "LBL-003": label(reads=(PDF, PDF + b" ")),
    "LBL-004": label(reads=(b"<svg/>", b"<svg/>")),
    "LBL-005": edit("M1", tracking_number="MAL000000000012"),
    "LBL-006": entry(3, request_body=booking("mail_alliance", "M1", 4, 201, None, mass_g=399)["request_body"]),
    "IDM-001": second_parcel,
    "IDM-002": entry(3, request_headers={"Idempotency-Key": "another"}),
    "IDM-004": second_parcel,
    "IDM-025": history_of("M1", DONE),
    "RTE-003": dear,
    "RTE-004": edit("M1", booked={"amount_minor": 491, "currency": "EUR"}),
    "RTE-005": edit("C1", carrier="mail_alliance"),
    "RTE-008": not_adding_up,
    "NUM-001": edit("C2", tracking_number=NUMBERS["C1"]),
    "TRK-001": edit("M1", status="out_for_delivery"),
    "TRK-002": edit("M1", status="in_transit"),
    "TRK-003": history_of("M1", OUT, DONE, {**DONE, "event_id": "again"}),
    "TRK-004": history_of("M1", DONE),
    "TRK-008": edit("C1", status="delivered"),
    "TRK-009": history_of("M1", OUT, DONE, event("held", "held", 23)),
    "TRK-011": edit("C2", partial=False),
    "TRK-012": edit("C3", status="undeliverable"),
    "WHK-001": entry(1),
    "WHK-004": lambda history: replace(history, attempts=(replace(history.attempts[0], status=500),)),
    "WHK-006": edit("M1", status="out_for_delivery"),
    "RET-001": lambda history: replace(history, stock={"TEE": -2}),
    "RET-002": edit("C1", returns=[{**SAME, "reason": "", "stock_restored": True}]),
    "RET-003": edit("C1", returns=[{**SAME, "status": "returning", "received_at": None, "stock_restored": True}]),
    "RET-004": edit("C2", returns=[{**SAME, "number": "1107000010", "items": {"TEE": 2}, "stock_restored": True}]),
    "RET-005": edit("C1", returns=[]),
    "RET-007": edit("C3", returns=[{**SAME, "stock_restored": True}]),
    "NTF-002": lambda history: replace(history, subscriptions=()),
    "NTF-005": lambda history: replace(
        history, alerts=(history.alerts[0], replace(history.alerts[1], state="out_for_delivery"))
    ),
    "NTF-006": first_mail(at=T0 + timedelta(hours=24.5), since=T0 + timedelta(hours=24)),
    "NTF-008": lambda history: more("mails", history.mails[0])(history),
    "NTF-009": earlier_waits,
    "NTF-011": first_mail(text=f"Shipment {NUMBERS['M1']} to Torstraße 12", html="<p>x</p>"),
    "NTF-013": first_mail(text="Your shipment", html="<p>Your shipment</p>"),
    "NTF-020": lambda history: replace(
        history, subscriptions=(replace(history.subscriptions[0], ends_at=T0 + timedelta(days=29)),)
    ),
    "NTF-021": lambda history: replace(
        history, subscriptions=(replace(history.subscriptions[0], ends_at=T0 + timedelta(hours=22)),)
    ),
    "NTF-206": first_mail(text=f"Shipments {NUMBERS['M1']} and {NUMBERS['C1']}"),
    "NTF-245": header("Auto-Submitted", None),
    "NTF-246": header("Cc", "adam@example.org"),
}


def test_the_good_month_holds_every_check_it_speaks_of() -> None:
    verdicts = {row.requirement: (row.verdict, row.findings) for row in judge_history(month())}
    assert {number: found for number, found in verdicts.items() if found[0] in ("failed", "warned")} == {}
    assert {number for number, found in verdicts.items() if found[0] == "passed"} == set(MONTH)


@pytest.mark.parametrize("number", MONTH)
def test_a_month_with_one_thing_wrong_fails(number: str) -> None:
    judged = look(number, MONTH[number](month()))
    assert judged.verdict in ("failed", "warned"), judged
    assert all(row.requirement == number and row.subject and row.expected and row.found for row in judged.findings)


def test_every_check_but_settlements_has_a_history_that_breaks_it() -> None:
    assert set(MONTH) | set(CHANNELS) | POSTS == {number for number in CHECKS if not number.startswith("SET-")}


def test_an_empty_history_proves_nothing() -> None:
    empty = History(started_at=T0, ended_at=T0)
    assert {row.verdict for row in judge_history(empty)} == {"skipped"}


def test_a_history_before_the_last_poll_is_not_held_against_the_truth() -> None:
    early = replace(edit("M1", status="out_for_delivery")(month()), settled=False)
    assert look("TRK-001", early).verdict == "skipped"
