"""Both ends of a wire, byte by byte: a client that tells how an answer ended, and receivers that misbehave."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

TLS_HELLO = b"\x16"
LONGEST_S = 10  # a test that waits so long has failed


@dataclass(frozen=True)
class Seen:
    """What a client saw of one answer. `ended` is "whole", "closed" (in order, too early) or "reset"."""

    status: int | None
    headers: Mapping[str, str]
    body: bytes
    ended: str


Ask = Callable[..., Awaitable[Seen]]


async def ask(url: str, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Seen:
    """Send one request on a connection of its own."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    lines = {"Host": parts.netloc, "Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    try:
        async with asyncio.timeout(LONGEST_S):
            return await _answer(reader)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> Seen:
    found, ended = b"", ""
    while not ended:
        head, blank, body = found.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:]) if blank else {}
        if blank and len(body) >= int(fields.get("Content-Length", "0")):
            ended = "whole"
            break
        try:
            piece = await reader.read(65_536)
            ended = "" if piece else "closed"
            found += piece
        except ConnectionResetError:
            ended = "reset"
    head, blank, body = found.partition(b"\r\n\r\n")
    if not blank:
        return Seen(None, {}, found, ended)
    first, *rest = head.decode().split("\r\n")
    return Seen(int(first.split(" ")[1]), dict(line.split(": ", 1) for line in rest), body, ended)


@pytest.fixture(scope="session", name="ask")
def ask_fixture() -> Ask:
    """Send one request byte by byte: `seen = await ask(url, "GET", "/x")`."""
    return ask


@dataclass(frozen=True)
class Received:
    """One request as it came over a socket."""

    line: str
    headers: Mapping[str, str]
    body: bytes


Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


def saying(*pieces: bytes) -> Answering:
    """Answer with these bytes, one piece after another, and close."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return answer


def status(code: int, *headers: str, body: bytes = b"") -> Answering:
    """Answer with a status, header lines and a body."""
    lines = "".join(f"{line}\r\n" for line in headers)
    return saying(
        f"HTTP/1.1 {code} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{lines}\r\n".encode() + body
    )


@dataclass
class RawReceiver:
    """A shop's webhook endpoint on a real socket: keeps what came, answers as told, byte by byte."""

    url: str = ""
    got: list[Received] = field(default_factory=list)
    answer: Answering = field(default_factory=lambda: status(200))
    answers: list[Answering] = field(default_factory=list)  # for the first requests, before `answer`
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            first = await reader.readexactly(1)
            if first == TLS_HELLO:
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode()
            line, *rest = head.removesuffix("\r\n\r\n").split("\r\n")
            headers = {name.lower(): value for name, value in (one.split(": ", 1) for one in rest)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.got.append(Received(line, headers, body))
            await (self.answers.pop(0) if self.answers else self.answer)(writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            writer.close()


@asynccontextmanager
async def raw_receiver(host: str = "127.0.0.1") -> AsyncIterator[RawReceiver]:
    receiver = RawReceiver()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await receiver.serve(reader, writer)

    server = await asyncio.start_server(serve, host, 0)
    receiver.url = f"http://{host}:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def receiver() -> AsyncIterator[RawReceiver]:
    """A receiver on a free port that answers 200 until told otherwise."""
    async with raw_receiver() as found:
        yield found


@pytest.fixture(scope="session")
def receiving() -> Callable[..., AbstractAsyncContextManager[RawReceiver]]:
    """Open receivers: `async with receiving() as receiver`."""
    return raw_receiver


@pytest.fixture(scope="session")
def says() -> Callable[..., Answering]:
    """Make an answer of bytes: `receiver.answer = says(b"HTTP/1.1 200 OK")`."""
    return saying


@pytest.fixture(scope="session")
def with_status() -> Callable[..., Answering]:
    """Make an answer with a status: `receiver.answer = with_status(503, "Retry-After: 5")`."""
    return status
