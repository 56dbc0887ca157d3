"""`parcelproof label`: look at labels as a scanner does."""

from pathlib import Path

import click

from .label_preview import preview


@click.group(epilog="Example: parcelproof label scan out/labels/*.pdf")
def label() -> None:
    """Look at labels as a scanner does."""


label.add_command(preview)


@label.command(
    short_help="Print the bar codes that a scanner reads.", epilog="Example: parcelproof label scan out/labels/*.pdf"
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def scan(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Render each PDF or ZPL FILE and print the bar codes read from the picture; exit 1 when one has none."""
    from parcelproof import labelscan

    blank = 0
    for file in files:
        try:
            codes = labelscan.scan(file.read_bytes())
        except labelscan.Unreadable as error:
            blank += 1
            click.echo(f"{file}: {error}", err=True)
            continue
        blank += not codes
        for code in codes:
            click.echo(f"{file}\t{code.format}\t{code.text}")
        if not codes:
            click.echo(f"{file}: no bar code can be read; print it at 203 dpi or more.", err=True)
    ctx.exit(1 if blank else 0)
