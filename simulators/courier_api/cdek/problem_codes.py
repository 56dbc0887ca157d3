"""What happens to an order beside its statuses, as data: problems, calls, and the events by which they come about.

Wire contract: `courier_api` §2.3; canonical values: `statuses` §3a "CDEK", problems. The names of the events are ours:
they are steps of a journey and codes of the control API, and never stand on the wire.
"""

from ...core.status import Status

HELD, FAILED = Status.HELD, Status.DELIVERY_FAILED

PROBLEMS: dict[str, tuple[str, Status | None]] = {  # code -> name, value; None: it bears no status
    "1": ("Телефон неверный", HELD),
    "9": ("Груз не готов", HELD),
    "11": ("Отказ от оплаты", FAILED),
    "13": ("Контактное лицо отсутствует", HELD),
    "17": ("Организация не работает", FAILED),
    "19": ("Смена адреса", HELD),
    "35": ("Не успеваю", FAILED),
    "36": ("Самозабор", None),
    "37": ("Постамат переполнен", FAILED),
    "38": ("Постамат не работает", FAILED),
    "39": ("Груз не влез в ячейку постамата", FAILED),
    "40": ("Отказ от получения", FAILED),
    "41": ("Отказ от заявки", FAILED),
    "42": ("Требуется пропуск", FAILED),
    "43": ("Платный въезд", FAILED),
    "44": ("Закрытая территория", FAILED),
    "45": ("Нет документа, удостоверяющего личность", FAILED),
    "46": ("Смена города", HELD),
    "47": ("Адрес не существует", HELD),
    "48": ("Доставка в а/я", HELD),
    "49": ("Опасный груз", HELD),
    "52": ("Отказ с адреса", FAILED),
    "53": ("Изменение интервала по согласованию с клиентом", HELD),
    "54": ("Постаматное приложение не работает", FAILED),
    "55": ("Груз не найден", HELD),
    "56": ("Передача на ПВЗ", None),
    "57": ("Не могу доставить на ПВЗ", HELD),
}
CALL_FAILURES = {
    "1": "Телефон занят",
    "2": "Абонент не берет трубку",
    "3": "Абонент недоступен",
    "4": "Неверный номер",
    "5": "Телефон не указан",
    "6": "Тишина",
    "7": "Сброс",
    "8": "Бросил трубку",
}
PROBLEM, CALL_FAILED, CALL_RESCHEDULED = "DELIV_PROBLEM", "CALL_FAILED", "CALL_RESCHEDULED"
CALL_AGREED, DELAYED, WEIGHED_AGAIN = "CALL_AGREED", "DELAYED", "WEIGHED_AGAIN"
OFFICE_CLOSED, OFFICE_OPENED = "OFFICE_CLOSED", "OFFICE_OPENED"
EVENTS = {  # event -> what it is, and what its reason says
    PROBLEM: "a problem of delivery; the reason is its code",
    CALL_FAILED: "a call to the recipient that failed; the reason is 1 to 8",
    CALL_RESCHEDULED: "a call put off; the reason is `DATE HH:MM`, tomorrow at ten without one",
    CALL_AGREED: "a delivery agreed in a call; the reason is `DATE HH:MM-HH:MM`",
    DELAYED: "a delay; the reason is its days, 1 to 30",
    WEIGHED_AGAIN: "the first package weighed again; the reason is its grams",
    OFFICE_CLOSED: "an office out of service; the reason is its code, the order's own without one",
    OFFICE_OPENED: "an office in service again; the reason is its code, the order's own without one",
}
