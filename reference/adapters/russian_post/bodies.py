"""What is sent to Otpravka: an order, a question for its price, an address on one line.

Source: `postal_api_russia` §1.6, §2.2, §2.8, §2.9, §2.17–§2.19. Masses are grams, money kopecks, sides centimetres.
"""

from collections.abc import Mapping
from typing import Any

from ...ports import Address, Line, Parcel, Refused
from ..collecting import check_collect
from .countries import NUMBERS, RUSSIA
from .customs import declaration
from .letters import is_latin, latin

CURRENCY = "RUB"
NAME_CHARS = 147
DECLARED, CASH = "WITH_DECLARED_VALUE", "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY"
ORDINARY, REGISTERED = "ORDINARY", "ORDERED"
AT_A_POINT = "COMBINED_"
AT_HOME = ("POSTAL_PARCEL", "ONLINE_PARCEL", "ONLINE_COURIER", "EMS")
ABROAD = {"POSTAL_PARCEL": ("SURFACE", 20_000), "SMALL_PACKET": ("SURFACE", 2_000), "EMS": ("EXPRESS", 31_500)}
SIZED = frozenset({"ONLINE_PARCEL", "ONLINE_COURIER"})  # orders that name the size of their box
BOXES = (("S", (260, 170, 80)), ("M", (300, 200, 150)), ("L", (400, 270, 180)), ("XL", (530, 260, 220)))
OVERSIZED, SUM_MM, SIDE_MM = "OVERSIZED", 1200, 600

# parts of an address as the carrier reads it, and the fields of an order they go to
PARTS = (
    "index", "region", "area", "place", "location", "street", "house", "slash", "letter", "corpus", "building",
    "room", "hotel", "num-address-type",
)  # fmt: skip
TYPES = frozenset({"DEFAULT", "PO_BOX", "DEMAND", "UNIT"})


def service(mail_type: str, category: str) -> str:
    return f"{mail_type}/{category}"


def services(parcel: Parcel, *, at_a_point: bool) -> list[tuple[str, str]]:
    """Return the kinds of mail that could take a parcel, with the category its money asks for; empty: none."""
    if parcel.collect is not None and parcel.collect.currency != CURRENCY:
        return []
    if parcel.recipient.country == RUSSIA:
        return _at_home(parcel, at_a_point=at_a_point)
    if parcel.collect is not None or parcel.recipient.country not in NUMBERS or at_a_point:
        return []
    return [
        (kind, REGISTERED if kind == "SMALL_PACKET" else ORDINARY)
        for kind, (_, most_g) in ABROAD.items()
        if parcel.mass_g <= most_g
    ]


def _at_home(parcel: Parcel, *, at_a_point: bool) -> list[tuple[str, str]]:
    category = CASH if parcel.collect else (DECLARED if declared_minor(parcel) else ORDINARY)
    kinds = ("ONLINE_PARCEL",) if at_a_point else AT_HOME
    prefix = AT_A_POINT if at_a_point else ""
    return [(kind, f"{prefix}{category}") for kind in kinds if kind not in SIZED or box(parcel.sides_mm)]


def declared_minor(parcel: Parcel) -> int:
    """Return the declared value: that of the goods, and never less than the money to collect."""
    goods = sum(line.quantity * kopecks(line) for line in parcel.lines)
    return max(goods, parcel.collect.minor if parcel.collect else 0)


def kopecks(line: Line) -> int:
    return line.unit_price.minor if line.unit_price.currency == CURRENCY else 0


def box(sides_mm: tuple[int, int, int]) -> str:
    """Return the smallest of the carrier's box sizes that holds these sides, "" when none does."""
    sides = sorted(sides_mm)
    for name, most in BOXES:
        if all(side <= limit for side, limit in zip(sides, sorted(most), strict=True)):
            return name
    return OVERSIZED if sum(sides) <= SUM_MM and sides[-1] <= SIDE_MM else ""


def dimension(sides_mm: tuple[int, int, int]) -> dict[str, int]:
    length, width, height = sorted((-(-side // 10) for side in sides_mm), reverse=True)
    return {"length": length, "width": width, "height": height}


def tariff(parcel: Parcel, mail_type: str, category: str, posted_at: str) -> dict[str, Any]:
    """Return the question for a price."""
    to = parcel.recipient
    found: dict[str, Any] = {
        "index-from": posted_at,
        "mail-type": mail_type,
        "mail-category": category,
        "mail-direct": NUMBERS[to.country],
        "mass": parcel.mass_g,
        "dimension": dimension(parcel.sides_mm),
    }
    if to.country == RUSSIA:
        found["index-to"] = parcel.point or to.postal_code
    else:
        found |= {"transport-type": ABROAD[mail_type][0], "entries-type": "SALE_OF_GOODS"}
    if category.startswith(AT_A_POINT):
        found["delivery-point-index"] = parcel.point
    if DECLARED in category:
        found["declared-value"] = declared_minor(parcel)
    if mail_type in SIZED:
        found["dimension-type"] = box(parcel.sides_mm)
    if mail_type == "ONLINE_COURIER":
        found["courier"] = True
    return found


def order(parcel: Parcel, mail_type: str, category: str, posted_at: str, parts: Mapping[str, str]) -> dict[str, Any]:
    """Return an order for the folder of new ones. `parts` is the carrier's own reading of the address.

    Raises:
        Refused: cash in another currency or not the sum of what it is for, letters that do not cross the border, or a
            line of goods that the customs cannot be told of.
    """
    check_collect(parcel, CURRENCY)
    to = parcel.recipient
    found: dict[str, Any] = {
        "order-num": parcel.key,
        "mail-type": mail_type,
        "mail-category": category,
        "mail-direct": NUMBERS[to.country],
        "mass": parcel.mass_g,
        "dimension": dimension(parcel.sides_mm),
        "fragile": False,
        "postoffice-code": posted_at,
        **_named(to),
    }
    found |= _inside_russia(parcel, category, parts) if to.country == RUSSIA else _abroad(parcel, mail_type)
    if phone := "".join(sign for sign in to.phone if sign.isdigit()):
        found["tel-address"] = int(phone)
    if DECLARED in category:
        found["insr-value"] = declared_minor(parcel)
    if parcel.collect:
        found["payment"] = parcel.collect.minor
    if mail_type in SIZED:
        found["dimension-type"] = box(parcel.sides_mm)
    if mail_type == "EMS":
        found["transport-type"] = "EXPRESS"
    if mail_type == "ONLINE_COURIER":
        found["courier"] = True
    if category.startswith(AT_A_POINT):
        found["ecom-data"] = {"delivery-point-index": parcel.point}
    return found


def _named(to: Address) -> dict[str, str]:
    """Return who gets it: the whole name, and its words as given name, middle name and surname, as they stand."""
    write = str if to.country == RUSSIA else latin
    whole = write(", ".join(part for part in (to.name, to.company) if part))[:NAME_CHARS]
    if not is_latin(whole) and to.country != RUSSIA:
        raise Refused("letters", f"the name {to.name!r} has letters that are not Latin; abroad no others are read")
    words = write(to.name).split()
    found = {"recipient-name": whole, "given-name": words[0], "surname": words[-1]}
    return found | ({"middle-name": " ".join(words[1:-1])} if len(words) > 2 else {})


def _inside_russia(parcel: Parcel, category: str, parts: Mapping[str, str]) -> dict[str, Any]:
    """Return the address: the carrier's reading whole, where it knows the place; else as the buyer wrote it.

    The buyer writes no region: it is the one the carrier makes out, else the town, which it is for the largest.
    """
    to = parcel.recipient
    written = {"region": to.city, "street": to.street, "house": to.house_number}
    read = {name: value for name, value in parts.items() if name in PARTS and value}
    lines = {"index": to.postal_code, "place": to.city, **({} if read.get("place") else written), **read}
    kind = parts.get("address-type", "")
    if parcel.point:
        kind = "DEFAULT" if category.startswith(AT_A_POINT) else "DEMAND"
        lines["index"] = parcel.point
    found: dict[str, Any] = {f"{name}-to": lines[name] for name in PARTS if lines.get(name)}
    return found | {"address-type-to": kind if kind in TYPES else "DEFAULT", "index-to": _index(lines["index"])}


def _index(text: str) -> int:
    if not (len(text) == 6 and text.isascii() and text.isdigit()):
        raise Refused("ILLEGAL_INDEX_TO", f"the postcode {text[:20]!r} does not have six digits")
    return int(text)


def _abroad(parcel: Parcel, mail_type: str) -> dict[str, Any]:
    to = parcel.recipient
    lines = {
        "region-to": latin(to.city),
        "place-to": latin(to.city),
        "street-to": latin(to.street),
        "house-to": latin(to.house_number) or "-",
        "str-index-to": to.postal_code,
    }
    if strange := [text for text in lines.values() if not is_latin(text)]:
        raise Refused("letters", f"{strange[0]!r} has letters that are not Latin; abroad no others are read")
    return {
        "address-type-to": "DEFAULT",
        **lines,
        "transport-type": ABROAD[mail_type][0],
        "customs-declaration": declaration(parcel.lines),
    }


def one_line(to: Address) -> str:
    """Return an address as people write it on an envelope, for the carrier to read."""
    house = f"{to.street}, {to.house_number}" if to.house_number else to.street
    return ", ".join(part for part in (to.postal_code, to.city, house) if part)
