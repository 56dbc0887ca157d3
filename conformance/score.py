"""How strong the judge is: every faulty connector must be failed, and by the right requirements."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from .case import Verdict
from .mutants import Mutant, mutants
from .processes import SIMULATOR, Process
from .runner import DEFAULT_SEED, Options, run


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one mutant. `missed`: requirements that ought to have failed and did not."""

    name: str
    breaks: str
    failed: tuple[str, ...]
    missed: tuple[str, ...]
    broke: str = ""  # why nothing can be said: our own side broke

    @property
    def caught(self) -> bool:
        return not self.missed and not self.broke


def names() -> list[str]:
    """Return the names of the faulty connectors in their order."""
    return list(mutants())


def score(
    command: Callable[[str], Sequence[str]],
    *,
    only: Iterable[str] = (),
    seed: int = DEFAULT_SEED,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Scored]:
    """Judge each mutant by the cases of the requirements that it must fail.

    Args:
        command: the command that starts the faulty connector of a name, printing a ready line.
        only: names; all when empty.

    Raises:
        InstrumentError: the simulator or a connector did not start.
    """
    wanted = list(only) or names()
    found = []
    with Process(SIMULATOR) as simulator:
        for place, name in enumerate(wanted):
            if progress:
                progress(place, len(wanted), name)
            found.append(_judge(name, mutants()[name], command(name), simulator.url, seed))
    return found


def _judge(name: str, mutant: Mutant, command: Sequence[str], simulator: str, seed: int) -> Scored:
    made = run(
        Options(
            command=command,
            ours=True,
            jobs=1,
            simulator=simulator,
            cases=mutant.fails,
            seed=seed,
            target=f"the mutant {name}",
        )
    )
    verdicts = {row.id: row.verdict for row in made.requirements}
    unknown = [row.reason for row in made.results if row.verdict is Verdict.UNKNOWN]
    return Scored(
        name=name,
        breaks=mutant.breaks,
        failed=made.failed(),
        missed=tuple(number for number in mutant.fails if verdicts.get(number) is not Verdict.FAILED),
        broke=unknown[0] if unknown else "",
    )
