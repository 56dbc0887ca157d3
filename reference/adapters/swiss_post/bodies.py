"""What is sent to Swiss Post: one label call a parcel, in its words and limits.

Source: `postal_api_swiss` §2, §3, §6, §11 (our own item numbers).
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from ...domain.carrier_notices import CARRIES_CONTROLS, CARRIES_TEXT, Kind, NoticeChoice
from ...ports import Address, LabelFormat, Parcel, Refused

CURRENCY = "CHF"
DOMESTIC = frozenset({"CH", "LI"})  # both are domestic to the carrier
SERVICES = {"ECO": "PostPac Economy", "PRI": "PostPac Priority"}
EXCHANGE, SATURDAY = "ZAW3233", "SA"
ADDED = {Kind.EXCHANGE_RETURN: EXCHANGE, Kind.SATURDAY_DELIVERY: SATURDAY}  # what a kind announces, and goes with
CARRIED: Mapping[str, frozenset[Kind]] = {"ECO": frozenset(Kind) - frozenset(ADDED), "PRI": frozenset(Kind)}
NAME_LINE = 25
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


def services(parcel: Parcel) -> list[str]:
    """Return the services that carry this parcel and every kind of notice that its sender chose (§4)."""
    kinds = parcel.notices.kinds if parcel.notices else ()
    return [service for service in SERVICES if takes(parcel) and CARRIED[service].issuperset(kinds)]


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
        "attributes": {"przl": [service, *added(parcel)], "weight": parcel.mass_g},
    }
    if told := notifications(parcel, sender):
        item["notification"] = told
    if ITEM_ID.fullmatch(parcel.key):
        item["itemID"] = parcel.key
    return {
        "language": LANGUAGE,
        "frankingLicense": license,
        "customer": customer(sender, parcel.notices.sender_name if parcel.notices else ""),
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


def added(parcel: Parcel) -> list[str]:
    """Return the services that come with kinds of notice: the carrier takes neither without the other (§4)."""
    return [ADDED[kind] for kind in (parcel.notices.kinds if parcel.notices else ()) if kind in ADDED]


def notifications(parcel: Parcel, sender: Address) -> list[dict[str, Any]]:
    """Return a block for each kind that the carrier is to tell, to the one whom it is for; by mail alone (§4).

    A kind that carries no text or no control options is sent without: the carrier would drop them, or refuse.
    """
    choice = parcel.notices
    if choice is None:
        return []
    told = []
    for kind in choice.kinds:
        email = (sender if kind in choice.for_sender else parcel.recipient).email
        if email and len(email) <= 160:
            told.append(_notification(kind, choice, email))
    return told


def _notification(kind: Kind, choice: NoticeChoice, email: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "communication": {"email": email},
        "type": "EMAIL",
        "service": str(int(kind)),
        "language": choice.language.upper(),
    }
    if kind in CARRIES_TEXT:
        texts = {"freeText1": choice.text_1, "freeText2": choice.second_text}
        found |= {name: text for name, text in texts.items() if text}
    if kind in CARRIES_CONTROLS and choice.controls:
        found["deliveryInstructions"] = [str(int(control)) for control in choice.controls]
    if choice.logo:  # the carrier takes a picture only with a link (§4)
        found["dynPic"] = {"urlPic": choice.logo, "urlLink": choice.link or choice.logo}
    return found


def customer(sender: Address, told_name: str = "") -> dict[str, str]:
    """Return the sender: no member more than the gateway knows, and always the office where parcels are handed in.

    `told_name`: what notices are to name him; the carrier takes it from the two lines of the name (§4).
    """
    first, second = (sender.company, sender.name) if sender.company else (sender.name, "")
    if told_name:
        first, second = _name_lines(plain(told_name))
    found = {
        "name1": clipped(first, NAME_LINE),
        "name2": clipped(second, NAME_LINE),
        "street": fitting("sender", f"{sender.street} {sender.house_number}", 25),
        "zip": fitting("sender", sender.postal_code, 6),
        "city": fitting("sender", sender.city, 25),
        "country": sender.country,
        "domicilePostOffice": clipped(f"{sender.postal_code} {sender.city}", 35),
    }
    return {name: value for name, value in found.items() if value}


def _name_lines(name: str) -> tuple[str, str]:
    """Return a name of at most fifty characters whole, broken between words where both lines hold it so."""
    first, second = two_lines(name, NAME_LINE)
    return (first, second) if len(second) <= NAME_LINE else (name[:NAME_LINE], name[NAME_LINE:])


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
