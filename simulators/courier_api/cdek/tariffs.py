"""Tariffs and delivery modes of CDEK as data.

Wire contract: `courier_api` §2.7. Codes, modes and the mass limits named there are published; names are the family's
with the mode's; prices are ours (see `prices`).
"""

from typing import NamedTuple


class Mode(NamedTuple):
    """`origin` and `target`: "door", "office" or "locker"."""

    number: int
    origin: str
    target: str
    name: str


MODES = {
    mode.number: mode
    for mode in (
        Mode(1, "door", "door", "дверь-дверь"),
        Mode(2, "door", "office", "дверь-склад"),
        Mode(3, "office", "door", "склад-дверь"),
        Mode(4, "office", "office", "склад-склад"),
        Mode(6, "door", "locker", "дверь-постамат"),
        Mode(7, "office", "locker", "склад-постамат"),
        Mode(8, "locker", "door", "постамат-дверь"),
        Mode(9, "locker", "office", "постамат-склад"),
        Mode(10, "locker", "locker", "постамат-постамат"),
    )
}


class Family(NamedTuple):
    """Tariffs that share a price list.

    `codes` is ((tariff code, mode), …). `price_percent` scales the domestic price list, `days_percent` the times.
    `order_type` 0 means any; `extra` is the additional order type it needs, 0 none.
    """

    name: str
    codes: tuple[tuple[int, int], ...]
    mass_max_g: int = 30_000
    mass_min_g: int = 0
    price_percent: int = 100
    days_percent: int = 100
    order_type: int = 0
    extra: int = 0
    abroad: bool = False
    listed: bool = True  # stands in `tarifflist`; the return tariffs are for orders made by the carrier


FAMILIES = (
    Family("Посылка", ((136, 4), (137, 3), (138, 2), (139, 1), (366, 6), (368, 7))),
    Family(
        "Экономичная посылка",
        ((231, 1), (232, 2), (233, 3), (234, 4), (376, 6), (378, 7)),
        50_000,
        price_percent=85,
        days_percent=170,
    ),
    Family("Возврат", ((140, 4), (141, 3)), price_percent=50, listed=False),
    Family(
        "E-com Express",
        ((291, 4), (293, 1), (294, 3), (295, 2), (509, 6), (510, 7)),
        price_percent=175,
        days_percent=60,
    ),
    Family(
        "E-com Standard",
        ((184, 1), (185, 4), (186, 3), (187, 2), (497, 6), (498, 7)),
        price_percent=95,
        days_percent=120,
    ),
    Family(
        "Экспресс",
        ((480, 1), (481, 2), (482, 3), (483, 4), (485, 6), (486, 7), (605, 8), (606, 9), (607, 10)),
        price_percent=190,
        days_percent=60,
    ),
    Family(
        "Экспресс документы",
        ((533, 1), (534, 2), (535, 3), (536, 4)),
        500,
        price_percent=120,
        days_percent=60,
        order_type=2,
    ),
    Family(
        "Documents Express",
        ((2261, 1), (2262, 2), (2263, 3), (2264, 4), (2266, 6), (2267, 7)),
        500,
        price_percent=130,
        days_percent=60,
    ),
    Family("Международный экспресс документы", ((7, 1),), 5_000, price_percent=90, abroad=True),
    Family("Международный экспресс грузы", ((8, 1),), abroad=True),
    Family("Магистральный экспресс", ((62, 4), (121, 1), (122, 3), (123, 2)), price_percent=110, days_percent=130),
    Family(
        "Сборный груз",
        ((748, 1), (749, 2), (750, 3), (751, 4)),
        1_000_000,
        60_000,
        price_percent=60,
        days_percent=200,
        extra=2,
    ),
    Family(
        "Экономичный экспресс шины",
        ((19, 1), (2321, 2), (2322, 3), (2323, 4)),
        price_percent=80,
        days_percent=180,
        extra=10,
    ),
)

TARIFFS: dict[int, tuple[Family, Mode]] = {
    code: (family, MODES[mode]) for family in FAMILIES for code, mode in family.codes
}


def tariff_name(code: int) -> str:
    family, mode = TARIFFS[code]
    return f"{family.name} {mode.name}"
