"""Workers killed by SIGKILL at each step of an alert run, over a real mail server: nothing lost, nothing told anew.

NTF-201, NTF-202. The processes are real; each worker is forked by one that imported everything once.
"""

import asyncio
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from .outside import World
from .rig import CONFIG, Rig
from .test_engine_alert_scale import fill

PEOPLE, DUE = 3, 3
HOST = "127.0.0.1"
pytestmark = pytest.mark.ci


class Box:
    """A mail server's handler that keeps (recipient, Message-ID) of whatever it took."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content)
        self.taken += [(recipient, message["Message-ID"]) for recipient in envelope.rcpt_tos]
        return "250 OK"


class Server(Controller):
    """On a port of the system's choice, also for the first greeting it tries itself."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((HOST, self.port)) as first:
            assert first.recv(3) == b"220"


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    handler = Box()
    server = Server(handler, hostname=HOST, port=0)
    server.start()
    yield handler, server.port
    server.stop()


class Workers:
    """Starts workers one after another, or lets some run at once."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def work(self, minutes: int, last: int) -> str:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{minutes} {last}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def workers(url: str, port: int) -> Iterator[Workers]:
    root = Path(__file__).parents[2]
    words = [sys.executable, "-m", "tests.reference.dying_worker", url, str(port)]
    with subprocess.Popen(words, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Workers(process)
        assert process.stdin is not None
        process.stdin.close()


async def waiting(url: str, people: int = PEOPLE, due: int = DUE) -> None:
    """Leave a database in which so many followers wait for their newest news."""
    quiet = {**CONFIG, "channels": {"webhook": False, "poll": False}}
    rig = Rig(url, World(), quiet)
    await rig.start()
    await fill(rig, people, people * 2, due)
    await rig.stop()


async def test_killed_at_each_step_everyone_is_told_and_none_anew(database: str, box: tuple[Box, int]) -> None:
    handler, port = box
    with workers(database, port) as nursery:
        await waiting(database)
        told = nursery.work(61, 0)
        assert told.startswith("steps ")
        steps = int(told.removeprefix("steps "))
        assert (len(handler.taken), steps) == (DUE, steps) and steps > 3 * DUE
        for last in range(1, steps + 1):
            handler.taken.clear()
            await waiting(database)
            assert nursery.work(61, last) == "died", last
            again = nursery.work(62, 0)
            assert again.startswith("steps "), again
            mails = Counter(handler.taken)
            assert len({recipient for recipient, _ in mails}) == DUE, f"killed at step {last}: somebody was not told"
            assert len(mails) == DUE, f"killed at step {last}: a second Message-ID"
            assert sum(mails.values()) <= DUE + 1, f"killed at step {last}: more than one mail came twice"
            nursery.work(200, 0)
            assert Counter(handler.taken) == mails, f"killed at step {last}: told again later"


async def test_two_workers_at_once_tell_each_news_once(postgres_url: str, box: tuple[Box, int]) -> None:
    """Two processes, 200 followers, and some of them killed meanwhile."""
    handler, port = box
    people = 200
    await waiting(postgres_url, people, people)
    with workers(postgres_url, port) as first, workers(postgres_url, port) as second:
        lines = []
        for nursery, last in ((first, 150), (second, 0)):
            assert nursery._process.stdin is not None
            nursery._process.stdin.write(f"61 {last}\n")
            nursery._process.stdin.flush()
        for nursery in (first, second):
            assert nursery._process.stdout is not None
            lines.append(nursery._process.stdout.readline().strip())
        assert lines[1].startswith("steps "), lines
        first.work(62, 0)
    mails = Counter(handler.taken)
    assert len(mails) == people
    assert sum(mails.values()) <= people + (lines[0] == "died")
