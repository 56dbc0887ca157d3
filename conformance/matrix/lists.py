"""The flow of a hand-over: what waits goes into a batch, the batch is checked in, its list is fetched."""

from ..batches import POST, batches
from ..orders import order
from .flow import Figures, Flow, flow
from .flows import settle_in
from .stage import Stage

ORDERS = ("D-1", "D-2")
ONCE = [list(ORDERS)]


def waiting(stage: Stage) -> None:
    """Two parcels are booked and wait for hand-over."""
    settle_in(stage)
    stage.bench.book(*(order(number, stage.carrier) for number in ORDERS))


def hand_over(stage: Stage) -> None:
    connector = stage.bench.connector
    stage.call(lambda: connector.hand_over(stage.carrier), stands=lambda: bool(connector.hand_overs()))
    stage.advance(hours=2)


def lists(stage: Stage) -> Figures:
    """Count the lists that the connector shows, and the carrier's batches that are checked in."""
    shown = stage.bench.connector.hand_overs()
    return {
        "lists that are made": [sorted(row.orders) for row in shown if row.state == "made"],
        "lists that are not": [f"{row.id} {row.state}" for row in shown if row.state != "made"],
        "the carrier's batches that are checked in": sorted(map(sorted, batches(stage.bench).values())),
    }


flow(
    Flow(
        name="hand parcels over",
        lost="DOC-003",
        killed="DOC-007",
        prepare=waiting,
        act=hand_over,
        measure=lists,
        wanted={
            "lists that are made": ONCE,
            "lists that are not": [],
            "the carrier's batches that are checked in": ONCE,
        },
        rest_hours=2,
    ),
    POST,
    needs=("labels", "documents"),
)
