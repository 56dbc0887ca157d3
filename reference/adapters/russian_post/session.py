"""Talking to Otpravka: two headers, JSON in and out, and six ways of saying no.

Source: `postal_api_russia` §1.2, §1.3, §2.6.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from ...ports import Refused, Unavailable
from ..exchange import Exchange, Reply, decode, encode, parse
from .shapes import CodedError, Failure, text

T = TypeVar("T")
JSON = "application/json;charset=UTF-8"
GATEWAY_LIMIT = 406
NO_WORDS = "the carrier gave no reason"
NOT_FOUND = "not_found"
NO_MONEY = "1024"


class Session:
    """One access token and one login over one exchange."""

    def __init__(self, over: Exchange, token: str, login: str, password: str) -> None:
        self._exchange = over
        user = b64encode(f"{login}:{password}".encode()).decode()
        self._headers = {"Authorization": f"AccessToken {token}", "X-User-Authorization": f"Basic {user}"}

    async def ask(
        self,
        method: str,
        path: str,
        shape: type[T],
        *,
        body: Any = None,
        params: Mapping[str, str] | None = None,
    ) -> T:
        """Make a call and return its answer, unless that is a refusal.

        Raises:
            Refused: the carrier's own code and words; `not_found` where it knows no such thing.
            Unavailable: no usable answer.
        """
        headers = {**self._headers, "Accept": JSON}
        content = None if body is None else encode(body)
        if content is not None:
            headers["Content-Type"] = JSON
        reply = await self._exchange.send(method, path, headers=headers, params=params, content=content)
        return decode(judged(f"{method} {path}", reply), shape)

    async def paper(self, path: str, params: Mapping[str, str] | None = None) -> bytes:
        """Return a printed form.

        Raises:
            Refused: there is none, in the carrier's words.
            Unavailable: no usable answer, or one that is no form.
        """
        headers = {**self._headers, "Accept": "*/*"}
        reply = judged(f"GET {path}", await self._exchange.send("GET", path, headers=headers, params=params))
        if _is_whole(reply.body):
            return reply.body
        if not reply.body.strip():
            raise Unavailable("empty_answer", f"{path}: {reply.status} with an empty body")
        raise Unavailable("unreadable_answer", f"{path}: no form; the body starts {reply.excerpt!r}")


def _is_whole(form: bytes) -> bool:
    """Tell whether a form came to its end: one that is cut off begins like a whole one."""
    if form.startswith(b"%PDF-"):
        return form.rstrip().endswith(b"%%EOF")
    return form.startswith(b"^XA") and form.rstrip().endswith(b"^XZ")


def judged(call: str, reply: Reply) -> Reply:
    """Return an answer that is none of the carrier's refusals; those stand in answers of any status."""
    if reply.status in (401, 403):
        raise Refused("unauthorized", f"{call}: {reply.status}, the access token or the login is wrong")
    if reply.status == GATEWAY_LIMIT:
        raise Unavailable("quota_exceeded", f"{call}: {reply.excerpt}")
    found = parse(reply.body, Failure) if reply.body.lstrip()[:1] == b"{" else ""
    if not isinstance(found, str):
        _judge(call, reply.status, found[0])
    if reply.status == 404:
        raise Refused(NOT_FOUND, f"{call}: {reply.excerpt or NO_WORDS}")
    if reply.status != 200:
        raise Unavailable("unreadable_answer", f"{call}: {reply.status} without the carrier's errors: {reply.excerpt}")
    return reply


def _judge(call: str, status: int, told: Failure) -> None:
    code, words = text(told.code), told.desc or told.message or told.description or NO_WORDS
    inner = told.status if isinstance(told.status, int) and not isinstance(told.status, bool) else status
    if status == 404 or (told.timestamp is not None and inner == 404):  # once seen inside an answer of 200
        raise Refused(NOT_FOUND, f"{call}: {words}")
    if told.timestamp is not None and inner >= 500:
        raise Unavailable("carrier_down", f"{call}: {inner} {words}")
    if told.timestamp is not None and told.error is not None:
        raise Refused(f"http_{inner}", f"{call}: {words}")
    if status == 407 or told.status == "ERROR":
        raise Refused("no_such_call", f"{call}: {words}")
    if code and (told.desc is not None or told.message is not None or told.description is not None):
        raise Refused("no_money" if code == NO_MONEY else code, words)
    if status != 200 and words is not NO_WORDS:
        raise Refused(code or f"http_{status}", f"{call}: {words}")


def refuse_coded(errors: Sequence[CodedError]) -> Refused:
    """Return an item's errors as one: the first one's code, the words of all."""
    words = "; ".join(error.words for error in errors)
    return Refused((errors[0].name if errors else "") or "unnamed_error", words or NO_WORDS)


def readable(row: msgspec.Raw, shape: type[T], what: str) -> T:
    """Return one member of an answer.

    Raises:
        Unavailable: it is of another shape.
    """
    found = parse(bytes(row), shape)
    if isinstance(found, str):
        raise Unavailable("unreadable_answer", f"{what}: {found}")
    return found[0]
