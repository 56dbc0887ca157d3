"""By which channel did a connector learn each piece of news: a webhook, or a poll? Read off the wire, from outside.

A telling is one exchange by which a carrier told the connector of an event: a webhook that was answered 2xx, or a read
whose answer held the event. The order's own `received_at` says which telling it was, since the judge knows when it let
the connector's clock stand where.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from .driver.shapes import HistoryEvent, OrderView
from .history import Exchange, History
from .wires import WIRES

WEBHOOK, POLL, UNKNOWN = "webhook", "poll", "unknown"
CHANNELS = (WEBHOOK, POLL)
SLACK = timedelta(seconds=1)  # wires date to the second
LEAD = timedelta(minutes=5)  # of the connector's clock, where the history does not say where it stood
OF_THE_BOOKING = frozenset(("announced", "cancelled", "unknown"))  # known from the booking's own answer, no news


class Telling(NamedTuple):
    """One telling of one event. `names` are the numbers and references under which the carrier spoke of the parcel."""

    seq: int
    at: datetime
    channel: str
    names: frozenset[str]
    code: str
    occurred_at: datetime
    words: str  # "" where the carrier told the code alone, as CDEK's webhooks do


class News(NamedTuple):
    """One event in an order's history: what the connector says of its source, and what the wire shows.

    `fits` are the channels by which the connector can have learned it when it did; `first` is the first of these, and
    `unknown` when the wire shows none. `told` are the channels that told it at all, in the order in which they did;
    `words` are the carrier's own for it, `wordless` the channels that told it without any.
    """

    order: str
    carrier: str
    event: HistoryEvent
    first: str
    fits: frozenset[str]
    told: tuple[str, ...]
    words: frozenset[str]
    wordless: frozenset[str]


def news_of(history: History) -> list[News]:
    """Return every event of every booked order with the channel by which it was learned."""
    tellings: dict[str, list[Telling]] = defaultdict(list)
    for row in sorted(tellings_of(history), key=lambda row: (row.at, row.channel != WEBHOOK, row.seq)):
        tellings[row.code].append(row)
    return [
        _news(history, view, event, tellings[event.code])
        for view in history.orders
        if view.carrier is not None
        for event in view.history
        if event.source != "staff" and event.status not in OF_THE_BOOKING
    ]


def _news(history: History, view: OrderView, event: HistoryEvent, tellings: list[Telling]) -> News:
    names = {view.number, *view.tracking_numbers, *(row.number for row in view.returns)}
    mine = [row for row in tellings if row.names & names and abs(row.occurred_at - event.occurred_at) < SLACK]
    fitting = [row for row in mine if row.at - SLACK <= event.received_at <= latest(history, row) + SLACK]
    return News(
        order=view.number,
        carrier=str(view.carrier),
        event=event,
        first=fitting[0].channel if fitting else UNKNOWN,
        fits=frozenset(row.channel for row in fitting),
        told=tuple(dict.fromkeys(row.channel for row in mine)),
        words=frozenset(row.words for row in mine if row.words),
        wordless=frozenset(row.channel for row in mine if not row.words),
    )


def latest(history: History, telling: Telling) -> datetime:
    """Return where the connector's clock stood at most when it was told.

    It goes ahead of the carriers: a webhook meets it where it stands already, a poll is made on its way to the next.
    """
    find = bisect_left if telling.channel == WEBHOOK else bisect_right
    place = find(history.steps, telling.at)
    return history.steps[place] if place < len(history.steps) else telling.at + LEAD


def tellings_of(history: History) -> Iterator[Telling]:
    """Yield what the journal shows the connector being told."""
    for entry in history.journal:
        if not 200 <= entry.status < 300:
            continue
        if entry.direction == "out":
            yield from _pushed(entry)
        elif is_read(entry):
            yield from _read(entry)


def is_read(entry: Exchange) -> bool:
    """Whether a request of the connector asks a carrier how parcels fare."""
    return entry.direction == "in" and entry.carrier in WIRES and WIRES[entry.carrier].is_read(entry)


def _pushed(entry: Exchange) -> Iterator[Telling]:
    body = entry.asked()
    if isinstance(body, dict) and entry.carrier in WIRES:
        yield from (Telling(entry.seq, entry.at, WEBHOOK, *row) for row in WIRES[entry.carrier].pushed(body))


def _read(entry: Exchange) -> Iterator[Telling]:
    yield from (Telling(entry.seq, entry.at, POLL, *row) for row in WIRES[entry.carrier].read(entry))
