"""Nothing that the judge started outlives it, even when it is killed by SIGKILL: a small program watches over that.

It holds the other end of a pipe, which closes with the judge. That asks nothing of the programs that are started: they
keep their words, their environment and their parent; whoever is born in their process group goes with them.
"""

import atexit
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal

REAPER = Path(__file__).with_name("reaper.py")
STOP_TIMEOUT_S = 5.0
_starting = threading.Lock()
_reaper: subprocess.Popen[bytes] | None = None


def adopt(pid: int, kind: Literal["group", "process"]) -> None:
    """Let a program, or all of the process group that it leads, end with this process."""
    _say(f"+{kind} {pid}\n")


def release(pid: int) -> None:
    """A program was ended: its number may be another's soon."""
    if _reaper is not None:
        _say(f"-{pid}\n")


def _say(line: str) -> None:
    with suppress(OSError):  # it cannot start, or somebody ended it: nobody watches then, and nothing else is worse
        pipe = _started().stdin
        assert pipe is not None
        os.write(pipe.fileno(), line.encode())  # so short a line is written whole, whichever thread comes between


def _started() -> "subprocess.Popen[bytes]":
    global _reaper
    with _starting:
        if _reaper is None:
            _reaper = subprocess.Popen(
                [sys.executable, "-I", "-S", str(REAPER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,  # what ends the judge's whole group must not end it
            )
            atexit.register(_stop)
    return _reaper


def _stop() -> None:
    """End the reaper in order, at this process's own end."""
    if _reaper is not None and _reaper.stdin is not None:
        _reaper.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            _reaper.wait(STOP_TIMEOUT_S)
