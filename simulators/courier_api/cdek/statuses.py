"""Order statuses and reasons of CDEK as data: both spellings, webhook number, name on the wire, canonical value.

Wire contract: `courier_api` §2.1 and §2.2; canonical values: `statuses` §3a "CDEK".
"""

from typing import NamedTuple

from ...core.status import Status


class Row(NamedTuple):
    """One status. `code` is the CITY spelling, `office` the OFFICE one (empty: none or the same).

    `number` is the webhook's deprecated `status_code`; "" means that no webhook is sent for it.
    `side` says where it happens: at the sender's, in transit or at the recipient's; "" is the carrier's office.
    """

    code: str
    office: str
    number: str
    name: str
    status: Status
    side: str = ""
    also: str = ""  # a third spelling


A, T, C, H = Status.ACCEPTED, Status.IN_TRANSIT, Status.CUSTOMS, Status.HELD
READY, OUT, FAILED = Status.READY_FOR_PICKUP, Status.OUT_FOR_DELIVERY, Status.DELIVERY_FAILED
SENDER, TRANSIT, RECIPIENT = "sender", "transit", "recipient"

ROWS = (
    Row("ACCEPTED", "", "", "Принят", Status.ANNOUNCED),
    Row("CREATED", "", "1", "Создан", Status.ANNOUNCED),
    Row("INVALID", "", "", "Некорректный заказ", Status.CANCELLED),
    Row("REMOVED", "", "2", "Удален", Status.CANCELLED),
    Row(
        "RECEIVED_AT_SHIPMENT_WAREHOUSE",
        "RECEIVED_AT_SENDER_WAREHOUSE",
        "3",
        "Принят на склад отправителя",
        A,
        SENDER,
    ),
    Row(
        "READY_FOR_SHIPMENT_IN_SENDER_CITY",
        "READY_TO_SHIP_AT_SENDING_OFFICE",
        "6",
        "Готов к отправке в городе-отправителе",
        T,
        SENDER,
    ),
    Row(
        "RETURNED_TO_SENDER_CITY_WAREHOUSE",
        "RETURNED_TO_SENDER_WAREHOUSE",
        "16",
        "Возвращен на склад отправителя",
        T,
        SENDER,
    ),
    Row(
        "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY",
        "PASSED_TO_CARRIER_AT_SENDING_OFFICE",
        "7",
        "Сдан перевозчику в городе-отправителе",
        T,
        SENDER,
    ),
    Row("SENT_TO_TRANSIT_CITY", "SEND_TO_TRANSIT_OFFICE", "21", "Отправлен в город-транзит", T, SENDER),
    Row("ACCEPTED_IN_TRANSIT_CITY", "MET_AT_TRANSIT_OFFICE", "22", "Встречен в городе-транзите", T, TRANSIT),
    Row(
        "ACCEPTED_AT_TRANSIT_WAREHOUSE",
        "ACCEPTED_TO_OFFICE_TRANSIT_WAREHOUSE",
        "13",
        "Принят на склад транзита",
        T,
        TRANSIT,
    ),
    Row("RETURNED_TO_TRANSIT_WAREHOUSE", "", "17", "Возвращен на склад транзита", T, TRANSIT),
    Row(
        "READY_FOR_SHIPMENT_IN_TRANSIT_CITY",
        "READY_TO_SHIP_IN_TRANSIT_OFFICE",
        "19",
        "Выдан на отправку в городе-транзите",
        T,
        TRANSIT,
    ),
    Row(
        "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY",
        "PASSED_TO_CARRIER_AT_TRANSIT_OFFICE",
        "20",
        "Сдан перевозчику в городе-транзите",
        T,
        TRANSIT,
    ),
    Row("SENT_TO_SENDER_CITY", "SEND_TO_SENDING_OFFICE", "27", "Отправлен в город-отправитель", T, TRANSIT),
    Row("SENT_TO_RECIPIENT_CITY", "SEND_TO_RECIPIENT_OFFICE", "8", "Отправлен в город-получатель", T, TRANSIT),
    Row("ACCEPTED_IN_SENDER_CITY", "MET_AT_SENDING_OFFICE", "28", "Встречен в городе-отправителе", T, SENDER),
    Row(
        "ACCEPTED_IN_RECIPIENT_CITY",
        "MET_AT_RECIPIENT_OFFICE",
        "9",
        "Встречен в городе-получателе",
        T,
        RECIPIENT,
        "ARRIVED_AT_RECIPIENT_CITY",
    ),
    Row(
        "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE",
        "ACCEPTED_AT_DELIVERY_WAREHOUSE",
        "10",
        "Принят на склад доставки",
        T,
        RECIPIENT,
    ),
    Row(
        "ACCEPTED_AT_PICK_UP_POINT",
        "ACCEPTED_AT_WAREHOUSE_ON_DEMAND",
        "12",
        "Принят на склад до востребования",
        READY,
        RECIPIENT,
    ),
    Row("TAKEN_BY_COURIER", "ISSUED_FOR_DELIVERY", "11", "Выдан на доставку", OUT, RECIPIENT),
    Row(
        "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE",
        "RETURNED_TO_DELIVERY_WAREHOUSE",
        "18",
        "Возвращен на склад доставки",
        FAILED,
        RECIPIENT,
    ),
    Row("DELIVERED", "", "4", "Вручен", Status.DELIVERED, RECIPIENT),
    Row("NOT_DELIVERED", "", "5", "Не вручен", Status.RETURNING, RECIPIENT),
    Row(
        "ENTERED_TO_TRANSIT_WAREHOUSE",
        "ENTERED_TO_OFFICE_TRANSIT_WAREHOUSE",
        "1000",
        "Поступил в город транзита",
        T,
        TRANSIT,
    ),
    Row(
        "ENTERED_TO_RECIPIENT_CITY_WAREHOUSE",
        "ENTERED_TO_DELIVERY_WAREHOUSE",
        "1000",
        "Поступил на склад доставки",
        T,
        RECIPIENT,
    ),
    Row(
        "ENTERED_TO_PICK_UP_POINT",
        "ENTERED_TO_WAREHOUSE_ON_DEMAND",
        "1000",
        "Поступил на склад до востребования",
        T,
        RECIPIENT,
    ),
    Row("IN_CUSTOMS_INTERNATIONAL", "", "1000", "Таможенное оформление в стране отправления", C, SENDER),
    Row("SHIPPED_TO_DESTINATION", "", "1000", "Отправлено в страну назначения", T, SENDER),
    Row("PASSED_TO_TRANSIT_CARRIER", "", "1000", "Передано транзитному перевозчику", T, TRANSIT),
    Row("IN_CUSTOMS_LOCAL", "", "1000", "Таможенное оформление в стране назначения", C, RECIPIENT),
    Row("CUSTOMS_COMPLETE", "", "1000", "Таможенное оформление завершено", T, RECIPIENT),
    Row("POSTOMAT_POSTED", "", "1000", "Заложен в постамат", READY, RECIPIENT),
    Row("POSTOMAT_SEIZED", "", "1000", "Изъят из постамата курьером", H, RECIPIENT),
    Row("POSTOMAT_RECEIVED", "", "1000", "Изъят из постамата клиентом", Status.DELIVERED, RECIPIENT),
)

BY_CODE = {row.code: row for row in ROWS}
SPELLINGS: dict[str, Row] = {spelling: row for row in ROWS for spelling in (row.code, row.office, row.also) if spelling}
ENDS = frozenset({"DELIVERED", "NOT_DELIVERED"})  # nothing more comes under this number

REASONS = {
    "1": "Неверный адрес",
    "2": "Не дозвонились",
    "3": "Адресат не проживает",
    "4": "Вес отличается сверх нормы",
    "5": "Фактическое отсутствие отправления",
    "6": "Дубль номера в акте передачи",
    "7": "Не доставляем в данный город, регион",
    "8": "Повреждение упаковки при приеме от отправителя",
    "9": "Повреждение упаковки у перевозчика",
    "10": "Повреждение упаковки на складе или у курьера",
    "11": "Отказ без объяснения",
    "12": "Претензия к качеству",
    "13": "Недовложение",
    "14": "Пересорт",
    "15": "Не устроили сроки",
    "16": "Уже купил",
    "17": "Передумал",
    "18": "Ошибка оформления",
    "19": "Повреждение упаковки у получателя",
    "20": "Частичная доставка",
    "21": "Отсутствие денег",
    "22": "Товар не подошел или не понравился",
    "23": "Истек срок хранения",
    "24": "Не прошел таможню",
    "25": "Является коммерческим грузом",
    "26": "Утерян",
    "27": "Не востребован, утилизация",
}
PARTIAL, REFUSED, UNCLAIMED, LOST = "20", "11", "23", "26"
GONE = frozenset({"5", "9", "10", "26", "27"})  # with NOT_DELIVERED: nothing comes back


def canonical(row: Row, reason: str) -> Status:
    """Return the canonical value of a status with its reason."""
    return Status.LOST_OR_DAMAGED if row.code == "NOT_DELIVERED" and reason in GONE else row.status
