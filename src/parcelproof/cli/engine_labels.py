"""`parcelproof engine labels`: one file for the printer, from a running engine."""

from collections.abc import Mapping
from pathlib import Path

import click

from .engine_wire import Engine, code, sentence, signed_in, write
from .failures import CannotRun


@click.command(
    short_help="Get the labels that are to be printed.",
    epilog="Example: parcelproof engine labels --carrier cdek --day 2026-11-22 --out labels.pdf",
)
@signed_in
@click.option("--carrier", help="Only parcels of this carrier.  [default: all]")
@click.option(
    "--format",
    type=click.Choice(["PDF", "ZPL"], case_sensitive=False),
    default="PDF",
    show_default=True,
    help="Only documents of this format.",
)
@click.option("--day", metavar="YYYY-MM-DD", help="Only parcels booked on this day (UTC).  [default: all]")
@click.option(
    "--printed",
    type=click.Choice(["no", "yes", "all"]),
    default="no",
    show_default=True,
    help="Not yet printed, printed before, or both.",
)
@click.option("--limit", type=click.IntRange(1, 200), default=100, show_default=True, help="Most documents in it.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The file; - is the standard output.  [default: labels.pdf or .zpl]"
)
@click.option("--keep-unprinted", is_flag=True, help="Mark nothing as printed.")
def labels(
    url: str,
    token: str | None,
    carrier: str | None,
    format: str,
    day: str | None,
    printed: str,
    limit: int,
    out: Path | None,
    keep_unprinted: bool,
) -> None:
    """Write labels, waybills and hand-over lists of all carriers into one file, in the order in which they are packed.

    They are marked as printed once the file is on the disk; what was not marked comes again the next time.
    """
    engine = Engine(url, token)
    asked = {"carrier": carrier, "format": format.upper(), "day": day, "printed": printed, "limit": str(limit)}
    query = {name: value for name, value in asked.items() if value is not None} | {"mark": "no"}
    found = engine.ask("GET", "/labels", params=query)
    if found.status_code == 404 and code(found) == "NOTHING_TO_PRINT":
        click.echo(sentence(found), err=True)
        return
    if found.status_code != 200 or "Parcelproof-Batch" not in found.headers:
        raise CannotRun(sentence(found))
    file = out or Path(f"labels.{format.lower()}")
    write(file, found.content)
    if not keep_unprinted:
        marked = engine.ask("POST", "/labels/printed", json={"batch": found.headers["Parcelproof-Batch"]})
        if marked.status_code != 200:
            raise CannotRun(f"The file is written, and nothing is marked as printed: {sentence(marked)}")
    _tell(file, found.headers)


def _tell(file: Path, headers: Mapping[str, str]) -> None:
    click.echo(f"{file}: {headers['Parcelproof-Pieces']} documents", err=True)
    if headers.get("Parcelproof-Left", "0") != "0":
        click.echo(f"{headers['Parcelproof-Left']} more wait; run it again for them.", err=True)
    if "Parcelproof-Unreadable" in headers:
        click.echo(f"Left out, since they cannot be read: {headers['Parcelproof-Unreadable']}.", err=True)
