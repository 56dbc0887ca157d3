"""Fit one line of anybody's text into its room: as it is, narrowed, or narrowed and cut; or break it into several."""

import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from .sfnt import Font

NARROWEST = 0.7  # of the natural width; below that nobody reads it at arm's length
_LONGEST = 160  # letters of a line that are looked at: no label has room for more
_MOST_WRAPPED = 1_000  # letters of a text that are looked at when it is broken: no block has room for more
_ELLIPSIS = "…"


class Line(NamedTuple):
    """A text that fits; `scale` is the horizontal stretch, at most 1."""

    text: str
    scale: float
    width_pt: float


def one_line(text: str) -> str:
    """Return composed letters only: control and format characters, line breaks, lone surrogates become spaces."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST]
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else "".join([letter if letter.isprintable() else " " for letter in text])


def fit(font: Font, text: str, size_pt: float, room_pt: float) -> Line:
    """Fit a text that is one line already; letters the font lacks count as one em."""
    width_of = font.advances.__getitem__
    points = size_pt / font.units_per_em
    width_pt = sum(map(width_of, text)) * points
    if width_pt <= room_pt:
        return Line(text, 1.0, width_pt)
    if width_pt * NARROWEST > room_pt:
        room = room_pt / NARROWEST / points - width_of(_ELLIPSIS)
        kept = sum(1 for width in accumulate(map(width_of, text)) if width <= room)
        text = text[:kept].rstrip() + _ELLIPSIS
        width_pt = sum(map(width_of, text)) * points
    scale = min(1.0, room_pt / width_pt)
    return Line(text, scale, width_pt * scale)


def width_pt(font: Font, text: str, size_pt: float) -> float:
    return sum(map(font.advances.__getitem__, text)) * size_pt / font.units_per_em


def wrapped(font: Font, text: str, size_pt: float, room_pt: float) -> Iterator[str]:
    """Yield the lines of a text, broken between words; a word that is wider than the room is broken itself."""
    room = room_pt * font.units_per_em / size_pt
    width_of, space = font.advances.__getitem__, font.advances[" "]
    line, width = "", 0
    for word in text[:_MOST_WRAPPED].split():
        for part in _parts(font, word, room):
            wide = sum(map(width_of, part))
            if line and width + space + wide > room:
                yield line
                line = ""
            line, width = (f"{line} {part}", width + space + wide) if line else (part, wide)
    if line:
        yield line


def _parts(font: Font, word: str, room: float) -> Iterator[str]:
    """Yield a word in pieces that fit, each as long as it can be and at least one letter."""
    while word:
        kept = sum(1 for width in accumulate(map(font.advances.__getitem__, word)) if width <= room) or 1
        yield word[:kept]
        word = word[kept:]
