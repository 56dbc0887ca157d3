"""What happened since last time: the reconciliation feed of scans, and the list of returns.

Source: `mail_alliance` §3.5, §4.3, §4.4, Part 5 sentence 4. The list of returns knows no filter, so our cursor keeps
the request time of the oldest return that was still open, and the walk (newest first) stops below it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from ...ports import Label, Notice, Refused, ReturnNotice, Unavailable
from ..exchange import Reply, decode
from . import hooks
from .shapes import NAME, FeedEntry, FeedPage, ReturnPage, ReturnShape, aware

Get = Callable[[str, Mapping[str, str] | None], Awaitable[Reply]]

PAGE = "200"
MOST_PAGES = 500
LONGEST_ID = 100  # of an entry that the feed goes on from; a longer one is read again, which tells nothing new
OPEN = frozenset({"requested", "label_created", "in_transit"})
HERE = frozenset({"received", "closed"})


class Cursor(msgspec.Struct, frozen=True):
    """Where the feed stands: the last scan seen, and from when on returns must be looked at again."""

    after: str = ""
    open_since: str = ""


class Walked(NamedTuple):
    notices: tuple[ReturnNotice, ...]
    states: tuple[str, ...]  # "<id>/<status>", beside each notice
    open_since: str


async def changes(get: Get, cursor: str) -> tuple[Sequence[Notice], str]:
    """Return notices since `cursor` and the next cursor; a cursor we cannot read starts over.

    Every notice has a stable event id, so that reading twice tells nothing new.
    """
    here = _read(cursor)
    entries = await _entries(get, here.after)
    scans = [told for entry in entries if (told := _notice(entry)) is not None]
    walked = await returns_since(get, here.open_since)
    back = [
        Notice(event_id=state, returns=(notice,)) for notice, state in zip(walked.notices, walked.states, strict=True)
    ]
    after = next((entry.id for entry in reversed(entries) if len(entry.id) <= LONGEST_ID), here.after)
    return scans + back, msgspec.json.encode(Cursor(after, walked.open_since)).decode()


def _notice(entry: FeedEntry) -> Notice | None:
    """Return what an entry says; one that is neither a scan nor a return (`parcel.created`) says nothing new."""
    kind = entry.type or "tracking"
    if kind.partition(".")[0] not in ("tracking", "return") and kind != "parcel.cancelled":
        return None
    if entry.data is not None and entry.data.tracking_number:
        return hooks.notice(entry.id, kind, entry.data)
    scan = entry.scan
    if scan is None or not entry.tracking_number:
        return None
    return Notice(event_id=scan.id, events=(scan.event(entry.tracking_number),))


def _read(cursor: str) -> Cursor:
    if not cursor:
        return Cursor()
    try:
        return msgspec.json.decode(cursor, type=Cursor)
    except msgspec.MsgspecError:
        return Cursor()


async def _entries(get: Get, after: str) -> list[FeedEntry]:
    """Walk the feed to its end. An `after` that the carrier no longer knows starts from the oldest it has."""
    try:
        return await _pages(get, {"after": after} if after else {})
    except Refused as fault:
        if not after or fault.code not in ("validation", "not-found"):
            raise
        return await _pages(get, {})


async def _pages(get: Get, start: Mapping[str, str]) -> list[FeedEntry]:
    found: list[FeedEntry] = []
    params = {"limit": PAGE, **start}
    for _ in range(MOST_PAGES):
        page = decode(await get("/v1/tracking-events", params), FeedPage)
        found += page.data
        if page.next_cursor is None or not page.data:
            return found
        params = {"limit": PAGE, "cursor": page.next_cursor}
    raise Unavailable("endless_pages", f"the feed has more than {MOST_PAGES} pages of {PAGE}")


async def returns_since(get: Get, open_since: str) -> Walked:
    """Return the returns requested at or after `open_since` (empty: all), oldest first."""
    found: list[ReturnShape] = []
    params = {"limit": PAGE}
    floor = _moment(open_since)
    for _ in range(MOST_PAGES):
        page = decode(await get("/v1/returns", params), ReturnPage)
        fresh = [made for made in page.data if floor is None or aware(made.requested_at) >= floor]
        found += fresh
        if page.next_cursor is None or len(fresh) < len(page.data):
            return _walked(found, open_since)
        params = {"limit": PAGE, "cursor": page.next_cursor}
    raise Unavailable("endless_pages", f"the returns have more than {MOST_PAGES} pages of {PAGE}")


def _walked(newest_first: list[ReturnShape], open_since: str) -> Walked:
    told = [made for made in reversed(newest_first) if made.status != "cancelled"]
    still_open = [aware(made.requested_at) for made in told if made.status in OPEN]
    newest = [aware(made.requested_at) for made in newest_first[:1]]
    since = min(still_open, default=newest[0] if newest else None)
    return Walked(
        tuple(return_notice(made, None) for made in told),
        tuple(f"{made.id}/{made.status}" for made in told),
        since.isoformat() if since else open_since,
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def return_notice(made: ReturnShape, label: Label | None) -> ReturnNotice:
    """Return a return as the engine sees it; the goods are back only once the carrier says when."""
    return ReturnNotice(
        carrier=NAME,
        number=made.return_tracking_number,
        direct_number=made.original_tracking_number,
        reason=made.reason,
        received_at=aware(made.returned_at) if made.status in HERE and made.returned_at else None,
        items={item.sku: item.quantity for item in made.items},
        origin=made.origin or "carrier",
        label=label,
    )
