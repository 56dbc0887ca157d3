"""The words of Otpravka's codes, and how errors inside HTTP 200 are spelled.

Wire contract: `postal_api_russia` §2.19 and §1.3 (E4, E4b, E4c). The texts are those that clients quote from the
service or its specification.
"""

from typing import Any, NamedTuple

MARKS = {  # that an account with a batch for each kind keeps apart -> the code's part, the mark's name
    "OVERSIZED": ("OVERSIZE", "Негабаритная"),
    "COURIER_DELIVERY": ("COURIER_DELIVERY", "Курьер"),
    "CAUTION_FRAGILE": ("FRAGILE", "Осторожно/Хрупкое"),
    "WITH_ORDER_OF_NOTICE": ("ORDER_OF_NOTICE", "С заказным уведомлением"),
    "WITH_SIMPLE_NOTICE": ("SIMPLE_NOTICE", "С простым уведомлением"),
}
TEXTS = {
    "ALL_SHIPMENTS_SENT": "Все отправления уже отправлены",
    "BARCODE_ERROR": "Ошибка при получении ШПИ",
    "EMPTY_MAIL_RANK": "Разряд отправления не указан",
    "EMPTY_ENVELOPE_TYPE": "Тип конверта не указан",
    "EMPTY_PAYMENT_METHOD": "Способ оплаты не указан",
    "EMPTY_ADDRESS_TYPE_TO": "Тип адреса не указан",
    "EMPTY_INDEX_TO": "Почтовый индекс не указан",
    "EMPTY_INSR_VALUE": "Объявленная сумма не указана",
    "EMPTY_MAIL_CATEGORY": "Категория почтового отправления не указана",
    "EMPTY_MAIL_DIRECT": "Почтовое направление не указано",
    "EMPTY_MAIL_TYPE": "Тип почтового отправления не указан",
    "EMPTY_MASS": "Масса не указана",
    "EMPTY_NUM_ADDRESS_TYPE": "Не задан номер для соответствующего типа адреса",
    "EMPTY_PAYMENT": "Наложенный платеж не указан",
    "EMPTY_PLACE_TO": "Населенный пункт не указан",
    "EMPTY_REGION_TO": "Регион не заполнен",
    "EMPTY_TRANSPORT_TYPE": "Способ пересылки не указан",
    "EMPTY_POSTOFFICE_CODE": "Индекс приемного почтового отделения не задан",
    "EMPTY_TELADDRESS": "Телефон получателя является обязательным для данного вида отправления",
    "EMPTY_STREET_TO": "Не задан адрес (Улица, дом, квартира)",
    "EMPTY_CUSTOMS_ENTRIES": "Не заданы вложения для таможенной декларации",
    "EMPTY_GOODS_ITEMS_LIST": "Список товарных вложений пуст",
    "EMPTY_DELIVERY_POINT_INDEX": "Не указан Идентификатор пункта выдачи заказов",
    "EMPTY_FISCAL_DATA": "Не заполнены фискальные данные",
    "EMPTY_DIMENSION_TYPE": "Не указан типоразмер",
    "ILLEGAL_ADDRESS_TYPE_TO": "Тип адреса некорректен",
    "ILLEGAL_INDEX_TO": "Почтовый индекс некорректен",
    "ILLEGAL_INITIALS": "ФИО некорректно",
    "ILLEGAL_INSR_VALUE": "Объявленная сумма некорректна",
    "ILLEGAL_MAIL_CATEGORY": "Категория почтового отправления некорректна",
    "ILLEGAL_MAIL_DIRECT": "Почтовое направление некорректно",
    "ILLEGAL_MAIL_TYPE": "Тип почтового отправления некорректен",
    "ILLEGAL_MASS": "Масса некорректна",
    "ILLEGAL_MASS_EXCESS": "Вес отправления не должен превышать {} кг",
    "ILLEGAL_PAYMENT": "Наложенный платеж некорректен",
    "ILLEGAL_POSTOFFICE_CODE": "Индекс приемного почтового отделения некорректен",
    "ILLEGAL_TRANSPORT_TYPE": "Некорректный способ пересылки",
    "ILLEGAL_FRAGILE": 'Отметка "Осторожно/Хрупкое" неприменима для указанного типа отправлений',
    "ILLEGAL_ENVELOPE_TYPE": 'Недопустимое значение "Тип конверта" для выбранного вида отправления',
    "ILLEGAL_ADDRESS_LETTER": 'Недопустимое значение "Литера"',
    "ILLEGAL_ADDRESS_SLASH": 'Недопустимое значение "Дробь"',
    "ILLEGAL_ADDRESS_CORPUS": 'Недопустимое значение "Корпус"',
    "ILLEGAL_ADDRESS_BUILDING": 'Недопустимое значение "Строение"',
    "ILLEGAL_ADDRESS_ROOM": 'Недопустимое значение "Комната"',
    "ILLEGAL_PAYMENT_METHOD": "Некорректный способ оплаты",
    "ILLEGAL_NOTICE_PAYMENT_METHOD": "Некорректный способ оплаты уведомления",
    "ILLEGAL_RECIPIENT_NAME": 'Недопустимое значение поля "Имя получателя".',
    "ILLEGAL_RECIPIENT_NAME_INTL": 'Недопустимое значение поля "Имя получателя". '
    "(Разрешается использовать только латинские буквы).",
    "ILLEGAL_SMS_NOTICE_RECIPIENT_VALUE": 'Недопустимое значение для "Пакет смс получателю"',
    "INSR_VALUE_EXCEEDS_MAX": "Превышено максимальное значение {} руб",
    "NOT_INSURED_PAYMENT": "Наложенный платеж превышает объявленную ценность",
    "NO_AVAILABLE_POSTOFFICES": "Нет доступных точек сдачи",
    "NOT_FOUND": "Отправление не найдено",
    "PAST_DUE_DATE": "Дата отправки просрочена",
    "READONLY_STATE": "Изменения в партии недопустимы",
    "RESTRICTED_MAIL_CATEGORY": "Для создания отправлений с наложенным платежом необходимо указать номер ЕСПП в "
    "настройках сервиса. Обратитесь к вашему персональному менеджеру в Почте",
    "TARIFF_ERROR": "Ошибка при расчете тарифа",
    "DIFFERENT_TRANSPORT_TYPE": "Способы пересылки отправления и партии отличаются",
    "DIFFERENT_MAIL_TYPE": "Типы почтовых отправлений не совпадают",
    "DIFFERENT_MAIL_CATEGORY": "Категории почтовых отправления не совпадают",
    "DIFFERENT_POSTCODE": "Индексы приемного почтового отделения отправления и партии отличаются",
    **{
        f"ABSENT_{code}_POSTMARK": f'Отправление без отметки "{name}" не может быть добавлено в партию с этой отметкой'
        for code, name in MARKS.values()
    },
    **{
        f"UNEXPECTED_{code}_POSTMARK": f'Отправление с отметкой "{name}" не может быть добавлено в партию без неё'
        for code, name in MARKS.values()
    },
    "UNDEFINED": "Неопределенная ошибка",
    "DELIVERY_IN_PROGRESS": "Отправление уже отправлено",
    "GROUPING_TO_MMO_ERROR": "Ошибка добавления отправления в MMO",
    "GROUP_NOT_FOUND": "Группа не найдена",
    "DIMENSION_NOT_SUPPORTED": "Указание размеров для данного вида РПО не предусмотрено",
    "UNAVAILABLE_MAIL_TYPE": "Тип отправления для данного направления не подключен в настройках пользователя",
}
NO_TEXT = "null"  # what the service really says of an order that is put into its own batch


class Wrong(NamedTuple):
    """What is wrong with one order. `details` holds what a machine may want, where the service gives it."""

    code: str
    description: str
    details: str = ""

    def shape(self) -> dict[str, str]:
        found = {"code": self.code, "description": self.description}
        return {**found, "details": self.details} if self.details else found


def wrong(code: str, details: str = "", *values: object) -> Wrong:
    return Wrong(code, TEXTS[code].format(*values) if values else TEXTS[code], details)


def listed(found: list[tuple[int, list[Wrong]]]) -> list[dict[str, Any]]:
    """Return E4: what is wrong with which order of the request."""
    return [
        {"error-codes": [{**one.shape(), "position": place} for one in codes], "position": place}
        for place, codes in found
    ]


def plain(found: list[tuple[int, str]]) -> list[dict[str, Any]]:
    """Return E4b: codes without words."""
    return [{"error-code": code, "position": place} for place, code in found]


def told(found: list[tuple[int, str, str]], key: str) -> list[dict[str, Any]]:
    """Return E4c: codes with words under `key`, which recordings and documentation spell differently."""
    return [{"error-code": code, key: text, "position": place} for place, code, text in found]


def outcome(done: list[int], errors: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return an answer of both halves; `errors` are absent when all is fine, what was done when nothing was."""
    found: dict[str, Any] = {"errors": errors} if errors else {}
    return {"result-ids": done, **more, **found} if done or not errors else found
