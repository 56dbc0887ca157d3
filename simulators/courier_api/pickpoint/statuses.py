"""States of a sending as data: code, the carrier's words, canonical value, and where it happens.

Wire contract: `courier_api` §4 "States"; canonical values: `statuses` §3a "PickPoint". 110 and 118 to 122 are not
listed there and never occur.
"""

from typing import NamedTuple

from ...core.status import Status


class Row(NamedTuple):
    code: int
    text: str
    status: Status
    opens_return: bool = False
    side: str = ""  # "sender", "recipient" or "" for the carrier's depot


SENDER, RECIPIENT = "sender", "recipient"
ROWS = (
    Row(101, "Зарегистрирован", Status.ANNOUNCED, side=SENDER),
    Row(102, "Сформирован для передачи Логисту", Status.ANNOUNCED, side=SENDER),
    Row(103, "Развоз до ПТ самостоятельно", Status.ANNOUNCED, side=SENDER),
    Row(104, "Сформирован для отправки", Status.ANNOUNCED, side=SENDER),
    Row(105, "Принят Логистом", Status.ACCEPTED, side=SENDER),
    Row(106, "На кладовке Логиста", Status.IN_TRANSIT),
    Row(107, "Выдан на маршрут", Status.IN_TRANSIT),
    Row(108, "Выдано курьеру", Status.OUT_FOR_DELIVERY, side=RECIPIENT),
    Row(109, "Доставлено в ПТ", Status.READY_FOR_PICKUP, side=RECIPIENT),
    Row(111, "Получен", Status.DELIVERED, side=RECIPIENT),
    Row(112, "Невостребованное", Status.RETURNING, side=RECIPIENT),
    Row(113, "Возвращено Клиенту", Status.RETURNED, side=SENDER),
    Row(114, "Отказ", Status.RETURNING, side=RECIPIENT),
    Row(115, "Сформирован возврат", Status.RETURNING, opens_return=True, side=RECIPIENT),
    Row(116, "Передано на возврат", Status.RETURNING, opens_return=True),
    Row(117, "Передано в логистическую компанию", Status.IN_TRANSIT),
    Row(123, "Сконсолидировано", Status.IN_TRANSIT),
)
BY_CODE = {row.code: row for row in ROWS}
REGISTERED, FORMED, SELF_BROUGHT, FOR_DISPATCH, ACCEPTED = 101, 102, 103, 104, 105
ON_ROUTE, WITH_COURIER, IN_LOCKER, RECEIVED, UNCLAIMED, BACK = 107, 108, 109, 111, 112, 113
REFUSAL, RETURN_FORMED, RETURN_SENT = 114, 115, 116
FINAL = frozenset({RECEIVED, BACK})
BEFORE_ACCEPTANCE = frozenset({REGISTERED, FORMED, SELF_BROUGHT, FOR_DISPATCH})
