"""Bar charts as SVG: drawn on the server, read without a picture too (title, description, a table beside)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...adapters.amounts import NotAnAmount, decimal_text
from ...domain.money import EXPONENTS

MOST_BARS = 12
ROW, BAR, NAME, PLOT, VALUE = 28, 18, 205, 190, 130  # heights and widths, in pixels of the drawing
NAME_START, NAME_END = 9, 13  # kinds of mail differ at their ends


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    shown: str  # the value as people read it
    width: int
    y: int
    full_name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws. `height` grows with the bars; `alt` says the same in a sentence."""

    id: str
    title: str
    alt: str
    bars: tuple[Bar, ...]
    left_out: int

    name_width, plot_width, width, bar_height = NAME, PLOT, NAME + PLOT + VALUE, BAR

    @property
    def height(self) -> int:
        return ROW * max(len(self.bars), 1) + 6


def chart(id: str, title: str, values: Sequence[tuple[str, int, str]]) -> Chart:
    """Return a chart of (name, value, value as people read it); only the first dozen get a bar."""
    shown = values[:MOST_BARS]
    most = max((value for _, value, _ in shown), default=0)
    bars = tuple(
        Bar(
            name=_short(name),
            shown=words,
            width=max(round(PLOT * value / most), 2) if most and value > 0 else 0,
            y=ROW * place + 3,
            full_name=name,
        )
        for place, (name, value, words) in enumerate(shown)
    )
    said = ", ".join(f"{name} {words}" for name, _, words in shown) or "nothing"
    return Chart(id, title, f"{title}: {said}.", bars, len(values) - len(shown))


def _short(name: str) -> str:
    return name if len(name) <= NAME_START + NAME_END + 1 else f"{name[:NAME_START]}…{name[-NAME_END:]}"


def counts(id: str, title: str, lines: Sequence[Mapping[str, Any]]) -> Chart:
    """Return how many orders each line has; of days the last dozen is shown."""
    if id.endswith("-day"):
        whole, lines = len(lines), lines[-MOST_BARS:]
        drawn = chart(id, title, [(line["name"], line["orders"], str(line["orders"])) for line in lines])
        return replace(drawn, left_out=whole - len(lines))
    return chart(id, title, [(line["name"], line["orders"], str(line["orders"])) for line in lines])


def costs(id: str, title: str, lines: Sequence[Mapping[str, Any]], currency: str) -> Chart:
    """Return what the lines cost in one currency, dearest first; bars of two currencies would compare nothing."""
    values = [(line["name"], _minor(line, currency)) for line in lines]
    ordered = sorted((value for value in values if value[1]), key=lambda value: (-value[1], value[0]))
    return chart(id, title, [(name, minor, amount(minor, currency)) for name, minor in ordered])


def _minor(line: Mapping[str, Any], currency: str) -> int:
    return sum(one["amount_minor"] for one in line["cost"] if one["currency"] == currency)


def amount(minor: int, currency: str) -> str:
    """Return money as people read it: thousands apart by a thin space, the code behind."""
    try:
        text = decimal_text(minor, currency)
    except NotAnAmount:  # a carrier may have named a currency that nobody knows
        text = str(minor) if EXPONENTS.get(currency) == 0 else f"{minor / 100:.2f}"
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}".replace(",", "\u2009") + f"{point}{rest}\u00a0{currency}"
