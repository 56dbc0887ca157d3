"""The catalogue of requirements: data in `requirements/*.toml`, validated as it loads.

A requirement is a table named by its id. Ids are never reused; a retired one stays and says so.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

PROFILES = (
    "rates", "labels", "tracking", "webhooks", "returns",
    "resilience", "idempotence", "security", "notifications", "settlement",
    "documents", "numbers",
)  # fmt: skip
CARRIERS = ("cdek", "iml", "mail_alliance", "pickpoint", "russian_post", "swiss_post")
USUAL = ("cdek", "mail_alliance")  # where a requirement names none
PREFIXES = {
    "AUT": "automation",
    "LBL": "labels",
    "RTE": "rates",
    "TRK": "tracking",
    "WHK": "webhooks",
    "RET": "returns",
    "NTF": "notifications",
    "SET": "settlement",
    "IDM": "idempotence",
    "RES": "resilience",
    "SEC": "security",
    "DOC": "documents",
    "NUM": "numbers",
}
_ID = re.compile(r"([A-Z]{3})-(\d{3})")
_DATED = re.compile(r"\b20\d\d-\d\d-\d\d\b")


class CatalogueError(Exception):
    """The catalogue contradicts itself or its rules. A message names the file, the id and the fix."""


class Level(StrEnum):
    MUST = "MUST"
    MUST_NOT = "MUST NOT"
    SHOULD = "SHOULD"
    MAY = "MAY"

    @property
    def binding(self) -> bool:
        """Whether a connector that breaks it fails, and is not only warned."""
        return self in (Level.MUST, Level.MUST_NOT)


class Requirement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One numbered requirement. `text` contains the level word; `source` names a document and a reading date."""

    id: str = ""
    level: Level
    text: str
    source: str
    profiles: tuple[str, ...]
    carriers: tuple[str, ...] = USUAL
    since: str
    untestable: str = ""  # why no case proves it
    retired: str = ""  # since when and why it no longer binds
    area: str = ""  # the file it stands in


def load_text(text: str, *, area: str) -> dict[str, Requirement]:
    """Return the requirements of one TOML text, checked.

    Raises:
        CatalogueError: the text is no TOML, or a requirement breaks a rule.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{area}.toml is not TOML: {error}") from error
    found = {}
    for number, table in tables.items():
        try:
            row = msgspec.convert({**table, "id": number, "area": area}, Requirement)
        except msgspec.ValidationError as error:
            raise CatalogueError(f"{area}.toml, [{number}]: {error}") from error
        _check(row)
        found[number] = row
    return found


def _check(row: Requirement) -> None:
    where = f"{row.area}.toml, [{row.id}]"
    match = _ID.fullmatch(row.id)
    if match is None:
        raise CatalogueError(f"{where}: an id is three capitals, a hyphen and three digits")
    if match[1] not in PREFIXES:
        raise CatalogueError(f"{where}: unknown prefix {match[1]}; allowed: {', '.join(PREFIXES)}")
    if not re.search(rf"\b{row.level.value}\b", row.text):
        raise CatalogueError(f"{where}: the text does not contain its level word {row.level.value!r}")
    if row.level is Level.MUST and re.search(r"\bMUST NOT\b", row.text) and not re.search(r"\bMUST (?!NOT)", row.text):
        raise CatalogueError(f"{where}: the text says MUST NOT but the level is MUST")
    if not _DATED.search(row.source):
        raise CatalogueError(f"{where}: the source {row.source!r} has no date (YYYY-MM-DD)")
    for name, values, allowed in (("profiles", row.profiles, PROFILES), ("carriers", row.carriers, CARRIERS)):
        unknown = sorted(set(values) - set(allowed))
        if unknown or not values:
            raise CatalogueError(f"{where}: {name} {unknown or 'empty'}; allowed: {', '.join(allowed)}")


def merge(parts: Iterable[Mapping[str, Requirement]]) -> dict[str, Requirement]:
    """Return all parts as one catalogue in the order of their ids.

    Raises:
        CatalogueError: an id stands in two files.
    """
    whole: dict[str, Requirement] = {}
    for part in parts:
        for number, row in part.items():
            if number in whole:
                raise CatalogueError(f"{number} stands in {whole[number].area}.toml and in {row.area}.toml")
            whole[number] = row
    return {number: whole[number] for number in sorted(whole)}


@cache
def load() -> Mapping[str, Requirement]:
    """Return the packaged catalogue: id to requirement."""
    folder = files(__package__).joinpath("requirements")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return merge(
        load_text(folder.joinpath(name).read_text(encoding="utf-8"), area=name.removesuffix(".toml")) for name in names
    )


def known(numbers: Iterable[str]) -> tuple[str, ...]:
    """Return the ids as given, or refuse those that the catalogue does not have.

    Raises:
        CatalogueError: an id is unknown or retired.
    """
    catalogue = load()
    chosen = tuple(numbers)
    for number in chosen:
        if number not in catalogue:
            raise CatalogueError(f"no requirement {number!r} in the catalogue")
        if catalogue[number].retired:
            raise CatalogueError(f"{number} is retired: {catalogue[number].retired}")
    return chosen
