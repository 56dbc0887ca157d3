"""What a tenant's world remembers about electronic letters: letters, uploads, recipients with their consent."""

import re
from typing import Any

import msgspec

from ....core.records import Kind
from ....core.world import World
from ..own_rest.events import happened
from ..own_rest.ids import named

CHECKING, REJECTED, WITHDRAWN = "checking", "rejected", "withdrawn"
UNOPENED, HANDED_OVER = "unopened", "handed_over"
PRINTING, ON_PAPER, RETURNING, RETURNED = "printing", "on_paper", "returning", "returned"
DESTROYED, LOST, POSTED = "destroyed", "lost", "posted"
STATES = (
    CHECKING,
    REJECTED,
    WITHDRAWN,
    UNOPENED,
    PRINTING,
    ON_PAPER,
    HANDED_OVER,
    RETURNING,
    RETURNED,
    DESTROYED,
    LOST,
    POSTED,
)
REGISTERED, SIMPLE = "registered", "simple"
PERSON, ORGANISATION = "person", "organisation"
POST_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)", re.ASCII)


class Wish(msgspec.Struct, frozen=True):
    """What the sender wants sent, the same by whichever way it came; `address` has a post code in it."""

    recipient_type: str
    name: str
    address: str
    inn: str = ""
    kpp: str = ""
    registration_number: str = ""
    title: str = ""
    category: str = REGISTERED
    return_address: str = ""
    notice: bool = False
    no_return: bool = False
    without_rank: bool = True
    additional_info: str = ""
    comment: str = ""


class Row(msgspec.Struct, frozen=True):
    """One line of an upload's registry that can become a letter."""

    line: int
    wish: Wish
    document: bytes
    signature: bytes


class Letter(msgspec.Struct, frozen=True):
    """A letter: `times` has the moment at which it reached each state; `upload` and `line` where it came in a zip.

    `order` is the post's own order of a registered letter that was sent, 0 before; `recipient` the one who consented.
    """

    id: str
    wish: Wish
    state: str
    times: dict[str, int]
    document_sha256: str
    reasons: tuple[str, ...] = ()
    number: str = ""
    order: int = 0
    way: str = ""
    recipient: str = ""
    upload: str = ""
    line: int = 0
    notice_ms: int = 0
    pages: int = 0


class Upload(msgspec.Struct, frozen=True):
    """A zip that was taken: letters in the order of the registry's lines, and the lines that were refused."""

    id: str
    at_ms: int
    letters: tuple[str, ...]
    errors: tuple[dict[str, Any], ...]
    batch: str = ""


class Recipient(msgspec.Struct, frozen=True):
    """Somebody who has an inbox with the post, and consents to letters in it or not."""

    id: str
    name: str
    address: str
    inn: str
    consents: bool


LETTERS: Kind[Letter] = Kind(named("letters"), Letter)
DOCUMENTS: Kind[bytes] = Kind(named("letter_documents"), bytes)
SIGNATURES: Kind[bytes] = Kind(named("letter_signatures"), bytes)
UPLOADS: Kind[Upload] = Kind(named("letter_uploads"), Upload)
RECIPIENTS: Kind[Recipient] = Kind(named("letter_recipients"), Recipient)
BY_IDENTITY: Kind[str] = Kind(named("letter_identities"), str)  # INN, or name and address -> recipient id
BY_PARCEL: Kind[str] = Kind(named("letter_parcels"), str)  # parcel id -> letter id
INBOXES: Kind[tuple[str, ...]] = Kind(named("letter_inboxes"), tuple[str, ...])  # recipient id -> letter ids
KINDS: tuple[Kind[Any], ...] = (
    LETTERS,
    DOCUMENTS,
    SIGNATURES,
    UPLOADS,
    RECIPIENTS,
    BY_IDENTITY,
    BY_PARCEL,
    INBOXES,
)


def letter_of(world: World, letter_id: str) -> Letter:
    """Return a letter that must exist: one of a duty or an inbox."""
    found = world.store.get(LETTERS, letter_id)
    if found is None:
        raise LookupError(f"no letter {letter_id}")
    return found


def changed(world: World, letter: Letter, **changes: Any) -> Letter:
    """Put a changed copy of a letter in its place; a new state is dated and told."""
    state = changes.get("state", letter.state)
    moved = state != letter.state
    if moved:
        changes["times"] = {**letter.times, state: world.now_ms}
    found = msgspec.structs.replace(letter, **changes)
    world.store.put(LETTERS, found.id, found)
    if moved:
        told = {"state": state, **({"number": found.number} if found.number else {})}
        happened(world, f"letter.{state}", found.id, **told)
    return found


def identity(inn: str, name: str, address: str) -> str:
    """Return what tells one recipient from another: the INN, or name and address without regard to how they are set."""
    return inn or f"{folded(name)}|{folded(address)}"


def folded(text: str) -> str:
    """Return a text as it is compared: letters and digits only, ё as е."""
    return "".join(letter for letter in text.casefold().replace("ё", "е") if letter.isalnum())
