"""An uploaded snapshot is data from anybody: what is none is refused, and then nothing has changed."""

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

T = "/_sim/v1/tenants/shop"
BYTES = {"Content-Type": "application/octet-stream"}
READS = (
    *("", "/clock", "/parcels", "/journal", "/journal/hash", "/faults", "/webhook-attempts", "/ledger", "/mails"),
    *("/webhook-endpoints", "/journeys/mix", "/bad-days", "/snapshots", "/payouts/cdek"),
)
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
HOSTILE: list[Any] = [
    None, True, -1, 2**62 + 1, 2**64 - 1, -(2**63), 1e308, float("nan"), float("inf"), "", "x" * 1000, "\x00", b"\xff",
    [], {}, [[[]]], {"a": {"b": 1}}, "9999999999999999999", "a b c d e",
]  # fmt: skip


async def upload(http: httpx.AsyncClient, dump: bytes) -> httpx.Response:
    return await http.put(f"{T}/snapshot", content=dump, headers=BYTES)


async def state(http: httpx.AsyncClient) -> tuple[str, ...]:
    """Return all that the API shows of the tenant, but for its bytes."""
    found = []
    for path in READS:
        answer = await http.get(T + path)
        assert answer.status_code < 500, (path, answer.text)
        found.append(answer.text)
    return tuple(found)


@pytest.fixture
async def http(stocked: Any) -> Any:
    headers = {"Authorization": "Bearer a token of the tests"}
    async with httpx.AsyncClient(base_url=stocked.running.url, headers=headers, timeout=30) as found:
        yield found


@pytest.fixture
def good(stocked: Any) -> bytes:
    found: bytes = stocked.running.shell.tenants.snapshot(stocked.world)
    return found


async def tried(http: httpx.AsyncClient, good: bytes, bad: bytes) -> int:
    """Upload what may be hostile; whatever comes of it, the tenant answers, and goes on as it was if it was refused."""
    assert (await upload(http, good)).status_code == 200
    before = await state(http)
    answer = await upload(http, bad)
    assert answer.status_code in (200, 422), answer.text
    after = await state(http)
    if answer.status_code == 422:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert after == before
    return answer.status_code


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(data=st.data())
async def test_bytes_gone_wrong_change_nothing_or_give_a_tenant_that_answers(
    http: httpx.AsyncClient, good: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(good) - 1))
    how = data.draw(st.sampled_from(["flip", "cut", "insert", "drop", "repeat"]))
    some = data.draw(st.binary(min_size=1, max_size=6))
    bad = {
        "flip": good[:at] + bytes([good[at] ^ some[0] | 1]) + good[at + 1 :],
        "cut": good[:at],
        "insert": good[:at] + some + good[at:],
        "drop": good[:at] + good[at + len(some) :],
        "repeat": good + good[at:],
    }[how]
    await tried(http, good, bad)


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(data=st.data())
async def test_values_that_no_world_holds_change_nothing_or_give_a_tenant_that_answers(
    http: httpx.AsyncClient, good: bytes, data: st.DataObject
) -> None:
    found = msgspec.msgpack.decode(good, strict=False)
    places = list(leaves(found))
    where, name = data.draw(st.sampled_from(places))
    where[name] = data.draw(st.sampled_from(HOSTILE))
    await tried(http, good, msgspec.msgpack.encode(found))


def leaves(found: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a document that our own records hold: (container, key)."""
    members = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for name, inner in list(members):
        yield found, name
        if not (isinstance(name, str) and name.startswith(("cdek.", "mail_alliance."))):
            yield from leaves(inner)


HUGE = b"\xff" * 4


def nested(levels: int) -> bytes:
    return b"\x91" * levels + b"\xc0"


@pytest.mark.parametrize("levels", [70, 900, 5_000, 1_000_000])
async def test_a_snapshot_nested_too_deep_is_refused(http: httpx.AsyncClient, good: bytes, levels: int) -> None:
    at = good.index(b"settings") + len("settings")
    deep = good[:at] + b"\x81\xa1x" + nested(levels) + good[at + 1 :]
    assert good[at] == 0x80  # no settings yet
    assert await tried(http, good, deep) == 422


@pytest.mark.parametrize(
    "bad",
    [
        b"\xdf\xff\xff\xff\xff",
        b"\xdd\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc1",
        b"\x80",
    ],
    ids=["map of 4 billion", "list of 4 billion", "4 GB of bytes", "4 GB of text", "no type", "empty map"],
)
async def test_a_snapshot_that_promises_more_than_it_holds_is_refused(
    http: httpx.AsyncClient, good: bytes, bad: bytes
) -> None:
    assert await tried(http, good, bad) == 422


async def test_a_tenant_gets_no_name_from_a_path_that_none_may_have(http: httpx.AsyncClient, good: bytes) -> None:
    for name in ("%2F", "a%20b", "a%00", "x" * 101, "%2e%2e"):
        answer = await http.put(f"/_sim/v1/tenants/{name}/snapshot", content=good, headers=BYTES)
        assert answer.status_code in (404, 422), name
    assert len((await http.get("/_sim/v1/tenants")).json()["tenants"]) == 1


HOPELESS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "a time that no calendar has": (("header", "now_ms"), 2**60),
    "a speed of nothing": (("header", "speed"), 0.0),
    "no speed at all": (("header", "speed"), float("nan")),
    "a counter below zero": (("header", "counters", "cdek.order"), -1),
    "an order behind what is planned": (("header", "order"), 0),
    "a duty that nobody has": (("agenda", 0, 2), "cdek.fly"),
    "a due outside of time": (("agenda", 0, 0), -1),
    "a kind that nobody knows": (("records", "cdek.wings"), []),
    "a scan outside of time": (("records", "core.parcels", 0, 1, "facts", 1, "at_ms"), 2**60),
    "a step behind the first": (("records", "core.parcels", 0, 1, "step"), -1),
    "an attempt outside of time": (("records", "wire.attempts", 0, 1, "at_ms"), 2**60),
    "a mail outside of time": (("records", "wire.mails", 0, 1, "at_ms"), 2**60),
    "a journal that counts what nobody counts": (("records", "wire.journal", 0, 1, "counters", "a b"), 1),
    "an exchange outside of time": (("records", "wire.journal", 0, 1, "lines", 0, "at_ms"), 2**60),
}


@pytest.mark.parametrize("name", HOPELESS)
async def test_what_no_world_can_hold_is_refused_and_nothing_changes(
    http: httpx.AsyncClient, stocked: Any, name: str
) -> None:
    stocked.world.later("cdek.step", "nobody", after_ms=5)
    good = stocked.running.shell.tenants.snapshot(stocked.world)
    found = inner = msgspec.msgpack.decode(good)
    *way, last = HOPELESS[name][0]
    for part in way:
        inner = inner[part]
    inner[last] = HOPELESS[name][1]
    assert await tried(http, good, msgspec.msgpack.encode(found)) == 422
