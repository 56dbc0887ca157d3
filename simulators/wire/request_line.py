"""Reading a request's head: mount, path, query, headers, whatever a client puts there. Total: nothing here raises."""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy, MultiDict, MultiDictProxy

NO_QUERY: Mapping[str, str] = MappingProxyType({})
RawHeaders = tuple[tuple[bytes, bytes], ...]
KNOWN_HEADS = 500
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")
SLASH = "\udc2f"  # stands for an encoded slash while a path is matched: no decoded text can hold it


def split_target(target: str) -> tuple[str, str]:
    """Return (path, query text) of a request target in origin, absolute, authority or asterisk form.

    The path starts with "/" (an asterisk or an authority becomes one that fits no route) and is still percent-encoded.
    """
    if not target.isascii():
        target = target.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    target, _, _ = target.partition("#")
    path, _, query = target.partition("?")
    if path[:1] != "/":
        _, scheme, rest = path.partition("://")
        path = "/" + (rest.partition("/")[2] if scheme else path)
    return path, query


def split_mount(path: str) -> tuple[str, str]:
    """Return (first segment, rest of the path from its slash on): "/cdek/v2/orders" is ("cdek", "/v2/orders")."""
    cut = path.find("/", 1)
    return (path[1:], "/") if cut < 0 else (path[1:cut], path[cut:])


def decoded_path(path: str) -> str:
    """Return the path decoded for matching; a slash that was encoded is kept apart from one that divides."""
    if "%" not in path:
        return path
    return "/".join(unquote(segment, errors="replace").replace("/", SLASH) for segment in path.split("/"))


def with_slashes(text: str) -> str:
    """Return matched text with its encoded slashes as plain ones."""
    return text.replace(SLASH, "/") if SLASH in text else text


def query_of(text: str) -> Mapping[str, str]:
    """Return the query's fields, first value first; undecodable bytes become U+FFFD."""
    if not text:
        return NO_QUERY
    return MultiDictProxy(MultiDict(parse_qsl(text, keep_blank_values=True, errors="replace")))


class Head(NamedTuple):
    """A request's headers: as they came, as text that can be encoded, and the origin that the client called."""

    raw: RawHeaders
    headers: CIMultiDictProxy[str]
    origin: str


class Heads:
    """Reads equal headers once: a client sends the same ones again and again, and the journal keeps them all."""

    def __init__(self, scheme: str) -> None:
        self._scheme = scheme
        self._known: dict[RawHeaders, Head] = {}

    def of(self, request: web.BaseRequest) -> Head:
        raw = request.raw_headers
        head = self._known.get(raw)
        if head is None:
            if len(self._known) >= KNOWN_HEADS:
                self._known.clear()
            headers = _readable(request)
            head = self._known[raw] = Head(raw, headers, _origin(self._scheme, headers.get("Host", "")))
        return head


@lru_cache(KNOWN_HEADS)
def _origin(scheme: str, host: str) -> str:
    return f"{scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"


def _readable(request: web.BaseRequest) -> CIMultiDictProxy[str]:
    """Return the headers as text that can be encoded: bytes that are no UTF-8 come as lone surrogates."""
    if b"".join([value for _, value in request.raw_headers]).isascii():
        return request.headers
    shown = [(name, _repaired(text)) for name, text in request.headers.items()]
    return CIMultiDictProxy(CIMultiDict(shown))


def _repaired(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
