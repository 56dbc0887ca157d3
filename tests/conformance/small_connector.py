"""A connector's program with nothing behind it, for the tests of targets: `small_connector.py PORT STATE WAY`."""

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT, STATE, WAY = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
STARTS = STATE / "starts"
LOUD_BYTES = 9_000_000


class Handler(BaseHTTPRequestHandler):
    """Says what it is, whatever is asked."""

    def do_GET(self) -> None:
        claims = {
            "protocol": "1", "name": f"small {starts}" if WAY == "changes" else "small", "version": "0",
            "language": "Python", "profiles": ["labels"], "carriers": ["mail_alliance"], "claims": ["clock", "restart"],
            "mail_in": {"host": "127.0.0.1", "port": starts, "address": "r@localhost"},
        }  # fmt: skip
        body = json.dumps(claims).encode()
        self.send_response(503 if WAY == "busy" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        if WAY == "dies":
            print("no memory left for resets", flush=True)
            os._exit(7)
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


starts = int(STARTS.read_text()) + 1 if STARTS.exists() else 1
STARTS.write_text(str(starts))
told = {name: value for name, value in os.environ.items() if name.startswith("PARCELPROOF_")}
print(f"start {starts} with {json.dumps(told)}", flush=True)
print("on stderr", file=sys.stderr, flush=True)
if WAY == "ends" or (WAY == "once" and starts > 1):
    sys.exit("there is no database")
if WAY == "loud":
    print("x" * LOUD_BYTES, flush=True)
if WAY == "parent":
    child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    print(f"child {child.pid}", flush=True)
ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
