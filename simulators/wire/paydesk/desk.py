"""A carrier's pay desk: which parcels, when, and one report for each payment.

Source: `courier_api` §1.13; `settlement` C-04 … C-08, §3, §9. A parcel's lines stand in one report only, unless the
tenant asks for a fault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from msgspec.structs import replace

from ...core.parcel import PaidOut, Parcel
from ...core.records import Due, Kind
from ...core.world import Duty, World
from ..bad_days import BadDay
from ..carrier import Payouts
from ..moscow import day, day_start_ms, plus_days
from ..report_layouts.report import Line, Outcome, Report
from . import switches
from .bad_days import BAD_DAYS
from .files import file_of, forms, listed
from .oddities import corrected, early, is_paid, odd_lines, shown_on

PAYDAY_MS = 11 * 3_600_000  # eleven in the morning in the carrier's zone


def no_news(_world: World, _parcel: Parcel) -> tuple[Line, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PayDesk:
    """How one carrier pays out.

    `lines` gives what a parcel that has ended puts into a report: one line as a rule, none when it costs and brings
    nothing, two where the way back has a line of its own. It is called once for each report; make lines by `line`,
    which adds agent fee and transfer by the tenant's terms.

    `ahead` gives the lines of a parcel that is still on its way, as if it had been delivered in full: some day a
    report lists one. `pickup` makes a courier's call at the shop and returns its number, where the carrier has such a
    thing. `foreign` is a number in the carrier's form that no order of ours ever has.
    """

    carrier: str
    lines: Callable[[World, Parcel], tuple[Line, ...]]
    foreign: str
    first_number: int = 1
    first_payment_order: int = 12_301
    currency: str = "RUB"
    ahead: Callable[[World, Parcel], tuple[Line, ...]] = no_news
    pickup: Callable[[World], str] | None = None
    json: Callable[[Report], Any] | None = None  # a report as the carrier's own API gives it, for the form "json"

    @property
    def unpaid(self) -> Kind[int]:
        return Kind(f"{self.carrier}.unpaid", int)  # parcel id -> when it ended

    @property
    def paydays(self) -> Kind[int]:
        return Kind(f"{self.carrier}.paydays", int)  # ISO date -> order number on the agenda

    @property
    def postponed(self) -> Kind[str]:
        return Kind(f"{self.carrier}.postponed", str)  # parcel id -> ISO date of the second half of a split report

    @property
    def made(self) -> Kind[Report]:
        return Kind(f"{self.carrier}.reports", Report)  # number -> report

    @property
    def kinds(self) -> tuple[Kind[Any], ...]:
        """What the carrier adds to its `Carrier.kinds`."""
        return (self.unpaid, self.paydays, self.postponed, self.made)

    @property
    def duties(self) -> dict[str, Duty]:
        """What the carrier adds to its `Carrier.duties`."""
        return {f"{self.carrier}.payout": Duty(self.on_payday), f"{self.carrier}.payout-rest": Duty(self.on_rest)}

    @property
    def bad_days(self) -> Mapping[str, BadDay]:
        """What the carrier adds to its `Carrier.bad_days`."""
        return {name: day for name, day in BAD_DAYS.items() if self.pickup or "pickup_cost_minor" not in day.settings}

    @property
    def payouts(self) -> Payouts:
        """What the carrier gives as its `Carrier.payouts`."""
        return Payouts(
            make=self.make,
            list=lambda world: listed(self.reports(world)),
            file=lambda world, number, form: file_of(self, world, self.report(world, number), number, form),
            forms=lambda world: forms(self, world),
        )

    # -- what the carrier says

    def ended(self, world: World, parcel: Parcel) -> None:
        """Note that a parcel's life has ended (delivered, refused, back, lost), and plan the day on which it is paid.

        To say it again changes nothing.
        """
        if is_paid(parcel) or world.store.get(self.unpaid, parcel.id) is not None:
            return
        world.store.put(self.unpaid, parcel.id, world.now_ms)
        days = switches.payout_after_days(world, self.carrier)
        if days is not None:
            self._plan(world, plus_days(day(world.now_ms), days))

    def reopened(self, world: World, parcel: Parcel) -> None:
        """Forget that a parcel's life had ended: its last event was withdrawn."""
        world.store.drop(self.unpaid, parcel.id)
        world.store.drop(self.postponed, parcel.id)

    def line(self, world: World, tracking: str, outcome: Outcome, **parts: Any) -> Line:
        """Return a line of `collected_minor` and `services_minor` with agent fee and transfer by the tenant's terms.

        The other parts of `Line` may be given by name: order, parcel, items, direct, at_ms; `agent_minor` too, where
        the carrier counts it otherwise.
        """
        collected_minor, services_minor = parts.pop("collected_minor", 0), parts.pop("services_minor", 0)
        agent_minor = parts.pop("agent_minor", None)
        if agent_minor is None:
            share = Decimal(collected_minor) * switches.agent_percent(world, self.carrier) / 100
            agent_minor = int(share.quantize(Decimal(1), ROUND_HALF_UP))
        transfer_minor = self.transfer_minor(world, collected_minor, services_minor, agent_minor)
        return Line(tracking, outcome, transfer_minor, collected_minor, services_minor, agent_minor, **parts)

    def transfer_minor(self, world: World, collected_minor: int, services_minor: int, agent_minor: int) -> int:
        """Return what is transferred for a line: by default what was taken less services less agent fee (C-07)."""
        gross = switches.choice(world, self.carrier, "transfer_equation") == "gross"
        return collected_minor if gross else collected_minor - services_minor - agent_minor

    # -- paying

    def make(self, world: World) -> str | None:
        """Pay now whatever has ended and is unpaid; return the report's number, None when there is nothing."""
        return self._pay(world, self._payable(world))

    def on_payday(self, world: World, due: Due) -> None:
        """Pay what ended so many days ago; a tenant that switched this off meanwhile pays on demand only.

        Costs that outweigh the money wait for a payday that has more, unless the tenant wants a report below zero.
        """
        world.store.drop(self.paydays, due.key)
        days = switches.payout_after_days(world, self.carrier)
        if days is None:
            return
        last = plus_days(due.key, -days)
        ids = [found for found in self._payable(world) if day(world.store.get(self.unpaid, found) or 0) <= last]
        below = sum(line.transfer_minor for line in self.lines_of(world, ids)) < 0
        if not below or switches.choice(world, self.carrier, "registry_below_zero") == "made":
            self._pay(world, ids)

    def on_rest(self, world: World, due: Due) -> None:
        """Pay the second half of a report that was split."""
        ids = [found for found, date in world.store.scan(self.postponed) if date == due.key]
        for found in ids:
            world.store.drop(self.postponed, found)
        self._write(world, ids, self.lines_of(world, ids))

    def lines_of(self, world: World, ids: list[str]) -> list[Line]:
        return [line for found in ids for line in self.lines(world, world.parcel(found))]

    def _plan(self, world: World, date: str) -> None:
        at_ms = day_start_ms(date) + PAYDAY_MS
        while at_ms < world.now_ms:
            date = plus_days(date, 1)
            at_ms = day_start_ms(date) + PAYDAY_MS
        if world.store.get(self.paydays, date) is None:
            order = world.later(f"{self.carrier}.payout", date, after_ms=at_ms - world.now_ms)
            world.store.put(self.paydays, date, order)

    def _payable(self, world: World) -> list[str]:
        return [found for found, _ in world.store.scan(self.unpaid) if world.store.get(self.postponed, found) is None]

    def _pay(self, world: World, ids: list[str]) -> str | None:
        now = self._split(world, ids)
        ahead = early(self, world) if switches.choice(world, self.carrier, "registry_ahead_of_tracking") else None
        lines = self.lines_of(world, now)
        if ahead is not None:
            now, lines = [*now, ahead.id], [*lines, *self.ahead(world, ahead)]
        return self._write(world, now, lines)

    def _split(self, world: World, ids: list[str]) -> list[str]:
        """Return what is paid now: all, or the first half when the tenant wants the rest some days later."""
        days = switches.number(world, self.carrier, "registry_split_days")
        if not days or len(ids) < 2:
            return ids
        half = -(-len(ids) // 2)
        date = plus_days(day(world.now_ms), days)
        for found in ids[half:]:
            world.store.put(self.postponed, found, date)
        after_ms = day_start_ms(date) + PAYDAY_MS - world.now_ms
        world.later(f"{self.carrier}.payout-rest", date, after_ms=after_ms)
        return ids[:half]

    def _write(self, world: World, ids: list[str], own: list[Line]) -> str | None:
        if not own:
            return None
        lines = (*own, *odd_lines(self, world, own))
        place, date = world.count(f"{self.carrier}.registry") - 1, day(world.now_ms)
        number, payment_order = str(self.first_number + place), str(self.first_payment_order + place).zfill(6)
        if switches.choice(world, self.carrier, "payment_order_number") == "missing":
            payment_order = ""
        found = Report(
            number,
            world.now_ms,
            date,
            payment_order,
            self.currency,
            lines,
            shown_on(self, world, date),
            corrected(self, world, lines),
        )
        world.store.put(self.made, number, found)
        for paid in ids:
            world.happen(world.parcel(paid), PaidOut(world.now_ms, number))
            world.store.drop(self.unpaid, paid)
        return number

    # -- reading

    def reports(self, world: World) -> list[Report]:
        """Return the reports that are out, oldest first, each as it stands today."""
        return [_as_of_today(world, found) for _, found in world.store.scan(self.made) if self.is_out(world, found)]

    def report(self, world: World, number: str) -> Report | None:
        """Return one report as it stands; None for a number of nobody's, and for one that is not out yet."""
        found = world.store.get(self.made, number)
        return None if found is None or not self.is_out(world, found) else _as_of_today(world, found)

    def reports_of(self, world: World, date: str) -> list[Report]:
        """Return the reports that stand under a date that is not in the future."""
        today = day(world.now_ms)
        return [found for found in self.reports(world) if date in found.shown_on and date <= today]

    def is_out(self, world: World, found: Report) -> bool:
        """Tell whether anybody sees the report yet: a late one appears days after its payment."""
        late = switches.number(world, self.carrier, "registry_late_days")
        return day(world.now_ms) >= plus_days(found.payment_date, late)


def _as_of_today(world: World, found: Report) -> Report:
    """Return a report as it stands: from the day of its re-issue on with the corrected lines, wherever it is read."""
    if found.corrected and day(world.now_ms) >= found.shown_on[-1]:
        return replace(found, lines=found.corrected)
    return found
