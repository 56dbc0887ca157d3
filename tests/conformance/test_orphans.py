"""A judge that is killed by SIGKILL leaves nothing running; what is not its own any more is left alone."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parcelproof.conformance import reaper

from .watching import becomes, gone

JUDGE = """
import json, re, sys, threading
from parcelproof.conformance.processes import Process
from parcelproof.conformance.targets import CommandTarget

forever = "import threading; threading.Event().wait()"
simulator = Process([sys.executable, "-c", "print('ready on http://x', flush=True);" + forever])
killed = CommandTarget([sys.executable, sys.argv[1], "{port}", "{state}", "sound"], simulator="", smtp="")
gone = killed.pid
killed.close()
target = CommandTarget([sys.executable, sys.argv[1], "{port}", "{state}", "parent"], simulator="", smtp="")
first = target.pid
target.kill()
target.restart()
assert target.pid != first
while len(children := re.findall(r"child (\\d+)\\n", target.log())) < 2:
    threading.Event().wait(0.01)
print(json.dumps([simulator._process.pid, target.pid, int(children[-1])]), flush=True)
threading.Event().wait()
"""
PROGRAM = str(Path(__file__).with_name("small_connector.py"))
SLEEPER = "import threading; threading.Event().wait()"


@contextmanager
def program(*words: str) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched in /proc")


def test_what_a_killed_judge_started_ends_with_it() -> None:
    with program("-c", JUDGE, PROGRAM) as judge:
        assert judge.stdout is not None
        started = json.loads(judge.stdout.readline())
        assert [gone(pid) for pid in started] == [False, False, False]
        judge.send_signal(signal.SIGKILL)
        judge.wait()
        left = [pid for pid in started if not becomes(lambda pid=pid: gone(pid))]  # type: ignore[misc]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    assert left == []


def test_a_number_that_another_process_has_by_now_is_left_alone() -> None:
    with program("-c", SLEEPER) as one:
        mark = reaper.began(one.pid)
        assert mark.isdigit()
        reaper.end("process", one.pid, "1")
        reaper.end("group", one.pid, "1")
        assert not gone(one.pid)
        reaper.end("group", one.pid, mark)
        assert becomes(lambda: gone(one.pid))
    assert reaper.began(one.pid) == ""
    reaper.end("group", one.pid, mark)  # nobody to end


def test_what_was_said_goodbye_to_is_left_alone() -> None:
    with program("-c", SLEEPER) as mine, program("-c", SLEEPER) as theirs:
        said = f"+process {mine.pid}\n+group {theirs.pid}\n-{theirs.pid}\n+gro"  # the last line was cut off by a kill
        subprocess.run([sys.executable, reaper.__file__], input=said.encode(), check=True, timeout=20)
        assert becomes(lambda: gone(mine.pid)) and not gone(theirs.pid)
