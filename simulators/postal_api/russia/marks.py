"""Postmarks as tracking tells them: a bit mask, with names; and what else an item is called there.

Wire contract: `postal_api_russia` §4.7 "Other dictionaries", §4.3; the words are those of orders, §2.17.
"""

from collections.abc import Iterable

POSTMARKS = {  # word of an order -> bit, name
    "WITH_SIMPLE_NOTICE": (1, "С простым уведомлением"),
    "WITH_ORDER_OF_NOTICE": (2, "С заказным уведомлением"),
    "WITH_INVENTORY": (4, "С описью"),
    "CAUTION_FRAGILE": (8, "Осторожно"),
    "HEAVY_HANDED": (16, "Тяжеловесная"),
    "LARGE_BULKY": (32, "Крупногабаритная (громоздкая)"),
    "WITH_DELIVERY": (64, "С доставкой"),
    "AWARDED_IN_OWN_HANDS": (128, "Вручить в собственные руки"),
    "WITH_DOCUMENTS": (256, "С документами"),
    "WITH_GOODS": (512, "С товарами"),
    "NO_RETURN": (1024, "Возврату не подлежит"),
    "NONSTANDARD": (2048, "Нестандартная"),
    "BORDER": (4096, "Приграничная"),
    "INSURED": (8192, "Застраховано"),
    "WITH_ELECTRONIC_NOTIFICATION": (16384, "С электронным уведомлением"),
    "BUSINESS_COURIER_EXPRESS": (32768, "Курьер бизнес-экспресс"),
    "NONSTANDARD_UPTO_10KG": (65536, "Нестандартная до 10 кг"),
    "NONSTANDARD_UPTO_20KG": (131072, "Нестандартная до 20 кг"),
}
SAME_AS = {"COURIER_DELIVERY": "WITH_DELIVERY"}  # an order's word -> the mark that tracking tells for it
NO_MARK = "Без отметки"
MAIL_TYPES = {  # number -> tracking's name, where it is not the calculator's
    4: "Посылка",
    7: "Отправление EMS",
}
CATEGORIES = {  # number -> name; neuter, feminine and masculine in the name of an item
    0: ("Простое", "простая", "простой"),
    1: ("Заказное", "заказная", "заказной"),
    2: ("С объявленной ценностью", "с объявленной ценностью", "с объявленной ценностью"),
    3: ("Обыкновенное", "обыкновенная", "обыкновенный"),
    4: ("С объявленной ценностью и наложенным платежом",) + ("с объявленной ценностью и наложенным платежом",) * 2,
    6: ("С объявленной ценностью и обязательным платежом",) + ("с объявленной ценностью и обязательным платежом",) * 2,
    7: ("С обязательным платежом",) + ("с обязательным платежом",) * 2,
    8: ("Комбинированное обыкновенное", "комбинированная обыкновенная", "комбинированный обыкновенный"),
    9: ("Комбинированное с объявленной ценностью",) + ("с объявленной ценностью",) * 2,
    10: ("Комбинированное с объявленной ценностью и наложенным платежом",)
    + ("с объявленной ценностью и наложенным платежом",) * 2,
}
RANKS = {  # word of an order -> number, name
    "WO_RANK": (0, "Без разряда"),
    "GOVERNMENTAL": (1, "Правительственное"),
    "MILITARY": (2, "Воинское"),
    "OFFICIAL": (3, "Служебное"),
    "JUDICIAL": (4, "Судебное"),
    "PRESIDENTIAL": (5, "Президентское"),
    "CREDIT": (6, "Кредитное"),
}


def mask(words: Iterable[str]) -> int:
    """Return an order's postmarks as a bit mask; those that tracking does not know have no bit."""
    marks = {SAME_AS.get(word, word) for word in words}
    return sum(POSTMARKS[word][0] for word in marks if word in POSTMARKS)


def mask_name(bits: int) -> str:
    return ", ".join(name for bit, name in POSTMARKS.values() if bits & bit) or NO_MARK


def item_name(type_name: str, category: int) -> str:
    """Return what an item is called: `Посылка обыкновенная`, `Письмо заказное`, `Мелкий пакет заказной`."""
    neuter, feminine, masculine = CATEGORIES.get(category, ("", "", ""))
    noun = next((word for word in type_name.split() if word.lower() in GENDERS), "")
    form = {"f": feminine, "m": masculine}.get(GENDERS.get(noun.lower(), "n"), neuter.lower())
    return f"{type_name} {form}".strip()


GENDERS = {"посылка": "f", "бандероль": "f", "открытка": "f", "пакет": "m", "курьер": "m", "возврат": "m"}
