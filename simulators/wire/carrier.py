"""What a carrier hands to the server: data and functions, no base class.

A carrier's package builds one `Carrier` value; the composition root lists them. `control` sees carriers only through
this type and so knows none by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ..core.errors import Rejected
from ..core.parcel import Parcel, Step
from ..core.records import Kind
from ..core.world import Duty, World
from .allowed import Allowed
from .bad_days import BadDay
from .call import Answer, Call
from .description import Description
from .routes import Found, Routes

if TYPE_CHECKING:
    from .tenants import Tenants


class Refusal(StrEnum):
    """What the shell refuses before a handler runs, or when one broke; each carrier has its own shape for it."""

    NO_ROUTE = "no-route"
    WRONG_METHOD = "wrong-method"  # call.notes["allowed"]: list of methods
    TOO_LARGE = "too-large"  # call.notes["limit_bytes"]: int
    BROKEN = "broken"  # our own defect: a 500 that a test would see
    UNAVAILABLE = "unavailable"  # a fault's 503: what the carrier says while it is out of order


class Fidelity(StrEnum):
    """How far an operation can be trusted."""

    DOCUMENTED = "documented"
    RECORDED = "recorded"
    GUESSED = "guessed"


class Static(StrEnum):
    """What an answer hangs on that hangs on no tenant's state: a dictionary's, a price list's."""

    ALWAYS = "always the same"
    ASKED = "by what is asked alone"  # and the day, where prices tell one


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A carrier's sources, fidelity per operation, and known deviations, as `parcelproof carriers` prints them."""

    title: str
    sources: tuple[str, ...]
    fidelity: Mapping[str, Fidelity]  # operation -> fidelity
    guesses: tuple[str, ...] = ()  # one sentence each: what the sources leave open and what was chosen
    deviations: tuple[str, ...] = ()
    magic: Mapping[str, str] = field(default_factory=dict)  # value in an order -> what it makes happen
    switches: Mapping[str, str] = field(default_factory=dict)  # a tenant's setting -> what it can be, default first
    contradictions: tuple[str, ...] = ()  # those switches on which the sources contradict one another
    static: Mapping[str, Static] = field(default_factory=dict)  # operations whose answers no tenant's state changes


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A payout report as a file: finished bytes, their MIME type and a name."""

    name: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Payouts:
    """How a carrier pays out. Dates are ISO text in the carrier's zone."""

    make: Callable[[World], str | None]  # pay now what is payable; the report's number, None when nothing is
    list: Callable[[World], list[dict[str, Any]]]  # {number, payment_date, sum_minor, currency, lines}
    file: Callable[[World, str, str], ReportFile]  # (world, number, one of `forms`)
    forms: Callable[[World], Sequence[str]]  # "csv", "csv-cp1251", "xlsx", "xml" …


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A carrier on the wire.

    `admit` finds the tenant of a call and sets `call.world`, or returns the refusal to send.
    `refuse` and `translate` give the carrier's own error shapes; `finish` adds what every answer of it carries.
    `story` plans a parcel's life by name; `scan` makes one carrier event happen now. `signs` tells whether webhooks
    are signed; `bad_days` are the carrier's own, by name.
    """

    name: str  # "mail_alliance", "cdek": also Parcel.carrier and the prefix of its duties
    mount: str  # "mail-alliance", "cdek": the path prefix on the shared port
    routes: Routes
    kinds: tuple[Kind[Any], ...]
    duties: Mapping[str, Duty]
    sheet: Sheet
    admit: Callable[["Tenants", Call], Answer | None]
    refuse: Callable[[Call, Refusal], Answer]
    translate: Callable[[Call, Rejected], Answer]
    story: Callable[[World, Parcel, str], tuple[Step, ...]]
    scan: Callable[[World, Parcel, Step], Parcel]
    revoke: Callable[[World, Parcel, int], Parcel]
    stories: tuple[str, ...]
    codes: tuple[str, ...]
    finish: Callable[[Call, Answer], None] | None = None
    payouts: Payouts | None = None
    body_limit_bytes: int = 1_048_576
    body_limits_bytes: Mapping[str, int] = field(default_factory=dict)  # of templates of routes that take more
    label: Callable[[World, Parcel, str], ReportFile | None] | None = None  # "pdf" or "zpl"; None: none in that format
    told: Callable[[str], tuple[str, ...]] | None = None  # a story's steps in words, oldest first
    endpoints: Callable[[World], "list[dict[str, Any]]"] | None = None  # {id, url, events, status}, no secrets
    signs: bool = False
    bad_days: Mapping[str, BadDay] = field(default_factory=dict)
    settings: Mapping[str, Allowed] | None = None  # all that it reads; None: not declared, so any name is taken
    description: Description | None = None  # its whole wire as its package declares it

    def limit_bytes(self, found: Found | None) -> int:
        """Return how long the body of a call may be whose path leads there."""
        if found is None or not self.body_limits_bytes:
            return self.body_limit_bytes
        return self.body_limits_bytes.get(next(iter(found[0].values())).template, self.body_limit_bytes)
