"""`parcelproof score`: how many faulty connectors the judge catches."""

import click


@click.command(short_help="Count the faulty connectors the judge catches.", epilog="Example: parcelproof score --list")
@click.option("--list", "list_", is_flag=True, help="Only name the faulty connectors, one a line.")
@click.pass_context
def score(ctx: click.Context, list_: bool) -> None:
    """Judge every faulty connector; exit 1 when one is not failed by the right requirement."""
    from parcelproof.conformance import score as scoring

    if list_:
        for name in scoring.names():
            click.echo(name)
        return
    ctx.exit(scoring.run())
