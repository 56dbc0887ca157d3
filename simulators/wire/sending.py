"""From an answer to bytes on the wire, whole or broken on purpose."""

from enum import StrEnum

from aiohttp import web

from .call import Answer

NO_BODY = frozenset({204, 304})


class Ending(StrEnum):
    """How an answer ends on the wire."""

    WHOLE = "whole"
    NOTHING = "nothing"  # the connection is reset before a byte of the answer
    HALF = "half"  # the body breaks off and the connection is closed, in order
    RESET = "reset"  # the body breaks off and the connection is reset


def whole(answer: Answer) -> web.StreamResponse:
    """Return a finished answer for the server to send."""
    body = None if answer.status in NO_BODY else answer.body
    return web.Response(status=answer.status, body=body, headers=answer.headers)


async def first_half(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Send the head, which promises the whole body, and half of the body."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = max(len(answer.body), 1)
    response.force_close()
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    return response


def cut(request: web.BaseRequest, *, reset: bool) -> None:
    """End the connection: in order after what was written, or by a reset."""
    transport = request.transport
    if transport is not None:
        transport.abort() if reset else transport.close()
