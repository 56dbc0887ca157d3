"""A thread of its own for code that may do anything: hang, raise, exit, print. What it does is told, never raised here.

All calls run in one thread, one after another, since a connector may keep what belongs to a thread (a database
connection, say). Coroutines run on an event loop in a second thread, which turns between the calls too.
"""

import asyncio
import inspect
import queue
import sys
import threading
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple

from .excuses import excuse

MOST_LOG_CHARACTERS = 4 * 1024 * 1024
STOP_TIMEOUT_S = 5.0


class Late(Exception):
    """The call did not end in time. It may end later; what comes of it is thrown away."""


class Raised(Exception):
    """The call raised. The message says what and where, as the end of a sentence."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        super().__init__(excuse(error))


class Job(NamedTuple):
    call: Callable[[], Any]
    outcome: "Future[Any]"


class Worker:
    """Runs calls, each within a time. What its threads print is kept in a log of bounded length."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._log: deque[str] = deque()
        self._log_characters = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads: list[threading.Thread] = []
        self._busy = False
        self.closed = False
        self._begin(self._work)

    def call(self, wanted: Callable[[], Any], timeout_s: float) -> Any:
        """Return what a call returns, awaited where it is awaitable.

        Raises:
            Late: it did not end in time. Raised: it raised, whatever it was.
        """
        outcome: Future[Any] = Future()
        with Ear(self):
            self._jobs.put(Job(wanted, outcome))
            try:
                return outcome.result(timeout_s)
            except TimeoutError as error:  # ours: what the call raised comes as Raised
                outcome.cancel()
                raise Late from error

    def log(self) -> str:
        """Return what was printed, and the tracebacks of what was raised."""
        return "".join(self._log)

    def hears(self, thread: threading.Thread) -> bool:
        return thread in self._threads

    def note(self, text: str) -> None:
        self._log.append(text)
        self._log_characters += len(text)
        while self._log_characters - len(self._log[0]) >= MOST_LOG_CHARACTERS:
            self._log_characters -= len(self._log.popleft())

    def close(self) -> None:
        """End the threads. One that hangs is left alone: Python can end none by force."""
        self.closed, wait_s = True, 0.0 if self._busy else STOP_TIMEOUT_S
        self._jobs.put(None)
        if self._loop is not None:
            with suppress(RuntimeError):  # it is closed already
                self._loop.call_soon_threadsafe(self._loop.stop)
        for thread in self._threads:
            thread.join(wait_s)

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=self._name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._busy = True
            if not job.outcome.cancelled():
                self._do(job)
            self._busy = False

    def _do(self, job: Job) -> None:
        found, raised = None, None
        try:
            found = job.call()
            if inspect.isawaitable(found):
                found = self._awaited(found, job.outcome)
        except BaseException as error:  # sys.exit() and a raised KeyboardInterrupt too: nothing of it is ours
            self.note("".join(traceback.format_exception(error)))
            raised = Raised(error)
        with suppress(InvalidStateError):  # nobody waits any more
            if raised is None:
                job.outcome.set_result(found)
            else:
                job.outcome.set_exception(raised)

    def _awaited(self, found: Awaitable[Any], outcome: "Future[Any]") -> Any:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._begin(self._turn)
        running = asyncio.run_coroutine_threadsafe(guarded(found), self._loop)
        outcome.add_done_callback(lambda done: running.cancel() if done.cancelled() else None)
        value, error = running.result()
        if error is not None:
            raise error
        return value

    def _turn(self) -> None:
        loop = self._loop
        assert loop is not None
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.wait(left, timeout=STOP_TIMEOUT_S))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()


async def guarded(found: Awaitable[Any]) -> tuple[Any, BaseException | None]:
    """Await something; a SystemExit that left a task would end the whole loop."""
    try:
        return await found, None
    except BaseException as error:
        return None, error


class Fork:
    """A stream that gives what a worker's threads write to its log, and anything else to the stream that was there."""

    def __init__(self, worker: Worker, other: Any) -> None:
        self._worker = worker
        self._other = other

    def __getattr__(self, name: str) -> Any:
        return getattr(self._other, name)

    def write(self, text: str) -> int:
        if not self._worker.hears(threading.current_thread()):
            return int(self._other.write(text) or 0)
        self._worker.note(str(text))
        return len(text)


class Ear:
    """Puts forks in the place of stdout and stderr for the length of a call."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def __enter__(self) -> None:
        self._before: Any = (sys.stdout, sys.stderr)
        self._forks: Any = tuple(Fork(self._worker, stream) for stream in self._before)
        sys.stdout, sys.stderr = self._forks

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if sys.stdout is self._forks[0]:
            sys.stdout = self._before[0]
        if sys.stderr is self._forks[1]:
            sys.stderr = self._before[1]
