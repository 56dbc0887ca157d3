"""The shop's webhook receivers: an HTTP server on a free port that answers as it is told and keeps what came."""

import threading
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import msgspec

from parcelproof.scenario.acts import Reply

MOST_BYTES = 1_048_576
SLOW_S = 30.0  # longer than any carrier of a tenant on virtual time waits


class Received(msgspec.Struct, frozen=True):
    """One webhook as it came: raw bytes, and how it was answered (0: not at all)."""

    receiver: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    status: int

    def json(self) -> Any:
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None


class Receivers:
    """All receivers of one scenario, told apart by their paths. Use as a context manager."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        """`paths` maps a receiver's name to the path it listens at."""
        self._names = {path: name for name, path in paths.items()}
        self._paths = dict(paths)
        self._plans: dict[str, deque[Reply]] = {name: deque() for name in paths}
        self._always: dict[str, Reply] = {name: Reply() for name in paths}
        self.received: list[Received] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{self._paths[name]}"

    def tell(self, name: str, reply: Reply) -> None:
        """Answer so: the next `times` webhooks, after those already told; from now on when it says no number."""
        with self._lock:
            if reply.times is None:
                self._plans[name].clear()
                self._always[name] = reply
            else:
                self._plans[name].extend([reply] * reply.times)

    def forget(self, name: str) -> None:
        with self._lock:
            self.received = [found for found in self.received if found.receiver != name]

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Keep a webhook and return how it is answered."""
        name = self._names.get(path)
        if name is None:
            return Reply(status=404, body="there is no receiver at this path")
        with self._lock:
            reply = self._plans[name].popleft() if self._plans[name] else self._always[name]
            status = 0 if reply.cut or reply.slow else reply.status
            self.received.append(Received(name, headers, body, status))
        if reply.slow:
            self._stopping.wait(SLOW_S)
        return reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A carrier that hangs up is none of our concern."""


def _handler(receivers: Receivers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            size = min(int(self.headers.get("Content-Length") or 0), MOST_BYTES)
            body = self.rfile.read(size)
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = receivers.take(self.path, headers, body)
            if reply.cut or reply.slow:
                self.close_connection = True
                return
            content = reply.body.encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status not in (204, 304):
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if reply.status not in (204, 304):
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    return Handler
