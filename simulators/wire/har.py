"""The journal as an HTTP Archive (HAR 1.2), which browsers' developer tools and most HTTP tools open.

What HAR has no place for stands in members with an underscore, as it asks for. What nobody measured is -1.

Source: HAR 1.2 Spec, http://www.softwareishard.com/blog/har-12-spec/, read 2026-11-22.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import UNSET, UnsetType

from .transcript import Body, Line, rfc3339

HTTP = "HTTP/1.1"
UNKNOWN = -1  # HAR's own way to say so
JSON_OF_BYTES = "application/octet-stream"


class Pair(msgspec.Struct):
    """A header or a query field."""

    name: str
    value: str


class PostData(msgspec.Struct, rename="camel"):
    """A request's body."""

    mime_type: str
    params: list[Pair]
    text: str


class Content(msgspec.Struct, rename="camel"):
    """An answer's body; one that is no text is left out, and `comment` tells its SHA-256."""

    size: int
    mime_type: str
    text: str | UnsetType = UNSET
    comment: str | UnsetType = UNSET


class HarRequest(msgspec.Struct, rename="camel"):
    """A request."""

    method: str
    url: str
    http_version: str
    cookies: list[Pair]
    headers: list[Pair]
    query_string: list[Pair]
    headers_size: int
    body_size: int
    post_data: PostData | UnsetType = UNSET


class HarResponse(msgspec.Struct):
    """An answer; `status` 0: none was sent."""

    status: int
    status_text: str = msgspec.field(name="statusText")
    http_version: str = msgspec.field(name="httpVersion")
    cookies: list[Pair]
    headers: list[Pair]
    content: Content
    redirect_url: str = msgspec.field(name="redirectURL")
    headers_size: int = msgspec.field(name="headersSize")
    body_size: int = msgspec.field(name="bodySize")


class Timings(msgspec.Struct):
    """Times are virtual here, so nothing took any."""

    send: int = 0
    wait: int = 0
    receive: int = 0


class Entry(msgspec.Struct):
    """One exchange. The members with an underscore are the journal's own."""

    started: str = msgspec.field(name="startedDateTime")
    time: int
    request: HarRequest
    response: HarResponse
    cache: dict[str, str]
    timings: Timings
    sequence: int = msgspec.field(name="_sequence")
    direction: str = msgspec.field(name="_direction")
    carrier: str = msgspec.field(name="_carrier")
    operation: str = msgspec.field(name="_operation")
    credential: str = msgspec.field(name="_credential")
    fault: str = msgspec.field(name="_fault")


class Creator(msgspec.Struct):
    """What wrote the archive."""

    name: str
    version: str


class Log(msgspec.Struct):
    """The archive's content."""

    version: str
    creator: Creator
    entries: list[Entry]


class Har(msgspec.Struct):
    """An HTTP Archive, version 1.2."""

    log: Log


def export(lines: Iterable[Line], scheme: str, version: str = "1") -> Har:
    """Return the archive. `scheme` is that of the simulator's own port, which a journal does not note."""
    return Har(Log("1.2", Creator("parcelproof simulator", version), [entry(line, scheme) for line in lines]))


def entry(line: Line, scheme: str) -> Entry:
    return Entry(
        rfc3339(line.at_ms),
        0,
        _request(line, scheme),
        _response(line),
        {},
        Timings(),
        line.sequence,
        line.direction,
        line.carrier,
        line.operation,
        line.credential,
        line.fault,
    )


def _request(line: Line, scheme: str) -> HarRequest:
    request = HarRequest(
        line.method,
        url_of(line, scheme),
        HTTP,
        [],
        _pairs(line.request_headers),
        [Pair(name, value) for name, value in parse_qsl(line.query, keep_blank_values=True)],
        UNKNOWN,
        _size_bytes(line.request_body),
    )
    if line.request_body:
        text = line.request_body if isinstance(line.request_body, str) else ""
        request.post_data = PostData(_kind(line.request_headers), [], text)
    return request


def _response(line: Line) -> HarResponse:
    phrase = HTTPStatus(line.status).phrase if line.status in set(HTTPStatus) else ""
    size_bytes = _size_bytes(line.response_body)
    content = Content(size_bytes, _kind(line.response_headers))
    if isinstance(line.response_body, str):
        content.text = line.response_body
    else:
        content.comment = f"sha256 {line.response_body['sha256']}"
    target = next((value for name, value in line.response_headers.items() if name.lower() == "location"), "")
    headers = _pairs(line.response_headers)
    return HarResponse(line.status, phrase, HTTP, [], headers, content, target, UNKNOWN, size_bytes)


def url_of(line: Line, scheme: str) -> str:
    """Return the absolute URL: a webhook's is noted whole, a call's begins with the host that it named."""
    query = f"?{line.query}" if line.query else ""
    if "://" in line.path.partition("?")[0]:
        return line.path + query
    host = next((value for name, value in line.request_headers.items() if name.lower() == "host"), "localhost")
    return f"{scheme}://{host}{line.path}{query}"


def _pairs(headers: Mapping[str, str]) -> list[Pair]:
    return [Pair(name, value) for name, value in headers.items()]


def _kind(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), JSON_OF_BYTES)


def _size_bytes(body: Body) -> int:
    if isinstance(body, str):
        return len(body.encode("utf-8", "replace"))
    size: Any = body["size_bytes"]
    return int(size)
