"""Addresses as the carrier reads them, and whether it would ship to them as they are.

Source: `postal_api_russia` §2.9: the answers come in any order and are matched by `id`.
"""

from collections.abc import Mapping, Sequence

from ...ports import Address, AddressReading
from .bodies import PARTS, one_line
from .countries import RUSSIA
from .session import Session
from .shapes import CleanAddress, text

AT_ONCE = 100  # in one question; the carrier's own limit is not known
SHIPPABLE = frozenset({"GOOD", "POSTAL_BOX", "ON_DEMAND", "UNDEF_05"})
BELIEVED = frozenset({"VALIDATED", "OVERRIDDEN", "CONFIRMED_MANUALLY"})
MISSING = {
    "UNDEF_01": "the region is not known",
    "UNDEF_02": "the town is not known",
    "UNDEF_03": "the street is not known",
    "UNDEF_04": "the house is not known",
    "UNDEF_06": "it is not known",
    "UNDEF_07": "it is an address in another country",
}
UNREAD = AddressReading(sure=False, quality="", sentence="the carrier said nothing about it", line="", parts={})
FOREIGN = AddressReading(sure=True, quality="", sentence="", line="", parts={})


async def read_all(session: Session, addresses: Sequence[Address]) -> list[AddressReading]:
    """Return the carrier's reading of each address; those in other countries are not asked about."""
    asked = [(place, one_line(to)) for place, to in enumerate(addresses) if to.country == RUSSIA]
    told: dict[str, CleanAddress] = {}
    for start in range(0, len(asked), AT_ONCE):
        body = [{"id": str(place), "original-address": line} for place, line in asked[start : start + AT_ONCE]]
        for row in await session.ask("POST", "/1.0/clean/address", list[CleanAddress], body=body):
            told[text(row.id)] = row
    return [
        (_reading(told[str(place)], to) if str(place) in told else UNREAD) if to.country == RUSSIA else FOREIGN
        for place, to in enumerate(addresses)
    ]


def _reading(row: CleanAddress, to: Address) -> AddressReading:
    quality, validation = row.quality_code or "", row.validation_code or ""
    parts = parts_of(row)
    why = ""
    if quality not in SHIPPABLE:
        why = MISSING.get(quality, f"its quality is {quality or 'not told'}")
    elif validation not in BELIEVED:
        why = f"it could not be validated ({validation or 'no reason'})"
    elif parts.get("index", to.postal_code) != to.postal_code:
        why = f"its postcode is {parts['index']}, not {to.postal_code}"
    return AddressReading(
        sure=not why,
        quality=" ".join(filter(None, (quality, validation))),
        sentence=why,
        line=one_line_of(parts),
        parts=parts,
    )


def parts_of(row: CleanAddress) -> dict[str, str]:
    """Return the parts the carrier made out, named as the fields of an order are."""
    named = {name: text(getattr(row, name.replace("-", "_"))) for name in (*PARTS, "address-type")}
    return {name: value for name, value in named.items() if value}


def one_line_of(parts: Mapping[str, str]) -> str:
    """Return the carrier's reading on one line, for people to compare."""
    words = {"letter": "", "slash": "/", "corpus": "к. ", "building": "стр. ", "room": "кв. "}
    return ", ".join(f"{words.get(name, '')}{parts[name]}" for name in PARTS if parts.get(name))
