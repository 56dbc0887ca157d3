"""What stands on stderr after requests that no server can read and clients that went away: a plain line at most."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from io import StringIO

import pytest

from parcelproof.simulators.server import Running

Start = Callable[..., AbstractAsyncContextManager[Running]]

HEAD = b"POST /par-rot/parcels HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer hush\r\n"
GOOD = b"GET /par-rot/nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
UNREADABLE = {
    "a length that is no number": HEAD + b"Content-Length: abc\r\n\r\n",
    "a negative length": HEAD + b"Content-Length: -5\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "a length and chunks": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk's length that is none": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "a URL of 9000 bytes": b"GET /par-rot/hush" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "two hundred headers": HEAD + b"".join(b"X-%d: 1\r\n" % number for number in range(200)) + b"\r\n",
    "a header of 9000 bytes": HEAD + b"X-Long: hush" + b"y" * 9_000 + b"\r\n\r\n",
    "a NUL in a header": HEAD + b"X-Odd: hush\x00\r\n\r\n",
    "no host": b"GET /par-rot/parcels/hush HTTP/1.1\r\n\r\n",
    "a method in small letters": GOOD + b"get /par-rot/hush HTTP/1.1\r\nHost: x\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}
CUT = {
    "in a body": HEAD + b"Content-Length: 500\r\n\r\nabc",
    "in a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
    "in the head": HEAD[:-4],
    "in a body to control": b"PUT /_sim/v1/tenants/a/snapshot HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nab",
}


@pytest.fixture
def stderr() -> Iterator[StringIO]:
    """What a process without any logging set up writes to stderr: warnings and worse, tracebacks and all."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.fixture
async def port(parrot_server: Start) -> AsyncIterator[int]:
    async with parrot_server() as running:
        yield int(running.url.rpartition(":")[2])


async def sent(port: int, request: bytes, *, cut: bool = False) -> bytes:
    """Send bytes and return what comes back until the server closes; with `cut`, end the sending side first."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    if cut:
        writer.write_eof()
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize("name", UNREADABLE)
async def test_a_request_that_cannot_be_read_is_400_and_one_plain_line(port: int, stderr: StringIO, name: str) -> None:
    answer = await sent(port, UNREADABLE[name])
    assert b" 400 Bad Request\r\n" in answer
    assert len(stderr.getvalue().splitlines()) <= 1
    assert "Traceback" not in stderr.getvalue() and "hush" not in stderr.getvalue()


async def test_the_line_says_what_was_wrong(port: int, stderr: StringIO) -> None:
    await sent(port, UNREADABLE["two lengths"])
    assert stderr.getvalue() == "a request that cannot be read was refused: Duplicate Content-Length\n"


@pytest.mark.parametrize("name", CUT)
async def test_a_client_that_goes_away_leaves_no_line(port: int, stderr: StringIO, name: str) -> None:
    assert await sent(port, CUT[name], cut=True) == b""
    assert b" 404 " in await sent(port, GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert stderr.getvalue() == ""


def test_an_error_of_ours_keeps_its_traceback(stderr: StringIO) -> None:
    connections = logging.getLogger("parcelproof.simulators.wire.connection_log")
    try:
        raise ZeroDivisionError("ours")
    except ZeroDivisionError:
        connections.exception("Error handling request from %s", "127.0.0.1")
    assert "Traceback" in stderr.getvalue() and "ZeroDivisionError: ours" in stderr.getvalue()
