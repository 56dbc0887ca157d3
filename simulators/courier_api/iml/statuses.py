"""The two status axes: where a parcel is (`State`) and what came of the order (`OrderStatus`).

Wire contract: `courier_api` §3; canonical values: `statuses` §3a "IML". Here an event is a changed pair, its code is
`State/OrderStatus`, as in `13/1`. The dictionary lists further codes that one client knows; nothing here makes them,
since nobody says what they do to an order.
"""

from typing import Any

from ...core.status import Status

NEW_STATE, NO_OUTCOME = 999, 0
STATES = {
    999: "-",
    0: "Не принят",
    1: "На Складе",
    2: "У Курьера",
    3: "Доставлен",
    6: "Возврат",
    10: "Самовывоз",
    13: "Завершено",
}
OUTCOMES = {0: "-", 1: "Доставлен", 2: "Ошибочная Доставка", 3: "Отказ"}
ALSO_STATES = {4: "Подготовлен Возврат", 5: "Част. Возврат", 7: "Перенесено", 11: "Заявка", 12: "Коррекция"}
ALSO_OUTCOMES = {4: "Перенос", 5: "Част.Отказ", 6: "Обмен"}
DELIVERED, REFUSALS, FINISHED = 1, (2, 3), 13
CODES = tuple(f"{state}/{outcome}" for outcome in OUTCOMES for state in STATES)

_DESCRIBED = {0: "Заказ ожидается на складе консолидации", 1: "Заказ на складе консолидации"}
_ITEM_TYPES = {0: "Товар", 3: "Доставка", 7: "Грузовое место", 10: "Условие выдачи", 14: "Комплектация"}
_CONDITIONS = {10_000: "Частичная выдача", 100_000: "Звонить в ИМ при ош.дост/перенос"}
_VAT = {0: "0%", 10: "10%", 20: "20%"}
_SIGNS = {1: "Товар", 4: "Услуга"}
_BY_STATE = {
    999: Status.ANNOUNCED,
    0: Status.ANNOUNCED,
    2: Status.OUT_FOR_DELIVERY,
    3: Status.DELIVERED,
    6: Status.RETURNING,
    10: Status.READY_FOR_PICKUP,
}


def pair(code: str) -> tuple[int, int]:
    """Return (`State`, `OrderStatus`) of an event's code."""
    state, _, outcome = code.partition("/")
    return int(state), int(outcome)


def canonical(state: int, outcome: int, *, scanned: bool, now: Status) -> Status:
    """Return the canonical value of a pair: an outcome decides, else the place.

    `scanned` says that the carrier has held it before, `now` is what the parcel is: a finished order without an outcome
    bears no status of its own.
    """
    if outcome == DELIVERED:
        return Status.HELD if state == 6 else Status.DELIVERED
    if outcome in REFUSALS:
        return {3: Status.HELD, FINISHED: Status.RETURNED}.get(state, Status.RETURNING)
    if state == 1:
        return Status.IN_TRANSIT if scanned else Status.ACCEPTED
    return _BY_STATE.get(state, now)


def opens_return(state: int, outcome: int) -> bool:
    """Tell whether a pair puts the parcel on the way back; two contradicting words do not."""
    if outcome in REFUSALS:
        return state != 3
    return state == 6 and outcome == NO_OUTCOME


def rows() -> list[dict[str, Any]]:
    """Return the dictionary `status`: both axes, kinds of lines, conditions of handing over, rates of VAT."""
    tables = (
        (1, "Доставка", {**STATES, **ALSO_STATES}),
        (2, "Заказ", {**OUTCOMES, **ALSO_OUTCOMES}),
        (39, "Тип вложения", _ITEM_TYPES),
        (40, "Условие выдачи", _CONDITIONS),
        (52, "НДС", _VAT),
        (53, "Признак предмета расчета", _SIGNS),
    )
    return [_row(kind, title, code, name) for kind, title, names in tables for code, name in sorted(names.items())]


def _row(kind: int, title: str, code: int, name: str) -> dict[str, Any]:
    described = _DESCRIBED.get(code, name) if kind == 1 else name
    if kind == 2 and code == 0:
        described = "Отсутствует статус заказа"
    return {
        "Code": code,
        "Name": name,
        "StatusType": kind,
        "StatusTypeDescription": title,
        "Description": described,
    }
