"""What turns the results of the cases into a verdict: waivers, levels, and what the catalogue of mutants proves."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from ..levels import level_results
from ..mutants import unproved
from ..run import Run, Stop
from ..waivers import Waiver, waive

# What XML cannot hold, what would steer a terminal, and halves of letters: a connector may say any of it.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def finished(
    run: Run,
    *,
    waivers: Sequence[Waiver] = (),
    today: date,
    level: str = "",
    selection: str = "",
    began: datetime | None = None,
) -> Run:
    """Return a run with all that the reports tell. `level` is the one that was asked for, "" for none."""
    made = waive(cleaned(run), waivers, today)
    if began is not None:
        made = msgspec.structs.replace(made, began=began.astimezone(UTC).isoformat(timespec="seconds"))
    made = msgspec.structs.replace(made, level=level, selection=selection or made.selection)
    made = msgspec.structs.replace(made, unproved=unproved())
    return msgspec.structs.replace(made, levels=level_results(made))


def nothing(stop: Stop, *, target: str, seed: int, selection: str) -> Run:
    """Return the run that never began, so that its reports can say why."""
    return Run(
        connector={},
        target=target,
        seed=seed,
        results=(),
        requirements=(),
        duration_s=0.0,
        selection=selection,
        stop=stop,
    )


def cleaned(run: Run) -> Run:
    """Return a run whose texts can stand in every report and on every terminal."""
    return msgspec.convert(_clean(msgspec.to_builtins(run)), Run)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def clean_text(text: str) -> str:
    """Replace what not every report can hold."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
