"""A program of its own: it waits for the end of the judge that started it, and ends what the judge left running.

It reads lines `+group PID`, `+process PID` and `-PID` until nobody can write any more: a judge that was killed cannot
say goodbye, but its end of the pipe closes. It imports nothing of ours: `python -I -S reaper.py` starts in a moment.
"""

import os
import signal
import sys


def began(pid: int) -> str:
    """Return a mark of the process that has a number now, where Linux tells one; "" when there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def end(kind: str, pid: int, mark: str) -> None:
    """End a process, or a group by its leader's number; not one that got the number of another since."""
    now = began(pid)
    if now and mark and now != mark:
        return
    for kill in (os.killpg, os.kill) if kind == "group" else (os.kill,):
        try:
            kill(pid, signal.SIGKILL)
        except OSError:  # it is gone, or not a group yet
            continue
        return


def main() -> None:
    known: dict[int, tuple[str, str]] = {}
    for line in sys.stdin:
        if line.startswith("-"):
            known.pop(int(line[1:]), None)
        elif line.endswith("\n"):
            kind, pid = line[1:].split()
            known[int(pid)] = kind, began(int(pid))
    for number, (kind, mark) in known.items():
        end(kind, number, mark)


if __name__ == "__main__":
    main()
