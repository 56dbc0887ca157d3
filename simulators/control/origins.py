"""Calls that a browser sends for a page of somebody else, while nobody has to show a token.

Without an admin token the server listens on loopback only, and what is left to fear is another page in a browser of the
same machine: it sends forms to us (its Origin is not our host), or calls us by a name of its own that resolves to
loopback (DNS rebinding), which makes it look like one of ours.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from ..wire.call import Call
from ..wire.feed import SAFE

STRAYED = "This was asked for by a page of another site."


def rebound(call: Call) -> str:
    """Return why a call did not mean this machine, or "": browsers always say which name they called."""
    host = call.headers.get("Host")
    if host is None or is_loopback(host):
        return ""
    return f"It was called as {host or 'nobody'}, which is no loopback name: call it as localhost."


def strayed(call: Call) -> str:
    """Return why a changing call comes from a page of somebody else, or "": only browsers say where it comes from."""
    if call.method in SAFE:
        return ""
    origin = call.headers.get("Origin")
    if origin is not None and _site(origin) != call.headers.get("Host", "").lower():
        return STRAYED
    return "" if call.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none") else STRAYED


def _site(origin: str) -> str | None:
    """Return the host and port that an Origin header names, None when it is no address at all."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def port_of(host: str) -> str:
    """Return the port of a Host header, "" where it names none."""
    port = host.rpartition(":")[2] if ":" in host.rpartition("]")[2] else ""
    return port if port.isascii() and port.isdecimal() and len(port) <= 5 else ""


def is_loopback(host: str) -> bool:
    """Tell whether a Host header names this machine only."""
    name = host.lower().removesuffix(f":{port_of(host)}").removeprefix("[").removesuffix("]")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
