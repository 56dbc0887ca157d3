"""Levels: what a connector may call itself. Bronze, silver and gold, each with the profiles of those below it."""

from collections.abc import Iterable, Mapping

from .case import CASES, Case, Verdict, all_cases, concerns
from .catalogue import CARRIERS, PROFILES, Requirement, load
from .run import CaseResult, LevelResult, Missing, RequirementResult, Run

LEVELS: Mapping[str, tuple[str, ...]] = {
    "bronze": ("rates", "labels"),
    "silver": ("tracking", "webhooks", "returns", "notifications"),
    "gold": ("settlement", "resilience", "idempotence", "security", "documents", "numbers"),
}
DEFAULT_PROFILES = ("rates", "labels", "tracking", "webhooks", "returns")
EVERY_PROFILE = "all"
FOUNDATIONS = ("clock", "import", "mail_in", "restart")  # the other claims are parts of a profile
NOT_HELD = "not held: "  # how the reason begins of a case for which there was no connector any more


def profiles_of(level: str) -> tuple[str, ...]:
    """Return all profiles that a level asks for, those of the lower levels first."""
    names = [*LEVELS]
    return tuple(profile for name in names[: names.index(level) + 1] for profile in LEVELS[name])


def chosen_profiles(profiles: Iterable[str], level: str = "", *, cases: bool = False) -> tuple[str, ...]:
    """Return the profiles to judge. With nothing named: the default ones, or any when `cases` are named instead."""
    named = [*(profiles_of(level) if level else ()), *profiles]
    if EVERY_PROFILE in named:
        return PROFILES
    if not named:
        return () if cases else DEFAULT_PROFILES
    return tuple(dict.fromkeys(named))


def level_results(run: Run) -> tuple[LevelResult, ...]:
    """Return each level with what is missing.

    A level is reached when every MUST of its profiles passed, in all of its cases that the connector's carriers and
    claims allow, and at least one of each profile was held. A profile without a case for these carriers is no obstacle.
    """
    missing: list[Missing] = []
    without: list[str] = []
    found = []
    for name, profiles in LEVELS.items():
        without += [profile for profile in profiles if not _concerns(run, profile)]
        missing += [row for profile in profiles if profile not in without for row in _missing(run, profile)]
        found.append(
            LevelResult(
                name=name, profiles=profiles, reached=not missing, missing=tuple(missing), without=tuple(without)
            )
        )
    return tuple(found)


def _concerns(run: Run, profile: str) -> bool:
    """Whether a profile has a case for the carriers that the connector serves; for one that serves none all have."""
    served = {*run.connector.get("carriers", ())} & {*CARRIERS}
    if not served:
        return True
    wanted = {row.id for row in load().values() if profile in row.profiles and _counts(row)}
    return any(concerns(case, served) for case in all_cases() if wanted & {*case.requirements})


def _missing(run: Run, profile: str) -> list[Missing]:
    rows = {row.id: row for row in run.requirements}
    results = {row.id: row for row in run.results}
    wanted = [row for row in load().values() if profile in row.profiles and _counts(row)]
    lacking = [lack for row in wanted if (lack := _lack(row, profile, rows.get(row.id), results, run)) is not None]
    held = any(row.id in rows and rows[row.id].verdict is Verdict.PASSED for row in wanted)
    if not held and not lacking:
        return [Missing(requirement="", profile=profile, why="skipped", reason=f"nothing of {profile} was held")]
    return lacking


def _counts(requirement: Requirement) -> bool:
    return requirement.level.binding and not requirement.retired and not requirement.untestable


def _lack(
    requirement: Requirement,
    profile: str,
    row: RequirementResult | None,
    results: Mapping[str, CaseResult],
    run: Run,
) -> Missing | None:
    if row is None:
        return Missing(requirement=requirement.id, profile=profile, why="not judged")
    if row.verdict is Verdict.FAILED:
        waived = bool(row.waived)
        return Missing(requirement=row.id, profile=profile, why="failed", reason=row.waived, waived=waived)
    if row.verdict is Verdict.UNKNOWN:
        return Missing(requirement=row.id, profile=profile, why="unknown", reason=row.reason)
    if row.verdict is Verdict.SKIPPED and not all(_elsewhere(results[name], run) for name in row.cases):
        return Missing(requirement=row.id, profile=profile, why="skipped", reason=row.reason or "not reached")
    if left_out := [results[name] for name in row.cases if results[name].reason.startswith(NOT_HELD)]:
        return Missing(requirement=row.id, profile=profile, why="skipped", reason=left_out[0].reason)
    if _cases_of(requirement.id) - set(row.cases):
        return Missing(requirement=row.id, profile=profile, why="not judged in full")
    return None


def _elsewhere(result: CaseResult, run: Run) -> bool:
    """Whether a case was left out as it is about a carrier that the connector does not serve, or a part it lacks."""
    served = run.connector.get("carriers", ())
    known = CASES.get(result.id)
    if known is None:
        return bool(result.carrier) and result.carrier not in served
    return not concerns(known, served) or bool(_parts(known) - {*run.connector.get("claims", ())})


def _parts(case: Case) -> set[str]:
    """Return the claims of a case that name a part of its profile, which a connector may lack."""
    return {*case.claims} - {*FOUNDATIONS}


def _cases_of(number: str) -> set[str]:
    return {case.id for case in all_cases() if number in case.requirements}
