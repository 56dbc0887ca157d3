"""Whether there is a tracking number left: the tenant's setting `number_range: exhausted` says that there is none."""

from ..core.world import World
from ..wire.settings import chosen
from .ids import CARRIER
from .problems import Refused

RETRY_AFTER_S = 3600


def require_number(world: World) -> None:
    """Refuse what a client asks for when it needs a number; what the carrier makes by itself goes on.

    Raises:
        Refused: unavailable, safe to repeat with the same key (§3.1).
    """
    if chosen(world, CARRIER, "number_range") == "exhausted":
        detail = "The range of tracking numbers is used up; a new one has been asked for."
        raise Refused("unavailable", detail, headers={"Retry-After": str(RETRY_AFTER_S)})
