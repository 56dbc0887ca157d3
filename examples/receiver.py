"""A receiver of webhooks to look at: prints a line for each one that comes and answers 204.

    python3 examples/receiver.py --port 8499

Needs nothing but Python. It checks no signature: a real receiver must.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    """Tells what came in one line: the event, when it was made, and what it is about."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        print(described(body), flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing beside the line of our own."""


def described(body: bytes) -> str:
    try:
        event = json.loads(body)
        about = event.get("data") or event.get("attributes") or {}
        when = event.get("timestamp") or event.get("date_time")
        return f"{when}  {event['type']}  {about.get('tracking_number') or about.get('cdek_number') or ''}".rstrip()
    except (ValueError, AttributeError, KeyError):
        return f"{len(body)} bytes that are no event"


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the webhooks that come in.")
    parser.add_argument("--port", type=int, default=8499, help="0 takes a free port")
    server = ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Receiver)
    print(f"receiver ready on http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
