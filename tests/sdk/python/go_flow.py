"""Go on tracking's descriptions and messages; the HTTP between is Python's (see `go/main.go`)."""

import json
import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from pochta_order import ordered
from stage import ROOT, SECRET, TENANT, advance, control, tell

HERE = Path(__file__).parents[1] / "go"
MODULES = Path(os.environ["SDK_MODULES"])
TRACKING = f"{ROOT}/pochta-tracking"
OFFLINE = {"CGO_ENABLED": "0", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
SCHEMAS = {"rtm34": 6, "fc": 2}
LIFE = ("1/2", "8/2", "2/1")


def build() -> Path:
    """Compile the program; what was compiled of Go's own library is kept beside the client."""
    program, home = Path("flow").absolute(), str(MODULES / "home")
    environment = {**os.environ, **OFFLINE, "GOCACHE": f"{home}/cache", "GOPATH": f"{home}/path", "HOME": home}
    [go] = MODULES.glob("lib/python*/site-packages/go/bin/go")
    subprocess.run([go, "build", "-o", program, HERE / "main.go"], env=environment, check=True)
    return program


def said(program: Path, *words: str) -> str:
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def fetched(path: str, name: str) -> str:
    Path(name).write_bytes(urllib.request.urlopen(f"{TRACKING}{path}").read())
    return name


def asked(program: Path, barcode: str) -> Any:
    body = said(program, "ask", TENANT, SECRET, barcode).encode()
    call = urllib.request.Request(f"{TRACKING}/rtm34", body, {"Content-Type": "application/soap+xml; charset=utf-8"})
    try:
        answer = urllib.request.urlopen(call).read()
    except urllib.error.HTTPError as error:
        answer = error.read()
    Path("answer.xml").write_bytes(answer)
    return json.loads(said(program, "read", "answer.xml"))


def main() -> None:
    program = build()
    for name, most in SCHEMAS.items():
        files = [fetched(f"/{name}?wsdl", f"{name}.wsdl")]
        files += [fetched(f"/{name}?xsd={n}", f"{name}_{n}.xsd") for n in range(1, most + 1)]
        loaded = json.loads(said(program, "load", *files))
        tell(name, **{**loaded, "address": loaded["address"].removeprefix(TRACKING), "imports": len(loaded["imports"])})
    barcode = ordered()
    [parcel] = control("GET", "/parcels?carrier=russian_post")["parcels"]
    for code in LIFE:
        advance(seconds=3600)
        control("POST", f"/parcels/{parcel['id']}/scans", {"code": code})
    records = asked(program, barcode)["Records"]
    tell(
        "history",
        codes=[f"{one['Done']['OperType']['Id']}/{one['Done']['OperAttr']['Id']}" for one in records],
        last=[records[-1]["Place"], records[-1]["Mass"], records[-1]["Done"]["OperAttr"]["Name"]],
        malformed=asked(program, "x")["Reason"],
    )


if __name__ == "__main__":
    main()
