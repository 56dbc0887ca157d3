"""Run many scenarios side by side: find files, give each lane what it needs, and collect every outcome."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from difflib import get_close_matches
from pathlib import Path

import msgspec

from parcelproof.control_client import ControlClient, ControlError
from parcelproof.scenario import Problem, Scenario, ScenarioError
from parcelproof.scenario.reading import read_with_lines

from ..checks import CHECKS
from ..driver.http import ConnectorError, Unreachable
from ..lab import Lab
from ..processes import Process
from ..targets import CannotStart
from .results import Outcome, Run, ScenarioResult
from .running import needs_connector, run_scenario, tenant_of

ENDINGS = (".yaml", ".yml")
MOST_LANES = 32


class UsageError(Exception):
    """The run cannot start as asked: exit 2. The message says what to do."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to run.

    `simulator` is a command or the URL of a running one. `connector` is the URL of a driver, with its path; or
    `command` what starts one (`{port}` and `{state}` as in `targets.py`, `ours` for our reference): it is only started
    when a scenario needs it.
    """

    paths: tuple[Path, ...]
    simulator: Sequence[str] | str
    connector: str | None = None
    command: Sequence[str] | None = None
    ours: bool = False
    admin_token: str | None = None
    tags: tuple[str, ...] = ()
    jobs: int = 1


class Found(msgspec.Struct, frozen=True):
    """One file: a scenario with the lines of its steps, or why it is none."""

    file: str
    scenario: Scenario | None
    lines: dict[int, int] = {}
    problem: str = ""


Progress = Callable[[int, int, ScenarioResult | None], None]


def run(options: Options, progress: Progress | None = None) -> Run:
    """Run every scenario of the options' files and folders that has one of the tags.

    Raises:
        UsageError: a path does not exist, nothing is left to run, or the connector cannot be reached.
        InstrumentError: the simulator or the reference does not start.
    """
    began = time.monotonic()
    found = [one for one in find(options.paths) if one.scenario is None or _tagged(one.scenario, options.tags)]
    if not found:
        wanted = f" with the tag {' or '.join(options.tags)}" if options.tags else ""
        raise UsageError(f"there is no scenario{wanted} in {', '.join(map(str, options.paths))}")
    results = _run_all(options, found, progress)
    return Run(results=tuple(results), duration_s=round(time.monotonic() - began, 2))


def find(paths: Iterable[Path]) -> list[Found]:
    """Return the scenarios of files and of folders, read; in folders by name, all levels.

    Raises:
        UsageError: a path does not exist.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            below = [file for file in sorted(path.rglob("*")) if file.suffix in ENDINGS and file.is_file()]
            files |= dict.fromkeys(below)
        elif path.exists():
            files[path] = None
        else:
            raise UsageError(f"there is no file or folder {path}")
    return [_found(file) for file in files]


def _found(file: Path) -> Found:
    try:
        scenario, lines = read_with_lines(file)
    except ScenarioError as error:
        return Found(str(file), None, {}, str(error))
    except OSError as error:
        return Found(str(file), None, {}, f"{file} cannot be read: {error.strerror or error}")
    unproved = "\n".join(str(problem) for problem in _unproved(str(file), scenario, lines))
    return Found(str(file), None, {}, unproved) if unproved else Found(str(file), scenario, lines)


def _unproved(file: str, scenario: Scenario, lines: Mapping[int, int]) -> Iterator[Problem]:
    """Find the requirements under `holds` that no check over a history proves."""
    for number, step in enumerate(scenario.steps, start=1):
        for place, wanted in enumerate(step.expect.holds if step.expect else (), start=1):
            if wanted not in CHECKS:
                near = get_close_matches(wanted, CHECKS, n=1, cutoff=0.0)[0]
                key = f"steps[{number}].expect.holds[{place}]"
                said = f"{wanted!r}: no check over all that happened proves it; the nearest is {near!r}"
                yield Problem(file, lines.get(number, 1), key, said)


def _tagged(scenario: Scenario, tags: tuple[str, ...]) -> bool:
    return not tags or bool(set(tags) & set(scenario.tags))


def _run_all(options: Options, found: Sequence[Found], progress: Progress | None) -> list[ScenarioResult]:
    waiting: deque[tuple[int, Found]] = deque(enumerate(found))
    results: dict[int, ScenarioResult] = {}
    tenants = _tenants(found)
    with ExitStack() as stack:
        simulator = options.simulator
        if isinstance(simulator, str):
            url = simulator.rstrip("/")
            _ask_for(url, options.admin_token)
        elif any(one.scenario for one in found):
            url = stack.enter_context(Process(simulator)).url
        else:
            url = ""
        lanes = [stack.enter_context(_Lane(options, url)) for _ in range(_lanes(options, found))]
        if _needs_given_connector(options, found):
            lanes[0].reach()
        stop = threading.Event()

        def work(lane: _Lane) -> None:
            while not stop.is_set():
                try:
                    place, one = waiting.popleft()
                except IndexError:
                    return
                results[place] = made = lane.run(one, tenants[place])
                if progress:
                    progress(len(results), len(found), made)

        with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
            futures = [pool.submit(work, lane) for lane in lanes]
            for future in futures:
                if future.exception() is not None:
                    stop.set()
            for future in futures:
                future.result()
    return [results[place] for place in sorted(results)]


def _ask_for(url: str, admin_token: str | None) -> None:
    """Look whether a simulator answers there, so that wrong use is not told as a failure of each scenario.

    Raises:
        UsageError: nobody does, or it asks for another admin token.
    """
    try:
        with ControlClient(url, admin_token) as control:
            control.overview()
    except ControlError as error:
        hint = "give --admin-token" if error.status == 401 else "start it first, or check the URL"
        raise UsageError(f"no simulator can be used at {url}: {error.title}: {error.detail}; {hint}") from error


def _lanes(options: Options, found: Sequence[Found]) -> int:
    """Return how many scenarios run side by side: one, where they share a connector that each of them resets."""
    if _needs_given_connector(options, found):
        return 1
    return max(1, min(options.jobs, len(found), MOST_LANES))


def _needs_given_connector(options: Options, found: Sequence[Found]) -> bool:
    return options.connector is not None and any(one.scenario and needs_connector(one.scenario) for one in found)


def _tenants(found: Sequence[Found]) -> list[str]:
    """Return a tenant's name for each scenario, no two equal: two runs of one name would meet in one world."""
    names: list[str] = []
    for one in found:
        name = plain = tenant_of(one.scenario, one.file) if one.scenario else ""
        count = 1
        while name and name in names:
            count += 1
            name = f"{plain}-{count}"
        names.append(name)
    return names


def _not_applicable(scenario: Scenario, lab: Lab) -> str:
    """Return why a scenario does not concern a connector; empty when it does."""
    told = lab.capabilities
    lacking = sorted({parcel.carrier for parcel in scenario.parcels.values()} - set(told.carriers))
    if lacking:
        return f"not applicable: the connector does not serve {', '.join(lacking)}"
    form = scenario.connector.label_format if scenario.connector is not None else "PDF"
    if form not in ("PDF", *told.label_formats):  # PDF says that any will do
        return f"not applicable: the connector hands out no labels in {form}"
    if any(step.connector is not None and step.connector.kill is not None for step in scenario.steps):
        if not lab.target.can_kill:
            return "not applicable: a step kills the connector, and only a command can be killed; give --command"
        if "restart" not in told.claims:
            return "not applicable: a step kills the connector, which does not claim restart"
    return "" if "clock" in told.claims else "not applicable: the connector does not claim clock"


class _Lane:
    """One scenario at a time, with a connector of its own that is started when one is first needed."""

    def __init__(self, options: Options, simulator_url: str) -> None:
        self._options = options
        self._url = simulator_url
        self._stack = ExitStack()
        self._lab: Lab | None = None
        self._refusal: ConnectorError | None = None
        self._control: ControlClient | None = None

    def __enter__(self) -> "_Lane":
        if self._url:
            self._control = self._stack.enter_context(ControlClient(self._url, self._options.admin_token))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, one: Found, tenant: str) -> ScenarioResult:
        """Run one scenario; what breaks on our side is told as unknown and stops no other."""
        if one.scenario is None or self._control is None:
            return ScenarioResult(file=one.file, title="", outcome=Outcome.INVALID, reason=one.problem)
        try:
            lab = self._with_connector() if needs_connector(one.scenario) else None
            if lab is not None and (reason := _not_applicable(one.scenario, lab)):
                return ScenarioResult(
                    file=one.file,
                    title=one.scenario.scenario,
                    tags=one.scenario.tags,
                    outcome=Outcome.SKIPPED,
                    reason=reason,
                )
            return run_scenario(
                one.scenario,
                one.file,
                control=self._control,
                simulator_url=self._url,
                lab=lab,
                lines=one.lines,
                tenant=tenant,
            )
        except Unreachable as error:
            raise UsageError(f"{error}; start it first, or check the URL") from error
        except CannotStart as error:
            raise UsageError(str(error)) from error
        except ConnectorError as error:  # it did not even tell its capabilities
            whose = "our side broke: the reference engine" if self._options.ours else "the connector"
            outcome = Outcome.UNKNOWN if self._options.ours else Outcome.FAILED
            reason = f"{whose}: {error}"
        except Exception as error:  # a defect of ours must not be told as the carrier's
            outcome, reason = Outcome.UNKNOWN, f"our side broke: {type(error).__name__}: {error}"
        return ScenarioResult(
            file=one.file,
            title=one.scenario.scenario,
            tags=one.scenario.tags,
            outcome=outcome,
            reason=reason,
        )

    def reach(self) -> None:
        """Ask for the connector before anything runs, so that nobody there is told at once.

        Raises:
            UsageError: nobody answers at its URL.
        """
        try:
            self._with_connector()
        except Unreachable as error:
            raise UsageError(f"{error}; start it first, or check the URL") from error
        except ConnectorError as error:
            self._refusal = error  # told for each scenario that needs it; asking again could take as long again

    def _with_connector(self) -> Lab:
        if self._refusal is not None:
            raise self._refusal
        if self._lab is None:
            options = self._options
            if options.connector is None and options.command is None:
                raise UsageError("a scenario needs a connector: give --connector URL")
            self._lab = self._stack.enter_context(
                Lab(
                    connector=options.connector,
                    command=options.command if options.connector is None else None,
                    ours=options.ours,
                    simulator=self._url,
                    seed=1,
                    admin_token=options.admin_token,
                )
            )
        return self._lab
