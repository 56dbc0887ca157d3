"""A foreign connector that can do nothing, or misbehaves as it is told: what the judge must tell apart."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

NOTHING: dict[str, object] = {
    "protocol": "1",
    "name": "tiny",
    "version": "0",
    "language": "Python",
    "profiles": [],
    "carriers": [],
    "claims": [],
    "mail_in": None,
}
Answers = dict[str, tuple[int, str, bytes]]  # "METHOD path" -> status, content type, body
SILENCE = (0, "", b"")  # an answer whose end never comes: now and then one more byte


def json_answer(document: object, status: int = 200, kind: str = "application/json") -> tuple[int, str, bytes]:
    return status, kind, msgspec.json.encode(document)


@contextmanager
def connector(answers: Answers | None = None) -> Iterator[str]:
    """Serve fixed answers on a free port and yield the driver's address; anything unknown is a 404 without shape."""
    stopped = threading.Event()
    known = {"GET /capabilities": json_answer(NOTHING), **(answers or {})}

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(size)
            status, kind, body = known.get(f"{self.command} {self.path}", (404, "text/plain", b"?"))
            if not status:
                self.drip()
                return
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            with suppress(OSError):  # until the other side has had enough
                while not stopped.wait(0.05):
                    self.wfile.write(b" ")

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def tiny() -> Callable[..., AbstractContextManager[str]]:
    """Return what serves a connector of fixed answers."""
    return connector
