"""What requests may hold (§4.1, §4.4, §4.5, Part 6): the fields with their limits and the rules between them."""

import re
from typing import Any

from ..wire.members import Choice, Faults, Field, Flag, Many, Pairs, Shape, Text, Whole
from .countries import CODES
from .limits import (
    AMOUNT,
    CURRENCY,
    DPIS,
    EMAIL,
    FORMATS,
    GERMAN_POSTAL_CODE,
    GIRTH_MM,
    INSURED_MINOR,
    LONGEST_SIDE_MM,
    MOST_PAIRS,
    OTHER_SIDE_MM,
    PAIR_NAME,
    PAIR_TEXT,
    PHONE,
    POSTAL_CODE,
    RATE_ID,
    REASONS,
    SERVICES,
    SIZES,
    WEIGHT_G,
)
from .statuses import EVENT_TYPES
from .times import read_day


def postal_code_fits(country: str, postal_code: str) -> bool:
    """Tell whether a postal code can be one of the country; only Germany's form is the contract's."""
    return country != "DE" or GERMAN_POSTAL_CODE.fullmatch(postal_code) is not None


def _country(value: dict[str, Any], at: str, faults: Faults) -> None:
    country = value["country"]
    if country not in CODES:
        faults.add(f"{at}/country", "country", f"{country!r} is no ISO 3166-1 alpha-2 code")
    elif not postal_code_fits(country, value["postal_code"]):
        faults.add(f"{at}/postal_code", "postal_code", f"{value['postal_code']!r} is not five digits, as in Germany")


def _sides(value: dict[str, Any], at: str, faults: Faults) -> None:
    names = sorted(("length_mm", "width_mm", "height_mm"), key=lambda name: -value[name])
    for name in names[1:]:
        if value[name] > OTHER_SIDE_MM:
            detail = f"is {value[name]}, may be at most {OTHER_SIDE_MM} beside the longest side"
            faults.add(f"{at}/{name}", "max", detail)
            return
    length, width, height = (value[name] for name in names)
    if (girth := length + 2 * width + 2 * height) > GIRTH_MM:
        faults.add(at, "max", f"length + 2 width + 2 height is {girth} mm, may be {GIRTH_MM}")
    value["length_mm"], value["width_mm"], value["height_mm"] = length, width, height


def _insured(value: dict[str, Any], at: str, faults: Faults) -> None:
    if value["currency"] != "EUR":
        faults.add(f"{at}/currency", "enum", f"is {value['currency']!r}; allowed: EUR")
    elif minor(value["amount"]) > INSURED_MINOR:
        faults.add(f"{at}/amount", "max", f"is {value['amount']}, may be at most 500.00")


def _zpl_only(value: dict[str, Any], at: str, faults: Faults) -> None:
    if value.get("format", "PDF") == "PDF" and value.get("dpi") is not None:
        faults.add(f"{at}/dpi", "conflict", "is for ZPL only")
    if value.get("format") == "ZPL" and value.get("size") == "A4":
        faults.add(f"{at}/size", "conflict", "A4 is for PDF only")


def _day(value: dict[str, Any], at: str, faults: Faults) -> None:
    if "ship_date" in value and read_day(value["ship_date"]) is None:
        faults.add(f"{at}/ship_date", "pattern", f"{value['ship_date']!r} is no date YYYY-MM-DD")


def minor(amount: str) -> int:
    """Return a clean amount ("4.90") in minor units."""
    return int(amount[:-3]) * 100 + int(amount[-2:])


TEXT_50 = Text(50)
PHONE_FIELD = Text(16, pattern=PHONE, hint="a phone number in E.164, like +4993112345")
EMAIL_FIELD = Text(254, pattern=EMAIL, hint="an e-mail address")
PLACE: dict[str, Field] = {
    "postal_code": Text(10, pattern=POSTAL_CODE, code="postal_code", hint="a postal code"),
    "country": Text(2, least=2, code="country", pattern=re.compile("[A-Z]{2}"), hint="two capital letters"),
}
ADDRESS_MEMBERS: dict[str, Field] = {
    "name": TEXT_50,
    "company": TEXT_50,
    "street": TEXT_50,
    "house_number": Text(10),
    "address_line2": TEXT_50,
    "postal_code": PLACE["postal_code"],
    "city": TEXT_50,
    "country": PLACE["country"],
    "email": EMAIL_FIELD,
    "phone": PHONE_FIELD,
    "type": Choice(("private", "business")),
}
ADDRESS = Shape(ADDRESS_MEMBERS, ("name", "street", "postal_code", "city", "country"), (_country,))
SOMEWHERE = Shape(ADDRESS_MEMBERS, ("postal_code", "country"), (_country,))
PACKAGE = Shape(
    {
        "weight_g": Whole(1, WEIGHT_G),
        "length_mm": Whole(1, LONGEST_SIDE_MM),
        "width_mm": Whole(1, LONGEST_SIDE_MM),
        "height_mm": Whole(1, LONGEST_SIDE_MM),
    },
    ("weight_g", "length_mm", "width_mm", "height_mm"),
    (_sides,),
)
MONEY_MEMBERS: dict[str, Field] = {
    "amount": Text(12, pattern=AMOUNT, hint='a decimal text with two digits, like "4.90"'),
    "currency": Text(3, least=3, pattern=CURRENCY, hint="an ISO 4217 code"),
}
MONEY = Shape(MONEY_MEMBERS, ("amount", "currency"))
INSURANCE = Shape(MONEY_MEMBERS, ("amount", "currency"), (_insured,))
CONTENT = Shape(
    {
        "description": Text(70),
        "quantity": Whole(1, 9999),
        "unit_weight_g": Whole(0, WEIGHT_G),
        "value": MONEY,
        "sku": Text(40),
    },
    ("description", "quantity"),
)
LABEL = Shape(
    {"format": Choice(FORMATS), "size": Choice(SIZES), "dpi": Choice(DPIS), "return_label": Flag()}, rules=(_zpl_only,)
)
RETURN_LABEL = Shape({"format": Choice(FORMATS), "size": Choice(SIZES), "dpi": Choice(DPIS)}, rules=(_zpl_only,))
SHIP_DATE = Text(10)
ORDER = Shape(
    {
        "service": Choice(SERVICES),
        "rate_id": Text(40, pattern=RATE_ID, hint="the id of a rate"),
        "shipper": ADDRESS,
        "recipient": ADDRESS,
        "return_address": ADDRESS,
        "package": PACKAGE,
        "contents": Many(CONTENT, 50),
        "references": Shape({"order": Text(35), "customer": Text(35), "shipment": Text(50)}),
        "label": LABEL,
        "insurance": INSURANCE,
        "notify": Shape({"email": EMAIL_FIELD, "sms": PHONE_FIELD}),
        "ship_date": SHIP_DATE,
        "metadata": Pairs(MOST_PAIRS, PAIR_NAME, PAIR_TEXT),
    },
    ("service", "shipper", "recipient", "package"),
    (_day,),
)
RATE_REQUEST = Shape(
    {
        "shipper": SOMEWHERE,
        "recipient": SOMEWHERE,
        "package": PACKAGE,
        "services": Many(Choice(SERVICES), len(SERVICES)),
        "insurance": INSURANCE,
        "ship_date": SHIP_DATE,
    },
    ("shipper", "recipient", "package"),
    (_day,),
)
RETURN_REQUEST = Shape(
    {
        "parcel_id": Text(40),
        "tracking_number": Text(40),
        "reason": Choice(REASONS),
        "reason_text": Text(200),
        "items": Many(Shape({"sku": Text(40), "quantity": Whole(1, 9999)}, ("sku", "quantity")), 50),
        "label": RETURN_LABEL,
    },
    ("reason",),
)
EVENT_FILTER = Many(Choice(("*", *EVENT_TYPES)), len(EVENT_TYPES) + 1, least=1)
ENDPOINT_MEMBERS: dict[str, Field] = {"url": Text(2000), "description": Text(100, least=0), "events": EVENT_FILTER}
ENDPOINT = Shape(ENDPOINT_MEMBERS, ("url",))
ENDPOINT_CHANGE = Shape({**ENDPOINT_MEMBERS, "status": Choice(("enabled", "disabled"))})
NOTHING = Shape({})
