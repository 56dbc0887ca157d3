"""Interleaved 2 of 5: digits in pairs, one in the bars and one in the spaces between them.

A wide element is three modules: the ratio that printers of 203 dpi hold best. Source: ISO/IEC 16390.
"""

import re
from typing import NamedTuple

# Five elements a digit, 0 to 9.
_WIDTHS = ["11331", "31113", "13113", "33111", "11313", "31311", "13311", "11133", "31131", "13131"]
_START, _STOP = "1010", "11101"
_DIGITS = re.compile("(?:[0-9]{2}){3,}")  # fewer are too easily read out of part of another symbol


def _pair(bars: str, spaces: str) -> str:
    widths = zip(_WIDTHS[int(bars)], _WIDTHS[int(spaces)], strict=True)
    return "".join(["1" * int(bar) + "0" * int(space) for bar, space in widths])


_PAIRS = {bars + spaces: _pair(bars, spaces) for bars in "0123456789" for spaces in "0123456789"}


class Symbol(NamedTuple):
    """A barcode without quiet zones."""

    text: str

    @property
    def modules(self) -> int:
        return len(_START) + 9 * len(self.text) + len(_STOP)

    @property
    def bits(self) -> str:
        """One '1' (bar) or '0' (space) per module, left to right."""
        pairs = [_PAIRS[self.text[at : at + 2]] for at in range(0, len(self.text), 2)]
        return f"{_START}{''.join(pairs)}{_STOP}"


def encode(text: str) -> Symbol:
    """Return the symbol of an even number of digits, at least six; it has no check digit of its own.

    Raises:
        ValueError: the text has other letters, an odd number of digits, or fewer.
    """
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"Interleaved 2 of 5 takes an even number of digits, at least 6, found {text!r}")
    return Symbol(text)
