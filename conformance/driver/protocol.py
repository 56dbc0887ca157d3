"""What a connector that is a Python object offers to the judge, and how it says no.

Each part goes with profiles; a connector has the methods of what it claims and leaves the others out. A method takes
and returns what the driver contract (`openapi.yaml`) sends in its bodies, without the outermost name: `place` returns
the number, `orders` a list. `Body` is a mapping, a dataclass or a `msgspec.Struct` in the contract's shape; times are
aware `datetime`s or RFC 3339 text. Methods may be `async def`. Nothing here imports anything of ours.
"""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

T_co = TypeVar("T_co", covariant=True)
Returned: TypeAlias = T_co | Awaitable[T_co]
Body: TypeAlias = object
Time: TypeAlias = datetime | str


class Refusal(Exception):
    """Raise it to say no, as an HTTP driver would with a problem: 404 for an unknown order, 409, 422 …"""

    def __init__(self, status: int, code: str = "", detail: str = "") -> None:
        """Refuse.

        Args:
            status: 400 to 499. Anything else is taken for a fault of the connector.
            code: stable, for programs: `CONTROL_SUM`, `UNKNOWN_ORDER` …
            detail: one sentence for people.
        """
        self.status = status
        self.code = code
        self.detail = detail
        super().__init__(f"{status} {code}: {detail}")


class Session(Protocol):
    """What every connector has."""

    def capabilities(self) -> Returned[Body]:
        """Return what the connector is and what it can do. Asked before any reset."""

    def reset(self, settings: dict[str, Any], /) -> Returned[None]:
        """Forget everything, take these addresses, stand at `settings["now"]`; the clock is moved by `run` only."""

    def run(self, until: datetime, /) -> Returned[Time]:
        """Do everything that is due up to `until`, in time order, then stand there and return that time."""


class Orders(Session, Protocol):
    """For rates, labels, tracking, webhooks and returns."""

    def place(self, order: dict[str, Any], /) -> Returned[str]: ...
    def orders(self) -> Returned[Sequence[Body]]: ...
    def order(self, number: str, /) -> Returned[Body]: ...
    def quotes(self, number: str, /) -> Returned[Sequence[Body]]: ...
    def confirm(self, number: str, quote: str | None, /) -> Returned[object]: ...
    def cancel(self, number: str, /) -> Returned[object]: ...
    def send_back(self, number: str, reason: str, items: dict[str, int], /) -> Returned[object]: ...
    def label(self, number: str, /) -> Returned[bytes]: ...
    def stock(self) -> Returned[Mapping[str, int]]: ...


class Imports(Session, Protocol):
    """For the claim `import`."""

    def import_orders(self, filename: str, content: bytes, /) -> Returned[Body]: ...


class Documents(Session, Protocol):
    """For the profile of that name."""

    def customs_form(self, number: str, /) -> Returned[bytes]: ...
    def hand_over(self, carrier: str, /) -> Returned[Body]: ...
    def hand_overs(self) -> Returned[Sequence[Body]]: ...
    def hand_over_paper(self, list_id: str, /) -> Returned[bytes]: ...
    def signed_list(self, list_id: str, /) -> Returned[bytes]: ...


class Notifications(Session, Protocol):
    """For the profile of that name. What a person did not give is left out of the keywords."""

    def enter_novelty(
        self, number: str, state: str, /, *, reason: str = "", observation: str = "", at: str | None = None
    ) -> Returned[str]: ...
    def subscribe(
        self, number: str, email: str, origin: str, /, *, first_name: str = "", last_name: str = ""
    ) -> Returned[Body]: ...
    def subscriptions(self) -> Returned[Sequence[Body]]: ...
    def unsubscribe(self, subscription_id: str, /) -> Returned[None]: ...
    def alerts(self) -> Returned[Sequence[Body]]: ...
    def run_alerts(self) -> Returned[Body]: ...


class Settlement(Session, Protocol):
    """For the profile of that name."""

    def feed(self, filename: str, content: bytes, /) -> Returned[Body]: ...
    def reports(self) -> Returned[Sequence[Body]]: ...
    def documents(self, order: str | None, /) -> Returned[Sequence[Body]]: ...
    def balances(self) -> Returned[Body]: ...
    def profit_and_loss(self) -> Returned[Sequence[Body]]: ...
    def stock(self) -> Returned[Mapping[str, int]]: ...


class ConnectorObject(Orders, Imports, Documents, Notifications, Settlement, Protocol):
    """Everything. An object may have a method `close()` too, called when the judge is done with it."""
