"""Mails matched to news, over written histories: a late scan may be news to one follower and old to another."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from parcelproof.conformance.checks.exactly import judged
from parcelproof.conformance.history import History

T0 = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
EVA, ADAM = "eva@example.org", "adam@example.org"


def at(minutes: int) -> str:
    return (T0 + timedelta(minutes=minutes)).isoformat()


def scan(name: str, occurred: int, received: int) -> dict[str, Any]:
    return {
        "event_id": name, "status": "out_for_delivery", "code": "out_for_delivery", "text": "", "reason": "",
        "occurred_at": at(occurred), "received_at": at(received), "source": "webhook",
    }  # fmt: skip


def kinds(*mails: tuple[int, str]) -> list[str]:
    """Judge (minute, to whom). Two scans come, Adam joins at 40, then at 50 a scan comes that lies before both."""
    events = [scan("e1", 10, 10), scan("e2", 20, 20), scan("e0", 5, 50)]
    order = {
        "number": "N-1", "state": "booked", "carrier": "mail_alliance", "service": "s", "tracking_number": "M",
        "tracking_numbers": ["M"], "status": "out_for_delivery", "partial": False, "label": None, "quote": None,
        "booked": None, "history": events, "returns": [], "final_state": None, "problems": [], "acting_user": None,
    }  # fmt: skip
    follower = {"order": "N-1", "origin": "staff", "ends_at": at(40_000), "active": True}
    alert = {"subscription": "s", "order": "N-1", "state": "out_for_delivery", "result": "sent"}
    found, _ = judged(
        msgspec.convert(
            {
                "started_at": at(0),
                "ended_at": at(200),
                "orders": [order],
                "subscriptions": [
                    {**follower, "id": "s1", "email": EVA, "requested_at": at(0)},
                    {**follower, "id": "s2", "email": ADAM, "requested_at": at(40)},
                ],
                "alerts": [
                    {**alert, "email": whom, "sent_at": at(minute), "message_id": f"<{minute}{whom}>"}
                    for minute, whom in mails
                ],
                "mails": [
                    {
                        "at": at(minute), "sender": "shop@shop.example", "recipients": [whom], "subject": "news",
                        "text": "", "html": "", "headers": [["Message-ID", f"<{minute}{whom}>"]],
                    }
                    for minute, whom in mails
                ],
            },
            History,
        )
    )  # fmt: skip
    return [fault.kind for fault in found]


def test_a_late_scan_may_be_told_to_him_who_joined_before_it_came() -> None:
    assert kinds((60, EVA), (60, ADAM)) == []


def test_he_need_not_be_told_of_it() -> None:
    assert kinds((60, EVA)) == []


def test_what_came_before_he_joined_is_not_told_to_him() -> None:
    assert kinds((60, EVA), (45, ADAM)) == ["unfounded"]


def test_the_same_news_again_is_doubled() -> None:
    assert "doubled" in kinds((30, EVA), (60, EVA), (120, EVA), (180, EVA))
