"""The simulator's hot paths against two counterparts of as many bytes, per second of server CPU.

The targets are ratios to the reference, which keeps state; the bare handler beside it shows the framework's floor
(`counterparts` says what each does). All servers on one core, the load generator on the other, short slices in turns.
"""

import json
import os
import statistics
from collections.abc import Iterator
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

NAMES = {"tracking": "tracking read", "ZPL": "parcel with ZPL label", "PDF": "parcel with PDF label"}

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
    key = {"Idempotency-Key": f"bench-the-first-{form}", "Content-Type": "application/json", "Host": "bench"}
    answer = httpx.post(f"{simulator.url}/mail-alliance/v1/parcels", content=order(form), headers=KEY | key)
    assert answer.status_code == 201, answer.text
    return answer.content


def check_reference(reference: Server, samples: Path) -> None:
    """See that the reference does the work that it is there for: answers of the same size, state that is read back."""
    for form in ("ZPL", "PDF"):
        answer = httpx.post(f"{reference.url}/{form}", content=order(form))
        assert len(answer.content) == (samples / form).stat().st_size
        assert httpx.get(f"{reference.url}/{answer.json()['id']}").json() == json.loads(order(form))
    assert httpx.get(f"{reference.url}/tracking").content == (samples / "tracking").read_bytes()


def get(path: str, number: int) -> list[bytes]:
    return [f"GET {path} HTTP/1.1\r\nHost: bench\r\nX-Api-Key: mak_test_bench\r\n\r\n".encode()] * number


def post(path: str, body: bytes, number: int, counter: Iterator[int]) -> list[bytes]:
    """Every request has an idempotency key of its own."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nX-Api-Key: mak_test_bench\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nIdempotency-Key: bench-"
    )
    return [f"{head}{next(counter):012d}\r\n\r\n".encode() + body for _ in range(number)]


def test_hot_paths_against_a_bare_handler_and_the_reference(simulator: Server, report: Any, tmp_path: Path) -> None:
    path, tracking = tracked(simulator)
    for name, body in {
        "tracking": tracking,
        "ZPL": created(simulator, "ZPL"),
        "PDF": created(simulator, "PDF"),
    }.items():
        (tmp_path / name).write_bytes(body)
    rounds, number = (3, 400) if report.smoke else (9, 2_000)
    counter = iter(range(10**12))

    def requests(server: Server, name: str) -> tuple[list[bytes], bytes]:
        own = server is simulator
        if name == "tracking":
            return get(path if own else "/tracking", number), b"200"
        where = "/mail-alliance/v1/parcels" if own else f"/{name}"
        return post(where, order(name), number if name == "ZPL" else number // 2, counter), b"201"

    with ExitStack() as stack:
        program = str(Path(__file__).parent / "counterparts.py")
        bare, reference = (stack.enter_context(started(program, kind, str(tmp_path))) for kind in ("bare", "reference"))
        check_reference(reference, tmp_path)
        found: dict[str, dict[Server, list[float]]] = {}
        for name in ("tracking", "ZPL", "PDF"):  # one path after the other, the servers in turns
            rates = found[name] = {simulator: [], bare: [], reference: []}
            for turn in range(rounds + 1):
                for server in rates:
                    rate = requests_per_cpu_s(server, *requests(server, name))
                    if turn:  # the first turn warms up
                        rates[server].append(rate)
    for name, rates in found.items():
        ours, floor, theirs = (f"{statistics.median(rate):,.0f}" for rate in rates.values())
        print(f"{name}: simulator {ours}, bare handler {floor}, reference {theirs} requests per second of server CPU")
    for name, least in (("tracking", 0.75), ("ZPL", 0.65), ("PDF", None)):
        what, rates = NAMES[name], found[name]
        report(f"{what} against the reference", median_ratio(rates[simulator], rates[reference]), least=least)
        report(f"{what} against a bare handler", median_ratio(rates[simulator], rates[bare]))
    pdf = statistics.median(found["PDF"][simulator])
    report("parcel with PDF label, per second of server CPU", pdf, least=1_200)
    report.check()
