"""The simulator as a process: its ready line, its stop, and what keeps it from starting."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from parcelproof.control_client import ControlClient
from parcelproof.simulators.core.world import World
from parcelproof.simulators.server import Options, StartError, running
from parcelproof.simulators.wire.carrier import Carrier

STARTER = """
import sys
from parcelproof.simulators.server import Options, main
sys.exit(main(Options(**eval(sys.argv[1]))))
"""


@contextmanager
def process(options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", STARTER, options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def ready_line(started: subprocess.Popen[str]) -> str:
    assert started.stdout is not None
    readable, _, _ = select.select([started.stdout], [], [], 30)
    assert readable, "no ready line"
    return started.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_stops_on_a_signal(number: signal.Signals) -> None:
    with process("{'port': 0, 'listens': {'cdek': '127.0.0.1:0'}}") as started:
        found = re.fullmatch(
            r"simulator ready on (http://127\.0\.0\.1:\d+), cdek on (http://127\.0\.0\.1:\d+)\n", ready_line(started)
        )
        assert found is not None
        with ControlClient(found[1]) as control:
            assert {row["name"] for row in control.overview()["carriers"]} >= {"cdek", "mail_alliance"}
        assert httpx.get(f"{found[2]}/v2/orders", verify=False).status_code in (401, 405)
        os.kill(started.pid, number)
        assert started.wait(10) == 0
        assert started.stderr is not None
        assert started.stderr.read() == ""


def test_a_port_in_use_is_one_sentence_and_exit_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with process(f"{{'port': {port}}}") as started:
            assert started.wait(30) == 2
            assert started.stderr is not None
            said = started.stderr.read()
    assert said.startswith(f"cannot listen on 127.0.0.1:{port} (")
    assert "choose another port" in said
    assert said.count("\n") == 1


def test_with_tls_it_answers_under_a_certificate_for_localhost(parrot: Carrier) -> None:
    with process("{'port': 0, 'tls': True}") as started:
        found = re.search(r"https://127\.0\.0\.1:\d+", ready_line(started))
        assert found is not None
        answer = httpx.get(f"{found[0]}/_sim/v1/tenants", verify=False)
        assert answer.json() == {"tenants": []}


Refused = Callable[[], Options]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (Options(host="0.0.0.0"), "--admin-token"),
        (Options(host="::"), "--admin-token"),
        (Options(host="simulator.example"), "--admin-token"),
        (Options(host="0.0.0.0", admin_token=""), "--admin-token"),
        (Options(port=0, listens={"swan": "127.0.0.1:0"}), "carriers: parrot"),
        (Options(port=0, listens={"parrot": "8401"}), "parrot=127.0.0.1:8401"),
        (Options(port=0, listens={"parrot": "127.0.0.1:99999"}), "parrot=127.0.0.1:8401"),
        (Options(port=0, listens={"parrot": "0.0.0.0:x"}), "parrot=127.0.0.1:8401"),
    ],
)
async def test_what_does_not_fit_together_is_one_sentence(parrot: Carrier, options: Options, sentence: str) -> None:
    with pytest.raises(StartError, match=re.escape(sentence)):
        async with running(options, carriers=[parrot]):
            raise AssertionError("it started")


async def test_beyond_loopback_it_starts_with_a_token(parrot: Carrier) -> None:
    async with running(Options(host="0.0.0.0", port=0, admin_token="t"), carriers=[parrot]) as started:
        assert started.url.startswith("http://0.0.0.0:")


async def test_servers_in_one_process_share_nothing(parrot: Carrier) -> None:
    async with (
        running(Options(port=0), carriers=[parrot]) as one,
        running(Options(port=0), carriers=[parrot]) as other,
    ):
        one.shell.tenants.create("t")
        worlds: list[World] = list(other.shell.tenants)
        assert worlds == []
