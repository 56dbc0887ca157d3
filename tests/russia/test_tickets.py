"""Batch access to tracking: `postal_api_russia` §4.6, §9 F19 and F20."""

import pytest
from lxml import etree

from .test_tracking import schema_of
from .tracking_desk import SOAP_11, SPACES, TrackingDesk, envelope, error_of, opened

LIMIT = "Ошибка авторизации: Превышен лимит количества запросов"


@pytest.fixture
def desk() -> TrackingDesk:
    return TrackingDesk()


def test_a_ticket_is_answered_after_a_quarter_of_an_hour_for_32_hours(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "1/2@109012", "8/2@630099")
    ticket = desk.ticket(barcode, "80092578900482").findtext("value")
    assert ticket == "20260302140000123SHOP"
    assert error_of(desk.answer(ticket))[0] == "6"
    desk.wait(0.24)
    assert error_of(desk.answer(ticket))[0] == "6"
    desk.wait(0.01)
    found = desk.answer(ticket)
    assert found.tag == f"{{{SPACES['pos']}}}answerByTicketResponse" and found.prefix == "ns2"
    [value] = found
    assert dict(value.attrib) == {
        "FileName": f"{ticket}.xml",
        "FileTypeID": "2",
        "FileNumber": "1",
        "RecipientID": "1",
        "DatePreparation": "02.03.2026 14:15:00",
    }
    known, unknown = value
    assert (known.prefix, known.tag, known.get("Barcode")) == ("ns3", f"{{{SPACES['fcl']}}}Item", barcode)
    assert [dict(operation.attrib) for operation in known] == [
        {
            "OperTypeID": "1",
            "OperCtgID": "2",
            "OperName": "Прием",
            "DateOper": "02.03.2026 13:00:00",
            "IndexOper": "109012",
        },
        {
            "OperTypeID": "8",
            "OperCtgID": "2",
            "OperName": "Обработка",
            "DateOper": "02.03.2026 18:00:00",
            "IndexOper": "630099",
        },
    ]
    assert [dict(error.attrib) for error in unknown] == [{"ErrorTypeID": "12", "ErrorName": "Сообщение не найдено"}]
    schema_of(desk, "fc", 2).assertValid(etree.fromstring(etree.tostring(found)))
    desk.wait(31.9)
    assert len(desk.answer(ticket)[0]) == 2
    desk.wait(0.2)
    assert error_of(desk.answer(ticket))[0] == "17"
    assert error_of(desk.answer("20260302120000123SHOP"))[0] == "17"


def test_an_answer_is_what_was_known_when_it_was_prepared(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "1/1")
    ticket = desk.ticket(barcode).findtext("value")
    desk.live(barcode, "8/1", apart_h=0.2)
    desk.live(barcode, "8/3", apart_h=0.2)
    assert len(desk.answer(ticket)[0][0]) == 2


def test_tickets_of_one_moment_are_different(desk: TrackingDesk) -> None:
    barcode = desk.item()
    found = {desk.ticket(barcode).findtext("value") for _ in range(3)}
    assert found == {f"20260302120000{ms}SHOP" for ms in (123, 124, 125)}


def test_an_item_without_a_namespace_is_taken_too(desk: TrackingDesk) -> None:
    assert desk.ticket(desk.item(), prefix="").findtext("value")


def test_what_no_ticket_is_issued_for(desk: TrackingDesk) -> None:
    one = "80092578900475"
    assert error_of(desk.ticket())[0] == "2"
    assert error_of(desk.ticket(one, "8009257890047x"))[0] == "2"
    assert error_of(desk.ticket(one, "800925789004755"))[0] == "21"
    assert error_of(desk.ticket(*[one] * 3001))[0] == "18"
    assert error_of(desk.ticket(one, language="FRA"))[0] == "20"
    assert error_of(desk.ticket(one, file_name="x" * 256))[0] == "22"
    assert desk.ticket(*[one] * 3000).findtext("value")
    assert desk.ticket("ra644000001ru", language="ENG").findtext("value")


def test_who_may_ask(desk: TrackingDesk) -> None:
    assert desk.ticket("80092578900475").findtext("value")
    wrong = TrackingDesk(desk.tenants, password="wrong")
    assert error_of(wrong.ticket("80092578900475")) == ("3", "Ошибка авторизации")
    assert error_of(wrong.answer("x")) == ("3", "Ошибка авторизации")
    desk.settle(batch_access="not-requested")
    assert error_of(desk.ticket("80092578900475"))[0] == "3"
    desk.settle(batch_access=None, daily_limit=3)
    assert desk.history("80092578900475") is not None
    assert error_of(desk.ticket("80092578900475")) == ("3", LIMIT), "both services count together"


def test_tickets_that_are_silently_not_issued(desk: TrackingDesk) -> None:
    desk.settle(no_ticket_every=2)
    found = [desk.ticket("80092578900475") for _ in range(4)]
    assert [len(one) for one in found] == [1, 0, 1, 0], "neither a value nor an error"


def test_an_answer_that_is_too_large(desk: TrackingDesk) -> None:
    desk.settle(answer_most=500, ticket_ready_s=0)
    small, large = (desk.ticket(*["80092578900475"] * n).findtext("value") for n in (500, 501))
    assert len(desk.answer(small)[0]) == 500
    assert error_of(desk.answer(large))[0] == "16"


def test_whoever_asks_in_real_time_is_answered_at_once(desk: TrackingDesk) -> None:
    desk.world.store.header.virtual = False
    assert len(desk.answer(desk.ticket(desk.item()).findtext("value"))[0]) == 1


def test_faults_speak_the_older_soap(desk: TrackingDesk) -> None:
    for body, code in ((b"<", "Client"), (envelope(SPACES["S"], "<a/>"), "VersionMismatch")):
        fault = opened(desk.call("POST", "/fc", body), 500, SOAP_11)
        assert fault.findtext("faultcode") == f"S:{code}"
    fault = opened(desk.call("POST", "/fc", envelope(SOAP_11, f"<pos:none>{desk.secrets()}</pos:none>")), 500, SOAP_11)
    assert "Cannot find dispatch method" in fault.findtext("faultstring")


def test_snapshots_keep_tickets_and_what_was_asked_today(desk: TrackingDesk) -> None:
    desk.settle(daily_limit=3)
    ticket = desk.ticket("80092578900475").findtext("value")
    desk.tenants.restore("shop", desk.tenants.snapshot(desk.world))
    desk.wait(0.3)
    assert len(desk.answer(ticket)[0]) == 1
    assert desk.answer(ticket).find("value") is not None
    assert error_of(desk.answer(ticket)) == ("3", LIMIT)
