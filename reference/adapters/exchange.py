"""One HTTP exchange with a carrier: whatever goes wrong on the way becomes a `CarrierFault`, nothing else.

Both carrier adapters stand on this; what a status or an error body means is theirs.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from ..ports import Unavailable

T = TypeVar("T")
# What a carrier calls a parcel, where the engine must keep it to the letter in order to ask for it again.
Name = Annotated[str, msgspec.Meta(max_length=100, pattern=r"\A[^\x00]*\Z")]

MOST_BODY_BYTES = 16 * 1024 * 1024
LONGEST_WAIT_S = 86_400.0
SHOWN_CHARS = 200
BUSY = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: the status, the headers and the body as received (content coding undone)."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def excerpt(self) -> str:
        """Return the start of the body on one line, fit for a message."""
        return " ".join(self.body[: SHOWN_CHARS * 4].decode("utf-8", "replace").split())[:SHOWN_CHARS]


@cache
def certificates() -> ssl.SSLContext:
    """Return the trusted authorities, read once: that takes longer than twenty answers of a carrier do."""
    return httpx.create_ssl_context(trust_env=False)


class Exchange:
    """A pooled HTTP client against one carrier. `client` is closed by `close` only when it was made here."""

    def __init__(self, base_url: str, *, timeout_s: float, client: httpx.AsyncClient | None) -> None:
        self._base_url = base_url.rstrip("/")
        self._owned = client is None
        self._timeout_s = timeout_s
        self._client = client or httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            verify=certificates() if base_url.startswith("https:") else False,
            limits=httpx.Limits(max_connections=50, max_keepalive_connections=20),
        )

    async def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        answers: frozenset[int] = frozenset(),
    ) -> Reply:
        """Send one request and read the whole answer, whatever its status below 500, or among `answers`.

        Raises:
            Unavailable: time-out, no connection, a body cut short or too large, 408, 425, 429, any 5xx or a redirect.
        """
        try:
            reply = await self._attempt(method, path, headers, params, content)
        except httpx.TimeoutException as fault:
            raise Unavailable("timeout", f"{method} {path}: no answer in {self._timeout_s:g} s") from fault
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as fault:
            raise Unavailable("connection", f"{method} {path}: {type(fault).__name__}: {fault}") from fault
        if reply.status in answers:
            return reply
        if reply.status >= 500 or reply.status in BUSY:
            code = "quota_exceeded" if reply.status == 429 else "carrier_down"
            detail = f"{method} {path}: {reply.status} {reply.excerpt}"
            raise Unavailable(code, detail, retry_after_s=retry_after_s(reply.headers))
        if reply.status in range(300, 400) and reply.status != 304:
            raise Unavailable("redirected", f"{method} {path}: {reply.status}; carriers are never followed elsewhere")
        return reply

    async def _attempt(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
    ) -> Reply:
        request = self._client.build_request(
            method,
            self._base_url + path,
            headers=dict(headers),
            params=dict(params) if params else None,
            content=content,
            timeout=self._timeout_s,
        )
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MOST_BODY_BYTES:
                    raise Unavailable("answer_too_large", f"{method} {path}: more than {MOST_BODY_BYTES} bytes")
        finally:
            await response.aclose()
        return Reply(response.status_code, response.headers, bytes(body))

    async def close(self) -> None:
        if self._owned:
            await self._client.aclose()


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long a carrier asks to wait: seconds, or an HTTP date measured against the answer's own Date."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT_S)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))
        return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT_S)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def decode(reply: Reply, shape: type[T]) -> T:
    """Return an answer's body as a typed value.

    Raises:
        Unavailable: empty, not JSON, or not of this shape: the effect may have happened, the answer is of no use.
    """
    if not reply.body.strip():
        raise Unavailable("empty_answer", f"{reply.status} with an empty body")
    found = parse(reply.body, shape)
    if isinstance(found, str):
        raise Unavailable("unreadable_answer", f"{reply.status}: {found}; the body starts {reply.excerpt!r}")
    return found[0]


def parse(raw: bytes, shape: type[T]) -> tuple[T] | str:
    """Return `(value,)`, or a sentence that says why the bytes aren't JSON of this shape."""
    try:
        return (msgspec.json.decode(raw, type=shape),)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as fault:
        return f"{type(fault).__name__}: {fault}"


def encode(payload: Any) -> bytes:
    return msgspec.json.encode(payload)


def segment(text: str) -> str:
    """Return text as one path segment, so that an id from outside can't reach another route."""
    return quote(text, safe="") if text not in (".", "..") else quote(text, safe="").replace(".", "%2E")
