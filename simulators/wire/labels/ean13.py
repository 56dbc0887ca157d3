"""EAN-13: thirteen digits to bars; the first is told by the parity of the six after it, the last is a check digit.

Source: GS1 General Specifications, 5.2 (EAN/UPC symbology), 7.9 (check digit).
"""

import re
from typing import NamedTuple

_ODD = ["0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011"]
_RIGHT = tuple(bits.translate({48: 49, 49: 48}) for bits in _ODD)
_EVEN = tuple(bits[::-1] for bits in _RIGHT)
_PARITIES = ["OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO"]
_LEFT = {"O": _ODD, "E": _EVEN}
_GUARD, _CENTRE = "101", "01010"
_DIGITS = re.compile("[0-9]{13}")


class Symbol(NamedTuple):
    """A barcode without quiet zones."""

    text: str  # thirteen digits

    @property
    def modules(self) -> int:
        return 95

    @property
    def bits(self) -> str:
        """One '1' (bar) or '0' (space) per module, left to right."""
        first, *digits = map(int, self.text)
        left = "".join([_LEFT[parity][digit] for parity, digit in zip(_PARITIES[first], digits[:6], strict=True)])
        right = "".join([_RIGHT[digit] for digit in digits[6:]])
        return f"{_GUARD}{left}{_CENTRE}{right}{_GUARD}"


def encode(text: str) -> Symbol:
    """Return the EAN-13 symbol of thirteen digits.

    Raises:
        ValueError: the text has other letters or another length, or its check digit is wrong.
    """
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"EAN-13 takes 13 digits, found {text!r}")
    digit = check_digit(text[:12])
    if text[12] != digit:
        raise ValueError(f"EAN-13 of {text!r} ends in check digit {text[12]}, right is {digit}")
    return Symbol(text)


def check_digit(digits: str) -> str:
    """Return the thirteenth digit of twelve: with it the sum, every second digit counted three times, ends in 0."""
    weighted = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(reversed(digits), 1))
    return str(-weighted % 10)
