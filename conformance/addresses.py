"""Addresses of the shop and of its buyers, in the shape of the driver contract."""

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
BASEL = {
    "name": "Versandhaus Rhein",
    "street": "Marktgasse",
    "house_number": "3",
    "postal_code": "4051",
    "city": "Basel",
    "country": "CH",
    "phone": "+41612345678",
    "email": "shop@example.org",
}
ZURICH = {
    "name": "Lea Müller",
    "company": "",
    "street": "Bahnhofstrasse",
    "house_number": "12",
    "postal_code": "8001",
    "city": "Zürich",
    "country": "CH",
    "email": "lea@example.org",
    "phone": "+41791234567",
}
