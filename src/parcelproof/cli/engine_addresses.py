"""`parcelproof engine addresses`: those that wait for a person, and what is to become of them."""

import json
from typing import Any

import click

from .engine_wire import Engine, signed_in

FIELDS = ("name", "company", "street", "house_number", "postal_code", "city", "phone")


@click.command(
    short_help="Show, confirm or correct addresses that a carrier doubts.",
    epilog='Example: parcelproof engine addresses P-001 --street "ул. Мира" --house-number 4',
)
@click.argument("order", required=False)
@signed_in
@click.option("--as-read", is_flag=True, help="Ship it as the carrier reads it.")
@click.option("--as-written", is_flag=True, help="Ship it as the buyer wrote it.")
@click.option("--name", help="Correct the name; what is not corrected stays as it was written.")
@click.option("--company", help="Correct the company.")
@click.option("--street", help="Correct the street.")
@click.option("--house-number", help="Correct the house number.")
@click.option("--postal-code", help="Correct the post code.")
@click.option("--city", help="Correct the place.")
@click.option("--phone", help="Correct the telephone number.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each.")
def addresses(
    order: str | None,
    url: str,
    token: str | None,
    as_read: bool,
    as_written: bool,
    as_json: bool,
    **corrected: str | None,
) -> None:
    """List the addresses that keep parcels back, or decide about the one of an ORDER. A correction is read again."""
    engine = Engine(url, token)
    changed = {field: corrected[field] for field in FIELDS if corrected[field] is not None}
    ways = [as_read, as_written, bool(changed)]
    if order is None and any(ways):
        raise click.UsageError("name the order whose address this is about")
    held = engine.get("/api/v1/addresses")["addresses"]
    if not any(ways):
        _show([row for row in held if order in (None, row["order"])], as_json)
        return
    if sum(ways) > 1:
        raise click.UsageError("choose one: --as-read, --as-written, or a correction")
    body: dict[str, Any] = {"decision": "as_read" if as_read else "as_written"}
    if changed:
        written = next((row["written"] for row in held if row["order"] == order), None)
        if written is None:
            raise click.UsageError(f"no address of order {order} is held; those that are: {_names(held)}")
        body = {"address": {**written, **changed}}
    found = engine.post(f"/api/v1/orders/{order}/address", body)
    click.echo(f"{order}: {'is being read again' if found['address'] == 'asked' else 'goes'}")


def _names(held: list[dict[str, Any]]) -> str:
    return ", ".join(row["order"] for row in held[:20]) or "none"


def _show(held: list[dict[str, Any]], as_json: bool) -> None:
    for row in held:
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
            continue
        to = row["written"]
        street = " ".join(filter(None, (to["street"], to["house_number"])))
        click.echo(f"{row['order']} ({row['carrier']}): {row['sentence']}")
        click.echo(f"  written: {to['postal_code']}, {to['city']}, {street}")
        click.echo(f"  read:    {row['read'] or 'nothing'}")
    if not held:
        click.echo("No address waits for anybody.", err=True)
