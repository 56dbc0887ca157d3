"""Who must be told what, and when: the rules of notification mails as a model. Pure: no clock but the one it is given.

Source: notification requirements, parts 1 and 3, decisions D1 to D3; written from the requirements alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)
TOLD_BY_DEFAULT = frozenset(("out_for_delivery", "delivery_failed", "ready_for_pickup", "delivered"))
WITH_REMARK = "with_observations"


@dataclass(frozen=True)
class News:
    """One novelty: when it occurred, and the remark by which its mail is known."""

    place: int
    state: str
    remark: str
    at: datetime


@dataclass
class Rule:
    """One state as the company has it."""

    name: str = ""
    visibility: str = WITH_REMARK
    mailed: bool | None = None


@dataclass
class Follower:
    """One address on one shipment. `told_at`: when that occurred which it was told last."""

    asked_at: datetime
    ended: bool = False
    told_at: datetime | None = None
    told: set[int] = field(default_factory=set)
    waiting: list[News] = field(default_factory=list)
    taken_back: bool = False  # it was told of a delivery that was withdrawn since

    def follows(self, now: datetime) -> bool:
        return not self.ended and self.asked_at <= now < self.asked_at + WINDOW


@dataclass(frozen=True)
class Telling:
    """What a mail must say: of which shipment, the company's own word if it has one, the remark if it is shown."""

    number: str
    name: str
    remark: str


@dataclass
class Company:
    """The whole model: shipments and their news, followers, states, the rhythm, and what the mail server does."""

    now: datetime
    ran_at: datetime
    every: timedelta
    news: dict[str, list[News]] = field(default_factory=dict)
    followers: dict[tuple[str, str], Follower] = field(default_factory=dict)  # (number, person)
    states: dict[str, Rule] = field(default_factory=dict)
    put_off: set[str] = field(default_factory=set)  # persons whose mail server says "later"
    refused: set[str] = field(default_factory=set)  # persons whose mail server says "never"
    mails: dict[str, list[Telling]] = field(default_factory=dict)

    def rule(self, state: str) -> Rule:
        return self.states.setdefault(state, Rule())

    def is_mailed(self, state: str) -> bool:
        found = self.rule(state)
        enabled = state in TOLD_BY_DEFAULT if found.mailed is None else found.mailed
        return enabled and found.visibility != "hidden"

    # -- what people do

    def tell(self, number: str, news: News) -> None:
        self.news.setdefault(number, []).append(news)
        for (shipment, _), follower in self.followers.items():
            if shipment == number and follower.follows(self.now):
                follower.waiting.append(news)

    def withdraw(self, number: str, news: News) -> None:
        self.news[number].remove(news)
        for (shipment, _), follower in self.followers.items():
            if shipment == number:
                follower.waiting = [row for row in follower.waiting if row.place != news.place]
                follower.taken_back = news.place in follower.told and follower.follows(self.now)

    def follow(self, number: str, person: str) -> None:
        """Begin or renew; what waited for a window that had ended is not revived."""
        known = self.followers.get((number, person))
        if known is None:
            self.followers[number, person] = Follower(self.now)
            return
        if not known.follows(self.now):
            known.waiting, known.taken_back = [], False
        known.asked_at, known.ended = self.now, False

    def cancel(self, number: str, person: str) -> None:
        if (number, person) in self.followers:
            found = self.followers[number, person]
            found.ended, found.waiting, found.taken_back = True, [], False

    # -- time

    def until(self, to: datetime) -> None:
        """Let time pass: a run that is overdue comes at once, and each further one when its time has come."""
        while self.every and (due := max(self.ran_at + self.every, self.now)) <= to:
            self.ran_at = self.now = due
            self.run()
        self.now = to

    def run(self) -> None:
        for (number, person), follower in self.followers.items():
            chosen = self._chosen(number, follower)
            waits = person in self.put_off
            if chosen is not None and not waits:
                self._send(number, person, follower, chosen)
            elif follower.taken_back and follower.follows(self.now) and chosen is None and not waits:
                self._correct(number, person, follower)
            follower.waiting = [chosen] if chosen is not None and waits else []
            follower.taken_back = follower.taken_back and waits and chosen is None

    def arrives_at_last(self, person: str) -> None:
        """The mail server takes mails again: what waited for it arrives, the newest of each shipment."""
        self.put_off.discard(person)
        for (number, whose), follower in self.followers.items():
            if whose == person and (chosen := self._chosen(number, follower)) is not None:
                self._send(number, person, follower, chosen)
                follower.waiting = [row for row in follower.waiting if row.at > chosen.at]
            elif whose == person and follower.taken_back and follower.follows(self.now):
                self._correct(number, person, follower)

    def _chosen(self, number: str, follower: Follower) -> News | None:
        """Return the newest mailable news, when it waits for this follower and nothing later was told."""
        mailable = [row for row in self.news.get(number, ()) if self.is_mailed(row.state)]
        newest = max(mailable, key=lambda row: (row.at, row.place), default=None)
        if newest is None or newest not in follower.waiting or not follower.follows(self.now):
            return None
        return None if follower.told_at is not None and newest.at <= follower.told_at else newest

    def _send(self, number: str, person: str, follower: Follower, news: News) -> None:
        if person in self.refused:
            follower.ended, follower.waiting, follower.taken_back = True, [], False
            return
        rule = self.rule(news.state)
        remark = news.remark if rule.visibility == WITH_REMARK else ""
        self.mails.setdefault(person, []).append(Telling(number, rule.name, remark))
        follower.told_at, follower.taken_back = news.at, False
        follower.told.add(news.place)

    def _correct(self, number: str, person: str, follower: Follower) -> None:
        if person in self.refused:
            follower.ended = True
            return
        self.mails.setdefault(person, []).append(Telling(number, "", ""))
        follower.taken_back = False
        before = [row.at for row in self.news.get(number, ()) if row.place in follower.told]
        follower.told_at = max(before, default=None)

    def told(self) -> Iterator[tuple[str, list[Telling]]]:
        people = {person for _, person in self.followers}
        yield from ((person, self.mails.get(person, [])) for person in sorted(people))
