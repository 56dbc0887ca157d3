"""The DataTransfer channel as a drop folder: files of announced items in, an answer beside each.

The channel is the carrier's; the grammar of its files was not obtainable (wire contract `postal_api_swiss` §10), so
the format is OURS. A file is NDJSON: each line is one item as the REST service takes it, with control options and
pictures; `labelDefinition` may be left out, since labels are printed elsewhere. A line of `identCode` and
`notification` alone brings notification data of an item that was announced before, by whatever way: a whole item of its
number would be refused (E2016). The carrier looks into the folder after a while and writes NAME.answer.ndjson: for each
line its number, and the ident code with warnings, or the errors.

A name is taken once: the same bytes again change nothing, other bytes are refused.
"""

import re
from hashlib import sha256
from typing import Any

import msgspec

from ....core.records import Due, Instant, Kind
from ....core.world import Duty, World
from ....wire.call import Answer, Call, json_answer
from ....wire.problems import problem
from ....wire.settings import chosen
from ..answers import Operations
from ..fields import LONGEST_SHOWN, Faults, Fields, Unreadable, document
from ..names import CARRIER
from ..notifying import late_data
from .carrying import announced, unreadable
from .entries import DATA_TRANSFER, by_password

FOLDER = "/data-transfer/v1/folder"
FILE = f"{FOLDER}/{{name}}"
NDJSON = "application/x-ndjson"
ANSWER = ".answer.ndjson"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.ndjson")
FILES_MOST, LINES_MOST = 500, 1_000
LATE = ("identCode", "notification")
LOOK = f"{CARRIER}.look_into_drop_folder"
AFTER_MS = (500, 0, 86_400_000)  # default, least, most

routes = Operations()


class File(msgspec.Struct, frozen=True):
    """A file of the folder; `answer` is empty until the carrier has looked at it."""

    client: str
    body: bytes
    dropped_ms: Instant
    answer: bytes = b""


FILES: Kind[File] = Kind(f"{CARRIER}.dropped_files", File)  # name -> file


@routes.put(FILE, admit=by_password)
def drop_file(call: Call) -> Answer:
    """Take a file, whole or not at all."""
    name, world = call.params["name"], call.world
    if not NAME.fullmatch(name):
        allowed = "letters, digits, - and _, at most 64, and .ndjson behind"
        return problem(400, "Bad name", f"The name is {name[:100]!r}, allowed are {allowed}.")
    known = world.store.get(FILES, name)
    if known is not None:
        if known.body == call.body:
            return _told(name, known, 200)
        return problem(409, "Name taken", f"{name} is in the folder with other content; take a new name.")
    lines = _lines(call.body)
    if not 0 < len(lines) <= LINES_MOST:
        return problem(422, "Bad file", f"The file has {len(lines)} lines, allowed are 1 to {LINES_MOST}.")
    if sum(1 for _ in world.store.scan(FILES)) >= FILES_MOST:
        return problem(409, "Folder full", f"The folder holds {FILES_MOST} files; delete those that are answered.")
    file = File(call.credential, call.body, world.now_ms)
    world.store.put(FILES, name, file)
    world.later(LOOK, name, after_ms=_after_ms(world))
    return _told(name, file, 201)


@routes.get(FOLDER, admit=by_password)
def list_folder(call: Call) -> Answer:
    """List the files, answers beside them."""
    rows: list[dict[str, Any]] = []
    for name, file in sorted(call.world.store.scan(FILES)):
        rows.append(_row(name, file))
        if file.answer:
            rows.append({"name": _beside(name), "bytes": len(file.answer), "state": "answer"})
    return json_answer({"files": rows})


@routes.get(FILE, admit=by_password)
def read_file(call: Call) -> Answer:
    """Return a file, or the answer to one."""
    name = call.params["name"]
    answer = name.endswith(ANSWER)
    file = call.world.store.get(FILES, name.removesuffix(ANSWER) + ".ndjson" if answer else name)
    body = b"" if file is None else file.answer if answer else file.body
    if not body:
        return _missing(name)
    return Answer(200, body, {"Content-Type": NDJSON})


@routes.delete(FILE, admit=by_password)
def delete_file(call: Call) -> Answer:
    """Take a file and its answer away; its items stay."""
    name = call.params["name"]
    file = call.world.store.get(FILES, name)
    if file is None:
        return _missing(name)
    if not file.answer:
        return problem(409, "Not answered", f"{name} was not looked at yet; it can be deleted once it is answered.")
    call.world.store.drop(FILES, name)
    return Answer(204)


def _missing(name: str) -> Answer:
    return problem(404, "No such file", f"{name[:100]!r} is not in the folder.")


def _told(name: str, file: File, status: int) -> Answer:
    return json_answer(_row(name, file), status)


def _row(name: str, file: File) -> dict[str, Any]:
    return {
        "name": name,
        "bytes": len(file.body),
        "sha256": sha256(file.body).hexdigest(),
        "state": "answered" if file.answer else "waiting",
        "answer": _beside(name) if file.answer else None,
    }


def _beside(name: str) -> str:
    return name.removesuffix(".ndjson") + ANSWER


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.splitlines() if line.strip()]


def _after_ms(world: World) -> int:
    default, least, most = AFTER_MS
    found = chosen(world, CARRIER, "data_transfer_after_ms")
    return found if type(found) is int and least <= found <= most else default


def look(world: World, due: Due) -> None:
    """Judge each line by itself, in order; one that is refused keeps none of the others back."""
    file = world.store.get(FILES, due.key)
    if file is None:
        return
    answers = [_answer(world, file.client, number, line) for number, line in enumerate(_lines(file.body), 1)]
    answer = b"".join(msgspec.json.encode(row) + b"\n" for row in answers)
    world.store.put(FILES, due.key, msgspec.structs.replace(file, answer=answer))


def _answer(world: World, client: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        body = document(line)
        found = _came_later(world, body, client) if is_late(body) else announced(world, body, client)
    except Unreadable as unfit:
        found = unreadable(unfit)
    return {"line": number, **found}


def is_late(body: dict[str, Any]) -> bool:
    """Tell whether a line brings notification data of an item that is known: it names one, and holds none."""
    return "identCode" in body and "item" not in body


def _came_later(world: World, body: dict[str, Any], client: str) -> dict[str, Any]:
    """Take notification data of an item and return what is told of them.

    Raises:
        Unreadable: the line does not fit, or names no consignment; nothing was done.
    """
    faults = Faults()
    for name in sorted(set(body) - set(LATE)):
        faults.add(name[:LONGEST_SHOWN], f"is not known beside {' and '.join(LATE)}")
    key = late_data.key_of(Fields(body, faults).text("identCode", LONGEST_SHOWN, required=True))
    kept = late_data.newest(world, key) if key else None
    if kept is None and not faults:
        faults.add("identCode", "there is no consignment of this number", body["identCode"])
    if kept is None or faults:
        raise Unreadable(faults)
    return late_data.taken(world, kept, body, DATA_TRANSFER, client)


DUTIES = {LOOK: Duty(look)}
KINDS = (FILES,)
