"""The connector under judgement, over HTTP. Every answer is checked against the shapes of the driver contract."""

import time
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import quote as escaped

import httpx
import msgspec

from . import shapes

T = TypeVar("T")
ANSWER_TIMEOUT_S = 30.0  # a run over weeks of virtual time with many polls is one call
MOST_ANSWER_BYTES = 64 * 1024 * 1024


class ConnectorError(Exception):
    """Base of what can go wrong with the connector under judgement."""


class Unreachable(ConnectorError):
    """Nobody listens at the address: wrong use, not a verdict."""


class DriverFault(ConnectorError):
    """The connector's driver broke its contract: a 5xx, a wrong shape, a cut connection. The connector's failure."""


class Silent(DriverFault):
    """No whole answer came in time. Asking once more costs as long again."""


class Refused(ConnectorError):
    """The connector said no, in the shape the contract asks for."""

    def __init__(self, problem: shapes.Problem) -> None:
        self.status = problem.status
        self.code = problem.code
        self.title = problem.title
        self.detail = problem.detail
        super().__init__(f"{problem.status} {problem.code or problem.title}: {problem.detail}")


class Answer(NamedTuple):
    """A whole answer."""

    status_code: int
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


class Connector:
    """One connector. `base_url` is the address up to and including the driver contract's path.

    `timeout_s` bounds a call from its start to the last byte of its answer.
    """

    def __init__(self, base_url: str, *, timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        self.base_url = base_url.rstrip("/")
        self._timeout_s = timeout_s
        self.silences = 0  # calls without an answer since the last one that had any
        try:
            self._client = httpx.Client(base_url=self.base_url, timeout=timeout_s, trust_env=False)
        except httpx.InvalidURL as error:
            raise Unreachable(f"{self.base_url!r} is no URL: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    # -- session

    def capabilities(self) -> shapes.Capabilities:
        """Return what the connector says of itself.

        Raises:
            Unreachable: nobody answers there.
        """
        try:
            return self._ask("GET", "/capabilities", shapes.Capabilities)
        except DriverFault as fault:
            if isinstance(fault.__cause__, httpx.TransportError):
                raise Unreachable(f"no connector answers at {self.base_url}: {fault.__cause__}") from fault
            raise

    def reset(self, settings: Mapping[str, Any]) -> None:
        self._ask("POST", "/reset", shapes.Nothing, body=settings)

    def run(self, until: datetime) -> datetime:
        return self._ask("POST", "/run", shapes.Now, body={"until": until.isoformat()}).now

    # -- orders

    def import_orders(self, filename: str, content: bytes) -> shapes.Import:
        return self._ask("POST", "/orders/import", shapes.Import, query={"filename": filename}, raw=content)

    def place(self, order: shapes.Order) -> str:
        return self._ask("POST", "/orders", shapes.OrderNumber, body=order).number

    def orders(self) -> tuple[shapes.OrderView, ...]:
        return self._ask("GET", "/orders", shapes.Orders).orders

    def order(self, number: str) -> shapes.OrderView:
        return self._ask("GET", f"/orders/{escaped(number, safe='')}", shapes.OrderView)

    def quotes(self, number: str) -> tuple[shapes.Quote, ...]:
        return self._ask("GET", f"/orders/{escaped(number, safe='')}/quotes", shapes.Quotes).quotes

    def confirm(self, number: str, quote: str | None = None) -> None:
        self._ask("POST", f"/orders/{escaped(number, safe='')}/confirm", shapes.OrderNumber, body={"quote": quote})

    def cancel(self, number: str) -> None:
        self._ask("POST", f"/orders/{escaped(number, safe='')}/cancel", shapes.OrderNumber, body={})

    def send_back(self, number: str, reason: str, items: Mapping[str, int]) -> None:
        body = {"reason": reason, "items": dict(items)}
        self._ask("POST", f"/orders/{escaped(number, safe='')}/return", shapes.OrderNumber, body=body)

    def label(self, number: str) -> bytes:
        return self._call("GET", f"/orders/{escaped(number, safe='')}/label").content

    # -- notifications

    def enter_novelty(self, number: str, state: str, **details: str) -> str:
        """Enter a status by hand. `details`: reason, observation, at (RFC 3339)."""
        path = f"/orders/{escaped(number, safe='')}/novelties"
        return self._ask("POST", path, shapes.Novelty, body={"state": state, **details}).event_id

    def subscribe(self, number: str, email: str, origin: str = "public", **names: str) -> shapes.Subscription:
        path = f"/orders/{escaped(number, safe='')}/subscriptions"
        return self._ask("POST", path, shapes.Subscription, body={"email": email, "origin": origin, **names})

    def subscriptions(self) -> tuple[shapes.Subscription, ...]:
        return self._ask("GET", "/subscriptions", shapes.Subscriptions).subscriptions

    def unsubscribe(self, subscription_id: str) -> None:
        self._call("DELETE", f"/subscriptions/{escaped(subscription_id, safe='')}")

    def alerts(self) -> tuple[shapes.Alert, ...]:
        return self._ask("GET", "/alerts", shapes.Alerts).alerts

    def run_alerts(self) -> shapes.AlertCounts:
        return self._ask("POST", "/alerts/run", shapes.AlertCounts, body={})

    # -- settlement

    def feed(self, filename: str, content: bytes) -> shapes.ReportResult:
        return self._ask("POST", "/reports", shapes.ReportResult, query={"filename": filename}, raw=content)

    def reports(self) -> tuple[shapes.ReportRow, ...]:
        return self._ask("GET", "/reports", shapes.Reports).reports

    def documents(self, order: str | None = None) -> tuple[shapes.Document, ...]:
        query = {} if order is None else {"order": order}
        return self._ask("GET", "/documents", shapes.Documents, query=query).documents

    def balances(self) -> shapes.Balances:
        return self._ask("GET", "/balances", shapes.Balances)

    def profit_and_loss(self) -> tuple[shapes.ProfitRow, ...]:
        return self._ask("GET", "/profit-and-loss", shapes.ProfitAndLoss).rows

    def stock(self) -> Mapping[str, int]:
        return self._ask("GET", "/stock", shapes.Stock).stock

    # -- the wire

    def _ask(
        self,
        method: str,
        path: str,
        shape: type[T],
        *,
        body: Mapping[str, Any] | None = None,
        raw: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> T:
        answer = self._call(method, path, body=body, raw=raw, query=query)
        try:
            return msgspec.json.decode(answer.content, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            found = answer.text[:300]
            what = f"{method} {path} answered {answer.status_code} but not in the contract's shape"
            raise DriverFault(f"{what}: {error}; found {found!r}") from error

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        raw: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        content, kind = (raw, "application/octet-stream") if raw is not None else (None, "application/json")
        if body is not None:
            content = msgspec.json.encode(body)
        headers = {} if content is None else {"Content-Type": kind}
        request = self._client.build_request(method, path, content=content, params=dict(query or {}), headers=headers)
        try:
            answer = self._exchange(request)
        except httpx.TimeoutException as error:
            self.silences += 1
            raise Silent(f"{method} {path} got no whole answer within {self._timeout_s:g} s") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise DriverFault(f"{method} {path} got no answer: {type(error).__name__} {error}") from error
        self.silences = 0
        if answer.status_code < 300:
            return answer
        raise _refusal(method, path, answer)

    def _exchange(self, request: httpx.Request) -> Answer:
        """Send a request and read the answer to its end, within the time and the size there is for one."""
        until = time.monotonic() + self._timeout_s
        answer, content = self._client.send(request, stream=True), bytearray()
        try:
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > MOST_ANSWER_BYTES:
                    asked = f"{request.method} {request.url.path}"
                    raise DriverFault(f"{asked} answered more than {MOST_ANSWER_BYTES} bytes")
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the answer did not end in time")
        finally:
            answer.close()
        return Answer(answer.status_code, bytes(content))


def _refusal(method: str, path: str, answer: Answer) -> ConnectorError:
    """Return what an answer of 3xx and up means: a refusal in the contract's shape, or a broken driver."""
    if 400 <= answer.status_code < 500:
        try:
            return Refused(msgspec.json.decode(answer.content, type=shapes.Problem))
        except msgspec.DecodeError as error:
            return DriverFault(f"{method} {path} answered {answer.status_code} without a problem: {error}")
    return DriverFault(f"{method} {path} answered {answer.status_code}: {answer.text[:300]!r}")
