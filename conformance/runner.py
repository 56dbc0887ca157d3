"""Run the judge: choose cases, hold each in a world of its own, and say what came of it."""

import fnmatch
import os
import shlex
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from difflib import get_close_matches
from http import HTTPStatus

import msgspec

from parcelproof.control_client import ControlClient, ControlError

from .case import Case, Verdict, all_cases, concerns, finding, wires_of
from .catalogue import CARRIERS, PROFILES
from .checks.channels import merged
from .driver.http import ConnectorError, Senseless, Unreachable
from .driver.inprocess import Factory, name_of
from .driver.patience import ANSWER_TIMEOUT_S, EXAMPLE_TIMEOUT_S, START_TIMEOUT_S, Patience
from .driver.shapes import Capabilities
from .hold import broken, hold
from .lab import Lab
from .levels import EVERY_PROFILE, NOT_HELD, chosen_profiles
from .processes import SIMULATOR, InstrumentError, Process
from .run import INSTRUMENT, INTERRUPTED, CaseResult, Run, Stop, by_requirement
from .targets import DRIVER_PATH, CannotStart, is_url, problem_of
from .wires import with_webhooks

DEFAULT_SEED = 1
THOROUGH = 8.0  # times as many examples per property
OUR_JOBS = 2
DEATHS = 3  # programs that ended by themselves, one after another, after which no more cases are held
LAST_BREATH_S = 0.2  # from the last connection that a dying program cut to its end
IMPLIED = {
    "resilience": "labels",
    "idempotence": "labels",
    "numbers": "labels",
    "security": "webhooks",
}  # areas that come with another one


class UsageError(Exception):
    """The run cannot start as asked: exit 2. The message says what to do."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to run.

    Either `connector`, the URL of a driver with its path or `package.module:factory`; or `command`, which starts one:
    in its words `{port}` is a free port and `{state}` a folder that outlives a kill, own per lane. `ours`: the command
    is our own reference, so its death is ours too. `simulator` is a command or the URL of a running one. `cases` are
    ids, requirement ids or patterns with `*`.
    `profiles` may hold "all"; with neither profiles nor cases the default profiles are judged.
    `examples` scales how many examples a property is given (1 is the default number).
    """

    connector: str | Factory | None = None  # a factory where Python code names it
    command: Sequence[str] | None = None
    ours: bool = False
    simulator: Sequence[str] | str = SIMULATOR
    profiles: Sequence[str] = ()
    cases: Sequence[str] = ()
    seed: int = DEFAULT_SEED
    examples: float = 1.0
    stop_at_first: bool = False
    admin_token: str | None = None  # what a running simulator's control API asks for
    jobs: int | None = None  # connectors side by side: by default two of ours, one of anybody else's
    answer_timeout_s: float = ANSWER_TIMEOUT_S  # for one answer of the connector
    example_timeout_s: float = EXAMPLE_TIMEOUT_S  # for all its answers in one example
    start_timeout_s: float = START_TIMEOUT_S  # for a command, until it is ready
    target: str = ""  # how the replay command names the connector, for example "--reference"


Progress = Callable[[int, int, CaseResult | None, str], None]  # (done, of, the result just made, what comes next)


def run(options: Options, progress: Progress | None = None) -> Run:
    """Judge a connector. A run that ends early keeps what it found and says why: `Run.stop`.

    Raises:
        UsageError: nothing to judge, an unknown profile, no such case, or nobody answers (exit 2).
        InstrumentError: the simulator or the judge's own servers did not start (exit 3).
    """
    chosen = check(options)
    began = time.monotonic()
    try:
        capabilities, results, stop = hold_all(options, chosen, progress)
    except CannotStart as error:
        raise UsageError(str(error)) from error
    except ConnectorError as error:  # what happens inside a case is its verdict: this was the first question
        raise first_question_failed(options, error) from error
    return Run(
        connector=msgspec.to_builtins(capabilities),
        target=target_of(options),
        seed=options.seed,
        results=tuple(results),
        requirements=by_requirement(results),
        duration_s=round(time.monotonic() - began, 2),
        selection=" ".join([*(f"--profile {name}" for name in options.profiles), *_chosen(options.cases)]),
        matrix=tuple(cell for row in results for cell in row.cells),
        channels=merged(channel for row in results for channel in row.channels),
        stop=stop,
    )


def check(options: Options) -> list[Case]:
    """Return the cases to hold, before anything is started.

    Raises:
        UsageError: a name among the options is not known, or nothing or two things are to be judged.
    """
    chosen = select(options.profiles, options.cases)
    if problem := problem_of(options.connector, options.command):
        raise UsageError(problem)
    return chosen


def _chosen(cases: Sequence[str]) -> list[str]:
    return [f"--case {shlex.quote(name)}" for name in cases]


def first_question_failed(options: Options, error: ConnectorError) -> Exception:
    """Return what it means that a connector does not even tell its capabilities."""
    if options.ours:
        return InstrumentError(f"the reference started but does not say what it is: {error}")
    if options.command is not None:
        return UsageError(f"the command started but does not say what it is: {error}")
    if not (isinstance(options.connector, str) and is_url(options.connector)) or isinstance(error, Senseless):
        return UsageError(str(error))
    advice = "start it first, or" if isinstance(error, Unreachable) else "if no driver answers there,"
    return UsageError(f"{error}; {advice} check the URL (the driver's path is {DRIVER_PATH})")


def lanes_for(options: Options) -> int:
    """Return how many connectors work side by side: only commands can be started more than once.

    The results do not depend on it: each example of each case has a world of its own.
    """
    if options.command is None:
        return 1
    if options.jobs is not None:
        return max(1, options.jobs)
    return min(OUR_JOBS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2) if options.ours else 1


def hold_all(
    options: Options, cases: Sequence[Case], progress: Progress | None
) -> tuple[Capabilities, list[CaseResult], Stop | None]:
    """Hold the cases, in lanes where that is possible; the results stand in the order of the cases."""
    with ExitStack() as stack:
        simulator = options.simulator
        url = simulator if isinstance(simulator, str) else stack.enter_context(Process(simulator)).url
        labs = [stack.enter_context(open_lab(options, url)) for _ in range(lanes_for(options))]
        waiting: deque[tuple[int, Case]] = deque(enumerate(cases))
        results: dict[int, CaseResult] = {}
        stop = threading.Event()
        why: Stop | None = None

        def work(lab: Lab) -> None:
            while not stop.is_set():
                try:
                    place, case = waiting.popleft()
                except IndexError:
                    return
                if progress:
                    progress(len(results), len(cases), None, case.id)
                results[place] = made = judge(lab, case, options)
                if progress:
                    progress(len(results), len(cases), made, "")
                if options.stop_at_first and made.verdict is Verdict.FAILED:
                    stop.set()

        with ThreadPoolExecutor(max_workers=len(labs)) as pool:
            try:
                for finished in as_completed([pool.submit(work, lab) for lab in labs]):
                    finished.result()
            except KeyboardInterrupt:
                why = Stop(exit_code=INTERRUPTED, reason="interrupted")
            except Exception as error:  # what was found so far is told all the same
                ours = str(error) if isinstance(error, InstrumentError) else broken(error)
                why = Stop(exit_code=INSTRUMENT, reason=ours)
            finally:
                stop.set()
        return labs[0].capabilities, [results[place] for place in sorted(results)], why


def open_lab(options: Options, simulator_url: str) -> Lab:
    """Return a laboratory for these options, to be entered.

    Raises:
        UsageError: no simulator answers at the URL that was given.
    """
    if isinstance(options.simulator, str):
        _look_for_simulator(simulator_url, options.admin_token)
    return Lab(
        connector=options.connector,
        command=options.command,
        ours=options.ours,
        simulator=simulator_url,
        admin_token=options.admin_token if isinstance(options.simulator, str) else None,
        seed=options.seed,
        patience=patience_of(options),
    )


def patience_of(options: Options) -> Patience:
    """Return how long to wait. An example has the time of one answer at least: somebody may sit in a debugger."""
    whole_s = max(options.example_timeout_s, options.answer_timeout_s)
    return Patience(options.answer_timeout_s, whole_s, options.start_timeout_s)


def _look_for_simulator(url: str, admin_token: str | None) -> None:
    try:
        with ControlClient(url, admin_token) as control:
            control.tenants()
    except ControlError as error:
        if error.status == HTTPStatus.UNAUTHORIZED:
            wanted = "another --admin-token" if admin_token else "--admin-token"
            raise UsageError(f"the simulator at {url} wants {wanted}, the one that it was started with") from error
        advice = "start one by `parcelproof simulate --virtual`, or check the URL"
        raise UsageError(f"no simulator answers at {url} ({error}); {advice}") from error


def select(profiles: Sequence[str], patterns: Iterable[str]) -> list[Case]:
    """Return the cases of these profiles that fit one of these patterns; those of the default profiles when neither
    is asked for.

    Raises:
        UsageError: a profile or a pattern names nothing.
    """
    for name in profiles:
        if name not in (*PROFILES, EVERY_PROFILE):
            raise UsageError(f"no profile is called {name!r}; the nearest is {_nearest(name, PROFILES)!r}")
    wanted = list(patterns)
    areas = set(chosen_profiles(profiles, cases=bool(wanted)))
    cases = [case for case in all_cases() if not areas or areas & set(case.profiles)]
    for pattern in wanted:
        if not any(_fits(case, pattern) for case in cases):
            if elsewhere := [name for case in all_cases() if _fits(case, pattern) for name in case.profiles]:
                others = " or ".join(dict.fromkeys(elsewhere))
                raise UsageError(f"{pattern!r} is in the profile {others}; name that one, or leave the profile out")
            near = _nearest(pattern, [name for case in cases for name in (*case.requirements, case.id)])
            raise UsageError(f"no case fits {pattern!r}; the nearest is {near!r}, and a pattern like 'TRK-*' will do")
    return [case for case in cases if not wanted or any(_fits(case, pattern) for pattern in wanted)]


def _nearest(name: str, known: Iterable[str]) -> str:
    return get_close_matches(name, [*known], n=1, cutoff=0.0)[0]


def _fits(case: Case, pattern: str) -> bool:
    names = (case.id, case.id.partition("[")[0], case.name, *case.requirements)
    literal = pattern.replace("[", "[[]")
    return any(fnmatch.fnmatchcase(name, literal) for name in names)


def target_of(options: Options) -> str:
    if options.target:
        return options.target
    if options.command is None or options.ours:
        return "--reference" if options.connector is None else f"--connector {shlex.quote(name_of(options.connector))}"
    return f"--command {shlex.quote(shlex.join(options.command))}"


def not_applicable(case: Case, capabilities: Capabilities) -> str:
    """Return why a case does not concern this connector; empty when it does."""
    profiles = set(capabilities.profiles)
    profiles |= {name for name, source in IMPLIED.items() if source in profiles}
    lacking = [name for name in case.profiles if name not in profiles]
    if lacking and not (set(case.profiles) & profiles):
        return f"not applicable: the connector does not claim the profile {', '.join(lacking)}"
    needed = [name for name in case.needs if name not in profiles]
    if needed:
        return f"not applicable: the connector does not claim the profile {', '.join(needed)}"
    if not set(CARRIERS) & set(capabilities.carriers):
        return f"not applicable: the connector serves none of {', '.join(CARRIERS)}"
    if not wires_of(case) and not concerns(case, capabilities.carriers):
        return f"not applicable: it is tried at {' or '.join(with_webhooks())}, which the connector does not serve"
    unserved = [name for name in wires_of(case) if name not in capabilities.carriers]
    if unserved:
        return f"not applicable: the connector does not serve {', '.join(unserved)}"
    wanted = case.settings.get("label_format")
    if wanted is not None and wanted not in capabilities.label_formats:
        return f"not applicable: the connector hands out no labels in {wanted}"
    unclaimed = [name for name in case.claims if name not in capabilities.claims]
    if unclaimed:
        return f"not applicable: the connector does not claim {', '.join(unclaimed)}"
    return ""


def _skipped(case: Case, reason: str, replay: str) -> CaseResult:
    return CaseResult(
        id=case.id,
        story=case.story,
        verdicts=dict.fromkeys(case.requirements, Verdict.SKIPPED),
        reason=reason,
        replay=replay,
        carrier=case.carrier or "",
        examples=0,
    )


def replay_of(case: Case, options: Options) -> str:
    """Return the command line that holds one case again, with as many examples: fewer may miss the one that fails."""
    many = " --thorough" if options.examples >= THOROUGH else ""
    return f"parcelproof verify {target_of(options)} --case {shlex.quote(case.id)} --seed {options.seed}{many}"


def judge(lab: Lab, case: Case, options: Options) -> CaseResult:
    """Hold one case where it applies.

    Raises:
        InstrumentError: our own side broke, so that no further case can be held.
    """
    replay = replay_of(case, options)
    reason = not_applicable(case, lab.capabilities)
    if reason:
        return _skipped(case, reason, replay)
    if lost := lab.gone or lab.connector.patience.lost():
        return _skipped(case, f"{NOT_HELD}{lost}", replay)
    began = time.monotonic()
    outcome = _outlived(lab, hold(lab, case, seed=options.seed, scale=options.examples))
    return msgspec.structs.replace(outcome, replay=replay, duration_s=round(time.monotonic() - began, 3))


def _outlived(lab: Lab, outcome: CaseResult) -> CaseResult:
    """Return a case's result, failed when the connector's program ended during it; then it is started once more.

    Raises:
        InstrumentError: it was our own reference.
    """
    # A program closes its connections before it is gone: one that failed may be dying just now.
    if not lab.target.ended_within(LAST_BREATH_S if outcome.verdict is Verdict.FAILED else 0.0):
        lab.deaths = 0
        return outcome
    how = lab.target.epitaph()
    if lab.target.ours:
        raise InstrumentError(f"the reference ended: {how}")
    lab.deaths += 1
    if lab.deaths >= DEATHS:
        lab.gone = f"the connector ended by itself in {lab.deaths} cases, one after another"
    else:
        try:
            lab.target.restart()
        except ConnectorError as error:
            lab.gone = str(error)
    died = tuple(finding(number, "the connector's program", "it runs on", how) for number in outcome.verdicts)
    return msgspec.structs.replace(
        outcome,
        verdicts=dict.fromkeys(outcome.verdicts, Verdict.FAILED),
        findings=(*outcome.findings, *died),
    )
