"""What the carrier takes for the way, and how long it is.

No price list of the carrier is in our sources: all of it is ours, plausible in size and monotone in mass and distance.
Amounts are kopecks with VAT inside.
"""

from decimal import Decimal
from typing import NamedTuple

from .jobs import Job
from .regions import Region, distance_km
from .wire_values import half_up, up

BANDS_KM = (60, 500, 1_000, 1_800, 3_000, 5_000)  # the last band is open
FIRST_MINOR = (19_800, 25_560, 31_200, 37_400, 45_900, 56_700, 69_800)  # up to a kilogram
NEXT_MINOR = (1_500, 2_100, 2_900, 3_900, 5_200, 6_900, 8_900)  # each further kilogram
DAYS = (1, 2, 3, 4, 6, 8, 10)
TO_PERCENT = {"door": 100, "point": 75, "post": 110}
DIVISOR = 5_000  # cubic centimetres that count as one kilogram
INSURANCE_PER_MILLE = Decimal("0.6")  # of the declared value


class Offer(NamedTuple):
    """What is taken for the way, for taking money, and for the declared value; `days` from hand-over to delivery."""

    delivery_minor: int
    commission_minor: int
    insurance_minor: int
    days: int

    @property
    def total_minor(self) -> int:
        return self.delivery_minor + self.commission_minor + self.insurance_minor


def band(start: Region, end: Region) -> int:
    far_km = distance_km(start, end)
    return sum(far_km > limit_km for limit_km in BANDS_KM)


def delivery_minor(job: Job, start: Region, end: Region, mass_g: int) -> int:
    """Return the price of the way: a kilogram begun counts whole."""
    zone = band(start, end)
    further = max(0, -(-mass_g // 1000) - 1)
    return (FIRST_MINOR[zone] + further * NEXT_MINOR[zone]) * TO_PERCENT[job.to] // 100


def billed_g(mass_g: int, sides_cm: list[tuple[int, int, int]]) -> int:
    """Return the mass that is charged for: the larger of actual and volumetric."""
    volume = sum(length * width * height for length, width, height in sides_cm)
    return max(mass_g, -(-volume * 1000 // DIVISOR))


def commission_minor(taken_minor: int, percent: Decimal) -> int:
    """Return the agent's part of money taken from a recipient."""
    return half_up(Decimal(taken_minor) * percent / 100)


def insurance_minor(value_minor: int) -> int:
    return up(Decimal(value_minor) * INSURANCE_PER_MILLE / 1000)


def offer(
    job: Job, start: Region, end: Region, mass_g: int, amount_minor: int, value_minor: int, percent: Decimal
) -> Offer:
    return Offer(
        delivery_minor(job, start, end, mass_g),
        commission_minor(amount_minor, percent),
        insurance_minor(value_minor),
        DAYS[band(start, end)],
    )
