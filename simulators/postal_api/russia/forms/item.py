"""What a form tells of an order: parties, kind, marks and amounts, ready to be printed."""

from dataclasses import dataclass

from ..country_codes import country_codes
from ..marks import CATEGORIES, POSTMARKS, item_name
from ..records import Account, Order
from ..tariff.objects import BY_WORD, CATEGORY_BY_WORD, MAIL_TYPES

OTHER_MARKS = {
    "WITH_CASH_ON_DELIVERY": "Наложенный платёж",
    "COURIER_DELIVERY": "Доставка курьером",
    "COMPLETENESS_CHECKING": "Проверка комплектности",
    "OVERSIZED": "Негабарит",
    "DELIVERY_WITH_COD": "Оплата при получении",
    "VSD": "Возврат сопроводительных документов",
    "EASY_RETURN": "Лёгкий возврат",
    "NONSTANDARD": "",
    "WITHOUT_MARK": "",
}


@dataclass(frozen=True, slots=True)
class Party:
    """Someone on a form: the name, the address in lines without the post code, the code, the telephone."""

    name: str
    lines: tuple[str, ...]
    index: str
    phone: str = ""

    @property
    def all_lines(self) -> tuple[str, ...]:
        return (self.name, *self.lines, f"тел. +{self.phone}" if self.phone else "")

    @property
    def address(self) -> str:
        return ", ".join(line for line in self.lines if line)


def sender(order: Order, account: Account) -> Party:
    """Return who sends: as the order tells it, else as the account's contract does."""
    told = order.fields.get("address-from")
    place = {key: str(value) for key, value in (told if isinstance(told, dict) else account.sender).items()}
    name = order.text("sender-name") or account.org_name
    phone = order.fields.get("tel-address-from") or account.phone
    inside = ("street", "house", "building", "corpus", "room", "office")
    street = ", ".join(place[key] for key in inside if place.get(key))
    towns = ", ".join(dict.fromkeys(place[key] for key in ("place", "area", "region") if place.get(key)))
    return Party(name, tuple(line for line in (street, towns) if line), place.get("index", order.office), str(phone))


def recipient(order: Order) -> Party:
    """Return to whom it goes; abroad the country stands in the last line, in English and in capitals."""
    towns = (order.text("location-to"), order.text("place-to"), order.text("area-to"), order.text("region-to"))
    street = _latin_street(order) if order.is_abroad else order.street_line
    lines = [street, ", ".join(dict.fromkeys(part for part in towns if part))]
    if not any(lines):
        lines = [order.text("raw-address")]
    if order.is_abroad:
        lines.append(country(order.mail_direct).upper())
    return Party(order.recipient, tuple(line for line in lines if line), order.index_to, order.phone)


def _latin_street(order: Order) -> str:
    """Return street and house as they are written abroad: without Russian abbreviations."""
    house = "".join(order.text(name) for name in ("house-to", "letter-to"))
    flat = order.text("room-to") or order.text("office-to")
    line = " ".join(part for part in (order.text("street-to"), house, order.text("corpus-to")) if part)
    return ", ".join(part for part in (line, order.text("building-to"), flat) if part)


_LATIN = {  # ICAO 9303; hard and soft signs as there
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ы": "y", "ь": "", "э": "e", "ю": "iu",
    "я": "ia", "«": '"', "»": '"', "№": "N",
}  # fmt: skip


def latin(text: str) -> str:
    """Return a text in Latin letters, as forms that leave the country are filled in."""
    return "".join(_one_latin(letter) for letter in text)


def _one_latin(letter: str) -> str:
    found = _LATIN.get(letter.lower())
    if found is None:
        return letter
    return found.capitalize() if letter.isupper() else found


def country(number: int) -> str:
    """Return a country's English name, its number where nobody knows one."""
    found = country_codes().get(number)
    return found.name if found else str(number)


def type_name(word: str) -> str:
    """Return a mail type's Russian name."""
    if word == "COMBINED":
        return "Комбинированно"
    return MAIL_TYPES[BY_WORD[word]][1] if word in BY_WORD else word


def category_name(word: str) -> str:
    if word == "COMBINED":
        return "Комбинированно"
    return CATEGORIES[CATEGORY_BY_WORD[word]][0] if word in CATEGORY_BY_WORD else word


def kind_of(order: Order) -> str:
    """Return what an order's item is called: `Письмо заказное`."""
    return item_name(type_name(order.mail_type), CATEGORY_BY_WORD.get(order.mail_category, -1))


def marks(order: Order) -> str:
    """Return an order's postmarks in Russian, in one line."""
    names = (OTHER_MARKS.get(word, POSTMARKS.get(word, (0, word))[1]) for word in order.postmarks)
    return ", ".join(dict.fromkeys(name for name in names if name))


def gross_minor(order: Order) -> int:
    """Return what the post charges for it, with VAT."""
    return order.total.rate_minor + order.total.vat_minor


def ru_date(day: str) -> str:
    """Return `22.11.2026` of an ISO date; anything else stays as it is."""
    return ".".join(reversed(day.split("-")))
