"""The HTTP driver: a wrong answer is the connector's failure, a refusal is data, silence at the start is wrong use."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import httpx
import msgspec
import pytest

from parcelproof.conformance.driver import http as driver
from parcelproof.conformance.driver.http import Connector, DriverFault, Refused, Silent, Unreachable
from parcelproof.conformance.driver.patience import Patience

from .conftest import SILENCE

Tiny = Callable[..., AbstractContextManager[str]]
PROBLEM = "application/problem+json"


def encoded(document: object) -> bytes:
    return msgspec.json.encode(document)


def test_nobody_there_is_told_apart_from_a_broken_driver() -> None:
    with Connector("http://127.0.0.1:9") as found, pytest.raises(Unreachable, match="no connector answers at"):
        found.capabilities()


def test_what_is_no_url_is_wrong_use() -> None:
    with pytest.raises(Unreachable, match="is no URL"):
        Connector("http://a\x01b/")


def test_capabilities_are_read(tiny: Tiny) -> None:
    with tiny() as url, Connector(url) as found:
        assert found.capabilities().name == "tiny"


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, b"{", "not in the contract's shape"),
        (200, b"\xff\xfe", "not in the contract's shape"),
        (200, encoded({"now": "2026-03-02 08:00"}), "not in the contract's shape"),
        (200, encoded({"now": "2026-03-02T08:00:00"}), "not in the contract's shape"),
        (200, encoded({"later": "2026-03-02T08:00:00Z"}), "not in the contract's shape"),
        (500, b"oh", "answered 500"),
        (302, b"", "answered 302"),
        (404, b"nothing here", "without a problem"),
    ],
)
def test_a_wrong_answer_is_a_driver_fault(tiny: Tiny, status: int, body: bytes, says: str) -> None:
    answers = {"POST /run": (status, "application/json", body)}
    with tiny(answers) as url, Connector(url) as found, pytest.raises(DriverFault, match=says):
        found.run(datetime(2026, 3, 2, tzinfo=UTC))


def test_an_answer_that_never_ends_is_silence(tiny: Tiny) -> None:
    with tiny({"GET /stock": SILENCE}) as url, Connector(url, patience=Patience(0.3)) as found:
        with pytest.raises(Silent, match=r"no whole answer within 0\.3 s"):
            found.stock()
        assert found.patience.silences == 1
        found.capabilities()  # a new beginning
        found.patience.begin_example()
        assert (found.patience.silences, found.patience.all_silences) == (0, 1)


def test_an_endless_answer_is_not_read_to_its_end(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "MOST_ANSWER_BYTES", 100)
    endless = {"GET /stock": (200, "application/json", b"0" * 101)}
    with tiny(endless) as url, Connector(url) as found, pytest.raises(DriverFault, match="more than 100 bytes"):
        found.stock()


def test_a_refusal_is_read_as_one(tiny: Tiny) -> None:
    problem = {"title": "No", "status": 409, "detail": "Not that.", "code": "CONFLICT"}
    answers = {"POST /orders/a%2Fb/cancel": (409, PROBLEM, encoded(problem))}
    with tiny(answers) as url, Connector(url) as found, pytest.raises(Refused) as refused:
        found.cancel("a/b")
    assert (refused.value.status, refused.value.code, refused.value.detail) == (409, "CONFLICT", "Not that.")


def test_unknown_members_are_ignored(tiny: Tiny) -> None:
    answers = {"GET /stock": (200, "application/json", encoded({"stock": {"TEE": -1}, "mood": "good"}))}
    with tiny(answers) as url, Connector(url) as found:
        assert found.stock() == {"TEE": -1}


def test_who_speaks_stands_in_the_headers(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, str]] = []

    def answered(self: Connector, request: httpx.Request, call: str) -> driver.Answer:
        told.append({name: value for name, value in request.headers.items() if name.startswith("parcelproof")})
        return driver.Answer(200, b'{"states": []}', "application/json")

    monkeypatch.setattr(Connector, "_answer", answered)
    with tiny() as url, Connector(url) as found:
        found.states()
        with found.speaking_for(user="desk", company="second"):
            found.states()
            with found.speaking_for(company="third"):
                found.states()
        found.states()
    second = {"parcelproof-as": "desk", "parcelproof-company": "second"}
    assert told == [{}, second, {"parcelproof-company": "third"}, {}]
