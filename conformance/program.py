"""A connector's program: started in a process group of its own, its output kept, killed and started again."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import IO, Protocol

import httpx

from . import orphans
from .driver.deadline import Deadline, bounded_transport
from .processes import START_TIMEOUT_S, STOP_TIMEOUT_S

MOST_LOG_BYTES = 4 * 1024 * 1024
PIECE_BYTES = 64 * 1024
LOOK_EVERY_S = 0.02
ANSWER_TIMEOUT_S = 2.0
PORTS = range(20_000, 32_000)  # below those that outgoing connections take: free again after a kill
_next_port = count(os.getpid() * 61)


class Ended(Exception):
    """The program did not get ready. The message goes on after its name: "ended with exit status 1"."""


def free_port() -> int:
    """Return a port on which nobody listens, and which no outgoing connection can take while its program is dead.

    Raises:
        OSError: all are taken.
    """
    for _ in PORTS:
        port = PORTS[next(_next_port) % len(PORTS)]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no port from {PORTS.start} to {PORTS.stop - 1} is free")


class Running(Protocol):
    """A process that runs: what a program needs of `subprocess.Popen`."""

    pid: int
    stdout: IO[bytes] | None

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...


Launch = Callable[[Sequence[str], Mapping[str, str]], Running]


def launch(words: Sequence[str], environment: Mapping[str, str]) -> Running:
    """Start a process in a session of its own; what it says to stdout and stderr is one stream.

    Raises:
        OSError, ValueError: there is no such program, or it may not be run.
    """
    return subprocess.Popen(
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


class Program:
    """One command line. It may be started again after it ended; its output goes on in the same log."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], launch: Launch = launch) -> None:
        self._launch = launch
        self._words = list(words)
        self._environment = {**os.environ, **environment}
        self._process: Running | None = None
        self._pieces: deque[bytes] = deque()
        self._size_bytes = 0
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    def start(self) -> None:
        """Start the program.

        Raises:
            Ended: there is no such program, or it may not be run.
        """
        try:
            self._process = self._launch(self._words, self._environment)
        except (OSError, ValueError) as error:
            raise Ended(f"cannot be run ({getattr(error, 'strerror', None) or error})") from error
        orphans.adopt(self._process.pid, "group")
        self._reader = threading.Thread(target=self._read, args=(self._process,), name="connector-log", daemon=True)
        self._reader.start()

    def wait_until_it_answers(self, url: str, timeout_s: float = START_TIMEOUT_S) -> None:
        """Wait until a GET is answered below 500.

        Raises:
            Ended: the program ended before, or time is up (it is killed then).
        """
        deadline, answered, found = time.monotonic() + timeout_s, "", "nobody answers there"
        look = Deadline()  # a head or a body that drips would hold us for ever
        with httpx.Client(transport=bounded_transport(look), timeout=None, trust_env=False) as client:
            while time.monotonic() < deadline:
                look.at = min(deadline, time.monotonic() + ANSWER_TIMEOUT_S)
                try:
                    with client.stream("GET", url) as answer:
                        status = answer.status_code
                except httpx.HTTPError as error:
                    found = f"nobody answers there ({type(error).__name__})"
                else:
                    if status < 500:
                        return
                    answered = f"the answer is {status}"
                if self.ended_within(LOOK_EVERY_S):
                    raise Ended(f"{self.ending()} before it answered at {url}")
        self.kill()
        raise Ended(f"is not ready after {timeout_s:g} s: GET {url}: {answered or found}")

    def ending(self) -> str:
        """Return how the program ended, as the end of a sentence."""
        status = self._process.poll() if self._process is not None else None
        if status is None:
            return "runs"
        if status >= 0:
            return f"ended with exit status {status}"
        try:
            return f"was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"was ended by signal {-status}"

    def kill(self) -> None:
        """End the whole process group with SIGKILL and wait until the program is gone."""
        if self._process is None:
            return
        self._signal(signal.SIGKILL)
        self._process.wait()
        orphans.release(self._process.pid)
        self._close_log()

    def stop(self) -> None:
        """Ask the process group to end; kill what is left of it after a while."""
        if self._process is None:
            return
        if self.alive:
            self._signal(signal.SIGTERM)
            self.ended_within(STOP_TIMEOUT_S)
        self.kill()

    def log(self) -> str:
        with self._lock:
            return b"".join(self._pieces)[-MOST_LOG_BYTES:].decode(errors="replace")

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):  # nobody is left (macOS says it the second way)
            return

    def ended_within(self, wait_s: float) -> bool:
        """Wait at most so long for the program's end; return whether it has ended."""
        assert self._process is not None
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            return False
        if self._reader is not None:
            self._reader.join(1.0)  # its last words
        return True

    def _close_log(self) -> None:
        assert self._process is not None
        if self._reader is not None:
            self._reader.join(STOP_TIMEOUT_S)

    def _read(self, process: Running) -> None:
        assert process.stdout is not None
        with process.stdout as pipe:
            while piece := os.read(pipe.fileno(), PIECE_BYTES):
                self._keep(piece)

    def _keep(self, piece: bytes) -> None:
        with self._lock:
            self._pieces.append(piece)
            self._size_bytes += len(piece)
            while self._size_bytes - len(self._pieces[0]) >= MOST_LOG_BYTES:
                self._size_bytes -= len(self._pieces.popleft())
