"""Somebody's own acceptance suite, scored by the same faulty connectors: a command that must fail each of them."""

import os
import shlex
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import msgspec

from ..mailbox import Mailbox
from ..mutants import mutants
from ..processes import SIMULATOR, InstrumentError, Process
from ..targets import CommandTarget
from .outcome import Score, Scored, Sound

MOST_S = 120.0
SHOWN_CHARS = 600  # of what a suite wrote before it failed the unbroken reference
Command = Callable[[str | None], Sequence[str]]
Progress = Callable[[int, int, str], None]


class SuiteUnfit(Exception):
    """The suite cannot be scored: it does not run, or does not pass a connector without a bug. One sentence."""


class Ran(msgspec.Struct, frozen=True):
    """How one run of the suite ended."""

    passed: bool
    how: str
    wrote: str = ""
    broke: str = ""
    seconds: float = 0.0


def score_suite(
    command: Command,
    suite: str,
    *,
    only: Iterable[str] = (),
    lanes: int = 2,
    most_s: float = MOST_S,
    progress: Progress | None = None,
) -> Score:
    """Run `suite` once on the unbroken reference, which must pass, and once on each faulty connector.

    Each run has a simulator of its own and these in its environment: PARCELPROOF_DRIVER, PARCELPROOF_SIMULATOR and
    PARCELPROOF_SMTP. An exit status other than 0, or no end within `most_s`, is a kill.

    Raises:
        SuiteUnfit: it cannot be run, or fails the unbroken reference.
        InstrumentError: a simulator or a connector did not start.
    """
    began = time.monotonic()
    words = _words(suite)
    names = list(only) or list(mutants())
    sound = _run(words, command(None), most_s)
    if sound.broke:
        raise InstrumentError(sound.broke)
    if not sound.passed:
        wrote = f"; it wrote: {sound.wrote}" if sound.wrote else ""
        raise SuiteUnfit(
            f"the suite does not pass the unbroken reference ({sound.how}), so its kills prove nothing{wrote}"
        )
    found: dict[str, Scored] = {}
    lock = threading.Lock()

    def keep(one: Scored) -> None:
        with lock:
            found[one.name] = one
            if progress:
                progress(len(found), len(names), one.name)

    _in_lanes(names, lanes, lambda name: keep(_scored(name, _run(words, command(name), most_s))))
    return Score(
        scored=tuple(found[name] for name in names),
        sound=Sound(cases=1),
        seed=0,
        suite=suite,
        seconds=time.monotonic() - began,
    )


def _words(suite: str) -> list[str]:
    try:
        words = shlex.split(suite)
    except ValueError as error:
        raise SuiteUnfit(f"the command {suite!r} cannot be read as words ({error}); quote it as in a shell") from error
    if not words:
        raise SuiteUnfit("the command of the suite is empty; give the program and its arguments")
    return words


def _in_lanes(names: Sequence[str], lanes: int, work: Callable[[str], None]) -> None:
    waiting, stop = deque(names), threading.Event()

    def lane() -> None:
        while not stop.is_set():
            try:
                name = waiting.popleft()
            except IndexError:
                return
            work(name)

    with ThreadPoolExecutor(max_workers=lanes) as pool:
        working = [pool.submit(lane) for _ in range(lanes)]
        try:
            for future in working:
                future.result()
        finally:
            stop.set()


def _scored(name: str, ran: Ran) -> Scored:
    mutant = mutants()[name]
    return Scored(
        name=name,
        breaks=mutant.breaks,
        fails=mutant.fails,
        killed_by={} if ran.passed else dict.fromkeys(mutant.fails, "the suite"),
        how=ran.how,
        broke=ran.broke,
        seconds=ran.seconds,
    )


def _run(words: Sequence[str], engine: Sequence[str], most_s: float) -> Ran:
    """Run the suite once, on a connector, a simulator and a mail server that nobody else uses."""
    began = time.monotonic()
    try:
        with Process(SIMULATOR) as simulator, Mailbox() as mailbox:
            smtp = f"{mailbox.host}:{mailbox.port}"
            target = CommandTarget(engine, simulator=simulator.url, smtp=smtp, ours=True)
            try:
                environment = {
                    "PARCELPROOF_DRIVER": target.connector.base_url,
                    "PARCELPROOF_SIMULATOR": simulator.url,
                    "PARCELPROOF_SMTP": smtp,
                }
                ran = _end_of(words, environment, most_s)
                if not target.alive:
                    ran = Ran(False, "", broke=f"the connector under the suite ended by itself: {target.epitaph()}")
            finally:
                target.close()
    except InstrumentError as error:
        ran = Ran(False, "", broke=str(error))
    return msgspec.structs.replace(ran, seconds=time.monotonic() - began)


def _end_of(words: Sequence[str], environment: dict[str, str], most_s: float) -> Ran:
    try:
        process = subprocess.Popen(
            words,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise SuiteUnfit(f"the suite cannot be run: {words[0]}: {getattr(error, 'strerror', None) or error}") from error
    try:
        wrote, _ = process.communicate(timeout=most_s)
    except subprocess.TimeoutExpired:
        return Ran(False, f"no end within {most_s:g} s")
    finally:
        _end_group(process)
    text = wrote.decode(errors="replace").strip()[-SHOWN_CHARS:]
    return Ran(process.returncode == 0, f"exit {process.returncode}", wrote=text)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End whatever a suite left behind, and close its output."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
