"""Clients of Russian Post that others wrote: Otpravka by REST, tracking by SOAP through four toolkits, prices."""

from zipfile import ZipFile

import pytest

from parcelproof import labelscan

from .conftest import Play, Told

pytestmark = pytest.mark.sdk

DELIVERED = ["28/0", "1/2", "8/1", "8/2", "63/0", "2/1"]
SHORT = ["28/0", "1/2", "8/2", "63/0", "2/1"]
FAILED_ONCE = ["28/0", "1/2", "8/1", "8/2", "12/1", "63/0", "2/1"]
FORMAT = "Формат данных запроса не соответствует установленному протоколом"
CARRIER = "russian_post"


@pytest.fixture(scope="module")
def fs(play: Play) -> Told:
    return play("python-fs-pochta-api", "fs_pochta_api_flow.py", carrier=CARRIER)


@pytest.fixture(scope="module")
def papers(play: Play, fs: Told) -> Told:
    return play("python-fs-pochta-api", "fs_pochta_api_documents.py", carrier=CARRIER, after=fs)


@pytest.fixture(scope="module")
def node(play: Play) -> Told:
    return play("node-russian-post", "russian_post_flow.mjs", carrier=CARRIER)


@pytest.fixture(scope="module")
def old(play: Play) -> Told:
    return play("python-russian-post-old", "russian_post_old_flow.py", carrier=CARRIER)


@pytest.fixture(scope="module")
def go(play: Play) -> Told:
    return play("python-go", "go_flow.py", carrier=CARRIER)


def test_fs_makes_edits_and_deletes_orders(fs: Told) -> None:
    seen = fs["orders"]
    [wrong] = seen["errors"]
    assert (wrong["position"], [one["code"] for one in wrong["error-codes"]]) == (1, ["EMPTY_MASS"])
    assert (seen["edited"], seen["found"], seen["deleted"]) == ([], True, True)
    assert seen["one"] == {"mass": 1300, "order-num": "F-1", "index-to": 630_099}
    assert (seen["nobody"]["status"], seen["nobody"]["answer"]["sub-code"]) == (404, "RESOURCE_NOT_FOUND")
    assert seen["stranger"] == 403


def test_fs_puts_orders_into_batches_and_takes_them_out(fs: Told) -> None:
    seen = fs["batches"]
    assert seen["made"] == ["CREATED", True]
    assert [error["error-code"] for error in seen["again"]] == ["NOT_FOUND"]
    assert [seen[name] for name in ("listed", "by_barcode")] == [[True], [True]]
    assert [seen[name] for name in ("one", "by_id", "back", "moved")] == [True] * 4
    assert seen["nobody"]["status"] == 404
    assert seen["by_get"] == 407, "it deletes from a batch by GET, which the gateway does not know"


def test_fs_has_addresses_names_and_phones_put_right(fs: Told) -> None:
    seen = fs["cleaning"]
    assert [word.rpartition(" ")[2] for word in seen["address"]] == ["Новосибирск", "Ленина", "1"]
    assert seen["name"] == ["Петров", "Николай", "Иванович"]
    assert seen["phone"] == "1234567" and "unreliability" in seen["person"]
    assert seen["rate"] is True and seen["settings"] is True and seen["points"] == ["str"]
    assert (seen["balance"], seen["archive"]) == (404, [])


def test_fs_finds_post_offices(fs: Told) -> None:
    seen = fs["offices"]
    assert (seen["one"], seen["near"], seen["address"]) == ("109012", 2, 1)
    assert seen["services"] is True and seen["settlement"] is True
    assert seen["nobody"] == {"status": 404, "answer": {"code": "1004", "desc": "Post office not found for '900000'"}}


def test_fs_follows_an_item_with_zeep(fs: Told) -> None:
    assert fs["tracking"] == {
        "codes": DELIVERED,
        "last": "Вручение адресату",
        "unknown": None,
        "money": ["Приём", 150_000],
        "faults": {"malformed": FORMAT, "stranger": "Ошибка авторизации"},
    }


def test_fs_asks_for_many_by_tickets(fs: Told) -> None:
    assert fs["tickets"] == {
        "complaints": [6, 17, 21, 3],
        "owner": fs.tenant.upper(),
        "codes": DELIVERED,
        "unknown": ["Сообщение не найдено"],
    }
    operations = {entry["operation"] for entry in fs.journal}
    assert {"get_operation_history", "postal_order_events", "get_ticket", "get_response_by_ticket"} <= operations


def test_fs_checks_in_by_get_and_takes_the_forms_and_the_archive(papers: Told) -> None:
    seen = papers["documents"]
    assert seen["checked"] == {"f103-sent": True}
    assert seen["again"] == {"error-code": "BATCH_NOT_CHANGED", "f103-sent": False}
    pdfs = {f"{name}.pdf": "application/pdf" for name in ("f7", "f112", "f103", "forms")}
    assert seen["kinds"] == {"all.zip": "application/zip", **pdfs}
    [number] = {found.text for found in labelscan.scan(papers.pdf("f7.pdf")) if len(found.text) == 14}
    for name in ("f112.pdf", "forms.pdf"):
        assert number in [found.text for found in labelscan.scan(papers.pdf(name))], name
    with ZipFile(papers.files / "all.zip") as every:
        assert every.testzip() is None and len(every.namelist()) > 2
    assert (seen["nobody"], seen["listed"]) == (404, [True])
    name = seen["archived"][0]["batch-name"]
    assert seen["archived"] == [{"batch-name": name}]
    assert seen["back"] == [{"batch-name": name}, {"batch-name": "999", "error-code": "NOT_FOUND"}]


def test_russian_post_follows_an_item_with_strong_soap(node: Told) -> None:
    seen = node["russian-post"]
    assert seen["one"] == ["28/0"], "one record is a list too"
    assert seen["codes"] == FAILED_ONCE
    assert seen["keys"] == ["address", "finance", "item", "operation", "user"]
    assert (seen["place"]["index"], seen["english"], seen["final"]) == ("630099", "Giving recipient", True)


def test_russian_post_tells_what_is_wrong(node: Told) -> None:
    seen = node["russian-post"]
    assert seen["malformed"] == {
        "name": "Error",
        "says": "The format of the request data is invalid",
        "status": 500,
        "connection": "close",
    }
    assert seen["unknown"]["name"] == "ReferenceError"
    assert "Ошибка авторизации" in seen["stranger"]["says"]


def test_soap_of_node_goes_the_whole_way(node: Told) -> None:
    assert node["soap"] == {
        "codes": FAILED_ONCE,
        "dates": True,
        "money": [["1", "150000"]],
        "early": "6",
        "items": [[7, []], [0, ["12"]]],
        "fault": ["OperationHistoryFaultReason"],
    }


def test_russian_post_tracking_reads_histories_with_suds(old: Told) -> None:
    seen = old["tracking"]
    assert (seen["codes"], seen["last"], seen["money"]) == (SHORT, "Вручение адресату", [1, 150_000])
    assert seen["unknown"] == "", "an empty object, not an error"
    assert "WebFault" in seen["wrong"] and "Ошибка авторизации" in seen["wrong"]


def test_tariff_russianpost_prices(old: Told) -> None:
    seen = old["prices"]
    light, heavy = seen["pay"]
    assert 0 < light < heavy
    assert {"paynds", "nds", "tariff", "from", "to"} <= set(seen["keys"])
    assert seen["countries"] > 200


def test_go_loads_the_descriptions_and_nothing_of_them_leads_nowhere(go: Told) -> None:
    single, batch = go["rtm34"], go["fc"]
    operations = "getOperationHistory getLanguages getCustomDutyEventsForMail getSmsHistory PostalOrderEventsForMail"
    assert (single["operations"], batch["operations"]) == (operations.split(), ["getTicket", "getResponseByTicket"])
    assert (single["address"], batch["address"]) == ("/rtm34", "/fc")
    assert (single["soap"], batch["soap"]) == (
        "http://schemas.xmlsoap.org/wsdl/soap12/",
        "http://schemas.xmlsoap.org/wsdl/soap/",
    )
    assert (single["nowhere"], batch["nowhere"]) == ([], [])
    assert (single["imports"], batch["imports"]) == (11, 3)


def test_go_asks_with_namespaces_in_its_own_way_and_reads_the_answer(go: Told) -> None:
    assert go["history"] == {
        "codes": ["28/0", "1/2", "8/2", "2/1"],
        "last": ["630099", 1200, "Вручение адресату"],
        "malformed": FORMAT,
    }


def test_nothing_broke(fs: Told, node: Told, old: Told) -> None:
    for told in (fs, node, old):
        broken = [entry for entry in told.journal if entry["status"] >= 500 and "/pochta-tracking" not in entry["path"]]
        assert broken == []
