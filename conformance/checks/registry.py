"""The register of checks, and the judgement of a history by all of them or by chosen ones."""

from collections.abc import Callable, Iterable, Iterator

from ..catalogue import known, load
from ..history import Finding, History, Judgement

# A check yields one item per subject it looked at: a finding when something is wrong, else the subject's name.
Check = Callable[[History], Iterator[Finding | str]]

CHECKS: dict[str, Check] = {}  # requirement -> its check


def check(requirement: str) -> Callable[[Check], Check]:
    """Register a function as the check of one requirement.

    Raises:
        CatalogueError: the catalogue has no such requirement.
    """
    known([requirement])

    def register(function: Check) -> Check:
        if requirement in CHECKS:
            raise ValueError(f"{requirement} has two checks: {CHECKS[requirement].__name__} and {function.__name__}")
        CHECKS[requirement] = function
        return function

    return register


def look(requirement: str, history: History) -> Judgement:
    """Judge one requirement. A check that finds no subject proves nothing: skipped."""
    seen = list(CHECKS[requirement](history))
    findings = tuple(item for item in seen if isinstance(item, Finding))
    if findings:
        verdict = "failed" if load()[requirement].level.binding else "warned"
        return Judgement(requirement=requirement, verdict=verdict, checked=len(seen), findings=findings)
    if not seen:
        reason = "nothing in this history that it speaks of"
        return Judgement(requirement=requirement, verdict="skipped", reason=reason)
    return Judgement(requirement=requirement, verdict="passed", checked=len(seen))


def judge(history: History, requirements: Iterable[str] | None = None) -> list[Judgement]:
    """Judge all requirements that have a check, or the chosen ones, in the order of their ids."""
    return [look(number, history) for number in sorted(requirements if requirements is not None else CHECKS)]
