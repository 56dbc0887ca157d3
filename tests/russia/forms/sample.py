"""Orders, an account and a batch as forms get them, and what can be read out of a PDF."""

from typing import Any

import pypdfium2

from parcelproof.labelscan.pdf import PDFIUM
from parcelproof.simulators.postal_api.russia.numbers import domestic, s10
from parcelproof.simulators.postal_api.russia.records import Account, Batch, Order, Rate

DAY = "2026-11-23"
ACCOUNT = Account(
    org_name="ООО «Северное сияние»",
    inn="7712345678",
    kpp="770101001",
    agreement_kind="CONTRACT",
    agreement_number="Р-123456",
    agreement_date="2025-01-15",
    espp_code="482913",
    points=("109012",),
    dti="800925",
    sender={"index": "109012", "region": "г Москва", "place": "г Москва", "street": "ул Варварка", "house": "3"},
    phone="74951234567",
)
COD = "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY"


def order(number: int = 1, **changes: Any) -> Order:
    fields = {
        "order-num": f"A-{number:05d}",
        "mail-type": "POSTAL_PARCEL",
        "mail-category": COD,
        "mail-direct": 643,
        "mass": 1_000 + number,
        "index-to": 685000,
        "region-to": "обл Магаданская",
        "place-to": "г Магадан",
        "street-to": "пр-кт Ленина",
        "house-to": "12",
        "room-to": "45",
        "recipient-name": "Константинопольский Александр Владимирович",
        "tel-address": 79161234567,
        "insr-value": 1_234_550 + number,
        "payment": 1_234_500 + number,
        "postoffice-code": "109012",
        "comment": "Позвонить за час до доставки",
        **changes,
    }
    abroad = fields["mail-direct"] != 643
    barcode = s10("CC", 1_234_567 + number) if abroad else domestic("800925", 7_890_000 + number)
    rates = {"ground": Rate(64_590 + number, 14_210), "insr": Rate(12_345, 2_716)}
    return Order(10**9 + number, barcode, fields, 0, rates=rates, days=(10, 12), postmarks=("CAUTION_FRAGILE",))


def entry(**changes: Any) -> dict[str, Any]:
    told = {"amount": 2, "description": "Porcelain cup", "tnved-code": "6911100000", "country-code": 643}
    return {**told, "value": 450_000, "weight": 700, **changes}


def abroad(*entries: dict[str, Any], currency: str = "RUB", **changes: Any) -> Order:
    declared = {"currency": currency, "entries-type": "SALE_OF_GOODS", "customs-entries": list(entries or (entry(),))}
    place = {"mail-direct": 276, "str-index-to": "10115", "street-to": "Hauptstrasse", "house-to": "5", "room-to": ""}
    named = {"place-to": "Berlin", "region-to": "Berlin", "recipient-name": "Hans Mueller"}
    plain = {"mail-category": "ORDINARY", "index-to": 0, "payment": 0, "insr-value": 0}
    return order(**{**place, **named, **plain, "customs-declaration": declared, **changes})


def batch(**changes: Any) -> Batch:
    told: dict[str, Any] = {
        "name": "25",
        "made_ms": 0,
        "status": "FROZEN",
        "status_ms": 0,
        "sending_date": DAY,
        "office": "109012",
        "mail_type": "COMBINED",
        "mail_category": "COMBINED",
        "payment_method": "CASHLESS",
        "transport_type": "SURFACE",
        "list_number": 7,
        "list_date": "2026-11-22",
        "version": 1,
        **changes,
    }
    return Batch(**told)


def pages(pdf: bytes) -> list[list[str]]:
    """Return the lines of text of each page, as a reader extracts them."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            found = []
            for page in document:
                text = page.get_textpage()
                found.append([line.strip() for line in text.get_text_bounded().splitlines() if line.strip()])
                text.close()
                page.close()
            return found
        finally:
            document.close()


def text_of(pdf: bytes) -> str:
    return "\n".join(line for page in pages(pdf) for line in page)
