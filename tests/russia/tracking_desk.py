"""A desk in front of tracking without sockets, and items that lived a life of our choice."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from lxml import etree
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.core.parcel import Booked, Collected, Fact, PaidOut, Parcel, Scan
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.core.world import World
from parcelproof.simulators.postal_api.russia import CARRIERS
from parcelproof.simulators.postal_api.russia.names import OTPRAVKA, TRACKING
from parcelproof.simulators.postal_api.russia.records import Order, Rate, keep
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.request_line import query_of
from parcelproof.simulators.wire.settings import change_own
from parcelproof.simulators.wire.tenants import Tenants

from ..carrier_step import answered

START_MS = 1_772_442_000_123  # 2026-03-02T09:00:00.123Z, a Monday; noon in Moscow
HOUR_MS = 3_600_000
ORIGIN = "http://127.0.0.1:8400/pochta-tracking"
TRACKED = next(carrier for carrier in CARRIERS if carrier.name == TRACKING)
SOAP_12, SOAP_11 = "http://www.w3.org/2003/05/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/"
SPACES = {
    "S": SOAP_12,
    "T": SOAP_11,
    "sms": "http://russianpost.org/sms-info/data",
    "d": "http://russianpost.org/operationhistory/data",
    "duty": "http://www.russianpost.org/custom-duty-info/data",
    "espp": "http://www.russianpost.org/RTM/DataExchangeESPP/Data",
    "h": "http://russianpost.org/operationhistory",
    "pos": "http://fclient.russianpost.org/postserver",
    "fcl": "http://fclient.russianpost.org",
}
DECLARED = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
RATES = {"ground": Rate(18_200, 4_004), "insr": Rate(300, 66), "notice": Rate(1_000, 220), "mass": Rate(18_200, 4_004)}
FIELDS: dict[str, Any] = {
    "mail-type": "ONLINE_PARCEL",
    "mail-category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY",
    "mass": 1200,
    "payment": 150_000,
    "insr-value": 160_000,
    "index-to": 630_099,
    "postoffice-code": "109012",
    "recipient-name": "Петров Николай Иванович",
    "tel-address": 79_161_234_567,
}


def new_tenants() -> Tenants:
    duties = {name: duty for carrier in CARRIERS for name, duty in carrier.duties.items()}
    kinds = [kind for carrier in CARRIERS for kind in carrier.kinds]
    return Tenants(duties=duties, kinds=kinds, virtual=True, now_ms=START_MS, seed="track")


@dataclass
class TrackingDesk:
    tenants: Tenants = field(default_factory=new_tenants)
    login: str = "shop"
    password: str = "secret"
    ids: Any = field(default_factory=lambda: count(1))

    @property
    def world(self) -> World:
        return self.tenants.world(self.login)

    def settle(self, **settings: Any) -> None:
        change_own(self.world, TRACKING, settings)

    def wait(self, hours: float) -> None:
        assert self.world.step(self.world.now_ms + round(hours * HOUR_MS)) is None

    # -- items

    def item(self, barcode: str = "80092578900475", /, **fields: Any) -> str:
        """Make an order with a number, as Otpravka would; nothing happened to it yet."""
        number = next(self.ids)
        marks = ("NONSTANDARD",) if fields.get("mail-type") == "POSTAL_PARCEL" else ()
        told = {**FIELDS, **fields}
        keep(self.world, Order(number, barcode, told, self.world.now_ms, rates=RATES, postmarks=marks))
        parcel = self.world.add(Parcel(f"{OTPRAVKA}-{number}", OTPRAVKA, barcode, ""))
        self.world.happen(parcel, Booked(self.world.now_ms))
        return barcode

    def live(self, barcode: str, *told: str, apart_h: float = 1) -> None:
        """Let operations happen, `8/2` or `8/2@630099`, each an hour after the one before."""
        for one in told:
            self.wait(apart_h)
            code, _, place = one.partition("@")
            self.happen(barcode, code, place)

    def happen(self, barcode: str, code: str, place: str = "", late_ms: int = 0) -> None:
        parcel = self.parcel(barcode)
        now_ms = self.world.now_ms
        done = Scan(now_ms, parcel.scans + 1, now_ms - late_ms, Status.IN_TRANSIT, code, place=place)
        self.fact(barcode, done)

    def fact(self, barcode: str, fact: Fact) -> None:
        self.world.happen(self.parcel(barcode), fact)

    def paid(self, barcode: str, amount_minor: int) -> None:
        self.fact(barcode, Collected(self.world.now_ms, amount_minor, "RUB"))

    def paid_out(self, barcode: str) -> None:
        self.fact(barcode, PaidOut(self.world.now_ms, "5001"))

    def parcel(self, barcode: str) -> Parcel:
        found = self.world.by_number(OTPRAVKA, barcode)
        assert found is not None
        return found

    # -- calls

    def call(self, method: str, path: str, body: bytes = b"", query: str = "") -> Answer:
        headers = CIMultiDictProxy(CIMultiDict({"Content-Type": "application/soap+xml; charset=utf-8"}))
        return answered(TRACKED, self.tenants, Call(method, path, query_of(query), headers, body, ORIGIN))

    def get(self, path: str, query: str = "") -> Answer:
        return self.call("GET", path, query=query)

    def ask(self, operation: str, inner: str, status: int = 200) -> Any:
        """Call single access and return the one element of the answer's body."""
        body = envelope(SOAP_12, f"<h:{operation}>{self.header()}{inner}</h:{operation}>")
        return opened(self.call("POST", "/rtm34", body), status, SOAP_12)

    def header(self) -> str:
        return (
            f"<d:AuthorizationHeader><d:login>{self.login}</d:login><d:password>{self.password}</d:password>"
            "</d:AuthorizationHeader>"
        )

    def history(self, barcode: str, kind: str = "0", more: str = "", status: int = 200) -> Any:
        inner = f"<d:Barcode>{barcode}</d:Barcode><d:MessageType>{kind}</d:MessageType>{more}"
        request = f"<d:OperationHistoryRequest>{inner}</d:OperationHistoryRequest>"
        return self.ask("getOperationHistory", request, status)

    def records(self, barcode: str, kind: str = "0", more: str = "") -> list[Any]:
        return list(self.history(barcode, kind, more).findall("d:OperationHistoryData/d:historyRecord", SPACES))

    def codes(self, barcode: str) -> list[str]:
        return [code_of(record) for record in self.records(barcode)]

    def ticket(self, *barcodes: str, language: str = "RUS", prefix: str = "fcl:", file_name: str = "") -> Any:
        items = "".join(f'<{prefix}Item Barcode="{barcode}"/>' for barcode in barcodes)
        name = f' FileName="{file_name}"' if file_name else ""
        inner = f"<request{name}>{items}</request>{self.secrets()}<language>{language}</language>"
        return self._batch(f"<pos:ticketRequest>{inner}</pos:ticketRequest>")

    def answer(self, ticket: str) -> Any:
        inner = f"<ticket>{ticket}</ticket>{self.secrets()}"
        return self._batch(f"<pos:answerByTicketRequest>{inner}</pos:answerByTicketRequest>")

    def secrets(self) -> str:
        return f"<login>{self.login}</login><password>{self.password}</password>"

    def _batch(self, inner: str) -> Any:
        return opened(self.call("POST", "/fc", envelope(SOAP_11, inner)), 200, SOAP_11)


def envelope(space: str, inner: str) -> bytes:
    return (
        f'<?xml version="1.0"?><e:Envelope xmlns:e="{space}" {DECLARED}><e:Body>{inner}</e:Body></e:Envelope>'.encode()
    )


def opened(answer: Answer, status: int, space: str) -> Any:
    assert answer.status == status, answer.body.decode()
    body = etree.fromstring(answer.body).find(f"{{{space}}}Body")
    assert len(body) == 1
    return body[0]


def text(element: Any, path: str) -> str | None:
    found: str | None = element.findtext("/".join(f"d:{part}" for part in path.split("/")), namespaces=SPACES)
    return found


def code_of(record: Any) -> str:
    place = "OperationParameters"
    return f"{text(record, f'{place}/OperType/Id')}/{text(record, f'{place}/OperAttr/Id')}"


def error_of(answered: Any) -> tuple[str, str]:
    """Return code and words of a batch answer's error; it has no value beside it."""
    error = answered.find("error")
    assert answered.find("value") is None
    return error.get("ErrorTypeID"), error.get("ErrorName")
