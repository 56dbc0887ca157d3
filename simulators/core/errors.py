"""Refusals of the world: one class, an enum for why, facts for people."""

from enum import StrEnum


class SimulatorError(Exception):
    """Base of every error this part raises on purpose."""


class Reason(StrEnum):
    """Why the world refuses. Tests and translation tables match on these, never on prose."""

    CANCELLED = "cancelled"
    FINAL = "final"
    MOVED = "moved"
    UNKNOWN_PARCEL = "unknown-parcel"
    UNKNOWN_SCAN = "unknown-scan"
    UNKNOWN_STORY = "unknown-story"
    UNKNOWN_CODE = "unknown-code"
    WRONG_SECRET = "wrong-secret"
    WRONG_SNAPSHOT = "wrong-snapshot"
    CLOCK_BACKWARDS = "clock-backwards"
    CLOCK_REAL = "clock-real"


class Rejected(SimulatorError):
    """A command was refused and nothing changed. `reason` is for programs, `facts` for people."""

    def __init__(self, reason: Reason, /, **facts: object) -> None:
        self.reason = reason
        self.facts = facts
        super().__init__(f"{reason}: " + ", ".join(f"{key}={value!r}" for key, value in facts.items()))
