"""A calculation step by step: what is sent, what is insured, each service.

Wire contract: §5.2, and one whole recorded answer. The sums are those of the one price function (`prices`).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from . import rates
from .prices import HOME, Amount, Asked, Price, price
from .questions import Question
from .services import FLAGS, OVERSIZED, OWN_MINOR, PACKING, PACKS_MINOR, services

GROUND, AVIA, COVER, SERVICE = "ground", "avia", "cover", "service"
TRANSPORTS = {
    "SURFACE": (1, "наземно"),
    "AVIA": (2, "авиа"),
    "COMBINED": (3, "комбинированно"),
    "EXPRESS": (5, "ускоренно"),
}
POSTING, DELIVERY, TARIFF, FEE = 11, 111, 110, 13
FORCED_AIR = 2
FIRST_STEP = 3_000


class Line(NamedTuple):
    """A step: its part of the sum, and the services that made it."""

    id: str
    name: str
    part: str
    amount: Amount
    services: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calculation:
    asked: Question
    found: Price
    lines: tuple[Line, ...]
    stamped: bool  # whether stamps can pay for it

    def sum_of(self, part: str) -> Amount:
        amounts = [line.amount for line in self.lines if line.part == part]
        return Amount(sum(one.rate_minor for one in amounts), sum(one.vat_minor for one in amounts))

    @property
    def total(self) -> Amount:
        parts = [line.amount for line in self.lines]
        return Amount(sum(one.rate_minor for one in parts), sum(one.vat_minor for one in parts))

    @property
    def deadline(self) -> date:
        try:
            return self.asked.on + timedelta(days=self.found.days_max)
        except OverflowError:
            return date.max

    @property
    def transport(self) -> tuple[int, str]:
        return TRANSPORTS.get(self.found.transport, TRANSPORTS["SURFACE"])


def calculated(asked: Question) -> Calculation:
    """Return a calculation.

    Raises:
        NoTariff.
    """
    found = price(
        Asked(
            mail_type=asked.sent.word,
            mail_category=asked.sent.category_word,
            mass_g=asked.weight_g,
            index_from=asked.index_from,
            on=asked.on,
            index_to=asked.index_to,
            country=asked.country,
            sides_cm=asked.sides_cm,
            dimension_type="OVERSIZED" if OVERSIZED & set(asked.services) else "",
            declared_minor=asked.declared_minor,
            transport=_transport(asked),
            flags=frozenset(FLAGS[number] for number in asked.services if number in FLAGS),
        )
    )
    return Calculation(asked, found, tuple(_lines(asked, found)), not rates.KINDS[asked.sent.word].percent)


def _transport(asked: Question) -> str:
    flies = asked.by_air == FORCED_AIR or (asked.by_air and asked.country != HOME)
    return "AVIA" if flies else ""


def _lines(asked: Question, found: Price) -> list[Line]:
    """Return the steps: the way over land and by air, the fee of the declared value, then services as they were asked.

    Services that cost nothing make no step.
    """
    name = f"Пересылка: {asked.sent.name}"
    main: list[tuple[str, str, Amount, tuple[int, ...]]] = [
        (GROUND, name, found.ground, (TARIFF, POSTING)),
        (AVIA, f"{name}, авиа", found.avia, (TARIFF, POSTING)),
        (COVER, services()[FEE], found.insurance, (FEE,)),
    ]
    if "oversize" in found.extras:
        main.append((SERVICE, services()[12], found.extras["oversize"], (12,)))
    steps = [(part, name, amount, on) for part, name, amount, on in main if amount.rate_minor]
    steps += [(SERVICE, services()[number], amount, (number,)) for number, amount in _services(asked, found)]
    return [Line(str(FIRST_STEP + at), name, part, amount, on) for at, (part, name, amount, on) in enumerate(steps, 1)]


def _services(asked: Question, found: Price) -> list[tuple[int, Amount]]:
    """Return what each service costs: two of one meaning cost once."""
    priced: dict[str, tuple[int, Amount]] = {}
    for number in asked.services:
        flag = FLAGS.get(number, f"own {number}")
        if flag == "fragile":
            amount = found.extras["fragile"]
        elif flag in rates.ADD_ONS:
            amount = with_vat(rates.ADD_ONS[flag][1], found.vat_percent)
        elif number == PACKING:
            amount = with_vat(PACKS_MINOR.get(asked.pack, 0), found.vat_percent)
        else:
            amount = with_vat(OWN_MINOR.get(number, 0), found.vat_percent)
        if amount.rate_minor:
            priced.setdefault(flag, (number, amount))
    return list(priced.values())


def with_vat(minor: int, percent: int) -> Amount:
    return Amount(minor, (minor * percent + 50) // 100)
