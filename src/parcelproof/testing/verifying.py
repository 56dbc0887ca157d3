"""The fixture `parcelproof`: judge a connector inside a test."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.driver.inprocess import Factory, name_of
from parcelproof.conformance.driver.patience import ANSWER_TIMEOUT_S
from parcelproof.conformance.run import CONFORM, INSTRUMENT, INTERRUPTED, Run
from parcelproof.conformance.runner import DEFAULT_SEED, THOROUGH, Options, UsageError, run
from parcelproof.conformance.verdict.finish import finished
from parcelproof.conformance.waivers import Waiver, read

from .asked import Asked, words_of
from .judging import Judging, Unjudged
from .telling import told_run
from .turns import turn_of


class NotConform(AssertionError):
    """The connector failed a requirement. `run` has everything."""

    def __init__(self, run: Run) -> None:
        self.run = run
        super().__init__(told_run(run))


class Parcelproof:
    """Judges connectors with the simulator of this test session."""

    def __init__(self, judging: Judging, asked: Asked | None) -> None:
        self._judging = judging
        self._asked = asked

    def verify(
        self,
        connector: Any = None,
        *,
        command: str | Sequence[str] | None = None,
        reference: bool = False,
        profiles: Sequence[str] = (),
        cases: Sequence[str] = (),
        seed: int = DEFAULT_SEED,
        thorough: bool = False,
        waivers: str | Path | None = None,
        timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> Run:
        """Judge a connector and return the run.

        Args:
            connector: a driver's URL, `package.module:factory`, a factory, or the object itself.
            command: a command line that starts one, instead; `reference` judges the reference engine.
                With none of the three the target of pytest's own command line is judged.
            profiles, cases: as `--profile` and `--case` of `parcelproof verify`.
            waivers: a waiver file.
            timeout_s: for one answer of the connector.

        Raises:
            NotConform: it failed a requirement, or nothing of it could be judged. An AssertionError.
            Unjudged: our own side broke. UsageError, WaiverError: an argument has no meaning.
        """
        __tracebackhide__ = True
        named = self._target(connector, command, reference)
        options = Options(
            **named,
            profiles=tuple(profiles),
            cases=tuple(cases),
            seed=seed,
            examples=THOROUGH if thorough else 1.0,
            answer_timeout_s=timeout_s,
            jobs=1,
            simulator=self._judging.simulator(),
        )
        made = self._judged(options, read(Path(waivers)) if waivers is not None else ())
        if made.exit_code == CONFORM:
            return made
        if made.exit_code == INTERRUPTED:
            raise KeyboardInterrupt
        if made.exit_code == INSTRUMENT:
            raise Unjudged(told_run(made))
        raise NotConform(made)

    def _target(self, connector: Any, command: str | Sequence[str] | None, reference: bool) -> dict[str, Any]:
        named = [value for value in (connector, command, reference or None) if value is not None]
        if len(named) > 1:
            raise UsageError("verify() takes a connector, a command or reference=True, and only one of them")
        if reference:
            return {"command": engine_command(), "ours": True}
        if command is not None:
            return {"command": words_of(command) if isinstance(command, str) else list(command)}
        if connector is not None:
            return {"connector": connector if isinstance(connector, str) else _factory_of(connector)}
        if self._asked is None:
            raise UsageError("verify() needs a connector, a command or reference=True, or one among pytest's options")
        asked = self._asked.options
        return {"connector": asked.connector, "command": asked.command, "ours": asked.ours}

    def _judged(self, options: Options, waivers: Sequence[Waiver]) -> Run:
        with turn_of(options):
            made = finished(run(options), waivers=waivers, today=datetime.now(UTC).date())
        if options.connector is None or isinstance(options.connector, str):
            return made
        name = name_of(options.connector)
        many = ", thorough=True" if options.examples >= THOROUGH else ""
        again = f"parcelproof.verify({{}}, cases=[{{!r}}], seed={{}}{many})"
        results = tuple(
            msgspec.structs.replace(row, replay=again.format(name, row.id, options.seed)) for row in made.results
        )
        return msgspec.structs.replace(made, results=results)


def _factory_of(connector: Any) -> Factory:
    """Return what makes the connector: a class or a function as it is, for an object something that gives it."""
    if isinstance(connector, type) or not hasattr(connector, "capabilities"):
        made: Factory = connector
        return made

    def given() -> Any:
        return connector

    given.__module__, given.__qualname__ = type(connector).__module__, type(connector).__qualname__
    return given
