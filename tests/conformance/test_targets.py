"""Commands as targets: started, told where everything is, killed with all they started, started again; and those that
do not get ready, end, or come back as another one: one sentence, in bounded time.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from parcelproof.conformance.case import Verdict
from parcelproof.conformance.driver.http import DriverFault
from parcelproof.conformance.driver.patience import Patience
from parcelproof.conformance.lab import Lab
from parcelproof.conformance.processes import SIMULATOR, InstrumentError, Process
from parcelproof.conformance.program import MOST_LOG_BYTES, PORTS, free_port
from parcelproof.conformance.runner import Options, UsageError, run
from parcelproof.conformance.targets import CannotKill, CannotStart, CommandTarget, Target, open_target

from .watching import becomes, gone

PROGRAM = str(Path(__file__).with_name("small_connector.py"))
Opens = Callable[..., CommandTarget]


def words(way: str) -> list[str]:
    return [sys.executable, PROGRAM, "{port}", "{state}", way]


@pytest.fixture
def opened() -> Iterator[Opens]:
    """Open a small connector that behaves in one way; all are closed at the end."""
    with ExitStack() as stack:

        def open_it(way: str = "sound", **more: object) -> CommandTarget:
            made = CommandTarget(words(way), simulator="http://sim", smtp="127.0.0.1:25", **more)  # type: ignore[arg-type]
            stack.callback(made.close)
            return made

        yield open_it


def said(target: CommandTarget, line: str) -> str:
    """Return what a program wrote, once it is read: the answer that it is ready may overtake the line."""
    assert becomes(lambda: re.search(line, target.log()) is not None), target.log()
    return str(re.findall(line, target.log())[0])


def test_a_command_is_told_where_everything_is(opened: Opens) -> None:
    target = opened()
    found = json.loads(said(target, r"start 1 with (.*)"))
    url = target.connector.base_url
    assert found["PARCELPROOF_DRIVER"] == url and url.endswith(f":{found['PARCELPROOF_PORT']}/parcelproof/v1")
    assert (found["PARCELPROOF_SIMULATOR"], found["PARCELPROOF_SMTP"]) == ("http://sim", "127.0.0.1:25")
    assert Path(found["PARCELPROOF_STATE"], "starts").read_text() == "1"
    assert said(target, "on (stderr)")


def test_a_killed_one_comes_back_on_its_port_with_its_state(opened: Opens) -> None:
    target = opened()
    first = target.pid
    target.kill()
    assert not target.alive and gone(first)
    assert "was ended by SIGKILL" in target.epitaph()
    target.restart()
    assert target.alive and target.pid != first
    assert target.connector.capabilities().name == "small"
    assert said(target, "start (1) with") and said(target, "start (2) with")


def test_what_it_started_dies_with_it(opened: Opens) -> None:
    target = opened("parent")
    child = int(said(target, r"child (\d+)"))
    assert not gone(child)
    target.kill()
    assert becomes(lambda: gone(child))


def test_its_folder_goes_with_it(opened: Opens) -> None:
    target = opened()
    state = Path(json.loads(said(target, r"start 1 with (.*)"))["PARCELPROOF_STATE"])
    target.close()
    assert not state.exists() and not target.alive


def test_of_a_loud_one_the_end_is_kept(opened: Opens) -> None:
    target = opened("loud")
    assert becomes(lambda: len(target.log()) == MOST_LOG_BYTES)
    assert set(target.log().strip()) == {"x"}


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ("ends", r"ended with exit status 1 before it answered at http://127.*; it wrote: start 1.*no database"),
        ("busy", r"is not ready after 1 s: GET http://127.*/capabilities: the answer is 503"),
    ],
)
def test_one_that_does_not_get_ready_is_told_in_a_sentence(opened: Opens, way: str, says: str) -> None:
    with pytest.raises(CannotStart, match=f"(?s){says}") as found:
        opened(way, patience=Patience(start_s=1.0))
    assert "Traceback" not in str(found.value)
    with pytest.raises(InstrumentError, match=f"(?s){says}"):
        opened(way, ours=True, patience=Patience(start_s=1.0))


def test_a_program_that_is_not_there_is_wrong_use() -> None:
    with pytest.raises(CannotStart, match=r"no-such-program .*cannot be run \(No such file or directory\)"):
        open_target(None, ["/no-such-program", "--port", "{port}"], simulator="", smtp="")


def test_one_that_does_not_come_back_fails_by_itself(opened: Opens) -> None:
    target = opened("once")
    with pytest.raises(DriverFault, match="after a restart ended with exit status 1"):
        target.restart()
    ours = opened("once", ours=True)
    with pytest.raises(InstrumentError, match="after a restart ended"):
        ours.restart()


def test_one_that_comes_back_as_another_is_told_so(simulator: str) -> None:
    with (
        Lab(command=words("changes"), simulator=simulator, seed=1) as lab,
        pytest.raises(DriverFault, match=r"says that it is another one: .*small 2.*, it was .*small 1"),
    ):
        lab.restart()
    with Lab(command=words("sound"), simulator=simulator, seed=1) as lab:
        lab.restart()  # its port for mail is another one, and that is all right


def test_what_the_judge_did_not_start_it_does_not_kill() -> None:
    target: Target = open_target("http://127.0.0.1:9/parcelproof/v1", None, simulator="", smtp="")
    assert target.alive and not target.can_kill
    for act in (target.kill, target.restart):
        with pytest.raises(CannotKill):
            act()


def test_no_port_is_given_twice_in_a_row() -> None:
    ports = [free_port() for _ in range(20)]
    assert len(set(ports)) == 20 and set(ports) <= set(PORTS)


@pytest.fixture(scope="module")
def simulator() -> Iterator[str]:
    with Process(SIMULATOR) as process:
        yield process.url


def test_one_that_dies_fails_each_case_it_dies_in_and_is_given_up_in_the_end(simulator: str) -> None:
    cases = ["LBL-001", "LBL-004", "LBL-006", "LBL-007"]
    made = run(Options(command=words("dies"), simulator=simulator, cases=cases))
    held = [row for row in made.results if row.verdict is not Verdict.SKIPPED]
    assert len(held) == 3 and {row.verdict for row in held} == {Verdict.FAILED}
    for row in held:
        assert "ended with exit status 7" in row.findings[-1].found
        assert "no memory left for resets" in row.findings[-1].found
    rest = [row.reason for row in made.results if row not in held and not row.reason.startswith("not applicable")]
    assert rest and set(rest) == {"not held: the connector ended by itself in 3 cases, one after another"}
    assert made.exit_code == 1


def test_one_that_never_gets_ready_is_wrong_use_of_a_run(simulator: str) -> None:
    with pytest.raises(UsageError, match="ended with exit status 1"):
        run(Options(command=words("ends"), simulator=simulator, cases=["LBL-001"]))
