"""What the people who pack need: the labels window, hand-over lists, couriers.

`GET /labels` answers one file for the printer. What it holds is marked as printed once the answer went out whole; with
`mark=no` nothing is, and the caller says so by `POST /labels/printed` when the file is safe.
"""

import asyncio
import logging
from datetime import date
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from ..errors import EngineError, invalid, unknown
from ..ports import LabelFormat
from ..shop import Actor, Shop
from ..usecases import companies, papers, pickups, printing
from ..usecases.printing import MOST_PIECES, Piece, Printed, Window
from ..worker import Worker
from . import shapes
from .driver import MEDIA
from .problems import answer, parsed
from .signing import bearer

log = logging.getLogger(__name__)
E = TypeVar("E", bound=StrEnum)
ASKED = ("carrier", "format", "day", "printed", "limit", "mark")
SHOWN_NAMES = 50  # of what could not be read
MOST_WAIT_S = 30


class Packing:
    """Everything here is for signed-in people of one company."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop
        self._worker = worker

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/labels", self.labels, allow_head=False),  # a look at the head alone prints nothing
            web.post("/labels/printed", self.printed),
            web.get("/api/v1/hand-overs", self.hand_overs),
            web.post("/api/v1/hand-overs", self.hand_over),
            web.get("/api/v1/pickups", self.pickups),
            web.post("/api/v1/pickups", self.call_courier),
            web.post("/api/v1/pickups/{key}/cancel", self.call_off),
        ]

    async def _actor(self, request: web.Request) -> Actor:
        return await companies.sign_in(self._shop, bearer(request))

    async def labels(self, request: web.Request) -> web.StreamResponse:
        actor = await self._actor(request)
        window, mark = window_of(request)
        found = await printing.stack(self._shop, actor, window)
        content, missing = await self._whole(window, found.pieces)
        kept = [piece for place, piece in enumerate(found.pieces) if place not in missing]
        if not kept:
            left_out = "".join(f" {found.pieces[place].name} cannot be read." for place in sorted(missing))
            raise unknown("NOTHING_TO_PRINT", f"No {window.format} fits what was asked for.{left_out[:500]}")
        response = web.StreamResponse()
        response.content_type = MEDIA[window.format]
        response.content_length = len(content)
        refs = [piece.ref for piece in kept]
        response.headers.update(headers_of(refs, found.left, [found.pieces[place].name for place in sorted(missing)]))
        await response.prepare(request)
        await response.write(content)
        await response.write_eof()
        if mark and request.transport is not None and not request.transport.is_closing():
            await self._mark(actor, refs)
        return response

    async def _whole(self, window: Window, pieces: tuple[Piece, ...]) -> tuple[bytes, frozenset[int]]:
        contents = [piece.content for piece in pieces]
        if window.format is LabelFormat.PDF:
            return await self._shop.outside.merge(contents)
        if window.format is LabelFormat.PNG:
            return b"".join(contents), frozenset()
        return b"\n".join(content.strip() for content in contents) + b"\n", frozenset()

    async def _mark(self, actor: Actor, refs: list[str]) -> None:
        """The answer is out: what goes wrong now is for the log, and the labels are shown once more."""
        try:
            await printing.mark_printed(self._shop, actor, refs)
        except Exception:  # the process edge: nobody is left to answer
            log.exception("labels were sent and could not be marked as printed")

    async def printed(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        body = await parsed(request, shapes.Batch)
        count = await printing.mark_printed(self._shop, actor, body.batch.split("."))
        return answer({"marked": count})

    async def hand_overs(self, request: web.Request) -> web.Response:
        """List the hand-over lists; with `wait_s` at most so much later, once one of them has come further."""
        actor = await self._actor(request)
        loop = asyncio.get_running_loop()
        end = loop.time() + _whole("wait_s", request.query.get("wait_s", "0"), 0, MOST_WAIT_S)
        first = found = await papers.lists(self._shop, actor)
        while found == first and any(row["state"] == "asked" for row in found) and loop.time() < end:
            await self._worker.worked()
            found = await papers.lists(self._shop, actor)
        return answer({"lists": found})

    async def hand_over(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        body = await parsed(request, shapes.HandOver)
        made = await papers.hand_over(self._shop, actor, body.carrier)
        self._worker.wake()
        return answer(made, 201)

    async def pickups(self, request: web.Request) -> web.Response:
        return answer({"pickups": await pickups.listed(self._shop, await self._actor(request))})

    async def call_courier(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        body = await parsed(request, shapes.NewPickup)
        added = await pickups.book(
            self._shop,
            actor,
            key=body.key,
            carrier=body.carrier,
            day=body.day,
            time_from=body.time_from,
            time_to=body.time_to,
            comment=body.comment,
        )
        self._worker.wake()
        return answer({"key": body.key}, 201 if added else 200)

    async def call_off(self, request: web.Request) -> web.Response:
        key = request.match_info["key"]
        await pickups.cancel(self._shop, await self._actor(request), key)
        self._worker.wake()
        return answer({"key": key})


def headers_of(refs: list[str], left: int, unreadable: list[str]) -> dict[str, str]:
    """Return what the answer says beside the file: what it holds, what is left, what could not be read."""
    found = {"Cache-Control": "no-store", "Parcelproof-Batch": ".".join(refs), "Parcelproof-Pieces": str(len(refs))}
    found["Parcelproof-Left"] = str(left)
    if unreadable:
        names = [name.encode("ascii", "backslashreplace").decode() for name in unreadable[:SHOWN_NAMES]]
        found["Parcelproof-Unreadable"] = "; ".join(names)
    return found


def window_of(request: web.Request) -> tuple[Window, bool]:
    """Return what a query asks for, and whether it is to be marked as printed.

    Raises:
        EngineError: INVALID_WINDOW with the field, what was found and what is allowed.
    """
    query = request.query
    strange = [name for name in query if name not in ASKED]
    if strange:
        raise _wrong(strange[0][:80], "no such field", ", ".join(ASKED))
    for name in query:
        if len(given := query.getall(name)) > 1:
            raise _wrong(name, ", ".join(given)[:80], "one value")
    return Window(
        format=word_of(query.get("format", "PDF").upper(), "format", LabelFormat),
        carrier=query.get("carrier"),
        day=_day(query["day"]) if "day" in query else None,
        printed=word_of(query.get("printed", "no").lower(), "printed", Printed),
        most=_whole("limit", query.get("limit", "100"), 1, MOST_PIECES),
    ), word_of(query.get("mark", "yes").lower(), "mark", Answer) is Answer.YES


class Answer(StrEnum):
    YES = "yes"
    NO = "no"


def word_of(text: str, field: str, allowed: type[E]) -> E:
    try:
        return allowed(text)
    except ValueError as error:
        raise _wrong(field, text[:80], ", ".join(allowed)) from error


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise _wrong("day", text[:80], "a date like 2026-11-22") from error
    if not 2000 <= found.year < 2200:
        raise _wrong("day", text[:80], "a day of the years 2000 to 2199")
    return found


def _whole(field: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and least <= int(text) <= most):
        raise _wrong(field, text[:80], f"{least} to {most}")
    return int(text)


def _wrong(field: str, found: str, allowed: str) -> EngineError:
    return invalid("INVALID_WINDOW", f"{field}: found {found!r}, allowed is {allowed}.", field=field)
