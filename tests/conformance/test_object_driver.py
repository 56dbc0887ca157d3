"""A connector that is a Python object: checked as over HTTP, called in a thread, its faults told in one sentence."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from parcelproof.conformance.driver import ConnectorObject, Refusal
from parcelproof.conformance.driver.http import Connector, DriverFault, Refused, Silent
from parcelproof.conformance.driver.inprocess import CannotOpen, open_object
from parcelproof.conformance.driver.objects import ObjectConnector
from parcelproof.conformance.driver.patience import Patience

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Claims:
    protocol: str = "1"
    name: str = "thing"
    version: str = "0"
    language: str = "Python"
    profiles: tuple[str, ...] = ("labels",)
    carriers: tuple[str, ...] = ("cdek",)
    claims: tuple[str, ...] = ("clock",)
    mail_in: None = None


class Thing:
    """Answers what it was given; a function is called for its answer."""

    def __init__(self, **answers: Any) -> None:
        self._answers = {"capabilities": Claims, **answers}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._answers:
            raise AttributeError(name)
        found = self._answers[name]
        return found if callable(found) else lambda *_, **__: found


Opened = Callable[..., ObjectConnector]


@pytest.fixture
def opened() -> Iterator[Opened]:
    made: list[ObjectConnector] = []

    def open_it(answer_s: float = 30.0, **answers: Any) -> ObjectConnector:
        made.append(open_object(lambda: Thing(**answers), patience=Patience(answer_s)))
        return made[-1]

    yield open_it
    for connector in made:
        connector.close()


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


class Unprintable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this")


def exits(*_: Any) -> None:
    sys.exit(3)


def endless(*_: Any) -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"now": NOON}, "00:00) returned what is not in the contract's shape: Expected `datetime`"),
        ("2026-03-02T12:00:00", "Expected `datetime` with a timezone component; found"),
        (NOON.replace(tzinfo=None), "with a timezone component"),
        (None, "found 'null'"),
        (7, "found '7'"),
        (b"2026-03-02T12:00:00Z", "got `bytes`"),
        (object(), "object: a object is no JSON"),
        ("\ud800", "surrogates not allowed"),
        (raising(ValueError("\ud800")), "raised ValueError: ? in"),
        (endless, "list: "),
        (NOON.replace(hour=11), "its clock must stand at 2026-03-02T12:00:00+00:00 then, and it says"),
        (raising(KeyError("cdek")), "raised KeyError: 'cdek' in test_object_driver.py, line"),
        (raising(Unprintable()), "raised Unprintable: (its text cannot be made: RuntimeError)"),
        (raising(KeyboardInterrupt()), "raised KeyboardInterrupt in test_object_driver.py"),
        (raising(TimeoutError("mine")), "raised TimeoutError: mine"),
        (raising(StopIteration()), "raised StopIteration in"),
        (raising(asyncio.CancelledError()), "raised CancelledError in"),
        (exits, "called sys.exit(3) in test_object_driver.py"),
        (lambda: 1, "raised TypeError:"),
        (raising(Refusal(500, "X", "no")), "refused with status 500; a refusal has one from 400 to 499"),
        (raising(Refusal(409, None, "no")), "refused with code None"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_an_object_does_wrong_is_one_sentence(opened: Opened, answer: Any, says: str) -> None:
    found = opened(run=answer)
    with pytest.raises(DriverFault) as fault:
        found.run(NOON)
    assert says in str(fault.value)
    assert "\n" not in str(fault.value) and "Traceback" not in str(fault.value)


def test_a_method_that_is_not_there_is_named(opened: Opened) -> None:
    with pytest.raises(DriverFault, match=r"the connector .*<lambda> has no method stock\(\)"):
        opened().stock()


@pytest.mark.parametrize("answer", ["%PDF", None, [37, 80]])
def test_a_label_is_bytes(opened: Opened, answer: Any) -> None:
    with pytest.raises(DriverFault, match=r"label\('P-1'\) returned \w+, not bytes"):
        opened(label=answer).label("P-1")


def test_an_order_nobody_asked_for_is_refused(opened: Opened) -> None:
    view: dict[str, Any] = {
        "number": "P-2", "state": "draft", "carrier": None, "service": None, "tracking_number": None,
        "tracking_numbers": [], "status": None, "partial": False, "label": None, "quote": None, "booked": None,
        "history": [], "returns": [], "final_state": None, "problems": [], "acting_user": None,
    }  # fmt: skip
    found = opened(order=view, orders=[view])
    assert [row.number for row in found.orders()] == ["P-2"]
    with pytest.raises(DriverFault, match="the order in it is 'P-2', which nobody asked for"):
        found.order("P-1")


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        (Claims(profiles=("label",)), "its profiles name 'label'; "),
        (Claims(claims=("clocks",)), "its claims name 'clocks'; "),
    ],
)
def test_a_claim_that_there_is_not_is_refused(opened: Opened, claims: Claims, says: str) -> None:
    with pytest.raises(DriverFault, match=f"{says}there are: "):
        opened(capabilities=claims).capabilities()


def test_dataclasses_and_coroutines_do(opened: Opened) -> None:
    async def run(until: datetime) -> datetime:
        await asyncio.sleep(0)
        return until

    found = opened(run=run)
    assert (found.capabilities().name, found.run(NOON)) == ("thing", NOON)


def test_what_is_raised_in_a_coroutine_is_told_and_the_loop_lives_on(opened: Opened) -> None:
    async def run(until: datetime) -> datetime:
        sys.exit("enough")

    async def place(order: object) -> str:
        return "P-1"

    found = opened(run=run, place=place)
    with pytest.raises(DriverFault, match=r"called sys.exit\('enough'\)"):
        found.run(NOON)
    assert found.place({"number": "P-1"}) == "P-1"


def test_a_refusal_is_read_as_one(opened: Opened) -> None:
    with pytest.raises(Refused) as refused:
        opened(cancel=raising(Refusal(409, "CONFLICT", "Not that."))).cancel("P-1")
    assert (refused.value.status, refused.value.code, refused.value.detail) == (409, "CONFLICT", "Not that.")


def test_a_call_that_hangs_is_silence_and_the_next_waits_its_turn(opened: Opened) -> None:
    release = threading.Event()
    found = opened(answer_s=0.05, run=lambda until: release.wait(10), reset=None, stock={"TEE": 1})
    with pytest.raises(Silent, match=r"run\(2026-03-02T12:00:00\+00:00\) got no whole answer within 0.05 s"):
        found.run(NOON)
    with pytest.raises(Silent, match=r"stock\(\) was not asked any more"):
        found.stock()
    with pytest.raises(Silent, match=r"reset\(\) got no whole answer"):  # a new example, and still the old call runs
        found.reset({})
    assert found.patience.silences == 2
    release.set()
    found.patience.answer_s = 10
    found.reset({})
    assert found.stock() == {"TEE": 1}


def test_a_coroutine_that_hangs_is_cancelled(opened: Opened) -> None:
    ended = threading.Event()

    async def run(until: datetime) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    found = opened(answer_s=0.05, run=run)
    with pytest.raises(Silent):
        found.run(NOON)
    assert ended.wait(10)


def test_prints_go_to_its_log_and_nowhere_else(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    def run(until: datetime) -> datetime:
        print("on the way")
        print("oh dear", file=sys.stderr)
        return until

    found = opened(run=run, reset=raising(ValueError("deep")))
    found.run(NOON)
    with pytest.raises(DriverFault):
        found.reset({})
    print("ours")
    assert capsys.readouterr() == ("ours\n", "")
    assert found.log().startswith("on the way\noh dear\nTraceback")


def test_the_judges_own_data_is_not_the_connectors_to_change(opened: Opened) -> None:
    def place(order: dict[str, Any]) -> str:
        order["lines"].clear()
        return "P-1"

    body = {"number": "P-1", "lines": [1]}
    opened(place=place).place(body)
    assert body == {"number": "P-1", "lines": [1]}


def test_it_is_called_in_one_thread_and_closed(opened: Opened) -> None:
    seen: list[int] = []

    def note(*_: Any) -> datetime:
        seen.append(threading.get_ident())
        return NOON

    found = opened(run=note, close=note)
    found.run(NOON)
    found.run(NOON)
    found.close()
    assert len(seen) == 3 and len(set(seen)) == 1 and seen[0] != threading.get_ident()


def test_a_connector_over_http_is_an_object_too() -> None:
    """The protocol is the driver's own methods: this is a check of types, and of the names at run time."""
    thing: ConnectorObject = Connector("http://127.0.0.1:9")
    missing = [name for name in dir(ConnectorObject) if not name.startswith("_") and not hasattr(thing, name)]
    assert not missing


def test_an_object_is_told_who_speaks_and_what_is_changed(opened: Opened) -> None:
    told: list[object] = []

    def changed(state: str, **given: object) -> None:
        told.append((state, given))

    found = opened(speak_for=lambda user, company: told.append((user, company)), set_state=changed)
    with found.speaking_for(user="desk"):
        found.set_state("held", mailed=True)
    assert told == [("desk", None), ("held", {"mailed": True}), (None, None)]


# -- opening


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("pp_shop")]:
        del sys.modules[name]


def test_a_factory_in_the_working_directory_is_found(shop: Path) -> None:
    (shop / "pp_shop.py").write_text(
        "class Shop:\n    @classmethod\n    async def new(cls): return cls()\n    stock = dict\n"
    )
    found = open_object("pp_shop:Shop.new")
    assert found.stock() == {}
    found.close()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("pp_shop_x:new", r"cannot be imported: no module pp_shop_x is installed or in /"),
        ("pp_shop.deep:new", r"no module pp_shop\.deep is installed"),
        ("pp_shop:old", "does not exist: pp_shop can be imported and has no old"),
        ("pp_shop:NUMBER", "is a int, not a function or class that makes a connector"),
        ("pp_shop:nothing", "returned None, not a connector"),
        ("pp_shop:broken", r"cannot be made: it raised ZeroDivisionError: division by zero in pp_shop\.py, line 2"),
        ("pp_shop:needs", "cannot be made: it raised TypeError: needs.. missing 1 required positional argument"),
        ("pp_shop_bad:new", r"cannot be made: it raised SyntaxError"),
        ("pp_shop_exit:new", r"cannot be made: it called sys\.exit\(1\) in pp_shop_exit\.py, line 1"),
        ("pp_shop_needs:new", r"it raised ModuleNotFoundError: No module named 'pp_shop_gone'"),
        ("pp_shop", "is not package.module:factory"),
    ],
)
def test_what_cannot_be_opened_says_why(shop: Path, spec: str, says: str) -> None:
    (shop / "pp_shop.py").write_text("NUMBER = 1\ndef broken(): 1 / 0\ndef needs(settings): ...\ndef nothing(): ...\n")
    (shop / "pp_shop_bad.py").write_text("def new(:\n")
    (shop / "pp_shop_exit.py").write_text("raise SystemExit(1)\n")
    (shop / "pp_shop_needs.py").write_text("import pp_shop_gone\n")
    with pytest.raises(CannotOpen, match=says) as fault:
        open_object(spec)
    assert str(fault.value).startswith(f"the connector {spec} ") and "\n" not in str(fault.value)


def test_a_factory_that_hangs_is_not_waited_for() -> None:
    release = threading.Event()
    with pytest.raises(CannotOpen, match=r"is not made within 0\.05 s"):
        open_object(lambda: release.wait(10), patience=Patience(0.05))
    release.set()
