"""The public calculator without sockets."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.postal_api.russia import CALCULATED
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.request_line import query_of
from parcelproof.simulators.wire.tenants import Tenants

from ...carrier_step import answered
from ...described import hold
from ..otpravka.conftest import tenants

ORIGIN = "http://127.0.0.1:8400/pochta-tariff"


@dataclass
class Calculator:
    tenants: Tenants = field(default_factory=tenants)

    def get(self, path: str, query: str = "") -> Answer:
        headers = CIMultiDictProxy(CIMultiDict[str]())
        answer = answered(CALCULATED, self.tenants, Call("GET", path, query_of(query), headers, b"", ORIGIN))
        hold(CALCULATED, "GET", path, answer)
        return answer

    def ask(self, path: str, query: str = "", status: int = 200) -> Any:
        answer = self.get(path, query)
        assert answer.status == status, (answer.status, answer.body.decode())
        assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
        return json.loads(answer.body)

    def error(self, path: str, query: str) -> dict[str, Any]:
        (found,) = self.ask(path, query, status=400)["errors"]
        assert found["type"] in (1, 2, 3)
        return dict(found)

    def settings(self, name: str, **changes: Any) -> None:
        self.tenants.world(name).store.header.settings["russian_post_tariff"] = changes


@pytest.fixture
def calculator() -> Calculator:
    return Calculator()
