"""Looking through a tenant's journal, newest first, over what is kept and not over what it reads like."""

from collections.abc import Mapping
from itertools import islice

from ...core.parcel import Parcel
from ...wire import transcript
from ...wire.journal import Exchange
from ...wire.transcript import Line
from .visit import Missing, Visit

Kept = Exchange | Line
MOST_SAYING = 1_000  # of those that hold a text, the newest: reading an exchange costs what showing it costs
FILTERS = ("direction", "carrier", "operation", "status", "text", "fault")


def selected(visit: Visit, wanted: Mapping[str, str]) -> list[Kept]:
    """Return the exchanges that fit, oldest first; of those with a `text` the newest `MOST_SAYING`.

    `status` may be a class, as 5xx; `fault` "on" asks for those hit by one.
    """
    found = list(visit.room.tenants.journal(visit.world).kept())
    for name in ("direction", "carrier", "operation"):
        if value := wanted.get(name):
            found = [kept for kept in found if getattr(kept, name) == value]
    if status := wanted.get("status", "").lower():
        found = [kept for kept in found if _has_status(kept, status)]
    if wanted.get("fault"):
        found = [kept for kept in found if kept.fault]
    if text := wanted.get("text", "").casefold():
        saying = (kept for kept in reversed(found) if _may_say(kept, text) and says(kept, text))
        found = list(islice(saying, MOST_SAYING))[::-1]
    return found


def says(kept: Kept, text: str) -> bool:
    """Tell whether people can read a text, given in small letters, in an exchange; what is masked they cannot."""
    return text in transcript.text_of(line_of(kept)).casefold()


def _may_say(kept: Kept, text: str) -> bool:
    """Tell, ten times faster, whether `says` is worth asking: False is certain."""
    if isinstance(kept, Line) or not text.isascii():
        return True
    mark = text.encode()
    if mark in kept.request_body.lower() or mark in kept.response_body.lower():
        return True
    both = (kept.request_headers, kept.response_headers)
    pairs = (pair for found in both for pair in (found.items() if isinstance(found, Mapping) else found))
    heads = "\n".join(f"{_text(name)}: {_text(value)}" for name, value in pairs)
    start = f"{kept.method} {kept.target} {kept.operation} {kept.credential} {kept.status} {kept.fault}"
    return text in f"{start} {heads}".casefold()


def _text(found: bytes | str) -> str:
    return found if isinstance(found, str) else found.decode("latin-1")


def about(visit: Visit, parcel: Parcel, most: int) -> list[Line]:
    """Return the newest exchanges that name a parcel, newest first."""
    marks = [(name, name.encode("utf-8", "replace")) for name in (parcel.id, parcel.number) if name]
    found: list[Line] = []
    for kept in reversed(visit.room.tenants.journal(visit.world).kept()):
        if kept.carrier == parcel.carrier and any(mentions(kept, *mark) for mark in marks):
            found.append(line_of(kept))
            if len(found) == most:
                break
    return found


def one(visit: Visit, sequence: str) -> Line:
    """Return one exchange.

    Raises:
        Missing: it is not kept any more, or never was.
    """
    for kept in visit.room.tenants.journal(visit.world).kept():
        if str(kept.sequence) == sequence:
            return line_of(kept)
    raise Missing(f"The journal does not keep an exchange {sequence}; the oldest ones are forgotten.")


def line_of(kept: Kept) -> Line:
    return kept if isinstance(kept, Line) else transcript.line_of(kept)


def mentions(kept: Kept, text: str, mark: bytes) -> bool:
    """Tell whether address, credential or one of the bodies holds a text."""
    target = f"{kept.path}?{kept.query}" if isinstance(kept, Line) else kept.target
    if text in target or text in kept.credential or text in kept.operation:
        return True
    return any(
        mark in body if isinstance(body, bytes) else isinstance(body, str) and text in body
        for body in (kept.request_body, kept.response_body)
    )


def _has_status(kept: Kept, wanted: str) -> bool:
    found = str(kept.status)
    return found[:1] == wanted[:1] if wanted.endswith("xx") else found == wanted
