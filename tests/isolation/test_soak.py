"""Two hundred tenants at once against one simulator: nothing leaks or grows, and each lives as if it were alone."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from .life import SEED, Life, Receiver, Seen, mark_of
from .process import Simulator, simulator

MARK = re.compile(rb"t-\d{3}-t")
TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Soak:
    """How much: so many tenants at once, each with so many parcels at each carrier and so many days, in rounds."""

    tenants: int
    parcels: int
    days: int
    rounds: int
    growth_mb: float  # allowed from the first round to the last, all tenants forgotten after each


SHORT = Soak(tenants=200, parcels=2, days=4, rounds=2, growth_mb=12)  # a world kept per tenant shows as 20 to 30 MB
LONG = Soak(tenants=200, parcels=4, days=12, rounds=6, growth_mb=25)


@asynccontextmanager
async def crowd(started: Simulator, receiver: Receiver, soak: Soak) -> AsyncIterator[list[Life]]:
    """Let all tenants live at once, their steps mixed on a hundred connections; they are forgotten at the end."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100)) as http:
        lives = [Life(number, http, started.url, started.smtp_port, receiver) for number in range(soak.tenants)]
        await asyncio.gather(*(life.live(soak.parcels, soak.days) for life in lives))
        yield lives
        await asyncio.gather(*(life.forget() for life in lives))


async def looked_at(lives: Sequence[Life]) -> dict[int, Seen]:
    return {life.number: await life.seen() for life in lives}


def alone(soak: Soak) -> dict[int, dict[str, str]]:
    """Return the digests of every tenant, each having lived in a process of its own; two processes at a time."""
    command = [sys.executable, "-m", "isolation.alone", str(soak.parcels), str(soak.days)]
    halves = [[str(number) for number in range(start, soak.tenants, 2)] for start in range(2)]
    running = [subprocess.Popen([*command, *half], cwd=TESTS, stdout=subprocess.PIPE) for half in halves]
    lines = b"".join(process.communicate()[0] for process in running).splitlines()
    assert [process.returncode for process in running] == [0, 0]
    return {row["number"]: row["digests"] for row in map(json.loads, lines)}


def only_own_marks(number: int, seen: Seen) -> None:
    own = {mark_of(number).encode()}
    for name, found in (seen.same | seen.own).items():
        marks = set(MARK.findall(found))
        assert marks <= own, f"{mark_of(number)} holds in {name} what belongs to {sorted(marks - own)}"
        bare = name == "journal/hash" or name.startswith("payout")  # a return leg's line names no order of the shop
        assert marks == own or bare, f"{name} of {mark_of(number)} holds no mark"


def is_paid_for_its_own(seen: Seen) -> bool:
    """Tell whether some payout names an order of the tenant; one whose parcels all came to nothing has none."""
    return any(MARK.search(found) for name, found in seen.same.items() if name.startswith("payout "))


def as_alone(expected: dict[int, dict[str, str]], seen: dict[int, Seen]) -> None:
    """Fail when a tenant differs from itself alone, and say in what."""
    differing = {}
    for number, found in seen.items():
        digests = found.digests()
        names = sorted(name for name in digests | expected[number] if digests.get(name) != expected[number].get(name))
        if names:
            differing[mark_of(number)] = names
    assert differing == {}


async def soaked(soak: Soak, folder: Path) -> None:
    expected = await asyncio.to_thread(alone, soak)
    residents_mb = []
    with simulator("--virtual", "--seed", SEED, stdout=folder / "out", stderr=folder / "err") as started:
        async with Receiver() as receiver:
            for number in range(soak.rounds):
                async with crowd(started, receiver, soak) as lives:
                    seen = await looked_at(lives) if number in (0, soak.rounds - 1) else {}
                residents_mb.append(round(started.resident_mb(), 1))
                assert sorted(receiver.got) == [], "webhooks came that belong to no tenant"
                for owner, found in seen.items():
                    only_own_marks(owner, found)
                paid = sum(map(is_paid_for_its_own, seen.values()))
                assert not seen or paid > len(seen) // 2, f"only {paid} of {len(seen)} were paid for own orders"
                as_alone(expected, seen)
    print(f"resident after each round of {soak.tenants} tenants, all forgotten: {residents_mb} MB")
    assert residents_mb[-1] - residents_mb[0] < soak.growth_mb, residents_mb
    assert (folder / "err").read_text("utf-8") == ""


@pytest.mark.long
async def test_two_hundred_tenants_live_beside_one_another_as_if_alone(tmp_path: Path) -> None:
    await soaked(SHORT, tmp_path)


@pytest.mark.long
async def test_for_a_long_time(tmp_path: Path) -> None:
    await soaked(LONG, tmp_path)


@pytest.mark.long
async def test_a_tenant_that_is_asked_for_ever_holds_no_more_than_its_journal(tmp_path: Path) -> None:
    """The ring holds 20 000 exchanges; once it has gone round, nothing may grow, however many more there are."""
    residents_mb = []
    with simulator("--virtual", stdout=tmp_path / "out", stderr=tmp_path / "err") as started:
        headers = {"X-Api-Key": "mak_test_shop"}
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=20), headers=headers) as http:

            async def ask(times: int) -> None:
                for _ in range(times):
                    async with http.get(f"{started.url}/mail-alliance/v1/services") as answer:
                        await answer.read()

            for _ in range(5):
                await asyncio.gather(*(ask(700) for _ in range(20)))
                residents_mb.append(round(started.resident_mb(), 1))
    print(f"resident after each 14 000 calls: {residents_mb} MB")
    assert residents_mb[-1] - residents_mb[1] < 10, residents_mb
