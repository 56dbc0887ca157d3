"""Other programs that the judge starts: the simulator, and a connector that was given as a command."""

import os
import re
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from . import orphans

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0
_READY = re.compile(r"ready on (https?://\S+)")
SIMULATOR = (sys.executable, "-m", "parcelproof", "simulate", "--port", "0", "--virtual")


class InstrumentError(Exception):
    """Our own side broke: the simulator, the mail server, a program we start. Never the connector's fault."""


class Process:
    """A program that prints one line `… ready on http://…` when it listens. What it says later is kept in a file."""

    def __init__(self, argv: Sequence[str], *, env: Mapping[str, str] | None = None) -> None:
        self.argv = tuple(argv)
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  (closed by stop)
        self._process = subprocess.Popen(
            self.argv, stdout=subprocess.PIPE, stderr=self._complaints, env={**os.environ, **(env or {})}
        )
        orphans.adopt(self._process.pid, "process")
        try:
            self.url = self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def complaints(self, last_bytes: int = 2000) -> str:
        """Return the end of what the program wrote to stderr."""
        size = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, size - last_bytes))
        return self._complaints.read().decode(errors="replace").strip()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        orphans.release(self._process.pid)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._complaints.close()

    def _wait_until_ready(self) -> str:
        assert self._process.stdout is not None
        deadline, said = time.monotonic() + START_TIMEOUT_S, b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while time.monotonic() < deadline:
                if not selector.select(timeout=0.25):
                    continue
                piece = os.read(self._process.stdout.fileno(), 4096)
                said += piece
                if match := _READY.search(said.decode(errors="replace")):
                    return match[1].rstrip("/")
                if not piece:
                    break
        wait = "ended" if not self.alive or not said else "printed no ready line"
        raise InstrumentError(f"{Path(self.argv[0]).name} {' '.join(self.argv[1:])} {wait}: {self.complaints()}")
