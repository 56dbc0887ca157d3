"""`parcelproof label preview`: the label of a simulated parcel, in the format that is wanted."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .failures import CannotRun

if TYPE_CHECKING:
    from parcelproof.control_client import ControlClient


@click.command(
    short_help="Get the label of a simulated parcel.",
    epilog="Example: parcelproof label preview 1107000001 --tenant shop --format zpl --out label.zpl",
)
@click.argument("parcel")
@click.option("--tenant", metavar="NAME", required=True, help="Whose parcel it is.")
@click.option(
    "--simulator", metavar="URL", default="http://127.0.0.1:8400", show_default=True, help="A running simulator."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["pdf", "zpl", "png"]),
    default="pdf",
    show_default=True,
    help="As the carrier prints it, as ZPL even where the carrier offers none, or its first page as a picture.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="The file; - is the standard output.  [default: NUMBER.FORMAT]"
)
@click.option(
    "--admin-token",
    envvar="PARCELPROOF_ADMIN_TOKEN",
    show_envvar=True,
    help="What the simulator's control API asks for.",
)
def preview(parcel: str, tenant: str, simulator: str, form: str, out: Path | None, admin_token: str | None) -> None:
    """Write the label of PARCEL, which is named by its number, the shop's reference or its id."""
    from parcelproof.control_client import ControlClient, ControlError

    if not simulator.startswith(("http://", "https://")):
        raise CannotRun(f"--simulator {simulator} is no URL; write it like http://127.0.0.1:8400.")
    try:
        with ControlClient(simulator, admin_token) as control:
            found = _found(control, tenant, parcel)
            drawn = control.label(tenant, found["id"], "zpl" if form == "zpl" else "pdf")
    except ControlError as error:
        raise CannotRun(f"{error.title}: {error.detail}") from error
    _write(out or Path(f"{found['number']}.{form}"), _picture(drawn) if form == "png" else drawn)


def _found(control: "ControlClient", tenant: str, name: str) -> dict[str, Any]:
    for key in ("number", "reference"):
        rows = control.parcels(tenant, **{key: name})
        if len(rows) > 1:
            ids = ", ".join(row["id"] for row in rows[:5])
            raise CannotRun(f"{len(rows)} parcels have the {key} {name}; name one by its id: {ids}.")
        if rows:
            return rows[0]
    return control.parcel(tenant, name)


def _picture(pdf: bytes) -> bytes:
    from parcelproof.simulators.control.console.pictures import Pictures

    return Pictures().png(pdf)


def _write(file: Path, content: bytes) -> None:
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise CannotRun(f"{file} cannot be written: {error.strerror or error}; name another file.") from error
    click.echo(f"{file}: {len(content)} bytes")
