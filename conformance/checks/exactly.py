"""Each news once: the exactly-once checker held over what was told, who followed and what was mailed."""

from collections.abc import Iterator
from datetime import timedelta

from .. import exactly_once
from ..driver.shapes import Alert, HistoryEvent, OrderView
from ..exactly_once import Delivery, Event, Fault, Follow, Mail
from ..fold import CLOSED, ORDER_OF_TIES
from ..history import Finding, History
from .mails import INSTANT, MAILABLE, about, name_of, none_twice, reads, sent_at
from .registry import check

LEAD = timedelta(minutes=5)  # a run may find the clock so much later than the news came
HELD_UP = frozenset(("failed", "deferred", "suppressed"))  # by SMTP or by settings: other rules speak of these


def news_of(view: OrderView) -> list[HistoryEvent]:
    """Return the events of an order that followers are told of, oldest first.

    After the parcel has closed comes the story of its way back, and an announcement under way is that of a return.
    """
    line = sorted(view.history, key=lambda event: (event.occurred_at, ORDER_OF_TIES.get(event.status, 0)))
    news, under_way = [], False
    for event in line:
        late_announcement = event.status == "announced" and under_way
        under_way = under_way or event.status != "announced"
        if event.status in MAILABLE and not late_announcement:
            news.append(event)
        if event.status in CLOSED:
            break
    return news


def _name(view: OrderView, event: HistoryEvent) -> str:
    return f"{event.status} of {view.number}, {event.event_id}"


def _events_of(view: OrderView, alert: Alert, news: list[HistoryEvent], sent: Mail, follows: list[Follow]) -> list[str]:
    """Return what a mail may be about: the newest of its state that had come by then, or just before that instant.

    Where some of them came since the person follows, it is one of these: a late scan may be news to him alone.
    """
    own = [event for event in news if reads(event, view, alert.state)]
    since = [row.since for row in follows if row.person == sent.person and row.since <= sent.at < row.until]
    own = [event for event in own if any(start <= event.received_at <= sent.at for start in since)] or own
    by_then = [event for event in own if event.received_at <= sent.at + INSTANT]
    before = [event for event in own if event.received_at < sent.at]
    return list(dict.fromkeys(_name(view, told[-1]) for told in (by_then, before) if told))


def judged(history: History) -> tuple[list[Fault], int]:
    """Return the bad intervals of all followed orders, and how many subscriptions were looked at.

    Orders with a withdrawal are left out, for a correction is another rule; so are those whose mails were held up.
    """
    views = {
        view.number: view
        for view in history.orders
        if not any(event.withdrawn for event in view.history)
        and not any(alert.order == view.number and alert.result in HELD_UP for alert in history.alerts)
    }
    news = {number: news_of(view) for number, view in views.items()}
    follows = [
        Follow(row.email.lower(), row.order, row.requested_at, row.ends_at)
        for row in history.subscriptions
        if row.order in views
    ]
    mails: list[Mail] = []
    taken: set[tuple[str, str]] = set()
    for received, alert in sorted(about(history), key=lambda row: sent_at(row[0]), reverse=True):
        view = views.get(alert.order) if alert is not None else None
        if alert is None or view is None or not received.recipients:
            continue
        bare = Mail(name_of(received), received.recipients[0].lower(), view.number, "", sent_at(received))
        # What came in the very instant of a mail was in it only if no later mail tells it.
        followed = [row for row in follows if row.shipment == view.number]
        choices = _events_of(view, alert, news[view.number], bare, followed)
        free = [name for name in choices if (bare.person, name) not in taken]
        event = next(iter(free or choices), "")
        taken.add((bare.person, event))
        mails.append(bare._replace(event=event))
    events = [(view, event) for number, view in views.items() for event in news[number]]
    ranks = {number: {event.event_id: rank for rank, event in enumerate(rows)} for number, rows in news.items()}
    found = exactly_once.faults(
        [Event(_name(view, event), view.number, ranks[view.number][event.event_id]) for view, event in events],
        [Delivery(_name(view, event), event.received_at) for view, event in events],
        mails,
        follows,
        within=timedelta(minutes=history.alert_minutes) + LEAD,
        until=history.ended_at,
    )
    return found, sum(row.order in views for row in history.subscriptions)


def _findings(requirement: str, history: History, kinds: tuple[str, ...]) -> Iterator[Finding | str]:
    found, looked_at = judged(history)
    mine = [fault for fault in found if fault.kind in kinds]
    if mine:
        first = mine[0]
        more = f", and {len(mine) - 1} longer" if len(mine) > 1 else ""
        expected = "each news told once to each follower, in order, within one interval"
        yield Finding(
            requirement=requirement,
            subject=f"{first.person} about {first.shipment}",
            expected=expected,
            found=f"{first}{more}",
        )
    elif looked_at:
        yield f"{looked_at} subscriptions"


@check("NTF-003")
def none_missing_or_belated(history: History) -> Iterator[Finding | str]:
    yield from _findings("NTF-003", history, ("missing", "belated"))


@check("NTF-211")
def none_out_of_order(history: History) -> Iterator[Finding | str]:
    yield from _findings("NTF-211", history, ("out of order",))


@check("NTF-008")
def none_doubled(history: History) -> Iterator[Finding | str]:
    yield from none_twice(history)
    yield from _findings("NTF-008", history, ("doubled",))


@check("NTF-010")
def none_unfounded(history: History) -> Iterator[Finding | str]:
    yield from _findings("NTF-010", history, ("unfounded",))
