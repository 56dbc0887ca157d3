"""Tariffs and delivery modes of CDEK as data.

Wire contract: `courier_api` §2.7. Codes, modes and the mass limits named there are published; names are the family's
with the mode's; prices are ours (see `prices`). Where the contract gives a code without a mode, the names that public
clients give it tell the mode. Where it gives no limit of mass, and for codes 57, 158 and 722: the vendor's OpenAPI
description (as stored in GitHub wishboxcdek), appendix 4.
"""

from typing import NamedTuple


class Mode(NamedTuple):
    """`origin` and `target`: "door", "office" or "locker"."""

    number: int
    origin: str
    target: str
    name: str

    @property
    def name_eng(self) -> str:
        words = {"door": "door", "office": "warehouse", "locker": "parcel locker"}
        return f"{words[self.origin]} to {words[self.target]}"


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


UNLIMITED_G = 1_000_000  # "without limit": a tonne a package


class Family(NamedTuple):
    """Tariffs that share a price list.

    `codes` is ((tariff code, mode), …). `price_percent` scales the domestic price list, `days_percent` the times.
    `order_type` 0 means any; `extra` is the additional order type it needs, 0 none. `days` are working days that do
    not depend on the way. `zone_most` is the farthest zone it runs to, 0 within one city; `one_country` says that it
    crosses no border. A family with `sent_until` is for who hands over before that hour, on no day that is past.
    """

    name: str
    name_eng: str
    codes: tuple[tuple[int, int], ...]
    mass_max_g: int = 30_000
    mass_min_g: int = 0
    price_percent: int = 100
    days_percent: int = 100
    order_type: int = 0
    extra: int = 0
    abroad: bool = False
    goods: bool = True  # carries more than documents
    days: tuple[int, int] | None = None
    zone_most: int = 99
    one_country: bool = False
    sent_until: int = 0
    listed: bool = True  # stands in `tarifflist`; the return tariffs are for orders made by the carrier


def _by_hour(hour: int, codes: tuple[tuple[int, int], ...], *, dot: bool = False) -> Family:
    """Return the tariffs that arrive before an hour of the next day, or with `dot` of that or the day after."""
    percent = {18: 220, 16: 240, 14: 260, 12: 290, 10: 330, 9: 350}[hour]
    return Family(
        f"Супер-экспресс до {hour}{'.00' if dot else ''}",
        f"Super express before {hour}{'.00' if dot else ''}",
        codes,
        price_percent=percent - 10 if dot else percent,
        days=(1, 2) if dot else (1, 1),
        zone_most=4 if dot else 3,
        one_country=True,
        sent_until=20,
    )


FAMILIES = (
    Family("Посылка", "Parcel", ((136, 4), (137, 3), (138, 2), (139, 1), (366, 6), (368, 7))),
    Family(
        "Экономичная посылка",
        "Economy parcel",
        ((231, 1), (232, 2), (233, 3), (234, 4), (376, 6), (378, 7)),
        50_000,
        price_percent=85,
        days_percent=170,
    ),
    Family("Возврат", "Return", ((140, 4), (141, 3)), price_percent=50, listed=False),
    Family(
        "E-com Express",
        "E-com Express",
        ((291, 4), (293, 1), (294, 3), (295, 2), (509, 6), (510, 7)),
        500_000,
        price_percent=175,
        days_percent=60,
    ),
    Family("E-com Express.", "E-com Express.", ((2483, 1), (2485, 4)), 500_000, price_percent=180, days_percent=60),
    Family(
        "E-com Standard",
        "E-com Standard",
        ((184, 1), (185, 4), (186, 3), (187, 2), (497, 6), (498, 7)),
        UNLIMITED_G,
        price_percent=95,
        days_percent=120,
    ),
    Family(
        "Экспресс",
        "Express",
        ((480, 1), (481, 2), (482, 3), (483, 4), (485, 6), (486, 7), (605, 8), (606, 9), (607, 10)),
        UNLIMITED_G,
        price_percent=190,
        days_percent=60,
    ),
    Family(
        "Экспресс документы",
        "Documents",
        ((533, 1), (534, 2), (535, 3), (536, 4)),
        500,
        price_percent=120,
        days_percent=60,
        order_type=2,
        goods=False,
    ),
    Family(
        "Documents Express",
        "Documents Express",
        ((2261, 1), (2262, 2), (2263, 3), (2264, 4), (2266, 6), (2267, 7)),
        500,
        price_percent=130,
        days_percent=60,
        goods=False,
    ),
    Family(
        "Международный экспресс документы",
        "International express documents",
        ((7, 1),),
        5_000,
        price_percent=90,
        abroad=True,
        goods=False,
    ),
    Family("Международный экспресс грузы", "International express goods", ((8, 1),), abroad=True),
    Family(
        "Магистральный экспресс",
        "Trunk express",
        ((62, 4), (121, 1), (122, 3), (123, 2)),
        UNLIMITED_G,
        price_percent=110,
        days_percent=130,
    ),
    _by_hour(18, ((3, 1), (804, 2), (805, 3), (806, 4), (722, 7))),
    _by_hour(16, ((61, 1), (795, 2), (796, 3), (797, 4))),
    _by_hour(14, ((60, 1), (786, 2), (787, 3), (788, 4))),
    _by_hour(12, ((59, 1), (777, 2), (778, 3), (779, 4))),
    _by_hour(10, ((58, 1),)),
    _by_hour(9, ((57, 1),)),
    _by_hour(18, ((716, 1), (717, 2), (718, 3), (719, 4)), dot=True),
    _by_hour(16, ((706, 1), (707, 2), (708, 3), (709, 4)), dot=True),
    _by_hour(14, ((696, 1), (697, 2), (698, 3), (699, 4)), dot=True),
    _by_hour(12, ((686, 1), (687, 2), (688, 3), (689, 4)), dot=True),
    _by_hour(10, ((676, 1), (677, 2), (678, 3), (679, 4)), dot=True),
    Family(
        "Доставка день в день",
        "Same day delivery",
        ((2360, 1),),
        25_000,
        price_percent=210,
        days=(0, 0),
        zone_most=0,
        sent_until=14,
    ),
    Family("Один офис (ИМ)", "One office", ((2536, 4),), price_percent=60, days=(0, 1), zone_most=0, order_type=1),
    Family("Забор груза", "Cargo pick-up", ((158, 2),), UNLIMITED_G, price_percent=50, days=(0, 1), zone_most=0),
    Family("Фулфилмент выдача", "Fulfilment pick-up", ((358, 4),), price_percent=70, days=(0, 1), zone_most=0, extra=7),
    Family(
        "Сборный груз",
        "LTL",
        ((748, 1), (749, 2), (750, 3), (751, 4)),
        UNLIMITED_G,
        60_000,
        price_percent=60,
        days_percent=200,
        extra=2,
    ),
    Family(
        "Экономичный экспресс шины",
        "Economy express tyres",
        ((19, 1), (2321, 2), (2322, 3), (2323, 4)),
        price_percent=80,
        days_percent=180,
        extra=10,
    ),
)

TARIFFS: dict[int, tuple[Family, Mode]] = {
    code: (family, MODES[mode]) for family in FAMILIES for code, mode in family.codes
}


def tariff_name(code: int, lang: str = "rus") -> str:
    """Return a tariff's name: Russian, or English for who asks for another language."""
    family, mode = TARIFFS[code]
    return f"{family.name} {mode.name}" if lang == "rus" else f"{family.name_eng} {mode.name_eng}"
