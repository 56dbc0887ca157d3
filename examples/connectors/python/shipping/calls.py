"""One call to a carrier, and the two ways in which it fails: not now (try again) and not at all (tell somebody)."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=10)
LATER = {401, 403, 408, 425, 429}  # statuses that say nothing against the request itself


class Unavailable(Exception):
    """No usable answer: a time-out, a cut connection, a 5xx, a limit, nonsense. The call may have had its effect."""

    def __init__(self, why: str, *, retry_after_s: int = 0, status: int = 0) -> None:
        self.retry_after_s = retry_after_s
        self.status = status
        super().__init__(why)


class Refused(Exception):
    """The carrier understood and said no. `code` is the carrier's own word for the reason."""

    def __init__(self, status: int, code: str, sentence: str, document: Any = None) -> None:
        self.status, self.code, self.document = status, code, document
        super().__init__(sentence or f"{status} {code}")


class Answer(NamedTuple):
    status: int
    content: bytes

    def document(self) -> Any:
        """Return the JSON in it; money keeps its decimals, it never becomes a binary float.

        Raises:
            Unavailable: this is no JSON object or list. A cut answer is no answer.
        """
        try:
            found = json.loads(self.content, parse_float=Decimal)
        except (ValueError, UnicodeDecodeError) as error:
            raise Unavailable(f"answered {self.status} with something that is not JSON") from error
        if not isinstance(found, (dict, list)):
            raise Unavailable(f"answered {self.status} with {type(found).__name__} instead of an object")
        return found


async def call(
    session: aiohttp.ClientSession, method: str, url: str, *, headers: Mapping[str, str], body: Any = None,
    form: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    """Send a request and return the answer of status 2xx.

    Raises:
        Unavailable: see there. Refused: any other 4xx.
    """
    content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    sent = {**headers, **({} if content is None else {"Content-Type": "application/json"})}
    try:
        async with session.request(
            method, url, headers=sent, data=form or content, timeout=TIMEOUT, allow_redirects=False
        ) as answer:
            found = Answer(answer.status, await answer.read())
            retry_after = answer.headers.get("Retry-After", "")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unavailable(f"no answer ({type(error).__name__})") from error
    if 200 <= found.status < 300:
        return found
    if found.status in LATER or found.status >= 500 or found.status < 400:
        wait_s = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0
        raise Unavailable(f"answered {found.status}", retry_after_s=wait_s, status=found.status)
    raise _refusal(found)


def _refusal(answer: Answer) -> Refused:
    """Read a refusal as RFC 9457 writes it, or as CDEK does."""
    try:
        document = answer.document()
    except Unavailable:
        return Refused(answer.status, "", answer.content[:200].decode("utf-8", "replace"))
    if not isinstance(document, dict):
        return Refused(answer.status, "", str(document)[:200])
    errors = document.get("errors") or [row for made in document.get("requests", ()) for row in made.get("errors", ())]
    if document.get("type"):
        return Refused(answer.status, str(document["type"]).rpartition("/")[2], str(document.get("detail")), document)
    code = str(errors[0].get("code", "")) if errors else ""
    return Refused(answer.status, code, "; ".join(str(row.get("message", "")) for row in errors), document)
