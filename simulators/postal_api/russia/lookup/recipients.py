"""Whether a recipient is reliable, by what became of the tenant's own parcels to them.

Wire contract: `postal_api_russia` §2.10. Only `RELIABLE` was ever recorded; when the answer is `FRAUD` is ours: a phone
that the tenant marked, or to which so many of its parcels came back.
"""

from collections import Counter
from typing import Any

from ....core.status import Status
from ....core.world import World
from ....wire.call import Answer, Call
from ..answers import Operations, json
from ..otpravka.body import unreadable
from ..records import orders
from .cleaning import items
from .switches import SWITCHES, phone_key, unreliable_phones

RELIABLE, FRAUD = "RELIABLE", "FRAUD"
TOLD = ("raw-address", "raw-full-name", "raw-telephone")

routes = Operations()


@routes.post("/1.0/unreliable-recipient")
def judge_recipients(call: Call) -> Answer:
    known = frauds(call.world)
    return json([_judged(item, known) for item in items(call)])


def frauds(world: World) -> frozenset[str]:
    """Return the phones of recipients who cannot be relied on."""
    most = SWITCHES.number(world, "unclaimed_parcels_of_a_fraud")
    back = Counter(
        phone_key(order.phone) for order in orders(world) if world.parcel(order.parcel_id).status is Status.RETURNED
    )
    return unreliable_phones(world) | {phone for phone, times in back.items() if phone and times >= most}


def _judged(item: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    told = {name: item[name] for name in TOLD if name in item}
    if wrong := [name for name, found in told.items() if isinstance(found, list | dict)]:
        raise unreadable(f"{wrong[0]} is neither text nor a number")
    found = item.get("raw-telephone")
    phone = phone_key(str(found)) if isinstance(found, str | int) else ""
    return {**told, "unreliability": FRAUD if phone in known else RELIABLE}
