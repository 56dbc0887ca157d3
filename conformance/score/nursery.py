"""The judge's end of a nursery: a process that has the engine's modules in memory and forks an engine when asked."""

import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import IO, Self

from ..processes import STOP_TIMEOUT_S
from ..program import Running, launch

MOST_BYTES = 65_536


class Child:
    """A forked engine, seen from the judge: what `Program` needs of a process."""

    def __init__(self, nursery: "Nursery", pid: int, stdout: IO[bytes]) -> None:
        self.pid = pid
        self.stdout: IO[bytes] | None = stdout
        self._nursery = nursery
        self._ended = os.pidfd_open(pid)
        self._status: int | None = None
        self._looking = threading.Lock()

    def poll(self) -> int | None:
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status.

        Raises:
            subprocess.TimeoutExpired: it goes on for longer.
        """
        status = self._look(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("engine", timeout or 0)
        return status

    def _look(self, wait_s: float | None) -> int | None:
        with self._looking:
            if self._status is None and select.select([self._ended], [], [], wait_s)[0]:
                self._status = self._nursery.ask({"wait": self.pid})["status"]
                os.close(self._ended)
            return self._status


class Nursery:
    """Starts the command's process; `launch` then takes the place of a start of Python. Use as a context manager."""

    def __init__(self, command: Sequence[str]) -> None:
        self._asking = threading.Lock()
        self._peer, theirs = socket.socketpair()
        with theirs:
            words = [*command, str(theirs.fileno())]
            self._process = subprocess.Popen(words, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._peer.close()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def launch(self, words: Sequence[str], environment: Mapping[str, str]) -> Running:
        """Start `python -m …` as a fork; anything else as ever.

        Raises:
            OSError: the nursery is gone.
        """
        if list(words[:2]) != [sys.executable, "-m"]:
            return launch(words, environment)
        own = {name: text for name, text in environment.items() if os.environ.get(name) != text}
        reading, writing = os.pipe()
        try:
            pid = self.ask({"words": list(words[2:]), "environment": own}, writing)["pid"]
        except OSError:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        return Child(self, pid, os.fdopen(reading, "rb"))

    def ask(self, request: Mapping[str, object], *files: int) -> dict[str, int]:
        """Ask the nursery's process, one question at a time.

        Raises:
            OSError: it is gone.
        """
        said, answer = json.dumps(request).encode() + b"\n", b""
        with self._asking:
            sent = socket.send_fds(self._peer, [said], files) if files else 0
            self._peer.sendall(said[sent:])
            while not answer.endswith(b"\n"):
                piece = self._peer.recv(MOST_BYTES)
                if not piece:
                    raise ConnectionError("the nursery of the engines ended")
                answer += piece
        found: dict[str, int] = json.loads(answer)
        return found


def can_fork() -> bool:
    """Whether this system can: elsewhere each engine starts by itself, which takes longer."""
    with suppress(AttributeError, OSError):
        os.close(os.pidfd_open(os.getpid()))
        return hasattr(os, "fork")
    return False
