"""An answer without an end: pieces, sent as they come."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from aiohttp import web

from .call import Answer
from .sending import SERVER


async def _nothing() -> AsyncGenerator[bytes, None]:
    return
    yield b""  # what makes it a generator


@dataclass(slots=True)
class Stream(Answer):
    """An answer whose body is made while it is sent. The generator is closed when the client goes away."""

    pieces: AsyncGenerator[bytes, None] = field(default_factory=_nothing)


async def streamed(request: web.BaseRequest, answer: Stream) -> web.StreamResponse:
    """Send the head and then the pieces until they end or the client is gone."""
    response = web.StreamResponse(status=answer.status, headers={"Server": SERVER, **answer.headers})
    response.force_close()
    try:
        await response.prepare(request)
        if request.method != "HEAD":
            async for piece in answer.pieces:
                await response.write(piece)
            await response.write_eof()
    except ConnectionError:
        pass  # the client went away, as listeners do
    finally:
        await answer.pieces.aclose()
    return response
