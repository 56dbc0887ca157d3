"""What is kept of an example that failed, taken before its world is given up."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from parcelproof.control_client import ControlError

from ..bench import Bench
from ..evidence import attempts_of, journal_of
from ..history import Attempt, Exchange, Finding, ReceivedMail
from .record import Record


@dataclass(frozen=True, slots=True)
class Witness:
    """One failed example: why, what the case did, and what went over the wires."""

    error: Exception
    findings: tuple[Finding, ...]
    asked: frozenset[str]  # the names in the statement that found it
    record: Record
    ended_at: datetime
    journal: tuple[Exchange, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    mails: tuple[ReceivedMail, ...] = ()


def witness(
    bench: Bench, record: Record, error: Exception, findings: Iterable[Finding], asked: frozenset[str]
) -> Witness:
    """Return what is known of an example that has just failed on this bench."""
    journal: tuple[Exchange, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    record.depth += 1  # the record is over: what comes now is none of the case's doing
    with suppress(ControlError):
        journal, attempts = journal_of(bench.control, bench.tenant), attempts_of(bench.control, bench.tenant)
        bench.control.parcels(bench.tenant)  # so that the record knows the names of all
    return Witness(error, tuple(findings), asked, record, bench.now, journal, attempts, tuple(bench.mailbox.mails))
