"""The calculator's tree of what it calculates: categories and the objects in each.

Wire contract: §5.1 names the calls; numbers that clients ask for are kept (100, 200, 207, 400, 612), the tree is ours.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from .objects import HOME, OUT, Sent, objects
from .rates import KINDS
from .services import FLAGS, OWN_MINOR, services
from .transfers import SOLD


class Category(NamedTuple):
    """`mail_types` go in a direction; `sold` are services that are sold by themselves."""

    id: int
    name: str
    parent: int = 0
    mail_types: tuple[int, ...] = ()
    direction: int = HOME
    sold: tuple[int, ...] = ()

    @property
    def description(self) -> str:
        return f"{self.name}: тарифы и контрольные сроки"

    def objects(self) -> list[Sent]:
        mine = [sent for sent in objects().values() if sent.mail_type in self.mail_types]
        return [sent for sent in mine if sent.direction == self.direction]


ALL = (
    Category(100, "Внутренние отправления"),
    Category(101, "Письма", 100, (2, 15, 37, 46)),
    Category(102, "Почтовые карточки", 100, (6, 35, 36)),
    Category(103, "Бандероли", 100, (3, 16)),
    Category(104, "Посылки", 100, (4, 23, 27, 47)),
    Category(105, "Курьерская доставка", 100, (24, 30, 31)),
    Category(106, "Отправления EMS", 100, (7, 34, 41, 52)),
    Category(107, "Секограммы", 100, (8,)),
    Category(108, "Возвраты", 100, (10, 51)),
    Category(109, "ЕКОМ", 100, (53, 54)),
    Category(200, "Международные отправления"),
    Category(201, "Письма международные", 200, (2,), OUT),
    Category(202, "Почтовые карточки международные", 200, (6,), OUT),
    Category(203, "Бандероли международные", 200, (3,), OUT),
    Category(204, "Посылки международные", 200, (4,), OUT),
    Category(205, "Мелкие пакеты", 200, (5,), OUT),
    Category(206, "Отправления EMS международные", 200, (7,), OUT),
    Category(207, "Мешки М и секограммы", 200, (8, 9), OUT),
    Category(400, "Переводы"),
    Category(401, "Почтовые переводы", 400, sold=(1000, 1040)),
    Category(600, "Дополнительные услуги"),
    Category(611, "Электронные письма", 600, sold=(303000, 303010, 303011)),
    Category(612, "Списки, бланки и хранение", 600, sold=(305020, 311000, 316000, 329000)),
)
BY_ID = {category.id: category for category in ALL}


def tree() -> list[dict[str, Any]]:
    """Return the roots with their children."""
    return [
        {"id": root.id, "name": root.name, "child": [{"id": one.id, "name": one.name} for one in children(root.id)]}
        for root in children(0)
    ]


def children(parent: int) -> list[Category]:
    return [category for category in ALL if category.parent == parent]


def described(category: Category) -> dict[str, Any]:
    return {"id": category.id, "name": category.name, "desc": category.description}


def of_object(number: int) -> Category | None:
    """Return the category of an object, or of a service that is sold by itself."""
    sent = objects().get(number)
    return next(
        (one for one in ALL if number in one.sold or (sent is not None and sent in one.objects())),
        None,
    )


def object_shapes(category: Category, date: int, only: int = 0) -> list[dict[str, Any]]:
    """Return the objects of a category and of those below it, each with its parameters and services."""
    below = [category, *children(category.id)]
    shown = [_object(sent, date) for one in below for sent in one.objects()]
    shown += [{"id": number, "name": SOLD[number].name, "date": date, "params": _sold_params(number), "service": []}
              for one in below for number in one.sold]  # fmt: skip
    return [one for one in shown if not only or one["id"] == only]


def _object(sent: Sent, date: int) -> dict[str, Any]:
    return {
        "id": sent.object,
        "mailtype": sent.mail_type,
        "mailctg": sent.category,
        "directctg": 2 if sent.direction == OUT else 1,
        "name": sent.name,
        "date": date,
        "params": list(_params(sent)),
        "service": [
            {"id": number, "name": services()[number], "seq": place, "serviceoff": []}
            for place, number in enumerate(sorted({*FLAGS, *OWN_MINOR}), 1)
        ],
    }


def _params(sent: Sent) -> Iterator[dict[str, Any]]:
    yield _param(1, "from", "Индекс места отправления", (100_000, 999_999))
    if sent.direction == OUT:
        yield _param(2, "country", "Код страны назначения", (1, 999)) | {"list": "country"}
        yield _param(3, "isavia", "Способ пересылки", (0, 2))
    else:
        yield _param(2, "to", "Индекс места назначения", (100_000, 999_999))
    yield _param(4, "weight", "Вес отправления", (1, KINDS[sent.word].most_g)) | {
        "unit": ["грамм", "грамма", "граммов"]
    }
    money = ["копейка", "копейки", "копеек"]
    if sent.declared:
        yield _param(5, "sumoc", "Сумма объявленной ценности", (1, 50_000_000)) | {"unit": money}
    if sent.cash_on_delivery:
        yield _param(6, "sumnp", "Сумма наложенного платежа", (1, 50_000_000)) | {"unit": money}


def _sold_params(number: int) -> list[dict[str, Any]]:
    if SOLD[number].basis_points:
        return [_param(1, "sum", "Сумма перевода", (1, 50_000_000))]
    return [_param(1, "count", "Количество", (1, 100_000))]


def _param(seq: int, name: str, title: str, bounds: tuple[int, int]) -> dict[str, Any]:
    least, most = bounds
    return {"id": name, "name": title, "datatype": 1, "param": name, "min": least, "max": most, "seq": seq}
