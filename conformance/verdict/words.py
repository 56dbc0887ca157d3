"""What people read for verdicts and exit codes, the same in every report."""

from datetime import UTC, datetime

from ..case import Verdict
from ..catalogue import load
from ..mutants import proofs
from ..run import CONFORM, FAILED, INSTRUMENT, INTERRUPTED, WRONG_USE, Channel, LevelResult, Run
from ..wires import POLLED

ORDER = (Verdict.FAILED, Verdict.UNKNOWN, Verdict.WARNED, Verdict.PASSED, Verdict.SKIPPED)
TROUBLE = (Verdict.FAILED, Verdict.UNKNOWN, Verdict.WARNED)
WORDS = {
    CONFORM: "conform",
    FAILED: "not conform",
    WRONG_USE: "nothing judged",
    INSTRUMENT: "instrument fault",
    INTERRUPTED: "interrupted",
}


def word_of(run: Run) -> str:
    """Return what a run's exit code stands for."""
    return WORDS.get(run.exit_code, "ended early")


def name_of(run: Run) -> str:
    return f"{run.connector.get('name', '')} {run.connector.get('version', '')}".strip() or "connector"


def began_of(run: Run) -> str:
    """Return when a run began, "" when nobody said."""
    return f"{datetime.fromisoformat(run.began).astimezone(UTC):%Y-%m-%d %H:%M} UTC" if run.began else ""


def command_of(run: Run) -> str:
    """Return the command line that makes this run again."""
    return " ".join(filter(None, ["parcelproof verify", run.target, run.selection, f"--seed {run.seed}"]))


def sums_of(run: Run) -> str:
    """Return the counts of requirements in one line, what is waived counted apart."""
    waived = sum(1 for row in run.requirements if row.waived)
    counts = [f"{count} {verdict}" for verdict, count in run.counts().items() if count]
    of_all = [*([", ".join(counts), "of"] if counts else []), plural(len(run.requirements), "requirement")]
    return " ".join(of_all) + (f" ({waived} waived)" if waived else "")


def why_of(run: Run) -> str:
    """Return what besides failed requirements makes a run what it is, in one line; "" when nothing does."""
    if run.stop is not None:
        return ""
    if run.exit_code == WRONG_USE:
        return "nothing that was asked applies to this connector: see what its capabilities leave out"
    if run.exit_code != FAILED:
        return ""
    short = any(row.name == run.level and not row.reached for row in run.levels)
    needless = sum(row.state == "not needed" for row in run.waivers)
    whys = [f"level {run.level} is not reached"] if short else []
    whys += [f"{plural(needless, 'waiver')} not needed any more"] if needless else []
    return "; ".join(whys)


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def next_level(run: Run) -> LevelResult | None:
    """Return the lowest level that was not reached; None when all were, or when levels were not looked at."""
    return next((row for row in run.levels if not row.reached), None)


def lacks_of(level: LevelResult) -> list[str]:
    """Return what a level lacks, one line for each profile and kind of lack."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in level.missing:
        said = f"{row.why} (waived)" if row.waived else row.why
        groups.setdefault((row.profile, said), []).append(row.requirement or row.reason)
    return [f"{profile}: {said}: {_some(names)}" for (profile, said), names in groups.items()]


def without_of(run: Run, level: LevelResult | None) -> str:
    """Return which profiles a level does without, as they have no case for this connector; "" where all have one."""
    if level is None or not level.without:
        return ""
    have = "has" if len(level.without) == 1 else "have"
    carriers = ", ".join(map(str, run.connector.get("carriers", ())))
    return f"without {', '.join(level.without)}, which {have} no case for {carriers}"


def reached_of(run: Run) -> LevelResult | None:
    """Return the highest level that was reached; None when none was."""
    return next((row for row in reversed(run.levels) if row.reached), None)


def _some(names: list[str], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def proved_of(run: Run) -> str:
    """Return how many MUSTs of the catalogue no faulty connector proves, judged or not, in one line."""
    if not run.requirements:
        return ""
    told = [f"Unproved: {len(run.unproved)} of the catalogue's {plural(len(proofs()), 'MUST')}"]
    never = [number for number in run.unproved if load()[number].untestable]
    if lacking := [number for number in run.unproved if number not in never]:
        here = len({row.id for row in run.requirements} & {*lacking}) or "none"
        told.append(f"as no faulty connector breaks them: {_some(lacking)}; {here} of them judged here")
    if never:
        told.append(f"as no connector can show them: {_some(never)}")
    return ", ".join(told)


def channels_of(run: Run) -> list[Channel]:
    """Return the channels that there is something to say of: not the webhooks of a carrier that sends none."""
    silent = {*POLLED}
    return [row for row in run.channels if row.news or not (row.name == "unknown" or row.carrier in silent)]


def told_of(channel: Channel) -> str:
    """Return of what news a channel told first."""
    count = f"{plural(channel.news, 'piece')} of news" if channel.news else ""
    return ": ".join(filter(None, [count, ", ".join(channel.taught)])) or "nothing"
