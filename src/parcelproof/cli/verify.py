"""`parcelproof verify`: judge a connector."""

from pathlib import Path

import click


@click.command(
    short_help="Judge a connector.",
    epilog="Example: parcelproof verify --reference --profile labels --junit verdict.xml",
)
@click.option("--connector", metavar="URL", help="Where a connector's driver answers, without /parcelproof/v1.")
@click.option("--reference", is_flag=True, help="Judge the reference engine, started for this.")
@click.option("--profile", multiple=True, help="Only requirements of this area, for example labels. May be repeated.")
@click.option("--case", "cases", multiple=True, help="Only this case, as reports name it. May be repeated.")
@click.option("--seed", default="parcelproof", show_default=True, help="Same seed: the same examples.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML here.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one self-contained page here.")
@click.option("--json", "json_", type=click.Path(dir_okay=False, path_type=Path), help="Write JSON here.")
@click.pass_context
def verify(
    ctx: click.Context,
    connector: str | None,
    reference: bool,
    profile: tuple[str, ...],
    cases: tuple[str, ...],
    seed: str,
    junit: Path | None,
    html: Path | None,
    json_: Path | None,
) -> None:
    """Judge a connector: exit 0 conform, 1 failed, 2 wrong use, 3 our own instrument broke."""
    if reference == (connector is not None):
        raise click.UsageError("say what to judge: either --connector URL or --reference", ctx)
    from parcelproof.conformance import runner

    options = runner.Options(
        connector=connector, reference=reference, profiles=profile, cases=cases, seed=seed,
        junit=junit, html=html, json=json_,
    )  # fmt: skip
    ctx.exit(runner.run(options))
