"""`parcelproof score`: how many faulty connectors the judge catches."""

from typing import TYPE_CHECKING

import click

from .failures import InstrumentBroke

if TYPE_CHECKING:
    from parcelproof.conformance.score import Scored


@click.command(
    short_help="Count the faulty connectors the judge catches.", epilog="Example: parcelproof score duplicate-mail"
)
@click.argument("names", nargs=-1)
@click.option("--list", "list_", is_flag=True, help="Only name the faulty connectors, one a line.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed: the same examples.")
@click.pass_context
def score(ctx: click.Context, names: tuple[str, ...], list_: bool, seed: int) -> None:
    """Judge every faulty connector, or those of these NAMES; exit 1 when one is not failed by the right requirement."""
    from parcelproof.conformance import score as scoring

    known = scoring.names()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"no faulty connector is called {unknown[0]!r}; `parcelproof score --list` has all", ctx)
    if list_:
        click.echo("\n".join(known))
        return
    found = scored(names or tuple(known), seed)
    for one in found:
        click.echo(told(one))
    caught = sum(one.caught for one in found)
    click.echo(f"caught {caught} of {len(found)}")
    if any(one.broke for one in found):
        raise InstrumentBroke("our own side broke while a faulty connector was judged, see above")
    ctx.exit(0 if caught == len(found) else 1)


def scored(names: tuple[str, ...], seed: int) -> "list[Scored]":
    """Judge the faulty connectors, each on a database of its own, with a progress bar on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    from parcelproof.conformance import score as scoring
    from parcelproof.conformance.processes import InstrumentError

    from .programs import engine_command

    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("judging", total=len(names))
            return scoring.score(
                engine_command,
                only=names,
                seed=seed,
                progress=lambda done, _of, name: progress.update(bar, completed=done, description=name),
            )
    except InstrumentError as error:
        raise InstrumentBroke(str(error)) from error


def told(one: "Scored") -> str:
    """Return one line: what became of a faulty connector, and by which requirements."""
    if one.broke:
        return f"UNKNOWN  {one.name}: {one.broke}"
    if one.missed:
        return f"MISSED   {one.name}: {one.breaks} Not failed: {', '.join(one.missed)}."
    return f"caught   {one.name}: failed {', '.join(one.failed)}"
