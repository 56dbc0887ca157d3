"""A list of orders from a spreadsheet: good rows become drafts, broken ones are told by row and column."""

from collections.abc import Mapping
from typing import Any

import msgspec

from .. import settings
from ..settings import Table
from ..shop import Actor, Role, Shop
from .companies import keep
from .ordering import take_list


async def import_orders(shop: Shop, actor: Actor, name: str, raw: bytes) -> dict[str, Any]:
    """Take a list of orders as drafts; one broken row loses nothing else.

    Raises:
        EngineError: the file as a whole cannot be read.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    sheet = shop.outside.read_orders(name, raw)
    if sheet.currencies:
        await learn_currencies(shop, actor, sheet.base, sheet.currencies)
    accepted, refused = await take_list(shop, actor, [order for order, _ in sheet.orders])
    rows = {order.number: row for order, row in sheet.orders}
    problems = [*sheet.problems, *((rows[number], "number", f"Row {rows[number]}: {why}") for number, why in refused)]
    return {
        "accepted": accepted,
        "problems": [{"row": row, "column": column, "sentence": sentence} for row, column, sentence in problems],
        "currencies": sheet.currencies,
    }


async def learn_currencies(shop: Shop, actor: Actor, base: str, rates: Mapping[str, str]) -> None:
    """Take the list's currency table where the company has set none of its own."""
    async with shop.store.begin(actor.company_id) as session:
        config = (await shop.ports(session)).config
        if not config.currencies.rates:
            others = {code: rate for code, rate in rates.items() if code != base}
            table = msgspec.structs.replace(config, currencies=Table(base=base, rates=others))
            await keep(session, settings.read(settings.stored(table), known=shop.outside.carriers))
