"""A simulator in this process, sound or broken on purpose, and a way to run scenarios against it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from parcelproof.conformance.scenarios.results import Run, ScenarioResult
from parcelproof.conformance.scenarios.runner import Options, run
from parcelproof.simulators import server

EXAMPLES = Path(__file__).parents[2] / "examples" / "scenarios"


@contextmanager
def serving(admin_token: str | None = None) -> Iterator[str]:
    """Serve a simulator on a free port from a thread of this process; patches of this process reach it."""
    loop = asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()
    found: list[str] = []

    async def serve() -> None:
        options = server.Options(port=0, virtual=True, seed="scenarios", webhook_cap_s=1.0, admin_token=admin_token)
        async with server.running(options) as started:
            found.append(started.url)
            ready.set()
            await stop.wait()

    def work() -> None:
        try:
            loop.run_until_complete(serve())
        finally:
            ready.set()
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait(20)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    """The URL of a sound simulator."""
    with serving() as url:
        yield url


@pytest.fixture(scope="session")
def broken_simulator() -> Callable[..., AbstractContextManager[str]]:
    """Serve a simulator of its own, to be called once something of it was patched."""
    return serving


@pytest.fixture(scope="session")
def run_files(simulator: str) -> Callable[..., Run]:
    """Run files against the sound simulator, or another by `url`."""

    def run_them(*paths: Path, url: str = "", **options: object) -> Run:
        return run(Options(paths=paths, simulator=url or simulator, **options))  # type: ignore[arg-type]

    return run_them


@pytest.fixture
def run_text(tmp_path: Path, run_files: Callable[..., Run]) -> Callable[..., ScenarioResult]:
    """Write a scenario to a file and run it."""

    def run_it(text: str, name: str = "written.yaml", url: str = "") -> ScenarioResult:
        file = tmp_path / name
        file.write_text(text, "utf-8")
        return run_files(file, url=url).results[0]

    return run_it


@pytest.fixture
def tiny() -> Callable[..., AbstractContextManager[str]]:
    """Return what serves a connector that serves no carrier."""
    return nobody


@contextmanager
def nobody(**said: object) -> Iterator[str]:
    """Serve a connector that says only what it can do, and can be reset; anything else is its defect."""
    told = {"protocol": "1", "name": "tiny", "version": "0", "language": "Python", "profiles": [], "carriers": []}
    capabilities = msgspec.json.encode({**told, "claims": [], "mail_in": None, **said})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/capabilities"
            self._answer(200 if known else 500, capabilities if known else b"defect")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(200 if self.path == "/reset" else 500, b"{}")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join(10)
