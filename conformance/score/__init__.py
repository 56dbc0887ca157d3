"""How strong the judge is: every faulty connector must be failed, and by the right requirements."""

import time
from collections.abc import Callable, Iterable, Sequence

from ..mutants import areas, mutants
from ..runner import DEFAULT_SEED
from .lane import Job, Judged
from .lanes import Lanes
from .outcome import Score, Scored, Sound, unlisted
from .suite import SuiteUnfit, score_suite

__all__ = ["Score", "Scored", "Sound", "SuiteUnfit", "names", "one_for_each", "score", "score_suite"]

LANES = 2
WORTH_A_NURSERY = 4  # engines a lane must start before it is quicker to have a process that forks them
Command = Callable[[str | None], Sequence[str]]  # the command of a mutant's engine; of the unbroken one for None
Progress = Callable[[int, int, str], None]  # done, of, what was done last


def names(chosen_areas: Iterable[str] = ()) -> list[str]:
    """Return the names of the faulty connectors in their order, of these areas or of all."""
    wanted = set(chosen_areas)
    return [name for area, rows in areas().items() if not wanted or area in wanted for name in rows]


def one_for_each(wanted: Iterable[str]) -> list[str]:
    """Return as many of these as are needed for each requirement that they break to be broken, the first ones first."""
    broken: set[str] = set()
    kept = []
    for name in wanted:
        if not broken.issuperset(mutants()[name].fails):
            broken.update(mutants()[name].fails)
            kept.append(name)
    return kept


def score(
    command: Command,
    *,
    only: Iterable[str] = (),
    seed: int = DEFAULT_SEED,
    full: bool = False,
    lanes: int = LANES,
    nursery: Sequence[str] = (),
    progress: Progress | None = None,
) -> Score:
    """Judge each mutant by the cases of the requirements that it must fail, then the reference by the cases that did.

    Each mutant's judgement stops as soon as all its requirements have failed; `full` holds all cases on each.

    Args:
        only: names; all when empty.
        nursery: the command of a process from which engines are forked; without, each starts by itself.

    Raises:
        InstrumentError: a lane, its simulator or a connector did not start.
    """
    began = time.monotonic()
    wanted = list(only) or names()
    judged: dict[str, Judged] = {}
    of = len(wanted) + lanes

    def done(one: Judged) -> None:
        judged[one.name] = one
        if progress:
            progress(len(judged), of, one.name)

    parts: list[Judged] = []

    def keep(part: Judged) -> None:
        parts.append(part)
        done(part)

    count = min(lanes, len(wanted))
    with Lanes(count, nursery if len(wanted) >= WORTH_A_NURSERY * count else ()) as opened:
        opened.judge([_job(name, command, seed, full) for name in wanted], done)
        scored = tuple(_scored(judged[name]) for name in wanted)
        opened.judge(_of_the_reference(tuple(command(None)), scored, seed=seed, full=full, lanes=count), keep)
    sound = _sound(parts)
    return Score(scored=scored, sound=sound, seed=seed, full=full, seconds=time.monotonic() - began)


def _job(name: str, command: Command, seed: int, full: bool) -> Job:
    return Job(name=name, command=tuple(command(name)), fails=mutants()[name].fails, seed=seed, full=full)


def _scored(judged: Judged) -> Scored:
    mutant = mutants()[judged.name]
    return Scored(
        name=judged.name,
        breaks=mutant.breaks,
        fails=mutant.fails,
        killed_by=judged.killed_by,
        failed=judged.failed,
        unlisted=unlisted(mutant, judged.failed),
        broke=judged.broke,
        seconds=judged.seconds,
        evidence=judged.evidence,
    )


def _of_the_reference(
    command: tuple[str, ...], scored: Sequence[Scored], *, seed: int, full: bool, lanes: int
) -> list[Job]:
    """Return what the unbroken reference is held to: the cases that failed a mutant, each for as many examples."""
    evidence: dict[str, int] = {}
    for one in scored:
        for case, examples in one.evidence.items():
            evidence[case] = max(examples, evidence.get(case, 0))
    if full:
        return [Job(name="the reference", command=command, full=True, evidence=evidence, seed=seed)]
    dearest = sorted(evidence, key=lambda case: (-evidence[case], case))
    shares = [{case: evidence[case] for case in dearest[place::lanes]} for place in range(lanes)]
    return [
        Job(name=f"the reference, part {place}", command=command, evidence=share, seed=seed)
        for place, share in enumerate(shares, 1)
        if share
    ]


def _sound(parts: Sequence[Judged]) -> Sound:
    return Sound(
        cases=sum(part.held for part in parts),
        failed=tuple(sorted(finding for part in parts for finding in part.findings)),
        broke="; ".join(part.broke for part in parts if part.broke),
    )
