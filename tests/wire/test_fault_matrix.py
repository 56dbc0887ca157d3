"""Every kind at every point with every match, over real sockets: the client's view, the world, the journal."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest

from parcelproof.simulators.server import Running
from parcelproof.simulators.wire.fault_rules import POINTS
from parcelproof.simulators.wire.faults import FaultKind

if TYPE_CHECKING:
    from tests.wire.conftest import Ask, Seen

Start = Callable[..., AbstractAsyncContextManager[Running]]

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Expected:
    """What a fault makes of a booking. `body` is "whole", "half", "garbled", "none" or "gateway"."""

    effect: bool
    status: int | None
    body: str
    ended: str
    journal: int
    slept: bool = False


LOST = Expected(True, None, "none", "reset", 0)
UNDONE = Expected(False, None, "none", "reset", 0)
EXPECTED: dict[tuple[str, str], Expected] = {
    ("latency", "before"): Expected(True, 201, "whole", "whole", 201, slept=True),
    ("latency", "after"): Expected(True, 201, "whole", "whole", 201, slept=True),
    ("latency", "during"): Expected(True, 201, "whole", "whole", 201, slept=True),
    ("status", "before"): Expected(False, 502, "gateway", "whole", 502),
    ("status", "after"): Expected(True, 502, "gateway", "whole", 502),
    ("reset", "before"): UNDONE,
    ("reset", "after"): LOST,
    ("reset", "during"): Expected(True, 201, "half", "reset", 201),
    ("stall", "before"): Expected(False, None, "none", "reset", 0, slept=True),
    ("stall", "after"): Expected(True, None, "none", "reset", 0, slept=True),
    ("stall", "during"): Expected(True, 201, "half", "reset", 201, slept=True),
    ("truncate", "after"): Expected(True, 201, "half", "closed", 201),
    ("truncate", "during"): Expected(True, 201, "half", "closed", 201),
    ("malformed", "after"): Expected(True, 201, "garbled", "whole", 201),
    ("malformed", "during"): Expected(True, 201, "garbled", "whole", 201),
}
UNTOUCHED = Expected(True, 201, "whole", "whole", 201)
DETAILS: dict[str, dict[str, Any]] = {
    "status": {"status": 502},
    "latency": {"latency_ms": 7_000},
    "stall": {"latency_ms": 7_000},
}
CALLS = 6
MATCHES: dict[str, tuple[dict[str, Any], list[bool] | None]] = {
    # what picks the calls, and which of them it picks; None: what the seed says
    "third": ({"nth": 3}, [n == 3 for n in range(1, CALLS + 1)]),
    "from-the-second-twice": ({"nth": 2, "times": 2}, [n in (2, 3) for n in range(1, CALLS + 1)]),
    "chance": ({"probability": 0.5}, None),
    "chance-from-the-third-once": ({"probability": 0.5, "nth": 3, "times": 1}, None),
    "field": ({"where": {"reference": "R-4"}}, [n == 4 for n in range(1, CALLS + 1)]),
    "header": ({"where": {"header:X-Shop": "even"}, "times": 0}, [n % 2 == 0 for n in range(1, CALLS + 1)]),
    "field-and-header-second": (
        {"where": {"header:x-shop": "even", "hook": ""}, "nth": 2},
        [n == 4 for n in range(1, CALLS + 1)],
    ),
}


def test_the_table_is_complete() -> None:
    assert set(EXPECTED) == {(str(kind), str(point)) for kind in FaultKind for point in POINTS[kind]}


@dataclass
class Shop:
    """A client of one tenant, over raw sockets."""

    url: str
    name: str
    token: str
    ask: "Ask"
    slept: list[float]

    async def book(self, number: int) -> "Seen":
        headers = {**JSON, "Authorization": f"Bearer {self.token}", "X-Shop": "even" if number % 2 == 0 else "odd"}
        body = msgspec.json.encode({"reference": f"R-{number}", "hook": ""})
        return await self.ask(self.url, "POST", "/par-rot/parcels", body, headers)


@pytest.fixture
async def open_shop(
    parrot_server: Start, ask: "Ask", slept: list[float]
) -> AsyncIterator[Callable[[str], Awaitable[Shop]]]:
    async with parrot_server(seed="matrix") as started:

        async def open_one(name: str) -> Shop:
            seen = await ask(started.url, "POST", "/par-rot/token", f"client_id={name}&client_secret=s".encode(), FORM)
            return Shop(started.url, name, msgspec.json.decode(seen.body)["access_token"], ask, slept)

        yield open_one


@pytest.mark.parametrize("match", MATCHES)
async def test_every_kind_and_point(open_shop: Callable[[str], Awaitable[Shop]], match: str) -> None:
    hits: list[list[bool]] = []
    async with httpx.AsyncClient(verify=False) as control:
        for (kind, point), expected in EXPECTED.items():
            shop = await open_shop(f"{kind}-{point}")
            picks, which = MATCHES[match]
            fault = {"carrier": "parrot", "operation": "book", "kind": kind, "point": point, **picks}
            base = f"{shop.url}/_sim/v1/tenants/{shop.name}"
            added = await control.post(f"{base}/faults", json={**fault, **DETAILS.get(kind, {})})
            assert added.status_code == 201, added.text
            hit = await _walk(control, base, shop, expected, which)
            kept = (await control.get(f"{base}/faults")).json()["faults"][0]
            assert kept["fired"] == sum(hit), (match, kind, point)
            hits.append(hit)
    if "chance" in match:
        assert 0 < sum(map(sum, hits)) < len(hits) * CALLS
    if match == "chance-from-the-third-once":
        assert all(sum(hit) <= 1 and not any(hit[:2]) for hit in hits)


async def _walk(
    control: httpx.AsyncClient, base: str, shop: Shop, expected: Expected, which: list[bool] | None
) -> list[bool]:
    """Book several times; compare each booking's view, effect and journal line. Return which ones were hit."""
    hit: list[bool] = []
    for number in range(1, CALLS + 1):
        before = (await control.get(f"{base}/parcels")).json()["parcels"]
        shop.slept.clear()
        seen = await shop.book(number)
        line = (await control.get(f"{base}/journal")).json()["entries"][-1]
        after = (await control.get(f"{base}/parcels")).json()["parcels"]
        hit.append(bool(line["fault"]))
        if which is not None:
            assert hit[-1] is which[number - 1], (number, line["fault"])
        wanted = expected if hit[-1] else UNTOUCHED
        found = (len(after) - len(before) == 1, seen.status, _kind_of(seen), seen.ended, line["status"], *_slept(shop))
        assert found == (wanted.effect, wanted.status, wanted.body, wanted.ended, wanted.journal, wanted.slept)
        assert line["operation"] == "book"
        if hit[-1]:
            assert line["fault"] == f"fault-1 {shop.name.replace('-', ' ')}"
    return hit


def _slept(shop: Shop) -> tuple[bool]:
    assert shop.slept in ([], [7.0])
    return (bool(shop.slept),)


def _kind_of(seen: "Seen") -> str:
    """Tell what became of a booking's answer: its body is a JSON document that ends with the parcel's link."""
    if seen.status is None:
        return "none" if not seen.body else "a piece of a head"
    if seen.body == b"502 Bad Gateway\n":
        return "gateway"
    length = int(seen.headers["Content-Length"])
    if len(seen.body) == length // 2:
        return "half" if seen.body.startswith(b'{"id":"par-') else "a strange half"
    if len(seen.body) != length:
        return "a strange length"
    try:
        return "whole" if msgspec.json.decode(seen.body)["id"].startswith("par-") else "another parcel"
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "garbled" if seen.body.endswith(b"\x00\xff<!-- upstream closed") else "strange"
