"""A payout report and its lines: frozen, whatever file it becomes.

Source: `settlement` §2, §3. Money is whole minor units, moments virtual milliseconds.
"""

from enum import StrEnum

import msgspec

from ...core.records import Instant


class Outcome(StrEnum):
    """What a line is about, in the words of `settlement` §3."""

    DELIVERED = "delivered"
    PARTIAL = "partial"
    REFUSED = "refused"
    LOST = "lost"
    RETURN_LEG = "return_leg"
    FEE_ONLY = "fee_only"


class Pieces(msgspec.Struct, frozen=True):
    """What became of one position: pieces handed over and pieces refused."""

    sku: str
    delivered: int
    refused: int


class Line(msgspec.Struct, frozen=True):
    """One line of a report.

    `tracking` is the carrier's number as the report shows it, `order` the shop's own, `parcel` our parcel's id, "" for
    a line that belongs to nobody here. `direct` is, on a return leg, the carrier's number of the parcel it belongs to.
    """

    tracking: str
    outcome: Outcome
    transfer_minor: int
    collected_minor: int = 0
    services_minor: int = 0
    agent_minor: int = 0
    order: str = ""
    parcel: str = ""
    items: tuple[Pieces, ...] = ()
    direct: str = ""
    at_ms: Instant | None = None  # when the parcel's life ended


class Report(msgspec.Struct, frozen=True):
    """A payout. `shown_on` are the dates under which it is listed; before the first it is not there.

    `corrected` are the lines that it has from its last date on, when it is re-issued with others.
    """

    number: str
    created_ms: Instant
    payment_date: str
    payment_order: str
    currency: str
    lines: tuple[Line, ...]
    shown_on: tuple[str, ...]
    corrected: tuple[Line, ...] = ()

    @property
    def sum_minor(self) -> int:
        return sum(line.transfer_minor for line in self.lines)
