"""Toolkits of others load the descriptions over the wire and understand what is answered.

Those of Node are tried in `tests/sdk`, where npm's packages are installed.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from zeep import Client, Settings
from zeep.exceptions import Fault

from parcelproof.conformance.processes import SIMULATOR, Process
from parcelproof.control_client import ControlClient

from ..needed import missing

HERE = Path(__file__).parent
LOGIN, PASSWORD, UNKNOWN = "toolkit", "hush", "80092578900475"
ORDER = {
    "address-type-to": "DEFAULT",
    "mail-type": "ONLINE_PARCEL",
    "mail-category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY",
    "mail-direct": 643,
    "mass": 1200,
    "payment": 150_000,
    "insr-value": 160_000,
    "index-to": 630_099,
    "region-to": "Новосибирская обл",
    "place-to": "г Новосибирск",
    "street-to": "ул Ленина",
    "house-to": "1",
    "surname": "Петров",
    "given-name": "Николай",
    "recipient-name": "Петров Николай",
    "tel-address": 79_161_234_567,
    "order-num": "T-1",
    "postoffice-code": "109012",
}
LIFE = ("1/2", "8/1", "8/2", "63/0", "2/1")
CODES = ["28/0", *LIFE]


class Post(NamedTuple):
    """A server on which one item lived, asked for by a ticket whose answer is ready."""

    url: str
    number: str
    ticket: str

    @property
    def root(self) -> str:
        return f"{self.url}/pochta-tracking"


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    with Process(SIMULATOR) as process, ControlClient(process.url) as control:
        root = f"{process.url}/pochta-tracking"
        ticket = Client(f"{root}/fc?wsdl").service.getTicket
        number = ordered(process.url)
        [parcel] = control.parcels(LOGIN)
        for code in LIFE:
            control.advance(LOGIN, by_ms=3_600_000)
            control.scan(LOGIN, parcel["id"], code)
        asked = {"Item": [{"Barcode": number}, {"Barcode": UNKNOWN}]}
        issued = ticket(request=asked, login=LOGIN, password=PASSWORD, language="RUS")
        control.advance(LOGIN, by_ms=900_000)
        yield Post(process.url, number, issued.value)


def ordered(url: str) -> str:
    headers = {"Authorization": f"AccessToken {LOGIN}", "X-User-Authorization": "Basic dG9vbGtpdDpodXNo"}
    answer = httpx.put(f"{url}/pochta/2.0/user/backlog", json=[ORDER], headers=headers)
    assert answer.status_code == 200, answer.text
    number: str = answer.json()["orders"][0]["barcode"]
    return number


def test_python_zeep(post: Post) -> None:
    """Strict: what a schema does not foresee would be refused."""
    single = Client(f"{post.root}/rtm34?wsdl", settings=Settings(strict=True)).service
    who = {"login": LOGIN, "password": PASSWORD}

    def history(barcode: str, language: str = "RUS", by: dict[str, str] = who) -> Any:
        asked = {"Barcode": barcode, "MessageType": 0, "Language": language}
        return single.getOperationHistory(OperationHistoryRequest=asked, AuthorizationHeader=by)

    records = history(post.number)
    told = [record.OperationParameters for record in records]
    assert [f"{one.OperType.Id}/{one.OperAttr.Id}" for one in told] == CODES
    assert (told[0].OperAttr.Name, told[-1].OperAttr.Name) == (None, "Вручение адресату")
    assert records[1].ItemParameters.Mass == 1200 and records[0].ItemParameters.Mass is None
    assert str(told[-1].OperDate.utcoffset()) == "7:00:00"
    assert history(UNKNOWN) is None
    with pytest.raises(Fault, match="Error") as malformed:
        history("x", "ENG")
    assert malformed.value.detail[0].text == "The format of the request data is invalid"
    with pytest.raises(Fault) as stranger:
        history(post.number, by={**who, "password": "wrong"})
    assert stranger.value.code == "S:Receiver" and stranger.value.detail[0].text == "Ошибка авторизации"
    asked = {"AuthorizationHeader": who, "PostalOrderEventsForMailInput": {"Barcode": post.number}}
    [event] = single.PostalOrderEventsForMail(**asked)
    assert (event.EventType, event.SumPaymentForward, event.CountryToCode) == (1, 150_000, "RU")
    assert [one["code"] for one in single.getLanguages(AuthorizationHeader=who)] == ["RUS", "ENG"]
    assert single.getSmsHistory(AuthorizationHeader=who, SmsHistoryRequest={"Barcode": post.number}) is None
    asked = {"AuthorizationHeader": who, "CustomDutyEventsForMailInput": {"Barcode": post.number}}
    assert single.getCustomDutyEventsForMail(**asked) is None


def test_python_zeep_tickets(post: Post) -> None:
    batch = Client(f"{post.root}/tracking-web-static/fc_wsdl.xml").service
    answer = batch.getResponseByTicket(ticket=post.ticket, login=LOGIN, password=PASSWORD)
    assert answer.error is None
    known, unknown = answer.value.Item
    assert [f"{one.OperTypeID}/{one.OperCtgID}" for one in known.Operation] == CODES
    assert [error.ErrorTypeID for error in unknown.Error] == [12]


@pytest.mark.ci
def test_php_soap_extension(post: Post) -> None:
    asked = 'exit(extension_loaded("soap") ? 0 : 1);'
    try:
        found = subprocess.run(["php", "-r", asked], check=False).returncode == 0
    except FileNotFoundError:
        found = False
    if not found:
        missing("php", "PHP with its extension soap is not installed")
    command = ["php", str(HERE / "toolkits" / "flow.php"), post.root, LOGIN, PASSWORD, post.number, UNKNOWN]
    done = subprocess.run([*command, post.ticket], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done
    told = json.loads(done.stdout)
    issued = told.pop("issued")
    assert issued.endswith(LOGIN.upper()) and issued != post.ticket
    assert told == {
        "functions": 5,
        "codes": CODES,
        "name": "Присвоение идентификатора",
        "mass": 1200,
        "class": "Rtm02Parameter",
        "unknown": [],
        "money": [[1, 150_000]],
        "malformed": [
            "Error",
            "S:Receiver",
            {"OperationHistoryFaultReason": "Формат данных запроса не соответствует установленному протоколом"},
        ],
        "stranger": ["Error", "S:Receiver", {"AuthorizationFaultReason": "Authorization error"}],
        "prepared": "02.03.2026 17:15:00",
        "items": [[post.number, CODES, []], [UNKNOWN, [], [12]]],
        "early": 6,
    }


def test_bombs_and_long_bodies_are_refused_before_they_burn(post: Post) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    outside = '<!ENTITY l11 SYSTEM "file:///etc/hostname">'
    for declared in (f'<!ENTITY l0 "ha">{laughs}', outside):
        body = f"<?xml version='1.0'?><!DOCTYPE a [{declared}]><a>&l11;</a>".encode()
        for path in ("/rtm34", "/fc"):
            answer = httpx.post(f"{post.root}{path}", content=body)
            assert (answer.status_code, len(answer.content) < 1000) == (500, True)
            assert "A document type or an entity declaration is not allowed" in answer.text
    deep = b"<a>" * 250_000
    assert "cannot be read as XML" in httpx.post(f"{post.root}/rtm34", content=deep).text
    assert httpx.post(f"{post.root}/rtm34", content=b" " * 1_048_577).status_code == 413


def test_a_service_that_moved_is_nowhere_for_its_tenant(post: Post) -> None:
    own = f"{post.root}/~{LOGIN}/rtm34"
    with ControlClient(post.url) as control:
        control.begin_bad_day(LOGIN, "tracking-moved")
        assert httpx.get(f"{own}?wsdl").status_code == 404
        assert httpx.get(f"{post.root}/rtm34?wsdl").status_code == 200, "everybody's own goes on"
        control.end_bad_day(LOGIN, "tracking-moved")
        single = Client(f"{own}?wsdl").service
        single.getLanguages(AuthorizationHeader={"login": LOGIN, "password": PASSWORD})
        told = [
            (entry["operation"], entry["status"]) for entry in control.journal(LOGIN, carrier="russian_post_tracking")
        ]
    assert told[-1] == ("get_languages", 200)
    assert ("read_single_description", 404) in told and ("read_single_description", 200) in told
