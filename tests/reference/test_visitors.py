"""Who looks, as the limits of the public page count it: by peer, or by what trusted proxies say, and nobody else."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from parcelproof.reference.engine import Options, run
from parcelproof.reference.http.visitors import FORWARDED_FOR, LOOKS, TrustedProxies, WrongProxy
from parcelproof.reference.usecases import public_page

from .full_carrier import FullCarrier
from .test_engine_http import running
from .test_labels_window import Desk
from .test_public_page import shipped, with_mail

PROXIES = TrustedProxies(["10.0.0.0/8", "192.0.2.7", "2001:db8:ffff::/48"])


def network(peer: str, *headers: str, proxies: TrustedProxies = PROXIES) -> str:
    lines = CIMultiDict([(FORWARDED_FOR, header) for header in headers])
    return proxies.network_of(make_mocked_request("GET", "/track", headers=lines).clone(remote=peer))


@pytest.mark.parametrize("peer", ["198.51.100.1", "192.0.2.8", "2001:db8:1:2::9"])
def test_what_an_untrusted_peer_says_changes_nothing(peer: str) -> None:
    assert network(peer, "203.0.113.5") == network(peer, "10.0.0.1") == network(peer)
    assert network("10.0.0.1", "203.0.113.5", proxies=TrustedProxies()) == "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "headers", "found"),
    [
        ("192.0.2.7", ["203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", ["203.0.113.5, 10.9.9.9"], "203.0.113.5"),
        ("10.0.0.1", ["198.51.100.9", "203.0.113.5", "192.0.2.7"], "203.0.113.5"),
        ("10.0.0.1", ["192.0.2.1, 203.0.113.5 ,10.9.9.9"], "203.0.113.5"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.5:4711"], "203.0.113.5"),
        ("10.0.0.1", ["[2001:db8:1:2::9]:4711"], "2001:db8:1:2::/64"),
        ("2001:db8:ffff::1", ["2001:db8:1:2::9"], "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", ["::ffff:203.0.113.5"], "203.0.113.5"),
    ],
)
def test_the_visitor_is_the_last_of_the_chain_who_is_no_trusted_proxy(
    peer: str, headers: list[str], found: str
) -> None:
    assert network(peer, *headers) == found


@pytest.mark.parametrize(
    "garbage", ["", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "[", "::1::", "\x7f", "１.2.3.4", ","]
)
def test_what_is_no_address_stands_for_nobody_and_hides_nobody(garbage: str) -> None:
    assert network("10.0.0.1", f"203.0.113.5, {garbage}") == "10.0.0.1", "the proxy stands for all behind it"
    assert network("10.0.0.1", f"{garbage}, 203.0.113.5") == "203.0.113.5", "what stands before the visitor is his own"
    assert network("10.0.0.1", f"203.0.113.5, {garbage}, 10.0.0.2") == "10.0.0.2"


def test_addresses_of_one_ipv6_customer_are_one_network() -> None:
    assert network("2001:db8:1:2::9") == network("2001:db8:1:2:ffff::1") == network("10.0.0.1", "2001:db8:1:2::3")
    assert network("2001:db8:1:2::9") != network("2001:db8:1:3::9")
    assert network("fe80::1%eth0") == "fe80::/64"


@pytest.mark.parametrize(
    "text", ["", "proxy.example", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0-10.0.0.9", "2001:db8::/129"]
)
def test_what_is_no_proxy_keeps_the_engine_from_starting(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(WrongProxy):
        TrustedProxies([text])
    with pytest.raises(SystemExit) as ended:
        run(Options(port=0, database=f"sqlite:///{tmp_path / 'e.db'}", trusted_proxies=("10.0.0.7", text)))
    said = capsys.readouterr().err
    assert ended.value.code == 2 and len(said.strip().splitlines()) == 1, said
    assert said.startswith(f"Error: --trusted-proxy {text!r} is no address") and "write it like" in said


@pytest.fixture(params=[(), ("127.0.0.0/8",)], ids=["a-spoofer", "a-proxy"])
async def public(request: pytest.FixtureRequest, tmp_path: Path, world: Any) -> AsyncIterator[tuple[Desk, bool]]:
    """An engine without and with its peer trusted."""
    world.near = FullCarrier("mail_alliance", world.effects)
    async for site in running(tmp_path, world, driver=False, worker=False, proxies=request.param):
        desk = Desk(site, world)
        await desk.set_up()
        yield desk, bool(request.param)


async def asked(desk: Desk, method: str, n: int, **form: str) -> int:
    """Ask as a visitor whom the peer calls the `n`-th."""
    said = {FORWARDED_FOR: f"198.51.100.{n}, 127.0.0.9"}
    sent: dict[str, Any] = {"params": form} if method == "GET" else {"data": form}
    async with desk.site.client.request(method, f"{desk.site.engine.url}/track", headers=said, **sent) as answer:
        return answer.status


async def test_looks_are_counted_by_visitor_behind_a_proxy_and_else_by_peer(public: tuple[Desk, bool]) -> None:
    desk, trusted = public
    answers = [await asked(desk, "POST" if n % 2 else "GET", n, number="N1") for n in range(LOOKS + 1)]
    assert answers == [404] * LOOKS + [404 if trusted else 429]


async def test_wishes_to_follow_are_counted_so_too(public: tuple[Desk, bool]) -> None:
    desk, trusted = public
    await with_mail(desk)
    numbers = [await shipped(desk, number) for number in ("P-1", "P-2")]
    most = public_page.MOST["network"]
    answers = [await asked(desk, "POST", n, number=numbers[n % 2], email=f"e{n}@example.org") for n in range(most + 1)]
    assert answers == [202] * most + [202 if trusted else 429]
