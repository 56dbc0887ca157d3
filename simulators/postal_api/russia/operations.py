"""Operations of Russian Post: types and attributes with their names, the order interface's words, canonical values.

Wire contract: `postal_api_russia` §4.7 and §2.16; canonical values: `statuses` §3a "Russian Post". The table is
`operations.csv`, one line for a type (no attribute: its name and default) and one for each attribute; what `mark`
makes of it is in `statuses.py`. An operation's code is written `8/2`.
"""

import csv
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ...core.status import Status

KEEP, UNKNOWN = "keep", "unknown"  # what bears no status: paperwork, and codes of nobody's


class Mark(StrEnum):
    """What is special about an operation."""

    NONE = ""
    OPENS = "opens"  # the way back begins
    ADDRESSEE = "addressee"  # handed over, and it is named to whom
    SENDER = "sender"
    COUNTER = "counter"  # counter mail waits to be collected, other mail travels on
    FIRST = "first"  # as the first scan: accepted
    DATA = "data"  # only data: nothing once the goods were scanned
    SCANNED = "scanned"  # nothing before the goods were scanned
    RECALL = "recall"  # nothing once the goods are on their way
    WITHDRAWS = "withdraws"  # takes back the operation before it


class Operation(NamedTuple):
    """One line: names are the dictionary's (an attribute without a name has none), words the order interface's.

    `status` is None for what bears none; `known` is False for a reserved code. The word of an attribute is empty
    where the sources give none.
    """

    type: int
    attribute: int
    type_name: str
    name: str
    type_word: str
    word: str
    status: Status | None
    mark: Mark
    known: bool = True

    @property
    def code(self) -> str:
        return f"{self.type}/{self.attribute}"


def operation(type_id: int, attribute: int = 0) -> Operation:
    """Return an operation; an attribute that is not listed, or 0, takes what its type's default says.

    An unknown type gives one that bears no status, has no names and is not `known`.
    """
    found = operations().get((type_id, attribute))
    if found is not None:
        return found
    default = types().get(type_id)
    if default is None:
        return Operation(type_id, attribute, "", "", "UNKNOWN", "", None, Mark.NONE, known=False)
    return default._replace(attribute=attribute)


def parsed(code: str) -> Operation | None:
    """Return the operation of a code like `8/2` that stands in the dictionary; None for anything else."""
    return by_code().get(code)


@cache
def by_code() -> dict[str, Operation]:
    """Return every code that may be scanned: listed attributes, and 0 for types that have none or a default."""
    listed = {found.code: found for found in operations().values()}
    for default in types().values():
        listed.setdefault(default.code, default)
    return listed


@cache
def types() -> dict[int, Operation]:
    """Return what each type says where its attribute says nothing."""
    return {
        int(row["type"]): _line(row, row["name"], row["word"], 0, "", "") for row in _rows() if not row["attribute"]
    }


@cache
def operations() -> dict[tuple[int, int], Operation]:
    """Return the lines with an attribute by (type, attribute)."""
    found = {}
    for row in _rows():
        if row["attribute"]:
            default = types()[int(row["type"])]
            line = _line(row, default.type_name, default.type_word, int(row["attribute"]), row["name"], row["word"])
            found[line.type, line.attribute] = line
    return found


def _line(row: dict[str, str], type_name: str, type_word: str, attribute: int, name: str, word: str) -> Operation:
    bears = row["status"] not in (KEEP, UNKNOWN)
    return Operation(
        type=int(row["type"]),
        attribute=attribute,
        type_name=type_name,
        name=name,
        type_word=type_word or "UNKNOWN",
        word=word,
        status=Status(row["status"]) if bears else None,
        mark=Mark(row["mark"]),
        known=row["status"] != UNKNOWN,
    )


@cache
def _rows() -> list[dict[str, str]]:
    table = files(__package__).joinpath("operations.csv").read_text("utf-8")
    return list(csv.DictReader(table.splitlines()))
