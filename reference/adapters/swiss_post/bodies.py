"""What is sent to Swiss Post: one label call a parcel, in its words and limits.

Source: `postal_api_swiss` §2, §3, §6, §11 (our own item numbers).
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from ...ports import Address, LabelFormat, Parcel, Refused

CURRENCY = "CHF"
DOMESTIC = frozenset({"CH", "LI"})  # both are domestic to the carrier
SERVICES = {"ECO": "PostPac Economy", "PRI": "PostPac Priority"}
MOST_MASS_G = 99_999
LANGUAGE = "DE"
LAYOUT = "A6"
FORMATS: Mapping[str, tuple[str, int]] = {"PDF": ("PDF", 300), "ZPL": ("ZPL2", 200), "PNG": ("PNG", 300)}  # and dpi
TRIES = 4  # item numbers of ours that may be another's before people are asked
NUMBERS = 99_999_999

ITEM_ID = re.compile(r"[A-Za-z0-9_+-]{1,200}")
LICENSE = re.compile(r"[A-Za-z0-9]{4}|[0-9]{6}|[0-9]{8}")
REFUSED_SIGNS = str.maketrans({"|": "/", "\\": "/", "<": "(", ">": ")", "\u2018": "'", "\u2019": "'"})


def takes(parcel: Parcel) -> bool:
    """Tell whether the carrier goes there with this: at home, to a door, and with nothing to collect.

    Cash on delivery needs the payee's account, and a point the recipient's own number there: no order has either.
    """
    return (
        parcel.recipient.country in DOMESTIC
        and parcel.collect is None
        and not parcel.point
        and parcel.mass_g <= MOST_MASS_G
    )


def item_numbers(key: str, license: str) -> Iterator[int]:
    """Yield the item numbers that belong to one key of ours: the same ones, in the same order, at every try.

    They are spread over the whole range, so that they do not meet those that other software of the sender takes from
    the start of it.
    """
    for turn in range(TRIES):
        digest = sha256(f"{license}/{key}/{turn}".encode()).digest()
        yield int.from_bytes(digest[:8]) % NUMBERS + 1


def ident_code(license: str, number: int) -> str:
    """Return the tracking number that a parcel of this licence and item number has."""
    return f"99{license.rjust(8, '0')}{number:08}"


def checked_license(license: str) -> str:
    """Return a licence that can be one.

    Raises:
        Refused: it is none; nothing was sent.
    """
    if not LICENSE.fullmatch(license):
        raise Refused("franking_license", f"{license!r} is no franking licence: 4 characters, 6 or 8 digits")
    return license


def request(
    parcel: Parcel, service: str, sender: Address, license: str, number: int, format: LabelFormat
) -> dict[str, Any]:
    """Return the body of a label call.

    Raises:
        Refused: an address does not fit the carrier's lines.
    """
    file_type, dpi = FORMATS[format]
    item: dict[str, Any] = {
        "itemNumber": f"{number:08}",
        "recipient": recipient(parcel.recipient),
        "attributes": {"przl": [service], "weight": parcel.mass_g},
    }
    if ITEM_ID.fullmatch(parcel.key):
        item["itemID"] = parcel.key
    return {
        "language": LANGUAGE,
        "frankingLicense": license,
        "customer": customer(sender),
        "customerSystem": "parcelproof",
        "labelDefinition": {
            "labelLayout": LAYOUT,
            "printAddresses": "RECIPIENT_AND_CUSTOMER",
            "imageFileType": file_type,
            "imageResolution": dpi,
            "printPreview": False,
        },
        "sendingID": parcel.key[:50],
        "item": item,
    }


def customer(sender: Address) -> dict[str, str]:
    """Return the sender: no member more than the gateway knows, and always the office where parcels are handed in."""
    first, second = (sender.company, sender.name) if sender.company else (sender.name, "")
    found = {
        "name1": clipped(first, 25),
        "name2": clipped(second, 25),
        "street": fitting("sender", f"{sender.street} {sender.house_number}", 25),
        "zip": fitting("sender", sender.postal_code, 6),
        "city": fitting("sender", sender.city, 25),
        "country": sender.country,
        "domicilePostOffice": clipped(f"{sender.postal_code} {sender.city}", 35),
    }
    return {name: value for name, value in found.items() if value}


def recipient(party: Address) -> dict[str, Any]:
    """Return the recipient. A street that is longer than its line goes on in the one below; names are cut."""
    street, rest = two_lines(plain(party.street), 35)
    house = plain(party.house_number)
    if len(house) > 10:
        house, rest = "", f"{rest} {house}".strip()
    found: dict[str, Any] = {
        "name1": clipped(party.name, 35),
        "name2": clipped(party.company, 35),
        "street": street,
        "houseNo": house,
        "addressSuffix": fitting("recipient", rest, 35),
        "zip": fitting("recipient", party.postal_code, 10),
        "city": fitting("recipient", party.city, 35),
        "country": party.country,
        "phone": party.phone if len(party.phone) <= 20 else "",
        "email": party.email if len(party.email) <= 160 else "",
    }
    return {name: value for name, value in found.items() if value}


def two_lines(words: str, longest: int) -> tuple[str, str]:
    """Return a line that fits and what is left of it, broken between words where there is a place to."""
    if len(words) <= longest:
        return words, ""
    cut = words.rfind(" ", 0, longest + 1)
    cut = cut if cut > 0 else longest
    return words[:cut].rstrip(), words[cut:].strip()


def fitting(whose: str, words: str, longest: int) -> str:
    """Return a line of an address, whole.

    Raises:
        Refused: it would have to be cut, and the parcel would go elsewhere.
    """
    found = plain(words)
    if len(found) > longest:
        raise Refused("address_too_long", f"{whose}: {found!r} is longer than the {longest} characters of its line")
    return found


def clipped(words: str, longest: int) -> str:
    return plain(words)[:longest].rstrip()


def plain(words: str) -> str:
    """Return words without the signs that the carrier refuses."""
    return " ".join(words.translate(REFUSED_SIGNS).split())
