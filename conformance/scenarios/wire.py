"""A shop's calls on a carrier's wire: plain HTTP, and what came back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import httpx
import msgspec

from .bodies import Whole

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TIMEOUT_S = 60.0  # simulated slowness is real slowness
HEADERS = {"User-Agent": "parcelproof-scenario", "Accept": "*/*"}  # as few as curl has


class StepError(Exception):
    """A step cannot be done as it is written. The text is one sentence; the scenario fails."""


class Reply(msgspec.Struct, frozen=True):
    """What came back. `status` 0: the connection was cut, and `lost` says how.

    `refused` is the refusal inside an answer of 200, where the carrier refuses so.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""
    lost: str = ""
    refused: str = ""

    def json(self) -> Any:
        """Return the body as JSON, None when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def shown(self) -> str:
        """Return one line for people: what was asked, what came, and the beginning of a refusal."""
        if not self.status:
            return f"{self.method} {self.path} got no answer: {self.lost}"
        tail = f" and refused: {self.refused[:300]}" if self.refused else ""
        if self.status >= 400:
            tail = f": {self.body[:300].decode('utf-8', 'replace')}"
        return f"{self.method} {self.path} was answered {self.status}{tail}"


class Line:
    """A connection to one carrier's mount."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT_S, trust_env=False, headers=HEADERS)
        del self._http.headers["Accept-Encoding"]

    def close(self) -> None:
        self._http.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request; a cut connection is a reply with status 0.

        Raises:
            StepError: it is none that could be sent, a header with a line break for one.
        """
        sent = dict(headers or {})
        try:
            answer = self._http.request(method, path, content=body, params=dict(query) if query else None, headers=sent)
        except (httpx.LocalProtocolError, httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise StepError(f"{method} {path} cannot be sent: {error}") from error
        except httpx.TransportError as error:
            return Reply(method, path, 0, lost=type(error).__name__)
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(method, path, answer.status_code, found, answer.content)


class Names(Protocol):
    """What short forms need to know of the scenario's names, and what they tell of them."""

    now: datetime

    def value(self, name: str) -> str: ...
    def learn(self, name: str, value: Any) -> None: ...
    def pass_time(self, by_ms: int) -> None: ...


class Account(Protocol):
    """The shop at one carrier: the short forms in this carrier's own words. `name` is the parcel's symbolic one."""

    carrier: str
    labels: dict[str, bytes]

    def create(self, name: str, whole: Whole, *, again: bool, key: str) -> Reply: ...
    def cancel(self, name: str) -> Reply: ...
    def label(self, name: str, form: str) -> Reply: ...
    def track(self, name: str) -> Reply: ...
    def rates(self, whole: Whole) -> Reply: ...
    def send_back(self, name: str, whole: Whole, reason: str, items: Mapping[str, int]) -> Reply: ...
    def log_in(self) -> Reply: ...
    def subscribe(self, receiver: str, url: str, events: tuple[str, ...]) -> Reply: ...
    def rotate_secret(self, receiver: str) -> Reply: ...
    def secrets(self, receiver: str) -> list[str]: ...
    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None,
        kind: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        credential: str,
    ) -> Reply: ...
    def learn(self, name: str, reply: Reply) -> None: ...
    def close(self) -> None: ...
