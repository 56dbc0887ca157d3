"""From an answer to bytes on the wire, whole or broken on purpose."""

import os
import socket
import struct
from enum import StrEnum
from http import HTTPStatus

from aiohttp import ClientConnectionResetError, HttpVersion11, web
from aiohttp.helpers import rfc822_formatted_time

from .call import Answer

NO_BODY = frozenset({204, 304})
SERVER = "parcelproof"
STATUS_LINE = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}


class Ending(StrEnum):
    """How an answer ends on the wire."""

    WHOLE = "whole"
    NOTHING = "nothing"  # the connection is reset before a byte of the answer
    HALF = "half"  # the body breaks off and the connection is closed, in order
    RESET = "reset"  # the body breaks off and the connection is reset


class Written(web.StreamResponse):
    """A finished answer on a connection that stays open, written in one piece.

    It stands in for `web.Response` where nothing of that is needed (no cookies, no compression, no chunks): building
    and preparing one costs a third of a small answer.
    """

    def __init__(self, piece: bytes) -> None:
        self._piece = piece
        self._keep_alive = True

    async def prepare(self, request: web.BaseRequest) -> None:
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ClientConnectionResetError("Cannot write to closing transport")
        transport.write(self._piece)

    async def write_eof(self, data: bytes = b"") -> None:
        return None


def whole(request: web.BaseRequest, answer: Answer, timing: str = "") -> web.StreamResponse:
    """Return a finished answer for the server to send; `timing` is its Server-Timing."""
    status, headers = answer.status, answer.headers
    if status not in NO_BODY and request.keep_alive and request.version == HttpVersion11 and request.method != "HEAD":
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        if timing:
            lines.append(f"Server-Timing: {timing}\r\n")
        head = (
            f"{STATUS_LINE.get(status) or _odd(status)}{''.join(lines)}"
            f"Content-Length: {len(answer.body)}\r\nDate: {rfc822_formatted_time()}\r\nServer: {SERVER}\r\n\r\n"
        )
        if head.count("\n") == len(lines) + 5 and head.isascii():
            return Written(head.encode("ascii") + answer.body)
    return _careful(answer, timing)


def _odd(status: int) -> str:
    return f"HTTP/1.1 {status} \r\n"


def _careful(answer: Answer, timing: str) -> web.StreamResponse:
    """Return the answer in aiohttp's own way: for old clients, HEAD, closing connections and odd headers."""
    shown = {name: _one_line(value) for name, value in answer.headers.items()}
    shown.setdefault("Server", SERVER)
    if timing:
        shown["Server-Timing"] = timing
    return web.Response(status=answer.status, body=None if answer.status in NO_BODY else answer.body, headers=shown)


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace").decode()


async def first_half(request: web.BaseRequest, answer: Answer, timing: str) -> web.StreamResponse:
    """Send the head, which promises the whole body, and half of the body."""
    response = web.StreamResponse(status=answer.status, headers={**answer.headers, "Server-Timing": timing})
    response.content_length = len(answer.body)
    response.force_close()
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    return response


async def second_half(response: web.StreamResponse, answer: Answer) -> None:
    """Send the rest of the body."""
    await response.write(answer.body[len(answer.body) // 2 :])
    await response.write_eof()


def cut(request: web.BaseRequest, *, reset: bool) -> None:
    """End the connection: in order after what was written, or by a reset (RST, as a crashed peer's kernel sends it)."""
    transport = request.transport
    if transport is None:
        return
    if not reset:
        transport.close()
        return
    listening = transport.get_extra_info("socket")
    with socket.socket(fileno=os.dup(listening.fileno())) as same:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
