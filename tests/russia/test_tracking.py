"""Single access to tracking: `postal_api_russia` §4.1 to §4.5, §4.8, §9."""

import pytest
from lxml import etree

from parcelproof.simulators.core.parcel import Revoked
from parcelproof.simulators.postal_api.russia.marks import item_name, mask, mask_name
from parcelproof.simulators.wire.bad_days import BadDay

from .tracking_desk import ORIGIN, SOAP_11, SOAP_12, SPACES, TRACKED, TrackingDesk, code_of, envelope, opened, text

ENG = "<d:Language>ENG</d:Language>"
NUMBER = "80092578900475"


@pytest.fixture
def desk() -> TrackingDesk:
    return TrackingDesk()


def test_a_whole_history_to_the_letter(desk: TrackingDesk) -> None:
    barcode = desk.item(**{"mail-type": "POSTAL_PARCEL", "mail-category": "ORDINARY", "payment": 0, "insr-value": 0})
    desk.live(barcode, "28/0@802145", "1/2@109012", "8/2@630099 Новосибирск 99")
    announced, accepted, arrived = desk.records(barcode)
    assert etree.tostring(announced, encoding="unicode").count("ns3:") > 40
    blocks = [etree.QName(block).localname for block in announced]
    assert blocks == [f"{name}Parameters" for name in ("Address", "Finance", "Item", "Operation", "User")]
    assert [(etree.QName(e).localname, e.text) for e in announced[1]] == [("CustomDuty", "0")]
    expected = {
        "AddressParameters/OperationAddress/Index": "802145",
        "AddressParameters/OperationAddress/Description": 'АО "Почта России"',
        "AddressParameters/DestinationAddress/Index": "630099",
        "AddressParameters/MailDirect/Code3A": "RUS",
        "AddressParameters/CountryOper/NameRU": "Российская Федерация",
        "AddressParameters/CountryOper/NameEN": "Russian Federation",
        "ItemParameters/ComplexItemName": "Посылка обыкновенная",
        "ItemParameters/MailType/Id": "4",
        "ItemParameters/MailType/Name": "Посылка",
        "ItemParameters/MailCtg/Id": "3",
        "ItemParameters/MailCtg/Name": "Обыкновенное",
        "ItemParameters/PostMark/Id": "2048",
        "ItemParameters/PostMark/Name": "Нестандартная",
        "ItemParameters/MailRank/Name": "Без разряда",
        "ItemParameters/ValidRuType": "true",
        "ItemParameters/Mass": None,
        "OperationParameters/OperType/Id": "28",
        "OperationParameters/OperType/Name": "Присвоение идентификатора",
        "OperationParameters/OperAttr/Id": "0",
        "OperationParameters/OperAttr/Name": None,
        "OperationParameters/OperDate": "2026-03-02T13:00:00.000+03:00",
        "UserParameters/SendCtg/Id": "5",
        "UserParameters/Rcpn": "ПЕТРОВ Н И",
    }
    assert {path: text(announced, path) for path in expected} == expected
    assert text(accepted, "ItemParameters/Mass") == "1200"
    assert text(accepted, "OperationParameters/OperAttr/Name") == "Партионный"
    assert text(arrived, "AddressParameters/OperationAddress/Description") == "Новосибирск 99"
    assert text(arrived, "OperationParameters/OperDate") == "2026-03-02T19:00:00.000+07:00", "by the clocks there"


def test_prefixes_that_clients_have_hard_coded(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "1/1")
    body = envelope(SOAP_12, f"<h:getOperationHistory>{asking(barcode)}{desk.header()}</h:getOperationHistory>")
    answer = desk.call("POST", "/rtm34", body)
    assert answer.headers == {"Content-Type": "application/soap+xml; charset=utf-8"}
    assert answer.body.decode().startswith(
        "<?xml version='1.0' encoding='UTF-8'?>"
        '<S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope"><S:Body><ns7:getOperationHistoryResponse '
        'xmlns:ns2="http://russianpost.org/sms-info/data" xmlns:ns3="http://russianpost.org/operationhistory/data" '
        'xmlns:ns4="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:ns5="http://www.russianpost.org/custom-duty-info/data" '
        'xmlns:ns6="http://www.russianpost.org/RTM/DataExchangeESPP/Data" '
        'xmlns:ns7="http://russianpost.org/operationhistory"><ns3:OperationHistoryData><ns3:historyRecord>'
    )


def asking(barcode: str) -> str:
    return (
        f"<d:OperationHistoryRequest><d:Barcode>{barcode}</d:Barcode><d:MessageType>0</d:MessageType>"
        "</d:OperationHistoryRequest>"
    )


def test_money_stands_in_kopecks_with_vat(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "1/1")
    [record] = desk.records(barcode)
    found = {etree.QName(e).localname: int(e.text) for e in record[1]}
    assert found == {
        "Payment": 150_000,
        "Value": 160_000,
        "MassRate": 22_204,
        "InsrRate": 366,
        "AirRate": 0,
        "Rate": 1_220,
        "CustomDuty": 0,
    }
    assert text(record, "ItemParameters/ComplexItemName") == (
        "Посылка онлайн с объявленной ценностью и наложенным платежом"
    )


@pytest.mark.parametrize(
    ("words", "bits", "name"),
    [
        ([], 0, "Без отметки"),
        (["WITHOUT_MARK", "OVERSIZED"], 0, "Без отметки"),
        (["NONSTANDARD", "CAUTION_FRAGILE"], 2056, "Осторожно, Нестандартная"),
        (["COURIER_DELIVERY"], 64, "С доставкой"),
        (["COURIER_DELIVERY", "WITH_DELIVERY"], 64, "С доставкой"),
    ],
)
def test_postmarks_are_a_mask_with_a_name(words: list[str], bits: int, name: str) -> None:
    """Bit 64 decides whether an item waits at the counter, for the reader as for `lives`."""
    assert (mask(words), mask_name(bits)) == (bits, name)


@pytest.mark.parametrize(
    ("kind", "category", "name"),
    [
        ("Посылка", 3, "Посылка обыкновенная"),
        ("Письмо", 1, "Письмо заказное"),
        ("Мелкий пакет", 1, "Мелкий пакет заказной"),
        ("Бандероль 1 класса", 1, "Бандероль 1 класса заказная"),
        ("Отправление EMS", 3, "Отправление EMS обыкновенное"),
        ("Отправление EMS", 5, "Отправление EMS"),
    ],
)
def test_what_an_item_is_called(kind: str, category: int, name: str) -> None:
    assert item_name(kind, category) == name


def test_operations_stand_in_the_order_in_which_they_happened(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "1/1", "8/3")
    desk.happen(barcode, "8/1", late_ms=1_800_000)
    desk.live(barcode, "2/1")
    assert desk.codes(barcode) == ["1/1", "8/1", "8/3", "2/1"]
    desk.fact(barcode, Revoked(desk.world.now_ms, 5, 4))
    assert desk.codes(barcode) == ["1/1", "8/1", "8/3"], "what was withdrawn is not told"


def test_an_item_that_goes_back_is_going_to_its_sender(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "1/1", "8/2", "3/1", "2/2")
    ends = [text(record, "AddressParameters/DestinationAddress/Index") for record in desk.records(barcode)]
    places = [text(record, "AddressParameters/OperationAddress/Index") for record in desk.records(barcode)]
    assert ends == ["630099", "630099", "109012", "109012"]
    assert places == ["109012", "630099", "109012", "109012"]


def test_operations_abroad_have_no_index(desk: TrackingDesk) -> None:
    barcode = desk.item("RA644000001RU", **{"mail-direct": 276, "index-to": None, "str-index-to": "10115"})
    desk.live(barcode, "1/1", "10/0@102975", "9/1@276", "8/2@DE Berlin", "2/1@")
    records = desk.records(barcode)
    found = [text(record, "AddressParameters/OperationAddress/Index") for record in records]
    assert found == ["109012", "102975", None, None, None]
    assert [text(record, "AddressParameters/OperationAddress/Description") for record in records[2:]] == [
        "Germany",
        "Berlin",
        "Germany",
    ]
    assert [text(record, "AddressParameters/CountryOper/Code2A") for record in records] == [
        "RU",
        "RU",
        "DE",
        "DE",
        "DE",
    ]
    assert text(records[0], "AddressParameters/DestinationAddress/Index") is None
    assert text(records[0], "AddressParameters/MailDirect/NameRU") == "Германия"
    desk.settle(goes_abroad="unavailable")
    assert "временно недоступна" in reason(desk.history(barcode, status=500), "OperationHistory")


def reason(fault: etree._Element, kind: str) -> str:
    assert fault.tag == f"{{{SOAP_12}}}Fault"
    assert fault.findtext("S:Code/S:Value", namespaces=SPACES) == "S:Receiver"
    told = fault.find("S:Reason/S:Text", SPACES)
    assert (told.text, dict(told.attrib)) == ("Error", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    [detail] = fault.find("S:Detail", SPACES)
    assert (detail.prefix, detail.tag) == ("ns3", f"{{{SPACES['d']}}}{kind}FaultReason")
    return str(detail.text)


@pytest.mark.parametrize("barcode", ["", "8009257890047", "800925789004755", "ra644000001RU", "RA6440000012RU", "x"])
def test_malformed_numbers_are_a_fault(desk: TrackingDesk, barcode: str) -> None:
    assert reason(desk.history(barcode, more=ENG, status=500), "OperationHistory") == (
        "The format of the request data is invalid"
    )


@pytest.mark.parametrize("kind", ["", "2", "x"])
def test_an_unknown_type_of_message_is_a_fault(desk: TrackingDesk, kind: str) -> None:
    assert reason(desk.history(NUMBER, kind, status=500), "OperationHistory").startswith("Формат")


def test_a_number_that_nobody_has(desk: TrackingDesk) -> None:
    found = desk.history(NUMBER)
    assert [etree.QName(e).localname for e in found] == ["OperationHistoryData"] and len(found[0]) == 0
    desk.settle(unknown_number="missing")
    assert len(desk.history(NUMBER)) == 0


def test_an_item_without_operations_is_an_empty_list(desk: TrackingDesk) -> None:
    desk.settle(unknown_number="missing")
    assert len(desk.history(desk.item())[0]) == 0


def test_who_may_ask(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "1/1")
    assert desk.codes(barcode) == ["1/1"]
    stranger = TrackingDesk(desk.tenants, password="wrong")
    assert reason(stranger.history(barcode, status=500), "Authorization") == "Ошибка авторизации"
    assert reason(stranger.history(barcode, more=ENG, status=500), "Authorization") == "Authorization error"
    for login, password in (("", "x"), ("x", ""), ("x" * 201, "x")):
        assert reason(TrackingDesk(desk.tenants, login, password).history(barcode, status=500), "Authorization")
    assert TrackingDesk(desk.tenants, "other").records(barcode) == [], "another tenant's number is nobody's"


def test_languages(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "8/2")
    [record] = desk.records(barcode, more=ENG)
    assert text(record, "OperationParameters/OperType/Name") == "Processing"
    assert text(record, "OperationParameters/OperAttr/Name") == "Arrived"
    assert reason(desk.history(barcode, more="<d:Language>FRA</d:Language>", status=500), "Language")
    data = desk.ask("getLanguages", "").find("d:LanguageData", SPACES)
    assert [dict(e.attrib) for e in data] == [{"code": "RUS", "name": "Русский"}, {"code": "ENG", "name": "English"}]


def test_the_delivery_notice_has_a_history_of_its_own(desk: TrackingDesk) -> None:
    plain = desk.item("80092578900482")
    barcode = desk.item(**{"with-order-of-notice": True})
    for one in (plain, barcode):
        desk.live(one, "1/1", "2/1")
    assert desk.records(plain, "1") == []
    assert [code_of(record) for record in desk.records(barcode, "1")] == ["1/1"]
    desk.wait(72)
    records = desk.records(barcode, "1")
    assert [code_of(record) for record in records] == ["1/1", "2/1"]
    assert text(records[-1], "AddressParameters/OperationAddress/Index") == "109012"
    assert desk.codes(barcode) == ["1/1", "2/1"], "the item's own history has nothing of it"


def money(desk: TrackingDesk, barcode: str, more: str = "") -> list[dict[str, str]]:
    body = desk.ask(
        "PostalOrderEventsForMail", f'<ns2:PostalOrderEventsForMailInput {ESPP} Barcode="{barcode}"{more}/>'
    )
    [output] = body
    assert (output.prefix, output.tag) == ("ns6", f"{{{SPACES['espp']}}}PostalOrderEventsForMaiOutput")
    assert {event.tag for event in output} <= {"PostalOrderEvent"}
    return [dict(event.attrib) for event in output]


ESPP = f'xmlns:ns2="{SPACES["espp"]}"'


def test_money_of_cash_on_delivery(desk: TrackingDesk) -> None:
    barcode = desk.item()
    assert money(desk, barcode) == []
    desk.live(barcode, "1/1", "63/0@630099")
    desk.paid(barcode, 150_000)
    desk.wait(48)
    desk.paid_out(barcode)
    accepted, paid = money(desk, barcode)
    assert accepted == {
        "Number": "1",
        "EventDateTime": "2026-03-02T18:00:00.000+07:00",
        "EventType": "1",
        "EventName": "Приём",
        "IndexTo": "109012",
        "IndexEvent": "630099",
        "SumPaymentForward": "150000",
        "CountryEventCode": "RU",
        "CountryToCode": "RU",
    }
    assert [paid[name] for name in ("EventType", "EventName", "IndexEvent")] == ["3", "Оплата", "109012"]
    assert [event["EventName"] for event in money(desk, barcode, ' Language="ENG"')] == ["Accepted", "Paid"]
    assert [event["EventName"] for event in money(desk, barcode, ' Language="FRA"')] == ["Приём", "Оплата"]


def test_money_that_was_given_back(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "2/1@630099")
    desk.paid(barcode, 150_000)
    desk.paid(barcode, -150_000)
    assert [(event["EventType"], event["SumPaymentForward"]) for event in money(desk, barcode)] == [
        ("1", "150000"),
        ("2", "150000"),
    ]


def test_faults_of_money_orders_have_their_own_shape(desk: TrackingDesk) -> None:
    for who, barcode, error in ((TrackingDesk(desk.tenants), NUMBER, ""), (desk, "", "BarcodeIsNull")):
        if not error:
            desk.history(NUMBER)
            who, error = TrackingDesk(desk.tenants, password="wrong"), "InvalidLoginOrPassword"
        fault = who.ask("PostalOrderEventsForMail", f'<espp:PostalOrderEventsForMailInput Barcode="{barcode}"/>', 500)
        [told] = fault.find("S:Detail", SPACES)
        assert told.tag == f"{{{SPACES['espp']}}}PostalOrderEventsForMailFault"
        assert [(one.tag, dict(one.attrib)) for one in told] == [("PostalOrderEventsForMailError", {"ErrorID": error})]


def test_customs_duty_and_text_messages(desk: TrackingDesk) -> None:
    barcode = desk.item(**{"sms-notice-recipient": 1})
    desk.live(barcode, "1/1", "14/6", "19/0", "8/2")
    asked = f'<duty:CustomDutyEventsForMailInput Barcode="{barcode}"/>'
    [output] = desk.ask("getCustomDutyEventsForMail", asked)
    found = [(event.tag, event.get("EventType"), event.get("SumPaymentForward")) for event in output]
    assert found == [("CustomDutyEvent", "1", "24000"), ("CustomDutyEvent", "3", "24000")]
    assert text(desk.records(barcode)[-1], "FinanceParameters/CustomDuty") == "24000"
    asked = f"<sms:SmsHistoryRequest><sms:Barcode>{barcode}</sms:Barcode></sms:SmsHistoryRequest>"
    assert len(desk.ask("getSmsHistory", asked)[0]) == 0, "it takes a minute to get there"
    desk.wait(1)
    [record] = desk.ask("getSmsHistory", asked)[0]
    told = {etree.QName(e).localname: e.text for e in record}
    assert (told["Number"], told["SourceOperation"], told["NotificationStatusName"]) == (
        "79161234567",
        "8/2",
        "Доставлено",
    )
    silent = desk.item("80092578900482")
    desk.live(silent, "8/2", "8/2")
    assert len(desk.ask("getSmsHistory", asked.replace(barcode, silent))[0]) == 0
    assert desk.ask("getSmsHistory", asked.replace(barcode, "x"), 500).find("S:Detail", SPACES)[0].text
    [fault] = desk.ask("getCustomDutyEventsForMail", "", 500).find("S:Detail", SPACES)
    assert dict(fault.attrib) == {"ErrorID": "BarcodeIsNull"}


def test_the_free_access_has_a_hundred_requests_a_day(desk: TrackingDesk) -> None:
    day = TRACKED.bad_days["tracking-free-access"]
    assert isinstance(day, BadDay)
    desk.settle(**day.settings)
    for _ in range(100):
        desk.history(NUMBER)
    limit = "Ошибка авторизации: Превышен лимит количества запросов"
    assert reason(desk.history(NUMBER, status=500), "Authorization") == limit
    desk.wait(12)
    assert len(desk.history(NUMBER)) == 1, "a new day of Moscow"


def test_a_history_can_be_behind_and_sparse(desk: TrackingDesk) -> None:
    barcode = desk.item()
    desk.live(barcode, "1/1", "8/1", "2/1", apart_h=10)
    desk.settle(behind_h=15)
    assert desk.codes(barcode) == ["1/1"]
    desk.settle(behind_h=None, records="sparse")
    record = desk.records(barcode)[-1]
    assert [len(block) for block in record] == [2, 0, 0, 3, 0]
    assert text(record, "AddressParameters/OperationAddress/Index") is None
    assert text(record, "OperationParameters/OperType/Id") == "2"


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"", "Sender", "cannot be read as XML"),
        (
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "Sender",
            "A document type or an entity declaration is not allowed",
        ),
        (envelope(SOAP_11, "<a/>"), "VersionMismatch", f"Expecting Envelope in namespace {SOAP_12}"),
        (envelope(SOAP_12, ""), "Sender", "0 elements in its Body"),
        (envelope(SOAP_12, "<d:login>1</d:login>"), "Receiver", "Error"),
    ],
)
def test_what_is_no_message_is_a_fault(desk: TrackingDesk, body: bytes, code: str, words: str) -> None:
    fault = opened(desk.call("POST", "/rtm34", body), 500, SOAP_12)
    assert fault.findtext("S:Code/S:Value", namespaces=SPACES) == f"S:{code}"
    assert words in fault.findtext("S:Reason/S:Text", namespaces=SPACES)


def test_an_element_that_is_no_operation_is_a_fault(desk: TrackingDesk) -> None:
    fault = desk.ask("updateOperationData", "", 500)
    told = fault.findtext("S:Reason/S:Text", namespaces=SPACES)
    assert told == "Cannot find dispatch method for {http://russianpost.org/operationhistory}updateOperationData"


def test_descriptions_stand_at_all_their_addresses(desk: TrackingDesk) -> None:
    wsdl = desk.get("/rtm34", "wsdl")
    assert wsdl.headers == {"Content-Type": "text/xml; charset=utf-8"}
    assert desk.get("/rtm34", "WSDL") == desk.get("/tracking-web-static/rtm34_wsdl.xml") == wsdl
    assert desk.get("/fc", "wsdl") == desk.get("/tracking-web-static/fc_wsdl.xml")
    assert b'transport="http://schemas.xmlsoap.org/soap/http"' in wsdl.body, "PHP refuses SOAP 1.2's own"
    for path, most in (("/rtm34", 6), ("/fc", 2)):
        found = [desk.get(path, "wsdl"), *(desk.get(path, f"xsd={n}") for n in range(1, most + 1))]
        assert [answer.status for answer in found] == [200] * (most + 1)
        for answer in found:
            etree.fromstring(answer.body)
            assert b"{origin}" not in answer.body and b"russianpost.ru" not in answer.body
        assert f'location="{ORIGIN}{path}"'.encode() in found[0].body
        assert found[0].body.count(f'schemaLocation="{ORIGIN}{path}?xsd='.encode()) == most
        for query in ("", "xsd=0", f"xsd={most + 1}", "xsd=", "xsd=x", "xsd=²"):
            assert desk.get(path, query).status == 404, query
    own = desk.get("/~shop/rtm34", "wsdl").body
    assert f'location="{ORIGIN}/~shop/rtm34"'.encode() in own, "a tenant's own address leads there"


def test_every_answer_fits_the_schema(desk: TrackingDesk) -> None:
    """Schemas put together as a client's toolkit would; what single access answers is held against them."""
    barcode = desk.item(**{"sms-notice-recipient": 1})
    desk.live(barcode, "28/0", "1/1", "14/6", "8/2", "63/0", "2/1")
    desk.paid(barcode, 1)
    schema = schema_of(desk, "rtm34", 6)
    for asked in (
        ("getLanguages", ""),
        ("getSmsHistory", f"<sms:SmsHistoryRequest><sms:Barcode>{barcode}</sms:Barcode></sms:SmsHistoryRequest>"),
        ("getCustomDutyEventsForMail", f'<duty:CustomDutyEventsForMailInput Barcode="{barcode}"/>'),
        ("PostalOrderEventsForMail", f'<espp:PostalOrderEventsForMailInput Barcode="{barcode}"/>'),
        ("getOperationHistory", asking(barcode)),
    ):
        found = desk.ask(*asked)
        assert len(found[0])
        schema.assertValid(etree.fromstring(etree.tostring(found)))
    with pytest.raises(etree.DocumentInvalid):
        schema.assertValid(etree.fromstring(etree.tostring(found).replace(b"historyRecord>", b"historyEntry>")))


def schema_of(desk: TrackingDesk, service: str, most: int) -> etree.XMLSchema:
    files = {f"{ORIGIN}/{service}?xsd={n}": desk.get(f"/{service}", f"xsd={n}").body for n in range(1, most + 1)}

    class Served(etree.Resolver):  # type: ignore[misc]
        def resolve(self, url: str, public_id: str, context: object) -> object:
            return self.resolve_string(files[url], context, base_url=url)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Served())
    imports = "".join(
        f'<xs:import namespace="{etree.fromstring(body).get("targetNamespace")}" schemaLocation="{url}"/>'
        for url, body in files.items()
    )
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    return etree.XMLSchema(etree.fromstring(f"{head}{imports}</xs:schema>", parser))
