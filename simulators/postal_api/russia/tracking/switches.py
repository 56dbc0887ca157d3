"""What a tenant can choose about tracking; how the faults that integrators complain about are switched on.

Wire contract: `postal_api_russia` §4.3, §4.6, §4.8 and §9 F19 to F25.
"""

from ....core.world import World
from ....wire.bad_days import BadDay
from ....wire.faults import Fault, FaultKind
from ....wire.settings import chosen
from ..names import TRACKING
from ..settings import Switches

READY_S = "ticket_ready_s"
DAY = 86_400

SWITCHES = Switches(
    carrier=TRACKING,
    contradictions={"unknown_number": ("empty", "missing")},
    choices={
        "records": ("full", "sparse"),
        "goes_abroad": ("shown", "unavailable"),
        "batch_access": ("granted", "not-requested"),
    },
    numbers={
        "daily_limit": (0, 0, 1_000_000),
        "behind_h": (0, 0, 24 * 90),
        READY_S: (900, 0, DAY),
        "ticket_lives_h": (32, 1, 24 * 90),
        "ticket_most": (3000, 1, 3000),
        "answer_most": (3000, 1, 3000),
        "no_ticket_every": (0, 0, 1_000),
    },
)
MEANINGS = (
    "unknown_number: what getOperationHistory tells of a well-formed number that nobody has: an empty "
    "OperationHistoryData, or none at all; the sources know both.",
    "records sparse: only what the specification guarantees (place, operation, date), without indexes.",
    "goes_abroad unavailable: the history of an item that has left the country is refused for a while.",
    "daily_limit: requests a day of Moscow, 0 is a contract without a limit; the free access has 100.",
    "behind_h: the history is shown as it was so many hours ago.",
    "ticket_ready_s: 900 by the specification; a tenant in real time that has not set it is answered at once.",
    "answer_most: a ticket of more numbers is answered with error 16, as more than about 500 are in practice.",
    "no_ticket_every: every so many-th ticket is silently not issued, 0 none.",
)


def ready_s(world: World) -> int:
    """Return how long a ticket takes to be prepared, in virtual seconds."""
    if not world.store.header.virtual and chosen(world, TRACKING, READY_S) is None:
        return 0
    return SWITCHES.number(world, READY_S)


BAD_DAYS = {
    "tracking-free-access": BadDay(
        title="The contract for tracking has run out",
        sentence="Single and batch access answer 100 requests a day, then that the limit is exceeded.",
        source="postal_api_russia §4.8, §9 F19",
        settings={"daily_limit": 100},
    ),
    "tracking-tickets-lost": BadDay(
        title="Tickets are silently not issued",
        sentence="Every second request for a ticket is answered with neither a ticket nor an error.",
        source="postal_api_russia §9 F20",
        guess="How often it happens is not known.",
        settings={"no_ticket_every": 2},
    ),
    "tracking-lags": BadDay(
        title="The API is behind the site",
        sentence="Histories end two days ago, and those of items that went abroad are unavailable.",
        source="postal_api_russia §9 F22, F23",
        guess="How long it lags is not known.",
        settings={"behind_h": 48, "goes_abroad": "unavailable"},
    ),
    "tracking-moved": BadDay(
        title="The service has moved",
        sentence="WSDL and schemas cannot be fetched below the tenant's own address, and calls are answered 404.",
        source="postal_api_russia §9 F24",
        faults=(Fault(kind=FaultKind.STATUS, status=404, times=0),),
    ),
}
