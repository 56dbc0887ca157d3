"""Foreign clients as programs of their own, and one simulator process that they speak to."""

import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from parcelproof.control_client import ControlClient, Credential

from ..needed import missing

HERE = Path(__file__).parent
FOLDER = "PARCELPROOF_SDK"  # where `install.py` put the clients
READY = re.compile(r"simulator ready on (http://127\.0\.0\.1:\d+), cdek on (http://127\.0\.0\.1:\d+)\n")
LONGEST_S = 120
SECRET = "hush"


@dataclass(frozen=True)
class Simulator:
    url: str
    cdek: str  # where CDEK answers alone, at the root: for clients that can change only the host


@dataclass(frozen=True)
class Told:
    """What a client's script told, line by line and by chapter, and what the simulator's journal has of it."""

    tenant: str
    lines: list[dict[str, Any]]
    journal: list[dict[str, Any]]
    files: Path
    complaints: str

    def __getitem__(self, chapter: str) -> dict[str, Any]:
        for line in self.lines:
            if line["chapter"] == chapter:
                return {name: fact for name, fact in line.items() if name != "chapter"}
        pytest.fail(f"the script did not come to the end of {chapter!r}:\n{self.complaints}", pytrace=False)

    def pdf(self, name: str) -> bytes:
        return (self.files / name).read_bytes()


Play = Callable[..., Told]


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    command = [sys.executable, "-m", "parcelproof", "simulate", "--port", "0", "--listen", "cdek=127.0.0.1:0"]
    complaints = tmp_path_factory.mktemp("simulator") / "stderr"
    with (
        complaints.open("w", encoding="utf-8") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = READY.fullmatch(line)
            assert found is not None, (line, complaints.read_text("utf-8"))
            yield Simulator(found[1], found[2])
            process.terminate()
            assert process.wait(20) == 0
            assert complaints.read_text("utf-8") == ""
        finally:
            process.kill()


@pytest.fixture(scope="session")
def control(simulator: Simulator) -> Iterator[ControlClient]:
    with ControlClient(simulator.url) as client:
        yield client


@pytest.fixture(scope="session")
def play(simulator: Simulator, control: ControlClient, tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Return what runs a client's script to its end, in the client's own environment and language.

    SDK_ROOT is where the carrier answers: alone, at the root, for the clients of CDEK; below its mounts for the others.

    A script that plays `after` another finds its files and its tenant.
    """

    def play(
        client: str, script: str, *, virtual: bool = True, after: Told | None = None, carrier: str = "cdek"
    ) -> Told:
        command = [*_interpreter(client), str(HERE / client.partition("-")[0] / script)]
        tenant = f"sdk-{client}"
        files = tmp_path_factory.mktemp(client) if after is None else after.files
        if after is None:
            control.create_tenant(tenant, virtual=virtual, credentials=credentials(carrier, tenant))
        said = subprocess.run(
            command,
            env={
                **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
                "SDK_ROOT": simulator.cdek if carrier == "cdek" else simulator.url,
                "SDK_CONTROL": simulator.url,
                "SDK_TENANT": tenant,
                "SDK_SECRET": SECRET,
                "SDK_MODULES": str(Path(os.environ[FOLDER], client)),
            },
            cwd=files,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        lines = [json.loads(line) for line in said.stdout.splitlines()]
        complaints = said.stderr or f"exit code {said.returncode}"
        return Told(tenant, lines, control.journal(tenant), files, complaints)

    return play


def credentials(carrier: str, tenant: str) -> list[Credential]:
    """Return what leads to a tenant at all the mounts of a carrier."""
    if carrier != "russian_post":
        return [{"carrier": carrier, "id": tenant, "secret": SECRET}]
    key = b64encode(f"{tenant}:{SECRET}".encode()).decode()
    return [
        {"carrier": "russian_post", "id": tenant, "secret": f"Basic {key}"},
        {"carrier": "russian_post_tracking", "id": tenant, "secret": SECRET},
    ]


def _interpreter(client: str) -> list[str]:
    """Return what starts a script of a client's: its own Python, or node with its own modules."""
    installed = os.environ.get(FOLDER)
    if installed is None:
        missing("sdk", f"foreign clients are installed by `tox -e sdk`, and {FOLDER} does not say where they are")
    language, folder = client.partition("-")[0], Path(installed, client)
    if language == "node" and shutil.which("node") is None:
        missing("node", "node is not installed")
    if not folder.is_dir():
        missing("sdk", f"{client} is not installed below {installed}")
    return [str(folder / "bin" / "python")] if language == "python" else ["node"]
