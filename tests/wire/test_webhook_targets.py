"""Where a webhook really connects to: names that lead inward, or first here and then there; the socket has the say."""

import socket
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from parcelproof.simulators.core.world import Duty, Effect, Outcome
from parcelproof.simulators.wire import dispatcher
from parcelproof.simulators.wire.dispatcher import Dispatcher
from parcelproof.simulators.wire.tenants import Tenants

if TYPE_CHECKING:
    from tests.wire.conftest import RawReceiver

METADATA = "169.254.169.254"


class Names:
    """A resolver in place of the machine's: each look-up of a name gives its next answer, the last one for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        self.asked.append(host)
        known = self.answers[host]
        found = known.pop(0) if len(known) > 1 else known[0]
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
            for address in found
        ]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    found = Names()
    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", lambda self, *args, **more: found.resolve(*args, **more))
    return found


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses for which the client was given a socket."""
    found: list[str] = []
    checked = dispatcher.checked_socket

    def noting(live: bool) -> Any:
        give = checked(live)

        def open_socket(info: Any) -> socket.socket:
            given = give(info)
            found.append(info[4][0])
            return given

        return open_socket

    monkeypatch.setattr(dispatcher, "checked_socket", noting)
    return found


class Sender:
    """A dispatcher with one tenant."""

    def __init__(self) -> None:
        duties = {"parrot.webhook": Duty(lambda world, due: None)}
        self.tenants = Tenants(duties=duties, kinds=[], virtual=True, now_ms=0, seed="s")
        self.dispatcher = Dispatcher(self.tenants)

    async def send(self, url: str, *, live: bool = False) -> Outcome:
        effect = Effect("parrot.webhook", "k", 0, url, {}, b"{}", 15_000, live=live)
        return await self.dispatcher.send(self.tenants.world("t"), effect)


@pytest.fixture
async def sender(opened: list[str]) -> AsyncIterator[Sender]:
    found = Sender()
    yield found
    await found.dispatcher.close()


def named(receiver: "RawReceiver", name: str) -> str:
    return f"http://{name}:{urlsplit(receiver.url).port}/hook"


async def test_a_name_is_looked_up_once_and_that_address_is_connected_to(
    sender: Sender, names: Names, opened: list[str], receiver: "RawReceiver"
) -> None:
    names.answers["shop.example"] = [["127.0.0.1"], [METADATA]]
    first = await sender.send(named(receiver, "shop.example"))
    assert (first.status, names.asked, opened) == (200, ["shop.example"], ["127.0.0.1"])
    assert receiver.got[0].headers["host"] == urlsplit(named(receiver, "shop.example")).netloc
    second = await sender.send(named(receiver, "shop.example"))
    assert (second.status, second.error) == (0, "no connection")
    assert (opened, len(receiver.got)) == (["127.0.0.1"], 1), "no socket for the second address"


async def test_of_several_addresses_only_allowed_ones_are_tried(
    sender: Sender, names: Names, opened: list[str], receiver: "RawReceiver"
) -> None:
    names.answers["shop.example"] = [[METADATA, "fd00:ec2::254", "127.0.0.1"]]
    assert (await sender.send(named(receiver, "shop.example"))).status == 200
    assert opened == ["127.0.0.1"]


@pytest.mark.parametrize("inward", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1", METADATA])
async def test_in_live_a_public_name_cannot_lead_inward(
    sender: Sender, names: Names, opened: list[str], receiver: "RawReceiver", inward: str
) -> None:
    names.answers["shop.example"] = [[inward]]
    found = await sender.send(named(receiver, "shop.example").replace("http:", "https:"), live=True)
    assert (found.status, found.error, opened, receiver.connections) == (0, "no connection", [], 0)


async def test_what_is_allowed_in_test_is_still_refused_in_live(
    sender: Sender, names: Names, opened: list[str], receiver: "RawReceiver"
) -> None:
    names.answers["shop.example"] = [[METADATA]]
    assert (await sender.send("http://shop.example/")).error == "no connection"
    names.answers["shop.example"] = [["127.0.0.1"]]
    assert (await sender.send(named(receiver, "shop.example"))).status == 200
    url = named(receiver, "shop.example").replace("http:", "https:")
    assert (await sender.send(url, live=True)).error == "no connection"
    assert opened == ["127.0.0.1"]


@pytest.mark.parametrize("url", [f"http://{METADATA}/", "http://①⑥⑨.254.169.254/", "http://[::ffff:a9fe:a9fe]/"])
async def test_even_a_url_that_nobody_checked_gets_no_socket_to_a_forbidden_address(
    sender: Sender, opened: list[str], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    assert (await sender.send(url)).error == f"target refused: {METADATA} is a cloud's metadata address"
    monkeypatch.setattr(dispatcher, "target_problem", lambda url, live: "")
    assert (await sender.send(url)).error == "no connection"
    assert opened == []


async def test_a_refused_target_is_said_and_stands_in_the_journal(sender: Sender) -> None:
    found = await sender.send("https://user:word@shop.example/", live=True)
    assert found.error == "target refused: a user name in the URL is not allowed"
    (line,) = sender.tenants.journal(sender.tenants.world("t")).lines()
    assert (line.direction, line.status, line.fault) == ("out", 0, found.error)


async def test_a_proxy_of_the_environment_is_not_used(
    sender: Sender, receiver: "RawReceiver", opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await sender.send(receiver.url)).status == 200
    assert receiver.got[0].line == "POST /hook HTTP/1.1"
