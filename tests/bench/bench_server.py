"""The simulator's hot paths against a bare aiohttp handler that returns the same bytes, per second of server CPU.

Both servers on one core, the load generator on the other, short slices in turns.
"""

import json
import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.bench.rounds import median_ratio
from tests.bench.servers import CLIENT_CORE, Server, requests_per_cpu_s, started

KEY = {"X-Api-Key": "mak_test_bench"}
ORDER: dict[str, Any] = {
    "service": "ma_parcel_tracked",
    "shipper": {
        "name": "Nordlicht Versand GmbH",
        "company": "Lager 3",
        "street": "Hafenstraße",
        "house_number": "12",
        "postal_code": "97080",
        "city": "Würzburg",
        "country": "DE",
        "email": "versand@nordlicht.example",
        "phone": "+499310000000",
    },
    "recipient": {
        "name": "Jürgen Müller-Lüdenscheidt",
        "street": "Königsallee",
        "house_number": "104 a",
        "postal_code": "40215",
        "city": "Düsseldorf",
        "country": "DE",
        "email": "j.mueller@example.org",
    },
    "package": {"weight_g": 1250, "length_mm": 300, "width_mm": 200, "height_mm": 100},
    "contents": [
        {
            "description": "Mug, blue",
            "quantity": 2,
            "unit_weight_g": 350,
            "value": {"amount": "9.90", "currency": "EUR"},
        }
    ],
    "references": {"order": "P-2026-00042"},
}

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="CPU time of a server is read from Linux's /proc"
)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Server]:
    os.sched_setaffinity(0, {CLIENT_CORE})
    with started("-m", "parcelproof", "simulate", "--port", "0") as server:
        wanted = {"name": "bench", "virtual": True, "settings": {"quota": "off"}}
        assert httpx.post(f"{server.url}/_sim/v1/tenants", json=wanted).status_code == 201
        yield server


def order(form: str) -> bytes:
    return json.dumps({**ORDER, "label": {"format": form}}, ensure_ascii=False).encode()


def tracked(simulator: Server) -> tuple[str, bytes]:
    """Let ten days pass over one parcel; return the path of its tracking and what stands there."""
    key = {"Idempotency-Key": "bench-the-tracked-parcel", "Content-Type": "application/json"}
    made = httpx.post(f"{simulator.url}/mail-alliance/v1/parcels", content=order("ZPL"), headers=KEY | key).json()
    httpx.post(f"{simulator.url}/_sim/v1/tenants/bench/clock/advance", json={"by_ms": 10 * 86_400_000})
    path = f"/mail-alliance/v1/parcels/{made['id']}/tracking"
    answer = httpx.get(simulator.url + path, headers=KEY)
    assert len(answer.json()["events"]) >= 4, answer.text
    return path, answer.content


def created(simulator: Server, form: str) -> bytes:
    key = {"Idempotency-Key": f"bench-the-first-{form}", "Content-Type": "application/json"}
    answer = httpx.post(f"{simulator.url}/mail-alliance/v1/parcels", content=order(form), headers=KEY | key)
    assert answer.status_code == 201, answer.text
    return answer.content


def get(path: str, number: int) -> list[bytes]:
    return [f"GET {path} HTTP/1.1\r\nHost: bench\r\nX-Api-Key: mak_test_bench\r\n\r\n".encode()] * number


def post(path: str, body: bytes, number: int, counter: Iterator[int]) -> list[bytes]:
    """Every request has an idempotency key of its own."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nX-Api-Key: mak_test_bench\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nIdempotency-Key: bench-"
    )
    return [f"{head}{next(counter):012d}\r\n\r\n".encode() + body for _ in range(number)]


def test_hot_paths_against_a_bare_handler(simulator: Server, report: Any, tmp_path: Path) -> None:
    tracking_path, tracking = tracked(simulator)
    answers = {"tracking": tracking, "zpl": created(simulator, "ZPL"), "pdf": created(simulator, "PDF")}
    for name, body in answers.items():
        (tmp_path / name).write_bytes(body)
    counter = iter(range(10**12))
    rounds, number = (3, 400) if report.smoke else (9, 2_000)
    parcels = "/mail-alliance/v1/parcels"
    with ExitStack() as stack:
        bare = stack.enter_context(started(str(Path(__file__).parent / "bare.py"), str(tmp_path)))
        makers: dict[str, tuple[Callable[[], list[bytes]], Callable[[], list[bytes]], bytes]] = {
            "tracking": (lambda: get(tracking_path, number), lambda: get("/tracking", number), b"200"),
            "zpl": (
                lambda: post(parcels, order("ZPL"), number, counter),
                lambda: post("/zpl", order("ZPL"), number, counter),
                b"201",
            ),
            "pdf": (
                lambda: post(parcels, order("PDF"), number // 2, counter),
                lambda: post("/pdf", order("PDF"), number // 2, counter),
                b"201",
            ),
        }
        ours: dict[str, list[float]] = {name: [] for name in makers}
        theirs: dict[str, list[float]] = {name: [] for name in makers}
        for name, (make_ours, make_theirs, status) in makers.items():  # one path after the other, the servers in turns
            for turn in range(rounds + 1):
                found = requests_per_cpu_s(simulator, make_ours(), status)
                reference = requests_per_cpu_s(bare, make_theirs(), status)
                if turn:  # the first turn warms up
                    ours[name].append(found)
                    theirs[name].append(reference)
    for name in makers:
        rates = f"simulator {statistics.median(ours[name]):,.0f}, bare handler {statistics.median(theirs[name]):,.0f}"
        print(f"{name}: {rates} requests per second of server CPU")
    report("tracking read against a bare handler", median_ratio(ours["tracking"], theirs["tracking"]), least=0.75)
    report("parcel with ZPL label against a bare handler", median_ratio(ours["zpl"], theirs["zpl"]), least=0.65)
    report("parcel with PDF label against a bare handler", median_ratio(ours["pdf"], theirs["pdf"]))
    report("parcel with PDF label, per second of server CPU", statistics.median(ours["pdf"]), least=1_200)
    report.check()
