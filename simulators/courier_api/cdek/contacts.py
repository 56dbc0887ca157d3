"""Contacts and locations of a body, read into what is told back.

Wire contract: `courier_api` §1.5.1, "Contact" and "Location".
"""

from typing import Any

from .body import Reader
from .envelope import is_empty, wrong_value

CONTRAGENTS = ("LEGAL_ENTITY", "INDIVIDUAL")
PASSPORT = (
    "passport_series",
    "passport_number",
    "passport_date_of_issue",
    "passport_organization",
    "passport_date_of_birth",
    "tin",
)
PHONES_MOST = 10


def contact(reader: Reader, *, phones: bool = False, name: bool = True) -> dict[str, Any]:
    """Return a contact; numbers of phones lose the leading plus, as recorded answers show them.

    Args:
        phones: at least one phone is required.
        name: it is required.
    """
    found: dict[str, Any] = {"name": reader.text("name", required=name)}
    for key in ("company", "email", *PASSPORT):
        put(found, key, reader.text(key))
    kind = reader.text("contragent_type")
    if kind is not None and kind not in CONTRAGENTS:
        reader.errors.append(wrong_value(reader.at("contragent_type"), kind))
    put(found, "contragent_type", kind)
    rows = [_phone(row) for row in reader.children("phones", required=phones, most=PHONES_MOST)]
    if rows:
        found["phones"] = rows
    return found


def _phone(reader: Reader) -> dict[str, Any]:
    row: dict[str, Any] = {"number": (reader.text("number", required=True, limit=24) or "").strip().removeprefix("+")}
    put(row, "additional", reader.text("additional"))
    return row


def location(reader: Reader, *, address: bool = True) -> dict[str, Any]:
    """Return a location; `country_code` is RU unless given."""
    found: dict[str, Any] = {}
    put(found, "code", reader.whole("code", least=1))
    for key in ("city_uuid", "fias_guid", "postal_code"):
        put(found, key, reader.text(key))
    for key in ("longitude", "latitude"):
        put(found, key, reader.decimal(key))
    found["country_code"] = (reader.text("country_code", limit=2) or "RU").upper()
    put(found, "region_code", reader.whole("region_code"))
    for key in ("region", "sub_region", "city", "kladr_code"):
        put(found, key, reader.text(key))
    put(found, "address", reader.text("address", required=address))
    return found


def seller(reader: Reader) -> dict[str, Any]:
    """Return a seller; a tax number needs a phone."""
    found: dict[str, Any] = {}
    put(found, "name", reader.text("name"))
    put(found, "inn", reader.text("inn", limit=20))
    put(found, "phone", reader.text("phone"))
    put(found, "ownership_form", reader.whole("ownership_form"))
    put(found, "address", reader.text("address"))
    put(found, "giis_subdivision_id", reader.text("giis_subdivision_id"))
    if "inn" in found and "phone" not in found:
        reader.errors.append(is_empty(reader.at("phone")))
    return found


def put(found: dict[str, Any], key: str, value: Any) -> None:
    """Set a key that has a value; what was not sent is not told back."""
    if value is not None:
        found[key] = value
