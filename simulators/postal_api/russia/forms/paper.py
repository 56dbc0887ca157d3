"""Places on paper, made once each: the writer of PDFs keeps what it derives from a place for as long as it runs."""

from collections.abc import Sequence
from functools import cache

from ....wire.labels import Sheet, Symbology
from ....wire.labels.layout import Bars, Block, Box, Slot

LINE_MM = 0.25
LEAST_DIGITS = 6  # fewer are too easily read out of part of another symbol


@cache
def slot(
    x_mm: float,
    y_mm: float,
    width_mm: float,
    size_pt: float,
    bold: bool = False,
    anchor: float = 0.0,
    white: bool = False,
) -> Slot:
    return Slot(x_mm, y_mm, width_mm, size_pt, bold, anchor, white)


@cache
def block(
    x_mm: float,
    top_mm: float,
    bottom_mm: float,
    width_mm: float,
    size_pt: float,
    leading_mm: float,
    first_bold: bool = False,
) -> Block:
    return Block(x_mm, top_mm, bottom_mm, width_mm, size_pt, leading_mm, first_bold)


@cache
def bars(centre_mm: float, top_mm: float, width_mm: float, height_mm: float) -> Bars:
    return Bars(centre_mm, top_mm, width_mm, height_mm)


class Pen:
    """Writes on one sheet, everything `scale` times as large as told and moved by `x_mm` and `y_mm`."""

    def __init__(self, sheet: Sheet, scale: float = 1.0, x_mm: float = 0.0, y_mm: float = 0.0) -> None:
        self.sheet = sheet
        self.scale = scale
        self.x_mm = x_mm
        self.y_mm = y_mm

    def _x(self, x_mm: float) -> float:
        return round(x_mm * self.scale + self.x_mm, 2)

    def _y(self, y_mm: float) -> float:
        return round(y_mm * self.scale + self.y_mm, 2)

    def _by(self, length: float) -> float:
        return round(length * self.scale, 2)

    def text(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        size_pt: float,
        text: str,
        *,
        bold: bool = False,
        anchor: float = 0.0,
        white: bool = False,
    ) -> None:
        """Set one line; `anchor` 0 starts at x, 0.5 is centred on it, 1 ends there."""
        place = slot(self._x(x_mm), self._y(y_mm), self._by(width_mm), self._by(size_pt), bold, anchor, white)
        self.sheet.lines.append((place, text))

    def lines(
        self,
        x_mm: float,
        top_mm: float,
        bottom_mm: float,
        width_mm: float,
        size_pt: float,
        texts: Sequence[str],
        *,
        leading_mm: float = 0.0,
        first_bold: bool = False,
    ) -> None:
        """Set lines between two baselines; what is too long is broken, what does not find room drawn smaller."""
        leading_mm = leading_mm or size_pt * 0.44
        place = block(
            self._x(x_mm),
            self._y(top_mm),
            self._y(bottom_mm),
            self._by(width_mm),
            self._by(size_pt),
            self._by(leading_mm),
            first_bold,
        )
        self.sheet.block(place, tuple(text for text in texts if text))

    def frame(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        self.sheet.frames.append(Box(self._x(x_mm), self._y(y_mm), self._by(width_mm), self._by(height_mm)))

    def fill(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        self.sheet.rules.append(Box(self._x(x_mm), self._y(y_mm), self._by(width_mm), self._by(height_mm)))

    def across(self, x_mm: float, y_mm: float, width_mm: float) -> None:
        """Draw a line."""
        self.fill(x_mm, y_mm, width_mm, LINE_MM / self.scale)

    def down(self, x_mm: float, y_mm: float, height_mm: float) -> None:
        self.fill(x_mm, y_mm, LINE_MM / self.scale, height_mm)

    def code(self, centre_mm: float, top_mm: float, width_mm: float, height_mm: float, text: str) -> None:
        """Draw a barcode: digits of an even number as Interleaved 2 of 5 without a check digit, others as Code 128."""
        place = bars(self._x(centre_mm), self._y(top_mm), self._by(width_mm), self._by(height_mm))
        self.sheet.codes.append((place, text, symbology_of(text)))

    def tick(self, x_mm: float, y_mm: float, ticked: bool) -> None:
        """Draw a box to be ticked, three millimetres wide, its lower edge at y."""
        self.frame(x_mm, y_mm - 3, 3, 3)
        if ticked:
            self.text(x_mm + 1.5, y_mm - 0.5, 3, 8, "X", bold=True, anchor=0.5)

    def number(self, x_mm: float, y_mm: float, width_mm: float, size_pt: float, number: str) -> None:
        """Set an item's number in the middle of a width: fourteen digits as 6-2-5-1 with the serial in bold."""
        if len(number) != 14:
            self.text(x_mm + width_mm / 2, y_mm, width_mm, size_pt, number, bold=True, anchor=0.5)
            return
        at_mm = x_mm + (width_mm - _NUMBER_EM * size_pt * _PT_MM) / 2
        for part, bold in zip((number[:6], number[6:8], number[8:13], number[13:]), _BOLD, strict=True):
            wide_mm = len(part) * (_BOLD_EM if bold else _REGULAR_EM) * size_pt * _PT_MM
            self.text(at_mm, y_mm, wide_mm + 1, size_pt, part, bold=bold)
            at_mm += wide_mm + _GAP_EM * size_pt * _PT_MM


_PT_MM = 25.4 / 72
_REGULAR_EM, _BOLD_EM, _GAP_EM = 0.637, 0.696, 0.45  # widths of our fonts' digits, and of the room between groups
_BOLD = (False, False, True, False)
_NUMBER_EM = 9 * _REGULAR_EM + 5 * _BOLD_EM + 3 * _GAP_EM


def symbology_of(text: str) -> Symbology:
    digits = text.isascii() and text.isdigit() and len(text) >= LEAST_DIGITS and len(text) % 2 == 0
    return Symbology.INTERLEAVED if digits else Symbology.CODE_128
