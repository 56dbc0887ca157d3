"""The sample connectors as commands, and one simulator for all tests that judge them."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from parcelproof.conformance.case import Verdict
from parcelproof.conformance.processes import SIMULATOR, Process
from parcelproof.conformance.run import Run
from parcelproof.conformance.runner import Options, run

from ..needed import missing

SAMPLES = Path(__file__).parents[2] / "examples" / "connectors"
PYTHON = (sys.executable, "python/main.py", "--port", "{port}", "--state", "{state}")
COMMANDS = {
    "python": PYTHON,
    "node": ("node", "node/main.mjs", "--port", "{port}", "--state", "{state}"),
    "php": ("php", "-S", "127.0.0.1:{port}", "php/index.php"),
    "shim": (sys.executable, "shim.py", "{port}", "{shop}"),
}
FEWER = 0.1  # five examples a property; all fifty are held by `make long`
Judge = Callable[..., Run]


def trouble(sample: str) -> str:
    """Return why a sample cannot run on this machine, "" when it can."""
    if sample == "php":
        asked = 'exit(extension_loaded("curl") && extension_loaded("sqlite3") ? 0 : 1);'
        found = shutil.which("php") and subprocess.run(["php", "-r", asked], check=False).returncode == 0
        return "" if found else "PHP with its extensions curl and sqlite3 is not installed"
    if sample == "node":
        return "" if shutil.which("node") else "node is not installed"
    return ""


def skipped(sample: str) -> None:
    """Skip the test if the sample cannot run here; fail it where that must not be."""
    if why := trouble(sample):
        missing(sample, why)


@contextmanager
def shop(folder: Path, state: Path) -> Iterator[str]:
    """Run the Python sample for its other API, and yield the address of that."""
    words = [word.replace("{port}", "0").replace("{state}", str(state)) for word in PYTHON]
    words[1] = str(folder / words[1])
    with Process(words) as process:
        yield f"{process.url}/shop"


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    with Process(SIMULATOR) as process:
        yield process.url


@pytest.fixture
def judged(simulator: str, tmp_path: Path) -> Judge:
    """Return what judges a sample, from a copy of its source if need be."""

    def judge(
        sample: str,
        *,
        folder: Path = SAMPLES,
        profiles: tuple[str, ...] = (),
        cases: tuple[str, ...] = (),
        examples: float = FEWER,
    ) -> Run:
        skipped(sample)
        words = [str(folder / word) if (folder / word).is_file() else word for word in COMMANDS[sample]]
        with behind(sample, folder, tmp_path) as address:
            command = [word.replace("{shop}", address) for word in words]
            return run(Options(command=command, simulator=simulator, profiles=profiles, cases=cases, examples=examples))

    return judge


@contextmanager
def nothing() -> Iterator[str]:
    yield ""


def behind(sample: str, folder: Path, state: Path) -> AbstractContextManager[str]:
    """Return what has to run besides the sample itself."""
    return shop(folder, state / "shop") if sample == "shim" else nothing()


def wrong(made: Run) -> dict[str, object]:
    """Return what did not pass, save what is not applicable."""
    return {
        case.id: case.findings or case.reason
        for case in made.results
        if any(verdict not in (Verdict.PASSED, Verdict.SKIPPED) for verdict in case.verdicts.values())
        or (Verdict.SKIPPED in case.verdicts.values() and not case.reason.startswith("not applicable"))
    }
