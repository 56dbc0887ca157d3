"""Services that are sold by themselves: money transfers, electronic letters, papers filled in.

Wire contract: §5.4, the row of services. Names are the contract's, prices ours.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from . import rates
from .calculation import with_vat
from .prices import Amount, Trouble
from .questions import amount_of, wrong


class Sold(NamedTuple):
    """`each_minor` is for one; `basis_points` of the sum that is transferred come to it."""

    name: str
    each_minor: int
    basis_points: int = 0


SOLD: dict[int, Sold] = {
    1000: Sold("Почтовый перевод", 8_000, 170),
    1040: Sold("Почтовый перевод наложенного платежа", 8_000, 170),
    303000: Sold("Электронное письмо простое", 6_500),
    303010: Sold("Электронное письмо заказное", 12_500),
    303011: Sold("Электронное письмо заказное международное", 35_000),
    305020: Sold("Продление срока хранения", 6_000),
    311000: Sold("Составление списка ф. 103", 450),
    316000: Sold("СМС-уведомление", 1_000),
    329000: Sold("Заполнение бланка ф. 112ЭП", 4_100),
}
MOST = 100_000


def is_sold(query: Mapping[str, str]) -> int:
    """Return the number of the service that a query asks for, 0 when it asks for something to be sent."""
    found = query.get("object", "").strip()
    return int(found) if found.isascii() and found.isdigit() and len(found) < 9 and int(found) in SOLD else 0


def price_of(number: int, query: Mapping[str, str], on: date) -> tuple[Amount, int]:
    """Return what so many of a service cost, and the rate of VAT.

    Raises:
        Wrong.
    """
    sold, percent = SOLD[number], rates.vat_percent(on)
    count, transferred = amount_of(query, "count") or 1, amount_of(query, "sum")
    if count > MOST:
        raise wrong("count", f"Указано {count}, допустимо до {MOST}", Trouble.TOO_LARGE)
    if sold.basis_points and not transferred:
        raise wrong("sum", "Не указано значение", Trouble.MISSING_VALUE)
    return with_vat(sold.each_minor * count + transferred * sold.basis_points // 10_000, percent), percent
