"""Named bad days: what really went wrong with carriers, as data, begun and ended as one thing.

A bad day is faults, webhook switches and carrier settings together. Ending it takes its faults away and puts back the
switches and settings that it changed. Those that fit any carrier are in `known_days`; a carrier adds its own through
`Carrier.bad_days`, and its own goes before the general one of the same name.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from ..core.errors import SimulatorError
from ..core.records import Due, Instant, Kind
from ..core.world import Duty, World
from . import faults, settings, webhooks
from .faults import Fault
from .webhooks import Switches

if TYPE_CHECKING:
    from .carrier import Carrier

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
END, NIGHT = "wire.bad-day-end", "wire.night-batch"


class BadDay(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong at one carrier.

    `source` names the contract section that tells of it; `guess` says what the source leaves open and what was
    chosen. `settings` stand under the carrier's own key. `batch_hour` (UTC) is when everything that was told is told
    again, once. `lasts_ms` 0 is until it is ended.
    """

    title: str
    sentence: str
    source: str
    guess: str = ""
    faults: tuple[Fault, ...] = ()
    switches: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    batch_hour: int | None = None
    lasts_ms: int = 0


class Begun(msgspec.Struct, frozen=True):
    """A bad day that is on at one carrier. `switches` and `settings` hold what was before; None was not set."""

    name: str
    carrier: str
    at_ms: Instant
    until_ms: Instant | None
    faults: tuple[str, ...]
    switches: dict[str, Any]
    settings: dict[str, Any]
    order: int = 0  # of the agenda item that ends it

    @property
    def key(self) -> str:
        return f"{self.name}/{self.carrier}"


BEGUN: Kind[Begun] = Kind("wire.bad_days", Begun)  # "<name>/<carrier>" -> bad day
KINDS = (BEGUN,)


class Trouble(StrEnum):
    """Why a bad day could not begin or end."""

    UNKNOWN = "unknown-bad-day"
    NOT_THERE = "bad-day-not-at-carrier"
    ON = "bad-day-on"
    NOT_ON = "bad-day-not-on"


class BadDayError(SimulatorError):
    """A bad day could not begin or end, and nothing changed."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        self.trouble = trouble
        self.detail = detail
        super().__init__(f"{trouble}: {detail}")


def days_of(carrier: "Carrier") -> dict[str, BadDay]:
    """Return every bad day that a carrier can have, by name."""
    from .known_days import KNOWN

    return {**KNOWN, **carrier.bad_days}


def listed(carriers: Mapping[str, "Carrier"]) -> list[dict[str, Any]]:
    """Return a row for each name: {name, title, sentence, carriers, does}; `does` tells per carrier what is set."""
    found: dict[str, dict[str, BadDay]] = {}
    for carrier in carriers.values():
        for name, day in days_of(carrier).items():
            found.setdefault(name, {})[carrier.name] = day
    return [_row(name, found[name]) for name in sorted(found)]


def _row(name: str, days: Mapping[str, BadDay]) -> dict[str, Any]:
    sentences = {day.sentence for day in days.values()}
    apart = " ".join(f"{carrier}: {day.sentence}" for carrier, day in days.items())
    return {
        "name": name,
        "title": next(iter(days.values())).title,
        "sentence": apart if len(sentences) > 1 else sentences.pop(),
        "carriers": [*days],
        "does": {carrier: does(day) for carrier, day in days.items()},
    }


def does(day: BadDay) -> dict[str, Any]:
    """Return what a bad day does at its carrier, as plain data, without what it leaves alone."""
    shown: dict[str, Any] = {
        "sentence": day.sentence,
        "source": day.source,
        "guess": day.guess,
        "faults": [faults.shown(fault) for fault in day.faults],
        "switches": day.switches,
        "settings": day.settings,
        "batch_hour": day.batch_hour,
        "lasts_ms": day.lasts_ms or None,
    }
    return {name: value for name, value in shown.items() if value is not None and value not in ("", [], {})}


def begun(world: World) -> list[Begun]:
    """Return the bad days that are on, in the order in which they began."""
    return [found for _, found in world.store.scan(BEGUN)]


def begin(world: World, carriers: Mapping[str, "Carrier"], name: str, carrier: str = "") -> list[Begun]:
    """Let a bad day begin at one carrier, or at all that can have it and do not have it yet.

    Raises:
        BadDayError: UNKNOWN, NOT_THERE, or ON when it is on everywhere already; nothing changed.
    """
    days = {found.name: days_of(found) for found in carriers.values()}
    names = sorted({known for offered in days.values() for known in offered})
    if name not in names:
        raise BadDayError(Trouble.UNKNOWN, f"there is no bad day {name!r}; bad days: {', '.join(names)}")
    able = [found for found, offered in days.items() if name in offered]
    if carrier and carrier not in able:
        raise BadDayError(Trouble.NOT_THERE, f"{carrier!r} has no bad day {name!r}; carriers: {', '.join(able)}")
    wanted = [carrier] if carrier else able
    free = [found for found in wanted if world.store.get(BEGUN, f"{name}/{found}") is None]
    if not free:
        raise BadDayError(Trouble.ON, f"{name!r} is on at {', '.join(wanted)} already; end it first")
    return [_begin(world, name, found, days[found][name]) for found in free]


def end(world: World, name: str, carrier: str = "") -> list[Begun]:
    """End a bad day at one carrier, or wherever it is on; return what was ended.

    Raises:
        BadDayError: NOT_ON.
    """
    found = [day for day in begun(world) if day.name == name and carrier in ("", day.carrier)]
    if not found:
        on = ", ".join(sorted({day.name for day in begun(world)})) or "none"
        raise BadDayError(Trouble.NOT_ON, f"the bad day {name!r} is not on; on: {on}")
    for day in found:
        world.store.cut([day.order] if day.order else [])
        _end(world, day)
    return found


def _begin(world: World, name: str, carrier: str, day: BadDay) -> Begun:
    added = [faults.add(world, msgspec.structs.replace(fault, carrier=carrier), bad_day=name) for fault in day.faults]
    before = msgspec.to_builtins(webhooks.switches(world, carrier))
    own = settings.own(world, carrier)
    order, until_ms = _planned_end(world, f"{name}/{carrier}", day)
    on = Begun(
        name,
        carrier,
        world.now_ms,
        until_ms,
        tuple(fault.id for fault in added),
        {switch: before[switch] for switch in day.switches},
        {setting: own.get(setting) for setting in day.settings},
        order,
    )
    _change_switches(world, carrier, day.switches)
    settings.change_own(world, carrier, day.settings)
    world.store.put(BEGUN, on.key, on)
    return on


def _planned_end(world: World, key: str, day: BadDay) -> tuple[int, int | None]:
    """Put the bad day's end, or its night batch, on the agenda; return its order and its moment."""
    if day.batch_hour is not None:
        after_ms = (day.batch_hour * HOUR_MS - world.now_ms) % DAY_MS
        return world.later(NIGHT, key, after_ms=after_ms), world.now_ms + after_ms
    if day.lasts_ms:
        return world.later(END, key, after_ms=day.lasts_ms), world.now_ms + day.lasts_ms
    return 0, None


def _end(world: World, day: Begun) -> None:
    """Take back what the day did. What a day that began later changed as well stays so, and is put back by that one."""
    on = begun(world)
    later = [other for other in on[on.index(day) + 1 :] if other.carrier == day.carrier]
    world.store.drop(BEGUN, day.key)
    faults.clear(world, day.faults)
    switches_before, settings_before = dict(day.switches), dict(day.settings)
    for other in later:
        inherited = msgspec.structs.replace(
            other,
            switches={**other.switches, **_taken(switches_before, other.switches)},
            settings={**other.settings, **_taken(settings_before, other.settings)},
        )
        world.store.put(BEGUN, other.key, inherited)
    _change_switches(world, day.carrier, switches_before)
    settings.change_own(world, day.carrier, settings_before)


def _taken(before: dict[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """Take out of `before` what is in `names`, and return it."""
    return {name: before.pop(name) for name in names if name in before}


def _change_switches(world: World, carrier: str, changes: Mapping[str, Any]) -> None:
    if changes:
        found = msgspec.to_builtins(webhooks.switches(world, carrier))
        webhooks.set_switches(world, carrier, msgspec.convert({**found, **changes}, Switches))


def _end_due(world: World, due: Due) -> None:
    day = world.store.get(BEGUN, due.key)
    if day is not None:
        _end(world, day)


def _night_due(world: World, due: Due) -> None:
    """Tell everything again that was told, then end: a batch runs once."""
    day = world.store.get(BEGUN, due.key)
    if day is not None:
        webhooks.tell_again(world, day.carrier)
        _end(world, day)


DUTIES: Mapping[str, Duty] = {END: Duty(_end_due), NIGHT: Duty(_night_due)}
