"""The flows of parcels: booked, called off, sent back by the buyer, refused at the door; and webhooks subscribed."""

from typing import Any

from ..driver.http import Refused
from ..driver.shapes import OrderView
from ..orders import order
from ..wires import code_for
from .flow import Figures, Flow, flow
from .stage import Stage
from .steps import Kind

BOTH = ("cdek", "mail_alliance")
NUMBER = "D-1"
# What is counted, in words for the verdict.
EVER = f"parcels that the carrier ever charged for {NUMBER}"
LIVE = f"live parcels of {NUMBER}"
STATE = f"the state of {NUMBER}"
LABELS = f"labels of {NUMBER}"
OWN_NUMBER = f"{NUMBER} has the carrier's own number"
SCANNED_BACK = {"cdek": ("DELIVERED",), "mail_alliance": ("returned",)}  # the way back has ended at the shop
QUIET = {"poll_minutes": 720, "channels": {"webhook": False, "poll": True}}
PUSHED = {"channels": {"webhook": True, "poll": False}}


def view(stage: Stage) -> OrderView | None:
    """Return the order as the connector shows it, None when it knows none."""
    try:
        return stage.bench.order(NUMBER)
    except Refused:
        return None


def state(stage: Stage) -> str:
    shown = view(stage)
    return "unknown" if shown is None else shown.state


def settle_in(stage: Stage) -> None:
    """Let the connector subscribe to what it likes to be told of."""
    stage.bench.advance(minutes=5)


def place(stage: Stage) -> None:
    body = order(NUMBER, stage.carrier)
    stage.call(lambda: stage.bench.connector.place(body), stands=lambda: state(stage) != "unknown")


def booked(stage: Stage) -> None:
    settle_in(stage)
    stage.bench.book(order(NUMBER, stage.carrier))


def scan(stage: Stage, status: str) -> None:
    code = code_for(stage.carrier, status)
    stage.bench.scan(NUMBER, code.code, reason=code.reason)


# -- booking


def book_one(stage: Stage) -> None:
    place(stage)
    stage.advance(hours=2)


def parcels(stage: Stage) -> Figures:
    """Count at the carrier what it holds for the order, and what the connector makes of it."""
    ever = stage.bench.parcels(NUMBER)
    live = [row for row in ever if row.status != "cancelled"]
    return {EVER: len(ever), LIVE: len(live), STATE: state(stage)}


def one_parcel(*, live: int, state: str) -> Figures:
    """Return what `parcels` must count when one parcel was charged for."""
    return {EVER: 1, LIVE: live, STATE: state}


def booking(stage: Stage) -> Figures:
    shown = view(stage)
    live = [row.number for row in stage.bench.parcels(NUMBER) if row.status != "cancelled"]
    ours = shown is not None and shown.tracking_number in live
    labels = 0 if shown is None or shown.label is None else 1
    return {**parcels(stage), LABELS: labels, OWN_NUMBER: ours}


flow(
    Flow(
        name="book an order",
        lost="IDM-010",
        killed="IDM-020",
        prepare=settle_in,
        act=book_one,
        measure=booking,
        wanted={**one_parcel(live=1, state="booked"), LABELS: 1, OWN_NUMBER: True},
    ),
    *BOTH,
    "russian_post",
    "swiss_post",
)


# -- calling off


def call_off(stage: Stage) -> None:
    stage.call(lambda: stage.bench.connector.cancel(NUMBER), stands=lambda: state(stage) == "cancelled")
    stage.advance(hours=2)


flow(
    Flow(
        name="cancel an order",
        lost="IDM-011",
        killed="IDM-021",
        prepare=booked,
        act=call_off,
        measure=parcels,
        wanted=one_parcel(live=0, state="cancelled"),
    ),
    *BOTH,
    "russian_post",
)


# -- a buyer's return


def delivered(stage: Stage) -> None:
    booked(stage)
    for status in ("out_for_delivery", "delivered"):
        scan(stage, status)
        stage.bench.advance(hours=2)


def announce(stage: Stage) -> None:
    body: dict[str, Any] = {"reason": "changed_mind", "items": {"TEE": 1}}
    stage.call(
        lambda: stage.bench.connector.send_back(NUMBER, body["reason"], body["items"]),
        stands=lambda: bool((shown := view(stage)) and shown.returns),
    )
    stage.advance(hours=3)


def ways_back(stage: Stage) -> Figures:
    shown = view(stage)
    numbers = [] if shown is None else [row.number for row in shown.returns if row.number]
    at_carrier = [row for row in stage.bench.truth() if row.return_of and row.status != "cancelled"]
    return {
        f"returns of {NUMBER} at the carrier": len(at_carrier),
        f"numbered returns that {NUMBER} shows": len(numbers),
        f"{NUMBER} shows the carrier's own return": sorted(numbers) == sorted(row.number for row in at_carrier),
    }


flow(
    Flow(
        name="announce a buyer's return",
        lost="IDM-012",
        killed="IDM-022",
        prepare=delivered,
        act=announce,
        measure=ways_back,
        wanted={
            f"returns of {NUMBER} at the carrier": 1,
            f"numbered returns that {NUMBER} shows": 1,
            f"{NUMBER} shows the carrier's own return": True,
        },
    ),
    *BOTH,
    needs=("labels", "returns"),
)


# -- a parcel that is refused and comes back


def out(stage: Stage) -> None:
    booked(stage)
    scan(stage, "out_for_delivery")
    stage.bench.advance(hours=13)


def refuse(stage: Stage) -> None:
    """Let the carrier turn the parcel back and hand it in at the shop."""
    bench = stage.bench
    scan(stage, "returning")
    stage.advance(hours=13)
    legs = [row for row in bench.truth() if row.return_of]
    for code in SCANNED_BACK[stage.carrier]:
        bench.control.scan(bench.tenant, legs[-1].id if legs else bench.parcel(NUMBER).id, code)
    stage.advance(hours=13)


def goods(stage: Stage) -> Figures:
    """Count what is in stock, sent and come back."""
    shown = view(stage)
    back = [] if shown is None else [row for row in shown.returns if row.stock_restored]
    return {
        "pieces of TEE in stock": stage.bench.connector.stock().get("TEE", 0),
        "returns that are in stock again": len(back),
    }


for how, kinds, channels in (("polled", (Kind.READ,), QUIET), ("pushed", (Kind.NOTICE,), PUSHED)):
    flow(
        Flow(
            name=f"take in a refused parcel, {how}",
            lost="",
            killed="IDM-023",
            prepare=out,
            act=refuse,
            measure=goods,
            wanted={"pieces of TEE in stock": 0, "returns that are in stock again": 1},
            kinds=kinds,
            rest_hours=26,
        ),
        *BOTH,
        needs=("labels", "returns", *(("webhooks",) if how == "pushed" else ())),
        **channels,
    )


# -- webhooks


def subscribe(stage: Stage) -> None:
    stage.call(stage.bench.reset)
    stage.advance(minutes=20)


def nothing(_stage: Stage) -> None:
    """There is nothing to prepare: the reset is part of the flow."""


def endpoints(stage: Stage) -> Figures:
    """Count the subscriptions, and see whether what comes by them is understood."""
    bench, carrier = stage.bench, stage.carrier
    found = [row for row in bench.control.endpoints(bench.tenant) if row["carrier"] == carrier]
    before = len(bench.attempts())
    bench.book(order(NUMBER, carrier))
    scan(stage, "out_for_delivery")
    bench.advance(minutes=10)
    taken = [200 <= row.status < 300 for row in bench.attempts()[before:]]
    shown = view(stage)
    return {
        f"subscriptions at {carrier}": len(found),
        "webhooks that the connector takes": "all" if taken and all(taken) else f"{sum(taken)} of {len(taken)}",
        f"the status of {NUMBER} that a webhook told": shown.status if shown else None,
    }


flow(
    Flow(
        name="subscribe to webhooks",
        lost="IDM-014",
        killed="IDM-024",
        prepare=nothing,
        act=subscribe,
        measure=endpoints,
        wanted={
            **{f"subscriptions at {carrier}": 1 for carrier in BOTH},
            "webhooks that the connector takes": "all",
            f"the status of {NUMBER} that a webhook told": "out_for_delivery",
        },
        reset_first=False,
        rest_hours=1,
    ),
    *BOTH,
    needs=("labels", "webhooks"),
    **PUSHED,
)
