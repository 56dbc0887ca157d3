"""An order's fields: which there are, and the type of each.

Wire contract: `postal_api_russia` §2.2 and §2.18.
"""

from collections.abc import Mapping
from typing import Any

from .body import Read, flag, number, phone, text, texts, unreadable, whole, zero_or_one

MOST_ROWS = 500  # of goods or of customs entries in one order


def table(**kinds: str) -> dict[str, Read]:
    """Return readers by wire name from lists of names."""
    readers: dict[str, Read] = {"texts": text, "wholes": whole, "flags": flag, "numbers": number}
    return {name: readers[kind] for kind, listed in kinds.items() for name in listed.split()}


ADDRESS_FROM = table(
    texts="address-type index place region area building corpus hotel house letter location num-address-type office "
    "room slash street vladenie",
    flags="manual-address-input",
)
DIMENSION = table(wholes="height length width")
ECOM: dict[str, Read] = {"delivery-point-index": text, "identity-methods": texts, "services": texts}
GOODS_ITEM = table(
    texts="description goods-type item-number code good-id customs-declaration-number supplier-inn supplier-name "
    "supplier-phone",
    wholes="value insr-value vat-rate country-code excise lineattr payattr service-type weight",
    numbers="quantity",
)
FISCAL = {**table(texts="customer-email customer-inn customer-name", wholes="payment-amount"), "customer-phone": phone}
PAYMENT_DETAILS = table(
    texts="recipient-surname recipient-firstname recipient-middlename bank-name bank-bik bank-corr-account "
    "bank-account is-cash"
)
CUSTOMS_ENTRY = table(texts="description tnved-code trademark", wholes="amount country-code value weight")
CUSTOMS = table(
    texts="currency entries-type certificate-number license-number invoice-number customs-code ioss-code",
    flags="with-certificate with-license with-invoice",
)


def part(readers: Mapping[str, Read]) -> Read:
    """Return what reads an object of these members; others are ignored, empty ones left out."""

    def read(name: str, found: Any) -> dict[str, Any] | None:
        if found is None or found == "" or found == []:  # PHP writes an empty object as an empty array
            return None
        if not isinstance(found, dict):
            raise unreadable(f"{name} is no object")
        shown = {key: reader(f"{name}.{key}", found.get(key)) for key, reader in readers.items()}
        return {key: value for key, value in shown.items() if value is not None}

    return read


def rows(name: str, found: Any, readers: Mapping[str, Read]) -> list[dict[str, Any]]:
    if found is None:
        return []
    if not isinstance(found, list) or len(found) > MOST_ROWS:
        raise unreadable(f"{name} is no array of at most {MOST_ROWS} objects")
    read = part(readers)
    return [read(name, row) or {} for row in found]


def goods(name: str, found: Any) -> dict[str, Any] | None:
    if found is None or found == []:
        return None
    if not isinstance(found, dict):
        raise unreadable(f"{name} is no object")
    return {"items": rows(f"{name}.items", found.get("items"), GOODS_ITEM)}


def customs(name: str, found: Any) -> dict[str, Any] | None:
    shown = part(CUSTOMS)(name, found)
    if shown is None:
        return None
    entries = rows(f"{name}.customs-entries", found.get("customs-entries"), CUSTOMS_ENTRY)
    return {**shown, "customs-entries": entries}


ORDER: dict[str, Read] = {
    **table(
        texts="order-num mail-type mail-category address-type-to str-index-to region-to place-to house-to street-to "
        "area-to location-to hotel-to building-to corpus-to slash-to letter-to room-to office-to vladenie-to "
        "num-address-type-to raw-address given-name surname recipient-name middle-name postoffice-code sender-name "
        "sender-comment comment branch-name inner-num payment-method notice-payment-method transport-type "
        "transport-mode dimension-type envelope-type group-name seller-id linked-barcode mail-rank",
        wholes="mail-direct mass index-to payment compulsory-payment insr-value shelf-life-days time-slot-id "
        "prepaid-amount tariff-count tariff-full-rate tariff-full-rate-vat tariff-full-rate-with-vat "
        "tariff-discount-rate tariff-discount-rate-vat tariff-discount-rate-with-vat",
        flags="manual-address-input fragile with-order-of-notice with-simple-notice with-electronic-notice "
        "with-uzeuv-notice completeness-checking inventory vsd courier delivery-to-door delivery-with-cod easy-return "
        "with-packaging with-documents with-goods no-return wo-mail-rank pre-postal-preparation farma tender "
        "add-to-mmo with-discount forbidden-esp contents-checking functionality-checking with-fitting "
        "partial-redemption",
    ),
    "tel-address": phone,
    "tel-address-from": phone,
    "sms-notice-recipient": zero_or_one,
    "address-from": part(ADDRESS_FROM),
    "dimension": part(DIMENSION),
    "ecom-data": part(ECOM),
    "fiscal-data": part(FISCAL),
    "payment-details": part(PAYMENT_DETAILS),
    "goods": goods,
    "customs-declaration": customs,
}
ALSO_CALLED = {"with-electronic-notification": "with-electronic-notice"}  # in the schema of editing


def understood(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return an order's fields as they were understood; what is missing, null or empty is left out.

    Raises:
        BadRequest: a value is of a type that cannot be read at all.
    """
    given = {**found, **{right: found[name] for name, right in ALSO_CALLED.items() if name in found}}
    shown = {name: read(name, given.get(name)) for name, read in ORDER.items()}
    return {name: value for name, value in shown.items() if value is not None}
