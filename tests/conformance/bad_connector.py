"""A connector that is good, the reference, behind a proxy that spoils one of its answers.

Served in a thread for the URL way in; `python bad_connector.py PORT UPSTREAM FAULT` is the command way.
"""

import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

MANY_BYTES = 100_000_000
OTHERS = "MAL000000000001"  # a number that this tenant never got
DRIVER = "/parcelproof/v1"
CAPABILITIES, RESET, RUN, PLACE, ORDERS, ORDER, LABEL, RETURN = (
    "GET /capabilities", "POST /reset", "POST /run", "POST /orders", "GET /orders", "GET /orders/*",
    "GET /orders/*/label", "POST /orders/*/return",
)  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """Forwards, except where the fault stands."""

    protocol_version = "HTTP/1.1"
    server: "Proxy"

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.body = body
        path = self.path.partition("?")[0].removeprefix(DRIVER)
        operation = f"{self.command} {re.sub('^/orders/(?!import)[^/]+', '/orders/*', path)}"
        with suppress(OSError):  # the judge has had enough
            if operation == self.server.fault.operation:
                self.server.hits += 1
                self.server.fault.act(self)
            else:
                found = self.found()
                self.answer(found.status_code, found.content, found.headers.get("Content-Type", ""))

    do_GET = do_POST = do_DELETE = forward

    def found(self) -> httpx.Response:
        """What the good connector answers."""
        kind = self.headers.get("Content-Type") or "application/json"
        return self.server.upstream.request(self.command, self.path, content=self.body, headers={"Content-Type": kind})

    def answer(self, status: int, content: bytes, kind: str = "application/json", **more: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **more}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def wait(self) -> None:
        """Say nothing until the judge goes away or the test ends."""
        self.close_connection = True
        self.server.over.wait(60)

    def cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@dataclass(frozen=True)
class Fault:
    operation: str
    act: Callable[[Handler], None]


class Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, upstream: str, fault: Fault) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.upstream = httpx.Client(base_url=upstream, timeout=60, trust_env=False)
        self.fault = fault
        self.hits = 0
        self.over = threading.Event()


@contextmanager
def serving(upstream: str, fault: str) -> Iterator[tuple[str, Proxy]]:
    """Yield the driver's address, and the proxy that counts how often the fault was met."""
    proxy = Proxy(0, upstream, FAULTS[fault])
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}{DRIVER}", proxy
    finally:
        proxy.over.set()
        proxy.shutdown()
        proxy.server_close()
        proxy.upstream.close()
        thread.join(10)


# -- what can be spoilt


def hang(handler: Handler) -> None:
    handler.wait()


def hang_within(handler: Handler) -> None:
    """Half of the body comes."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{")
    handler.wfile.flush()
    handler.wait()


def drip(handler: Handler, first: bytes, piece: bytes) -> None:
    """Bytes come one after another, each in time, and never the last."""
    handler.close_connection = True
    handler.wfile.write(first)
    while not handler.server.over.wait(0.02):
        handler.wfile.write(piece)


def drip_headers(handler: Handler) -> None:
    drip(handler, b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n")


def drip_body(handler: Handler) -> None:
    drip(handler, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n", b" ")


def cut(handler: Handler) -> None:
    handler.cut()


def cut_within(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{")
    handler.cut()


def no_http(handler: Handler) -> None:
    handler.wfile.write(b"\x00\x01\x02 who are you?\r\n\r\n")
    handler.cut()


def much(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    handler.close_connection = True
    for _ in range(MANY_BYTES // 1_000_000):
        handler.wfile.write(b" " * 1_000_000)


def bomb(handler: Handler) -> None:
    """A small body that unpacks to much."""
    import gzip

    handler.answer(200, gzip.compress(b" " * MANY_BYTES, 1), Content_Encoding="gzip")


def unpackable(handler: Handler) -> None:
    handler.answer(200, b"no gzip", Content_Encoding="gzip")


def redirect(handler: Handler) -> None:
    handler.answer(307, b"", Location="http://127.0.0.1:9/elsewhere")


def fixed(status: int, content: bytes, kind: str = "application/json") -> Callable[[Handler], None]:
    return lambda handler: handler.answer(status, content, kind)


def html(handler: Handler) -> None:
    handler.answer(200, handler.found().content, "text/html")


def changed(change: Callable[[Any], Any]) -> Callable[[Handler], None]:
    """Return what answers as the good connector does, with a change."""

    def act(handler: Handler) -> None:
        found = handler.found()
        handler.answer(found.status_code, json.dumps(change(found.json())).encode())

    return act


def without(name: str) -> Callable[[Handler], None]:
    return changed(lambda document: {key: value for key, value in document.items() if key != name})


def with_(**members: Any) -> Callable[[Handler], None]:
    return changed(lambda document: {**document, **members})


def in_orders(change: Callable[[dict[str, Any]], Any]) -> Callable[[Handler], None]:
    return changed(lambda document: {"orders": [change(row) for row in document["orders"]]})


def stranger(document: Any) -> Any:
    rows = document["orders"]
    return {"orders": [*rows, *({**row, "number": "X-9"} for row in rows[:1])]}


def die(handler: Handler) -> None:
    os._exit(7)


FAULTS: dict[str, Fault] = {
    "no fault": Fault("", cut),
    # at the first question
    "capabilities hangs": Fault(CAPABILITIES, hang),
    "capabilities hangs within": Fault(CAPABILITIES, hang_within),
    "capabilities drips headers": Fault(CAPABILITIES, drip_headers),
    "capabilities drips": Fault(CAPABILITIES, drip_body),
    "capabilities is cut": Fault(CAPABILITIES, cut),
    "capabilities is cut within": Fault(CAPABILITIES, cut_within),
    "capabilities is no http": Fault(CAPABILITIES, no_http),
    "capabilities is 500": Fault(CAPABILITIES, fixed(500, b"boom", "text/plain")),
    "capabilities is 204": Fault(CAPABILITIES, fixed(204, b"")),
    "capabilities is 404": Fault(CAPABILITIES, fixed(404, b"<html>no such page</html>", "text/html")),
    "capabilities is nonsense": Fault(CAPABILITIES, fixed(200, b"\xff\xfe\x00{[")),
    "capabilities is deep": Fault(CAPABILITIES, fixed(200, b"[" * 200_000)),
    "capabilities is a list": Fault(CAPABILITIES, fixed(200, b"[1, 2]")),
    "capabilities is html": Fault(CAPABILITIES, html),
    "capabilities is elsewhere": Fault(CAPABILITIES, redirect),
    "capabilities is much": Fault(CAPABILITIES, much),
    "capabilities is a bomb": Fault(CAPABILITIES, bomb),
    "capabilities cannot be unpacked": Fault(CAPABILITIES, unpackable),
    "capabilities forgets its carriers": Fault(CAPABILITIES, without("carriers")),
    "capabilities has numbers": Fault(CAPABILITIES, with_(profiles=[1, 2])),
    "capabilities has a slip": Fault(CAPABILITIES, with_(profiles=["label"])),
    "capabilities is of another protocol": Fault(CAPABILITIES, with_(protocol="2")),
    # in a case
    "reset hangs": Fault(RESET, hang),
    "reset is 500": Fault(RESET, fixed(500, b"boom", "text/plain")),
    "reset is cut": Fault(RESET, cut),
    "reset is elsewhere": Fault(RESET, redirect),
    "reset refuses": Fault(RESET, fixed(422, b'{"title": "No", "status": 422, "detail": "Not with me."}')),
    "run hangs": Fault(RUN, hang),
    "run is 500": Fault(RUN, fixed(500, b"boom", "text/plain")),
    "run goes back": Fault(RUN, with_(now="2026-03-20T07:00:00Z")),
    "run does not go": Fault(RUN, with_(now="2026-03-20T08:00:00Z")),
    "run has no zone": Fault(RUN, with_(now="2026-03-20T08:00:00")),
    "run is much": Fault(RUN, much),
    "run dies": Fault(RUN, die),
    "place names another": Fault(PLACE, with_(number="X-9")),
    "place is a number": Fault(PLACE, with_(number=7)),
    "orders forgets all": Fault(ORDERS, changed(lambda document: {"orders": []})),
    "orders forgets one": Fault(ORDERS, changed(lambda document: {"orders": document["orders"][1:]})),
    "orders invents one": Fault(ORDERS, changed(stranger)),
    "orders tells one twice": Fault(ORDERS, changed(lambda document: {"orders": document["orders"] * 2})),
    "orders forgets a field": Fault(ORDERS, in_orders(lambda row: {k: v for k, v in row.items() if k != "history"})),
    "orders has wrong types": Fault(ORDERS, in_orders(lambda row: {**row, "history": "none"})),
    "orders has an unknown word": Fault(ORDERS, in_orders(lambda row: {**row, "state": "fine"})),
    "orders has another's number": Fault(
        ORDERS,
        in_orders(lambda row: {**row, "tracking_number": OTHERS, "tracking_numbers": [OTHERS]}),
    ),
    "order is another": Fault(ORDER, with_(number="X-9")),
    "order is 404": Fault(ORDER, fixed(404, b'{"title": "No", "status": 404, "detail": "Never heard of it."}')),
    "label hangs": Fault(LABEL, hang),
    "label hangs within": Fault(LABEL, hang_within),
    "label drips": Fault(LABEL, drip_body),
    "label is much": Fault(LABEL, much),
    "label is nonsense": Fault(LABEL, fixed(200, b"%PDF-1.7 \xff nothing", "application/pdf")),
    "label is 404": Fault(LABEL, fixed(404, b'{"title": "No", "status": 404, "detail": "There is none."}')),
    "label is 500": Fault(LABEL, fixed(500, b"boom", "text/plain")),
    # lies
    "claims carriers nobody knows": Fault(CAPABILITIES, with_(carriers=["mail_alliance", "pigeon_post"])),
    "claims returns, has none": Fault(
        RETURN, fixed(404, b'{"title": "No", "status": 404, "detail": "There are none."}', "application/problem+json")
    ),
    "serves no carrier": Fault(CAPABILITIES, with_(carriers=[])),
}


def main(port: str, upstream: str, fault: str) -> None:
    Proxy(int(port), upstream, FAULTS[fault]).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
