"""The files that a run leaves behind: told apart before it begins, written whatever came of it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

import msgspec

from .. import counterexamples
from ..run import Run
from .badge import write_badge
from .comparison import Comparison
from .document import write_json
from .html import write_html
from .junit import write_junit
from .markdown import write_markdown
from .sarif import write_sarif


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
        if path.resolve() in taken and not _is_device(path):
            return f"{taken[path.resolve()]} and {option} both name {path}; give each report a file of its own"
        taken[path.resolve()] = option
    return _folder_trouble(reports.counterexamples)


def _trouble(option: str, path: Path) -> str:
    if path.is_dir():
        return f"{option} {path} is a folder; name a file in it"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent} for {path.name}; make it first or name another one"
    if _is_device(path):
        return ""
    there = path.exists()
    try:
        path.open("ab").close()  # whether it may be written is known by opening it, and by nothing else
        if not there:
            path.unlink()
    except OSError as error:
        return f"{option} {path} cannot be written ({error.strerror}); name another file"
    return ""


def _is_device(path: Path) -> bool:
    """Whether it is a terminal, a pipe or the like: to open one already says something to its reader."""
    return path.exists() and not path.is_file()


def _folder_trouble(folder: Path | None) -> str:
    if folder is None:
        return ""
    if folder.exists() and not folder.is_dir():
        return f"--counterexamples {folder} is a file; name a folder"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"--counterexamples {folder} cannot be made ({error.strerror}); name another folder"
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return f"--counterexamples {folder} cannot be written into ({error.strerror}); name another folder"
    return ""


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
        try:
            counterexamples.write(run.results, reports.counterexamples)
        except OSError as error:
            troubles.append(f"--counterexamples {reports.counterexamples}: {error.strerror or error}")
    return troubles
