"""Automation: an order is validated, then only time passes; what is due is there when somebody looks at last."""

from collections import Counter
from typing import Any, cast

from ..bench import Bench
from ..case import OWN, case, expect, expect_that, holds
from ..driver.http import Connector
from ..driver.shapes import OrderView
from ..history import Truth
from ..orders import line, order
from ..wires import ALL, WIRES

NUMBER = "A-1"


class Watched:
    """The connector, with every call counted by name."""

    def __init__(self, connector: Any) -> None:
        self._connector = connector
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self._connector, name)


def validated(bench: Bench, carrier: str) -> tuple[Watched, Truth]:
    """Place an order of three pieces, and from then on count the calls; return once its carrier has the parcel.

    Raises:
        Violation: two hours later no carrier has it.
    """
    rows = [line("TEE", 4900, WIRES[carrier].currency, quantity=2), line("TASSE", 9900, WIRES[carrier].currency)]
    bench.place(order(NUMBER, carrier, lines=rows))
    watched = Watched(bench.connector)
    bench.connector = cast(Connector, watched)
    bench.advance(hours=2)
    parcels = bench.parcels(NUMBER)
    expect(len(parcels), 1, f"parcels of {NUMBER}", requirement="AUT-001", after="validated, two hours ago")
    return watched, parcels[0]


def untouched(watched: Watched) -> None:
    """Refuse to judge when this very case made a call: it would prove nothing."""
    made = {name: count for name, count in watched.calls.items() if name != "run"}
    if made:
        raise AssertionError(f"the case called the connector itself: {made}")


def asked(bench: Bench) -> int:
    """Return how many requests carriers have had so far."""
    return sum(entry.direction == "in" for entry in bench.journal())


def live(bench: Bench, carrier: str, story: str) -> OrderView:
    """Let an order live a story without a call, and return what a look at it shows then."""
    watched, parcel = validated(bench, carrier)
    bench.control.journey(bench.tenant, parcel.id, story=story)
    bench.advance(days=WIRES[carrier].life_days)
    untouched(watched)
    before = asked(bench)
    history = bench.history()
    expect(asked(bench) - before, 0, "requests to carriers by looking", requirement="AUT-004", after=story)
    holds(history, "AUT-002")
    view = history.view(NUMBER)
    assert view is not None, "its history was just judged"
    return view


@case("AUT-001", "AUT-004", carriers=ALL)
def number_and_label_appear_by_themselves(bench: Bench, carrier: str) -> None:
    """An order is validated; two hours later, without a call, it has its number and its label."""
    watched, parcel = validated(bench, carrier)
    untouched(watched)
    before = asked(bench)
    view = bench.order(NUMBER)
    found = (view.tracking_number, view.label is not None)
    expect(found, (parcel.number, True), f"number and label of {NUMBER}", requirement="AUT-001", after="two hours")
    content = bench.connector.label(NUMBER)
    expect_that(bool(content), f"label of {NUMBER}", wanted="its bytes", found="nothing", requirement="AUT-001")
    expect(asked(bench) - before, 0, "requests to carriers by looking", requirement="AUT-004", after="two hours")


def _ends(bench: Bench, carrier: str, story: str, status: str) -> OrderView:
    view = live(bench, carrier, story)
    after = f"validated, then {WIRES[carrier].life_days} days of «{story}» without a call"
    expect(view.status, status, NUMBER, requirement="AUT-002", after=after)
    return view


@case(
    "AUT-002",
    "AUT-004",
    "TRK-001",
    "TRK-004",
    carriers=ALL,
    needs=("labels", "tracking"),
    poll_minutes=1440,
    accounts=OWN,
)
def a_delivery_is_followed_by_itself(bench: Bench, carrier: str) -> None:
    """An order is validated and delivered; days later, without a call status and history are whole."""
    _ends(bench, carrier, "delivered", "delivered")


comes_back = case(
    "AUT-003",
    "AUT-002",
    "AUT-004",
    carriers=ALL,
    needs=("labels", "tracking", "returns"),
    poll_minutes=1440,
    accounts=OWN,
)


@comes_back
def a_refusal_is_followed_by_itself(bench: Bench, carrier: str) -> None:
    """An order is validated and refused at the door; without a call it reads returned, and its goods are in stock."""
    _comes_back(bench, carrier, "refused")


@comes_back
def a_return_is_followed_by_itself(bench: Bench, carrier: str) -> None:
    """An order is validated and never collected; without a call it reads returned, and its goods are in stock."""
    _comes_back(bench, carrier, "returned")


def _comes_back(bench: Bench, carrier: str, story: str) -> None:
    start = dict(bench.connector.stock())
    view = _ends(bench, carrier, story, "returned")
    after = f"validated, then {WIRES[carrier].life_days} days of «{story}» without a call"
    kept = [(bool(row.number), bool(row.reason), row.received_at is not None) for row in view.returns]
    expect(kept, [(True, True, True)], f"returns of {NUMBER}: number, reason, date", requirement="AUT-003", after=after)
    stock = bench.connector.stock()
    left = {sku: stock.get(sku, 0) - start.get(sku, 0) for sku in ("TEE", "TASSE")}
    expect(left, {"TEE": 0, "TASSE": 0}, "stock against the start", requirement="AUT-003", after=after)
