"""Customs: which form, what the double decides and when, and that the parcel waits for it."""

import base64
from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from parcelproof.simulators.core.parcel import Scan
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.postal_api.russia.forms import customs
from parcelproof.simulators.postal_api.russia.forms.customs_rule import form_of

from ..own_desk import DAY_MS, HOUR_MS, MINUTE_MS, OwnDesk
from ..own_desk import order as plain
from .sample import abroad, entry, order, text_of

SDR_MINOR = 12_551
LIMIT_MINOR = 300 * SDR_MINOR


@pytest.fixture
def desk() -> OwnDesk:
    return OwnDesk(token="customs")


@pytest.mark.parametrize(
    ("mail_type", "value_minor", "form"),
    [
        ("SMALL_PACKET", LIMIT_MINOR - 1, "CN22"),
        ("SMALL_PACKET", LIMIT_MINOR, "CN23"),
        ("SMALL_PACKET", LIMIT_MINOR + 1, "CN23"),
        ("BANDEROL", LIMIT_MINOR - 1, "CN22"),
        ("BANDEROL", LIMIT_MINOR + 1, "CN23"),
        ("POSTAL_PARCEL", 1, "CN23"),
        ("EMS", 1, "CN23"),
    ],
)
def test_the_form_is_chosen_by_kind_and_value(desk: OwnDesk, mail_type: str, value_minor: int, form: str) -> None:
    desk.otpravka("GET", "/1.0/settings/limit")
    sent = abroad(entry(amount=1, value=value_minor), **{"mail-type": mail_type})
    assert form_of(desk.world, sent) == form


def test_pieces_count_and_the_rate_is_a_setting(desk: OwnDesk) -> None:
    desk.otpravka("GET", "/1.0/settings/limit")
    sent = abroad(entry(amount=3, value=10_000), entry(amount=1, value=1), **{"mail-type": "SMALL_PACKET"})
    desk.world.store.header.settings["sdr_rate_minor"] = 101
    assert form_of(desk.world, sent) == "CN22", "30001 kopecks, 300 SDR are 30300"
    desk.world.store.header.settings["sdr_rate_minor"] = 100
    assert form_of(desk.world, sent) == "CN23"


def test_at_the_limit_itself_a_switch_decides(desk: OwnDesk) -> None:
    desk.otpravka("GET", "/1.0/settings/limit")
    desk.world.store.header.settings["customs_form_at_limit"] = "CN22"
    sent = abroad(entry(amount=1, value=LIMIT_MINOR), **{"mail-type": "SMALL_PACKET"})
    assert form_of(desk.world, sent) == "CN22"
    dearer = abroad(entry(amount=1, value=LIMIT_MINOR + 1), **{"mail-type": "SMALL_PACKET"})
    assert form_of(desk.world, dearer) == "CN23"


@pytest.mark.parametrize(
    ("currency", "value_minor", "form"),
    [
        ("EUR", 300 * 117 - 1, "CN22"),
        ("EUR", 300 * 117, "CN23"),
        ("EUR", 3_000_000, "CN23"),
        ("JPY", 300 * 20_100 - 1, "CN22"),
        ("JPY", 300 * 20_100, "CN23"),
        ("UZS", 1, "CN23"),
    ],
)
def test_the_currency_counts(desk: OwnDesk, currency: str, value_minor: int, form: str) -> None:
    desk.otpravka("GET", "/1.0/settings/limit")
    told = entry(amount=1, value=value_minor)
    assert form_of(desk.world, abroad(told, currency=currency, **{"mail-type": "SMALL_PACKET"})) == form
    desk.world.store.header.settings |= {"customs_form_at_limit": "CN22", "sdr_rate_minor": 1}
    at_limit = {"EUR": 300 * 117, "JPY": 300 * 20_100}.get(currency) == value_minor
    found = form_of(desk.world, abroad(told, currency=currency, **{"mail-type": "SMALL_PACKET"}))
    assert found == ("CN22" if at_limit else form), "the rouble's rate is the rouble's"


def test_a_dear_packet_in_euro_is_told_alike_everywhere(desk: OwnDesk) -> None:
    declared = {"currency": "EUR", "entries-type": "SALE_OF_GOODS"}
    cheap, dear = (
        checked_in(
            desk,
            "",
            **{
                "mail-type": "SMALL_PACKET",
                "mail-category": "ORDERED",
                "customs-declaration": {**declared, "customs-entries": [entry(amount=1, value=value_minor)]},
            },
        )
        for value_minor in (35_099, 3_000_000)
    )
    for order_id, form, told in ((cheap, "CN22", "350.99 EUR"), (dear, "CN23", "30000.00 EUR")):
        found = desk.read(f"/orders/{order_id}/customs")
        assert (found["form"], found["currency"]) == (form, "EUR")
        printed = text_of(desk.call("GET", f"/parcelproof/v1/orders/{order_id}/customs-form").body)
        assert form in printed and told in printed
        sent = base64.b64decode(shown(desk, order_id)["mpo-declaration"]).decode()
        assert "<currency>EUR</currency>" in sent


def test_what_stays_has_no_form(desk: OwnDesk) -> None:
    desk.otpravka("GET", "/1.0/settings/limit")
    assert form_of(desk.world, order(1)) == ""


def checked_in(desk: OwnDesk, comment: str = "", **changes: Any) -> int:
    """Send a parcel to Berlin as far as the check-in and return its id."""
    declared = {"currency": "RUB", "entries-type": "SALE_OF_GOODS", "customs-entries": [entry()]}
    told = {"mail-type": "POSTAL_PARCEL", "mail-direct": 276, "str-index-to": "10115", "place-to": "Berlin"}
    named = {"region-to": "Berlin", "recipient-name": "Hans Mueller", "given-name": "Hans", "surname": "Mueller"}
    sent = plain(**{**told, **named, "street-to": "Hauptstrasse", "comment": comment, "customs-declaration": declared})
    sent = {**sent, **changes}
    del sent["index-to"]
    made = desk.put_orders(sent)
    assert "errors" not in made, made
    (order_id,) = made["result-ids"]
    (batch,) = desk.otpravka("POST", "/1.0/user/shipment", [order_id])["batches"]
    assert desk.otpravka("POST", f"/1.0/batch/{batch['batch-name']}/checkin") == {"f103-sent": True}
    return int(order_id)


def shown(desk: OwnDesk, order_id: int) -> dict[str, Any]:
    found: dict[str, Any] = desk.otpravka("GET", f"/1.0/shipment/{order_id}")
    return found


def codes(desk: OwnDesk, order_id: int) -> list[str]:
    facts = desk.world.parcel(f"russian_post-{order_id}").facts
    return [fact.code for fact in facts if isinstance(fact, Scan)]


def customs_codes(desk: OwnDesk, order_id: int) -> list[str]:
    return [code for code in codes(desk, order_id) if code.startswith("39/")]


def test_a_declaration_is_registered_and_released_after_virtual_hours(desk: OwnDesk) -> None:
    order_id = checked_in(desk)
    assert shown(desk, order_id)["declaration-status"] == "NEW"
    desk.wait(30 * MINUTE_MS - 1)
    assert customs_codes(desk, order_id) == []
    desk.wait(1)
    found = shown(desk, order_id)
    assert found["declaration-status"] == "IN_PROGRESS" and customs_codes(desk, order_id) == ["39/1"]
    assert found["customs-declaration"]["entry-number"] == "109012/0000001"
    assert found["customs-declaration"]["registration-date"] == "2026-03-02T09:30:00.000Z"
    desk.wait(6 * HOUR_MS - 1)
    assert shown(desk, order_id)["declaration-status"] == "IN_PROGRESS"
    desk.wait(1)
    found = shown(desk, order_id)
    assert found["declaration-status"] == "DONE" and customs_codes(desk, order_id) == ["39/1", "39/2"]
    told = found["customs-declaration"]
    assert (told["status"], told["customs-decision"]) == ("DONE", "RELEASE_WO_CUSTOMS_DUTY")
    assert told["decision-date"] == "2026-03-02T15:30:00.000Z" and told["customs-entries"] == [entry()]


def test_a_parcel_waits_at_the_border_until_customs_have_decided(desk: OwnDesk) -> None:
    desk.otpravka("GET", "/1.0/settings/limit")
    desk.world.store.header.settings["customs_decide_ms"] = 60 * DAY_MS
    order_id = checked_in(desk)
    desk.wait(59 * DAY_MS)
    assert codes(desk, order_id)[-1] == "8/5", "it has come to the place of exchange"
    assert desk.read(f"/orders/{order_id}/customs")["parcel_waits"] is True
    desk.wait(2 * DAY_MS)
    assert {"11/0", "14/1"} <= set(codes(desk, order_id))
    assert desk.read(f"/orders/{order_id}/customs")["parcel_waits"] is False
    desk.wait(60 * DAY_MS)
    assert desk.world.parcel(f"russian_post-{order_id}").status is Status.DELIVERED


def test_what_is_refused_comes_back(desk: OwnDesk) -> None:
    order_id = checked_in(desk, "[customs: refused]")
    desk.wait(7 * HOUR_MS)
    found = shown(desk, order_id)
    assert found["declaration-status"] == "REJECTED" and customs_codes(desk, order_id) == ["39/1", "39/9"]
    assert found["customs-declaration"]["customs-decision"] == "DEPARTURE_DENIED"
    desk.wait(90 * DAY_MS)
    said = codes(desk, order_id)
    assert "10/0" not in said and said[said.index("14/4") :][:2] == ["14/4", "3/7"] and said[-1] == "2/2"


def test_a_question_is_answered_and_the_parcel_released(desk: OwnDesk) -> None:
    order_id = checked_in(desk, "[customs: questions]")
    desk.wait(10 * DAY_MS + 5 * HOUR_MS)  # an hour and a half before customs lose their patience
    found = desk.read(f"/orders/{order_id}/customs")
    assert found["status"] == "IN_PROGRESS" and found["decision"] == "CUSTOMS_CONTROL_REQUIRED" and found["question"]
    assert shown(desk, order_id)["customs-declaration"]["customs-comments"] == found["question"]
    assert found["parcel_waits"] is True
    desk.own("POST", f"/orders/{order_id}/customs/answer", {"text": "Инвойс INV-77 приложен"})
    assert desk.own("POST", f"/orders/{order_id}/customs/answer", {"text": "again"}, status=409)["state"] == "answered"
    desk.wait(6 * HOUR_MS)
    found = shown(desk, order_id)
    assert found["declaration-status"] == "DONE" and customs_codes(desk, order_id) == ["39/1", "39/3", "39/8"]
    assert found["customs-declaration"]["comments"] == "Инвойс INV-77 приложен"
    desk.wait(60 * DAY_MS)
    assert desk.world.parcel(f"russian_post-{order_id}").status is Status.DELIVERED


def test_who_does_not_answer_is_refused(desk: OwnDesk) -> None:
    order_id = checked_in(desk, "[customs: questions]")
    desk.wait(30 * MINUTE_MS + 6 * HOUR_MS + 10 * DAY_MS - 1)
    assert shown(desk, order_id)["declaration-status"] == "IN_PROGRESS"
    desk.wait(1)
    assert shown(desk, order_id)["declaration-status"] == "REJECTED" and customs_codes(desk, order_id)[-1] == "39/6"
    answer = desk.own("POST", f"/orders/{order_id}/customs/answer", {"text": "late"}, status=409)
    assert answer["state"] == "REJECTED"
    desk.wait(60 * DAY_MS)
    assert codes(desk, order_id)[-1] == "2/2"


def test_a_mix_of_decisions_follows_from_the_seed(desk: OwnDesk) -> None:
    desk.otpravka("GET", "/1.0/settings/limit")
    desk.world.store.header.settings["customs"] = "mixed"
    told = [customs.outcome_of(desk.world, replace(abroad(), id=number)) for number in range(200)]
    counted = Counter(told)
    assert set(counted) == {"released", "questions", "refused"} and counted["released"] > 100
    assert told == [customs.outcome_of(desk.world, replace(abroad(), id=number)) for number in range(200)]


def test_silent_customs_hold_a_parcel_for_good(desk: OwnDesk) -> None:
    order_id = checked_in(desk, "[customs: silent]")
    desk.wait(300 * DAY_MS)
    assert shown(desk, order_id)["declaration-status"] == "IN_PROGRESS" and codes(desk, order_id)[-1] == "8/5"


@pytest.mark.parametrize("wrong", [{"tnved-code": "69111"}, {"weight": 0}, {"weight": 5_000}])
def test_data_that_customs_cannot_use_is_sent_back(desk: OwnDesk, wrong: dict[str, Any]) -> None:
    declared = {"currency": "RUB", "entries-type": "SALE_OF_GOODS", "customs-entries": [entry(**wrong)]}
    order_id = checked_in(desk, "", **{"customs-declaration": declared})
    desk.wait(30 * MINUTE_MS)
    found = shown(desk, order_id)
    assert found["declaration-status"] == "ILLEGAL_DATA" and found["customs-declaration"]["fts-error"]
    assert customs_codes(desk, order_id) == ["39/5"]


def test_the_customs_form_can_be_read(desk: OwnDesk) -> None:
    order_id = checked_in(desk)
    assert desk.read(f"/orders/{order_id}/customs")["form"] == "CN23"
    answer = desk.call("GET", f"/parcelproof/v1/orders/{order_id}/customs-form")
    assert answer.status == 200 and answer.body.startswith(b"%PDF-")
    (home,) = desk.put_orders(plain())["result-ids"]
    assert desk.read(f"/orders/{home}/customs") == {"form": None, "value_minor": 0, "currency": None}
    assert desk.call("GET", f"/parcelproof/v1/orders/{home}/customs-form").status == 404
