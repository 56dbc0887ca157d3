"""`parcelproof engine stats`: what was shipped, by count, type, cost, region and user."""

import json
from typing import Any

import click

from .engine_wire import Engine, signed_in

AXES = ("carrier", "type", "region", "user", "state", "day")


@click.command(
    short_help="Count orders, parcels, mass and cost.",
    epilog="Example: parcelproof engine stats --since 2026-11-01 --by region --by user",
)
@signed_in
@click.option("--since", metavar="YYYY-MM-DD", help="The first day on which orders were placed (UTC).  [default: ever]")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day.  [default: today]")
@click.option("--by", "axes", type=click.Choice(AXES), multiple=True, help="Only by these.  [default: all but day]")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def stats(
    url: str, token: str | None, since: str | None, until: str | None, axes: tuple[str, ...], as_json: bool
) -> None:
    """Count orders and parcels, their mass and what they cost, by carrier, type of mail, region, user and state."""
    params = {name: value for name, value in (("since", since), ("until", until)) if value}
    found = Engine(url, token).get("/api/v1/statistics", params=params)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    _table("all", [found["total"]])
    for axis in axes or AXES[:-1]:
        _table(axis, found[f"by_{axis}"])


def _table(title: str, lines: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=None, box=None, pad_edge=False)
    table.add_column(title, overflow="fold")
    for name in ("orders", "parcels", "kg"):
        table.add_column(name, justify="right")
    table.add_column("cost", justify="right")
    for line in lines:
        cost = ", ".join(money(one["amount_minor"], one["currency"]) for one in line["cost"])
        table.add_row(line["name"], str(line["orders"]), str(line["parcels"]), f"{line['mass_g'] / 1000:.1f}", cost)
    console = Console(highlight=False, markup=False)
    console.print(table)
    console.print()


def money(minor: int, currency: str) -> str:
    from parcelproof.reference.adapters.amounts import decimal_text

    return f"{decimal_text(minor, currency)} {currency}"
