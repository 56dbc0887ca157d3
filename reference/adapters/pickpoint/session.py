"""Talking to PickPoint: a session that goes in the body of every call, and errors inside HTTP 200.

Source: `courier_api` §4. No source tells which code a session's end has, so that any refusal under a session that is no
longer young is asked once more under a new one: what was refused has done nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from ...ports import Refused, Unavailable
from ..exchange import Exchange, Reply, decode, encode, parse
from .shapes import Login, Trouble

T = TypeVar("T")
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, application/pdf"}
YOUNG = timedelta(seconds=60)  # so long public clients keep a session
PDF, PDF_END = b"%PDF", b"%%EOF"
SESSION_WORDS = ("session", "сесси")
ERROR_TEXT = b"error"


class Session:
    """The calls of one client. `now` is the engine's clock."""

    def __init__(self, exchange: Exchange, login: str, password: str, now: Callable[[], datetime]) -> None:
        self._exchange = exchange
        self._credentials = {"Login": login, "Password": password}
        self._now = now
        self._id = ""
        self._since = now()

    async def open(self) -> None:
        """Have a session, so that what follows fails by itself and not by the login."""
        if not self._id:
            await self._login()

    async def ask(self, method: str, fields: Mapping[str, Any], shape: type[T]) -> T:
        """Call a method and return what it says.

        Raises:
            Refused: an error inside the 200, or a status below 500.
            Unavailable: no usable answer.
        """
        return decode(await self._call(method, fields), shape)

    async def rows(self, method: str, fields: Mapping[str, Any], shape: type[T]) -> list[T]:
        """Call a method that answers with a list: nothing at all is an empty one, and one object a list of it."""
        reply = await self._call(method, fields)
        body = reply.body.strip()
        if body in (b"", b"null"):
            return []
        if body.startswith(b"{"):
            return [decode(reply, shape)]
        listed: type[list[T]] = list[shape]  # type: ignore[valid-type]
        return decode(reply, listed)

    async def paper(self, method: str, fields: Mapping[str, Any]) -> bytes:
        """Call a method that answers with a PDF.

        Raises:
            Refused: the text of an error stands in its place.
            Unavailable: neither, or a PDF cut short.
        """
        reply = await self._call(method, fields)
        if not reply.body.startswith(PDF):
            raise Unavailable("unreadable_answer", f"{method} gave no PDF: {reply.excerpt!r}")
        if PDF_END not in reply.body[-1024:]:
            raise Unavailable("unreadable_answer", f"{method} gave a PDF of {len(reply.body)} bytes that has no end")
        return reply.body

    async def read(self, name: str, shape: type[T]) -> T:
        """Read a dictionary, which needs no session."""
        reply = await self._exchange.send("GET", f"/{name}", headers=HEADERS)
        _raise_if_refused(name, reply)
        return decode(reply, shape)

    async def _call(self, method: str, fields: Mapping[str, Any]) -> Reply:
        await self.open()
        used, young = self._id, self._now() - self._since < YOUNG
        try:
            return await self._post(method, fields)
        except Refused as refused:
            told_so = any(word in refused.detail.lower() for word in SESSION_WORDS)
            if young and not told_so:
                raise
        if self._id == used:  # another call of ours may have logged in meanwhile
            self._id = ""
            await self.open()
        return await self._post(method, fields)

    async def _post(self, method: str, fields: Mapping[str, Any]) -> Reply:
        body = encode({"SessionId": self._id, **fields})
        reply = await self._exchange.send("POST", f"/{method}", headers=HEADERS, content=body)
        _raise_if_refused(method, reply)
        return reply

    async def _login(self) -> None:
        reply = await self._exchange.send("POST", "/login", headers=HEADERS, content=encode(self._credentials))
        _raise_if_refused("login", reply)
        found = decode(reply, Login)
        if not found.SessionId:
            raise Unavailable("unreadable_answer", "login gave neither a session nor an error")
        self._id, self._since = found.SessionId, self._now()


def _raise_if_refused(method: str, reply: Reply) -> None:
    """Raise what an answer says against us: a status, a code, a word, or the text in place of a PDF."""
    if reply.status >= 400:
        raise Refused(f"http_{reply.status}", f"{method}: {reply.excerpt}")
    start = reply.body.lstrip()[:16]
    if start[:5].lower() == ERROR_TEXT:
        raise Refused("error_text", f"{method}: {reply.excerpt}")
    if start[:1] != b"{":
        return
    found = parse(reply.body, Trouble)
    if not isinstance(found, tuple):
        return  # not of this shape: whoever wanted the answer says so
    trouble = found[0]
    code = str(trouble.ErrorCode).strip() if trouble.ErrorCode is not None else ""
    words = trouble.ErrorMessage or trouble.Error or ""
    if code not in ("", "0") or (not code and words):
        raise Refused(code or "error", f"{method}: {words or 'no words'}")
