"""A connector that is a Python object: called in a thread of its own, and what it returns is checked as over HTTP."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from . import sense, shapes
from .excuses import printable
from .http import MOST_ANSWER_BYTES, SHOWN, Connector, ConnectorError, DriverFault, Refused, Silent, Speaker, sensible
from .patience import Patience
from .placed import Placed
from .protocol import Refusal
from .worker import STOP_TIMEOUT_S, Late, Raised, Worker

T = TypeVar("T")
BYTES = (bytes, bytearray, memoryview)
MOMENT: type[datetime] = shapes.Moment
FIRST_REFUSAL, LAST_REFUSAL = 400, 499


class Wrong(Exception):
    """What is there is not what is needed. The message goes on after the connector's name."""


class ObjectConnector(Connector):
    """A connector that is called, not asked. Made by `open_object`, which gives it its worker."""

    def __init__(self, name: str, found: Any, worker: Worker, patience: Patience) -> None:
        self.base_url = name
        self.patience = patience
        self._placed = Placed()
        self._found = found
        self._worker = worker

    def log(self) -> str:
        """Return what it printed and the tracebacks of what it raised."""
        return self._worker.log()

    def close(self) -> None:
        if self._worker.closed:
            return
        closing = getattr(self._found, "close", None)
        if callable(closing):
            with suppress(Late, Raised):  # the verdict is made
                self._worker.call(closing, STOP_TIMEOUT_S)
        self._worker.close()

    # -- session

    def capabilities(self) -> shapes.Capabilities:
        self.patience.begin_example()
        found = self._get(shapes.Capabilities, "capabilities")
        sensible("capabilities() returned", sense.of_capabilities(found))
        return found

    def reset(self, settings: Mapping[str, Any]) -> None:
        self.patience.begin_example()
        self._placed.begin()
        self._do("reset", _copy(settings))

    def run(self, until: datetime) -> datetime:
        now = self._get(MOMENT, "run", until)
        sensible(f"{_shown('run', (until,))} returned", sense.of_run(until, now))
        return now

    def speak_for(self, user: str | None, company: str | None) -> None:
        self._do("speak_for", user, company)
        self._speaker = Speaker(user, company)

    # -- orders

    def import_orders(self, filename: str, content: bytes) -> shapes.Import:
        found = self._get(shapes.Import, "import_orders", filename, content)
        self._placed.took(found.accepted)
        return found

    def place(self, order: shapes.Order) -> str:
        number = str(order["number"])
        self._placed.tried(number)
        found = self._get(str, "place", _copy(order))
        sensible("place() returned", sense.of_place(number, found))
        self._placed.took([number])
        return found

    def orders(self) -> tuple[shapes.OrderView, ...]:
        found = self._get(tuple[shapes.OrderView, ...], "orders")
        sensible("orders() returned", self._placed.complaint([row.number for row in found]))
        return found

    def order(self, number: str) -> shapes.OrderView:
        found = self._get(shapes.OrderView, "order", number)
        sensible(f"{_shown('order', (number,))} returned", sense.of_order(number, found))
        return found

    def quotes(self, number: str) -> tuple[shapes.Quote, ...]:
        return self._get(tuple[shapes.Quote, ...], "quotes", number)

    def confirm(self, number: str, quote: str | None = None) -> None:
        self._do("confirm", number, quote)

    def cancel(self, number: str) -> None:
        self._do("cancel", number)

    def send_back(self, number: str, reason: str, items: Mapping[str, int]) -> None:
        self._do("send_back", number, reason, dict(items))

    def label(self, number: str) -> bytes:
        return self._bytes("label", number)

    # -- documents

    def customs_form(self, number: str) -> bytes:
        return self._bytes("customs_form", number)

    def hand_over(self, carrier: str) -> shapes.HandOver:
        return self._get(shapes.HandOver, "hand_over", carrier)

    def hand_overs(self) -> tuple[shapes.HandOver, ...]:
        return self._get(tuple[shapes.HandOver, ...], "hand_overs")

    def hand_over_paper(self, list_id: str) -> bytes:
        return self._bytes("hand_over_paper", list_id)

    def signed_list(self, list_id: str) -> bytes:
        return self._bytes("signed_list", list_id)

    def _bytes(self, method: str, name: str) -> bytes:
        found = self._do(method, name)
        what = f"{_shown(method, (name,))} returned"
        if not isinstance(found, BYTES):
            raise DriverFault(f"{what} {type(found).__name__}, not bytes")
        if len(found) > MOST_ANSWER_BYTES:
            raise DriverFault(f"{what} more than {MOST_ANSWER_BYTES} bytes")
        return bytes(found)

    # -- notifications

    def enter_novelty(self, number: str, state: str, **details: str | None) -> str:
        return self._get(str, "enter_novelty", number, state, **details)

    def subscribe(self, number: str, email: str, origin: str = "public", **names: str) -> shapes.Subscription:
        return self._get(shapes.Subscription, "subscribe", number, email, origin, **names)

    def subscriptions(self) -> tuple[shapes.Subscription, ...]:
        return self._get(tuple[shapes.Subscription, ...], "subscriptions")

    def unsubscribe(self, subscription_id: str) -> None:
        self._do("unsubscribe", subscription_id)

    def alerts(self) -> tuple[shapes.Alert, ...]:
        return self._get(tuple[shapes.Alert, ...], "alerts")

    def run_alerts(self) -> shapes.AlertCounts:
        return self._get(shapes.AlertCounts, "run_alerts")

    def states(self) -> tuple[shapes.StateRule, ...]:
        return self._get(tuple[shapes.StateRule, ...], "states")

    def set_state(self, state: str, /, **changed: Any) -> None:
        self._do("set_state", state, **_copy(changed))

    def alert_monitor(self) -> tuple[shapes.MonitoredAlert, ...]:
        return self._get(tuple[shapes.MonitoredAlert, ...], "alert_monitor")

    def set_alert(self, alert: str, /, **changed: Any) -> None:
        self._do("set_alert", alert, **_copy(changed))

    def mail_account(self) -> shapes.MailAccount:
        return self._get(shapes.MailAccount, "mail_account")

    def set_mail_account(self, **changed: Any) -> None:
        self._do("set_mail_account", **_copy(changed))

    def set_customer(self, name: str, contacts: Sequence[Mapping[str, Any]]) -> None:
        self._do("set_customer", name, [_copy(row) for row in contacts])

    def follow_data(self, number: str, /, **answers: Any) -> None:
        self._do("follow_data", number, **_copy(answers))

    def public_tracking(self, number: str) -> shapes.PublicTrace:
        return self._get(shapes.PublicTrace, "public_tracking", number)

    def public_follow(self, number: str, email: str, network: str = "198.51.100.7") -> None:
        self._do("public_follow", number, email, network)

    def pickup_requests(self) -> tuple[shapes.PickupRequest, ...]:
        return self._get(tuple[shapes.PickupRequest, ...], "pickup_requests")

    def request_pickup(self, order: str, email: str) -> shapes.PickupRequest:
        return self._get(shapes.PickupRequest, "request_pickup", order, email)

    def approve_pickup(self, request_id: str, branch: str) -> None:
        self._do("approve_pickup", request_id, branch)

    def confirm_pickups(self, request_ids: Sequence[str]) -> int:
        return self._get(int, "confirm_pickups", [*request_ids])

    # -- settlement

    def feed(self, filename: str, content: bytes) -> shapes.ReportResult:
        return self._get(shapes.ReportResult, "feed", filename, content)

    def reports(self) -> tuple[shapes.ReportRow, ...]:
        return self._get(tuple[shapes.ReportRow, ...], "reports")

    def documents(self, order: str | None = None) -> tuple[shapes.Document, ...]:
        return self._get(tuple[shapes.Document, ...], "documents", order)

    def balances(self) -> shapes.Balances:
        return self._get(shapes.Balances, "balances")

    def profit_and_loss(self) -> tuple[shapes.ProfitRow, ...]:
        return self._get(tuple[shapes.ProfitRow, ...], "profit_and_loss")

    def stock(self) -> Mapping[str, int]:
        return self._get(dict[str, int], "stock")

    # -- the call

    def _get(self, shape: type[T], method: str, *arguments: Any, **more: Any) -> T:
        """Return what a method returns, when it has the contract's shape."""
        found = self._do(method, *arguments, **more)
        what = f"{_shown(method, arguments)} returned what is not in the contract's shape"
        try:
            plain = self._within(_shown(method, arguments), lambda: _plain(found))
        except Raised as error:
            raise DriverFault(f"{what}: {type(found).__name__}: {error.error}") from error
        try:
            return msgspec.convert(plain, shape)
        except msgspec.ValidationError as error:
            raise DriverFault(f"{what}: {error}; found {_brief(plain)}") from error

    def _do(self, method: str, *arguments: Any, **more: Any) -> Any:
        call = _shown(method, arguments)
        try:
            return self._within(call, lambda: _method(self._found, method)(*arguments, **more))
        except Raised as raised:
            error = raised.error
            if isinstance(error, Wrong):
                raise DriverFault(f"the connector {self.base_url} {error}") from raised
            if isinstance(error, Refusal):
                raise _refused(call, error) from raised
            raise DriverFault(f"{call} {raised}") from raised

    def _within(self, call: str, wanted: Callable[[], Any]) -> Any:
        """Call within the time there is.

        Raises:
            Silent: it does not end. Raised: it raised.
        """
        timeout_s = self.patience.begin_call()
        if not timeout_s:
            raise Silent(self.patience.silent(call))
        try:
            return self._worker.call(wanted, timeout_s)
        except Late as error:
            raise Silent(self.patience.silent(call)) from error
        finally:
            self.patience.end_call()


def _method(found: Any, name: str) -> Any:
    method = getattr(found, name, None)
    if not callable(method):
        raise Wrong(f"has no method {name}()")
    return method


def _refused(call: str, refusal: Refusal) -> ConnectorError:
    status, code, detail = refusal.status, refusal.code, refusal.detail
    if not (isinstance(status, int) and FIRST_REFUSAL <= status <= LAST_REFUSAL):
        return DriverFault(f"{call} refused with status {status!r}; a refusal has one from 400 to 499")
    if not (isinstance(code, str) and isinstance(detail, str)):
        return DriverFault(f"{call} refused with code {code!r} and detail {detail!r}; both are text")
    problem = shapes.Problem(title=printable(code) or "Refused", status=status, code=code, detail=printable(detail))
    return Refused(problem)


def _copy(body: Mapping[str, Any]) -> Any:
    """Return it as it would come off the wire: what the connector does to it touches nothing of the judge's."""
    return msgspec.json.decode(msgspec.json.encode(body))


def _plain(found: Any) -> Any:
    plain = msgspec.to_builtins(found, builtin_types=BYTES, str_keys=True, enc_hook=_unwrapped)
    msgspec.json.encode(plain)  # half a surrogate pair, say, could not have come over a wire
    return plain


def _unwrapped(found: Any) -> Any:
    if isinstance(found, Mapping):
        return dict(found)
    raise TypeError(f"a {type(found).__name__} is no JSON; give a mapping, a dataclass or a msgspec.Struct")


def _brief(plain: Any) -> str:
    return repr(msgspec.json.encode(plain).decode()[:SHOWN])


def _shown(method: str, arguments: tuple[Any, ...]) -> str:
    words = [repr(value)[:60] if isinstance(value, str) else value.isoformat() for value in arguments
             if isinstance(value, str | datetime)]  # fmt: skip
    return f"{method}({', '.join(words)})"
