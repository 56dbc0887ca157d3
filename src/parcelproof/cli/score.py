"""`parcelproof score`: how many faulty connectors the judge, or somebody's own suite, catches."""

import json
from typing import TYPE_CHECKING

import click

from .failures import InstrumentBroke

if TYPE_CHECKING:
    from collections.abc import Callable

    from parcelproof.conformance.score import Score, Scored, Sound

    Judging = Callable[[Callable[[int, int, str], None]], Score]


@click.command(
    short_help="Count the faulty connectors that are caught.",
    epilog="Example: parcelproof score duplicate-mail\n\nExample: parcelproof score --suite 'pytest acceptance'",
)
@click.argument("names", nargs=-1)
@click.option(
    "--area", "areas", multiple=True, metavar="AREA", help="Only those of this area; may be repeated.  [default: all]"
)
@click.option("--list", "list_", is_flag=True, help="Only name the faulty connectors, one a line.")
@click.option(
    "--full", is_flag=True, help="Hold every case on each, and fail one that breaks more than its entry says."
)
@click.option("--each-once", is_flag=True, help="Only as few as break each requirement once.")
@click.option("--share", metavar="N/M", help="Only the N-th of M shares: 2/3 is the second, the fifth, the eighth …")
@click.option("--json", "json_", is_flag=True, help="One JSON object on stdout in place of the lines.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed: the same examples.")
@click.option(
    "--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Faulty connectors judged side by side."
)
@click.option(
    "--suite", metavar="CMD", help="Run this command once for each, in the judge's place; exit 0 lets it live."
)
@click.option(
    "--suite-seconds",
    type=click.FloatRange(1, 3600),
    default=120.0,
    show_default=True,
    help="A run of the suite that takes longer is killed, and counts as a kill.",
)
@click.pass_context
def score(
    ctx: click.Context,
    names: tuple[str, ...],
    areas: tuple[str, ...],
    list_: bool,
    full: bool,
    each_once: bool,
    share: str | None,
    json_: bool,
    seed: int,
    jobs: int,
    suite: str | None,
    suite_seconds: float,
) -> None:
    """Judge every faulty connector, or those of these NAMES.

    Each is the reference engine with one bug, and is judged by the requirements that it breaks; the unbroken engine
    must pass the same cases. Exit 1 when one survives, 3 when our own side broke.
    """
    chosen = _chosen(ctx, names, areas)
    if each_once:
        from parcelproof.conformance.score import one_for_each

        chosen = one_for_each(chosen)
    if share is not None:
        chosen = _share(ctx, chosen, share)
    if list_:
        click.echo("\n".join(chosen))
        return
    if suite is not None and full:
        raise click.UsageError("--full holds the judge's own cases; it does not go with --suite", ctx)
    found = _scored(ctx, len(chosen), _judging(chosen, seed, full, jobs, suite, suite_seconds))
    click.echo(json.dumps(found.document(), ensure_ascii=False, indent=1) if json_ else "\n".join(lines(found)))
    ctx.exit(found.exit_code)


def _share(ctx: click.Context, names: list[str], share: str) -> list[str]:
    which, _, shares = share.partition("/")
    numbers = [int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0 for text in (which, shares)]
    if not 1 <= numbers[0] <= numbers[1]:
        raise click.UsageError(f"--share: found {share!r}, allowed is one of its shares, for example 1/2", ctx)
    return names[numbers[0] - 1 :: numbers[1]]


def _chosen(ctx: click.Context, names: tuple[str, ...], areas: tuple[str, ...]) -> list[str]:
    from parcelproof.conformance import mutants as catalogue

    for area in areas:
        if area not in catalogue.areas():
            raise click.UsageError(f"no area is called {area!r}; areas: {', '.join(catalogue.areas())}", ctx)
    for name in names:
        if name not in catalogue.mutants():
            raise click.UsageError(f"no faulty connector is called {name!r}; `parcelproof score --list` has all", ctx)
    of_areas = [name for area in areas for name in catalogue.areas()[area]]
    return list(dict.fromkeys([*names, *of_areas])) or list(catalogue.mutants())


def _judging(names: list[str], seed: int, full: bool, jobs: int, suite: str | None, suite_seconds: float) -> "Judging":
    from parcelproof.conformance import score as scoring

    from .programs import engine_command, nursery_command

    if suite is not None:
        return lambda progress: scoring.score_suite(
            engine_command, suite, only=names, lanes=jobs, most_s=suite_seconds, progress=progress
        )
    return lambda progress: scoring.score(
        engine_command, only=names, seed=seed, full=full, lanes=jobs, nursery=nursery_command(), progress=progress
    )


def _scored(ctx: click.Context, count: int, judging: "Judging") -> "Score":
    """Score with a progress bar on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    from parcelproof.conformance.processes import InstrumentError
    from parcelproof.conformance.score import SuiteUnfit

    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("judging", total=count)
            return judging(
                lambda done, of, name: progress.update(bar, completed=done, total=of, description=name),
            )
    except SuiteUnfit as error:
        raise click.UsageError(str(error), ctx) from error
    except InstrumentError as error:
        raise InstrumentBroke(str(error)) from error


def lines(found: "Score") -> list[str]:
    """Return what a person reads: a line for each faulty connector, for each requirement, and the sum."""
    told = [_line(one, found) for one in found.scored]
    if len(found.scored) > 1 and not found.suite:
        told += ["", *_by_requirement(found)]
    told += [f"FAILED   the unbroken reference: {sentence}" for sentence in found.sound.failed]
    if found.sound.broke:
        told.append(f"UNKNOWN  the unbroken reference: {found.sound.broke}")
    return [*told, "", _sum(found)]


def _line(one: "Scored", found: "Score") -> str:
    if one.broke:
        return f"UNKNOWN  {one.name}: {one.broke}"
    how = one.how or ", ".join(f"{number} by {case}" for number, case in one.killed_by.items())
    if not one.killed:
        missed = "" if found.suite else f" Not failed: {', '.join(one.missed)}."
        return f"SURVIVED {one.name}: {one.breaks}{missed}"
    if found.full and one.unlisted:
        return f"UNLISTED {one.name}: also failed {', '.join(one.unlisted)}, which its entry does not name."
    return f"killed   {one.name}: {how}"


def _by_requirement(found: "Score") -> list[str]:
    told = []
    for number, row in found.requirements().items():
        survived = f", survived: {', '.join(row['survived'])}" if row["survived"] else ""
        told.append(f"{number}  killed {len(row['killed'])}{survived}")
    return told


def _sum(found: "Score") -> str:
    told = f"Killed {found.killed} of {len(found.scored)} faulty connectors in {found.seconds:.0f} s"
    if found.unknown:
        told += f", nothing is known of {found.unknown}"
    return f"{told}; {_of_the_reference(found.sound)}."


def _of_the_reference(sound: "Sound") -> str:
    if sound.broke:
        return "whether the unbroken one passes is not known"
    if sound.failed:
        return f"the unbroken one FAILED {len(sound.failed)} of the same {sound.cases} cases"
    return f"the unbroken one passed the same {sound.cases} cases" if sound.cases else "no case was held"
