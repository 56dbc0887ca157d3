"""The evidence of a failed case: its story, its exchanges, its diagram and its scenario file."""

from ..case import Case
from ..lab import Lab
from ..run import Evidence
from ..scenarios.naming import Names
from .diagram import diagram
from .parcels import numbers_of
from .proving import tell
from .sequence import messages, shown
from .story import story
from .witness import Witness


def evidence_of(lab: Lab, case: Case, seen: Witness, *, seed: int) -> Evidence:
    """Return what shows a failure to people. The lab is free: the scenario is tried in it."""
    try:
        return _evidence(lab, case, seen, seed)
    except Exception as error:  # ours, and no reason to hide what is wrong with the connector
        return Evidence(story=(f"This cannot be told: {type(error).__name__}: {error}.",))


def _evidence(lab: Lab, case: Case, seen: Witness, seed: int) -> Evidence:
    names = Names(numbers_of(seen.record), seen.record.parcels.values())
    rows = messages(seen, names)
    told = tell(lab, case, seen, seed)
    sentences = story(rows, names, seen.findings)
    if told.reason:
        sentences = (*sentences, f"There is no scenario file of this: {told.reason}.")
    return Evidence(
        story=sentences,
        exchanges=tuple(shown(rows)),
        diagram=diagram(case.id, rows, names, seen.findings, seen.ended_at - seen.record.start),
        scenario=told.text,
    )
