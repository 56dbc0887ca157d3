"""Turns at one address: two processes never hold it at once."""

import subprocess
import sys
from pathlib import Path

from parcelproof.conformance.runner import Options
from parcelproof.testing.turns import turn_of

TURNS = 100
WORKER = """
import os, sys
from parcelproof.testing.turns import turn
log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
print("here", flush=True)
sys.stdin.read()  # until both are there
for _ in range({turns}):
    with turn(sys.argv[2]):
        os.write(log, b"in %d\\n" % os.getpid())
        sum(range(20_000))
        os.write(log, b"out %d\\n" % os.getpid())
"""


def test_two_processes_take_turns(tmp_path: Path) -> None:
    log, url = tmp_path / "log", f"http://turns.example/{tmp_path.name}"
    words = [sys.executable, "-c", WORKER.replace("{turns}", str(TURNS)), str(log)]
    both = [subprocess.Popen([*words, url + end], stdin=subprocess.PIPE, stdout=subprocess.PIPE) for end in ("", "/")]
    for one in both:
        assert one.stdout is not None and one.stdout.readline() == b"here\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.close()
    assert [one.wait(60) for one in both] == [0, 0]
    for one in both:
        assert one.stdout is not None
        one.stdout.close()
    lines = log.read_text().splitlines()
    assert len(lines) == 4 * TURNS
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    assert all(first == second.replace("out", "in") for first, second in pairs)


def test_what_is_each_process_own_needs_no_turn(tmp_path: Path) -> None:
    for options in (Options(command=["x"]), Options(connector="shop:Shop"), Options(connector=dict)):
        with turn_of(options), turn_of(options):
            pass
