"""A desk in front of PickPoint without sockets: the server's steps, fast enough to try laws by the thousand."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.core.parcel import Parcel, Step
from parcelproof.simulators.core.world import World
from parcelproof.simulators.courier_api.pickpoint import CARRIER
from parcelproof.simulators.courier_api.pickpoint.postamats import postamats
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.tenants import Tenants

from ..carrier_step import answered
from ..described import hold

START_MS = 1_772_442_000_000  # 2026-03-02T09:00:00Z, noon in Moscow on a Monday
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
IKN = "9990003041"
LOCKER = next(point.number for point in postamats().values() if not point.opens and point.city.name == "Казань")
OFFICE = next(point.number for point in postamats().values() if point.opens and point.city.name == "Казань")
GOODS = [
    {"Line": "1", "ProductCode": "TEA-1", "GoodsCode": "", "Name": "Чайник", "Price": 1000.5},
    {"Line": "2", "ProductCode": "CUP-1", "GoodsCode": "", "Name": "Чашка", "Price": 500},
]


@dataclass
class Desk:
    """One server's tenants and one client's session."""

    tenants: Tenants
    name: str = "shop"
    session: str = ""

    @property
    def world(self) -> World:
        return self.tenants.find(self.name)

    def call(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Do what the shell does with one request; the answer is one that the carrier's package declares."""
        answer = self._answered(method, path, body)
        hold(CARRIER, method, path, answer)
        return answer

    def _answered(self, method: str, path: str, body: bytes) -> Answer:
        call = Call(method, path, {}, CIMultiDictProxy(CIMultiDict()), body, "http://127.0.0.1:8400/pickpoint")
        return answered(CARRIER, self.tenants, call)

    def ask(self, name: str, **fields: Any) -> Any:
        """Call a method with the session; return the JSON of its answer, or its bytes where it is none."""
        body = json.dumps({"SessionId": self.session, **fields}, ensure_ascii=False, default=float).encode()
        answer = self.call("POST", f"/api/{name}", body)
        assert answer.status == 200, answer.body
        if answer.headers["Content-Type"] != "application/json":
            return answer.body
        return json.loads(answer.body, parse_float=Decimal)

    def look(self, name: str) -> Any:
        answer = self.call("GET", f"/api/{name}")
        assert answer.status == 200, answer.body
        return json.loads(answer.body, parse_float=Decimal)

    def log_in(self, login: str = "shop", password: str = "s") -> None:
        found = self.ask("login", Login=login, Password=password)
        assert found["ErrorCode"] == 0, found
        self.name, self.session = login, found["SessionId"]

    def advance(self, by_ms: int) -> None:
        """Let time pass, then log in anew, since sessions live an hour."""
        world = self.world
        assert world.step(world.now_ms + by_ms) is None
        self.log_in(self.name)

    def settings(self, **changes: Any) -> None:
        self.world.store.header.settings.update(changes)

    # -- sendings

    @staticmethod
    def place(**changes: Any) -> dict[str, Any]:
        return {"BarCode": "", "GCBarCode": "", "Width": 20, "Height": 10, "Depth": 30, "Weight": 1.5, **changes}

    @staticmethod
    def invoice(**changes: Any) -> dict[str, Any]:
        """Return an invoice that the carrier takes; None takes a key away."""
        found = {
            "SenderCode": "A-1",
            "Description": "Посуда",
            "RecipientName": "Иванова Анна",
            "PostamatNumber": LOCKER,
            "MobilePhone": "+7 (913) 000-00-01",
            "Email": "anna@example.org",
            "PostageType": 10003,
            "GettingType": 101,
            "PayType": 1,
            "Sum": 1500.5,
            "SenderCity": {"CityName": "Москва", "RegionName": "Московская обл."},
            "Places": [Desk.place(SubEncloses=GOODS)],
            **changes,
        }
        return {key: value for key, value in found.items() if value is not None}

    def register(self, *invoices: dict[str, Any], method: str = "CreateShipment") -> Any:
        rows = [{"EDTN": str(n), "IKN": IKN, "Invoice": invoice} for n, invoice in enumerate(invoices, 1)]
        return self.ask(method, Sendings=rows)

    def sending(self, **changes: Any) -> str:
        """Register a good sending and return its number."""
        found = self.register(self.invoice(**changes))
        assert found["RejectedSendings"] == [], found
        number: str = found["CreatedSendings"][0]["InvoiceNumber"]
        return number

    def refused(self, **changes: Any) -> tuple[int, str]:
        """Return the error of a sending that is refused, and see that nothing was kept."""
        before = self.world.store.dump()
        found = self.register(self.invoice(**changes))
        assert found["CreatedSendings"] == [] and len(found["RejectedSendings"]) == 1, found
        assert self.world.store.dump() == before
        row = found["RejectedSendings"][0]
        assert (row["EDTN"], row["Error"]) == ("1", row["ErrorMessage"])
        return row["ErrorCode"], row["ErrorMessage"]

    def parcel(self, number: str) -> Parcel:
        return self.world.parcel(f"pickpoint-{number}")

    def still(self, number: str) -> str:
        """Take a sending's journey away, so that only the test moves it."""
        self.world.travel(self.parcel(number), ())
        return number

    def scan(self, number: str, code: int, reason: str = "", late_ms: int = 0) -> Parcel:
        return CARRIER.scan(self.world, self.parcel(number), Step(0, str(code), "", reason, late_ms))

    def live(self, number: str, story: str) -> None:
        self.world.travel(self.parcel(number), CARRIER.story(self.world, self.parcel(number), story))

    def states(self, number: str) -> list[int]:
        return [row["State"] for row in self.ask("tracksending", InvoiceNumber=number)]

    def info(self, number: str) -> Any:
        (found,) = self.ask("sendinginfo", InvoiceNumber=number)
        return found


def fresh_desk(**settings: Any) -> Desk:
    desk = Desk(Tenants(duties=CARRIER.duties, kinds=CARRIER.kinds, virtual=True, now_ms=START_MS, seed="test"))
    desk.log_in()
    desk.settings(**settings)
    return desk


@pytest.fixture(scope="session")
def new_desk() -> Callable[..., Desk]:
    """Make a desk with settings of its tenant: `new_desk(agent_percent=5)`."""
    return fresh_desk


@pytest.fixture
def desk() -> Desk:
    return fresh_desk()
