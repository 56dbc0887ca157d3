"""What a client's script needs besides the client: the simulator's clock, a receiver of webhooks, a way to tell.

Standard library only, since it runs in each client's own environment. A script tells what it saw in chapters, one JSON
line each; the tests read them.
"""

import json
import os
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ROOT = os.environ["SDK_ROOT"]  # where the carrier answers alone: the host, for clients that know no more
TENANT = os.environ["SDK_TENANT"]  # also the client's id
SECRET = os.environ["SDK_SECRET"]
CONTROL = f"{os.environ['SDK_CONTROL']}/_sim/v1"


def tell(chapter: str, **facts: Any) -> None:
    """Print what a chapter saw, when all of it went well."""
    print(json.dumps({"chapter": chapter, **facts}, default=str), flush=True)


def control(method: str, path: str, body: object = None) -> Any:
    """Call the control API as any program can; `path` is below the tenant."""
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(f"{CONTROL}/tenants/{TENANT}{path}", data, method=method)
    call.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(call) as answer:
        return json.loads(answer.read() or b"null")


def advance(*, days: float = 0, seconds: float = 0) -> None:
    """Move the tenant's clock; all that is due on the way has happened afterwards, webhooks included."""
    control("POST", "/clock/advance", {"by_ms": round((days * 86_400 + seconds) * 1000)})


def today() -> str:
    found: str = control("GET", "/clock")["now"]
    return found[:10]


class Receiver:
    """An HTTP server that keeps the bodies of what is sent to it, byte for byte."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        received = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                received.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
