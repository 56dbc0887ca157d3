"""Scenarios at IML and PickPoint: short forms, what they lack, refusals inside 200, recordings of foreign clients."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from parcelproof.conformance.scenarios.journal import of_tenant
from parcelproof.conformance.scenarios.recording import recorded
from parcelproof.conformance.scenarios.results import Outcome, ScenarioResult
from parcelproof.control_client import ControlClient, ControlError
from parcelproof.scenario.writing import text_of

RunText = Callable[..., ScenarioResult]
HEAD = """\
scenario: Trial
zone: Europe/Moscow
receivers: {hook: {}}
parties: {hans: {name: Hans, street: Ring, postal_code: 97070, city: Würzburg, country: DE, phone: "+79161234567"}}
parcels:
  i1: {carrier: iml, pay: cod}
  i2: {carrier: iml, point: "11"}
  i3: {carrier: iml, with: {Weight: heavy}}
  q1: {carrier: pickpoint, pay: cod}
  q2: {carrier: pickpoint}
  q3: {carrier: pickpoint, with: {Invoice: {Sum: 7}}}
  q4: {carrier: pickpoint, to: hans}
steps:
"""


def test_short_forms_at_iml(run_text: RunText) -> None:
    made = run_text(
        HEAD
        + """
  - shop: {rates: i1}
    expect: {answer: {status: 200, json: {/PriceTypes/0/DeliveryCost: {at_least: 1}}}}
  - shop: {create: i1}
    expect: {answer: {json: {/Order/Job: 24КО, /Order/Amount: 24.8, /Order/GoodItems: {length: 3}}}}
  - shop: {create: i2}
    expect: {answer: {json: {/Order/Job: С24, /Order/BarCode: "${i2.number}"}}}
  - shop: {label: i1}
    expect: {label: i1}
  - when: +3h
    carrier: {scan: {parcel: i1, code: 1/0}}
    expect: {status: {i1: accepted, i2: announced}}
  - shop: {track: i1}
    expect: {answer: {json: {/0/State: 1, /0/BarCode: "${i1.number}"}}}
  - shop: {request: {carrier: iml, path: /list/region, credential: none}}
    expect: {answer: 200}
  - shop: {request: {carrier: iml, method: POST, path: /json/GetOrders, credential: none}}
    expect: {answer: 401}
"""
    )
    assert (made.outcome, made.failures, made.reason) == (Outcome.PASSED, (), "")


def test_short_forms_at_pickpoint(run_text: RunText) -> None:
    made = run_text(
        HEAD.replace("parcels:", "carriers: {pickpoint: {session_lifetime_s: 600}}\nparcels:")
        + """
  - shop: {rates: q1}
    expect: {answer: {status: 200, json: {/Services/0/Tariff: {at_least: 1}, /ErrorCode: 0}}}
  - shop: {create: q1}
  - shop: {create: q2}
  - shop: {label: q1}
    expect: {label: q1}
  - shop: {cancel: q2}
    expect: {answer: {json: {/Result: true}}, status: {q2: cancelled}}
  - when: +3h
    carrier: {scan: {parcel: q1, code: "105"}}
  - shop: {track: q1}
    expect: {answer: {json: {/-1/State: 105}}, journal: {operation: login, count: 2}}
  - carrier: {scan: {parcel: q1, code: "111"}}
  - shop: {return: q1}
    expect: {status: {q1.return: announced}, answer: {json: {/0/InvoiceNumber: "${q1.return.number}"}}}
  - shop: {log_in: pickpoint}
    expect: {answer: {json: {/SessionId: "${session}"}}}
  - when: +1d
    note: A session that the scenario opened is its own, until it ends and beyond.
    shop: {track: q1}
    expect: {answer: {json: {/ErrorCode: 1}}}
  - shop: {log_in: pickpoint}
  - shop: {request: {carrier: pickpoint, method: POST, path: /api/logout}}
    expect: {answer: {json: {/Success: true}}}
  - shop: {track: q1}
"""
    )
    assert (made.outcome, made.failures, made.reason) == (Outcome.PASSED, (), "")


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("shop: {cancel: i1}", "IML has no JSON call that cancels: its older protocol's DELETE is a `request`"),
        ("shop: {return: i1}", "IML has no call that announces a return: what is refused comes back under the parcel"),
        ("shop: {log_in: iml}", "IML has no tokens: login and password go with every call"),
        (
            "shop: {subscribe: {carrier: iml, receiver: hook}}",
            "IML has no webhooks: read a parcel's state with `track`",
        ),
        ("shop: {subscribe: {carrier: pickpoint, receiver: hook}}", "PickPoint has no webhooks"),
        ("shop: {label: {parcel: i1, format: ZPL}}", "IML has no labels in ZPL: PDF is its only form"),
        ("shop: {label: {parcel: q1, format: ZPL}}", "PickPoint has no labels in ZPL"),
        ("shop: {request: {carrier: iml, path: /, credential: token}}", "IML has no tokens: `credential` is own, key"),
        ("shop: {request: {carrier: pickpoint, path: /, credential: key}}", "PickPoint has no keys"),
        ("shop: {return: {parcel: q1, items: {MUG: 1}}}", "PickPoint has no return of single goods: leave `items` out"),
        ("shop: {create: q4}", "PickPoint has no locker in Würzburg: give the parcel a `point`"),
        ("carrier: {webhooks: {carrier: iml, drop: true}}", "IML sends no webhooks"),
        ("carrier: {webhooks: {carrier: pickpoint, duplicate: 1}}", "PickPoint sends no webhooks"),
        ("shop: {request: {carrier: pickpoint, path: '/${session}'}}", "session is not known yet: no step before"),
        # a refusal inside an answer of 200 fails a step that expects nothing of it
        ("shop: {create: i3}", "answered 200 and refused: Weight: Weight: найдено «heavy»"),
        ("shop: {create: q3}", "answered 200 and refused: 20 Неверное значение поля Sending.Invoice.Sum"),
    ],
)
def test_what_they_lack_is_one_sentence(step: str, says: str, run_text: RunText) -> None:
    made = run_text(f"{HEAD}  - {step}")
    assert made.outcome is Outcome.FAILED
    [(_, failure)] = made.failures
    assert says in failure.found
    assert failure.found.count("\n") == 0


class Shop:
    """A foreign client of a tenant in which parcels live by themselves."""

    def __init__(self, url: str, tenant: str, control: ControlClient) -> None:
        self.http = httpx.Client(base_url=url)
        self.tenant, self.control = tenant, control

    def wait(self, by_ms: int) -> None:
        self.control.advance(self.tenant, by_ms=by_ms)

    def ask(self, path: str, **body: Any) -> Any:
        self.wait(60_001)  # within one millisecond a journal does not tell what came first
        return self.http.post(path, **body).raise_for_status()

    def id_of(self, number: str) -> str:
        return str(next(row["id"] for row in self.control.parcels(self.tenant) if row["number"] == number))

    def recording(self) -> str:
        """Return the recording of the tenant, and give the tenant up: a replay makes it again."""
        text = text_of(recorded(of_tenant(self.control, self.tenant), "Foreign"))
        self.close()
        return text

    def close(self) -> None:
        with suppress(ControlError):
            self.control.delete_tenant(self.tenant)


@pytest.fixture
def shop(simulator: str) -> Iterator[Callable[..., Shop]]:
    opened: list[Shop] = []

    def new(tenant: str, **settings: Any) -> Shop:
        control = ControlClient(simulator)
        start = datetime(2026, 3, 2, 9, 0, 0, 123_000, UTC)
        control.create_tenant(tenant, settings={"mix": {"delivered": 1}, **settings}, now=start)
        opened.append(Shop(simulator, tenant, control))
        return opened[-1]

    yield new
    for one in opened:
        one.close()
        one.control.close()
        one.http.close()


def replayed_to_the_byte(text: str, run_text: RunText) -> None:
    made = run_text(text)
    assert (made.outcome, made.failures, made.reason) == (Outcome.PASSED, (), "")
    assert made.sha256 == made.recorded_sha256
    other = run_text(re.sub(r"(?m)^seed: .*$", 'seed: "another"', text))  # lives would go at other times
    assert (other.outcome, other.failures, other.reason) == (Outcome.PASSED, (), "")


def invoice(code: str, **more: Any) -> dict[str, Any]:
    told = {"SenderCode": code, "Description": "Shirt", "RecipientName": "Анна", "PostamatNumber": "1601-001"}
    plain = {"MobilePhone": "+79161234567", "PostageType": 10001, "GettingType": 101, "Sum": 0}
    return {"EDTN": code, "IKN": "9990003041", "Invoice": {**told, **plain, **more}}


def test_a_client_of_pickpoint_is_recorded_to_the_byte(shop: Callable[..., Shop], run_text: RunText) -> None:
    """The published login, several sendings of one request, sessions in any spelling, lives that go by themselves."""
    client = shop("apitest", pickpoint={"mix": {"refused": 1}, "storage_days": 5})
    login = {"Login": "apitest", "Password": "apitest"}
    session = client.ask("/pickpoint/apitest/login", json=login).json()["SessionId"]
    lives = ("[story: stuck]", "[story: delivered]")
    sendings = [invoice("a"), *(invoice("b", Description=life) for life in lives)]  # the same number twice
    body = {"Sendings": sendings, "SessionId": session}
    made = client.ask("/pickpoint/apitest/createshipment", json=body).json()["CreatedSendings"]
    refused, stuck, delivered = (row["InvoiceNumber"] for row in made)
    client.wait(5 * 86_400_000)
    session = client.ask("/pickpoint/apitest/login", json=login).json()["SessionId"]
    spelled = f'{{"sessionid": "{session}", "Invoices": ["{refused}"]}}'
    client.ask("/pickpoint/apitest/tracksendings", content=spelled, headers={"Content-Type": "application/json"})
    client.ask("/pickpoint/apitest/makereturn", json={"SessionId": session, "InvoiceNumber": delivered})
    client.control.scan("apitest", client.id_of(stuck), "105")
    client.ask("/pickpoint/apitest/rejectInvoice", json={"SessionId": session, "InvoiceNumber": stuck})
    client.wait(20 * 86_400_000)
    text = client.recording()
    for number in (refused, stuck, delivered, session):
        assert number not in text
    assert "storage_days: 5" in text and "mix" not in text
    replayed_to_the_byte(text, run_text)


XML = """<DeliveryRequest><Order><number>x-1</number><action>CREATE</action>
<Condition><service>24</service></Condition>
<Region><departure>МОСКВА</departure><destination>МОСКВА</destination></Region>
<Consignee><Address><line>Арбат, 1</line></Address><RepresentativePerson><name>Анна</name>
<Communication><telephone1>+79161234567</telephone1></Communication></RepresentativePerson></Consignee>
<GoodsMeasure><weight>1</weight><volume>1</volume></GoodsMeasure></Order></DeliveryRequest>"""


def test_a_client_of_iml_is_recorded_to_the_byte(shop: Callable[..., Shop], run_text: RunText) -> None:
    """A form with plain brackets, one in JSON, the older protocol, an answer that was lost, a deletion."""
    client = shop("courier-shop")
    client.http.auth = ("courier-shop", "theirs")
    order = {"Job": "24", "Contact": "Anna", "Phone": "9161234567", "IndexFrom": "101000", "IndexTo": "420111"}
    form = "&".join(f"{name}={value}" for name, value in {**order, "CustomerOrder": "f-1", "Address": "7"}.items())
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    client.ask("/iml/CreateOrder", content=f"{form}&GoodItems[0][productName]=Mug", headers=kind)
    told = {**order, "CustomerOrder": "j-1", "Address": "7", "Comment": "[story: returned]"}
    number = client.ask("/iml/json/CreateOrder", json=told).json()["Order"]["BarCode"]
    client.ask("/iml/imlapi", content=XML.encode(), headers={"Content-Type": "text/xml"})
    client.control.add_fault("courier-shop", kind="reset", point="after", carrier="iml", operation="create_order")
    with pytest.raises(httpx.TransportError):
        client.ask("/iml/json/CreateOrder", json={**told, "CustomerOrder": "l-1"})
    [gone] = client.control.parcels("courier-shop", reference="l-1")
    client.wait(3 * 86_400_000)
    codes = f"{number}|{gone['number']}"
    assert len(client.ask("/iml/json/GetStatuses", data={"BarCode": codes}).json()) == 2
    delete = XML.replace("x-1", "f-1").replace("CREATE", "DELETE")
    client.ask("/iml/imlapi", content=delete.encode(), headers={"Content-Type": "text/xml"})
    client.wait(20 * 86_400_000)
    text = client.recording()
    assert number not in text and gone["number"] not in text and "theirs" not in text
    assert all(f"{{carrier: iml, reference: {code}}}" in text for code in ("f-1", "j-1", "l-1", "x-1"))
    assert "13/2" in text
    replayed_to_the_byte(text, run_text)
