"""The lanes of a score: processes that take the next job as soon as they are free."""

import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import msgspec

from ..processes import STOP_TIMEOUT_S, InstrumentError
from .lane import Job, Judged

LANE = (sys.executable, "-m", "parcelproof.conformance.score")
MOST_S = 300.0  # for one connector; a full run has FULL_TIMES as much
FULL_TIMES = 6

Done = Callable[[Judged], None]


class Lane:
    """One lane process. Use as a context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(LANE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._process.stdin, self._process.stdout:
            self._process.stdin.close()
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.terminate()
                self._process.wait()

    def judge(self, job: Job) -> Judged:
        """Judge one connector, within bounded time.

        Raises:
            InstrumentError: the lane ended, or the time did.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        most_s = MOST_S * (FULL_TIMES if job.full else 1)
        bell = threading.Timer(most_s, self._process.kill)
        bell.start()
        try:
            self._process.stdin.write(msgspec.json.encode(job) + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            bell.cancel()
        if not line:
            raise InstrumentError(f"the lane that judged {job.name} ended, or was not done after {most_s:g} s")
        return msgspec.json.decode(line, type=Judged)


def judge_all(jobs: Sequence[Job], *, lanes: int, done: Done) -> None:
    """Judge all of them; `done` is told of each, one at a time.

    Raises:
        InstrumentError: a lane ended.
    """
    waiting, lock, stop = deque(jobs), threading.Lock(), threading.Event()

    def work() -> None:
        try:
            with Lane() as lane:
                while not stop.is_set():
                    try:
                        job = waiting.popleft()
                    except IndexError:
                        return
                    judged = lane.judge(job)
                    with lock:
                        done(judged)
        finally:
            if waiting:
                stop.set()

    with ThreadPoolExecutor(max_workers=max(1, min(lanes, len(jobs)))) as pool:
        working = [pool.submit(work) for _ in range(max(1, min(lanes, len(jobs))))]
        try:
            for future in working:
                future.result()
        finally:
            stop.set()
