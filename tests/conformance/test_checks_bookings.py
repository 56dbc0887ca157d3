"""What a booking tells the carrier: the whole street, the cash to collect, sizes as CDEK's clients write them."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from parcelproof.conformance.checks import look
from parcelproof.conformance.history import Exchange, History

from .test_checks_month import month


def booked_with(change: dict[str, Any]) -> History:
    """Return the good month with another booking of C1 at CDEK."""

    def told(entry: Exchange) -> Exchange:
        body = entry.asked()
        if not isinstance(body, dict) or body.get("number") != "C1":
            return entry
        return replace(entry, request_body=msgspec.json.encode({**body, **change}).decode())

    history = month()
    return replace(history, journal=tuple(told(entry) for entry in history.journal))


def package(*items: dict[str, Any], **sides: Any) -> dict[str, Any]:
    return {"packages": [{"weight": 400, "length": 30, "width": 20, "height": 10, **sides, "items": list(items)}]}


@pytest.mark.parametrize(
    ("requirement", "change", "verdict"),
    [
        ("RTE-005", package({"payment": {"value": 0}, "amount": 1}), "failed"),
        ("RTE-005", package({"payment": {"value": 9.9}, "amount": 1}), "failed"),
        ("RTE-005", package({"amount": 1}), "failed"),
        ("RTE-005", package({"payment": {"value": 495.0}, "amount": 2}), "passed"),
        ("RTE-005", {**package({"amount": 1}), "delivery_recipient_cost": {"value": 990}}, "passed"),
        ("LBL-006", package({"amount": 1}, length=30.0, height=9.5), "passed"),
        ("LBL-006", package({"amount": 1}, height=9), "failed"),
        ("LBL-006", package({"amount": 1}, height="10"), "failed"),
        ("LBL-006", {"to_location": {"postal_code": "190000", "address": "Nevskij"}}, "failed"),
    ],
)
def test_a_booking_at_cdek(requirement: str, change: dict[str, Any], verdict: str) -> None:
    assert look(requirement, booked_with(change)).verdict == verdict


def test_a_mail_that_tells_when_earlier_news_was() -> None:
    history = month()
    earlier = history.orders[0].history[0].occurred_at
    mails = [replace(mail, text=f"{mail.text}\n{earlier:%Y-%m-%dT%H:%M}Z") for mail in history.mails]
    assert look("NTF-011", replace(history, mails=(history.mails[0], mails[1]))).verdict == "failed"
    assert look("NTF-011", replace(history, mails=(mails[0], history.mails[1]))).verdict == "passed"
