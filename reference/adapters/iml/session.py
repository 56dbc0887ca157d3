"""Talking to IML: HTTP Basic, forms in, JSON out, refusals inside HTTP 200.

Source: `courier_api` §3, §6 CF-33.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import NoReturn
from urllib.parse import urlencode

from ...ports import Refused, Unavailable
from ..exchange import Exchange, Reply, parse
from .shapes import ErrorShape, Failure, text

NO_WORDS = "the carrier gave no reason"
UNKNOWN_LOGIN = frozenset({401, 403})
Form = Sequence[tuple[str, str]]


class Session:
    """One login over one exchange."""

    def __init__(self, over: Exchange, login: str, password: str) -> None:
        self._exchange = over
        credentials = b64encode(f"{login}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credentials}", "Accept": "application/json"}

    async def post(self, method: str, form: Form) -> Reply:
        """Call a method and return its answer, unless that is a refusal.

        Raises:
            Refused: the login is unknown, or the carrier's own errors, the first one's code as `code`.
            Unavailable: no usable answer.
        """
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        reply = await self._exchange.send("POST", f"/{method}", headers=headers, content=urlencode(form).encode())
        return _judged(method, reply)

    async def get(self, method: str, params: dict[str, str]) -> Reply:
        headers = {**self._headers, "Accept": "*/*"}
        return _judged(method, await self._exchange.send("GET", f"/{method}", headers=headers, params=params))


def _judged(method: str, reply: Reply) -> Reply:
    if reply.status in UNKNOWN_LOGIN:
        raise Refused("unauthorized", f"{method}: {reply.status}, the login or its password is wrong")
    found = parse(reply.body, Failure) if reply.body[:1] == b"{" else ""
    if not isinstance(found, str) and (text(found[0].Result).lower() == "error" or found[0].told):
        refuse(found[0].told)
    if reply.status != 200:
        raise Unavailable(
            "unreadable_answer", f"{method}: {reply.status} without the carrier's errors: {reply.excerpt!r}"
        )
    return reply


def refuse(errors: Sequence[ErrorShape]) -> NoReturn:
    """Raise the carrier's errors as one; it may have named none."""
    code = (text(errors[0].Code) if errors else "") or "unnamed_error"
    raise Refused(code, "; ".join(f"{text(error.Code)}: {error.Message}" for error in errors) or NO_WORDS)
