"""What is sent to PickPoint: sendings, questions of price, calls of couriers.

Source: `courier_api` §4. Sizes are centimetres and masses kilograms, as public clients say. `SubEncloses` has no
quantity in the contract, so that each piece is a line.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import msgspec

from ...ports import Address, Parcel, Pickup
from ..amounts import decimal_text

CURRENCY = "RUB"
PREPAID, ON_DELIVERY = 10001, 10003
COURIER = 101  # `GettingType`: the carrier's courier comes
STANDARD, PRIORITY = "1", "2"
MODES = {STANDARD: "standard", PRIORITY: "priority"}
KEY_CHARS, TEXT_CHARS, NAME_CHARS = 50, 200, 150


def number(minor: int) -> msgspec.Raw:
    """Return kopecks as a JSON number of roubles, not by way of a float."""
    return msgspec.Raw(decimal_text(minor, CURRENCY).encode())


def sending(parcel: Parcel, locker: str, mode: str, ikn: str, region: str) -> dict[str, Any]:
    """Return a sending of one place."""
    collect = parcel.collect.minor if parcel.collect else 0
    charge = parcel.delivery_charge.minor if parcel.delivery_charge and collect else 0
    worth = sum(line.quantity * line.unit_price.minor for line in parcel.lines)
    invoice = {
        "SenderCode": parcel.key[:KEY_CHARS],
        "Description": _description(parcel),
        "RecipientName": parcel.recipient.name[:NAME_CHARS],
        "PostamatNumber": locker,
        "MobilePhone": parcel.recipient.phone,
        "Email": parcel.recipient.email,
        "PostageType": ON_DELIVERY if collect else PREPAID,
        "GettingType": COURIER,
        "PayType": 1,
        "Sum": number(collect),
        "PrepaymentSum": number(0),
        "InsuareValue": number(worth),
        "DeliveryFee": number(charge),
        "DeliveryMode": int(mode),
        "SenderCity": {"CityName": parcel.sender.city, "RegionName": region},
        "Places": [_place(parcel)],
    }
    return {"EDTN": parcel.key[:KEY_CHARS], "IKN": ikn, "Invoice": invoice}


def _description(parcel: Parcel) -> str:
    return ", ".join(line.description or line.sku for line in parcel.lines)[:TEXT_CHARS]


def _place(parcel: Parcel) -> dict[str, Any]:
    width, height, depth = (_hundredths(side, 10) for side in parcel.sides_mm)
    pieces = [line for line in parcel.lines for _ in range(line.quantity)]
    goods = [
        {
            "Line": str(place),
            "ProductCode": line.sku[:KEY_CHARS],
            "GoodsCode": line.sku[:KEY_CHARS],
            "Name": (line.description or line.sku)[:TEXT_CHARS],
            "Price": number(line.unit_price.minor),
        }
        for place, line in enumerate(pieces, 1)
    ]
    mass = _hundredths(parcel.mass_g, 1000)
    return {"BarCode": "", "Width": width, "Height": height, "Depth": depth, "Weight": mass, "SubEncloses": goods}


def _hundredths(value: int, unit: int) -> msgspec.Raw:
    """Return a length or mass in a larger unit as a JSON number of two decimals, rounded up."""
    hundredths = -(-value * 100 // unit)
    return msgspec.Raw(f"{hundredths // 100}.{hundredths % 100:02}".encode())


def calculation(parcel: Parcel, sender: Address, locker: str, ikn: str, region: str) -> Mapping[str, Any]:
    width, length, depth = (_hundredths(side, 10) for side in parcel.sides_mm)
    return {
        "IKN": ikn,
        "FromCity": sender.city,
        "FromRegion": region,
        "PTNumber": locker,
        "GettingType": COURIER,
        "EncloseCount": 1,
        "Length": length,
        "Depth": depth,
        "Width": width,
        "Weight": _hundredths(parcel.mass_g, 1000),
    }


def call(pickup: Pickup, ikn: str) -> Mapping[str, Any]:
    """Return a call of a courier; times are minutes of the day."""
    sender = pickup.sender
    return {
        "IKN": ikn,
        "City": sender.city,
        "Address": " ".join(part for part in (sender.street, sender.house_number) if part),
        "FIO": sender.name,
        "Phone": sender.phone,
        "Date": pickup.day.strftime("%Y.%m.%d"),
        "TimeStart": _minutes(pickup.time_from),
        "TimeEnd": _minutes(pickup.time_to),
        "Number": len(pickup.carrier_ids),
        "Weight": -(-pickup.mass_g // 1000),
        "Comment": f"{pickup.comment} {pickup.key}".strip()[:TEXT_CHARS],
    }


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def days(since: datetime, until: datetime) -> Mapping[str, str]:
    """Return the question for a list by days; both moments are in the carrier's zone."""
    return {"DateFrom": since.strftime("%d.%m.%y"), "DateTo": until.strftime("%d.%m.%y")}


def window(since: datetime, until: datetime) -> Mapping[str, str]:
    """Return the question for changes; both moments are in the carrier's zone."""
    return {"DateFrom": since.strftime("%d.%m.%y %H:%M"), "DateTo": until.strftime("%d.%m.%y %H:%M")}
