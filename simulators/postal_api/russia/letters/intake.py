"""Taking letters in, whichever way they came, and what the check makes of each."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from ....core.records import Due
from ....core.world import Duty, World
from .. import numbers
from ..own_rest.events import happened
from ..own_rest.ids import HOUR_MS, MINUTE_MS, named, new_id
from . import paper, post, records
from .records import Letter, Row, Upload, Wish, changed

CHECK_MS, PRINT_MS = 15 * MINUTE_MS, 6 * HOUR_MS
CHECK, POST_SIMPLE = named("letters.check"), named("letters.post_simple")
NUMBER_RANGE = "number_range"
ELECTRONIC, PAPER = "electronic", "paper"


def take_in(world: World, wish: Wish, document: bytes, signature: bytes) -> Letter:
    """Keep one letter and plan its check; what could be refused at once was."""
    made = _kept(world, wish, document, signature)
    world.later(CHECK, made.id, after_ms=CHECK_MS)
    return made


def take_upload_in(world: World, rows: Sequence[Row], errors: Sequence[dict[str, Any]]) -> Upload:
    """Keep the letters of an upload and plan their check: they go on together, on one list."""
    upload_id = new_id(world, "upl")
    made = [_kept(world, row.wish, row.document, row.signature, upload_id, row.line).id for row in rows]
    upload = Upload(upload_id, world.now_ms, tuple(made), tuple(errors))
    world.store.put(records.UPLOADS, upload.id, upload)
    world.later(CHECK, upload.id, after_ms=CHECK_MS)
    happened(world, "letter.uploaded", upload.id, letters=len(made), errors=len(upload.errors))
    return upload


def _kept(world: World, wish: Wish, document: bytes, signature: bytes, upload: str = "", line: int = 0) -> Letter:
    times, digest = {records.CHECKING: world.now_ms}, sha256(document).hexdigest()
    made = Letter(new_id(world, "ltr"), wish, records.CHECKING, times, digest, upload=upload, line=line)
    world.store.put(records.LETTERS, made.id, made)
    world.store.put(records.DOCUMENTS, made.id, document)
    world.store.put(records.SIGNATURES, made.id, signature)
    happened(world, f"letter.{made.state}", made.id, state=made.state)
    return made


def _check(world: World, due: Due) -> None:
    """Duty: reject letters, or send them on their way; the registered ones of an upload stand on one list."""
    upload = world.store.get(records.UPLOADS, due.key)
    keys = (due.key,) if upload is None else upload.letters
    letters = [records.letter_of(world, key) for key in keys]
    checked = [_examined(world, letter) for letter in letters if letter.state == records.CHECKING]
    fit = [letter for letter in checked if letter is not None]
    for letter in fit:
        if letter.wish.category == records.SIMPLE:
            changed(world, letter, state=records.PRINTING, way=PAPER)
            world.later(POST_SIMPLE, letter.id, after_ms=PRINT_MS)
    numbered = [_numbered(world, letter) for letter in fit if letter.wish.category == records.REGISTERED]
    accepted, batch = post.accept(world, [letter for letter in numbered if letter is not None])
    if upload is not None and batch:
        world.store.put(records.UPLOADS, upload.id, msgspec.structs.replace(upload, batch=batch))
    for letter in accepted:
        _send(world, letter)


def _examined(world: World, letter: Letter) -> Letter | None:
    """Return a letter that passed the check; reject another."""
    document = world.store.get(records.DOCUMENTS, letter.id) or b""
    pages, reasons = paper.examined(document)
    if not paper.holds(world.store.get(records.SIGNATURES, letter.id) or b"", document):
        reasons = (*reasons, paper.SIGNATURE)
    if reasons:
        changed(world, letter, state=records.REJECTED, reasons=reasons)
        return None
    return changed(world, letter, pages=pages)


def _numbered(world: World, letter: Letter) -> Letter | None:
    try:
        return changed(world, letter, number=numbers.issue(world))
    except numbers.Exhausted:
        changed(world, letter, state=records.REJECTED, reasons=(NUMBER_RANGE,))
        return None


def _send(world: World, letter: Letter) -> None:
    wish = letter.wish
    found = world.store.get(records.BY_IDENTITY, records.identity(wish.inn, wish.name, wish.address))
    recipient = None if found is None else world.store.get(records.RECIPIENTS, found)
    if recipient is not None and recipient.consents:
        letter = changed(world, letter, way=ELECTRONIC, recipient=recipient.id)
        inbox = world.store.get(records.INBOXES, recipient.id) or ()
        world.store.put(records.INBOXES, recipient.id, (*inbox, letter.id))
        post.deliver_electronically(world, letter)
    else:
        post.print_out(world, changed(world, letter, way=PAPER))


def _post_simple(world: World, due: Due) -> None:
    """Duty: a simple letter leaves the print centre, and nobody hears of it again."""
    changed(world, records.letter_of(world, due.key), state=records.POSTED)


DUTIES = {CHECK: Duty(_check), POST_SIMPLE: Duty(_post_simple)}
