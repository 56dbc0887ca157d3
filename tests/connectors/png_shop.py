"""A connector that hands out pictures: it stands in front of the sample in Python and draws each label as PNG.

`png_shop.py PORT DRIVER_URL WAY`. The way says what is wrong with the pictures: right, unsized,
blurred or another.
"""

import hashlib
import json
import struct
import sys
import threading
import zlib
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pypdfium2

PORT, SHOP, WAY = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ASK, DRAWING = build_opener(ProxyHandler({})).open, threading.Lock()
DPI = 203
METRE_IN = 39.3701
numbers: list[str] = []  # in the order in which they were placed


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


@cache
def png_of(document: bytes) -> bytes:
    """Draw a label's page as a printer would, in shades of grey."""
    with DRAWING:
        bitmap = pypdfium2.PdfDocument(document)[0].render(scale=DPI / 72, grayscale=True)
        width, height, stride, dots = bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)
    rows = [dots[place * stride : place * stride + width] for place in range(height)]
    if WAY == "blurred":
        rows = [blurred(row) for row in rows]
    per_metre = round(DPI * METRE_IN)
    size = b"" if WAY == "unsized" else chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
    made = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + size
    content = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 1))
    return made + content + chunk(b"IEND", b"")


def blurred(row: bytes, reach: int = 12) -> bytes:
    """Return a row in which each dot is the mean of its neighbours."""
    sums, made = [0], bytearray()
    for dot in row:
        sums.append(sums[-1] + dot)
    for place in range(len(row)):
        first, last = max(0, place - reach), min(len(row), place + reach + 1)
        made.append((sums[last] - sums[first]) // (last - first))
    return bytes(made)


def shown(order: dict[str, Any]) -> dict[str, Any]:
    """Return an order as it is seen with its label drawn."""
    if order["label"] is not None:
        picture = label_of(order["number"])
        digest = hashlib.sha256(picture).hexdigest()
        order["label"] = {"format": "PNG", "sha256": digest, "size_bytes": len(picture)}
    return order


def label_of(number: str) -> bytes:
    if WAY == "another":
        number = numbers[numbers.index(number) - 1]
    return png_of(ASK(f"{SHOP}/orders/{number}/label", timeout=25).read())


class Shop(BaseHTTPRequestHandler):
    """Passes everything on; labels, their formats and what is said of them are its own."""

    def do_GET(self) -> None:
        path, body = self.path.partition("/v1")[2], self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command == "POST" and path == "/reset":
            numbers.clear()
            body = json.dumps({**json.loads(body), "label_format": "PDF"}).encode()
        if self.command == "POST" and path == "/orders":
            numbers.append(json.loads(body)["number"])
        status, kind, answer = self.passed_on(path, body)
        if status == 200 and self.command == "GET":
            kind, answer = self.own(path, kind, answer)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def passed_on(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        kind = {"Content-Type": self.headers.get("Content-Type", "application/json")}
        try:
            with ASK(Request(f"{SHOP}{path}", body or None, kind, method=self.command), timeout=25) as found:
                return found.status, found.headers["Content-Type"], found.read()
        except HTTPError as refusal:
            return refusal.code, refusal.headers["Content-Type"], refusal.read()

    def own(self, path: str, kind: str, answer: bytes) -> tuple[str, bytes]:
        words = path.strip("/").split("/")
        if words[-1] == "label":
            return "image/png", label_of(words[1])
        found = json.loads(answer)
        if words == ["capabilities"]:
            found |= {"label_formats": ["PNG"], "profiles": ["labels"], "claims": ["clock"]}
        elif words == ["orders"]:
            found["orders"] = [shown(order) for order in found["orders"]]
        elif words[0] == "orders" and len(words) == 2:
            found = shown(found)
        return kind, json.dumps(found).encode()

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


ThreadingHTTPServer(("127.0.0.1", PORT), Shop).serve_forever()
