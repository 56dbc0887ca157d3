"""Where everything stands on a label of 100 x 150 mm: one design for PDF and ZPL.

Millimetres from the top left corner; a text's `y_mm` is its baseline.
"""

from typing import NamedTuple

from .label import Captions, Label

WIDTH_MM, HEIGHT_MM = 100, 150
LEFT, RIGHT, TOP, BOTTOM = 3.0, 97.0, 3.0, 147.0
COLUMN, FROM, TO, EXTRA = 64.0, 19.0, 44.0, 101.0
CODE_TOP, CODE_HEIGHT = 111.0, 23.0
CODE_WIDTH_MM = 92.0  # quiet zones included


class Text(NamedTuple):
    """One line of type. `anchor`: 0 starts at x, 0.5 is centred on it, 1 ends there."""

    x_mm: float
    y_mm: float
    width_mm: float
    size_pt: float
    bold: bool
    text: str
    anchor: float = 0
    white: bool = False


class Box(NamedTuple):
    """A filled rectangle; lines are thin ones."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


_LINE = 0.35
FRAME = (
    Box(LEFT, TOP, RIGHT - LEFT, _LINE),
    Box(LEFT, BOTTOM - _LINE, RIGHT - LEFT, _LINE),
    Box(LEFT, TOP, _LINE, BOTTOM - TOP),
    Box(RIGHT - _LINE, TOP, _LINE, BOTTOM - TOP),
    Box(LEFT, TOP, COLUMN - LEFT, FROM - TOP),
    Box(LEFT, FROM, RIGHT - LEFT, _LINE),
    Box(COLUMN, FROM, _LINE, TO - FROM),
    Box(LEFT, TO, RIGHT - LEFT, 2 * _LINE),
    Box(LEFT, EXTRA, RIGHT - LEFT, 2 * _LINE),
)
COD_BOX = Box(50.5, 83.5, 43.5, 14.5)


def captions(words: Captions) -> tuple[Text, ...]:
    """Return the texts that every label in one language has."""
    return (
        Text(6, 23, 56, 6.5, True, words.sender),
        Text(6, 49, 86, 7.5, True, words.recipient),
        Text(66, 23, 28, 6.5, True, words.mass),
        Text(66, 34, 28, 6.5, True, words.reference),
    )


def texts(label: Label) -> list[Text]:
    """Return the texts of one label, top to bottom."""
    found = [Text(6.5, 13.6, 54, 22, True, label.mark, white=True)]
    found += _service(label.service)
    found += _lines(label.sender, top=27, bottom=43, x=6, width=55, size_pt=8.5, leading_mm=3.7)
    found.append(Text(66, 28.5, 28, 12, True, label.mass()))
    found.append(Text(66, 39.5, 28, 12, True, label.reference))
    found += _lines(label.recipient, top=55, bottom=82, x=6, width=88, size_pt=13.5, leading_mm=5.8, first_bold=True)
    found.append(Text(6, 97, 42 if label.cod else 88, 38, True, label.postal_code))
    if label.cod:
        found.append(Text(72.25, 87.7, 40, 7.5, True, label.captions.cod, 0.5, True))
        found.append(Text(72.25, 95.3, 40, 18, True, label.cod, 0.5, True))
    found += _lines(label.extra, top=105.3, bottom=110, x=6, width=88, size_pt=8.5, leading_mm=3.7)
    found.append(Text(50, 141.5, 88, 17, True, label.number, 0.5))
    return found


def _service(service: str) -> list[Text]:
    """One line, or two of about the same length when there is a space to break at."""
    centre, width = (COLUMN + RIGHT) / 2, RIGHT - COLUMN - 4
    if len(service) <= 11 or " " not in service:
        return [Text(centre, 12.8, width, 13, True, service, 0.5)]
    middle = len(service) // 2
    at = min((i for i, letter in enumerate(service) if letter == " "), key=lambda i: abs(i - middle))
    return [
        Text(centre, 10.3, width, 12, True, service[:at], 0.5),
        Text(centre, 15.3, width, 12, True, service[at + 1 :], 0.5),
    ]


def _lines(
    lines: tuple[str, ...], *, top: float, bottom: float, x: float, width: float, size_pt: float, leading_mm: float,
    first_bold: bool = False,
) -> list[Text]:  # fmt: skip
    """Set an address from its first baseline; more lines than fit draw together, beyond that the last ones share one."""
    number = len(lines)
    if not number:
        return []
    room = (bottom - top) / leading_mm + 1
    shrink = min(1.0, max(0.75, room / number))
    most = int((bottom - top) / (leading_mm * shrink) + 1)
    if number > most:
        lines = (*lines[: most - 1], ", ".join(lines[most - 1 :]))
    return [
        Text(x, top + row * leading_mm * shrink, width, size_pt * shrink, first_bold and row == 0, line)
        for row, line in enumerate(lines)
    ]
