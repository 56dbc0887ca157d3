"""One tenant's world: its clock, agenda, chance, parcels and records. Nothing moves because it was looked at."""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from random import Random

import msgspec

from .errors import Reason, Rejected
from .parcel import Fact, Parcel, Step, evolve
from .records import Due, Kind, Store

PARCELS: Kind[Parcel] = Kind("core.parcels", Parcel)
NUMBERS: Kind[str] = Kind("core.numbers", str)  # "<carrier>/<number>" -> parcel id
KINDS = (PARCELS, NUMBERS)


class Effect(msgspec.Struct, frozen=True):
    """Something the world wants done outside: an HTTP request. The shell does it and reports an `Outcome`.

    `duty` names who is told the outcome; `key` is the duty's own handle. `timeout_ms` is virtual. `live` asks for
    the strict rules about where a request may go.
    """

    duty: str
    key: str
    at_ms: int
    url: str
    headers: dict[str, str]
    body: bytes
    timeout_ms: int
    method: str = "POST"
    live: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What came of an effect: `status` 0 means no answer, and `error` says why.

    `took_ms` is virtual time that went by while the world's clock stood: a time-out's, on virtual time.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    error: str = ""
    took_ms: int = 0


Perform = Callable[["World", Due], Effect | None]
Learn = Callable[["World", Effect, Outcome], None]


class Duty(msgspec.Struct, frozen=True):
    """What is done when an agenda item falls due, and what is learned from its effect, if it has one."""

    perform: Perform
    learn: Learn | None = None


def rolled(seed: str, purpose: str, key: str, sides: int) -> int:
    """Return the number in range(sides) that a seed gives to a decision."""
    return int.from_bytes(blake2b(f"{seed}/{purpose}/{key}".encode(), digest_size=8).digest()) % sides


class World:
    """A tenant's world over a store. `duties` maps a duty's name (`<owner>.<verb>`) to what performs it."""

    def __init__(self, store: Store, duties: Mapping[str, Duty]) -> None:
        self.store = store
        self.duties = duties

    @property
    def name(self) -> str:
        return self.store.header.name

    @property
    def now_ms(self) -> int:
        """Whole virtual milliseconds since the Unix epoch."""
        return self.store.header.now_ms

    # -- chance and numbers

    def dice(self, purpose: str, key: str) -> Random:
        """Return this decision's own stream of chance: adding a decision elsewhere changes no other."""
        return Random(f"{self.store.header.seed}/{purpose}/{key}")

    def roll(self, purpose: str, key: str, sides: int) -> int:
        """Return one number in range(sides) for this decision; cheaper than `dice` where one is enough."""
        return rolled(self.store.header.seed, purpose, key, sides)

    def token_hex(self, purpose: str, key: str, size_bytes: int = 16) -> str:
        """Return hex text that is fixed by seed, purpose and key, for opaque ids."""
        return blake2b(f"{self.store.header.seed}/{purpose}/{key}".encode(), digest_size=size_bytes).hexdigest()

    def count(self, counter: str) -> int:
        """Return the next number of a counter: 1, 2, 3 …; what must be unique comes from here, not from dice."""
        counters = self.store.header.counters
        value = counters[counter] = counters.get(counter, 0) + 1
        return value

    # -- the agenda

    def later(self, duty: str, key: str, *, after_ms: int, note: str = "") -> int:
        """Plan a duty `after_ms` from now and return its order number, by which it can be cut.

        A negative delay means now: nothing is planned into the past.
        """
        header = self.store.header
        header.order += 1
        self.store.push(Due(header.now_ms + max(after_ms, 0), header.order, duty, key, note))
        return header.order

    def step(self, until_ms: int, *, most: int | None = None) -> Effect | None:
        """Do what is due up to `until_ms` in order; stop at the first outgoing effect and return it.

        The caller performs the effect, calls `learn`, and steps again. None means that everything is done and the
        clock stands at `until_ms`; or, with `most`, that so many dues were done: `behind` tells the two apart.
        """
        header, store = self.store.header, self.store
        if until_ms < header.now_ms:
            raise Rejected(Reason.CLOCK_BACKWARDS, now_ms=header.now_ms, found=until_ms)
        done = 0
        while (due := store.peek()) is not None and due.at_ms <= until_ms:
            if done == most:
                return None
            done += 1
            store.pop()
            header.now_ms = max(header.now_ms, due.at_ms)
            effect = self.duties[due.duty].perform(self, due)
            if effect is not None:
                return effect
        header.now_ms = until_ms
        return None

    def behind(self, until_ms: int) -> bool:
        """Tell whether something is still to be done, or the clock still to be moved, up to `until_ms`."""
        due = self.store.peek()
        return self.now_ms < until_ms or (due is not None and due.at_ms <= until_ms)

    def learn(self, effect: Effect, outcome: Outcome) -> None:
        """Record what came of an effect, at the virtual time at which it was made."""
        learn = self.duties[effect.duty].learn
        if learn is not None:
            learn(self, effect, outcome)

    def next_due_ms(self) -> int | None:
        due = self.store.peek()
        return None if due is None else due.at_ms

    # -- parcels

    def add(self, parcel: Parcel) -> Parcel:
        """Keep a new parcel and index its number, if it has one yet."""
        self.store.put(PARCELS, parcel.id, parcel)
        if parcel.number:
            self.store.put(NUMBERS, f"{parcel.carrier}/{parcel.number}", parcel.id)
        return parcel

    def parcel(self, parcel_id: str) -> Parcel:
        found = self.store.get(PARCELS, parcel_id)
        if found is None:
            raise Rejected(Reason.UNKNOWN_PARCEL, parcel=parcel_id)
        return found

    def by_number(self, carrier: str, number: str) -> Parcel | None:
        parcel_id = self.store.get(NUMBERS, f"{carrier}/{number}")
        return None if parcel_id is None else self.store.get(PARCELS, parcel_id)

    def happen(self, parcel: Parcel, *facts: Fact) -> Parcel:
        """Append facts to a parcel's log and return it as it then stands."""
        for fact in facts:
            parcel = evolve(parcel, fact)
        self.store.put(PARCELS, parcel.id, parcel)
        return parcel

    def travel(self, parcel: Parcel, steps: tuple[Step, ...]) -> Parcel:
        """Give a parcel its journey, in place of any other; only the next step stands on the agenda.

        The duty is `<carrier>.step`. A paused parcel gets the journey and stays where it is.
        """
        if parcel.due:
            self.store.cut([parcel.due])
        return self._plan_step(parcel, steps, 0, paused=parcel.paused)

    def take_step(self, due: Due) -> tuple[Parcel, Step] | None:
        """Return the parcel and the step that falls due with `due`, and plan the one after it.

        None when the journey was paused, replaced or is over: then nothing happens.
        """
        parcel = self.store.get(PARCELS, due.key)
        if parcel is None or parcel.due != due.order or parcel.paused or parcel.cancelled:
            return None
        return self.skip_step(parcel)

    def skip_step(self, parcel: Parcel) -> tuple[Parcel, Step] | None:
        """Return the parcel past its next step, and that step, as if it fell due now; None when the journey is over."""
        if parcel.step >= len(parcel.journey):
            return None
        step = parcel.journey[parcel.step]
        return self._plan_step(parcel, parcel.journey, parcel.step + 1, paused=parcel.paused), step

    def pause(self, parcel: Parcel) -> Parcel:
        """Stop a journey; the time that was left until its next step is kept."""
        if parcel.paused:
            return parcel
        journey = list(parcel.journey)
        for due in self.store.agenda() if parcel.due else ():
            if due.order == parcel.due:
                left_ms = due.at_ms - self.now_ms
                journey[parcel.step] = msgspec.structs.replace(journey[parcel.step], after_ms=left_ms)
                self.store.cut([due.order])
        parcel = msgspec.structs.replace(parcel, journey=tuple(journey), due=0, paused=True)
        self.store.put(PARCELS, parcel.id, parcel)
        return parcel

    def resume(self, parcel: Parcel) -> Parcel:
        """Let a paused journey go on."""
        return self._plan_step(parcel, parcel.journey, parcel.step, paused=False) if parcel.paused else parcel

    def _plan_step(self, parcel: Parcel, journey: tuple[Step, ...], step: int, *, paused: bool) -> Parcel:
        order = 0
        if step < len(journey) and not paused:
            order = self.later(f"{parcel.carrier}.step", parcel.id, after_ms=journey[step].after_ms)
        parcel = msgspec.structs.replace(parcel, journey=journey, step=step, paused=paused, due=order)
        self.store.put(PARCELS, parcel.id, parcel)
        return parcel
