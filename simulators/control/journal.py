"""What happened on the wire: the journal, searched and exported, and its hash."""

import asyncio
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..wire import har, transcript
from ..wire.call import Answer, Call, json_answer
from ..wire.journal import KEPT_EXCHANGES, Journal, Search
from ..wire.routes import Routes
from ..wire.transcript import Body as Text
from ..wire.transcript import Line, rfc3339
from .desk import desk_of, on
from .operations import Several
from .reading import Count, Query
from .shapes import Stamp

routes = Routes()

PAGE = 1_000
A_TURN = 500  # exchanges looked at before other requests are let in
NDJSON = "application/x-ndjson"
HAR = "application/har+json"


class EntryView(msgspec.Struct):
    """One exchange: "in" is a call of a carrier's client, "out" a webhook. Secrets are masked.

    A body that is no text is told by its SHA-256 and size. `status` 0: no answer; `fault` names what spoilt it.
    """

    seq: int
    at: Stamp
    direction: Literal["in", "out"]
    carrier: str
    operation: str
    method: str
    path: str
    query: str
    credential: str
    request_headers: dict[str, str]
    request_body: Text
    status: int
    response_headers: dict[str, str]
    response_body: Text
    fault: str


class JournalView(msgspec.Struct):
    """Exchanges, oldest first. `next` is what to give as `after` for those that follow, null at the end.

    `last` is the newest of all; `counters` are exact, also of exchanges no longer kept.
    """

    entries: list[EntryView]
    next: int | None
    last: int
    counters: dict[str, int]


class HashView(msgspec.Struct):
    """The hash of the canonical journal: the same for the same exchanges, on whatever host and port."""

    sha256: str
    entries: int


class JournalQuery(Query):
    """Which exchanges. `text` is looked for, in any case of letters, in what is shown: never in a secret.

    `fault`: "any" or "none", or part of a fault's name. `limit` is 1000 for JSON, everything for the others.
    """

    after: Count = 0
    limit: Annotated[int, Meta(ge=1, le=KEPT_EXCHANGES)] | UnsetType = UNSET
    direction: Literal["in", "out"] | UnsetType = UNSET
    carrier: str | UnsetType = UNSET
    operation: str | UnsetType = UNSET
    status: Annotated[int, Meta(ge=0, le=999)] | UnsetType = UNSET
    text: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    fault: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    format: Literal["json", "ndjson", "har"] = "json"


@on(
    routes,
    "GET",
    "/tenants/{tenant}/journal",
    answers={200: Several({"application/json": JournalView, NDJSON: None, HAR: har.Har})},
)
async def read_journal(call: Call, query: JournalQuery) -> Answer:
    """Read what happened on the wire, secrets masked: as JSON, as NDJSON, or as HAR 1.2."""
    desk = desk_of(call)
    world = desk.world(call)
    journal = desk.tenants.journal(world)
    most = query.limit if query.limit is not UNSET else PAGE if query.format == "json" else KEPT_EXCHANGES
    lines, more = await found(journal, _search(query), most)
    if query.format == "ndjson":
        return Answer(200, transcript.ndjson(lines), {"Content-Type": NDJSON})
    if query.format == "har":
        scheme = call.origin.partition("://")[0]
        return Answer(200, msgspec.json.encode(har.export(lines, scheme)), {"Content-Type": HAR})
    following = lines[-1].sequence if more else None
    return json_answer(JournalView([view(line) for line in lines], following, journal.sequence, journal.counters()))


@on(routes, "GET", "/tenants/{tenant}/journal/hash", answers={200: HashView})
async def read_hash(call: Call) -> Answer:
    """Read the hash of the canonical journal."""
    desk = desk_of(call)
    journal = desk.tenants.journal(desk.world(call))
    return json_answer(HashView(journal.hash(), len(journal)))


async def found(journal: Journal, search: Search, most: int) -> tuple[list[Line], bool]:
    """Return the first `most` exchanges that fit, and whether there are more; others are served in between."""
    lines: list[Line] = []
    for number, line in enumerate(journal.search(search)):
        if number % A_TURN == A_TURN - 1:
            await asyncio.sleep(0)
        if line is None:
            continue
        if len(lines) == most:
            return lines, True
        lines.append(line)
    return lines, False


def _search(query: JournalQuery) -> Search:
    given = {name: found for name in query.__struct_fields__ if (found := getattr(query, name)) is not UNSET}
    return Search(**{name: found for name, found in given.items() if name not in ("limit", "format")})


def view(line: Line) -> EntryView:
    return EntryView(line.sequence, rfc3339(line.at_ms), *msgspec.structs.astuple(line)[2:])
