"""Calls of the control API from inside the server: its own handlers, without a socket in between."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from multidict import CIMultiDict, CIMultiDictProxy

from ...wire.call import Answer, Call
from ...wire.request_line import SLASH, query_of
from ..desk import PREFIX
from .forms import FormError

JSON_HEADERS = CIMultiDictProxy(CIMultiDict({"Content-Type": "application/json"}))

Control = Callable[[Call], Awaitable[Answer]]


class Ask:
    """Asks the control API. What it refuses comes as a `FormError` in the API's words."""

    def __init__(self, control: Control) -> None:
        self._control = control

    async def answer(
        self, method: str, *path: object, body: object = None, query: Mapping[str, object] | None = None
    ) -> Answer:
        """Return the answer of one call; `path` is its segments below `/_sim/v1`, each as it is.

        Raises:
            FormError: it was refused.
        """
        segments = (str(segment).replace("/", SLASH) for segment in path)
        target = "/".join((PREFIX, *segments))
        given = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        sent = b"" if body is None else msgspec.json.encode(body)
        call = Call(method, target, query_of(urlencode(given)), JSON_HEADERS, sent, "")
        answer = await self._control(call)
        if answer.status >= 400:
            raise FormError(_sentence(answer), answer.status)
        return answer

    async def json(
        self, method: str, *path: object, body: object = None, query: Mapping[str, object] | None = None
    ) -> Any:
        """Return the answer's JSON."""
        answer = await self.answer(method, *path, body=body, query=query)
        return msgspec.json.decode(answer.body) if answer.body else None


def _sentence(answer: Answer) -> str:
    try:
        problem = msgspec.json.decode(answer.body)
        text = str(problem["detail"] or problem["title"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return f"The control API answered {answer.status}."
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
