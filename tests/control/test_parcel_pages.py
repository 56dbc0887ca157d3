"""Pages of parcels: every parcel on one page once, whatever their number, and no more looked at than shown."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.control_client import ControlClient
from parcelproof.simulators.control import paging, parcels
from parcelproof.simulators.control.shapes import parcel_view
from parcelproof.simulators.core.parcel import Parcel
from parcelproof.simulators.core.records import Header, MemoryStore
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.core.world import PARCELS, World

Start = Any


def world_of(statuses: list[Status]) -> World:
    world = World(MemoryStore(Header("t", "s", 0)), {})
    for number, status in enumerate(statuses):
        world.add(Parcel(f"p{number}", "parrot", f"P{number}", f"R{number % 3}", status=status))
    return world


STATUSES = st.sampled_from([Status.ANNOUNCED, Status.DELIVERED])


@given(
    statuses=st.lists(STATUSES, max_size=30),
    limit=st.integers(1, 8),
    wanted=st.fixed_dictionaries({}, optional={"status": STATUSES, "reference": st.sampled_from(["R0", "R1", "R9"])}),
)
def test_pages_hold_each_fitting_parcel_once_in_order(
    statuses: list[Status], limit: int, wanted: dict[str, str]
) -> None:
    world = world_of(statuses)
    fitting = [
        f"p{number}"
        for number, status in enumerate(statuses)
        if wanted.get("status", status) == status and wanted.get("reference", f"R{number % 3}") == f"R{number % 3}"
    ]
    seen: list[str] = []
    after: str | None = None
    while True:
        page = paging.page(world, wanted, after=after, limit=limit)
        assert page.total == len(fitting)
        assert len(page.parcels) <= limit
        seen += [parcel.id for parcel in page.parcels]
        assert seen == fitting[: len(seen)]
        if page.next is None:
            break
        assert len(page.parcels) == limit
        after = page.next
    assert seen == fitting


def test_a_parcel_that_no_longer_fits_is_still_a_place_to_go_on_from() -> None:
    world = world_of([Status.ANNOUNCED] * 4)
    first = paging.page(world, {"status": "announced"}, after=None, limit=2)
    world.store.put(PARCELS, "p1", Parcel("p1", "parrot", "P1", "R1", status=Status.DELIVERED))
    rest = paging.page(world, {"status": "announced"}, after=first.next, limit=2)
    assert [parcel.id for parcel in rest.parcels] == ["p2", "p3"]
    assert (rest.next, rest.total) == (None, 3)


@pytest.fixture
async def http(parrot_server: Start) -> AsyncIterator[tuple[httpx.AsyncClient, World, str]]:
    async with parrot_server() as started, httpx.AsyncClient(base_url=started.url) as found:
        yield found, started.shell.tenants.create("t"), started.url


async def test_a_page_builds_as_many_views_as_it_shows(
    http: tuple[httpx.AsyncClient, World, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, world, url = http
    for number in range(2_500):
        world.add(Parcel(f"p{number}", "parrot", f"P{number}", "R"))
    built: list[str] = []

    def counted(parcel: Parcel) -> Any:
        built.append(parcel.id)
        return parcel_view(parcel)

    monkeypatch.setattr(parcels, "parcel_view", counted)
    answer = (await client.get("/_sim/v1/tenants/t/parcels?after=p1200&limit=7")).json()
    assert [row["id"] for row in answer["parcels"]] == [f"p{number}" for number in range(1_201, 1_208)]
    assert (answer["next"], answer["total"], len(built)) == ("p1207", 2_500, 7)
    assert len((await client.get("/_sim/v1/tenants/t/parcels")).json()["parcels"]) == 100

    def walk() -> list[str]:
        with ControlClient(url) as control:
            page = control.parcels_page("t", after="p2497", limit=5)
            assert ([row["id"] for row in page["parcels"]], page["next"]) == (["p2498", "p2499"], None)
            assert len(control.parcels("t", number="P77")) == 1
            return [row["id"] for row in control.parcels("t")]

    assert await asyncio.to_thread(walk) == [f"p{number}" for number in range(2_500)]
