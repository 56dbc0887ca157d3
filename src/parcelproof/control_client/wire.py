"""The control API's wire: requests with the admin token, answers as plain data, refusals as one error."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from .moments import text_of, with_moments

ADVANCE_TIMEOUT_S = 600.0  # an advance delivers every webhook on the way and so takes as long as the receivers do
PAGE = "1000"

Row = dict[str, Any]


class ControlError(Exception):
    """The control API refused: `status` is the HTTP status, 0 when nobody answered."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        super().__init__(f"{status} {title}: {detail}")


class Wire:
    """One server's control API."""

    def __init__(self, base_url: str, admin_token: str | None, transport: httpx.BaseTransport | None) -> None:
        headers = {} if admin_token is None else {"Authorization": f"Bearer {admin_token}"}
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + "/_sim/v1",
            headers=headers,
            timeout=httpx.Timeout(30.0, read=ADVANCE_TIMEOUT_S),
            trust_env=False,
            transport=transport,
        )

    def close(self) -> None:
        self._http.close()

    def object(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None
    ) -> Row:
        content = None if body is None else json.dumps(body, default=_default).encode()
        return parsed(self.send(method, path, content=content, query=query))

    def rows(self, path: str, name: str, query: Mapping[str, str] | None = None) -> list[Row]:
        found: list[Row] = self.object("GET", path, query=query)[name]
        return found

    def pages(self, path: str, name: str, query: Mapping[str, str] | None = None) -> Iterator[Row]:
        """Yield the rows of all pages, each asked for when it is come to."""
        asked = {"limit": PAGE, **(query or {})}
        while True:
            page = self.object("GET", path, query=asked)
            yield from page[name]
            if page["next"] is None:
                return
            asked["after"] = str(page["next"])

    def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        query: Mapping[str, str] | None = None,
        kind: str = "application/json",
    ) -> httpx.Response:
        headers = {} if content is None else {"Content-Type": kind}
        try:
            answer = self._http.request(method, path, content=content, params=query, headers=headers)
        except httpx.HTTPError as error:
            url = str(self._http.base_url).rstrip("/") + path
            raise ControlError(0, "No answer", f"{method} {url}: {error}") from error
        if answer.is_error:
            raise _refusal(answer)
        return answer


def path_of(tenant: str, *rest: str) -> str:
    """Return the path of something of a tenant's."""
    return "/".join(("/tenants", quote(tenant, safe=""), *(quote(part, safe="") for part in rest)))


def parsed(answer: httpx.Response) -> Row:
    """Return an answer's JSON object, with its moments as datetimes."""
    try:
        found = with_moments(answer.json())
    except ValueError as error:
        raise ControlError(answer.status_code, "No JSON", answer.text[:200]) from error
    if not isinstance(found, dict):
        raise ControlError(answer.status_code, "No JSON object", answer.text[:200])
    return found


def present(given: Mapping[str, Any]) -> Row:
    """Return what was given: None is what was not."""
    return {name: value for name, value in given.items() if value is not None}


def query_of(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in given.items() if value is not None}


def _refusal(answer: httpx.Response) -> ControlError:
    try:
        found = answer.json()
        return ControlError(answer.status_code, str(found["title"]), str(found["detail"]))
    except (ValueError, TypeError, KeyError):
        return ControlError(answer.status_code, answer.reason_phrase, answer.text[:200])


def _default(value: object) -> str:
    if isinstance(value, datetime):
        return text_of(value)
    raise TypeError(f"{value!r} is no JSON")
