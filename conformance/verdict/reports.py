"""The files that a run leaves behind: told apart before it begins, written whatever came of it."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ..run import Run
from .badge import write_badge
from .comparison import Comparison
from .document import write_json
from .html import write_html
from .junit import write_junit
from .markdown import write_markdown
from .sarif import write_sarif
from .words import file_name


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """Where each report goes. `counterexamples` is a folder for the scenario file and the diagram of each failure."""

    junit: Path | None = None
    html: Path | None = None
    json: Path | None = None
    markdown: Path | None = None
    sarif: Path | None = None
    badge: Path | None = None
    counterexamples: Path | None = None

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield (option, file) for each file that is wanted."""
        for name in ("junit", "html", "json", "markdown", "sarif", "badge"):
            path = getattr(self, name)
            if path is not None:
                yield f"--{name}", path


def problem_of(reports: Reports) -> str:
    """Return what will keep a report from being written, in one sentence that says what to do, or ""."""
    taken: dict[Path, str] = {}
    for option, path in reports.files():
        if problem := _trouble(option, path):
            return problem
        if path.resolve() in taken and path.is_file():
            return f"{taken[path.resolve()]} and {option} both name {path}; give each report a file of its own"
        taken[path.resolve()] = option
    folder = reports.counterexamples
    if folder is not None and folder.exists() and not folder.is_dir():
        return f"--counterexamples {folder} is a file; name a folder"
    if folder is not None and not _may_write(next(place for place in (folder, *folder.parents) if place.exists())):
        return f"nothing may be written to --counterexamples {folder}; name another folder"
    return ""


def _trouble(option: str, path: Path) -> str:
    if path.is_dir():
        return f"{option} {path} is a folder; name a file in it"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent} for {path.name}; make it first or name another one"
    if not _may_write(path if path.exists() else path.parent):
        return f"{option} {path} may not be written; name another file"
    return ""


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK)


def write(run: Run, reports: Reports, comparison: Comparison | None = None) -> list[str]:
    """Write every report that is wanted; return one sentence for each that could not be written."""
    writers = {
        "--junit": write_junit,
        "--html": lambda run, path: write_html(run, path, comparison=comparison),
        "--json": write_json,
        "--markdown": lambda run, path: write_markdown(run, path, comparison=comparison),
        "--sarif": write_sarif,
        "--badge": write_badge,
    }
    troubles = []
    for option, path in reports.files():
        try:
            writers[option](run, path)
        except OSError as error:
            troubles.append(f"{option} {path} could not be written: {error.strerror or error}")
    if reports.counterexamples is not None:
        troubles += _write_counterexamples(run, reports.counterexamples)
    return troubles


def _write_counterexamples(run: Run, folder: Path) -> list[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for result in run.results:
            if result.evidence is None:
                continue
            for suffix, text in ((".yaml", result.evidence.scenario), (".svg", result.evidence.diagram)):
                if text:
                    (folder / (file_name(result.id) + suffix)).write_text(text, encoding="utf-8")
    except OSError as error:
        return [f"--counterexamples {folder}: {error.strerror or error}"]
    return []
