"""What a connector says of itself proves nothing: the carrier's side must bear it out."""

from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from parcelproof.conformance.bench import NotBooked
from parcelproof.conformance.case import Violation
from parcelproof.conformance.checks import look
from parcelproof.conformance.history import Exchange, History
from parcelproof.conformance.suites.rates import carried
from parcelproof.conformance.suites.security import attempts

from .test_checks_month import edit, event, history_of, month

DELIVERED = (event("out_for_delivery", "out_for_delivery", 20), event("delivered", "delivered", 24))


def test_cash_on_delivery_that_only_the_connector_knows_of_went_nowhere() -> None:
    assert look("RTE-005", month()).verdict == "passed"
    nowhere = replace(month(), truth=tuple(row for row in month().truth if row.reference != "C1"))
    assert look("RTE-005", nowhere).verdict == "failed"


def test_cash_on_delivery_at_a_carrier_other_than_the_one_that_is_shown_fails() -> None:
    history = month()
    moved = tuple(replace(row, carrier="mail_alliance") if row.reference == "C1" else row for row in history.truth)
    assert look("RTE-005", replace(history, truth=moved)).verdict == "failed"


def test_a_parcel_under_another_carriers_name_fails() -> None:
    assert look("LBL-005", edit("M1", carrier="cdek")(month())).verdict == "failed"


def test_a_service_that_comes_in_two_offers_may_be_booked_at_the_cheaper_one() -> None:
    history = month()
    number, offers = next(iter(history.quotes.items()))
    view = history.view(number)
    assert view is not None and look("RTE-003", history).verdict == "passed"
    mine = next(offer for offer in offers if (offer.carrier, offer.service) == (view.carrier, view.service))
    dearer = replace(mine, id="door", total=replace(mine.total, amount_minor=mine.total.amount_minor + 1))
    assert look("RTE-003", replace(history, quotes={number: (dearer, *offers)})).verdict == "passed"


def told(history: History, body: str) -> History:
    """Add an answer of Mail Alliance."""
    more = Exchange(
        seq=900, at=history.ended_at, direction="in", carrier="mail_alliance", operation="read", method="GET",
        path="/v1/parcels/x", status=200, response_body=body,
    )  # fmt: skip
    return replace(history, journal=(*history.journal, more))


@pytest.mark.parametrize(
    ("code", "said", "verdict"),
    [
        ("LABEL_DONE", "{}", "failed"),
        ("LABEL_DONE", '{"status": "LABEL_DONE"}', "passed"),
        ("announced", "{}", "passed"),  # the connector's own note of the booking, which claims to be no carrier's code
        ("", "{}", "passed"),
        ("DONE", '{"status": "LABEL_DONE"}', "failed"),
    ],
)
def test_the_code_of_a_fact_of_the_booking_is_the_carriers_too(code: str, said: str, verdict: str) -> None:
    history = history_of("M1", event(code, "announced", 0), *DELIVERED)(month())
    assert look("TRK-009", told(history, said)).verdict == verdict


def bench(**parcels: str) -> Any:
    """Return a bench on which every order shows CDEK, and each of these has its parcel at that carrier."""
    return SimpleNamespace(
        order=lambda number: SimpleNamespace(carrier="cdek"),
        parcels=lambda number: [SimpleNamespace(carrier=parcels[number], status="x")] if number in parcels else [],
        attempts=list,
    )


def test_an_order_is_where_its_parcel_is() -> None:
    carried(bench(A="cdek"), "RTE-003", "A")
    for wrong in (bench(), bench(A="mail_alliance")):
        with pytest.raises(Violation):
            carried(wrong, "RTE-003", "A")


def test_a_connector_that_asked_for_no_webhooks_has_failed_and_breaks_nothing_of_ours() -> None:
    with pytest.raises(NotBooked, match="cdek sent no webhook"):
        attempts(bench(), "cdek")
