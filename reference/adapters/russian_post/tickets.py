"""Tickets of the batch service: asked for at one poll, fetched at a later one.

Source: `postal_api_russia` §4.6, §4.8: an answer is looked for after fifteen minutes at the soonest and then
every fifteen, and lives 32 hours. Tickets are kept in memory: one that a restart forgets is asked for anew, and
nothing is lost.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...ports import Refused, Unavailable
from .reading import Scan
from .soap import Tracker

LOOK_AFTER = timedelta(minutes=15)
LIVES = timedelta(hours=32)
GONE = "gone"


@dataclass(slots=True)
class Ticket:
    name: str
    numbers: frozenset[str]
    asked_at: datetime
    look_at: datetime


class Tickets:
    """The tickets under way of one account."""

    def __init__(self, tracker: Tracker, now: Callable[[], datetime]) -> None:
        self._tracker = tracker
        self._now = now
        self._open: list[Ticket] = []

    async def read(self, numbers: Sequence[str]) -> Mapping[str, list[Scan]]:
        """Return the histories that are ready of those asked for now or before, and ask for the others.

        Raises:
            Unavailable: nothing is ready yet; `retry_after_s` says when to look again.
        """
        self._open = [ticket for ticket in self._open if ticket.asked_at + LIVES > self._now()]
        told: dict[str, list[Scan]] = {}
        for ticket in [one for one in self._open if not one.numbers.isdisjoint(numbers)]:
            told |= await self._fetch(ticket)
        awaited = {number for ticket in self._open for number in ticket.numbers}
        missing = [number for number in numbers if number not in awaited and number not in told]
        if missing:
            await self._ask(missing)
        if not told:
            raise Unavailable("tickets_pending", "the histories are being put together", retry_after_s=self._wait_s())
        return told

    async def _fetch(self, ticket: Ticket) -> Mapping[str, list[Scan]]:
        now = self._now()
        if now < ticket.look_at:
            return {}
        ticket.look_at = now + LOOK_AFTER
        try:
            found = await self._tracker.answer(ticket.name)
        except Refused as refusal:
            if refusal.code != GONE:
                raise
            found = {}
        if found is None:
            return {}
        self._open.remove(ticket)
        return found

    async def _ask(self, numbers: Sequence[str]) -> None:
        """Ask for a ticket; one that is not issued, which happens, is asked for again at the next reading."""
        name = await self._tracker.ticket(numbers)
        if name:
            now = self._now()
            self._open.append(Ticket(name, frozenset(numbers), now, now + LOOK_AFTER))

    def _wait_s(self) -> float:
        soonest = min((ticket.look_at for ticket in self._open), default=self._now() + LOOK_AFTER)
        return max((soonest - self._now()).total_seconds(), 1.0)
