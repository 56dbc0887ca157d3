"""Who lives through what: the planned life of every parcel of the demo, and what goes wrong on the wire and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import cycle

from parcelproof.conformance.driver.shapes import OrderView

# Story names are the simulator's; every kind of life occurs at both carriers.
AT_MAIL_ALLIANCE = (
    "stuck", "delivered", "second-attempt", "refused", "pickup", "delivered", "returned", "partly-refused", "lost",
    "delivered", "second-attempt", "delivered",
)  # fmt: skip
AT_CDEK = (
    "stuck", "partly-refused", "delivered", "second-attempt", "refused", "delivered", "partly-refused", "pickup",
    "returned", "delivered", "lost", "second-attempt",
)  # fmt: skip
ENDS = {  # story -> what the order's status may be once everything has come to rest
    "stuck": {"announced"},
    "delivered": {"delivered"},
    "second-attempt": {"delivered"},
    "pickup": {"delivered"},
    "partly-refused": {"delivered", "returned"},  # returned: a single piece cannot be partly refused
    "refused": {"returned"},
    "returned": {"returned"},
    "lost": {"lost_or_damaged"},
}


@dataclass(frozen=True, slots=True)
class Mischief:
    """What happens to the webhooks of both carriers from a day on: the switches as the control API names them."""

    day: int
    switches: Mapping[str, object]


CALM = {"duplicate": 0, "reorder": False, "late_ms": 0, "drop": False}
MISCHIEF = (
    Mischief(0, CALM | {"duplicate": 1}),
    Mischief(2, CALM | {"reorder": True}),
    Mischief(4, CALM | {"late_ms": 3 * 3_600_000}),
    Mischief(6, CALM | {"drop": True}),
    Mischief(8, CALM),
)


def lives(views: Iterable[OrderView], sent_back: frozenset[str]) -> dict[str, str]:
    """Return order -> story. What a buyer sends back afterwards is delivered first."""
    stories = {"mail_alliance": cycle(AT_MAIL_ALLIANCE), "cdek": cycle(AT_CDEK)}
    planned = {}
    for view in views:
        if view.carrier is not None:
            planned[view.number] = "delivered" if view.number in sent_back else next(stories[view.carrier])
    return planned
