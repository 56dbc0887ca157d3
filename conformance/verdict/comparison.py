"""What changed between an older run, read from its JSON report, and this one; by requirement."""

from pathlib import Path
from typing import Any

import msgspec

from ..case import Verdict
from ..catalogue import load
from ..run import Run
from .document import FORMAT, VERSION

MOST_BYTES = 512 * 1024 * 1024


class OtherFile(Exception):
    """The older report cannot be compared with. One sentence."""


class _Row(msgspec.Struct, frozen=True):
    id: str
    verdict: Verdict


class Older(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an older report that is compared."""

    format: str
    version: int
    seed: int
    connector: dict[str, Any]
    requirements: tuple[_Row, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Requirements by what became of them since; in no group: those that came to the same."""

    older: str  # what was compared with
    groups: dict[str, tuple[str, ...]]
    same: int


GROUPS = (
    "newly failing",
    "failing, not judged before",
    "newly unknown",
    "newly warned",
    "mended",
    "newly skipped",
    "newly judged",
    "not judged before",
    "not judged this time",
    "removed requirements",
)
_WORSE = {
    Verdict.FAILED: "newly failing",
    Verdict.UNKNOWN: "newly unknown",
    Verdict.WARNED: "newly warned",
    Verdict.SKIPPED: "newly skipped",
}


def read_older(path: Path) -> Older:
    """Return an older report.

    Raises:
        OtherFile: it cannot be read, or is no JSON report of this version.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise OtherFile(f"{path} is longer than {MOST_BYTES} bytes, so it is not compared with")
        content = path.read_bytes()
    except OSError as error:
        raise OtherFile(f"{path} cannot be read ({error.strerror})") from error
    try:
        head = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise OtherFile(f"{path} is not JSON ({error}); --diff takes what --json wrote") from error
    found = (head.get("format"), head.get("version")) if isinstance(head, dict) else (None, None)
    if found != (FORMAT, VERSION):
        said = "it names no format" if found == (None, None) else f"it is {found[0]!r}, version {found[1]!r}"
        raise OtherFile(f"{path} is not what --json writes here: {said}, and {FORMAT!r}, version {VERSION}, is needed")
    try:
        return msgspec.convert(head, Older)
    except msgspec.ValidationError as error:
        raise OtherFile(f"{path} is not what --json writes here: {error}") from error


def compare(older: Older, run: Run) -> Comparison:
    """Return what changed from an older run to this one."""
    before = {row.id: row.verdict for row in older.requirements}
    now = {row.id: row.verdict for row in run.requirements}
    catalogue = load()
    groups: dict[str, list[str]] = {name: [] for name in GROUPS}
    for number, verdict in now.items():
        if group := _group(before.get(number), verdict):
            groups[group].append(number)
    for number in sorted(set(before) - set(now)):
        groups["not judged this time" if number in catalogue else "removed requirements"].append(number)
    changed = sum(map(len, groups.values()))
    name = f"{older.connector.get('name', '')} {older.connector.get('version', '')}".strip() or "a run of nothing"
    return Comparison(
        older=f"{name}, seed {older.seed}",
        groups={name: tuple(numbers) for name, numbers in groups.items() if numbers},
        same=len(set(before) | set(now)) - changed,
    )


def _group(before: Verdict | None, now: Verdict) -> str:
    if before is None:
        return "failing, not judged before" if now is Verdict.FAILED else "not judged before"
    if before is now:
        return ""
    if now is Verdict.PASSED:
        return "newly judged" if before is Verdict.SKIPPED else "mended"
    return _WORSE[now]
