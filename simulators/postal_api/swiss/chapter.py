"""What a chapter of this carrier hands over: data, so that no chapter edits another's files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.records import Kind
from ...core.world import Duty
from ...wire.allowed import Allowed
from ...wire.bad_days import BadDay
from ...wire.carrier import Fidelity, Static
from ...wire.routes import Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Routes, what is remembered and done later, and a share of the carrier sheet.

    `fidelity` and `static` are by operation, which is a handler's name. Names of kinds and duties begin with
    "swiss_post.". `settings` are all that the chapter reads, `switches` their words as the sheet prints them.
    A route's note `admit` takes the place of the bearer token where a chapter knows its callers otherwise.
    """

    routes: Routes
    kinds: tuple[Kind[Any], ...] = ()
    duties: Mapping[str, Duty] = field(default_factory=dict)
    fidelity: Mapping[str, Fidelity] = field(default_factory=dict)
    guesses: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    magic: Mapping[str, str] = field(default_factory=dict)
    static: Mapping[str, Static] = field(default_factory=dict)
    settings: Mapping[str, Allowed] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)
    bad_days: Mapping[str, BadDay] = field(default_factory=dict)


def merged(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return several tables as one.

    Raises:
        ValueError: a name stands in two of them.
    """
    found: dict[str, Any] = {}
    for table in tables:
        if twice := set(found) & set(table):
            raise ValueError(f"named by two chapters: {sorted(twice)}")
        found.update(table)
    return found
