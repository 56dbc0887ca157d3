"""`parcelproof engine import`: a list of orders into a running engine, row by row."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from .engine_wire import Engine, sentence, signed_in, write
from .failures import CannotRun

COLUMNS = ("row", "order", "result", "sentence")
TAKEN = ("taken", "known")
LONG_WAIT_S = 600.0


@click.command(
    "import",
    short_help="Take a list of orders from .xls, .xlsx or .csv.",
    epilog="Example: parcelproof engine import orders.xlsx --confirm --report rows.csv",
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@signed_in
@click.option("--confirm", is_flag=True, help="Send each order on its way at once.  [default: they wait as drafts]")
@click.option("--report", type=click.Path(path_type=Path), help="Write a line for every row of the list here, as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for every row of the list.")
def import_list(file: Path, url: str, token: str | None, confirm: bool, report: Path | None, as_json: bool) -> None:
    """Take a list of orders into the engine and say of every row what became of it.

    A row that is wrong loses no other order. The same list again changes nothing: what was taken is known then. Exits 1
    when a row was refused, 2 when the list cannot be read.
    """
    engine = Engine(url, token)
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise CannotRun(f"{file} cannot be read ({error.strerror}); name a list of orders.") from error
    rows, counts = _taken(engine, file, raw, confirm)
    rows.sort(key=lambda row: row["row"])
    if report is not None:
        write(report, as_csv(rows), "--report")
    for row in rows:
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
        elif row["result"] not in TAKEN:
            click.echo(row["sentence"])
    click.echo(f"{file}: {len(rows)} rows: {told(counts)}", err=True)
    if any(row["result"] not in TAKEN for row in rows):
        sys.exit(1)


def _taken(engine: Engine, file: Path, raw: bytes, confirm: bool) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Send the list and return every row's report, with a bar while it goes on."""
    from rich.console import Console
    from rich.progress import Progress

    asked = {"filename": file.name, "confirm": "yes" if confirm else "no", "rows": "yes"}
    rows: list[dict[str, Any]] = []
    with (
        engine.stream("POST", "/api/v1/orders/import", params=asked, content=raw, timeout=LONG_WAIT_S) as answer,
        Progress(console=Console(stderr=True), transient=True) as bar,
    ):
        if answer.status_code != 200:
            answer.read()
            raise CannotRun(sentence(answer))
        task = bar.add_task(file.name)
        for line in _lines(answer):
            if "row" in line:
                rows.append(line)
                bar.advance(task)
            elif "rows" in line:
                bar.update(task, total=line["rows"])
                for note in line["notes"]:
                    bar.console.print(note, markup=False, highlight=False)
            elif "done" in line:
                return rows, line["done"]
            else:
                raise CannotRun(f"The engine stopped after {len(rows)} rows: {line.get('stopped', line)}")
    raise CannotRun(f"The answer ended after {len(rows)} rows; run it again: what was taken is known then.")


def _lines(answer: Any) -> Iterator[dict[str, Any]]:
    for line in answer.iter_lines():
        try:
            found = json.loads(line)
        except ValueError as error:
            raise CannotRun("The engine's answer is cut; run it again: what was taken is known then.") from error
        yield found if isinstance(found, dict) else {"stopped": line}


def told(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(counts.items())) or "nothing"


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """Return the report as a spreadsheet reads it; no cell of it can be taken for a formula."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    table.writerows([_plain(str(row.get(name, ""))) for name in COLUMNS] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
