"""What CDEK answers in these tests: envelopes, statuses, errors."""

from datetime import datetime
from typing import Any, Protocol

import httpx

from parcelproof.reference.ports import (
    Money,
    Quote,
)

BASE = "http://carrier.example/cdek/v2"
NUMBER = "1107000001"


class Clock(Protocol):
    at: datetime

    def now(self) -> datetime: ...


def roubles(minor: int) -> Money:
    return Money(minor, "RUB")


QUOTE = Quote(id="cdek-139", carrier="cdek", service="139", net=roubles(0), surcharges=(), tax=roubles(0),
              total=roubles(0), days_min=1, days_max=2)  # fmt: skip
TARIFF = {"tariff_code": 139, "tariff_name": "…", "delivery_mode": 1, "delivery_sum": 520.0, "period_min": 2,
          "period_max": 3, "calendar_min": 2, "calendar_max": 5}  # fmt: skip


def result(row: dict[str, Any], *, status: str = "true") -> dict[str, Any]:
    """Return a row as the list with services has it: no mode, and code and status as text."""
    price = {key: value for key, value in row.items() if key not in ("tariff_code", "tariff_name", "delivery_mode")}
    return {"tariff_code": str(row["tariff_code"]), "status": status, "result": price}


SERVICES = [{"code": "INSURANCE", "sum": 45.53, "total_sum": 45.53}, {"code": "SMS", "sum": 0, "total_sum": 0}]


def status(code: str, at: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": code.title(), "date_time": at, "city": "Москва", **more}


CREATED = [status("CREATED", "2026-03-02T09:00:02+0000"), status("ACCEPTED", "2026-03-02T09:00:01+0000")]


def order(statuses: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    items = [{"ware_key": "MUG-01", "amount": 2}, {"ware_key": "LMP-07", "amount": 1}]
    entity = {"uuid": "u-1", "number": "P-001", "cdek_number": NUMBER, "tariff_code": 139, "is_return": False,
              "is_client_return": False, "is_reverse": False, "recipient": {"name": "Полина Веселова"},
              "packages": [{"number": "1", "items": items}], "statuses": CREATED if statuses is None else statuses,
              "delivery_detail": {"total_sum": 565.53, "delivery_sum": 520.0, "payment_info": []}}  # fmt: skip
    return {**entity, **more}


def shown(entity: dict[str, Any] | None, *, state: str = "SUCCESSFUL", related: Any = None, **more: Any) -> Any:
    made = {"type": "CREATE", "state": state, "date_time": "2026-03-02T09:00:01+00:00", **more}
    found = {"requests": [made], "related_entities": related or []}
    return found if entity is None else {"entity": entity, **found}


def errors(code: str, message: str = "told") -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message}]}


NOT_FOUND = httpx.Response(400, json=errors("v2_entity_not_found_im_number"))
