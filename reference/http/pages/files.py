"""The pages to which files are given: lists of orders, payout reports."""

from typing import Any

from aiohttp import web

from ...errors import EngineError, invalid
from ...shop import Actor, Shop
from ...usecases import accounts, reporting
from ...usecases.importing import Result, RowReport, opened, report_rows
from ...worker import Worker
from ..problems import BODY_LIMIT_BYTES, STATUS
from . import charts
from .frame import OFFICE, for_signed, form_of, page
from .orders import quoted, shown

ROWS_SHOWN = 500
MADE = (Result.TAKEN, Result.KNOWN)  # there is an order to look at
SUMS = ("collected_minor", "fees_minor", "paid_out_minor", "owed_minor")


class FilePages:
    """For the office."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop
        self._worker = worker

    def routes(self) -> list[web.RouteDef]:
        pages = [
            (web.get, "/ui/import", self.door),
            (web.post, "/ui/import", self.take),
            (web.get, "/ui/settlement", self.money),
            (web.post, "/ui/settlement", self.settle),
        ]
        return [method(path, for_signed(self._shop, handler)) for method, path, handler in pages]

    async def door(self, _request: web.Request, actor: Actor) -> web.Response:
        actor.need(*sorted(OFFICE))
        return page("import.html", actor=actor, **nothing())

    async def take(self, request: web.Request, actor: Actor) -> web.Response:
        actor.need(*sorted(OFFICE))
        form = await form_of(request)
        try:
            name, raw = file_of(form.get("list"), "list")
            sheet = await opened(self._shop, actor, name, raw)
            rows, counts, count = list[RowReport](), dict[str, int](), 0
            async for batch in report_rows(self._shop, actor, sheet, confirm=form.get("confirm") == "yes"):
                for row in batch:
                    counts[row.result] = counts.get(row.result, 0) + 1
                    count += 1
                rows += batch[: ROWS_SHOWN - len(rows)]
        except EngineError as error:
            return page("import.html", status=STATUS[error.kind], actor=actor, **{**nothing(), "wrong": error.sentence})
        self._worker.wake()
        notes = [sentence for row, _, sentence in sheet.problems if row == 1]
        shown_rows = sorted(rows, key=lambda row: row.row)
        values = {"report": shown_rows, "counts": counts, "name": name, "notes": notes, "more": count - len(rows)}
        return page("import.html", actor=actor, **{**nothing(), **values})

    async def money(self, _request: web.Request, actor: Actor) -> web.Response:
        return await self._money(actor)

    async def _money(
        self, actor: Actor, *, wrong: str = "", fed: reporting.Fed | None = None, status: int = 200
    ) -> web.Response:
        reports = (await reporting.listed(self._shop, actor))[::-1]
        balances = (await accounts.books(self._shop, actor))["carriers"]
        values = {"reports": reports, "balances": balances, "sums": SUMS, "fed": fed, "wrong": wrong}
        return page("settlement.html", status=status, actor=actor, shown=shown, amount=charts.amount, **values)

    async def settle(self, request: web.Request, actor: Actor) -> web.Response:
        actor.need(*sorted(OFFICE))
        form = await form_of(request)
        try:
            fed = await reporting.feed_file(self._shop, actor, *file_of(form.get("report"), "report"))
        except EngineError as error:
            return await self._money(actor, wrong=error.sentence, status=STATUS[error.kind])
        self._worker.wake()
        return await self._money(actor, fed=fed)


def nothing() -> dict[str, Any]:
    """Return what the import page shows before a list was given."""
    return {
        "report": [],
        "counts": {},
        "name": "",
        "notes": [],
        "more": 0,
        "wrong": "",
        "quoted": quoted,
        "linked": MADE,
    }


def file_of(field: Any, name: str) -> tuple[str, bytes]:
    """Return an uploaded file's name and content.

    Raises:
        EngineError: none was given, or it is too large.
    """
    if not isinstance(field, web.FileField):
        raise invalid("NO_FILE", f"{name}: found no file, allowed is one.", field=name)
    raw = field.file.read(BODY_LIMIT_BYTES + 1)
    if len(raw) > BODY_LIMIT_BYTES:
        raise invalid("TOO_LARGE", f"{name}: the file is larger than {BODY_LIMIT_BYTES >> 20} MiB.", field=name)
    return field.filename, raw
