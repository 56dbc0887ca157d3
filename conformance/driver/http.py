"""The connector under judgement, over HTTP. Every answer is checked against the shapes of the driver contract."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import quote as escaped

import httpx
import msgspec

from . import sense, shapes
from .deadline import Deadline, bounded_transport
from .patience import Patience
from .placed import Placed

T = TypeVar("T")
MOST_ANSWER_BYTES = 64 * 1024 * 1024
SHOWN = 300  # characters of an answer that a message repeats


class ConnectorError(Exception):
    """Base of what can go wrong with the connector under judgement."""


class Unreachable(ConnectorError):
    """Nobody listens at the address: wrong use, not a verdict."""


class DriverFault(ConnectorError):
    """The connector's driver broke its contract: a 5xx, a wrong shape, a cut connection. The connector's failure."""


class Absent(DriverFault):
    """Nobody listens, or the connection was cut."""


class Senseless(DriverFault):
    """An answer has its shape, and still cannot be."""


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
    kind: str = ""
    location: str = ""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


class Speaker(NamedTuple):
    """Who asks: a user of a company, where it is not the administrator of the one that the reset set up."""

    user: str | None = None
    company: str | None = None

    def headers(self) -> dict[str, str]:
        named = {"Parcelproof-As": self.user, "Parcelproof-Company": self.company}
        return {header: name for header, name in named.items() if name is not None}


class Connector:
    """One connector. `base_url` is the address up to and including the driver contract's path.

    `patience` bounds a call from its start to the last byte of its answer, and the calls of one example together.
    """

    _speaker = Speaker()

    def __init__(self, base_url: str, *, patience: Patience | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.patience = patience or Patience()
        self._placed = Placed()
        self._deadline = Deadline()
        try:
            transport = bounded_transport(self._deadline)
            self._client = httpx.Client(base_url=self.base_url, transport=transport, timeout=None, trust_env=False)
        except httpx.InvalidURL as error:
            raise Unreachable(f"{self.base_url!r} is no URL: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def log(self) -> str:
        """Return what it wrote, where the judge can see that."""
        return ""

    # -- session

    def capabilities(self) -> shapes.Capabilities:
        """Return what the connector says of itself.

        Raises:
            Unreachable: nobody answers there.
        """
        self.patience.begin_example()
        try:
            found = self._ask("GET", "/capabilities", shapes.Capabilities)
        except Absent as fault:
            why = str(fault.__cause__).rstrip(".")
            raise Unreachable(f"no connector answers at {self.base_url}: {why}") from fault
        sensible("GET /capabilities answered", sense.of_capabilities(found))
        return found

    def reset(self, settings: Mapping[str, Any]) -> None:
        self.patience.begin_example()
        self._placed.begin()
        try:
            self._ask("POST", "/reset", shapes.Nothing, body=settings)
        except ConnectorError as error:
            self.patience.reset_was_heard(not isinstance(error, Absent))
            raise
        self.patience.reset_was_heard(True)

    def run(self, until: datetime) -> datetime:
        now = self._ask("POST", "/run", shapes.Now, body={"until": until.isoformat()}).now
        sensible(f"POST /run until {until.isoformat()} answered", sense.of_run(until, now))
        return now

    @contextmanager
    def speaking_for(self, *, user: str | None = None, company: str | None = None) -> Iterator[None]:
        """Within it calls are made by another user, or in another company. Needs the claims `roles`, `companies`."""
        before = self._speaker
        self.speak_for(user, company)
        try:
            yield
        finally:
            self.speak_for(*before)

    def speak_for(self, user: str | None, company: str | None) -> None:
        self._speaker = Speaker(user, company)

    # -- orders

    def import_orders(self, filename: str, content: bytes) -> shapes.Import:
        found = self._ask("POST", "/orders/import", shapes.Import, query={"filename": filename}, raw=content)
        self._placed.took(found.accepted)
        return found

    def place(self, order: shapes.Order) -> str:
        number = str(order["number"])
        self._placed.tried(number)
        found = self._ask("POST", "/orders", shapes.OrderNumber, body=order).number
        sensible("POST /orders answered", sense.of_place(number, found))
        self._placed.took([number])
        return found

    def orders(self) -> tuple[shapes.OrderView, ...]:
        found = self._ask("GET", "/orders", shapes.Orders).orders
        sensible("GET /orders answered", self._placed.complaint([row.number for row in found]))
        return found

    def order(self, number: str) -> shapes.OrderView:
        path = f"/orders/{escaped(number, safe='')}"
        found = self._ask("GET", path, shapes.OrderView)
        sensible(f"GET {path} answered", sense.of_order(number, found))
        return found

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

    # -- documents

    def customs_form(self, number: str) -> bytes:
        return self._call("GET", f"/orders/{escaped(number, safe='')}/customs-form").content

    def hand_over(self, carrier: str) -> shapes.HandOver:
        return self._ask("POST", "/hand-overs", shapes.HandOver, body={"carrier": carrier})

    def hand_overs(self) -> tuple[shapes.HandOver, ...]:
        return self._ask("GET", "/hand-overs", shapes.HandOvers).hand_overs

    def hand_over_paper(self, list_id: str) -> bytes:
        return self._call("GET", f"/hand-overs/{escaped(list_id, safe='')}/paper").content

    def signed_list(self, list_id: str) -> bytes:
        return self._call("GET", f"/hand-overs/{escaped(list_id, safe='')}/signed-list").content

    # -- notifications

    def enter_novelty(self, number: str, state: str, **details: str | None) -> str:
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

    def states(self) -> tuple[shapes.StateRule, ...]:
        return self._ask("GET", "/states", shapes.StateRules).states

    def set_state(self, state: str, /, **changed: Any) -> None:
        """Change a state's `name`, `visibility` or `mailed`."""
        self._call("PUT", f"/states/{escaped(state, safe='')}", body=changed)

    def alert_monitor(self) -> tuple[shapes.MonitoredAlert, ...]:
        return self._ask("GET", "/alert-monitor", shapes.AlertMonitor).alerts

    def set_alert(self, alert: str, /, **changed: Any) -> None:
        """Change an alert's `enabled` or `frequency_minutes`."""
        self._call("PUT", f"/alert-monitor/{escaped(alert, safe='')}", body=changed)

    def mail_account(self) -> shapes.MailAccount:
        return self._ask("GET", "/mail-account", shapes.MailAccount)

    def set_mail_account(self, **changed: Any) -> None:
        self._call("PUT", "/mail-account", body=changed)

    def set_customer(self, name: str, contacts: Sequence[Mapping[str, Any]]) -> None:
        self._call("PUT", f"/customers/{escaped(name, safe='')}", body={"contacts": [dict(row) for row in contacts]})

    def follow_data(self, number: str, /, **answers: Any) -> None:
        """Answer the screen at issuing: `sender` and `recipient`, or `skip`."""
        self._call("POST", f"/orders/{escaped(number, safe='')}/follow-data", body=answers)

    def public_tracking(self, number: str) -> shapes.PublicTrace:
        return self._ask("GET", f"/public/tracking/{escaped(number, safe='')}", shapes.PublicTrace)

    def public_follow(self, number: str, email: str, network: str = "198.51.100.7") -> None:
        path = f"/public/tracking/{escaped(number, safe='')}/subscriptions"
        self._call("POST", path, body={"email": email, "network": network})

    def pickup_requests(self) -> tuple[shapes.PickupRequest, ...]:
        return self._ask("GET", "/pickup-requests", shapes.PickupRequests).requests

    def request_pickup(self, order: str, email: str) -> shapes.PickupRequest:
        return self._ask("POST", "/pickup-requests", shapes.PickupRequest, body={"order": order, "email": email})

    def approve_pickup(self, request_id: str, branch: str) -> None:
        self._call("POST", f"/pickup-requests/{escaped(request_id, safe='')}/approve", body={"branch": branch})

    def confirm_pickups(self, request_ids: Sequence[str]) -> int:
        asked = {"requests": [*request_ids]}
        return self._ask("POST", "/pickup-requests/confirm", shapes.Confirmed, body=asked).confirmed

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
        what = f"{method} {path} answered {answer.status_code} but not in the contract's shape"
        if not _is_json(answer.kind):
            raise DriverFault(f"{what}: its content type is {answer.kind or 'not told'}, not application/json")
        try:
            return msgspec.json.decode(answer.content, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise DriverFault(f"{what}: {error}; found {answer.text[:SHOWN]!r}") from error

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
        headers = self._speaker.headers() | ({} if content is None else {"Content-Type": kind})
        request = self._client.build_request(method, path, content=content, params=dict(query or {}), headers=headers)
        answer = self._answer(request, f"{method} {path}")
        if answer.status_code < 300:
            return answer
        raise _refusal(f"{method} {path} answered {answer.status_code}", answer)

    def _answer(self, request: httpx.Request, call: str) -> Answer:
        """Return the whole answer, within the time and the size there is for one."""
        self._deadline.at = time.monotonic() + self.patience.begin_call()
        try:
            return self._exchange(request, call)
        except httpx.TimeoutException as error:
            raise Silent(self.patience.silent(call)) from error
        except httpx.TransportError as error:
            raise Absent(f"{call} got no answer: {type(error).__name__} {error}") from error
        except httpx.DecodingError as error:
            raise DriverFault(f"{call} answered what cannot be unpacked: {error}") from error
        finally:
            self.patience.end_call()

    def _exchange(self, request: httpx.Request, call: str) -> Answer:
        answer, content = self._client.send(request, stream=True), bytearray()
        try:
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > MOST_ANSWER_BYTES:
                    raise DriverFault(f"{call} answered more than {MOST_ANSWER_BYTES} bytes")
        finally:
            answer.close()
        kind = answer.headers.get("Content-Type", "")
        return Answer(answer.status_code, bytes(content), kind, answer.headers.get("Location", ""))


def sensible(what: str, complaint: str) -> None:
    """Refuse an answer that has its shape and still cannot be.

    Raises:
        Senseless: there is a complaint.
    """
    if complaint:
        raise Senseless(f"{what} what cannot be: {complaint}")


def _is_json(kind: str) -> bool:
    essence = kind.partition(";")[0].strip().lower()
    return essence == "application/json" or (essence.startswith("application/") and essence.endswith("+json"))


def _refusal(what: str, answer: Answer) -> ConnectorError:
    """Return what an answer of 3xx and up means: a refusal in the contract's shape, or a broken driver."""
    if 400 <= answer.status_code < 500:
        try:
            return Refused(msgspec.json.decode(answer.content, type=shapes.Problem))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return DriverFault(f"{what} without a problem: {error}; found {answer.text[:SHOWN]!r}")
    if answer.status_code < 400:
        return DriverFault(f"{what}, a redirect to {answer.location[:SHOWN]!r}; the judge follows none")
    return DriverFault(f"{what}: {answer.text[:SHOWN]!r}")
