"""The PickPoint adapter, and a wire whose answers a test writes."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.pickpoint import PickPointAdapter
from parcelproof.reference.ports import Address

from .answers import BASE, LOCKERS, NOT_FOUND

Said = Any  # what a method answers: JSON, bytes, an exception, or a list of these, one a call
Says = Callable[..., respx.Route]


@pytest.fixture
async def adapter(moscow: Address, clock: Any) -> AsyncIterator[PickPointAdapter]:
    made = PickPointAdapter(BASE, "apitest", "apitest", "9990003041", moscow, timeout_s=1.0, clock=clock)
    yield made
    await made.close()


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        yield router


@pytest.fixture
def says(wire: respx.MockRouter) -> Says:
    """Have a method say something; said again, it says the other thing from then on."""

    def have(method: str, said: Said, status: int = 200) -> respx.Route:
        route = wire.get(f"/{method}") if method == "postamatlist" else wire.post(f"/{method}")
        several = isinstance(said, Sequenced)
        route.side_effect = None
        if isinstance(said, type) and issubclass(said, Exception):
            return route.mock(side_effect=said)
        return (
            route.mock(side_effect=[_answer(one, status) for one in said.one_by_one])
            if several
            else route.mock(side_effect=lambda _: _answer(said, status))
        )

    return have


class Sequenced:
    """Answers one by one."""

    def __init__(self, *one_by_one: Said) -> None:
        self.one_by_one = one_by_one


def _answer(said: Said, status: int) -> Any:
    if isinstance(said, httpx.Response) or (isinstance(said, type) and issubclass(said, Exception)):
        return said
    return httpx.Response(status, content=said) if isinstance(said, bytes) else httpx.Response(status, json=said)


@pytest.fixture
def sessions(says: Says, wire: respx.MockRouter) -> respx.Route:
    """Every session differs from the last: s1, s2 …"""
    given = iter(range(1, 1000))

    def grant(request: httpx.Request) -> httpx.Response:
        body = {
            "SessionId": f"s{next(given)}",
            "ErrorCode": 0,
            "ErrorMessage": None,
            "ExpiresIn": "2026-03-02 12:30:00",
        }
        return httpx.Response(200, json=body)

    says("postamatlist", LOCKERS)
    says("sendinginfo", NOT_FOUND)
    return wire.post("/login").mock(side_effect=grant)


def sent(route: respx.Route, at: int = -1) -> dict[str, Any]:
    """Return the body of a call."""
    found: dict[str, Any] = json.loads(route.calls[at].request.content)
    return found
