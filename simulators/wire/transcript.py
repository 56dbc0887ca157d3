"""The journal as people and machines read it: masked lines, a canonical form, its hash, NDJSON."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from ..core.records import Instant, Natural
from .masking import mask_header, mask_text

if TYPE_CHECKING:
    from .journal import Exchange, Headers

Body = str | dict[str, str | int]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# A loopback name, an IP address, or any host with a port: what differs between two runs on two free ports.
_ORIGIN = re.compile(
    r"(https?:(?:\\?/){2})(?:(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?::\d+)?|[\w.-]+:\d+)", re.I
)
_ENCODED_ORIGIN = re.compile(r"(https?%3a%2f%2f)[\w.-]+(?:%3a\d+)?", re.I)
VOLATILE = frozenset({"host", "date", "server-timing", "user-agent", "server", "content-length", "connection"})


class Line(msgspec.Struct, frozen=True):
    """One exchange, masked. `at_ms` and `sequence` order it; bodies are text when they are UTF-8.

    Else a body is {"sha256", "size_bytes"}.
    """

    sequence: Natural
    at_ms: Instant
    direction: str
    carrier: str
    operation: str
    method: str
    path: str
    query: str
    credential: str
    request_headers: dict[str, str]
    request_body: Body
    status: int
    response_headers: dict[str, str]
    response_body: Body
    fault: str


def line_of(found: "Exchange") -> Line:
    path, _, query = found.target.partition("?")
    return Line(
        found.sequence,
        found.at_ms,
        found.direction,
        found.carrier,
        found.operation,
        found.method,
        _clean(path),
        mask_text("?" + _clean(query))[1:] if query else "",
        mask_text(found.credential),
        headers_of(found.request_headers),
        body_of(found.request_body),
        found.status,
        headers_of(found.response_headers),
        body_of(found.response_body),
        found.fault,
    )


def headers_of(headers: "Headers") -> dict[str, str]:
    """Return masked headers by name; repeated ones are joined by a comma and a blank."""
    if isinstance(headers, Mapping):
        return {name: mask_header(name, value) for name, value in headers.items()}
    shown: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1")
        value = mask_header(name, raw_value.decode("utf-8", "replace"))
        shown[name] = f"{shown[name]}, {value}" if name in shown else value
    return shown


def body_of(body: bytes) -> Body:
    try:
        return mask_text(body.decode())
    except UnicodeDecodeError:
        return {"sha256": sha256(body).hexdigest(), "size_bytes": len(body)}


def view(line: Line) -> dict[str, object]:
    """Return a line as the control API shows it: `seq` and RFC 3339 `at` first."""
    shown = msgspec.structs.asdict(line)
    sequence, at_ms = shown.pop("sequence"), shown.pop("at_ms")
    return {"seq": sequence, "at": rfc3339(at_ms), **shown}


def text_of(line: Line) -> str:
    """Return all that a line says, for a search."""
    headers = (*line.request_headers.items(), *line.response_headers.items())
    bodies = (body for body in (line.request_body, line.response_body) if isinstance(body, str))
    start = f"{line.method} {line.path}?{line.query} {line.operation} {line.credential} {line.status} {line.fault}"
    return "\n".join((start, *(f"{name}: {value}" for name, value in headers), *bodies))


def ndjson(lines: Iterable[Line]) -> bytes:
    encode = msgspec.json.encode
    return b"".join(encode(view(line)) + b"\n" for line in lines)


def canonical(lines: Iterable[Line]) -> bytes:
    """Return the same bytes for the same exchanges, on whatever host and port they took place."""
    encode = msgspec.json.Encoder(order="sorted").encode
    ordered = sorted(lines, key=lambda line: (line.at_ms, line.sequence))
    return b"".join(encode(_normal(line)) + b"\n" for line in ordered)


def hash_of(lines: Iterable[Line]) -> str:
    return sha256(canonical(lines)).hexdigest()


def rfc3339(at_ms: int) -> str:
    """Return whole virtual milliseconds as "2026-03-01T10:00:00.000Z"."""
    text = (EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _normal(line: Line) -> dict[str, object]:
    return {
        **msgspec.structs.asdict(line),
        "path": _hostless(line.path),
        "query": _hostless(line.query),
        "request_headers": _normal_headers(line.request_headers),
        "request_body": _normal_body(line.request_body),
        "response_headers": _normal_headers(line.response_headers),
        "response_body": _normal_body(line.response_body),
    }


def _normal_headers(headers: dict[str, str]) -> dict[str, str]:
    lowered = {name.lower(): value for name, value in headers.items()}
    return {name: "-" if name in VOLATILE else _hostless(value) for name, value in lowered.items()}


def _normal_body(body: Body) -> Body:
    return _hostless(body) if isinstance(body, str) else body


def _hostless(text: str) -> str:
    return _ENCODED_ORIGIN.sub(r"\1host", _ORIGIN.sub(r"\1host", text))


def _clean(text: str) -> str:
    """Return text that can be encoded: bytes that were no UTF-8 in a request line come as lone surrogates."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
