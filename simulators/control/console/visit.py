"""One visit to the console: what a page works with, and how it answers."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from urllib.parse import quote, urlencode

from ...core.parcel import Parcel
from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.carrier import Carrier
from ...wire.feed import SAFE, Feed
from ...wire.pace import Pace
from ...wire.tenants import Tenants
from .access import Access
from .asking import Ask

ROOT = "/_console"
MOST_NOTES = 200


class Missing(Exception):
    """There is no such thing to show; the text is a sentence."""


class Notes:
    """What a page says once, after a form was done: kept until it was shown, the newest only."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._numbers = count(1)

    def keep(self, text: str) -> str:
        key = str(next(self._numbers))
        self._kept[key] = text
        if len(self._kept) > MOST_NOTES:
            self._kept.popitem(last=False)
        return key

    def take(self, key: str) -> str:
        return self._kept.pop(key, "")


@dataclass(frozen=True, slots=True)
class Room:
    """What all pages of one server share."""

    carriers: Mapping[str, Carrier]
    tenants: Tenants
    pace: Pace
    ask: Ask
    feed: Feed
    access: Access
    notes: Notes = field(default_factory=Notes)


@dataclass(slots=True)
class Visit:
    """One call of a page. `form` is what was typed, empty for a page that is only looked at."""

    call: Call
    room: Room
    session: str | None
    form: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def tenant(self) -> str:
        return self.call.params.get("tenant", "")

    @property
    def world(self) -> World:
        return self.room.tenants.find(self.tenant)

    @property
    def parcel(self) -> Parcel:
        return self.world.parcel(self.call.params["parcel"])

    @property
    def form_token(self) -> str:
        return self.room.access.form_token(self.session or "")

    @property
    def here(self) -> str:
        """The page's own address with its filters, without what belongs to this one look.

        Where a form was refused, it is the page on which the form stood.
        """
        if self.call.method not in SAFE:
            return _back(self.form.get("back", ""), self.tenant)
        kept = [(name, value) for name, value in self.call.query.items() if name not in ("note", "part", "seen")]
        path = ROOT + "".join(f"/{quoted(part)}" for part in self.call.path.split("/") if part)
        return f"{path}?{urlencode(kept, errors='replace')}" if kept else path

    def carrier(self, name: str) -> Carrier:
        found = self.room.carriers.get(name)
        if found is None:
            raise Missing(f"There is no carrier {name!r}.")
        return found

    def now_ms(self) -> int:
        """Return what time it is for the tenant."""
        world = self.world
        return world.now_ms if world.store.header.virtual else self.room.pace.now_ms(world)

    def part_address(self, name: str, content: str) -> str:
        """Return where a live part of this page is fetched again, told apart by what it shows now."""
        return f"{self.here}{'&' if '?' in self.here else '?'}part={name}&seen={self.digest(name, content)}"

    def digest(self, name: str, content: str) -> str:
        """Return what tells a live part apart by what it shows now."""
        found = self.digests[name] = sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
        return found

    def page_address(self, number: int) -> str:
        """Return this page's address with another page of its list."""
        kept = {name: value for name, value in self.call.query.items() if name not in ("note", "part", "seen", "page")}
        path = self.here.partition("?")[0]
        return f"{path}?{urlencode({**kept, 'page': number}, errors='replace')}"

    def done(self, note: str, *path: object) -> Answer:
        """Return the way back to a page after a form was done; without a path to where the form stood."""
        target = address(*path) if path else _back(self.form.get("back", ""), self.tenant)
        mark = "&" if "?" in target else "?"
        return Answer(303, b"", {"Location": f"{target}{mark}note={self.room.notes.keep(note)}"})


def address(*path: object, **query: object) -> str:
    """Return the address of a page of the console; segments and values are encoded here."""
    found = "".join(f"/{quoted(part)}" for part in path)
    given = [(name, str(value)) for name, value in query.items() if value not in (None, "")]
    shown = f"{ROOT}{found}" if found else "/"
    return f"{shown}?{urlencode(given, errors='replace')}" if given else shown


def quoted(part: object) -> str:
    return quote(str(part), safe="", errors="replace")


def _back(wanted: str, tenant: str) -> str:
    """Return the page a form names as its own, if it is one of ours; else the tenant's first page."""
    own = wanted.startswith((f"{ROOT}/", f"{ROOT}?"))
    if own and wanted.isascii() and wanted.isprintable() and "\\" not in wanted:
        return wanted
    return address("t", tenant, "parcels") if tenant else address()
