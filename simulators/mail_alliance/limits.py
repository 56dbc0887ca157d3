"""The limits and patterns of requests (§4.1, §4.4), shared by the two ways of checking them."""

import re

SERVICES = ("ma_letter_parcel", "ma_parcel", "ma_parcel_tracked")
FORMATS = ("PDF", "ZPL")
SIZES = ("100x150", "A6", "A4")
DPIS = (203, 300)
REASONS = (
    "refused",
    "not_collected",
    "address_unknown",
    "damaged",
    "wrong_item",
    "not_as_described",
    "changed_mind",
    "exchange",
    "other",
)
LONGEST_SIDE_MM, OTHER_SIDE_MM, GIRTH_MM = 1200, 600, 3000
WEIGHT_G = 31_500
INSURED_MINOR = 50_000
MOST_PAIRS, PAIR_NAME, PAIR_TEXT = 20, 40, 200  # of metadata

AMOUNT = re.compile(r"[0-9]{1,9}\.[0-9]{2}", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
PHONE = re.compile(r"\+[1-9][0-9]{1,14}", re.ASCII)
POSTAL_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,9}", re.ASCII)
GERMAN_POSTAL_CODE = re.compile(r"[0-9]{5}", re.ASCII)
RATE_ID = re.compile(r"rate_[0-9a-f]{35}")
