"""Exactly once: what events, deliveries and mails must be to one another, and the smallest interval where they are not.

Each news of a shipment must reach each follower once: by a mail about it, or about something newer, no later than one
interval after the connector was told of it. Pure; times are moments of one clock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

Kind = Literal["missing", "doubled", "out of order", "belated", "unfounded"]
MEANING: dict[Kind, str] = {
    "missing": "no mail told it",
    "doubled": "it had been mailed before",
    "out of order": "something newer had been mailed before",
    "belated": "the mail took longer than one interval",
    "unfounded": "no news that came while the person followed is behind the mail",
}


class Event(NamedTuple):
    """Something to tell a follower of. The greater `rank`, the newer; two of one shipment never share one."""

    name: str
    shipment: str
    rank: int


class Delivery(NamedTuple):
    """The connector was told of an event, by webhook, by poll or by hand; often it is told several times."""

    event: str
    at: datetime


class Mail(NamedTuple):
    """One mail that was received, and the event that it is about; "" when it is about none."""

    name: str
    person: str
    shipment: str
    event: str
    at: datetime


class Follow(NamedTuple):
    """A person follows a shipment from `since` until just before `until`."""

    person: str
    shipment: str
    since: datetime
    until: datetime


class Fault(NamedTuple):
    """One bad interval. `event` is where it starts and `mail` where it ends; "" where none belongs there."""

    kind: Kind
    person: str
    shipment: str
    event: str
    mail: str
    start: datetime
    end: datetime

    def __str__(self) -> str:
        begin = f"«{self.event}» at" if self.event else "no event,"
        end = f"«{self.mail}» at" if self.mail else "no mail by"
        whom = f"({self.shipment}, {self.person})"
        interval = f"from {begin} {self.start:%Y-%m-%d %H:%M} to {end} {self.end:%Y-%m-%d %H:%M}"
        return f"{self.kind} ({MEANING[self.kind]}): {interval} {whom}"


def faults(
    events: Iterable[Event],
    deliveries: Iterable[Delivery],
    mails: Iterable[Mail],
    follows: Iterable[Follow],
    *,
    within: timedelta,
    until: datetime,
) -> list[Fault]:
    """Return every bad interval, the smallest first.

    Args:
        within: how long after the first delivery a mail may take.
        until: the end of what is known; what is due later is not missing yet.
    """
    told: dict[str, datetime] = {}
    for delivery in deliveries:
        told[delivery.event] = min(delivery.at, told.get(delivery.event, delivery.at))
    known, sent, periods = list(events), sorted(mails, key=lambda mail: mail.at), list(follows)
    pairs = dict.fromkeys(
        [*((row.person, row.shipment) for row in periods), *((row.person, row.shipment) for row in sent)]
    )
    found: list[Fault] = []
    for person, shipment in pairs:
        story = _Story(
            person,
            shipment,
            {event.name: event for event in known if event.shipment == shipment},
            told,
            [mail for mail in sent if (mail.person, mail.shipment) == (person, shipment)],
            [row for row in periods if (row.person, row.shipment) == (person, shipment)],
        )
        found += story.of_mails()
        found += story.of_events(within, until)
    return sorted(found, key=lambda fault: (fault.end - fault.start, fault.start, fault))


def smallest(found: Sequence[Fault]) -> Fault | None:
    """Return the bad interval that says most: the shortest, of these the earliest."""
    return min(found, key=lambda fault: (fault.end - fault.start, fault.start, fault), default=None)


class _Story(NamedTuple):
    """What one person was and should have been told of one shipment. `mails` stand in the order of time."""

    person: str
    shipment: str
    events: dict[str, Event]
    told: dict[str, datetime]
    mails: list[Mail]
    follows: list[Follow]

    def of_mails(self) -> Iterable[Fault]:
        """Yield what is wrong with a mail: it has no ground, or it comes again, or after something newer."""
        newest: int | None = None
        mailed: set[str] = set()
        for mail in self.mails:
            start = self.ground(mail)
            if start is not None:
                yield self.fault("unfounded", mail.event if mail.event in self.events else "", mail, start)
                continue
            event = self.events[mail.event]
            if event.name in mailed:
                yield self.fault("doubled", event.name, mail, self.told[event.name])
            elif newest is not None and event.rank < newest:
                yield self.fault("out of order", event.name, mail, self.told[event.name])
            mailed.add(event.name)
            newest = event.rank if newest is None else max(newest, event.rank)

    def ground(self, mail: Mail) -> datetime | None:
        """Return from when on a mail hangs in the air; None when it has a ground.

        It needs an event that the connector had been told of, while the person followed the shipment, as he does now.
        """
        at = self.told.get(mail.event)
        if mail.event not in self.events or at is None or at > mail.at:
            return mail.at
        here = [row for row in self.follows if row.since <= mail.at < row.until]
        return None if any(row.since <= at for row in here) else at

    def of_events(self, within: timedelta, until: datetime) -> Iterable[Fault]:
        """Yield the events that no mail told, or told too late.

        What came after something newer is history and owed to nobody, not to him either who follows only since then.
        """
        for event in self.events.values():
            at = self.told.get(event.name)
            if at is None or not self._owed(event, at, within, until):
                continue
            telling = next((mail for mail in self.mails if mail.at >= at and self._rank(mail) >= event.rank), None)
            if telling is None:
                yield Fault("missing", self.person, self.shipment, event.name, "", at, at + within)
            elif telling.at > at + within:
                yield self.fault("belated", event.name, telling, at)

    def _owed(self, event: Event, at: datetime, within: timedelta, until: datetime) -> bool:
        due = at + within
        # Whoever asked in the very instant of the news came before it or after: he may be told and need not be.
        follows = any(row.since < at and due < row.until for row in self.follows)
        newer = [
            self.told[name] for name, other in self.events.items() if other.rank > event.rank and name in self.told
        ]
        return follows and due <= until and not any(moment <= at for moment in newer)

    def _rank(self, mail: Mail) -> int:
        return self.events[mail.event].rank if mail.event in self.events else -1

    def fault(self, kind: Kind, event: str, mail: Mail, start: datetime) -> Fault:
        return Fault(kind, self.person, self.shipment, event, mail.name, start, mail.at)
