"""What a company calls its states, and how much of each an end customer is shown and told.

Source: `notifications` NTF-040 to 051, decisions D2, D4 and D10.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .statuses import Status

LONGEST_NAME = 60


class Visibility(StrEnum):
    """How much of a state an end customer sees. The levels are cumulative (D4)."""

    HIDDEN = "hidden"
    VISIBLE = "visible"
    WITH_REASON = "with_reason"
    WITH_OBSERVATIONS = "with_observations"


# States that are news to the person who waits for a parcel: `statuses` §3 rule 9.
MAILABLE = frozenset(
    {
        Status.ANNOUNCED,
        Status.OUT_FOR_DELIVERY,
        Status.READY_FOR_PICKUP,
        Status.DELIVERY_FAILED,
        Status.DELIVERED,
        Status.RETURNED,
    }
)
TRANSIT = frozenset({Status.ACCEPTED, Status.IN_TRANSIT, Status.CUSTOMS, Status.HELD, Status.RETURNING})


@dataclass(frozen=True, slots=True)
class StateRule:
    """One state as a company has it. `name`: its own word, empty for ours; `mailed`: None for our default."""

    name: str = ""
    visibility: Visibility = Visibility.WITH_OBSERVATIONS
    mailed: bool | None = None


DEFAULT = StateRule()


@dataclass(frozen=True, slots=True)
class States:
    """All states of a company: those it said nothing about are as we have them."""

    rules: Mapping[Status, StateRule] = field(default_factory=dict)

    def rule(self, status: Status) -> StateRule:
        return self.rules.get(status, DEFAULT)

    def is_seen(self, status: Status) -> bool:
        """Whether the end customer sees anything of it (NTF-044)."""
        return self.rule(status).visibility is not Visibility.HIDDEN

    def is_mailed(self, status: Status) -> bool:
        """Whether it is told by mail: enabled for following, seen, and known (NTF-044, 049, 247)."""
        rule = self.rule(status)
        enabled = status in MAILABLE if rule.mailed is None else rule.mailed
        return enabled and self.is_seen(status) and status is not Status.UNKNOWN

    @property
    def mailed(self) -> frozenset[Status]:
        return frozenset(status for status in Status if self.is_mailed(status))

    def told(self, status: Status, reason: str, observation: str) -> tuple[str, str]:
        """Return the reason and the observation as far as the end customer may read them (NTF-046 to 048)."""
        level = self.rule(status).visibility
        with_reason = level in (Visibility.WITH_REASON, Visibility.WITH_OBSERVATIONS)
        with_observation = level is Visibility.WITH_OBSERVATIONS
        return reason if with_reason else "", observation if with_observation else ""
