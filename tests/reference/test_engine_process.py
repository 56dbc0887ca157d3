"""The engine as a program: what keeps it from starting, a clean stop, SIGKILL and start again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from parcelproof.reference.clock import SystemClock
from parcelproof.reference.engine import Options, run
from parcelproof.reference.storage.store import CannotOpen, Store, database_url

START = (
    "import sys; from parcelproof.reference.engine import Options, run;"
    "run(Options(port=int(sys.argv[1]), database=sys.argv[2], driver=True))"
)
WAIT_S = 30


def start(port: int, database: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", START, str(port), database]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def running(database: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    child = start(0, database)
    assert child.stdout is not None
    try:
        line = child.stdout.readline()
        assert line.startswith("engine ready on http://127.0.0.1:"), line
        yield child, line.split()[-1] + "/parcelproof/v1"
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate(timeout=WAIT_S)


def refused(port: int, database: str) -> str:
    said, complaint = start(port, database).communicate(timeout=WAIT_S), ""
    assert said[0] == ""
    complaint = said[1].strip()
    assert len(complaint.splitlines()) == 1, complaint
    return complaint


@pytest.mark.parametrize("text", ["nonsense", "postgresql//u:hush@h/x", "mysql://u:hush@h/x"])
def test_a_database_url_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(CannotOpen, match=r"sqlite:///FILE") as refusal:
        database_url(text)
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize("text", ["nonsense", "http://", "ftp://a/", "http://a:99999", "http://[", "http://a b/"])
def test_an_address_that_no_carrier_can_call_is_one_sentence(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(Options(port=0, database=f"sqlite:///{tmp_path / 'e.db'}", public_url=text))
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "--public-url" in said and len(said.strip().splitlines()) == 1, said


def test_a_port_in_use_and_a_database_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port} cannot be listened on" in refused(port, f"sqlite:///{tmp_path / 'a.db'}")
    (tmp_path / "text.db").write_text("this is no database at all, but quite long enough to be looked at " * 20)
    for database, word in (
        ("nonsense", "is no database URL"),
        ("mysql://me@here/db", "'mysql' is not supported"),
        ("sqlite://", "needs a file"),
        (f"sqlite:///{tmp_path}/none/a.db", "cannot be used"),
        (f"sqlite:///{tmp_path / 'text.db'}", "cannot be used"),
    ):
        assert word in refused(0, database)


def test_a_refused_start_exits_with_2(tmp_path: Path) -> None:
    child = start(0, "nonsense")
    child.communicate(timeout=WAIT_S)
    assert child.returncode == 2


def test_a_password_is_not_shown_when_the_database_does_not_answer() -> None:
    complaint = refused(0, "postgresql://me:hush@127.0.0.1:1/db")
    assert "cannot be used" in complaint
    assert "hush" not in complaint


def test_it_stops_cleanly_when_told(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'a.db'}") as (child, url):
        assert httpx.get(f"{url}/capabilities").json()["protocol"] == "1"
        child.send_signal(signal.SIGTERM)
        assert child.wait(WAIT_S) == 0
        assert child.stderr is not None
        assert child.stderr.read() == ""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_killed_and_started_again_it_knows_its_orders_and_its_clock(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'a.db'}"
    order: dict[str, Any] = {
        "number": "P-1", "payment": "prepaid", "mass_g": 300, "sides_mm": [200, 100, 50], "confirm": False,
        "recipient": {"name": "J", "street": "T", "postal_code": "10115", "city": "Berlin", "country": "DE"},
        "lines": [{"sku": "A", "description": "A", "quantity": 1, "unit_mass_g": 1,
                   "unit_price": {"amount_minor": 1, "currency": "EUR"}}],
    }  # fmt: skip
    with running(database) as (child, url):
        assert httpx.post(f"{url}/reset", json={"now": "2026-03-02T08:00:00Z", "carriers": {}}).status_code == 200
        assert httpx.post(f"{url}/orders", json=order).status_code == 201
        assert httpx.post(f"{url}/run", json={"until": "2026-03-02T09:00:00Z"}).status_code == 200
        os.kill(child.pid, signal.SIGKILL)
        child.wait(WAIT_S)
    with running(database) as (_, url):
        assert httpx.post(f"{url}/orders", json=order).status_code == 200
        assert httpx.post(f"{url}/run", json={"until": "2026-03-02T08:59:00Z"}).status_code == 409
        assert httpx.post(f"{url}/run", json={"until": "2026-03-02T09:00:00Z"}).status_code == 200


def test_a_database_url_is_understood_or_refused() -> None:
    assert database_url("postgres://me@h/db").drivername == "postgresql+asyncpg"
    assert database_url("sqlite:////srv/x.db").drivername == "sqlite+pysqlite"
    with pytest.raises(CannotOpen):
        database_url("")


async def test_the_engines_own_values_are_kept(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}", SystemClock())
    await store.start()
    await store.remember("x", {"a": 1})
    assert await store.recall("x") == {"a": 1}
    await store.close()
