"""Servers in processes of their own on the first core, their CPU time, and a load generator on the other core."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvloop

CONNECTIONS = 32
LONGEST_S = 120  # for all requests of one slice; a server that hangs fails the run
_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = _CORES[0], _CORES[-1]
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def cpu_s(self) -> float:
        """Return the CPU time that all its threads have had, to the nanosecond (Linux)."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


@contextmanager
def started(*command: str) -> Iterator[Server]:
    """Start a Python server on the servers' core; its first line says where it listens."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    try:
        os.sched_setaffinity(process.pid, {SERVER_CORE})
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://([^:]+):(\d+)", line)
        assert found, f"{command} said {line!r}"
        yield Server(found[1], int(found[2]), process.pid)
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


class _Connection(asyncio.Protocol):
    """One keep-alive connection: sends the next request as soon as an answer is whole."""

    def __init__(self, requests: Iterator[bytes], status: bytes, done: "asyncio.Future[None]") -> None:
        self._requests, self._status, self._done = requests, b"HTTP/1.1 " + status, done
        self._buffer, self._need = b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class, no subclass
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is not None:
            self._transport.write(request)
        elif not self._done.done():
            self._done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._need:
            end = self._buffer.find(b"\r\n\r\n")
            length = _LENGTH.search(self._buffer, 0, end) if end > 0 else None
            if length is None:
                return
            self._need = end + 4 + int(length[1])
        if len(self._buffer) >= self._need:
            if not self._buffer.startswith(self._status):
                self._done.set_exception(AssertionError(self._buffer[:2000]))
                self._transport.close()
                return
            self._buffer, self._need = self._buffer[self._need :], 0
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))


def keep_awake(loop: asyncio.AbstractEventLoop) -> None:
    """Let the client poll without ever sleeping.

    Waking a sleeping process on another core is done by the kernel at the sender's cost (some 100 microseconds in a
    virtual machine); a slow server, whose client sleeps between answers, would pay for it and a fast one would not.
    """

    def spin() -> None:
        loop.call_soon(spin)

    loop.call_soon(spin)


def requests_per_cpu_s(server: Server, requests: Sequence[bytes], status: bytes) -> float:
    """Send all requests over 32 connections; return requests per second of the server's CPU.

    Raises:
        AssertionError: an answer has another status.
    """

    async def run() -> None:
        loop, queue = asyncio.get_running_loop(), iter(requests)
        waits = []
        for _ in range(CONNECTIONS):
            done: asyncio.Future[None] = loop.create_future()
            transport, _ = await loop.create_connection(
                lambda done=done: _Connection(queue, status, done),  # type: ignore[misc]
                server.host,
                server.port,
            )
            waits.append((transport, done))
        keep_awake(loop)
        async with asyncio.timeout(LONGEST_S):
            await asyncio.gather(*(done for _, done in waits))
        for transport, _ in waits:
            transport.close()

    before_s = server.cpu_s()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
    return len(requests) / (server.cpu_s() - before_s)
