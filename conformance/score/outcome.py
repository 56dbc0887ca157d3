"""What a score says: of each faulty connector, of the unbroken one, and of all together."""

from collections.abc import Iterable
from typing import Any

import msgspec

from ..case import Case, Verdict, all_cases
from ..mutants import Mutant, unproved
from ..run import CONFORM, FAILED, INSTRUMENT

MACHINE_COST = 4  # examples of a state machine are so many times dearer than those of a property


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one faulty connector. It is killed when all of `fails` failed.

    `killed_by`: requirement to the case that failed it. `unlisted`: requirements that failed although the entry names
    them neither in `fails` nor in `consequences`; only a full run can see all of them.
    """

    name: str
    breaks: str
    fails: tuple[str, ...]
    killed_by: dict[str, str] = {}
    failed: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    how: str = ""  # what a foreign suite did
    broke: str = ""  # why nothing can be said: our own side broke
    seconds: float = 0.0
    evidence: dict[str, int] = {}  # case that failed -> how many of its examples were held by then

    @property
    def missed(self) -> tuple[str, ...]:
        """Return the requirements that ought to have failed and did not."""
        return tuple(number for number in self.fails if number not in self.killed_by)

    @property
    def killed(self) -> bool:
        return not self.missed and not self.broke


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """The unbroken reference under the same cases: `failed` are sentences, and ought to be none."""

    cases: int = 0
    failed: tuple[str, ...] = ()
    broke: str = ""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `full`: every case was held on every faulty connector."""

    scored: tuple[Scored, ...]
    sound: Sound
    seed: int
    full: bool = False
    suite: str = ""  # the command that was scored in the judge's place
    seconds: float = 0.0

    @property
    def killed(self) -> int:
        return sum(one.killed for one in self.scored)

    @property
    def unknown(self) -> int:
        return sum(bool(one.broke) for one in self.scored)

    @property
    def survived(self) -> int:
        return len(self.scored) - self.killed - self.unknown

    @property
    def exit_code(self) -> int:
        if self.unknown or self.sound.broke:
            return INSTRUMENT
        good = (
            not self.survived and not self.sound.failed and not (self.full and any(one.unlisted for one in self.scored))
        )
        return CONFORM if good else FAILED

    def requirements(self) -> dict[str, dict[str, list[str]]]:
        """Return for each requirement that a faulty connector breaks which of them were killed by it and which not."""
        rows: dict[str, dict[str, list[str]]] = {}
        for one in self.scored:
            for number in one.fails:
                row = rows.setdefault(number, {"killed": [], "survived": []})
                row["killed" if number in one.killed_by else "survived"].append(one.name)
        return dict(sorted(rows.items()))

    def document(self) -> dict[str, Any]:
        """Return it as data for machines."""
        return {
            "mutants": len(self.scored),
            "killed": self.killed,
            "survived": self.survived,
            "unknown": self.unknown,
            "seed": self.seed,
            "full": self.full,
            "suite": self.suite or None,
            "seconds": round(self.seconds, 1),
            "reference": {"cases": self.sound.cases, "failed": list(self.sound.failed), "broke": self.sound.broke},
            "requirements": {} if self.suite else self.requirements(),
            "unproved": list(unproved()),
            "details": [_detail(one, suite=bool(self.suite)) for one in self.scored],
        }


def _detail(one: Scored, *, suite: bool) -> dict[str, Any]:
    shown = {
        "name": one.name,
        "breaks": one.breaks,
        "fails": list(one.fails),
        "killed": one.killed,
        "broke": one.broke,
        "seconds": round(one.seconds, 2),
    }
    if suite:
        return {**shown, "how": one.how}
    return {
        **shown,
        "killed_by": one.killed_by,
        "missed": list(one.missed),
        "failed": list(one.failed),
        "unlisted": list(one.unlisted),
    }


def cheapest_first(numbers: Iterable[str]) -> list[Case]:
    """Return the cases of these requirements, those first that cost least, then those that are about little else."""
    wanted = set(numbers)
    return sorted((row for row in all_cases() if wanted & set(row.requirements)), key=_cost)


def _cost(case: Case) -> tuple[int, int, str]:
    worlds = 1 if case.examples is None and case.machine is None else case.examples_count
    return (worlds * (MACHINE_COST if case.machine is not None else 1), len(case.requirements), case.id)


def failed_by(verdicts: dict[str, Verdict]) -> set[str]:
    """Return the requirements that a case found broken; SHOULDs count too."""
    return {number for number, verdict in verdicts.items() if verdict in (Verdict.FAILED, Verdict.WARNED)}


def unlisted(mutant: Mutant, failed: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(failed) - {*mutant.fails, *mutant.consequences}))
