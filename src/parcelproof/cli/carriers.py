"""`parcelproof carriers`: what each simulated carrier is made from."""

import click


@click.command(short_help="Print what each carrier is made from.", epilog="Example: parcelproof carriers cdek")
@click.argument("names", nargs=-1)
def carriers(names: tuple[str, ...]) -> None:
    """Print the carrier sheets: sources, fidelity of each operation, known deviations. NAMES: only these."""
    from parcelproof.simulators import registry

    sheets = registry.sheets()
    unknown = [name for name in names if name not in sheets]
    if unknown:
        raise click.UsageError(f"no carrier is called {unknown[0]!r}; carriers: {', '.join(sheets)}")
    for name in names or sheets:
        click.echo(sheets[name])
