"""The price list: belts, kinds of post, add-ons. All of it ours but the belts and the old table behind them (§5.5).

`BELTS` is that table times 2.16, rounded, so that 1000 g from Moscow to Magadan comes out as recorded in 2026. Amounts
are kopecks without VAT.
"""

from datetime import date
from typing import NamedTuple

BELT_KM = (600, 2_000, 5_000, 8_000)  # the last belt is open
BELTS = ((32_400, 3_900), (44_070, 4_540), (45_800, 6_260), (55_300, 9_290), (62_000, 10_370))  # first 500 g, each next
ABROAD = {
    1: (78_000, 14_000),
    2: (118_000, 21_000),
    3: (139_000, 27_000),
    4: (164_000, 34_000),
}  # by the country's zone
STEP_G = 500
CUBIC_CM_PER_KG = 5_000
HEAVY_G, HEAVY_PERCENT = 10_000, 40
FRAGILE_PERCENT, OVERSIZE_PERCENT = 30, 40
OVERSIZE_SIDE_CM, OVERSIZE_SUM_CM = 60, 120
AVIA_PERCENT, COMBINED_PERCENT = 170, 30  # by air alone; what the flight of a combined way adds
INSURANCE_PERCENT = 3  # of the declared value
ORDERED_MINOR, DECLARED_MINOR = 5_200, 9_800  # what a flat price grows by
DOOR_MINOR = 14_500
COURIER_THOUSANDS = 20  # towns with so many inhabitants have couriers
REMOTE_DAYS, REMOTE_DAYS_BY_AIR = 25, 6
VAT = ((date(2026, 1, 1), 22), (date(2019, 1, 1), 20), (date.min, 18))

ADD_ONS: dict[str, tuple[str, int]] = {  # an order's switch -> the base name of its rate, kopecks
    "with-simple-notice": ("notice", 3_400),
    "with-order-of-notice": ("notice", 8_200),
    "with-electronic-notice": ("notice", 1_200),
    "inventory": ("inventory", 9_500),
    "vsd": ("vsd", 15_000),
    "sms-notice-recipient": ("sms-notice-recipient", 1_000),
    "completeness-checking": ("completeness-checking", 4_600),
    "contents-checking": ("contents-checking", 6_200),
    "functionality-checking": ("functionality-checking", 8_300),
    "with-fitting": ("with-fitting", 8_300),
    "partial-redemption": ("partial-redemption", 7_100),
    "easy-return": ("easy-return", 11_000),
    "pre-postal-preparation": ("pre-postal-preparation", 2_500),
}


class Kind(NamedTuple):
    """A kind of post. `percent` is of the belts' price; where it is 0 the price is `flat`: first 100 g, each next.

    `days`: those that pass anyway, and how many kilometres one more stands for.
    """

    most_g: int
    percent: int
    days: tuple[int, int]
    flat: tuple[int, int] = (0, 0)
    transport: str = "SURFACE"
    courier: bool = False
    home: bool = True
    abroad: bool = False


SLOW, QUICK, FAST = (2, 350), (1, 600), (1, 1_500)
KINDS: dict[str, Kind] = {
    "LETTER": Kind(100, 0, SLOW, (3_700, 0), abroad=True),
    "LETTER_CLASS_1": Kind(500, 0, QUICK, (8_600, 1_500), "COMBINED"),
    "BANDEROL": Kind(5_000, 0, SLOW, (4_200, 900), abroad=True),
    "BANDEROL_CLASS_1": Kind(2_500, 0, QUICK, (14_500, 2_900), "COMBINED"),
    "VGPO_CLASS_1": Kind(2_500, 0, QUICK, (12_100, 2_400), "COMBINED"),
    "VSD": Kind(2_000, 0, SLOW, (15_000, 2_000)),
    "POSTCARD": Kind(20, 0, SLOW, (3_100, 0), abroad=True),
    "SECOGRAM": Kind(7_000, 0, SLOW, (0, 0), abroad=True),
    "M_BAG": Kind(14_500, 0, SLOW, (9_000, 2_600), home=False, abroad=True),
    "TRACK_POSTCARD": Kind(20, 0, SLOW, (6_200, 0)),
    "TRACK_POSTCARD_CLASS_1": Kind(20, 0, QUICK, (7_400, 0), "COMBINED"),
    "TRACK_LETTER": Kind(100, 0, SLOW, (7_100, 0)),
    "SMALL_PACKET": Kind(2_000, 0, SLOW, (31_000, 4_100), home=False, abroad=True),
    "POSTAL_PARCEL": Kind(50_000, 100, SLOW, abroad=True),
    "PARCEL_STANDARD": Kind(20_000, 92, SLOW),
    "ONLINE_PARCEL": Kind(20_000, 62, (1, 450)),
    "ECOM": Kind(20_000, 57, (1, 450)),
    "ECOM_MARKETPLACE": Kind(20_000, 52, (1, 450)),
    "EASY_RETURN": Kind(20_000, 58, SLOW),
    "HYPER_CARGO": Kind(1_000_000, 140, SLOW),
    "PARCEL_CLASS_1": Kind(5_000, 118, QUICK, transport="COMBINED"),
    "ONLINE_COURIER": Kind(31_500, 88, (1, 700), courier=True),
    "BUSINESS_COURIER": Kind(31_500, 165, QUICK, courier=True),
    "BUSINESS_COURIER_ES": Kind(31_500, 205, FAST, courier=True),
    "EMS": Kind(31_500, 210, FAST, transport="EXPRESS", abroad=True),
    "EMS_OPTIMAL": Kind(20_000, 132, QUICK),
    "EMS_RT": Kind(31_500, 240, FAST, transport="EXPRESS", courier=True),
    "EMS_TENDER": Kind(31_500, 180, FAST, transport="EXPRESS", courier=True),
}


def vat_percent(on: date) -> int:
    """Return the rate of that day: 22 % from 2026 (recorded), 20 % before (recorded), 18 % until 2019."""
    return next(percent for since, percent in VAT if on >= since)
