"""`parcelproof engine labels`: one file for the printer, from a running engine."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from .failures import CannotRun

WAIT_S = 60.0


@click.command(
    short_help="Get the labels that are to be printed.",
    epilog="Example: parcelproof engine labels --carrier cdek --day 2026-11-22 --out labels.pdf",
)
@click.option(
    "--url", default="http://127.0.0.1:8500", show_default=True, envvar="PARCELPROOF_ENGINE_URL", help="The engine."
)
@click.option("--token", envvar="PARCELPROOF_ENGINE_TOKEN", help="Of an administrator, or of staff or branch.")
@click.option("--carrier", help="Only parcels of this carrier.  [default: all]")
@click.option("--format", type=click.Choice(["PDF", "ZPL"], case_sensitive=False), default="PDF", show_default=True)
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
    if not token:
        raise click.UsageError("name the token you sign in with: --token or PARCELPROOF_ENGINE_TOKEN")
    asked = {"carrier": carrier, "format": format.upper(), "day": day, "printed": printed, "limit": str(limit)}
    query = {name: value for name, value in asked.items() if value is not None} | {"mark": "no"}
    found = _ask("GET", url, "/labels", token, params=query)
    if found.status_code == 404 and _code(found) == "NOTHING_TO_PRINT":
        click.echo(_sentence(found), err=True)
        return
    if found.status_code != 200 or "Parcelproof-Batch" not in found.headers:
        raise CannotRun(_sentence(found))
    file = out or Path(f"labels.{format.lower()}")
    _write(file, found.content)
    if not keep_unprinted:
        marked = _ask("POST", url, "/labels/printed", token, json={"batch": found.headers["Parcelproof-Batch"]})
        if marked.status_code != 200:
            raise CannotRun(f"The file is written, and nothing is marked as printed: {_sentence(marked)}")
    _tell(file, found.headers)


def _ask(method: str, url: str, path: str, token: str, **more: Any) -> Any:
    import httpx

    try:
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(timeout=WAIT_S, trust_env=False) as client:
            return client.request(method, url.rstrip("/") + path, headers=headers, **more)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise CannotRun(f"The engine at {url} gives no answer ({error}); start it, or name it by --url.") from error


def _write(file: Path, content: bytes) -> None:
    """Write all or nothing: a printer that watches the folder never sees half a file."""
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        raise CannotRun(f"{file} cannot be written ({error.strerror}); name another file by --out.") from error


def _problem(found: Any) -> Mapping[str, Any]:
    try:
        body = found.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _code(found: Any) -> str:
    return str(_problem(found).get("code", ""))


def _sentence(found: Any) -> str:
    return str(_problem(found).get("detail") or f"The engine answered {found.status_code}; is it one?")


def _tell(file: Path, headers: Mapping[str, str]) -> None:
    click.echo(f"{file}: {headers['Parcelproof-Pieces']} documents", err=True)
    if headers.get("Parcelproof-Left", "0") != "0":
        click.echo(f"{headers['Parcelproof-Left']} more wait; run it again for them.", err=True)
    if "Parcelproof-Unreadable" in headers:
        click.echo(f"Left out, since they cannot be read: {headers['Parcelproof-Unreadable']}.", err=True)
