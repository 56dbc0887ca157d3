"""What tests see of other processes: whether one runs no more, and waiting until it is so."""

import threading
import time
from collections.abc import Callable
from pathlib import Path


def gone(pid: int) -> bool:
    """Whether a process runs no more; one that nobody buried yet counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def becomes(true: Callable[[], bool], within_s: float = 10.0) -> bool:
    """Wait for something that another process does, for so long at most."""
    tick, until = threading.Event(), time.monotonic() + within_s
    while not true():
        if time.monotonic() > until:
            return False
        tick.wait(0.01)
    return True
