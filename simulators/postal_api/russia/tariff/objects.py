"""Kinds of post as the calculator numbers them: `object = mailtype × 1000 + category × 10 + direction`.

Wire contract: §5.4; the words are those of Otpravka, §2.17, and ours where it has none. Numbers of ECOM and HYPER_CARGO
are guesses.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

MAIL_TYPES: dict[int, tuple[str, str]] = {  # number -> word, name
    2: ("LETTER", "Письмо"),
    3: ("BANDEROL", "Бандероль"),
    4: ("POSTAL_PARCEL", "Посылка нестандартная"),
    5: ("SMALL_PACKET", "Мелкий пакет"),
    6: ("POSTCARD", "Почтовая карточка"),
    7: ("EMS", "Отправление EMS"),
    8: ("SECOGRAM", "Секограмма"),
    9: ("M_BAG", "Мешок М"),
    10: ("VSD", "Отправление ВСД"),
    15: ("LETTER_CLASS_1", "Письмо 1 класса"),
    16: ("BANDEROL_CLASS_1", "Бандероль 1 класса"),
    23: ("ONLINE_PARCEL", "Посылка онлайн"),
    24: ("ONLINE_COURIER", "Курьер онлайн"),
    25: ("HYPER_CARGO", "Гиперкарго"),
    27: ("PARCEL_STANDARD", "Посылка стандарт"),
    30: ("BUSINESS_COURIER", "Бизнес курьер"),
    31: ("BUSINESS_COURIER_ES", "Бизнес курьер экспресс"),
    34: ("EMS_OPTIMAL", "EMS оптимальное"),
    35: ("TRACK_POSTCARD_CLASS_1", "Трек-открытка 1 класса"),
    36: ("TRACK_POSTCARD", "Трек-открытка"),
    37: ("TRACK_LETTER", "Трек-письмо"),
    41: ("EMS_RT", "EMS РТ"),
    46: ("VGPO_CLASS_1", "Внутригородское отправление 1 класса"),
    47: ("PARCEL_CLASS_1", "Посылка 1 класса"),
    51: ("EASY_RETURN", "Посылка Легкий возврат"),
    52: ("EMS_TENDER", "EMS тендер"),
    53: ("ECOM", "ЕКОМ"),
    54: ("ECOM_MARKETPLACE", "ЕКОМ Маркетплейс"),
}
CATEGORIES: dict[int, tuple[str, str]] = {  # number -> word, ending of a name; those of one word bend
    0: ("SIMPLE", "прост"),
    1: ("ORDERED", "заказн"),
    2: ("WITH_DECLARED_VALUE", "с объявленной ценностью"),
    3: ("ORDINARY", "обыкновенн"),
    4: ("WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY", "с объявленной ценностью и наложенным платежом"),
    6: ("WITH_DECLARED_VALUE_AND_COMPULSORY_PAYMENT", "с объявленной ценностью и обязательным платежом"),
    7: ("WITH_COMPULSORY_PAYMENT", "с обязательным платежом"),
    8: ("COMBINED_ORDINARY", "комбинированн"),
    9: ("COMBINED_WITH_DECLARED_VALUE", "с объявленной ценностью"),
    10: ("COMBINED_WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY", "с объявленной ценностью и наложенным платежом"),
}
FEMALE = frozenset({3, 4, 6, 8, 16, 23, 27, 35, 36, 47, 51})
MALE = frozenset({5, 9, 24, 30, 31})
BARE = frozenset({(27, 3), (47, 3), (8, 1), (36, 0), (37, 0), (35, 1), (10, 3)})  # names without their category
BY_WORD = {word: number for number, (word, _) in MAIL_TYPES.items() if word}
CATEGORY_BY_WORD = {word: number for number, (word, _) in CATEGORIES.items()}
HOME, OUT = 0, 1  # directions; 2 and 3 come in or pass through, and are not calculated
SOLD: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {  # mail type -> categories at home, abroad
    2: ((0, 1, 2, 4), (0, 1, 2)),
    3: ((0, 1, 2, 4), (0, 1)),
    4: ((2, 3, 4, 6), (2, 3, 4)),
    5: ((), (0, 1)),
    6: ((0, 1), (0, 1)),
    7: ((2, 3, 4, 6), (2, 3, 4)),
    8: ((1,), (1,)),
    9: ((), (0, 1)),
    10: ((3,), ()),
    15: ((1, 2, 4), ()),
    16: ((1, 2, 4), ()),
    23: ((2, 3, 4, 6, 8, 9, 10), ()),
    24: ((2, 3, 4, 6), ()),
    27: ((2, 3, 4), ()),
    30: ((2, 3), ()),
    31: ((2, 3), ()),
    34: ((2, 3, 4, 6), ()),
    35: ((1,), ()),
    36: ((0,), ()),
    37: ((0,), ()),
    41: ((2, 3, 4), ()),
    46: ((0, 1), ()),
    47: ((2, 3, 4, 6), ()),
    51: ((2, 3), ()),
    52: ((2, 3, 4, 6), ()),
    53: ((3, 7), ()),
    54: ((2, 6), ()),
}


class Sent(NamedTuple):
    """What is sent: a kind of post, its category and its direction, as numbers of the calculator."""

    mail_type: int
    category: int
    direction: int = HOME

    @property
    def object(self) -> int:
        return self.mail_type * 1000 + self.category * 10 + self.direction

    @property
    def word(self) -> str:
        return MAIL_TYPES[self.mail_type][0]

    @property
    def category_word(self) -> str:
        return CATEGORIES[self.category][0]

    @property
    def name(self) -> str:
        """Return the name as answers have it: `Бандероль простая`, `Посылка стандарт`."""
        kind, ending = MAIL_TYPES[self.mail_type][1], CATEGORIES[self.category][1]
        words = [kind]
        if self.category in (9, 10):
            words.append(self._bent("комбинированн"))
        if (self.mail_type, self.category) not in BARE:
            words.append(ending if " " in ending else self._bent(ending))
        return " ".join(words) + (" международная исходящая" if self.direction == OUT else "")

    def _bent(self, stem: str) -> str:
        if self.mail_type in FEMALE:
            return f"{stem}ая"
        if self.mail_type in MALE:
            return stem + ("ой" if stem in ("прост", "заказн") else "ый")
        return f"{stem}ое"

    @property
    def declared(self) -> bool:
        return "DECLARED" in self.category_word

    @property
    def cash_on_delivery(self) -> bool:
        return self.category_word.endswith("CASH_ON_DELIVERY")


@cache
def objects() -> dict[int, Sent]:
    """Return everything that is calculated, by its number."""
    return {sent.object: sent for sent in _all()}


def _all() -> Iterator[Sent]:
    for mail_type, (home, out) in SOLD.items():
        yield from (Sent(mail_type, category) for category in home)
        yield from (Sent(mail_type, category, OUT) for category in out)
