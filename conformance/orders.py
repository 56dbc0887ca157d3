"""Orders that cases place: plain ones by carrier, and those of the worked settlement example."""

from collections.abc import Mapping, Sequence
from typing import Any

BERLIN = {
    "name": "Jörg Müller",
    "company": "",
    "street": "Torstraße",
    "house_number": "12",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "email": "joerg@example.org",
    "phone": "+493012345678",
}
KAZAN = {
    "name": "Анна Смирнова",
    "company": "",
    "street": "улица Баумана",
    "house_number": "7",
    "postal_code": "420111",
    "city": "Казань",
    "country": "RU",
    "email": "anna@example.org",
    "phone": "+79161234567",
}
NOWHERE = {**BERLIN, "name": "Nobody", "postal_code": "9999", "city": "Base", "country": "AQ"}
WUERZBURG = {
    "name": "Versandhandel Main",
    "street": "Ringstraße",
    "house_number": "5",
    "postal_code": "97070",
    "city": "Würzburg",
    "country": "DE",
    "phone": "+499311234567",
    "email": "shop@example.org",
}
MOSCOW = {
    "name": "Склад Север",
    "street": "улица Ленина",
    "house_number": "1",
    "postal_code": "101000",
    "city": "Москва",
    "country": "RU",
    "phone": "+74951234567",
    "email": "sklad@example.org",
}
RECIPIENT = {"cdek": KAZAN, "mail_alliance": BERLIN}
CURRENCY = {"cdek": "RUB", "mail_alliance": "EUR"}


def line(sku: str, unit_minor: int, currency: str, *, quantity: int = 1, unit_mass_g: int = 400) -> dict[str, Any]:
    return {
        "sku": sku,
        "description": f"Goods {sku}",
        "quantity": quantity,
        "unit_price": {"amount_minor": unit_minor, "currency": currency},
        "unit_mass_g": unit_mass_g,
        "vat_rate": 20,
    }


def order(
    number: str,
    carrier: str,
    /,
    *,
    lines: Sequence[Mapping[str, Any]] | None = None,
    payment: str = "prepaid",
    delivery_minor: int | None = None,
    confirm: bool = True,
    **changed: Any,
) -> dict[str, Any]:
    """Return an order that only this carrier may take. `changed` replaces members of the body."""
    currency = CURRENCY[carrier]
    rows = list(lines) if lines is not None else [line("TEE", 99000 if currency == "RUB" else 990, currency)]
    charge = None if delivery_minor is None else {"amount_minor": delivery_minor, "currency": currency}
    return {
        "number": number,
        "recipient": RECIPIENT[carrier],
        "lines": rows,
        "payment": payment,
        "mass_g": max(200, sum(row["quantity"] * row["unit_mass_g"] for row in rows)),
        "sides_mm": [300, 200, 100],
        "delivery_charge": charge,
        "carrier": carrier,
        "confirm": confirm,
        **changed,
    }
