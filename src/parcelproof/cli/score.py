"""`parcelproof score`: how many faulty connectors the judge catches."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from .failures import CannotRun, InstrumentBroke

if TYPE_CHECKING:
    from parcelproof.conformance.score import Scored


@click.command(short_help="Count the faulty connectors the judge catches.", epilog="Example: parcelproof score --list")
@click.option("--list", "list_", is_flag=True, help="Only name the faulty connectors, one a line.")
@click.option("--mutant", "only", multiple=True, help="Only this faulty connector. May be repeated.")
@click.pass_context
def score(ctx: click.Context, list_: bool, only: tuple[str, ...]) -> None:
    """Judge every faulty connector; exit 1 when one is not failed by the right requirement."""
    from parcelproof.conformance import score as scoring

    if list_:
        for name in scoring.names():
            click.echo(name)
        return
    if unknown := sorted(set(only) - set(scoring.names())):
        raise CannotRun(f"no mutant is called {unknown[0]!r}; `parcelproof score --list` has all.")
    found = scored(only)
    for row in found:
        said = row.broke or (f"missed {', '.join(row.missed)}" if row.missed else f"failed by {', '.join(row.failed)}")
        click.echo(f"{'caught' if row.caught else 'MISSED'}  {row.name:<28} {said}")
    caught = sum(row.caught for row in found)
    click.echo(f"score: {caught} of {len(found)} faulty connectors caught")
    ctx.exit(3 if any(row.broke for row in found) else 0 if caught == len(found) else 1)


def scored(only: tuple[str, ...]) -> "list[Scored]":
    """Judge the mutants with a progress bar on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    from parcelproof.conformance.processes import InstrumentError
    from parcelproof.conformance.score import score as judge

    from .programs import engine_command

    with TemporaryDirectory(prefix="parcelproof-") as folder, Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("judging mutants", total=None)
        try:
            return judge(
                lambda name: engine_command(Path(folder), name),
                only=only,
                progress=lambda done, of, name: progress.update(bar, completed=done, total=of, description=name),
            )
        except InstrumentError as error:
            raise InstrumentBroke(str(error)) from error
