"""From what a case did to the steps of a scenario. What has no word in the format is refused, with the reason."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from parcelproof.control_client import ControlError
from parcelproof.scenario.shapes import Connector, Scenario, Step, Tenant

from ..scenarios.naming import Names
from .acts import TOLD, Untold, after
from .parcels import parcels_of
from .record import Done, Record

MOMENT = "%Y-%m-%d %H:%M:%S"
KNOWN = ("accounts", "tenant", "channels", "poll_minutes", "alert", "choice", "label_format")
WAITS = ("advance", "flush")


class Teller:
    """Tells one record. `exactly`: every wait is a step of its own, as the case had it."""

    def __init__(self, record: Record, *, exactly: bool = False) -> None:
        self.record = record
        self.exactly = exactly
        try:
            self.parcels = parcels_of(record)
        except (msgspec.ValidationError, KeyError, TypeError, ValueError) as error:
            raise Untold(f"an order of the case does not fit the format: {error}") from error
        self.numbers = self.parcels.numbers()
        self.names = Names(self.numbers, record.parcels.values())
        self._reports: dict[str, str] = {}  # payout number -> name

    def scenario(self, title: str, about: str) -> Scenario:
        """Return the scenario, without expectations.

        Raises:
            Untold: something was done that no step can say.
        """
        steps = tuple(self._steps())
        if not steps:
            raise Untold("the case did nothing before it failed")
        return Scenario(
            scenario=title,
            about=about,
            tags=("counterexample",),
            seed=self.record.seed,
            start=self.record.start.strftime(MOMENT).removesuffix(":00"),
            tenant=Tenant(settings=dict(self.record.settings.get("tenant") or {})),
            parties=self.parcels.parties,
            connector=_connector({**self.record.settings, **self._changed()}),
            parcels=self.parcels.parcels,
            settle=False,
            steps=steps,
        )

    def _changed(self) -> dict[str, Any]:
        """Return the members that the case changed by a reset of its own before it did anything else.

        Raises:
            Untold: it was reset later.
        """
        changed: dict[str, Any] = {}
        for place, done in enumerate(self.record.acts):
            if (done.side, done.name) == ("bench", "reset"):
                if place and (self.record.acts[place - 1].side, self.record.acts[place - 1].name) != ("bench", "reset"):
                    raise Untold("the connector is reset in the middle of the case")
                changed = {key: value for key, value in done.result.items() if self.record.first.get(key) != value}
        return changed

    def _steps(self) -> Iterator[Step]:
        """Yield steps: each begins where the one before it ended, and waits between them are their `when`."""
        ended = self.record.start
        held: Step | None = None
        for done in self.record.acts:
            if (done.side, done.name) == ("bench", "reset"):
                continue  # the connector's part of the scenario says it
            if done.side == "bench" and done.name in WAITS:
                still = done.ended == done.at
                if still and held is not None and ended == done.at:
                    held = msgspec.structs.replace(held, settle=True)
                elif still or self.exactly:
                    yield from () if held is None else (held,)
                    held = Step(when=after(ended, done.ended), settle=True)
                    ended = done.ended
                continue
            for act in self._acts(done):
                yield from () if held is None else (held,)
                held = _step(after(ended, done.at), act)
                ended = done.at
            ended = done.ended if held is not None else ended
        yield from () if held is None else (held,)
        last = self.record.acts[-1].ended if self.record.acts else ended
        if last > ended:
            yield Step(when=after(ended, last), settle=True)

    def _acts(self, done: Done) -> Iterator[dict[str, Any]]:
        """Yield what a step does, as the format has it; nothing for what the carrier refused: it changed nothing."""
        if isinstance(done.error, ControlError):
            return
        tell = TOLD.get((done.side, done.name))
        if tell is None:
            raise Untold(f"the case does something that no step of a scenario can say: {done.side} {done.name}")
        try:
            yield from tell(self, done)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise Untold(f"{done.side} {done.name} is not told: {type(error).__name__}: {error}") from error

    # -- names

    def order(self, number: str) -> str:
        if number not in self.numbers:
            raise Untold(f"order {number} was not placed by itself")
        return self.numbers[number]

    def parcel(self, parcel_id: str) -> str:
        name = self.names.parcel(parcel_id)
        if name is None:
            raise Untold("a parcel is moved that belongs to no order of the case")
        return name

    def report(self, number: str) -> str:
        return self._reports.setdefault(number, "report" if not self._reports else f"report{len(self._reports) + 1}")


def _step(when: str, act: dict[str, Any]) -> Step:
    try:
        return msgspec.convert({"when": when, **act}, Step)
    except msgspec.ValidationError as error:
        raise Untold(f"a step of the case does not fit the format: {error}") from error


def _connector(settings: Mapping[str, Any]) -> Connector:
    """Return the connector's part: in the format's own words where they fit, else as members of the reset."""
    channels, alert = settings.get("channels") or {}, settings.get("alert") or {}
    choice = settings.get("choice") or {"rule": "cheapest"}
    plain: dict[str, Any] = {
        "webhook": channels.get("webhook", True),
        "poll": channels.get("poll", True),
        "poll_minutes": settings.get("poll_minutes", 60),
        "alert_minutes": alert.get("frequency_minutes", 60),
        "label_format": settings.get("label_format", "PDF"),
        "accounts": settings.get("accounts") or (),
    }
    reset = {key: value for key, value in settings.items() if key not in KNOWN}
    if not alert.get("enabled", True):
        reset["alert"] = alert
    if choice in ({"rule": "cheapest"}, {"rule": "fastest"}):
        plain["choice"] = choice["rule"]
    else:
        reset["choice"] = choice
    try:
        return msgspec.convert({**plain, "reset": reset}, Connector)
    except msgspec.ValidationError as error:
        raise Untold(f"the connector's settings do not fit the format: {error}") from error
