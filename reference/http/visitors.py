"""Who looks at the public pages, as far as limits need it: the network behind a request, and how often it looked.

Behind a reverse proxy every request comes from the proxy; whom it came from stands in `X-Forwarded-For`, to which every
proxy adds its own peer at the end. Anybody may send that header, so only what a trusted proxy wrote is believed.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

from ..clock import SystemClock
from ..errors import EngineError, Kind

FORWARDED_FOR = "X-Forwarded-For"
IPV6_SHARED_BITS = 64  # what one customer is given at least, so that its addresses are one network
LOOKS, LOOKS_WITHIN = 60, timedelta(minutes=1)  # of one network
NETWORKS_MOST = 10_000

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class WrongProxy(ValueError):
    """What was named as a trusted proxy is none. The text is one sentence."""


class TrustedProxies:
    """The proxies whose `X-Forwarded-For` is believed; none: every peer is the visitor himself."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        """Take addresses and networks, like `10.0.0.7`, `10.0.0.0/8`, `2001:db8::/32`.

        Raises:
            WrongProxy: one is neither.
        """
        self._trusted = tuple(map(_proxy, named))

    def network_of(self, request: web.Request) -> str:
        """Return the network whose looks count together: an IPv4 address, or the /64 of an IPv6 address.

        The visitor is the last of the chain who is no trusted proxy. What is no address ends the chain: then the proxy
        that wrote it stands for all behind it.
        """
        visitor = _address(request.remote or "")
        if visitor is None:
            return request.remote or ""
        chain = ",".join(request.headers.getall(FORWARDED_FOR, ())).split(",")
        while chain and self._trusts(visitor):
            before = _address(chain.pop().strip())
            if before is None:
                break
            visitor = before
        return _network(visitor)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _proxy(text: str) -> Network:
    try:
        return ip_network(text.strip())
    except ValueError as fault:
        found = f"{text!r} is no address and no network of proxies ({fault})"
        raise WrongProxy(f"{found}; write it like 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32.") from fault


def _address(text: str) -> Address | None:
    """Read an address; some proxies write a port behind it, and IPv6 in brackets. IPv4 within IPv6 is IPv4."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _network(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), IPV6_SHARED_BITS), strict=False))


class Pace:
    """How often each network looked lately; the one that looked longest ago is forgotten first."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock = clock
        self._looks: OrderedDict[str, deque[datetime]] = OrderedDict()

    def step(self, network: str) -> None:
        """Count a look.

        Raises:
            EngineError: there were too many.
        """
        now = self._clock.now()
        looks = self._looks.setdefault(network, deque(maxlen=LOOKS))
        self._looks.move_to_end(network)
        if len(self._looks) > NETWORKS_MOST:
            self._looks.popitem(last=False)
        if len(looks) == LOOKS and now - looks[0] < LOOKS_WITHIN:
            raise EngineError(Kind.THROTTLED, "TOO_OFTEN", f"Allowed are {LOOKS} looks in {LOOKS_WITHIN}.")
        looks.append(now)
