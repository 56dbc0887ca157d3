"""What an account at a carrier without webhooks has in common: nothing can be subscribed to, and nothing is signed."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import NoReturn

from msgspec.structs import replace

from .wire import Line, Reply, StepError


class Silent(ABC):
    """The shop at a carrier that sends no webhooks. `words` is what people call it.

    A refusal may come inside an answer of 200: `_refusal` reads it. What shows who asks goes with every call, where
    nothing has to be fetched first.
    """

    carrier: str
    words: str
    credentials: tuple[str, ...] = ("own", "token", "key", "none")
    _shown: Mapping[str, str]

    def __init__(self, base_url: str) -> None:
        self._line = Line(base_url)
        self.labels: dict[str, bytes] = {}
        self._tried: dict[str, bytes] = {}

    def close(self) -> None:
        self._line.close()

    def subscribe(self, receiver: str, url: str, events: tuple[str, ...]) -> Reply:
        self._lacks("no webhooks", "read a parcel's state with `track`")

    def rotate_secret(self, receiver: str) -> Reply:
        self._lacks("no webhooks", "there is no secret to rotate")

    def secrets(self, receiver: str) -> list[str]:
        return []

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
    ) -> Reply:
        self._check_credential(credential)
        shown = {} if credential == "none" else self._shown
        return self._send(method, path, body, kind, query, {**shown, **headers})

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None,
        kind: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> Reply:
        sent = ({"Content-Type": kind} if kind else {}) | dict(headers)
        reply = self._line.send(method, path, body=body, query=query, headers=sent)
        return replace(reply, refused=self._refusal(reply))

    @abstractmethod
    def _refusal(self, reply: Reply) -> str:
        """Return the carrier's own words of refusal inside an answer of 200, "" when there are none."""

    def _body_of(self, name: str, made: Callable[[], bytes], *, again: bool) -> bytes:
        """Return the body that makes a parcel: the one of the try before, where it is tried again."""
        if not again or name not in self._tried:
            self._tried[name] = made()
        return self._tried[name]

    def _check_credential(self, credential: str) -> None:
        if credential not in self.credentials:
            *most, last = self.credentials
            self._lacks(f"no {credential}s", f"`credential` is {', '.join(most)} or {last}")

    def _pdf(self, name: str, reply: Reply) -> Reply:
        """Keep a label that came, and return the answer."""
        if reply.body.startswith(b"%PDF"):
            self.labels[name] = reply.body
        return reply

    def _check_form(self, form: str) -> None:
        if form not in ("", "PDF"):
            self._lacks(f"no labels in {form}", "PDF is its only form")

    def _lacks(self, what: str, instead: str) -> NoReturn:
        raise StepError(f"{self.words} has {what}: {instead}")
