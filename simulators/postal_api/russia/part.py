"""What a chapter of this carrier hands over: data, so that no chapter edits another's files.

Each subpackage has one `PART`; the package's root puts them together into the carriers that the server mounts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.records import Kind
from ...core.world import Duty
from ...wire.bad_days import BadDay
from ...wire.carrier import Fidelity, Static
from ...wire.description import Described
from ...wire.routes import Routes
from .settings import Switches


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A chapter: its routes, what it remembers and does later, and its share of the carrier sheet.

    `fidelity` and `static` are by operation, which is a handler's name; `magic` and `guesses` as in `Sheet`.
    Names of kinds and duties begin with the carrier's name: "russian_post.".
    """

    routes: Routes
    kinds: tuple[Kind[Any], ...] = ()
    duties: Mapping[str, Duty] = field(default_factory=dict)
    fidelity: Mapping[str, Fidelity] = field(default_factory=dict)
    guesses: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    magic: Mapping[str, str] = field(default_factory=dict)
    static: Mapping[str, Static] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    bad_days: Mapping[str, BadDay] = field(default_factory=dict)
    described: Mapping[str, Described] = field(default_factory=dict)
    body_limits_bytes: Mapping[str, int] = field(default_factory=dict)


def merged(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return several tables as one.

    Raises:
        ValueError: a name stands in two of them.
    """
    found: dict[str, Any] = {}
    for table in tables:
        if twice := set(found) & set(table):
            raise ValueError(f"named by two parts: {sorted(twice)}")
        found.update(table)
    return found
