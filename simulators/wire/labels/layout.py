"""Where everything stands on a label of 100 x 150 mm: one design for PDF and ZPL.

Millimetres from the top left corner; a line's `y_mm` is its baseline.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from .label import Captions, Label
from .sfnt import load
from .symbols import Symbology
from .typeset import width_pt, wrapped

WIDTH_MM, HEIGHT_MM = 100, 150
MM_PT = 72 / 25.4
_LEFT, _RIGHT, _TOP, _BOTTOM = 3.0, 97.0, 3.0, 147.0
_COLUMN, _FROM, _TO, _EXTRA = 64.0, 19.0, 44.0, 101.0
_RULE = 0.375  # three dots at 203 dpi
MATRIX_RIGHT_MM, MATRIX_BOTTOM_MM, MATRIX_SIDE_MM = 94.0, 145.5, 9.1


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A place for one line of type. `anchor`: 0 starts at x, 0.5 is centred on it.

    Compared by identity: a slot is made once, and the writers keep what they derive from it by slot.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    size_pt: float
    bold: bool = False
    anchor: float = 0
    white: bool = False

    @property
    def room_pt(self) -> float:
        return self.width_mm * MM_PT


class Box(NamedTuple):
    """A filled rectangle."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A place for lines of one size between two baselines. Compared by identity, as slots are."""

    x_mm: float
    top_mm: float
    bottom_mm: float
    width_mm: float
    size_pt: float
    leading_mm: float
    first_bold: bool = False

    @property
    def most(self) -> int:
        """How many lines find room, drawn together to five eighths."""
        return int((self.bottom_mm - self.top_mm) / (self.leading_mm * 0.625) + 1)

    @property
    def natural(self) -> float:
        """How many lines find room as they are."""
        return (self.bottom_mm - self.top_mm) / self.leading_mm + 1

    @property
    def room_pt(self) -> float:
        return self.width_mm * MM_PT

    def sizes(self) -> Iterator[tuple[int, float]]:
        """Yield numbers of lines, and how much smaller than natural they are drawn then."""
        for number in range(max(1, int(self.natural)), self.most + 1):
            yield number, self.shrink(number)

    def shrink(self, number: int) -> float:
        """Return how much smaller than natural so many lines are drawn: the last one stands on the lower baseline."""
        return min(1.0, (self.natural - 1) / (number - 1)) if number > 1 else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """A place for a barcode, quiet zones included; the bars stand in its middle. Compared by identity, as slots are."""

    centre_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


CODE = Bars(50, 111.5, 92, 23.5)
_FIRST, _SECOND, _SECOND_BESIDE_MATRIX = Bars(50, 111.5, 92, 12), Bars(50, 130, 92, 9), Bars(44, 130, 76, 9)


FRAME = Box(_LEFT, _TOP, _RIGHT - _LEFT, _BOTTOM - _TOP)  # outlined, by a rule
BOXES = (
    Box(_LEFT, _TOP, _COLUMN - _LEFT, _FROM - _TOP),
    Box(_COLUMN, _FROM, _RIGHT - _COLUMN, _RULE),
    Box(_COLUMN, _FROM, _RULE, _TO - _FROM),
    Box(_LEFT, _TO, _RIGHT - _LEFT, 2 * _RULE),
    Box(_LEFT, _EXTRA, _RIGHT - _LEFT, 2 * _RULE),
)
RULE_MM = _RULE
COD_BOX = Box(50.5, 83.5, 43.5, 14.5)
SPECIMEN_BOX = Box(59.0, 103.5, 35.0, 6.5)

_SENDER_CAPTION = Slot(6, 23, 56, 6.5, True)
_RECIPIENT_CAPTION = Slot(6, 49, 86, 7.5, True)
_MASS_CAPTION = Slot(67, 23, 27, 6.5, True)
_REFERENCE_CAPTION = Slot(67, 33.5, 27, 6.5, True)
_MARK = Slot(6.5, 13.7, 54, 22, True, white=True)
_SERVICE_X, _SERVICE_WIDTH = (_COLUMN + _RIGHT) / 2, _RIGHT - _COLUMN - 4
_SERVICE = Slot(_SERVICE_X, 12.8, _SERVICE_WIDTH, 13, True, 0.5)
_SERVICE_TWO = (
    Slot(_SERVICE_X, 10.2, _SERVICE_WIDTH, 12, True, 0.5),
    Slot(_SERVICE_X, 15.4, _SERVICE_WIDTH, 12, True, 0.5),
)
_SENDER = Block(6, 27.2, 42.5, 55, 8.5, 3.8)
_MASS = Slot(67, 28.6, 27, 12, True)
_REFERENCE = Slot(67, 39.1, 27, 12, True)
_RECIPIENT = Block(6, 55.2, 82, 88, 13.5, 5.8, first_bold=True)
_POSTAL_CODE, _POSTAL_CODE_BESIDE_COD = Slot(6, 97, 88, 38, True), Slot(6, 97, 42, 38, True)
_COD_CAPTION, _COD = Slot(72.25, 87.8, 40, 7.5, True, 0.5, True), Slot(72.25, 95.3, 40, 18, True, 0.5, True)
_NOTES, _NOTES_BESIDE_SPECIMEN = Block(6, 105.6, 109.5, 88, 8.5, 3.8), Block(6, 105.6, 109.5, 51, 8.5, 3.8)
_SPECIMEN = Slot(76.5, 108.35, 33, 13, True, 0.5, True)
_NUMBER, _NUMBER_BESIDE_MATRIX = Slot(50, 142.2, 88, 17, True, 0.5), Slot(44, 142.2, 76, 17, True, 0.5)

_NUMBER_OF_TWO = Slot(50, 128, 88, 12, True, 0.5)
_SECOND_NUMBER, _SECOND_NUMBER_BESIDE_MATRIX = Slot(50, 143.2, 88, 9, False, 0.5), Slot(44, 143.2, 76, 9, False, 0.5)

_MANY = 20  # more lines than any block has room for
_WIDE_EM = 0.8  # of the font size: few letters are wider
_NARROW_ENOUGH = 0.75  # a line that would have to be narrower is broken

Placed = tuple[Slot, str]


def captions(words: Captions, *, cod: bool, specimen: bool) -> list[Placed]:
    """Return the lines that labels of one language share."""
    found = [
        (_SENDER_CAPTION, words.sender),
        (_RECIPIENT_CAPTION, words.recipient),
        (_MASS_CAPTION, words.mass),
        (_REFERENCE_CAPTION, words.reference),
    ]
    if cod:
        found.append((_COD_CAPTION, words.cod))
    if specimen:
        found.append((_SPECIMEN, words.specimen))
    return found


def boxes(*, cod: bool, specimen: bool) -> tuple[Box, ...]:
    return BOXES + (COD_BOX,) * cod + (SPECIMEN_BOX,) * specimen


class Shop(NamedTuple):
    """What the labels of one shop share; the writers keep that part finished for the shops they saw last."""

    mark: str
    service: str
    sender: tuple[str, ...]
    captions: Captions
    cod: bool
    specimen: bool


def shop(label: Label) -> Shop:
    return Shop(label.mark, label.service, label.sender, label.captions, bool(label.cod), label.specimen)


def shop_lines(shop: Shop) -> list[Placed]:
    """Return the lines that labels of one shop share."""
    return [
        *captions(shop.captions, cod=shop.cod, specimen=shop.specimen),
        (_MARK, shop.mark),
        *_service(shop.service),
        *placed_in(_SENDER, shop.sender),
    ]


def lines(label: Label) -> list[Placed]:
    """Return the lines that are a label's own, top to bottom."""
    cod = label.cod
    return [
        (_MASS, label.mass()),
        (_REFERENCE, label.reference),
        *placed_in(_RECIPIENT, label.recipient),
        (_POSTAL_CODE_BESIDE_COD if cod else _POSTAL_CODE, label.postal_code),
        (_COD, cod),
        *placed_in(_NOTES_BESIDE_SPECIMEN if label.specimen else _NOTES, label.extra),
        *_numbers(label),
    ]


def codes(label: Label) -> tuple[tuple[Bars, str, Symbology], ...]:
    """Return the barcodes of a label: where, what, in which symbology."""
    if not label.second:
        return ((CODE, label.number, label.symbology),)
    second = _SECOND_BESIDE_MATRIX if label.matrix else _SECOND
    return (_FIRST, label.number, label.symbology), (second, label.second, Symbology.CODE_128)


def _numbers(label: Label) -> tuple[Placed, ...]:
    """Return what stands below each barcode."""
    if not label.second:
        return ((_NUMBER_BESIDE_MATRIX if label.matrix else _NUMBER, label.number),)
    second = _SECOND_NUMBER_BESIDE_MATRIX if label.matrix else _SECOND_NUMBER
    return (_NUMBER_OF_TWO, label.number), (second, label.second)


def _service(service: str) -> tuple[Placed, ...]:
    """One line, or two of about the same length when there is a space to break at."""
    if len(service) <= 11 or " " not in service:
        return ((_SERVICE, service),)
    middle = len(service) // 2
    at = min((i for i, letter in enumerate(service) if letter == " "), key=lambda i: abs(i - middle))
    return ((_SERVICE_TWO[0], service[:at]), (_SERVICE_TWO[1], service[at + 1 :]))


def placed_in(block: Block, texts: tuple[str, ...]) -> Iterable[Placed]:
    """Lines that are too long are broken, at the largest size of type at which all finds room; else all flows as one.

    More lines than find room share the last one.
    """
    short, advance, room = _measure(block)
    for text in texts:
        if len(text) > short and sum(map(advance, text)) > room:
            texts = _apart(block, texts) or _flowing(block, ", ".join(texts))
            break
    slots = _slots(block, min(len(texts), _MANY))
    if len(texts) > len(slots):
        last = len(slots) - 1
        texts = (*texts[:last], ", ".join(text.rstrip(",") for text in texts[last:]))
    return zip(slots, texts, strict=True)


@cache
def _measure(block: Block) -> tuple[int, Callable[[str], int], float]:
    """Return how many letters surely fit on a line, the advance of a letter, and the advance that a line has room for.

    A label's hot path: most addresses are told to fit by their lengths alone.
    """
    font = load("bold")
    room = block.room_pt * font.units_per_em / block.size_pt / _NARROW_ENOUGH
    return int(room / (_WIDE_EM * font.units_per_em)), font.advances.__getitem__, room


def _apart(block: Block, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return each text on lines of its own, nothing when they find no room; empty lines fix the size of type."""
    for number, shrink in block.sizes():
        lines: list[str] = []
        for text in texts:
            whole = _fits(block, text, shrink)
            lines += [text] if whole else wrapped(load("bold"), text, block.size_pt * shrink, block.room_pt)
        if len(lines) <= number:
            return (*lines, *[""] * (number - len(lines)))
    return ()


def _flowing(block: Block, text: str) -> tuple[str, ...]:
    lines: list[str] = []
    for number, shrink in block.sizes():
        lines = [*wrapped(load("bold"), text, block.size_pt * shrink, block.room_pt / _NARROW_ENOUGH)]
        if len(lines) <= number:
            lines += [""] * (number - len(lines))
            break
    return tuple(lines)


def _fits(block: Block, text: str, shrink: float) -> bool:
    return width_pt(load("bold"), text, block.size_pt * shrink) * _NARROW_ENOUGH <= block.room_pt


@cache
def _slots(block: Block, lines: int) -> tuple[Slot, ...]:
    """Return the places of so many lines, or of as many as find room. Many draw together, and their letters too."""
    number = min(lines, block.most)
    shrink = block.shrink(number)
    return tuple(
        Slot(
            block.x_mm,
            block.top_mm + row * block.leading_mm * shrink,
            block.width_mm,
            block.size_pt * shrink,
            block.first_bold and row == 0,
        )
        for row in range(number)
    )
