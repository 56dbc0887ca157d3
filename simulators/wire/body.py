"""Reading a request's body up to a limit, never more of it into memory."""

from aiohttp import http_exceptions, web

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class TooLarge(Exception):
    """The body is, or says that it is, longer than the limit."""


class Broken(Exception):
    """The body's framing is wrong, so that nobody can say where it ends."""


async def read_body(request: web.BaseRequest, limit_bytes: int) -> bytes:
    """Return the whole body.

    Raises:
        TooLarge, Broken.
    """
    declared = request.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > limit_bytes:
        raise TooLarge
    if request.headers.get("Expect", "").lower() == "100-continue":
        transport = request.transport
        if transport is not None:
            transport.write(CONTINUE)
    chunks, size_bytes = [], 0
    try:
        if request.content.is_eof():  # all of it has come, as a small body does: nothing to wait for
            if request.content.total_bytes > limit_bytes:
                raise TooLarge
            return request.content.read_nowait()
        while chunk := await request.content.readany():
            size_bytes += len(chunk)
            if size_bytes > limit_bytes:
                raise TooLarge
            chunks.append(chunk)
    except (web.RequestPayloadError, http_exceptions.HttpProcessingError) as error:
        raise Broken(str(error)) from error
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
