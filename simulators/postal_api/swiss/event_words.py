"""Events in words, in the language of the caller. Wire contract: `postal_api_swiss` §9.1: de, fr, it, en."""

import tomllib
from functools import cache
from importlib.resources import files

from ...core.status import Status
from .statuses import STATUS_OF

LANGUAGES = ("de", "fr", "it", "en")
_OWN = {
    **dict.fromkeys((804, 805, 813, 815), "cleared"),
    **dict.fromkeys((1100, 1201, 1202, 1204, 1213, 1218), "arrived"),
    **dict.fromkeys((1001, 1002), "sorted"),
    926: "extended",
    2102: "locker",
    3800: "letterbox",
    4020: "forwarded",
}
_BY_STATUS = {
    Status.ANNOUNCED: "announced",
    Status.ACCEPTED: "accepted",
    Status.CUSTOMS: "customs",
    Status.IN_TRANSIT: "border",
    Status.OUT_FOR_DELIVERY: "loaded",
    Status.READY_FOR_PICKUP: "pickup",
    Status.DELIVERY_FAILED: "failed",
    Status.RETURNED: "returned",
    Status.DELIVERED: "delivered",
}


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "events.toml").read_text(encoding="utf-8"))


def title(number: int, language: str) -> str:
    return _sentences()[_OWN.get(number) or _BY_STATUS[STATUS_OF[number]]][language]


def status_title(status: Status, language: str) -> str:
    """Return a consignment's state in words, for the states that its events can bring about."""
    if status is Status.RETURNING:
        status = Status.DELIVERY_FAILED
    return _sentences()[_BY_STATUS.get(status, "announced")][language]


def accepted(header: str) -> str:
    """Return the first language of an Accept-Language header that there is, German when there is none."""
    wanted = []
    for place, part in enumerate(header.split(",")[:50]):
        tag, _, weight = part.strip().partition(";")
        quality = weight.strip().removeprefix("q=")
        value = float(quality) if quality.replace(".", "", 1).isdigit() and quality.isascii() else 1.0
        wanted.append((-value, place, tag.strip().lower()[:2]))
    return next((tag for _, _, tag in sorted(wanted) if tag in LANGUAGES), LANGUAGES[0])
