"""`parcelproof demo`: the main job, end to end, on real input."""

from pathlib import Path

import click


@click.command(
    short_help="Ship 60 orders and judge the outcome.",
    epilog="Example: parcelproof demo --out out --mutant duplicate-mail",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out"), show_default=True,
    help="Where labels, mails, registry, journal and report.html go.",
)  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same run.")
@click.option("--mutant", metavar="NAME", help="Put a faulty engine in the engine's place; the demo must turn red.")
@click.pass_context
def demo(ctx: click.Context, out: Path, seed: int, mutant: str | None) -> None:
    """Ship 60 orders with simulated carriers and say whether all of it was right: exit 0 green, 1 red."""
    from .run import run

    ctx.exit(run(out, seed, mutant))
