"""Bad connectors by every way in: one sentence, the right exit code, an end, no stack trace, never our own fault."""

import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.case import Verdict
from parcelproof.conformance.catalogue import CARRIERS
from parcelproof.conformance.driver import Refusal
from parcelproof.conformance.processes import SIMULATOR, Process
from parcelproof.conformance.run import Run
from parcelproof.conformance.runner import Options, UsageError, run
from parcelproof.conformance.targets import CommandTarget
from parcelproof.conformance.wires import POLLED

from .bad_connector import DRIVER, FAULTS, serving

BOOKING = "LBL-001/a_booked_order_has_its_label[mail_alliance]"
RETURN = "RET-006/a_buyer_sends_goods_back"
KILLS = "IDM-010/book_an_order[mail_alliance]"
WAIT_S = 0.3  # for an answer that never comes
SILENT = f"got no whole answer within {WAIT_S:g} s"
MOST_MET = 3  # times that a fault which makes the judge wait is met in one case


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    with Process(SIMULATOR) as process:
        yield process.url


@pytest.fixture(scope="module")
def good() -> Iterator[str]:
    """The address of the reference, without its driver's path."""
    target = CommandTarget(engine_command(), simulator="", smtp="", ours=True)
    yield target.connector.base_url.removesuffix(DRIVER)
    target.close()


def judged(simulator: str, *, case: str = BOOKING, wait_s: float = 30.0, **target: Any) -> Run:
    return run(Options(simulator=simulator, cases=[case], answer_timeout_s=wait_s, start_timeout_s=20.0, **target))


def sentence_of(made: Run) -> str:
    """Return what a failed run says; it must have failed, and by nothing of ours."""
    verdicts = {verdict for row in made.results for verdict in row.verdicts.values()}
    assert Verdict.UNKNOWN not in verdicts and made.exit_code == 1, [row.reason for row in made.results]
    found = [row for result in made.results for row in result.findings]
    assert not [row for row in found if "Traceback" in row.found or "\n" in row.found]
    return f"{found[0].subject}: {found[0].found}"


# -- a Python object that takes orders and does one thing wrong


class Shop:
    """Books what it is given at once, by one request, and knows no more of it."""

    def __init__(self) -> None:
        self._account: dict[str, Any] = {}
        self._numbers: list[str] = []

    def capabilities(self) -> Any:
        return {
            "protocol": "1", "name": "shop", "version": "1", "language": "Python", "profiles": ["labels"],
            "carriers": ["mail_alliance"], "claims": ["clock"],
        }  # fmt: skip

    def reset(self, settings: dict[str, Any]) -> None:
        self._account, self._numbers = settings["carriers"]["mail_alliance"], []

    def run(self, until: datetime) -> datetime:
        return until

    def place(self, order: dict[str, Any]) -> str:
        self._book(order)
        self._numbers.append(order["number"])
        return str(order["number"])

    def _book(self, order: dict[str, Any]) -> None:
        box = dict(zip(("length_mm", "width_mm", "height_mm"), order["sides_mm"], strict=True))
        body = {
            "references": {"order": order["number"]}, "service": "ma_parcel_tracked",
            "shipper": self._address(self._account["sender"]),
            "recipient": self._address(order["recipient"]), "package": {"weight_g": order["mass_g"], **box},
            "contents": [{"description": "Goods", "quantity": 1, "unit_weight_g": 1}],
        }  # fmt: skip
        headers = {"X-Api-Key": self._account["api_key"], "Idempotency-Key": f"order-{order['number']:0>20}"}
        answer = httpx.post(f"{self._account['base_url']}/v1/parcels", json=body, headers=headers)
        assert answer.status_code == 201, answer.text

    def _address(self, given: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in given.items() if value}

    def order(self, number: str) -> dict[str, Any]:
        return {
            "number": number, "state": "booked", "carrier": "mail_alliance", "service": "x", "tracking_number": "MA1",
            "tracking_numbers": ["MA1"], "status": "announced", "partial": False, "quote": None, "booked": None,
            "label": {"format": "PDF", "sha256": "0", "size_bytes": 1}, "history": [], "returns": [],
            "final_state": None, "problems": [], "acting_user": None,
        }  # fmt: skip

    def orders(self) -> list[dict[str, Any]]:
        return [self.order(number) for number in self._numbers]

    def label(self, number: str) -> bytes:
        return b"%PDF-1.7"


def spoilt(method: str, wrong: Any) -> Any:
    """Return a factory of shops one of whose methods does something else."""
    return type("Spoilt", (Shop,), {method: wrong})


def raises(*_: Any) -> None:
    raise LookupError("no such thing")


def exits(*_: Any) -> None:
    sys.exit(0)


def refuses(*_: Any) -> None:
    raise Refusal(404, "UNKNOWN_ORDER", "Never heard of it.")


@pytest.mark.parametrize(
    ("method", "wrong", "says"),
    [
        ("reset", raises, "driver: reset() raised LookupError: no such thing in test_bad_connectors.py"),
        ("reset", exits, "driver: reset() called sys.exit(0)"),
        ("reset", refuses, "refusal: 404 UNKNOWN_ORDER: Never heard of it."),
        ("run", raises, "raised LookupError: no such thing"),
        ("run", lambda self, until: None, "is not in the contract's shape: Expected `datetime`, got `null`"),
        ("run", lambda self, until: until - timedelta(hours=1), "its clock must stand at 2026-03-20T08:01:00+00:00"),
        ("place", lambda self, order: 7, "place() returned what is not in the contract's shape: Expected `str`"),
        ("place", lambda self, order: "X-9", "place() returned what cannot be: the order that was placed is 'L-1'"),
        ("order", lambda self, number: Shop().order("X-9"), "the order in it is 'X-9', which nobody asked for"),
        ("order", lambda self, number: {"number": number}, "Object missing required field `state`"),
        ("orders", lambda self: [], "orders() returned what cannot be: its list lacks the order 'L-1'"),
        ("orders", lambda self: [Shop().order(n) for n in ("L-1", "L-2", "X-9")], "'X-9', which nobody placed"),
        ("orders", None, "has no method orders()"),
        ("label", lambda self, number: "%PDF", "label('L-1') returned str, not bytes"),
        ("label", refuses, "404 UNKNOWN_ORDER"),
        ("label", Shop.label, ""),  # it is no label
    ],
)  # fmt: skip
def test_an_object_that_does_wrong_has_failed(simulator: str, method: str, wrong: Any, says: str) -> None:
    assert says in sentence_of(judged(simulator, connector=spoilt(method, wrong)))


@pytest.mark.parametrize("method", ["reset", "run", "label"])
def test_an_object_that_hangs_is_silent(simulator: str, method: str) -> None:
    over, met = threading.Event(), []

    def hangs(*_: Any) -> None:
        met.append(1)
        over.wait(60)

    said = sentence_of(judged(simulator, wait_s=WAIT_S, connector=spoilt(method, hangs)))
    over.set()
    assert SILENT in said and len(met) <= MOST_MET


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (raises, "capabilities() raised LookupError: no such thing"),
        (exits, "capabilities() called sys.exit(0)"),
        (lambda self: [1], "capabilities() returned what is not in the contract's shape: Expected `object`"),
        (lambda self: {**Shop().capabilities(), "profiles": ["label"]}, "its profiles name 'label'; there are: rates"),
    ],
)
def test_an_object_that_does_not_say_what_it_is_is_wrong_use(simulator: str, wrong: Any, says: str) -> None:
    with pytest.raises(UsageError) as error:
        judged(simulator, connector=spoilt("capabilities", wrong))
    assert says in str(error.value) and "\n" not in str(error.value) and "URL" not in str(error.value)


# -- over HTTP: the reference, one of whose answers is spoilt

SILENCES = [name for name in FAULTS if "hangs" in name or "drips" in name]
FIRST = {
    "capabilities is cut": "no connector answers at http://127.0.0.1:",
    "capabilities is cut within": "no connector answers at http://127.0.0.1:",
    "capabilities is no http": "no connector answers at http://127.0.0.1:",
    "capabilities is 500": "GET /capabilities answered 500: 'boom'",
    "capabilities is 204": "GET /capabilities answered 204 but not in the contract's shape",
    "capabilities is 404": "GET /capabilities answered 404 without a problem",
    "capabilities is nonsense": "not in the contract's shape: JSON is malformed",
    "capabilities is deep": "not in the contract's shape: Expected `object`, got `array`",
    "capabilities is a list": "not in the contract's shape: Expected `object`, got `array`; found '[1, 2]'",
    "capabilities is html": "its content type is text/html, not application/json",
    "capabilities is elsewhere": "answered 307, a redirect to 'http://127.0.0.1:9/elsewhere'; the judge follows none",
    "capabilities is much": "GET /capabilities answered more than 67108864 bytes",
    "capabilities is a bomb": "GET /capabilities answered more than 67108864 bytes",
    "capabilities cannot be unpacked": "GET /capabilities answered what cannot be unpacked",
    "capabilities forgets its carriers": "Object missing required field `carriers`",
    "capabilities has numbers": "Expected `str`, got `int` - at `$.profiles[0]`",
    "capabilities has a slip": "its profiles name 'label'; there are: rates",
    "capabilities is of another protocol": "Invalid enum value '2' - at `$.protocol`",
}
WITHIN = {
    "reset is 500": "driver: POST /reset answered 500: 'boom'",
    "reset is cut": "driver: POST /reset got no answer: ",
    "reset is elsewhere": "driver: POST /reset answered 307, a redirect",
    "reset refuses": "refusal: 422 No: Not with me.",
    "run is 500": "driver: POST /run answered 500: 'boom'",
    "run goes back": "its clock must stand at 2026-03-20T08:01:00+00:00 then, and it says 2026-03-20T07:00:00+00:00",
    "run does not go": "and it says 2026-03-20T08:00:00+00:00",
    "run has no zone": "Expected `datetime` with a timezone component",
    "run is much": "driver: POST /run answered more than 67108864 bytes",
    "place names another": "the order that was placed is 'L-1', and it names 'X-9'",
    "place is a number": "Expected `str`, got `int`",
    "orders forgets all": "its list lacks the order 'L-1', which was placed",
    "orders forgets one": "its list lacks the order 'L-1', which was placed",
    "orders invents one": "its list has the order 'X-9', which nobody placed",
    "orders tells one twice": "its list has the order 'L-1' more than once",
    "orders forgets a field": "Object missing required field `history` - at `$.orders[0]`",
    "orders has wrong types": "Expected `array`, got `str` - at `$.orders[0].history`",
    "orders has an unknown word": "Invalid enum value 'fine'",
    "orders has another's number": "L-1: codes",
    "order is another": "the order in it is 'X-9', which nobody asked for",
    "order is 404": "refusal: 404 No: Never heard of it.",
    "label is nonsense": "L-1: ",
    "label is much": "driver: GET /orders/L-1/label answered more than 67108864 bytes",
    "label is 404": "L-1: 404 No: There is none.",
    "label is 500": "driver: GET /orders/L-1/label answered 500: 'boom'",
}
AGAINST_CLAIMS = {"serves no carrier", "claims returns, has none", "claims carriers nobody knows"}


def test_every_fault_is_under_test() -> None:
    assert {*SILENCES, *FIRST, *WITHIN, *AGAINST_CLAIMS, "no fault", "run dies"} == set(FAULTS)


@pytest.mark.ci
@pytest.mark.parametrize("name", [name for name in SILENCES if name.startswith("capabilities")])
def test_a_silent_first_answer_is_wrong_use(simulator: str, name: str) -> None:
    with serving("", name) as (url, _), pytest.raises(UsageError, match=f"GET /capabilities {SILENT}; if no driver"):
        judged(simulator, wait_s=WAIT_S, connector=url)


@pytest.mark.ci
@pytest.mark.parametrize("name", FIRST)
def test_a_first_answer_that_is_wrong_is_wrong_use(simulator: str, good: str, name: str) -> None:
    with serving(good, name) as (url, _), pytest.raises(UsageError) as error:
        judged(simulator, connector=url)
    assert FIRST[name] in str(error.value) and "\n" not in str(error.value)


@pytest.mark.ci
@pytest.mark.parametrize("name", WITHIN)
def test_a_wrong_answer_in_a_case_has_failed(simulator: str, good: str, name: str) -> None:
    with serving(good, name) as (url, _):
        assert WITHIN[name] in sentence_of(judged(simulator, connector=url))


@pytest.mark.ci
@pytest.mark.parametrize("name", [name for name in SILENCES if not name.startswith("capabilities")])
def test_silence_in_a_case_has_failed(simulator: str, good: str, name: str) -> None:
    with serving(good, name) as (url, proxy):
        assert SILENT in sentence_of(judged(simulator, wait_s=WAIT_S, connector=url))
    assert proxy.hits <= MOST_MET


@pytest.mark.ci
def test_the_proxy_itself_spoils_nothing(simulator: str, good: str) -> None:
    with serving(good, "no fault") as (url, _):
        assert judged(simulator, connector=url).exit_code == 0


@pytest.mark.ci
def test_what_is_claimed_is_held_against_it(simulator: str, good: str) -> None:
    with serving(good, "claims returns, has none") as (url, _):
        assert "refusal: 404" in sentence_of(judged(simulator, case=RETURN, connector=url))
    with serving(good, "serves no carrier") as (url, _):
        made = judged(simulator, connector=url)
        assert (made.exit_code, made.results[0].reason) == (
            2,
            f"not applicable: the connector serves none of {', '.join(CARRIERS)}",
        )
    with serving(good, "claims carriers nobody knows") as (url, _):
        assert judged(simulator, connector=url).exit_code == 0  # others may know them


# -- a command


def program(good: str, fault: str) -> list[str]:
    return [sys.executable, str(Path(__file__).with_name("bad_connector.py")), "{port}", good, fault]


@pytest.mark.ci
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("capabilities is 404", "does not say what it is: GET /capabilities answered 404 without a problem"),
        ("capabilities is nonsense", "does not say what it is: GET /capabilities answered 200 but not in"),
    ],
)
def test_a_command_that_does_not_say_what_it_is_is_wrong_use(simulator: str, good: str, fault: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        judged(simulator, command=program(good, fault))
    assert says in str(error.value)


@pytest.mark.ci
@pytest.mark.parametrize("fault", ["capabilities hangs", "capabilities drips headers", "capabilities is 500"])
def test_a_command_that_never_gets_ready_is_wrong_use(simulator: str, good: str, fault: str) -> None:
    options = Options(simulator=simulator, cases=[BOOKING], command=program(good, fault), start_timeout_s=2.0)
    with pytest.raises(UsageError, match="is not ready after 2 s"):
        run(options)


@pytest.mark.ci
@pytest.mark.parametrize(
    ("fault", "says"), [("run dies", "ended with exit status 7"), ("run is 500", "POST /run answered 500")]
)
def test_a_command_that_fails_in_a_case_has_failed(simulator: str, good: str, fault: str, says: str) -> None:
    made = judged(simulator, command=program(good, fault))
    sentence_of(made)
    assert says in " ".join(row.found for row in made.results[0].findings)


@pytest.mark.ci
def test_a_command_that_claims_restart_and_forgets_has_failed(simulator: str) -> None:
    forgetful = ["sh", "-c", 'rm -rf "$0"/*; exec "$@"', "{state}", *engine_command()]
    made = judged(simulator, case=KILLS, command=forgetful)
    sentence_of(made)
    assert {cell.verdict for cell in made.matrix if "kill" in cell.point} == {Verdict.FAILED}


# -- in all


@pytest.mark.ci
def test_after_three_silent_examples_no_more_cases_are_held(simulator: str, good: str) -> None:
    with serving(good, "run hangs") as (url, proxy):
        made = run(Options(simulator=simulator, connector=url, profiles=["tracking"], answer_timeout_s=WAIT_S))
    held = [row for row in made.results if row.verdict is Verdict.FAILED]
    assert made.exit_code == 1 and 3 <= len(held) <= 5 and proxy.hits <= 3 * MOST_MET
    assert "not held: the connector gave no answer in 3 examples, one after another" in made.results[-1].reason


class Idle(Shop):
    """Claims everything and says that all is done."""

    def capabilities(self) -> Any:
        areas = ["rates", "labels", "tracking", "webhooks", "returns", "notifications", "settlement"]
        return {**super().capabilities(), "profiles": areas, "carriers": ["cdek", "mail_alliance"]}

    def nothing(self, *_: Any, **__: Any) -> Any:
        return []

    quotes = confirm = cancel = send_back = subscriptions = alerts = documents = nothing


@pytest.mark.ci
def test_a_connector_that_only_says_that_all_is_done_breaks_nothing_of_ours(simulator: str) -> None:
    """What it leaves undone leaves nothing to look at, which is its failure, and neither ours nor a pass."""
    cases = ["RTE-003", "RTE-005", "RTE-007", "RTE-009", "RTE-010", "IDM-001", "IDM-002", "IDM-012", "RES-006"]
    cases += ["NTF-002", "NTF-024", "NTF-026", "SET-001", "SET-018", "SEC-003", "SEC-006", "TRK-009"]
    made = run(Options(simulator=simulator, connector=Idle, cases=cases))
    assert made.exit_code == 1, made.stop
    asked = [row for row in made.results if row.carrier not in POLLED]  # it does not say that it serves them
    verdicts = {row.id: row.verdict for row in asked}
    assert set(verdicts.values()) == {Verdict.FAILED}, verdicts
