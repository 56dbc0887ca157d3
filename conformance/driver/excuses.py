"""What an exception of somebody else's code says, as the end of one sentence. Never a stack trace, never an error."""

import sysconfig
import traceback
from pathlib import Path

SHOWN = 300
LIBRARIES = tuple(str(Path(sysconfig.get_path(name)).resolve()) for name in ("stdlib", "purelib", "platlib"))
JUDGE = str(Path(__file__).parent.resolve())


def excuse(error: BaseException) -> str:
    """Return "raised KeyError: 'cdek' in shop.py, line 34"."""
    if isinstance(error, SystemExit):
        return f"called sys.exit({error.code!r}){_place(error)}"
    return f"raised {type(error).__name__}{_text(error)}{_place(error)}"


def printable(text: str) -> str:
    """Return a text that every report can hold."""
    return text.encode("utf-8", "replace").decode()


def _text(error: BaseException) -> str:
    try:
        text = printable(" ".join(str(error).split()))
    except Exception as other:  # its own __str__ is broken as well
        text = f"(its text cannot be made: {type(other).__name__})"
    if not text:
        return ""
    return f": {text if len(text) <= SHOWN else text[:SHOWN] + '…'}"


def _place(error: BaseException) -> str:
    """Return where it came from: the innermost line that is neither the judge's nor a library's."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not _is_within(frame.filename, (JUDGE,))]
    own = [frame for frame in frames if not _is_within(frame.filename, LIBRARIES)] or frames
    return f" in {Path(own[-1].filename).name}, line {own[-1].lineno}" if own else ""


def _is_within(file: str, folders: tuple[str, ...]) -> bool:
    path = str(Path(file).resolve())
    return file.startswith("<frozen") or any(path.startswith(f"{folder}/") for folder in folders)
