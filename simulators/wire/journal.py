"""The journal of a tenant: a bounded ring of every exchange in both directions, and exact counters.

Appending is a tuple of references, nothing more: it stands on the path of every request. What people read is made
when they ask (`transcript`).
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from ..core.errors import Reason, Rejected
from ..core.records import Kind, Natural
from . import transcript
from .transcript import Line

KEPT_EXCHANGES = 20_000
KEPT_BYTES = 64 * 1_048_576
SAVED_EXCHANGES = 5_000  # so many go into a snapshot

Headers = tuple[tuple[bytes, bytes], ...] | Mapping[str, str]


class Exchange(NamedTuple):
    """One request and its answer, by reference. `direction` is "in" or "out"; `status` 0 means no answer was sent."""

    sequence: int
    at_ms: int
    direction: str
    carrier: str
    operation: str
    method: str
    target: str
    credential: str
    request_headers: Headers
    request_body: bytes
    status: int
    response_headers: Headers
    response_body: bytes
    fault: str


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; None is anything. `fault` is "any", "none" or part of a fault's name.

    `text` is looked for in what people may read, so that nobody can guess at a secret with it.
    """

    after: int = 0
    direction: str | None = None
    carrier: str | None = None
    operation: str | None = None
    status: int | None = None
    fault: str | None = None
    text: str | None = None


class Saved(msgspec.Struct, frozen=True):
    """A journal as it goes into a snapshot: rendered and masked, the newest exchanges only."""

    sequence: Natural
    counters: dict[str, Natural]
    lines: list[Line]


SAVED: Kind[Saved] = Kind("wire.journal", Saved)
KINDS = (SAVED,)


class Journal:
    """A ring of exchanges, oldest dropped first. `sequence` is how many there have been in all."""

    def __init__(self, *, kept: int = KEPT_EXCHANGES, kept_bytes: int = KEPT_BYTES) -> None:
        self._ring: deque[Exchange | Line] = deque()
        self._kept = kept
        self._kept_bytes = kept_bytes
        self._size_bytes = 0
        self._counts: dict[tuple[str, str, str, int], int] = {}
        self.sequence = 0

    def __len__(self) -> int:
        return len(self._ring)

    def append(
        self,
        at_ms: int,
        direction: str,
        carrier: str,
        operation: str,
        method: str,
        target: str,
        credential: str,
        request_headers: Headers,
        request_body: bytes,
        status: int,
        response_headers: Headers,
        response_body: bytes,
        fault: str = "",
    ) -> None:
        self.sequence += 1
        ring = self._ring
        exchange = (
            self.sequence,
            at_ms,
            direction,
            carrier,
            operation,
            method,
            target,
            credential,
            request_headers,
            request_body,
            status,
            response_headers,
            response_body,
            fault,
        )
        ring.append(Exchange._make(exchange))
        key = (direction, carrier, operation, status)
        self._counts[key] = self._counts.get(key, 0) + 1
        self._size_bytes += len(request_body) + len(response_body)
        while len(ring) > self._kept or self._size_bytes > self._kept_bytes:
            self._size_bytes -= _size_bytes(ring.popleft())

    def kept(self) -> tuple[Exchange | Line, ...]:
        """Return what is kept as it is kept, oldest first, for those who look through all of it."""
        return tuple(self._ring)

    def lines(self, *, after: int = 0) -> Iterator[Line]:
        """Yield the exchanges still kept with a sequence above `after`, masked and readable, oldest first."""
        for found in tuple(self._ring):
            if found.sequence > after:
                yield found if isinstance(found, Line) else transcript.line_of(found)

    def search(self, wanted: "Search") -> Iterator[Line | None]:
        """Yield each exchange still kept after `wanted.after`, oldest first: readable if it fits, else None."""
        for found in tuple(self._ring):
            if found.sequence > wanted.after:
                yield _fitting(found, wanted)

    def counters(self) -> dict[str, int]:
        """Return exact counts, ring or not: "<direction> <carrier> <operation> <status>" -> exchanges."""
        return {" ".join(map(str, key)): count for key, count in sorted(self._counts.items())}

    def hash(self) -> str:
        """Return the SHA-256, in hex, of the canonical form of what is kept."""
        return transcript.hash_of(self.lines())

    def saved(self) -> Saved:
        newest = tuple(self._ring)[-SAVED_EXCHANGES:]
        lines = [found if isinstance(found, Line) else transcript.line_of(found) for found in newest]
        return Saved(self.sequence, self.counters(), lines)

    def load(self, saved: Saved | None) -> None:
        """Go on where a snapshot stopped.

        Raises:
            Rejected: WRONG_SNAPSHOT when it counts what nobody counts.
        """
        self._ring.clear()
        self._ring.extend(saved.lines if saved else ())
        self._size_bytes = sum(map(_size_bytes, self._ring))
        self.sequence = saved.sequence if saved else 0
        self._counts = dict(map(_count_of, saved.counters.items())) if saved else {}


def _fitting(found: Exchange | Line, wanted: Search) -> Line | None:
    for name in ("direction", "carrier", "operation", "status"):
        value = getattr(wanted, name)
        if value is not None and value != getattr(found, name):
            return None
    if wanted.fault is not None and not _has_fault(found.fault, wanted.fault):
        return None
    if wanted.text is not None and isinstance(found, Exchange) and not _may_hold(found, wanted.text):
        return None
    line = found if isinstance(found, Line) else transcript.line_of(found)
    return line if wanted.text is None or wanted.text.casefold() in transcript.text_of(line).casefold() else None


def _may_hold(found: Exchange, text: str) -> bool:
    """Tell whether the readable form may hold a text: it does not where the raw one has neither it nor an escape."""
    raw = [found.target.encode("utf-8", "surrogateescape"), found.request_body, found.response_body]
    for headers in (found.request_headers, found.response_headers):
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        raw += [part if isinstance(part, bytes) else part.encode() for pair in pairs for part in pair]
    own = f"{found.method} {found.operation} {found.credential} {found.status} {found.fault}"
    shown = b"\n".join(raw).decode("utf-8", "replace") + own
    return "\\u" in shown or "%" in shown or not _PLAIN.fullmatch(text) or text.casefold() in shown.casefold()


_PLAIN = re.compile(r"[\w -]+")  # what neither masking nor joining can bring about


def _has_fault(fault: str, wanted: str) -> bool:
    if wanted in ("any", "none"):
        return bool(fault) is (wanted == "any")
    return wanted.casefold() in fault.casefold()


_COUNTED = (bytes, str)  # bodies; what is kept as digest and size counts nothing


def _count_of(item: tuple[str, int]) -> tuple[tuple[str, str, str, int], int]:
    parts = item[0].split(" ")
    if len(parts) != 4 or not (parts[3].isascii() and parts[3].isdecimal() and len(parts[3]) <= 3):
        raise Rejected(Reason.WRONG_SNAPSHOT, counter=item[0])
    return (parts[0], parts[1], parts[2], int(parts[3])), item[1]


def _size_bytes(found: Any) -> int:
    request, response = found.request_body, found.response_body
    return (len(request) if isinstance(request, _COUNTED) else 0) + (
        len(response) if isinstance(response, _COUNTED) else 0
    )
