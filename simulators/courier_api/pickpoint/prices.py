"""What a delivery costs. Zones, prices and days are ours: no price list is public.

Monotone in mass and in distance; VAT is counted on top, as the wire's two fields have it, and leaves no
fraction, since all prices are whole roubles.
"""

from typing import NamedTuple

from .postamats import City

STANDARD, PRIORITY = 1, 2
MODES = {STANDARD: "Standard", PRIORITY: "Priority"}
FIRST_MINOR = (15_000, 18_000, 22_000, 27_000, 34_000, 43_000, 55_000)  # by zone, the first kilogram, without VAT
NEXT_MINOR = (1_500, 2_000, 2_600, 3_400, 4_500, 6_000, 8_000)  # each further kilogram begun
DAYS = ((1, 2), (1, 3), (2, 4), (3, 6), (4, 8), (5, 10), (7, 14))
PRIORITY_PERCENT = 150
MM3_A_GRAM = 5_000  # that is, 5,000 cm³ count as a kilogram


class Offer(NamedTuple):
    net_minor: int
    vat_minor: int
    days: tuple[int, int]

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.vat_minor


def zone(start: City, end: City) -> int:
    """Return how far two cities are apart, 0 to 6."""
    if start.region == end.region:
        return 0
    return min(6, max(1, abs(start.zone - end.zone)))


def offer(place: int, mode: int, mass_g: int, sides_mm: tuple[int, int, int], vat_rate: int) -> Offer:
    """Return the price of one place in a zone; the larger of weighed and volumetric mass counts."""
    width, height, depth = sides_mm
    volumetric_g = width * height * depth // MM3_A_GRAM
    kilograms = max(1, -(-max(mass_g, volumetric_g) // 1_000))
    net_minor = FIRST_MINOR[place] + (kilograms - 1) * NEXT_MINOR[place]
    least, most = DAYS[place]
    if mode == PRIORITY:
        net_minor = -(-net_minor * PRIORITY_PERCENT // 10_000) * 100  # rounded up to whole roubles
        least, most = max(1, least - 1), max(1, most - 2)
    return Offer(net_minor, net_minor * vat_rate // 100, (least, max(least, most)))
