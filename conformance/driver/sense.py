"""What an answer must say besides having its shape, by whichever way it came. Each returns a complaint, "" for none."""

from datetime import datetime, timedelta

from ..catalogue import PROFILES
from .shapes import Capabilities, OrderView

CLAIMS = (
    "clock", "import", "mail_in", "restart",
    "states", "alert_monitor", "mail_account", "contacts", "public_page", "pickups", "roles", "companies",
    "carrier_notices", "languages",
)  # fmt: skip
LABEL_FORMATS = ("PDF", "ZPL", "PNG")
CLOCK_GRAIN = timedelta(seconds=1)  # a connector may keep whole seconds


def of_capabilities(found: Capabilities) -> str:
    """Complain of words that the contract does not have: a slip there would leave a whole area unjudged, in silence."""
    told = (
        ("profiles", found.profiles, PROFILES),
        ("claims", found.claims, CLAIMS),
        ("label_formats", found.label_formats, LABEL_FORMATS),
    )
    for kind, words, allowed in told:
        unknown = [word for word in words if word not in allowed]
        if unknown:
            return f"its {kind} name {', '.join(map(repr, unknown))}; there are: {', '.join(allowed)}"
    return "" if found.label_formats else f"its label_formats name none; there are: {', '.join(LABEL_FORMATS)}"


def of_run(until: datetime, now: datetime) -> str:
    if abs(now - until) < CLOCK_GRAIN:
        return ""
    return f"its clock must stand at {until.isoformat()} then, and it says {now.isoformat()}"


def of_place(number: str, found: str) -> str:
    return "" if found == number else f"the order that was placed is {number!r}, and it names {found!r}"


def of_order(number: str, found: OrderView) -> str:
    return "" if found.number == number else f"the order in it is {found.number!r}, which nobody asked for"
