"""What PickPoint answers in these tests."""

from typing import Any

from parcelproof.reference.ports import Money, Quote

BASE = "http://carrier.example/pickpoint/api"
NUMBER = "15012345678"
PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
NOTHING = Money(0, "RUB")
QUOTE = Quote(id="pickpoint-1", carrier="pickpoint", service="1", net=NOTHING, surcharges=(), tax=NOTHING,
              total=NOTHING, days_min=1, days_max=2)  # fmt: skip
SESSION_OVER = {"ErrorCode": -2014, "ErrorMessage": "Сессия не найдена"}
NOT_FOUND = {"ErrorCode": -1, "ErrorMessage": "Отправление не найдено", "Error": "Отправление не найдено"}


def locker(number: str, city: str, post_code: str, **more: Any) -> dict[str, Any]:
    row = {"Number": number, "CitiName": city, "Region": f"{city} обл.", "PostCode": post_code, "Status": 2}
    return {**row, "Cash": 1, "Card": 0, **more}


LOCKERS = [
    locker("7701-001", "Москва", "101000"),
    locker("6301-009", "Самара", "443013"),
    locker("6301-002", "Самара", "443100"),
    locker("6301-001", "Самара", "443099", Status=3),
    locker("6301-003", "Самара", "443099", Cash=0),
]


def state(code: int, at: str, words: str = "") -> dict[str, Any]:
    return {"State": code, "ChangeDT": at, "StateMessage": words}


def change(number: str, code: int, at: str) -> dict[str, Any]:
    row = {"InvoiceNumber": number, "SenderInvoiceNumber": "P-001", "BarCode": "200123456789"}
    return {**row, **state(code, at), "VisualState": "…", "VisualStateCode": 1, "Comment": None}


def created(key: str = "P-001", number: str = NUMBER) -> dict[str, Any]:
    return {"EDTN": key, "InvoiceNumber": number, "Places": [{"GCBarCode": None, "Barcode": "200123456789"}]}


def rejected(key: str = "P-001", code: int = 15, words: str = "Постамат не найден") -> dict[str, Any]:
    return {"EDTN": key, "ErrorCode": code, "ErrorMessage": words}
