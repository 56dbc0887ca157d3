"""A list of orders from a spreadsheet: good rows become drafts, broken ones are told by row and column."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from .. import settings
from ..errors import EngineError
from ..settings import Table
from ..shop import Actor, Role, Sheet, Shop
from .companies import keep
from .ordering import Outcome, take_list

ORDERS_AT_ONCE = 200  # in one transaction
ROWS_AT_ONCE = 500  # in one report
COLUMNS = {"mass_g": "weight_g", "unit_mass_g": "unit_weight_g", "sides_mm": "length_mm"}  # others are called as we do


class Result(StrEnum):
    """What became of a row."""

    TAKEN = "taken"
    KNOWN = "known"  # the same order was placed before
    REFUSED = "refused"
    LEFT_OUT = "left_out"  # nothing is wrong with it but another row of its order


@dataclass(frozen=True, slots=True)
class RowReport:
    row: int
    order: str
    result: Result
    sentence: str = ""


async def import_orders(shop: Shop, actor: Actor, name: str, raw: bytes, *, confirm: bool = False) -> dict[str, Any]:
    """Take a list of orders as drafts, or send each on its way at once; one broken row loses nothing else.

    Raises:
        EngineError: the file as a whole cannot be read.
    """
    sheet = await opened(shop, actor, name, raw)
    taken = [outcome async for batch in take_sheet(shop, actor, sheet, confirm=confirm) for outcome in batch]
    rows_of = _rows_of(sheet)
    refused = [_place(one.number, one.refusal, rows_of[one.number]) for one in taken if one.refusal]
    return {
        "accepted": [one.number for one in taken if not one.refusal],
        "problems": [
            {"row": row, "column": column, "sentence": sentence}
            for row, column, sentence in [*sheet.problems, *refused]
        ],
        "currencies": sheet.currencies,
    }


async def opened(shop: Shop, actor: Actor, name: str, raw: bytes) -> Sheet:
    """Return a list of orders as its reader finds it.

    Raises:
        EngineError: the file as a whole cannot be read.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    sheet = await asyncio.to_thread(shop.outside.read_orders, name, raw)
    if sheet.currencies:
        await learn_currencies(shop, actor, sheet.base, sheet.currencies)
    return sheet


async def take_sheet(shop: Shop, actor: Actor, sheet: Sheet, *, confirm: bool) -> AsyncIterator[list[Outcome]]:
    """Place a list's orders, so many in each transaction, and say of each batch what became of it."""
    found = sheet.orders
    for start in range(0, len(found), ORDERS_AT_ONCE):
        yield await take_list(shop, actor, found[start : start + ORDERS_AT_ONCE], confirm=confirm)


async def report_rows(shop: Shop, actor: Actor, sheet: Sheet, *, confirm: bool) -> AsyncIterator[list[RowReport]]:
    """Place a list's orders and report on every row of it, those first of which nothing can be made."""
    wrong: dict[int, list[str]] = {}
    for row, _, sentence in sheet.problems:
        wrong.setdefault(row, []).append(sentence)
    rows_of = _rows_of(sheet)
    good = {order.number for order in sheet.orders}
    broken = [
        _broken(row, number, wrong, rows_of[number]) for row, number in sheet.listed if not number or number not in good
    ]
    for start in range(0, len(broken), ROWS_AT_ONCE):
        yield broken[start : start + ROWS_AT_ONCE]
    async for batch in take_sheet(shop, actor, sheet, confirm=confirm):
        yield [report for one in batch for report in _reports(one, rows_of[one.number])]


def _rows_of(sheet: Sheet) -> dict[str, list[int]]:
    """Return the rows of each order, a row a line."""
    found: dict[str, list[int]] = {}
    for row, number in sheet.listed:
        found.setdefault(number, []).append(row)
    return found


def _place(number: str, refusal: EngineError, rows: list[int]) -> tuple[int, str, str]:
    """Return where in the list a refusal has its cause, by row and column, and the sentence that says so."""
    field = str(refusal.facts.get("field", "number"))
    line = re.match(r"lines\[(\d+)\]\.", field)
    row = rows[int(line[1]) if line else 0]
    names = re.sub(r"\.amount_minor$", "", field).split(".")
    column = COLUMNS.get(names[-1], names[-1])
    told = refusal.sentence.removeprefix(f"{field}: ").rstrip(".")
    return row, column, f"Row {row}, column {column}: {told}; order {number} was left out."


def _reports(one: Outcome, rows: list[int]) -> list[RowReport]:
    if one.refusal is None:
        result = Result.TAKEN if one.fresh else Result.KNOWN
        return [RowReport(row, one.number, result) for row in rows]
    at, _, sentence = _place(one.number, one.refusal, rows)
    return [_broken(row, one.number, {at: [sentence]}, rows) for row in rows]


def _broken(row: int, number: str, wrong: dict[int, list[str]], siblings: list[int]) -> RowReport:
    if row in wrong:
        return RowReport(row, number, Result.REFUSED, " ".join(wrong[row]))
    cause = next((other for other in siblings if other in wrong), row)
    return RowReport(row, number, Result.LEFT_OUT, f"Row {row}: order {number} was left out because of row {cause}.")


async def learn_currencies(shop: Shop, actor: Actor, base: str, rates: Mapping[str, str]) -> None:
    """Take the list's currency table where the company has set none of its own."""
    async with shop.store.begin(actor.company_id) as session:
        config = (await shop.ports(session)).config
        if not config.currencies.rates:
            others = {code: rate for code, rate in rates.items() if code != base}
            table = msgspec.structs.replace(config, currencies=Table(base=base, rates=others))
            await keep(shop, session, settings.read(settings.stored(table), known=shop.outside.carriers))
