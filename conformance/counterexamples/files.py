"""Counterexamples as files: a scenario and a diagram for each failed case."""

import re
from collections.abc import Mapping
from pathlib import Path

from ..run import Run

# Cases that no scenario file can tell, and why. What is not listed here and fails is told, or says so in its story.
UNTOLD: Mapping[str, str] = {}


def write(run: Run, folder: Path) -> list[Path]:
    """Write `<case>.yaml` and `<case>.svg` of every failed case that has them; return the files, sorted.

    Files of an earlier run that are in the way are replaced; the folder is made when there is none.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for result in run.results:
        if result.evidence is None:
            continue
        for ending, text in ((".yaml", result.evidence.scenario), (".svg", result.evidence.diagram)):
            if text:
                file = folder / (file_name(result.id) + ending)
                file.write_text(text, encoding="utf-8")
                written.append(file)
    return sorted(written)


def file_name(case: str) -> str:
    """Return a case's id as the name of a file, without its ending: `TRK-005-a_late_older_scan-cdek`."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", case).strip("-.")
