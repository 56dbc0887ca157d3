"""Stories that state machines draw: orders at one carrier, what it says of their parcels, what goes wrong, time, kills.

The model is the judge's own: a list of what it made happen, folded by its own reading of the status rules.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from math import ceil
from typing import Any, NamedTuple

from parcelproof.control_client import ControlError

from ..bench import Bench
from ..case import Violation, expect, expect_that, finding
from ..checks.tracking import dated
from ..driver.shapes import OrderView
from ..fold import CLOSED, Event, readings, status_of
from ..history import Truth
from ..orders import order
from ..strategies.histories import MIDNIGHT
from ..wires import WIRES, Code

POLL = timedelta(hours=3)  # so that days cost little; nothing else hangs on it
PATIENCE = 2 * POLL + timedelta(minutes=5)  # after news; the connector has polled by then
RECOVERY = timedelta(hours=7)  # after trouble; pauses between tries grow
PIECE = timedelta(hours=1)  # of a wait for a booking: in a longer stride a print form would come and go unseen (§1.7)
SETTLED = timedelta(days=1)  # after an end; a connector need not look for ever whether the carrier changes its mind
BEFORE_MIDNIGHT = timedelta(minutes=5)
MOST_SCANS = 8  # of one parcel
READS = {"cdek": ("get_order",), "mail_alliance": ("list_tracking_events", "read_tracking", "list_returns")}
BUSY = {"type": "/problems/quota-exceeded", "title": "Quota exceeded", "status": 429}
FAULTS: dict[str, dict[str, Any]] = {
    "unavailable": {"kind": "status", "status": 503, "point": "before"},
    "busy": {"kind": "status", "status": 429, "point": "before", "headers": {"Retry-After": "600"}, "body": BUSY},
    "truncated": {"kind": "truncate", "point": "during"},
    "timed out": {"kind": "stall", "point": "before", "latency_ms": 20},
    "lost": {"kind": "reset", "point": "after"},
}
Action = tuple[str, tuple[Any, ...]]


class Rules(NamedTuple):
    """The requirements that are broken when a status, a withdrawal, a lost or a doubled event is found wrong."""

    status: str
    withdrawn: str
    lost: str
    doubled: str


TRACKING = Rules("TRK-002", "TRK-006", "TRK-004", "TRK-003")


class Told(NamedTuple):
    """One scan that the model made happen."""

    sequence: int
    occurred_at: datetime
    code: Code


@dataclass
class Shipment:
    """One order and what its carrier was made to say."""

    number: str
    told: list[Told] = field(default_factory=list)
    withdrawn: set[int] = field(default_factory=set)

    def live(self) -> list[Told]:
        return [row for row in self.told if row.sequence not in self.withdrawn]

    def events(self, *, all_told: bool = False) -> list[Event]:
        """Return what counts; or all, also what was withdrawn."""
        rows = self.told if all_told else self.live()
        return [Event(row.occurred_at, row.code.status, row.sequence, row.code.turns_back) for row in rows]

    def status(self) -> str:
        return status_of(self.events())

    def settled(self, now: datetime) -> bool:
        """Whether the parcel has come to its end so long ago that nobody need look for more."""
        return self.status() in CLOSED and now - max(row.occurred_at for row in self.told) > SETTLED


def codes_of(carrier: str) -> tuple[Code, ...]:
    """Return the codes to draw from. The way back is left to other cases: what may follow it is not free to draw.

    CDEK's refusals bring another number in; at Mail Alliance only `returned` and `lost` may follow `returning` (§4.3).
    """
    away = {"NOT_DELIVERED", "returning", "returned"}
    return tuple(code for code in WIRES[carrier].codes if code.code not in away)


class Story:
    """Orders, whose carrier says this and that; the connector must agree with the model once it has polled."""

    def __init__(self, bench: Bench, carrier: str, rules: Rules = TRACKING) -> None:
        self.bench = bench
        self.carrier = carrier
        self.rules = rules
        self.shipments: dict[int, Shipment] = {}
        self.script: list[Action] = []
        self.said: list[str] = []
        self.faulty = False
        self.due = bench.now  # from when on the connector must agree
        self.over = False  # what goes wrong from here on is none of this story's matter

    def do(self, name: str, *arguments: Any) -> None:
        """Do one action and remember it, so that the whole story can be told again."""
        if not self.over:
            self.script.append((name, arguments))
            getattr(self, f"_{name}")(*arguments)

    def end(self) -> None:
        """Let everything that was wrong be right again, let the last poll pass and compare once more."""
        if self.faulty:
            self.do("mend")
        if self.bench.now < self.due:
            self.do("wait", ceil((self.due - self.bench.now) / timedelta(minutes=1)))
        self.agrees()

    # -- actions

    def _place(self, index: int) -> None:
        """Book an order. Nothing keeps the carrier from booking: that is the matter of other stories."""
        if index in self.shipments:
            return
        if self.faulty:
            self._mend()
        number = f"S-{index + 1}"
        self.bench.book(order(number, self.carrier))
        if not self.shipments:
            self.bench.advance(hours=4, minutes=10)  # so that what a scan tells of may lie long before it
        self._placed(index, number)

    def _placed(self, index: int, number: str) -> None:
        self.shipments[index] = Shipment(number)
        self.said.append(f"{number} placed")
        self._later(PATIENCE)

    def _scan(self, index: int, pick: int, minutes_ago: int) -> None:
        shipment, parcel = self._under_way(index)
        if shipment is None or parcel is None or len(shipment.told) >= MOST_SCANS:
            return
        codes, booked_at = codes_of(self.carrier), parcel.facts[0].at
        code = codes[pick % len(codes)]
        at = max(self.bench.now - timedelta(minutes=minutes_ago), min(booked_at + timedelta(minutes=1), self.bench.now))
        if any(row.occurred_at == at and row.code.code == code.code for row in shipment.told):
            return  # the same code of the same moment is the same event, not another
        try:
            self.bench.scan(shipment.number, code.code, reason=code.reason, occurred_at=at)
        except ControlError as refusal:
            if refusal.status == 409:
                return  # this carrier records nothing more once a parcel has ended
            raise
        fact = self.bench.parcel(shipment.number).facts[len(parcel.facts)]
        shipment.told.append(Told(fact.sequence, at, code))
        ago = ceil((self.bench.now - at) / timedelta(minutes=1))
        self.said.append(f"{shipment.number}: {code.code} {ago} min ago")
        self._later(PATIENCE)

    def _withdraw(self, index: int, pick: int) -> None:
        shipment, parcel = self._under_way(index)
        if shipment is None or parcel is None or not shipment.live():
            return
        row = shipment.live()[pick % len(shipment.live())]
        self.bench.control.revoke(self.bench.tenant, parcel.id, row.sequence)
        shipment.withdrawn.add(row.sequence)
        self.said.append(f"{shipment.number}: {row.code.code} withdrawn")
        self._later(PATIENCE)

    def _under_way(self, index: int) -> tuple[Shipment | None, Truth | None]:
        """Return an order of which the carrier may say something, and its parcel; None where there is none."""
        shipment = self.shipments.get(index)
        if shipment is None or shipment.settled(self.bench.now):
            return None, None
        live = [row for row in self.bench.parcels(shipment.number) if row.status != "cancelled"]
        return shipment, live[0] if len(live) == 1 and live[0].number else None

    def _disturb(self, duplicate: int, drop: bool, reorder: bool, late_min: int) -> None:
        self.bench.control.switches(
            self.bench.tenant,
            self.carrier,
            duplicate=duplicate,
            drop=drop,
            reorder=reorder,
            reorder_within_ms=2_400_000,
            late_ms=late_min * 60_000,
        )
        self.said.append(f"webhooks ×{1 + duplicate}{' dropped' * drop}{' shuffled' * reorder} +{late_min} min")

    def _fault(self, operation: int, trouble: str, times: int) -> None:
        names = self._spoilt()
        name = names[operation % len(names)]
        self.bench.control.add_fault(
            self.bench.tenant, carrier=self.carrier, operation=name, times=times, **FAULTS[trouble]
        )
        self.faulty = True
        self.said.append(f"{name} {trouble} {f'{times}×' if times else 'until mended'}")

    def _spoilt(self) -> tuple[str, ...]:
        """Return the operations that go wrong."""
        return READS[self.carrier]

    def _mend(self) -> None:
        self.bench.control.clear_faults(self.bench.tenant)
        self.bench.warden = None  # a kill that was awaited comes no more
        self.faulty = False
        self.said.append("mended")
        self._later(RECOVERY)

    def _wait(self, minutes: int | str) -> None:
        self.bench.advance(to=self._until(minutes))
        self.said.append(self._waited(minutes))

    def _until(self, minutes: int | str) -> datetime:
        if minutes == MIDNIGHT:
            return self._midnight() - BEFORE_MIDNIGHT
        return self.bench.now + timedelta(minutes=float(minutes))

    @staticmethod
    def _waited(minutes: int | str) -> str:
        return "almost midnight" if minutes == MIDNIGHT else f"{minutes} min"

    def _midnight(self) -> datetime:
        """Return the carrier's next midnight that is far enough away to wait for."""
        zone = WIRES[self.carrier].zone
        local = (self.bench.now + BEFORE_MIDNIGHT).astimezone(zone)
        made = datetime.combine(local.date() + timedelta(days=1), time(0), zone).astimezone(self.bench.now.tzinfo)
        return made if made - BEFORE_MIDNIGHT >= self.bench.now else made + timedelta(days=1)

    def _later(self, patience: timedelta) -> None:
        self.due = max(self.due, self.bench.now + patience)

    # -- what must be so

    def agrees(self) -> None:
        """Compare the connector with the model, once it has had its poll and nothing is wrong.

        Raises:
            Violation: status or history differ.
        """
        if self.over or self.faulty or self.bench.now < self.due:
            return
        for shipment in self.shipments.values():
            self._compare(shipment, self.bench.order(shipment.number))

    def _compare(self, shipment: Shipment, view: OrderView) -> None:
        wanted, story, number = readings(shipment.events(), self.carrier), " · ".join(self.said), shipment.number
        if view.status not in wanted:
            counts_on = bool(shipment.withdrawn) and view.status in readings(
                shipment.events(all_told=True), self.carrier
            )
            rule = self.rules.withdrawn if counts_on else self.rules.status
            raise Violation([finding(rule, number, " or ".join(wanted), str(view.status), story)])
        valid = [event for event in view.history if not event.withdrawn]
        held = Counter((event.code, dated(self.carrier, event.occurred_at)) for event in valid)
        made = Counter((row.code.code, dated(self.carrier, row.occurred_at)) for row in shipment.live())
        for key, count in made.items():
            if held[key] != count:
                rule = self.rules.lost if held[key] < count else self.rules.doubled
                raise Violation([finding(rule, f"{number} {key[0]}", f"{count}×", f"{held[key]}×", story)])


class BookingStory(Story):
    """A story of bookings that meet trouble: each order must end as one parcel, booked and with its label."""

    def _spoilt(self) -> tuple[str, ...]:
        return WIRES[self.carrier].books

    def __init__(self, bench: Bench, carrier: str, booking: Callable[["BookingStory"], str], rules: Rules) -> None:
        super().__init__(bench, carrier, rules)
        self._booking = booking  # the requirement that is broken when a booking is wrong

    def _place(self, index: int) -> None:
        if index not in self.shipments:
            number = f"S-{index + 1}"
            self.bench.place(order(number, self.carrier))
            self._placed(index, number)

    def _wait(self, minutes: int | str) -> None:
        """Wait; in pieces while a booking is awaited, which takes several questions, one after the other's answer.

        In one long wait the connector may ask all of them before the carrier has worked on the first.
        """
        until = self._until(minutes)
        while self.bench.now < until:
            awaited = self.bench.now < self.due
            self.bench.advance(to=min(until, self.bench.now + PIECE) if awaited else until)
        self.said.append(self._waited(minutes))

    def _kill(self) -> None:
        self.bench.kill()
        self.said.append("killed")
        self._later(RECOVERY)

    def _kill_booking(self, operation: int, when: str) -> None:
        self._kill_at(WIRES[self.carrier].books, operation, when)

    def _kill_reading(self, operation: int, when: str) -> None:
        self._kill_at(READS[self.carrier], operation, when)

    def _kill_at(self, names: tuple[str, ...], operation: int, when: str) -> None:
        name = names[operation % len(names)]
        self.bench.kill(name, carrier=self.carrier, when="before" if when == "before" else "after")
        self.faulty = True
        self.said.append(f"to be killed {when} {name}")

    def _compare(self, shipment: Shipment, view: OrderView) -> None:
        number, rule, story = shipment.number, self._booking(self), " · ".join(self.said)
        parcels = self.bench.parcels(number)
        expect(len(parcels), 1, f"parcels of {number}", requirement=rule, after=story)
        expect(view.state, "booked", number, requirement=rule, after=story)
        expect(view.tracking_number, parcels[0].number, f"number of {number}", requirement=rule, after=story)
        labelled = view.label is not None
        expect_that(labelled, f"label of {number}", wanted="a label", found="none", requirement=rule, after=story)
        if self.rules.status:
            super()._compare(shipment, view)
