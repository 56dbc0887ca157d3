"""Which customs form an order needs: CN22 for small mail of little value, CN23 for parcels and dearer items.

Wire contract: `postal_api_russia` §2.18 ("up to 300 SDR"), §6 ("from 300 SDR, or any parcel"): at exactly 300 SDR the
two contradict one another, which is a switch. What a special drawing right is worth in roubles is a setting; its
default is the recorded 5020400 kopecks for 400 of them. Goods in a currency without a rate need CN23 (ours).
"""

from ....core.world import World
from ..currencies import SDR_IN_HUNDREDTHS
from ..declarations import SWITCHES, is_declared
from ..records import Order
from .customs_papers import currency_of, total_minor

CN22, CN23 = "CN22", "CN23"
SMALL = frozenset({"SMALL_PACKET", "BANDEROL", "BANDEROL_CLASS_1", "LETTER", "LETTER_CLASS_1"})
LIMIT_SDR = 300


def form_of(world: World, order: Order) -> str:
    """Return the form that an order needs, "" for one that stays in the country or declares nothing."""
    if not is_declared(order):
        return ""
    rate = _sdr_in_hundredths(world, currency_of(order))
    if order.mail_type not in SMALL or rate is None:
        return CN23
    minor, limit_minor = total_minor(order), LIMIT_SDR * rate
    if minor == limit_minor:
        return str(SWITCHES.choice(world, "customs_form_at_limit"))
    return CN23 if minor > limit_minor else CN22


def _sdr_in_hundredths(world: World, currency: str) -> int | None:
    return SWITCHES.number(world, "sdr_rate_minor") if currency == "RUB" else SDR_IN_HUNDREDTHS.get(currency)
