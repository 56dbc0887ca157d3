"""Where a webhook may go: SSRF rules over the URL as written and over the addresses that its name resolves to.

The URL is read by the library that the HTTP client reads it with, so that no spelling means one host here and another
there.
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from yarl import URL

Address = IPv4Address | IPv6Address

EMBEDDING = (  # prefixes whose last 32 bits are an IPv4 address: compatible, translated, NAT64
    IPv6Network("::/96"),
    IPv6Network("::ffff:0:0:0/96"),
    IPv6Network("64:ff9b::/96"),
)
GLOBAL_V6 = IPv6Network("2000::/3")
DOCUMENTATION_V6 = IPv6Network("3fff::/20")  # RFC 9637, younger than the tables of some Pythons
METADATA_NETWORK = IPv4Network("169.254.0.0/16")  # every link-local address: clouds put more than one service there
METADATA = frozenset(
    {"100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"}
)
METADATA_NAMES = frozenset({"metadata.google.internal", "metadata.goog", "metadata", "instance-data"})
INWARD_SUFFIXES = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


def allowed_target(url: str, *, live: bool) -> bool:
    """Tell whether a webhook may be sent to `url`: see `target_problem`."""
    return not target_problem(url, live=live)


def target_problem(url: str, *, live: bool) -> str:
    """Return why no webhook may go to `url`, or "" when one may.

    Args:
        live: a live environment: https only, and no loopback, private, link-local or reserved address. In test
            those are allowed, since the receiver is usually a program beside the simulator or in a container; the
            metadata addresses of clouds are refused always.
    """
    try:
        parts, written = URL(url), urlsplit(url).netloc
        host = (parts.raw_host or "").lower()
    except ValueError as error:
        return f"{ascii(url)[:200]} is no URL: {error}"
    if parts.scheme not in ("https",) if live else parts.scheme not in ("http", "https"):
        return f"the scheme is {parts.scheme!r}, allowed: {'https' if live else 'http, https'}"
    if not host or any(ord(letter) <= 32 for letter in url):
        return f"{ascii(url)[:200]} names no host"
    if "@" in written or parts.user is not None:
        return "a user name in the URL is not allowed"
    address = _literal(host)
    return _name_problem(host.rstrip("."), live=live) if address is None else address_problem(address, live=live)


def address_problem(address: Address, *, live: bool) -> str:
    """Return why no webhook may go to this address, or "" when one may."""
    plain = _unwrapped(address)
    if str(plain) in METADATA or (isinstance(plain, IPv4Address) and plain in METADATA_NETWORK):
        return f"{plain} is a cloud's metadata address"
    if live and not _is_public(plain):
        return f"{plain} is not a public address"
    return ""


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (address not in GLOBAL_V6 or address in DOCUMENTATION_V6):
        return False
    return address.is_global and not address.is_multicast


def _name_problem(name: str, *, live: bool) -> str:
    if name in METADATA_NAMES:
        return f"{name} is a cloud's metadata name"
    if live and ("." not in name or name.endswith(INWARD_SUFFIXES)):
        return f"{name} is not a public name"
    return ""


def _literal(host: str) -> Address | None:
    """Return the address a host spells, in any spelling a resolver takes (0x7f.1, 2130706433); None for a name."""
    try:
        return ip_address(host.split("%")[0])
    except ValueError:
        pass
    if not host.rstrip(".")[-1:].isdigit() and "0x" not in host:
        return None
    try:
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside an IPv6 address that carries one, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and int(address) > 1 and any(address in network for network in EMBEDDING):
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address
