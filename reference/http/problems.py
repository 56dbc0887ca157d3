"""Refusals as `application/problem+json` (RFC 9457), bounded bodies, and bodies parsed into types."""

import logging
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from sqlalchemy.exc import DBAPIError

from ..errors import EngineError, Kind
from ..ports import CarrierFault, Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

STATUS = {
    Kind.MALFORMED: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.INVALID: 422,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
}
TITLES = {
    400: "Malformed request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Body too large",
    422: "Invalid request",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available",
}
BODY_LIMIT_BYTES = 16 * 1024 * 1024  # spreadsheets and reports
JSON_LIMIT_BYTES = 1024 * 1024


def problem(status: int, code: str, sentence: str, **facts: object) -> web.Response:
    title = TITLES.get(status, "Refused")
    body: dict[str, object] = {"type": f"/problems/{code.lower().replace('_', '-')}", "title": title, "status": status}
    body |= {"detail": sentence, "code": code}
    body |= {name: value for name, value in facts.items() if isinstance(value, str | int | None)}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    content = msgspec.json.encode(body)
    return web.Response(status=status, body=content, content_type="application/problem+json", headers=headers)


@web.middleware
async def refusals(request: web.Request, handler: Any) -> web.StreamResponse:
    """Turn whatever a handler raises into one problem document."""
    if "\x00" in request.path or "\x00" in "".join(request.query.values()):
        return problem(404, "NOT_FOUND", "There is nothing at an address with a NUL character.")
    try:
        answer: web.StreamResponse = await handler(request)
    except EngineError as error:
        return problem(STATUS[error.kind], error.code, error.sentence, **error.facts)
    except Unavailable as fault:
        return problem(503, "CARRIER_UNAVAILABLE", f"A carrier gives no usable answer ({fault}); try again.")
    except CarrierFault as fault:
        return problem(422, "CARRIER_REFUSED", f"A carrier refuses: {fault}.")
    except web.HTTPRequestEntityTooLarge as error:
        return problem(413, "TOO_LARGE", f"{error.text}.")
    except web.HTTPException as error:
        allowed = error.headers.get("Allow", "")
        sentence = f"{request.method} {request.path}: {error.reason}." + (f" Allowed: {allowed}." if allowed else "")
        return problem(error.status, error.reason.upper().replace(" ", "_"), sentence)
    except DBAPIError as error:
        if error.connection_invalidated or "deadlock" in str(error).lower() or "locked" in str(error).lower():
            log.warning("the database was busy: %s", error)
            return problem(503, "DATABASE_BUSY", "The database is busy; nothing was written, try again.")
        log.exception("%s %s broke", request.method, request.path)
        return problem(500, "BROKEN", "The engine broke; nothing was written. The log has the details.")
    except Exception:  # the process edge
        log.exception("%s %s broke", request.method, request.path)
        return problem(500, "BROKEN", "The engine broke; nothing was written. The log has the details.")
    return answer


async def raw_body(request: web.Request, limit_bytes: int) -> bytes:
    """Return the body, or refuse it before more than the limit was read."""
    if request.content_length is not None and request.content_length > limit_bytes:
        raise web.HTTPRequestEntityTooLarge(max_size=limit_bytes, actual_size=request.content_length)
    found = bytearray()
    async for piece in request.content.iter_chunked(65_536):
        found += piece
        if len(found) > limit_bytes:
            raise web.HTTPRequestEntityTooLarge(max_size=limit_bytes, actual_size=len(found))
    return bytes(found)


async def parsed(request: web.Request, shape: type[T]) -> T:
    """Return a JSON body as a type.

    Raises:
        EngineError: MALFORMED for what is no JSON, INVALID_BODY with the place for what has another shape.
    """
    raw = await raw_body(request, JSON_LIMIT_BYTES)
    if b"\\u0000" in raw:
        raise EngineError(Kind.INVALID, "INVALID_BODY", "The body holds a NUL character; texts must be printable.")
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise EngineError(Kind.INVALID, "INVALID_BODY", f"The body does not fit: {error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EngineError(Kind.MALFORMED, "MALFORMED_JSON", f"The body is no JSON: {error}.") from error


def answer(value: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(value), content_type="application/json")
