"""Databases and rigs: SQLite files by default, a real PostgreSQL under `make ci`."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..needed import missing
from .outside import Effects, Killed, World
from .postgres import from_binaries, in_container
from .rig import CONFIG, Rig


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL: a container, else local binaries, else a URL, else the tests are shown as skipped."""
    started = in_container() or from_binaries()
    given = os.environ.get("PARCELPROOF_POSTGRES_URL")
    if started is None and given is None:
        missing("postgresql", "there is no Docker daemon, no PostgreSQL binaries, no PARCELPROOF_POSTGRES_URL")
    if started is None:
        yield str(given)
        return
    url, stop = started
    yield url
    stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.ci)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database; emptied by whoever starts on it."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'engine.db'}"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def anywhere(database: str, world: World) -> AsyncIterator[Rig]:
    """An engine on each kind of database."""
    made = Rig(database, world, CONFIG)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def rig(anywhere: Rig) -> Rig:
    """The same; a module whose tests need only one database has a `rig` of its own."""
    return anywhere


@pytest.fixture
async def new_rig(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Make rigs on SQLite files of their own, each over a new world."""
    made: list[Rig] = []

    async def make(world: World | None = None, **changed: Any) -> Rig:
        url = f"sqlite:///{tmp_path / f'engine-{len(made)}.db'}"
        rig = Rig(url, world or World(), {**CONFIG, **changed})
        made.append(rig)
        await rig.start()
        return rig

    yield make
    for rig in made:
        await rig.stop()


@pytest.fixture
def killed() -> type[BaseException]:
    return Killed


@pytest.fixture
def effects() -> type[Effects]:
    return Effects
