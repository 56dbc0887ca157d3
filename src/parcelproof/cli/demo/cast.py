"""Who lives through what: the planned life of every parcel of the demo, and what goes wrong on the wire and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import cycle

from parcelproof.conformance.driver.shapes import OrderView

# Story names are the simulator's. The longest list comes first by need: every kind of life occurs at both carriers.
AT_MAIL_ALLIANCE = (
    "delivered", "second-attempt", "delivered", "refused", "pickup", "delivered", "returned", "delivered", "lost",
    "second-attempt", "delivered", "refused",
)  # fmt: skip
AT_CDEK = (
    "delivered", "partly-refused", "second-attempt", "refused", "delivered", "partly-refused", "pickup", "returned",
    "delivered", "lost",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mischief:
    """What happens to one carrier's webhooks from a day on: the switches as the control API names them."""

    day: int
    title: str
    switches: Mapping[str, object]


CALM = {"duplicate": 0, "reorder": False, "late_ms": 0, "drop": False}
MISCHIEF = (
    Mischief(0, "webhooks arrive twice", CALM | {"duplicate": 1}),
    Mischief(2, "webhooks arrive out of order", CALM | {"reorder": True}),
    Mischief(4, "webhooks arrive three hours late", CALM | {"late_ms": 3 * 3_600_000}),
    Mischief(6, "webhooks never arrive", CALM | {"drop": True}),
    Mischief(8, "webhooks arrive as they should", CALM),
)


def lives(views: Iterable[OrderView], sent_back: frozenset[str]) -> dict[str, str]:
    """Return order -> story. What a buyer sends back afterwards is delivered first."""
    stories = {"mail_alliance": cycle(AT_MAIL_ALLIANCE), "cdek": cycle(AT_CDEK)}
    planned = {}
    for view in views:
        if view.carrier is None:
            continue
        story = next(stories[view.carrier])
        planned[view.number] = "delivered" if view.number in sent_back else story
    return planned
