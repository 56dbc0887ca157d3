"""The simulator as a process of its own, as `parcelproof simulate` starts it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

READY = re.compile(r"simulator ready on (http://127\.0\.0\.1:\d+), mails on smtp://127\.0\.0\.1:(\d+)\n")


@dataclass(frozen=True)
class Simulator:
    process: subprocess.Popen[str]
    url: str
    smtp_port: int

    def resident_mb(self) -> float:
        """Return the resident memory of the process, in megabytes of 10^6 bytes."""
        table = Path(f"/proc/{self.process.pid}/statm")
        if not table.exists():
            pytest.skip("resident memory is read from /proc, which this system has not")
        return int(table.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def simulator(*options: str, stdout: Path, stderr: Path) -> Iterator[Simulator]:
    """Start one on free ports; what it says goes to the two files. It must stop in order when it is told to."""
    command = [sys.executable, "-m", "parcelproof", "simulate", "--port", "0", "--smtp-port", "0", *options]
    with (
        stdout.open("w+", encoding="utf-8") as said,
        stderr.open("w+", encoding="utf-8") as complained,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complained, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            said.write(line)
            found = READY.fullmatch(line)
            assert found is not None, (line, stderr.read_text("utf-8"))
            yield Simulator(process, found[1], int(found[2]))
            process.terminate()
            said.write(process.stdout.read())
            assert process.wait(20) == 0
        finally:
            if process.poll() is None:
                process.kill()
