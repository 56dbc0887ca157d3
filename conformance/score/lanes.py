"""The lanes of a score: processes that take the next job as soon as they are free."""

import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
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

    def __init__(self, nursery: Sequence[str]) -> None:
        self._process = subprocess.Popen([*LANE, *nursery], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

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
        bell = threading.Timer(most_s, self._process.terminate)
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


class Lanes:
    """Some lanes, open for as many rounds of jobs as come. Use as a context manager."""

    def __init__(self, count: int, nursery: Sequence[str]) -> None:
        self._count = count
        self._nursery = nursery
        self._stack = ExitStack()
        self._lanes: list[Lane] = []

    def __enter__(self) -> Self:
        with self._stack as stack:
            self._lanes = [stack.enter_context(Lane(self._nursery)) for _ in range(self._count)]
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def judge(self, jobs: Sequence[Job], done: Done) -> None:
        """Judge all of them; `done` is told of each, one at a time.

        Raises:
            InstrumentError: a lane ended.
        """
        waiting, lock, stop = deque(jobs), threading.Lock(), threading.Event()

        def work(lane: Lane) -> None:
            while not stop.is_set():
                try:
                    job = waiting.popleft()
                except IndexError:
                    return
                judged = lane.judge(job)
                with lock:
                    done(judged)

        with ThreadPoolExecutor(max_workers=len(self._lanes)) as pool:
            working = [pool.submit(work, lane) for lane in self._lanes]
            try:
                for future in as_completed(working):
                    future.result()
            finally:
                stop.set()
