"""`parcelproof engine hand-over`: everything that is ready onto lists, and the lists onto the disk."""

import math
import sys
import time
from pathlib import Path
from typing import Any

import click

from .engine_wire import Engine, code, good, sentence, signed_in, write
from .failures import CannotRun

LONG_LOOK_S = 5


@click.command(
    "hand-over",
    short_help="Hand all ready parcels over and get the lists.",
    epilog="Example: parcelproof engine hand-over --carrier russian_post --out lists",
)
@signed_in
@click.option("--carrier", "carriers", multiple=True, required=True, help="Whose parcels; may stand several times.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("lists"), show_default=True,
    help="The folder for the lists.",
)  # fmt: skip
@click.option(
    "--wait",
    "wait_s",
    type=click.IntRange(0, 3600),
    default=120,
    show_default=True,
    help="Seconds to wait for them.",
)
def hand_over(url: str, token: str | None, carriers: tuple[str, ...], out: Path, wait_s: int) -> None:
    """Put every parcel that is ready on hand-over lists, check them in, and write the lists (F103 at Russian Post).

    With nothing ready it says so and exits 0. Exits 1 when a list was refused or is not there in time; it is made all
    the same, and stands in the labels window then.
    """
    engine = Engine(url, token)
    asked = [key for carrier in carriers for key in _asked(engine, carrier)]
    if not asked:
        click.echo("No parcel waits to be handed over.", err=True)
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"{out} cannot be made ({error.strerror}); name another folder by --out.") from error
    lists = _made(engine, asked, wait_s)
    for one in lists:
        _keep(engine, one, out)
    if any(one["state"] != "made" for one in lists):
        sys.exit(1)


def _asked(engine: Engine, carrier: str) -> list[str]:
    """Ask for lists until nothing waits any more."""
    found: list[str] = []
    while True:
        answer = engine.ask("POST", "/api/v1/hand-overs", json={"carrier": carrier})
        if answer.status_code == 409 and code(answer) == "NOTHING_TO_HAND_OVER":
            return found
        if answer.status_code >= 300 and found:
            raise CannotRun(f"{len(found)} lists are being made, and no more: {sentence(answer)}")
        found.append(str(good(answer)["list"]))


def _made(engine: Engine, asked: list[str], wait_s: int) -> list[dict[str, Any]]:
    """Return the lists as they stand once none is being made any more, or the time is over."""
    end = time.monotonic() + wait_s
    look_s = 0
    while True:
        found = engine.get("/api/v1/hand-overs", params={"wait_s": look_s})["lists"]
        lists = [row for row in found if row["list"] in asked]
        left_s = math.ceil(end - time.monotonic())
        if all(row["state"] != "asked" for row in lists) or left_s <= 0:
            return lists
        look_s = min(left_s, LONG_LOOK_S)  # the engine answers earlier when a list comes further


def _keep(engine: Engine, one: dict[str, Any], out: Path) -> None:
    if one["state"] != "made":
        click.echo(f"{one['list']}: {one['problem'] or 'not made in time'}", err=True)
        return
    answer = engine.ask("GET", f"/api/v1/hand-overs/{one['list'].partition('/')[2]}/paper")
    if answer.status_code != 200:
        raise CannotRun(sentence(answer))
    file = out / f"{'-'.join(one['list'].split('/')[1:])}.pdf"
    write(file, answer.content)
    number = f", list {one['number']}" if one["number"] else ""
    click.echo(f"{file}: {len(one['orders'])} parcels of {one['carrier']}{number}")
