"""Where a webhook may go: SSRF rules over the URL as written and over the addresses that its name resolves to."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address

NAT64 = IPv6Network("64:ff9b::/96")
INWARD_SUFFIXES = (".local", ".localhost", ".internal", ".lan", ".home.arpa")
METADATA_NAMES = frozenset({"metadata.google.internal", "metadata", "instance-data"})
METADATA = frozenset({"169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254"})


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
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return f"{url!r} is no URL: {error}"
    if parts.scheme not in ("https",) if live else parts.scheme not in ("http", "https"):
        return f"the scheme is {parts.scheme!r}, allowed: {'https' if live else 'http, https'}"
    if not host or any(ord(letter) <= 32 for letter in url):
        return f"{url!r} names no host"
    if parts.username is not None or parts.password is not None:
        return "a user name in the URL is not allowed"
    address = _literal(host)
    return _name_problem(host.rstrip("."), live=live) if address is None else address_problem(address, live=live)


def address_problem(address: Address, *, live: bool) -> str:
    """Return why no webhook may go to this address, or "" when one may."""
    plain = _unwrapped(address)
    if str(plain) in METADATA:
        return f"{plain} is a cloud's metadata address"
    if live and (not plain.is_global or plain.is_multicast):
        return f"{plain} is not a public address"
    return ""


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
    if not host[-1:].isdigit() and "0x" not in host.lower():
        return None
    try:
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside a mapped, 6to4 or NAT64 address, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in NAT64:
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address
