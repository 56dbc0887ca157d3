"""Kinds of post as the calculator numbers them: `object = mailtype × 1000 + category × 10 + direction`.

Wire contract: §5.4; the words are those of Otpravka, §2.17. Numbers of VGPO_CLASS_1, ECOM and HYPER_CARGO are guesses.
"""

from typing import NamedTuple

MAIL_TYPES: dict[int, tuple[str, str]] = {  # number -> Otpravka's word ("" has none), name
    2: ("LETTER", "Письмо"),
    3: ("BANDEROL", "Бандероль"),
    4: ("POSTAL_PARCEL", "Посылка нестандартная"),
    5: ("SMALL_PACKET", "Мелкий пакет"),
    6: ("", "Почтовая карточка"),
    7: ("EMS", "Отправление EMS"),
    8: ("", "Секограмма"),
    9: ("", "Мешок М"),
    10: ("VSD", "Отправление ВСД"),
    15: ("LETTER_CLASS_1", "Письмо 1 класса"),
    16: ("BANDEROL_CLASS_1", "Бандероль 1 класса"),
    23: ("ONLINE_PARCEL", "Посылка онлайн"),
    24: ("ONLINE_COURIER", "Курьер онлайн"),
    25: ("HYPER_CARGO", "Гиперкарго"),
    27: ("", "Посылка стандарт"),
    30: ("BUSINESS_COURIER", "Бизнес курьер"),
    31: ("BUSINESS_COURIER_ES", "Бизнес курьер экспресс"),
    34: ("EMS_OPTIMAL", "EMS оптимальное"),
    35: ("", "Трек-открытка 1 класса"),
    36: ("", "Трек-открытка"),
    37: ("", "Трек-письмо"),
    41: ("EMS_RT", "EMS РТ"),
    46: ("VGPO_CLASS_1", "ВГПО 1 класса"),
    47: ("PARCEL_CLASS_1", "Посылка 1 класса"),
    51: ("EASY_RETURN", "Лёгкий возврат"),
    52: ("EMS_TENDER", "EMS тендер"),
    53: ("ECOM", "ЕКОМ"),
    54: ("ECOM_MARKETPLACE", "ЕКОМ Маркетплейс"),
}
CATEGORIES: dict[int, tuple[str, str]] = {
    0: ("SIMPLE", "простое"),
    1: ("ORDERED", "заказное"),
    2: ("WITH_DECLARED_VALUE", "с объявленной ценностью"),
    3: ("ORDINARY", "обыкновенное"),
    4: ("WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY", "с объявленной ценностью и наложенным платежом"),
    6: ("WITH_DECLARED_VALUE_AND_COMPULSORY_PAYMENT", "с объявленной ценностью и обязательным платежом"),
    7: ("WITH_COMPULSORY_PAYMENT", "с обязательным платежом"),
    8: ("COMBINED_ORDINARY", "комбинированное обыкновенное"),
    9: ("COMBINED_WITH_DECLARED_VALUE", "комбинированное с объявленной ценностью"),
    10: (
        "COMBINED_WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY",
        "комбинированное с объявленной ценностью и наложенным платежом",
    ),
}
DIRECTIONS = {0: "внутреннее", 1: "международное исходящее", 2: "международное входящее", 3: "транзит"}
BY_WORD = {word: number for number, (word, _) in MAIL_TYPES.items() if word}
CATEGORY_BY_WORD = {word: number for number, (word, _) in CATEGORIES.items()}


class Sent(NamedTuple):
    """What is sent: a kind of post, its category and its direction, as numbers of the calculator."""

    mail_type: int
    category: int
    direction: int = 0

    @property
    def object(self) -> int:
        return self.mail_type * 1000 + self.category * 10 + self.direction

    @property
    def name(self) -> str:
        kind, category = MAIL_TYPES[self.mail_type][1], CATEGORIES[self.category][1]
        return f"{kind} {category}" + ("" if self.direction == 0 else f" {DIRECTIONS[self.direction]}")

    @property
    def declared(self) -> bool:
        return "DECLARED" in CATEGORIES[self.category][0]

    @property
    def cash_on_delivery(self) -> bool:
        return CATEGORIES[self.category][0].endswith("CASH_ON_DELIVERY")
