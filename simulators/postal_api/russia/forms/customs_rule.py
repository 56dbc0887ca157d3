"""Which customs form an order needs: CN22 for small mail of little value, CN23 for parcels and dearer items.

Wire contract: `postal_api_russia` §2.18 ("up to 300 SDR"), §6 ("from 300 SDR, or any parcel"): at exactly 300 SDR the
two contradict one another, which is a switch. What a special drawing right is worth is a setting; its default is the
recorded 5020400 kopecks for 400 of them.
"""

from ....core.world import World
from ..declarations import SWITCHES, is_declared
from ..records import Order
from .customs_papers import total_minor

CN22, CN23 = "CN22", "CN23"
SMALL = frozenset({"SMALL_PACKET", "BANDEROL", "BANDEROL_CLASS_1", "LETTER", "LETTER_CLASS_1"})
LIMIT_SDR = 300


def form_of(world: World, order: Order) -> str:
    """Return the form that an order needs, "" for one that stays in the country or declares nothing."""
    if not is_declared(order):
        return ""
    if order.mail_type not in SMALL:
        return CN23
    minor, limit_minor = total_minor(order), LIMIT_SDR * SWITCHES.number(world, "sdr_rate_minor")
    if minor == limit_minor:
        return str(SWITCHES.choice(world, "customs_form_at_limit"))
    return CN23 if minor > limit_minor else CN22
